"""What paired differences say: the interval of their mean, a verdict by rule, and how many more pairs would settle it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.experiments.paired import estimate

MOST_PAIRS = 2_000
"""More pairs than this are not asked of anybody."""


class Interval(NamedTuple):
    """A mean over pairs and its 95 % interval, nan below two pairs; pairs: how many counted."""

    mean: float
    low: float
    high: float
    pairs: int


def interval(values: np.ndarray) -> Interval:
    """Mean and 95 % interval of one number a pair, float64 (pairs,); nan are left out."""
    kept = np.asarray(values, float)
    kept = kept[~np.isnan(kept)]
    return Interval(*estimate(kept), len(kept))


def verdict(gaps: np.ndarray) -> str:
    """One of more, fewer, close (the interval holds zero), same (zero in every pair), unknown (fewer than two pairs).

    >>> [verdict(np.array(gaps)) for gaps in ([1.0, 2.0, 1.5], [-1.0, 2.0], [0.0, 0.0], [3.0])]
    ['more', 'close', 'same', 'unknown']
    """
    found = interval(gaps)
    if found.pairs < 2:
        return "unknown"
    if not np.any(gaps[~np.isnan(gaps)]):
        return "same"
    return "more" if found.low > 0 else "fewer" if found.high < 0 else "close"


def pairs_to_settle(gaps: np.ndarray) -> int | None:
    """How many pairs in all would take zero out of the interval if mean and spread stay as they are; None: too many."""
    from scipy.stats import t

    kept = gaps[~np.isnan(gaps)]
    mean = abs(float(kept.mean())) if len(kept) else 0.0
    if len(kept) < 2 or not mean:
        return None
    spread = float(kept.std(ddof=1))
    wanted = max((1.96 * spread / mean) ** 2, 2)
    if wanted > MOST_PAIRS:
        return None
    pairs = math.ceil(wanted)
    while float(t.ppf(0.975, pairs - 1)) * spread / math.sqrt(pairs) >= mean:
        pairs += 1
    return pairs
