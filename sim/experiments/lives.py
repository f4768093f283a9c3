"""One seed of a comparison: every plan lived under one luck, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.experiments.consumers import changed_touches, tally
from sim.experiments.figures import FIGURES, headline
from sim.experiments.routes import decompose
from sim.results import Run
from sim.running import run
from sim.scenario import Scenario

DAILY = ("units", "new_customers", "revenue", "profit")
"""Figures that are also kept day by day."""
APART = 1_000_000_007
"""Added to the seed of each further arm where luck is to be independent; what common luck is worth shows against that."""


@dataclass(frozen=True)
class Asked:
    """A seed to be lived. arms: plans, the baseline first. why: whether to take differences apart. common: one luck for all."""

    arms: tuple[Scenario, ...]
    seed: int
    why: bool = False
    common: bool = True


@dataclass(frozen=True)
class Lived:
    """What one seed showed.

    values: float64 (arms, figures). daily: float64 (arms, `DAILY`, days), real people and money; None if days differ.
    who: int64 (arms - 1, sums, groups, segments, ties, distances), see sim.experiments.consumers; None under independent luck.
    parts: float64 (arms - 1, figures, parts), see sim.experiments.routes; None unless asked for.
    """

    seed: int
    values: np.ndarray
    daily: np.ndarray | None
    who: np.ndarray | None
    parts: np.ndarray | None


def live(asked: Asked) -> Lived:
    """Live every plan of a comparison on one seed. Raises KeyboardInterrupt if one of them was cut short by Ctrl-C."""
    runs = []
    for number, scenario in enumerate(asked.arms):
        one = run(scenario, asked.seed + (0 if asked.common else APART * number), ledger=asked.common)
        if one.record.stopped:
            raise KeyboardInterrupt  # half a year of one plan is not to be set against a whole one of another
        runs.append(one)
    found = [headline(one) for one in runs]
    first, *others = asked.arms
    return Lived(
        asked.seed,
        np.array([[figures[name] for name in FIGURES] for figures in found]),
        np.array([_daily(one) for one in runs]) if len({one.record.days for one in runs}) == 1 else None,
        _who(runs, asked.arms) if asked.common else None,
        np.array([decompose(first, other, asked.seed) for other in others]) if asked.why else None,
    )


def _daily(one: Run) -> np.ndarray:
    record, focal, scale = one.record, one.record.focal, one.people_per_consumer
    series = {name: values[:, focal] for name, values in record.series.items()}
    spend = series["spend_media"] + series["spend_influencers"] + series["spend_programmes"]
    return np.array(
        [
            (series["purchases_first"] + series["purchases_repeat"]) * scale,
            series["purchases_first"] * scale,
            series["revenue"],
            series["margin"] - spend,
        ]
    )


def _who(runs: list[Run], arms: tuple[Scenario, ...]) -> np.ndarray | None:
    ledgers = [one.ledger for one in runs]
    found = []
    for number in range(1, len(arms)):
        mine, theirs = ledgers[0], ledgers[number]
        if mine is None or theirs is None or len(mine.units) != len(theirs.units):
            return None  # worlds of different size, compared on purpose: nobody can be told apart from nobody
        kinds, _ = changed_touches(arms[0], arms[number])
        found.append(tally(mine, theirs, [kind for kind in kinds if kind in mine.kinds]))
    return np.array(found)
