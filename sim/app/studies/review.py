"""What a worker says of a study before it is kept: what it is, what it will take, and what a few of its runs give."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sim.app.studies import check
from sim.experiments.sweep.factors import plain
from sim.experiments.sweep.study import Study
from sim.scenario import Mistake, Scenario, ScenarioError


@dataclass(frozen=True)
class Review:
    """A study in short, as plain data that is kept beside it.

    factors: name, and what makes it this factor (Factor.identity). disk: bytes that it will take, about. mistakes: what is
    wrong with it; then the rest is empty.
    """

    title: str = ""
    question: str = ""
    scenario: str = ""
    kind: str = ""
    points: int = 0
    seeds: int = 0
    consumers: int = 0
    days: int = 0
    factors: tuple[tuple[str, dict[str, Any]], ...] = ()
    outputs: tuple[str, ...] = ()
    daily: tuple[str, ...] = ()
    currency: str = ""
    disk: float = 0.0
    mistakes: tuple[Mistake, ...] = ()

    @property
    def runs(self) -> int:
        """Runs in all."""
        return self.points * self.seeds

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, table: dict[str, Any]) -> Review:
        """From what `plain` gave. Raises TypeError for anything else."""
        lists = {key: tuple(tuple(one) if isinstance(one, list) else one for one in value)
                 for key, value in table.items() if isinstance(value, list)}  # fmt: skip
        return cls(**{**table, **lists})


@dataclass(frozen=True)
class Tried:
    """One run that was tried: its point's values by factor, seed, figures by name, why it failed, seconds it took."""

    values: dict[str, Any]
    seed: int
    figures: dict[str, float]
    error: str
    seconds: float


@dataclass(frozen=True)
class Trial:
    """A few runs, and from them seconds of one run and bytes of all."""

    runs: tuple[Tried, ...] = ()
    seconds: float = 0.0
    disk: float = 0.0
    mistakes: tuple[Mistake, ...] = ()


def review(text: str, own: Scenario | None = None) -> Review:
    """What a study file asks for, or what is wrong with it. own: see `check.checked`."""
    try:
        study = check.checked(text, own)
    except ScenarioError as error:
        return Review(mistakes=_each(error))
    return of_study(study)


def _each(error: ScenarioError) -> tuple[Mistake, ...]:
    """Every mistake once: what each extreme of a study gets wrong is often the same."""
    return tuple(dict.fromkeys(error.mistakes))


def of_study(study: Study) -> Review:
    """A checked study in short."""
    return Review(
        study.title,
        study.question,
        study.base.title,
        study.design.kind,
        study.size // len(study.seeds),
        len(study.seeds),
        study.base.world.market.consumers,
        study.base.horizon.days,
        tuple((one.name, one.identity()) for one in study.factors),
        study.outputs,
        study.daily,
        study.base.world.market.currency,
        check.disk(study),
    )


def trial(text: str, own: Scenario | None = None) -> Trial:
    """Run the first, the middle and the last run of a study here: do they work, what do they give, how long do they take?"""
    from sim.experiments.sweep.runner import OneRun, estimated, time_some

    try:
        with check.laid_out(text, own) as study:
            seeds = study.seeds
            tasks = [(number, number // len(seeds), seeds[number % len(seeds)]) for number in range(study.size)]
            timed = time_some(study, OneRun(study, study.identity["model"], ()), tasks)
    except ScenarioError as error:
        return Trial(mistakes=_each(error))
    names = study.points.names
    runs = tuple(
        Tried(
            {name: plain(value) for name, value in zip(names, task.point)},
            task.seed,
            dict(kept.figures) if kept else {},
            error,
            seconds,
        )
        for task, kept, error, seconds in timed
    )
    told = estimated(timed, study.size, 1)
    return Trial(runs, told.seconds, told.disk)
