"""The settled coffee market that the facts on brand buying share: half a year to settle, then two years of purchases.

Beside it stands the NBD-Dirichlet as a trivial model: households whose rates and tastes never change, who remember nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sim.evidence.benchmarks import Dirichlet
from sim.evidence.experiment import Finding, beside
from sim.evidence.series.records import table

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

SETTLED, YEAR, QUARTER, MONTH = 182, 364, 91, 30
PERIODS = (1, 4, 12, 52)
"""Weeks of the periods over which repeat rates are read."""
MONTHS = 12
SEEDS, QUICK = 12, 3
RUNS = "settled coffee"
TOOTHPASTE = {"mean": 1.456, "shape": 0.779, "loyalty": 1.485}
"""NBD-Dirichlet of toothpaste in a quarter of 1973 (Goodhardt, Ehrenberg & Chatfield 1984); its shares are in the series."""
MEMORYLESS = (
    "households that buy at random by a NBD-Dirichlet, with the numbers of toothpaste in 1973: no memory, no influence"
)


class Bought(Protocol):
    """What remembers who bought what when."""

    def bought(self, first: int = 0, last: int | None = None) -> np.ndarray:
        """Purchases of each brand by each consumer on days [first, last), int64 (brands, consumers)."""


@dataclass(frozen=True)
class Settled:
    """What one settled market's purchases come to.

    year, next_year, quarter: purchases of each brand by each consumer, int16 (brands, consumers); the quarter is the last
    of the first year. repeat: share of a brand's buyers of one period who buy it in the next, for each of PERIODS.
    returns: chance to buy a brand within a month, 1 to 12 months after the last purchase of it (1: bought last month).
    """

    year: np.ndarray
    next_year: np.ndarray
    quarter: np.ndarray
    repeat: np.ndarray
    returns: np.ndarray

    @classmethod
    def of(cls, life: Bought) -> Settled:
        """Sum up a market that was lived for SETTLED days and two years."""
        middle = SETTLED + YEAR
        return cls(
            life.bought(SETTLED, middle).astype(np.int16),
            life.bought(middle, middle + YEAR).astype(np.int16),
            life.bought(middle - QUARTER, middle).astype(np.int16),
            np.array([repeat_rate(life, 7 * weeks, middle) for weeks in PERIODS]),
            returns_by_month(life, middle, middle + YEAR),
        )


def settled(lab: Lab) -> list[Settled]:
    """The settled coffee market on every seed, lived once for all facts that ask."""
    scenario = lab.market("coffee", days=SETTLED + 2 * YEAR)
    return lab.once(RUNS, lambda: [Settled.of(lab.live(scenario, seed)) for seed in lab.seeds])


@dataclass(frozen=True)
class ByChance:
    """Purchases of a NBD-Dirichlet. day, row, brand: int64 (n,), one entry each; brands, consumers: how many there are."""

    day: np.ndarray
    row: np.ndarray
    brand: np.ndarray
    brands: int
    consumers: int

    @classmethod
    def of(cls, model: Dirichlet, consumers: int, period: int, days: int, seed: int) -> ByChance:
        """`days` days of a model whose period has `period`; what is left of the shares are brands that are not looked at."""
        rng = np.random.Generator(np.random.PCG64([seed, days]))
        shares = np.array([*model.shares, 1.0 - sum(model.shares)])
        rates = rng.gamma(model.shape, model.mean / model.shape, consumers)
        tastes = rng.dirichlet(model.loyalty * shares, consumers)
        bought = rng.poisson(rates[:, None] * tastes * days / period)
        row, brand = (np.repeat(at, bought.ravel()) for at in np.indices(bought.shape).reshape(2, -1))
        named = brand < len(model.shares)
        return cls(rng.integers(0, days, row.size)[named], row[named], brand[named], len(model.shares), consumers)

    def bought(self, first: int = 0, last: int | None = None) -> np.ndarray:
        """Purchases of each brand by each consumer on days [first, last), int64 (brands, consumers)."""
        mine = (self.day >= first) & (self.day < (np.inf if last is None else last))
        counts = np.zeros((self.brands, self.consumers), np.int64)
        np.add.at(counts, (self.brand[mine], self.row[mine]), 1)
        return counts


def beside_memoryless(experiment: Callable[[Lab], Finding]) -> Callable[[Lab], Finding]:
    """An experiment on the settled market, with what each of its measures gives of the memoryless model beside it."""

    @wraps(experiment)
    def both(lab: Lab) -> Finding:
        found, by_chance = experiment(lab), replace(lab, _shared={RUNS: _memoryless(lab)})
        return replace(found, measures=beside(found.measures, experiment(by_chance).measures))

    return both


def _memoryless(lab: Lab) -> list[Settled]:
    """The memoryless model's purchases on every seed, made once for all facts that ask."""
    model = Dirichlet(shares=tuple(table("toothpaste_uk_1973q1.csv")["share"]), **TOOTHPASTE)
    days = SETTLED + 2 * YEAR

    def made() -> list[Settled]:
        return [Settled.of(ByChance.of(model, lab.consumers, QUARTER, days, seed)) for seed in lab.seeds]

    found: list[Settled] = lab.once(MEMORYLESS, made)
    return found


def repeat_rate(life: Bought, length: int, middle: int) -> float:
    """Share of the buyers of a brand in `length` days who buy it again in the next `length`, over all brands.

    Pairs of periods lie end to end from `middle` back and on for a year at most; each counts by its buyers.
    """
    again = buyers = 0
    for start in range(middle - length, max(middle - YEAR, 0) - 1, -2 * length):
        one, next_one = life.bought(start, start + length) > 0, life.bought(start + length, start + 2 * length) > 0
        again += int((one & next_one).sum())
        buyers += int(one.sum())
    return again / buyers


def returns_by_month(life: Bought, first: int, last: int) -> np.ndarray:
    """Chance that a past buyer of a brand buys it within a month, by months of 30 days since the last purchase; (MONTHS,).

    Read at the start of every month from day `first` to `last`; needs MONTHS months of history before `first`.
    """
    at_risk, back = np.zeros(MONTHS), np.zeros(MONTHS)
    for start in range(first, last - MONTH + 1, MONTH):
        buys = life.bought(start, start + MONTH) > 0
        waited = np.full(buys.shape, MONTHS, np.int64)
        for months in range(MONTHS, 0, -1):
            waited[life.bought(start - MONTH * months, start - MONTH * (months - 1)) > 0] = months - 1
        never = ~(life.bought(start - MONTH * MONTHS, start) > 0)
        at_risk += np.bincount(waited[~never], minlength=MONTHS)[:MONTHS]
        back += np.bincount(waited[~never & buys], minlength=MONTHS)[:MONTHS]
    return back / np.maximum(at_risk, 1)


def top_fifth(counts: np.ndarray) -> np.ndarray:
    """Weight of each consumer among the heaviest fifth of the buyers: 1, 0, or a part where equals share the last places.

    >>> top_fifth(np.array([0, 1, 1, 2, 5, 1])).tolist()
    [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    >>> top_fifth(np.array([3, 3, 0, 1, 1, 1])).tolist()
    [0.5, 0.5, 0.0, 0.0, 0.0, 0.0]
    """
    places = 0.2 * np.count_nonzero(counts)
    ranked = np.sort(counts)[::-1]
    edge = ranked[min(int(places), len(ranked) - 1)]
    above, level = counts > edge, counts == edge
    return above + level * max(0.0, places - above.sum()) / max(level.sum(), 1)
