"""Forgetting: what is not refreshed fades, each thing with its half-life.

x *= 2**(-1 / half-life) every day, for awareness, evidence (both ways), fatigue and habit.
"""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel
from sim.mechanism import Mechanism, Response, register
from sim.params import Param

PARAMS = {
    "awareness_half_life": Param(45.0, 1, 1e5, "days", "half-life of awareness", "A06, A07: television 2-5 weeks; A08"),
    "evidence_half_life": Param(150.0, 1, 1e5, "days", "half-life of evidence for and against", "A05: 90 % within 6-9 months"),
    "fatigue_half_life": Param(10.0, 0.5, 1e5, "days", "half-life of ad fatigue"),
    "habit_half_life": Param(365.0, 1, 1e5, "days", "half-life of habit"),
}


@kernel
def fade(lo, hi, day, key, awareness, evidence_for, evidence_against, fatigue, habit, awareness_half_life,
         evidence_half_life, fatigue_half_life, habit_half_life):  # fmt: skip
    """A day passes."""
    keep_awareness = np.float32(2.0 ** (-1.0 / awareness_half_life))
    keep_evidence = np.float32(2.0 ** (-1.0 / evidence_half_life))
    keep_fatigue = np.float32(2.0 ** (-1.0 / fatigue_half_life))
    keep_habit = np.float32(2.0 ** (-1.0 / habit_half_life))
    for b in range(awareness.shape[0]):
        a, r, s, f, h = awareness[b, lo:hi], evidence_for[b, lo:hi], evidence_against[b, lo:hi], fatigue[b, lo:hi], habit[b, lo:hi]
        for i in range(a.size):
            a[i] *= keep_awareness
            r[i] *= keep_evidence
            s[i] *= keep_evidence
            f[i] *= keep_fatigue
            h[i] *= keep_habit


register(
    Mechanism(
        name="forgetting",
        phase="forget",
        kernels=(fade,),
        params=PARAMS,
        off=dict.fromkeys(PARAMS, 100000.0),
        responses=(Response("awareness_half_life", "awareness", 1),),
    )
)
