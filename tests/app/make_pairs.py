"""Small paired runs that the app's chart tests share, made once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

import sim
from sim.app.digest import Digest, digest
from sim.app.jobs import Pairs
from sim.scenario import Scenario

SEEDS = (3, 4, 5, 6)


@cache
def market() -> Scenario:
    """A small market with an event."""
    scenario = sim.load("launch").with_({"consumers": 500, "days": 168})
    event = {"kind": "crisis", "on": 90, "days": 10, "size": 0.5, "label": "<b>Bad</b> batch"}
    return scenario.with_("world.events", (event,))


@cache
def pairs() -> Pairs:
    """Today's plan against one with film doubled and one with film cut."""

    def runs(scenario: Scenario) -> tuple[Digest, ...]:
        return tuple(digest(sim.run(scenario, seed=seed)) for seed in SEEDS)

    weekly = "plan.flights.0.weekly"
    plans = {"A": runs(market().with_(weekly, 60_000)), "B": runs(market().with_(weekly, 2_000))}
    return Pairs(runs(market()), plans, len(SEEDS), 500)


def with_figures(figure: str, today: np.ndarray, **plans: np.ndarray) -> Pairs:
    """Pairs whose headline figure has these values; all else is of one real run."""
    one = pairs().today[0]

    def runs(values: np.ndarray) -> tuple[Digest, ...]:
        return tuple(replace(one, headline=one.headline | {figure: float(value)}) for value in values)

    return Pairs(runs(today), {key: runs(values) for key, values in plans.items()}, len(today), 500)
