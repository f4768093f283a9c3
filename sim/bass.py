"""The Bass curve of first purchases (Bass 1969, Management Science 15(5)), and its fits by least squares.

Of those who have not bought yet, in every period the share p + q * (share of all who have) does: p by influence from outside,
q by imitation. Fits start from p 0.03, q 0.38, the means over many products (Sultan, Farley and Lehmann 1990), and are those of
Srinivasan and Mason (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Values = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Bass:
    """A Bass curve: innovation `p` and imitation `q` per period, potential `m` in units of the series."""

    p: float
    q: float
    m: float

    @property
    def peak(self) -> float:
        """Periods from the start to the peak of first purchases, ln(q / p) / (p + q); 0 where it falls from the start."""
        return max(0.0, float(np.log(self.q / self.p) / (self.p + self.q))) if self.q > 0 else 0.0

    def adopters(self, periods: Values | float) -> np.ndarray:
        """Who has adopted so many periods after the launch, m F(t), F(t) = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t)."""
        fading = np.exp(-(self.p + self.q) * np.asarray(periods, float))
        return np.asarray(self.m * (1 - fading) / (1 + self.q / self.p * fading))

    def sales(self, periods: int) -> np.ndarray:
        """First purchases in each period from the launch, m (F(t) - F(t - 1))."""
        return np.diff(self.adopters(np.arange(periods + 1)))

    def levels(self, first: float, periods: int) -> np.ndarray:
        """Adopters at the end of each period where `first` had adopted by the end of the first.

        y(t) = y(t - 1) + (p + q y(t - 1) / m) (m - y(t - 1)), for series whose launch was not recorded.
        """
        level = np.empty(periods)
        level[0] = first
        for t in range(1, periods):
            level[t] = level[t - 1] + (self.p + self.q * level[t - 1] / self.m) * (self.m - level[t - 1])
        return level


def fit_bass(new: Values) -> Bass:
    """The Bass curve closest to the shares of all who adopt in each period from the launch; the potential is free up to 2.

    A potential above 1 says that imitation would go on beyond those who are there. Raises ValueError if nobody adopted.
    """
    recorded = np.asarray(new, float)
    adopted = float(recorded.sum())
    if adopted <= 0:
        raise ValueError("A Bass curve cannot be fitted: nobody adopted in any period.")
    return _fit(lambda bass: bass.sales(len(recorded)) - recorded, adopted, (1e-3, max(2.0, adopted)))


def fit_bass_sales(sales: Values, most: float) -> Bass:
    """The Bass curve closest to first purchases by period from the launch; the potential lies from what was sold to `most`."""
    recorded = np.asarray(sales, float)
    sold = float(recorded.sum())
    if sold <= 0 or most <= sold:
        raise ValueError(f"{sold:g} were sold, and the most that could be is {most:g}: give a larger number")
    return _fit(lambda bass: bass.sales(len(recorded)) - recorded, sold, (sold, most))


def fit_bass_levels(levels: Values, most: float) -> Bass:
    """The Bass recursion closest to levels, given the first; the potential is at most `most`."""
    recorded = np.asarray(levels, float)
    reached = float(recorded.max())
    if reached <= 0 or most <= reached:
        raise ValueError(f"{reached:g} was reached, and the most that could be is {most:g}: give a larger number")
    return _fit(lambda bass: bass.levels(recorded[0], len(recorded)) - recorded, reached, (reached, most))


def _fit(misses: Callable[[Bass], np.ndarray], size: float, potential: tuple[float, float]) -> Bass:
    """The curve with the smallest sum of squared misses, from two starts. size: of the series. potential: its range."""
    from scipy.optimize import least_squares

    def scaled(x: np.ndarray) -> np.ndarray:
        return misses(Bass(x[0], x[1], x[2] * size)) / size

    least, most = potential[0] / size, potential[1] / size
    bounds = ([1e-6, 0, least - 1e-9], [1, 3, most])
    found = [least_squares(scaled, (0.03, 0.38, most**part), bounds=bounds) for part in (0.1, 0.5)]
    p, q, m = min(found, key=lambda one: one.cost).x
    return Bass(float(p), float(q), float(m * size))
