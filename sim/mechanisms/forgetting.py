"""Forgetting: what is not refreshed fades, each thing with its half-life.

x *= 2**(-1 / half-life) every day, for awareness, evidence (both ways), fatigue, habit and the two traces of
advertising (perception): what films leave lasts for weeks, what a feed leaves for days. Only the slow one is remembered long
enough for a half-life to be read off weekly figures (A07).
"""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel, rule
from sim.mechanism import Mechanism, Response, register
from sim.params import Param

FOREVER = 1e5
"""A half-life, in days, from which on nothing fades."""

PARAMS = {
    "awareness_half_life": Param(45.0, 1, 1e5, "days", "half-life of awareness", "assumed, beyond A07; A08"),
    "evidence_half_life": Param(
        150.0, 1, 1e5, "days", "half-life of evidence for and against", "assumed: A05 would ask for 55 to 82"
    ),
    "fatigue_half_life": Param(10.0, 0.5, 1e5, "days", "half-life of ad fatigue"),
    "memory_half_life": Param(
        17.5, 1, 1e5, "days", "half-life of ads in mind, slow trace", "A07: television, mean 2.5 weeks"
    ),
    "glimpse_half_life": Param(
        3.0, 0.5, 1e5, "days", "half-life of ads in mind, fast trace", "A06: digital keeps 0-0.3 from week to week"
    ),
    "habit_half_life": Param(365.0, 1, 1e5, "days", "half-life of habit"),
}


@rule
def kept(half_life):
    """Share that is left after a day."""
    return np.float32(1.0 if half_life >= FOREVER else 2.0 ** (-1.0 / half_life))


@kernel
def fade(lo, hi, day, key, awareness, evidence_for, evidence_against, fatigue, ad_memory, ad_glimpse, habit,
         awareness_half_life, evidence_half_life, fatigue_half_life, memory_half_life, glimpse_half_life,
         habit_half_life):  # fmt: skip
    """A day passes."""
    keep_awareness, keep_evidence = kept(awareness_half_life), kept(evidence_half_life)
    keep_fatigue, keep_habit = kept(fatigue_half_life), kept(habit_half_life)
    keep_memory, keep_glimpse = kept(memory_half_life), kept(glimpse_half_life)
    for b in range(awareness.shape[0]):
        a, r, s = awareness[b, lo:hi], evidence_for[b, lo:hi], evidence_against[b, lo:hi]
        f, h, m, g = fatigue[b, lo:hi], habit[b, lo:hi], ad_memory[b, lo:hi], ad_glimpse[b, lo:hi]
        for i in range(a.size):
            a[i] *= keep_awareness
            r[i] *= keep_evidence
            s[i] *= keep_evidence
            f[i] *= keep_fatigue
            h[i] *= keep_habit
            m[i] *= keep_memory
            g[i] *= keep_glimpse


register(
    Mechanism(
        name="forgetting",
        phase="forget",
        kernels=(fade,),
        params=PARAMS,
        off=dict.fromkeys(PARAMS, FOREVER),
        responses=(Response("awareness_half_life", "awareness", 1),),
    )
)
