"""Curves through what was measured: Hill's for saturation, a geometric one for carry-over, with jackknife intervals over seeds.

Nothing in the market imposes such curves; these are the ones that mix models assume, fitted to what emerges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares, minimize_scalar

from sim.experiments.attribution.mix import hill
from sim.experiments.intervals import UNKNOWN, Interval, interval, leave_one_out

SLOPES = (0.3, 5.0)
"""Range of the fitted slope."""
HALVES = (0.02, 50.0)
"""Range of the fitted half-saturation, in units of today's spend: beyond it a curve is a straight line, or a step."""
MOST_DECAY = 0.98
"""Largest weekly decay that a quarter can tell from never fading (half-life 34 weeks)."""


class Curve(NamedTuple):
    """Sales that a spend s brings: top * s**slope / (half**slope + s**slope)."""

    top: float
    half: float
    slope: float

    def at(self, spend: np.ndarray | float) -> np.ndarray:
        """Sales at a spend."""
        return self.top * hill(np.asarray(spend, float), self.half, self.slope)

    def marginal(self, spend: np.ndarray | float) -> np.ndarray:
        """Sales per further unit of money at a spend above 0."""
        spend = np.asarray(spend, float)
        power = (spend / self.half) ** self.slope
        return self.top * self.slope * power / (spend * (1 + power) ** 2)

    def saturates_at(self, most: float) -> float:
        """Least spend up to `most` beyond which a further unit of money brings less than half of what it brought at best.

        The best is the steepest point, past the first hundredth of `most`. inf where that is not reached.
        """
        ladder = np.linspace(most / 100, most, 1000)
        slope = self.marginal(ladder)
        best = int(np.argmax(slope))
        below = np.flatnonzero(slope[best:] < slope[best] / 2)
        return float(ladder[best + below[0]]) if below.size else float("inf")


def fit_hill(spend: np.ndarray, sales: np.ndarray, spread: np.ndarray, today: float) -> Curve:
    """Hill's curve through points (n), weighted by 1 / spread; `today`: a spend to start from, above 0.

    Raises ValueError for fewer than three points with spend.
    """
    spend, sales = np.asarray(spend, float), np.asarray(sales, float)
    if np.count_nonzero(spend > 0) < 3:
        raise ValueError(f"{np.count_nonzero(spend > 0)} points with spend; a curve needs 3 or more")
    size = max(float(np.abs(sales).max()), 1e-12)
    weight = size / np.maximum(spread, 1e-3 * size)

    def misses(values: np.ndarray) -> np.ndarray:
        top, half, slope = np.exp(values)
        return (top * hill(spend / today, half, slope) - sales / size) * weight

    low, high = np.log([0.05, HALVES[0], SLOPES[0]]), np.log([200.0, HALVES[1], SLOPES[1]])
    starts = [(1.5, 0.7, 1.0), (3.0, 3.0, 1.0), (1.0, 0.3, 0.7), (1.5, 1.0, 2.0)]
    fits = [least_squares(misses, np.log(one), bounds=(low, high)) for one in starts]
    top, half, slope = np.exp(min(fits, key=lambda one: one.cost).x)
    return Curve(float(top * size), float(half * today), float(slope))


def straight(curve: Curve, today: float) -> bool:
    """Whether no saturation can be seen: the half-saturation is about the largest that fits allow."""
    return curve.half > 0.9 * HALVES[1] * today


def fit_decay(extra: np.ndarray) -> float:
    """Weekly decay theta in [0, 0.98] of extra sales a * theta**week, by least squares; nan if they sum to 0 or less."""
    extra = np.asarray(extra, float)
    if extra.sum() <= 0:
        return float("nan")
    weeks = np.arange(extra.size)

    def misses(theta: float) -> float:
        shape = theta**weeks
        size = max(0.0, float(shape @ extra / (shape @ shape)))
        return float(((extra - size * shape) ** 2).sum())

    grid = np.linspace(0.0, MOST_DECAY, 100)
    best = int(np.argmin([misses(one) for one in grid]))
    around = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    found = minimize_scalar(misses, bounds=around, method="bounded")
    return min((misses(one), one) for one in (float(found.x), *map(float, around)))[1]


def half_life(decay: float) -> float:
    """Periods until half is left; 0 where nothing is carried over, inf where nothing fades.

    >>> half_life(0.5), half_life(0.0), half_life(0.98)
    (1.0, 0.0, inf)
    """
    return 0.0 if decay <= 0 else np.inf if decay >= MOST_DECAY else float(np.log(0.5) / np.log(decay))


def jackknifed(figure: Callable[[np.ndarray], float], seeds: int, low: float, high: float) -> Interval:
    """A figure of all seeds with its jackknife interval, kept within what the figure can be.

    figure: from int (n), the places of the seeds to use. The mean is the figure of all seeds itself; low and high are nan for
    fewer than three.
    """
    every = np.arange(seeds)
    whole = figure(every)
    if seeds < 3:
        return UNKNOWN._replace(mean=whole)
    half = interval(leave_one_out(figure, every)).half
    return Interval(whole, max(low, whole - half), min(high, whole + half), seeds)
