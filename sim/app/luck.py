"""What paired differences say, in the app's words: the lab's intervals and its rule of verdicts."""

from __future__ import annotations

import numpy as np

from sim.experiments import verdicts
from sim.experiments.intervals import Interval, interval, seeds_to_settle

__all__ = ["Interval", "interval", "pairs_to_settle", "verdict"]

KINDS = {
    verdicts.HIGHER: "more",
    verdicts.LOWER: "fewer",
    verdicts.CLOSE: "close",
    verdicts.SAME: "same",
    verdicts.UNKNOWN: "unknown",
}


def verdict(gaps: np.ndarray) -> str:
    """One of more, fewer, close (the interval holds zero), same (zero in every pair), unknown (fewer than two pairs).

    >>> [verdict(np.array(gaps)) for gaps in ([1.0, 2.0, 1.5], [-1.0, 2.0], [0.0, 0.0], [3.0])]
    ['more', 'close', 'same', 'unknown']
    """
    return KINDS[verdicts.verdict(interval(gaps), gaps)]


def pairs_to_settle(gaps: np.ndarray) -> int | None:
    """How many pairs in all would take zero out of the interval if mean and spread stay as they are; None: too many."""
    return seeds_to_settle(gaps)
