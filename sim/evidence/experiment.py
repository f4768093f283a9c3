"""What an experiment on a fact is: a function that takes a laboratory and returns measures, each with its band.

    @fact("A01", market="coffee", change="+10 % of the focal brand's advertising in one week", control="the same week without it")
    def short_run_advertising(lab): ...
        return Finding([Measure.of_ratio("elasticity", gain, spend, low=0.02, high=0.22, published=0.12)])

A fact *holds* if every measure meets its band, *misses* if one does not, and is *undecided* if none misses but the seeds cannot
tell of one. What cannot be measured raises NotMeasurable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.published import published
from sim.experiments.intervals import half_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.evidence.lab import Lab


MET, UNDECIDED, MISSED = "met", "undecided", "missed"
"""What may come out for a measure."""


class NotMeasurable(Exception):
    """The simulator lacks something that the fact is about; the message says what."""


@dataclass(frozen=True)
class Measure:
    """One figure measured once per seed, and the band it should lie in (None: open on that side).

    sign: a claim of direction; met only if the whole interval lies in the band. published: the published figure, if there is
    one. trivial: what a trivial model gives, where `Experiment.trivial` names one. A measure without low and high is shown beside
    the others and has no say in the verdict.
    """

    name: str
    values: np.ndarray
    low: float | None = None
    high: float | None = None
    published: float | None = None
    unit: str = ""
    sign: bool = False
    trivial: float | None = None

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

    @property
    def outcome(self) -> str:
        """MET, MISSED or UNDECIDED, as `outcome_of` says."""
        return outcome_of(self.estimate, self.interval, self.low, self.high, self.sign)

    @property
    def contradicted(self) -> bool:
        """Whether the whole interval lies outside the band: more seeds would hardly change a miss."""
        return _outside(self.estimate, self.interval, self.low, self.high)


def outcome_of(
    estimate: float, interval: tuple[float, float], low: float | None, high: float | None, sign: bool
) -> str:
    """MET, MISSED, or UNDECIDED where more seeds might tell.

    A claim of direction is met if the whole interval lies in the band, missed if it lies outside, else undecided. A band is
    met if the mean lies in it; but an interval that is wider than a band with two ends, and not outside it, tells nothing.
    """
    if _outside(estimate, interval, low, high):
        return MISSED
    floor, ceiling = -np.inf if low is None else low, np.inf if high is None else high
    if sign:
        return MET if floor <= interval[0] and interval[1] <= ceiling else UNDECIDED
    if interval[1] - interval[0] > ceiling - floor:
        return UNDECIDED
    return MET if floor <= estimate <= ceiling else MISSED


def _outside(estimate: float, interval: tuple[float, float], low: float | None, high: float | None) -> bool:
    floor, ceiling = -np.inf if low is None else low, np.inf if high is None else high
    return not np.isfinite(estimate) or interval[1] < floor or interval[0] > ceiling


def worst(outcomes: Iterable[str | None]) -> str:
    """Of measures that have a say (None: has none): MISSED if one is, or if none has, else UNDECIDED if one is, else MET."""
    found = {one for one in outcomes if one is not None} or {MISSED}
    return next(outcome for outcome in (MISSED, UNDECIDED, MET) if outcome in found)


def beside(measures: Sequence[Measure], trivial: Sequence[Measure]) -> list[Measure]:
    """Measures, each with what the same measure gives of a trivial model; the same names in the same order."""
    return [replace(one, trivial=other.estimate) for one, other in _same_names(measures, trivial)]


def _same_names(measures: Sequence[Measure], others: Sequence[Measure]) -> Iterator[tuple[Measure, Measure]]:
    for one, other in zip(measures, others, strict=True):
        if one.name != other.name:
            raise ValueError(f"measure '{one.name}' stands beside '{other.name}'")
        yield one, other


@dataclass(frozen=True)
class Finding:
    """What an experiment found. draw: draws the pattern behind the figures on matplotlib axes. note: one sentence on how
    to read it; for a miss, the diagnosis."""

    measures: Sequence[Measure]
    draw: Callable[[Axes], None] | None = None
    note: str = ""

    @property
    def outcome(self) -> str:
        """MISSED if some measure that has a say misses its band (or none has a say), UNDECIDED if some cannot tell, else MET."""
        return worst(one.outcome for one in self.measures if one.judged)

    @property
    def holds(self) -> bool:
        """Whether every measure that has a say meets its band."""
        return self.outcome == MET

    @property
    def contradicted(self) -> bool:
        """Whether some measure lies outside its band with its whole interval."""
        return any(one.judged and one.contradicted for one in self.measures)


@dataclass(frozen=True)
class Experiment:
    """An experiment on a published fact.

    market: the shipped scenario(s) it is measured in. change, control: the two arms, in words. seeds: how many, in full and in
    the quick form. shares: name of the runs that it shares with other experiments; those are scheduled together. diagnosis:
    why the model misses the fact, where it does. trivial: the trivial model whose figures stand beside the measures, and what it
    knows. unjudged: what the published band asks beside, and is not judged here, each with why.
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
    trivial: str = ""
    unjudged: tuple[str, ...] = ()

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
    trivial: str = "",
    unjudged: tuple[str, ...] = (),
) -> Callable[[Callable[[Lab], Finding]], Callable[[Lab], Finding]]:
    """Register the experiment of a published fact. Raises ValueError for an unknown id or a second experiment on one."""

    def register(run: Callable[[Lab], Finding]) -> Callable[[Lab], Finding]:
        if id not in published():
            raise ValueError(f"{run.__name__}: there is no published fact '{id}' in data/facts.csv")
        if id in EXPERIMENTS and EXPERIMENTS[id].run.__qualname__ != run.__qualname__:
            raise ValueError(f"{run.__name__}: fact '{id}' has an experiment already: {EXPERIMENTS[id].run.__name__}")
        EXPERIMENTS[id] = Experiment(
            id, run, market, change, control, seeds, quick, shares or id, diagnosis, trivial, unjudged
        )
        return run

    return register
