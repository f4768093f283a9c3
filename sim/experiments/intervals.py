"""Statistics of paired differences: intervals, chances, worst tenths, regret, and how many seeds a verdict needs.

One number per seed, the difference of two plans under that seed's luck. Over a number of seeds fixed beforehand the interval is
Student's. Where seeds are added until the interval is narrow enough, or until somebody is content, Student's would be read too
often; then it is a *confidence sequence*, which holds at every number of seeds at once, however one stops: the set of means that
the Bayes factor of a t-test with the prior effect ~ Normal(0, 1/c^2) does not reject,

    BF_n(m) = sqrt(c^2 / (n + c^2)) * ((1 + t^2 / v) / (1 + t^2 / v * c^2 / (n + c^2)))^(n / 2),   v = n - 1,

t being the t-statistic against m. It is a martingale with mean 1 whatever the spread (right Haar prior; Rouder et al. 2009,
Psychonomic Bulletin & Review 16; Hendriksen, de Heide & Grünwald 2021, Bayesian Analysis 16; Wang & Ramdas 2025,
"Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance", Sequential Analysis 44), so by Ville's
inequality it passes 1 / 0.05 on at most 5 % of paths. It is exact for normal differences; those of a market are sums over many
people, close to normal but for rare outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
"""Level of every interval."""
WORST = 0.1
"""Share of the outcomes that counts as the worst."""
FEW = 8
"""Below so many seeds an interval is said to lean on its assumptions (assumed)."""
MOST_SEEDS = 2_000
"""More seeds than this are not asked of anybody."""
PRIOR = 1.0
"""c of the prior: how large an effect, against its spread, a confidence sequence looks for most keenly (1 / c)."""


class Interval(NamedTuple):
    """A mean over seeds and its interval; low and high are nan below two seeds. seeds: how many counted."""

    mean: float
    low: float
    high: float
    seeds: int

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.high - self.low) / 2

    @property
    def clear(self) -> bool:
        """Whether it leaves out zero."""
        return self.low > 0 or self.high < 0

    def through(self, rising: Callable[[float], float]) -> Interval:
        """The interval of a rising function of the figure, such as the figure in another unit."""
        return Interval(rising(self.mean), rising(self.low), rising(self.high), self.seeds)

    def named(self, name: str) -> dict[str, float]:
        """As columns of a table: name, name_low, name_high."""
        return {name: self.mean, f"{name}_low": self.low, f"{name}_high": self.high}


UNKNOWN = Interval(np.nan, np.nan, np.nan, 0)
"""Of what no seed can tell."""


def half_width(spread: float, seeds: int, anytime: bool = False) -> float:
    """Half the width of the 95 % interval of a mean, for a standard deviation and a number of seeds; inf below two seeds.

    >>> round(half_width(1.0, 16), 3), round(half_width(1.0, 16, anytime=True), 3)
    (0.533, 0.877)
    """
    return _quantile(seeds, anytime) * spread / float(np.sqrt(seeds)) if seeds > 1 else float("inf")


@cache
def _quantile(seeds: int, anytime: bool) -> float:
    """Half the width of an interval in standard errors."""
    if not anytime:
        # What scipy.stats.t asks too, without half a second and 40 MB for the rest of it.
        from scipy.special import stdtrit

        return float(stdtrit(seeds - 1, (1 + LEVEL) / 2))
    prior = PRIOR**2
    keeps = prior / (seeds + prior)
    reaches = ((1 - LEVEL) ** -2 / keeps) ** (1 / seeds)
    if reaches * keeps >= 1:
        return float("inf")  # so few seeds reject nothing
    return float(np.sqrt((seeds - 1) * (reaches - 1) / (1 - reaches * keeps)))


def interval(values: Sequence[float] | np.ndarray, anytime: bool = False) -> Interval:
    """Mean and 95 % interval of one number per seed, float64 (seeds,); nan are left out.

    anytime: a confidence sequence, where seeds are added until one is content; else Student's.

    >>> [round(one, 3) for one in interval([1.0, 2.0, np.nan, 3.0])]
    [2.0, -0.484, 4.484, 3]
    """
    given = np.asarray(values, float)
    kept = given[~np.isnan(given)]
    n = len(kept)
    if n == 0:
        return UNKNOWN
    mean = float(kept.mean())
    if n == 1:
        return Interval(mean, np.nan, np.nan, 1)
    spread = 0.0 if np.all(kept == kept[0]) else float(kept.std(ddof=1))
    half = half_width(spread, n, anytime) if spread else 0.0
    return Interval(mean, mean - half, mean + half, n)


def leave_one_out(figure: Callable[..., float], *series: np.ndarray) -> np.ndarray:
    """Jackknife pseudo-values (Quenouille 1956) of any figure of paired series, seeds first; their mean is the estimate.

    >>> leave_one_out(lambda sales: sales.mean(), np.array([1.0, 2.0, 6.0])).tolist()
    [1.0, 2.0, 6.0]
    """
    n, whole = len(series[0]), figure(*series)
    if n < 2:
        return np.array([whole])
    return np.array([n * whole - (n - 1) * figure(*(np.delete(one, k, axis=0) for one in series)) for k in range(n)])


def seeds_to_settle(gaps: np.ndarray, anytime: bool = False) -> int | None:
    """How many seeds in all would take zero out of the interval if mean and spread stay as they are; None: over `MOST_SEEDS`."""
    kept = gaps[~np.isnan(gaps)]
    if len(kept) < 2:
        return None
    return seeds_for(float(abs(kept.mean())), float(kept.std(ddof=1)), anytime)


def seeds_for(half: float, spread: float, anytime: bool = False, most: int = MOST_SEEDS) -> int | None:
    """The least number of seeds whose interval is narrower than `half` on each side; None if over `most`."""
    low, high = 1, most
    if half_width(spread, high, anytime) >= half:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if half_width(spread, middle, anytime) < half else (middle, high)
    return high


def chance_above(gaps: np.ndarray) -> float:
    """Share of seeds on which a difference is above zero, ties counted half; nan without any."""
    kept = gaps[~np.isnan(gaps)]
    return float((kept > 0).mean() + 0.5 * (kept == 0).mean()) if len(kept) else np.nan


def worst_tenth(outcomes: np.ndarray, better: int = 1) -> float:
    """Mean of the worst tenth of the outcomes (conditional value at risk, Rockafellar & Uryasev 2000); nan without any.

    better: -1 where less is better. Of fewer than ten outcomes it is the worst one; where a tenth is not a whole number the
    last one counts in part.

    >>> worst_tenth(np.arange(20.0)), worst_tenth(np.arange(15.0)), worst_tenth(np.arange(20.0), better=-1)
    (0.5, 0.3333333333333333, 18.5)
    """
    kept = np.sort(outcomes[~np.isnan(outcomes)])
    if better < 0:
        kept = kept[::-1]
    if not len(kept):
        return np.nan
    share = max(WORST * len(kept), 1.0)
    weights = np.clip(share - np.arange(len(kept)), 0.0, 1.0)
    return float(kept @ weights / weights.sum())


def regret(outcomes: np.ndarray, better: int = 1) -> np.ndarray:
    """What each plan loses on average against the best plan of every seed, float64 (arms,), 0 or more.

    outcomes: float64 (arms, seeds). Seeds on which some plan's figure has no meaning are left out.

    >>> regret(np.array([[3.0, 5.0], [4.0, 1.0]])).tolist()
    [0.5, 2.0]
    """
    signed = (better or 1) * outcomes[:, ~np.isnan(outcomes).any(axis=0)]
    if not signed.shape[1]:
        return np.full(len(outcomes), np.nan)
    return np.asarray((signed.max(axis=0) - signed).mean(axis=1))


def best_share(outcomes: np.ndarray, better: int = 1) -> np.ndarray:
    """Share of seeds on which each plan is the best, float64 (arms,); ties are shared."""
    signed = (better or 1) * outcomes[:, ~np.isnan(outcomes).any(axis=0)]
    if not signed.shape[1]:
        return np.full(len(outcomes), np.nan)
    best = signed == signed.max(axis=0)
    return np.asarray((best / best.sum(axis=0)).mean(axis=1))
