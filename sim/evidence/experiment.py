"""What an experiment on a fact is: a function that takes a laboratory and returns measures, each with its band.

    @fact("A01", market="coffee", change="+10 % of the focal brand's advertising in one week", control="the same week without it")
    def short_run_advertising(lab): ...
        return Finding([Measure.of_ratio("elasticity", gain, spend, low=0.02, high=0.22, published=0.12)])

A fact *holds* if every measure lies in its band; else it *misses*. What cannot be measured raises NotMeasurable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.published import published
from sim.experiments.intervals import half_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.evidence.lab import Lab


class NotMeasurable(Exception):
    """The simulator lacks something that the fact is about; the message says what."""


@dataclass(frozen=True)
class Measure:
    """One figure measured once per seed, and the band it should lie in (None: open on that side).

    sign: a claim of direction; met only if the whole interval lies in the band. published: the published figure, if there is
    one. A measure without low and high is shown beside the others and has no say in the verdict.
    """

    name: str
    values: np.ndarray
    low: float | None = None
    high: float | None = None
    published: float | None = None
    unit: str = ""
    sign: bool = False

    @classmethod
    def of_ratio(
        cls,
        name: str,
        above: Sequence[float] | np.ndarray,
        below: Sequence[float] | np.ndarray,
        low: float | None = None,
        high: float | None = None,
        published: float | None = None,
        unit: str = "",
        sign: bool = False,
    ) -> Measure:
        """The ratio of two sums over seeds, with jackknife pseudo-values (Quenouille 1956) as its values.

        Better than the mean of ratios where the denominator is noisy. above, below: one figure per seed, paired.
        """
        top, bottom = np.asarray(above, float), np.asarray(below, float)
        n, whole = len(top), float(top.sum() / bottom.sum()) if bottom.sum() else float("nan")
        if n < 2:
            return cls(name, np.array([whole]), low, high, published, unit, sign)
        rest = bottom.sum() - bottom
        without = np.divide(top.sum() - top, rest, out=np.full(n, np.nan), where=rest != 0)
        return cls(name, n * whole - (n - 1) * without, low, high, published, unit, sign)

    @property
    def estimate(self) -> float:
        """Mean over seeds."""
        return float(np.mean(self.values))

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean over seeds (Student); with one seed there is none, and it is without bounds."""
        n = len(self.values)
        if n < 2:
            return (float("-inf"), float("inf"))
        half = half_width(float(np.std(self.values, ddof=1)), n)
        return (self.estimate - half, self.estimate + half)

    @property
    def judged(self) -> bool:
        """Whether it has a say in the verdict."""
        return self.low is not None or self.high is not None

    def inside(self, value: float) -> bool:
        """Whether a value lies in the band."""
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return bool(low <= value <= high)

    @property
    def met(self) -> bool:
        """Whether the band is met: by the mean, or for a claim of direction by the whole interval."""
        if self.sign:
            low, high = self.interval
            return self.inside(low) and self.inside(high)
        return self.inside(self.estimate)

    @property
    def contradicted(self) -> bool:
        """Whether the whole interval lies outside the band: more seeds would hardly change a miss."""
        low, high = self.interval
        floor = -np.inf if self.low is None else self.low
        ceiling = np.inf if self.high is None else self.high
        return not np.isfinite(self.estimate) or high < floor or low > ceiling


@dataclass(frozen=True)
class Finding:
    """What an experiment found. draw: draws the pattern behind the figures on matplotlib axes. note: one sentence on how
    to read it; for a miss, the diagnosis."""

    measures: Sequence[Measure]
    draw: Callable[[Axes], None] | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether every measure that has a say meets its band."""
        judged = [one for one in self.measures if one.judged]
        return bool(judged) and all(one.met for one in judged)

    @property
    def contradicted(self) -> bool:
        """Whether some measure lies outside its band with its whole interval."""
        return any(one.judged and one.contradicted for one in self.measures)


@dataclass(frozen=True)
class Experiment:
    """An experiment on a published fact.

    market: the shipped scenario(s) it is measured in. change, control: the two arms, in words. seeds: how many, in full and in
    the quick form. shares: name of the runs that it shares with other experiments; those are scheduled together. diagnosis:
    why the model misses the fact, where it does.
    """

    id: str
    run: Callable[[Lab], Finding]
    market: str
    change: str
    control: str
    seeds: int
    quick: int
    shares: str
    diagnosis: str
    module: str = field(default="")

    @property
    def title(self) -> str:
        """First line of the experiment's docstring: what is measured."""
        return (self.run.__doc__ or self.id).strip().splitlines()[0]


EXPERIMENTS: dict[str, Experiment] = {}


def fact(
    id: str,
    *,
    market: str,
    change: str,
    control: str,
    seeds: int = 30,
    quick: int = 4,
    shares: str = "",
    diagnosis: str = "",
) -> Callable[[Callable[[Lab], Finding]], Callable[[Lab], Finding]]:
    """Register the experiment of a published fact. Raises ValueError for an unknown id or a second experiment on one."""

    def register(run: Callable[[Lab], Finding]) -> Callable[[Lab], Finding]:
        if id not in published():
            raise ValueError(f"{run.__name__}: there is no published fact '{id}' in data/facts.csv")
        if id in EXPERIMENTS and EXPERIMENTS[id].run.__qualname__ != run.__qualname__:
            raise ValueError(f"{run.__name__}: fact '{id}' has an experiment already: {EXPERIMENTS[id].run.__name__}")
        EXPERIMENTS[id] = Experiment(
            id, run, market, change, control, seeds, quick, shares or id, diagnosis, run.__module__
        )
        return run

    return register
