"""When friends of the treated spoil the control group: contamination of a lift test, and the bias it predicts.

A lift test compares people who may see a channel's ads with people who may not, and takes the second for a world without the
channel. But they live in one market: they hear from friends who saw it. With exposure mapping (Aronow & Samii 2017, Annals of
Applied Statistics 11:1912-1947; Eckles, Karrer & Ugander 2017, J. Causal Inference 5) what happens to consumer i hangs on

    Z_i  whether i is treated,       g_i  the share of i's friends who are, by strength of the tie.

Gains over a world without the channel are fitted as  a + t Z_i + f g_i:  t direct, f through friends, and a through what reaches
everybody alike (reviews, posts that travel far). With a share p treated, all treated would give t + f + a / p, where the test
sees t: the bias is -(f + a / p). The gains are known here, as every consumer also lives in the world without the channel; an
analyst can estimate f from the test alone (g varies by chance), but never a.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sim.peers import Ties

HEARSAY = ("friend", "advice", "post")
"""Kinds of touch by which people hear of a brand from others."""


class Mapping(NamedTuple):
    """Gain per consumer: `direct` of being treated, `friends` of having all friends treated, `everybody` for all alike."""

    direct: float
    friends: float
    everybody: float

    def bias(self, share: float) -> float:
        """Bias per consumer of a lift test with a share treated."""
        return -self.friends - self.everybody / share


def exposure(ties: Ties, treated: np.ndarray) -> np.ndarray:
    """Share of each consumer's friends who are treated, weighted by the strength of ties; 0 without friends; float64 (N)."""
    own = np.repeat(np.arange(ties.consumers), ties.degree)
    weight = ties.strength.astype(float)
    both = np.bincount(own, weights=weight, minlength=ties.consumers)
    mine = np.bincount(own, weights=weight * treated[ties.to], minlength=ties.consumers)
    return np.divide(mine, both, out=np.zeros(ties.consumers), where=both > 0)


def map_exposure(gain: np.ndarray, treated: np.ndarray, exposed: np.ndarray) -> Mapping:
    """Fit gain (N) over a world without the channel on treatment (bool, N) and exposure (N) by least squares."""
    design = np.column_stack([np.ones(gain.size), treated, exposed])
    everybody, direct, friends = np.linalg.lstsq(design, np.asarray(gain, float), rcond=None)[0]
    return Mapping(float(direct), float(friends), float(everybody))
