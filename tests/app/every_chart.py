"""Every chart of the app, made of small real runs: what all tests of charts go through. A chart that is missing fails one."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from make_pairs import market, pairs

import sim
from sim.app import charts
from sim.app.charts import (
    Chart,
    Look,
    build_up,
    difference,
    difference_builds_up,
    drop_off,
    journey_flow,
    over_time,
    path_table,
    through_the_year,
    touchpoints,
    where_you_lose_them,
)
from sim.app.charts.credit import credit
from sim.app.charts.returns import returns, synergy
from sim.app.charts.study_effects import indices, tornado
from sim.app.charts.study_map import heat_map, many_axes
from sim.app.journeys import Journeys, follow
from sim.app.studies.findings import Findings, findings
from sim.experiments.attribution import Attribution, attribution
from sim.experiments.response import Response, response
from sim.scenario import Scenario

sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))
from make_sweep import known

NAMES = {"A": "A <script>alert(1)</script>", "B": "B {b} | plan"}


@cache
def channels() -> Scenario:
    """A small market with two channels."""
    flights = ({"channel": "online_video", "weekly": 1_500}, {"channel": "paid_social", "weekly": 1_200})
    return sim.load("minimal").with_({"consumers": 300, "days": 84}).with_("plan.flights", flights)


@cache
def credited() -> Attribution:
    return attribution(channels(), 2, tests=False, budgets=False, workers="inline")


@cache
def answered() -> Response:
    return response(channels(), 2, ladder=(0.0, 0.5, 1.0, 2.0), pairs=True, bursts=False, workers="inline")


@cache
def helped() -> Response:
    """Channels that help one another beyond luck."""
    found = answered()
    return replace(found, synergy={pair: np.array([900.0, 1_000.0, 1_100.0]) for pair in found.synergy})


@cache
def journeys(weekly: float | None = None) -> Journeys:
    return follow(market() if weekly is None else market().with_("plan.flights.0.weekly", weekly), 3)


def steep(point: np.ndarray, luck: np.random.Generator) -> float:
    """10 a - 4 b, nothing of c."""
    return float(10 * point[0] - 4 * point[1] + 0.01 * luck.normal())


@cache
def study(kind: str) -> Findings:
    """What a study found whose truth is known."""
    designs = {"map": {"kind": "latin_hypercube", "points": 240}, "sobol": {"kind": "saltelli", "base": 32},
               "gaps": {"kind": "grid"}}  # fmt: skip
    with TemporaryDirectory() as place:
        found = findings(
            known(Path(place) / "s", steep, designs[kind], skip=40 if kind == "gaps" else 0).folder, "profit"
        )
    assert found is not None
    return found


def _sure(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def _year(look: Look) -> Chart:
    return through_the_year(journeys().quarters(), journeys().travelled(), look)


def _change(look: Look) -> Chart:
    moved, base = journeys(60_000.0).travelled(), journeys().travelled()
    return journey_flow(moved, look, moved.weeks, base)


CHARTS: dict[str, Callable[[Look], Chart]] = {
    "difference": lambda look: difference(pairs(), look),
    "difference in trust": lambda look: difference(pairs(), look, "trust"),
    "build-up": lambda look: build_up(pairs(), look),
    "build-up of one": lambda look: build_up(replace(pairs(), plans={"A": pairs().plans["A"]}), look, "revenue"),
    "builds": lambda look: difference_builds_up(pairs(), look),
    "losses": lambda look: where_you_lose_them(pairs(), look),
    "drop-off": lambda look: drop_off(pairs().plans["A"], look, "A", pairs().today),
    "touches": lambda look: touchpoints(pairs(), look),
    "trust": lambda look: over_time(pairs(), look),
    "tone": lambda look: over_time(pairs(), look, "tone"),
    "today alone": lambda look: build_up(replace(pairs(), plans={}), look),
    "losses alone": lambda look: where_you_lose_them(replace(pairs(), plans={}), look),
    "flow": lambda look: journey_flow(journeys().travelled(), look, journeys().travelled().weeks),
    "flow, change": _change,
    "year": _year,
    "paths": lambda look: path_table(journeys().ways(), look),
    "paths with a loop": lambda look: path_table(journeys().ways(), look, "loop"),
    "credit": lambda look: credit(credited(), look),
    "returns": lambda look: returns(answered(), look),
    "synergy": lambda look: synergy(answered(), look),
    "synergy, sure": lambda look: synergy(helped(), look),
    "tornado": lambda look: tornado(study("map"), look),
    "indices": lambda look: _sure(indices(study("sobol"), look)),
    "map": lambda look: _sure(heat_map(study("map"), look)),
    "map with gaps": lambda look: _sure(heat_map(study("gaps"), look)),
    "axes": lambda look: many_axes(study("map"), look),
}
"""A chart in one of its forms -> the function that makes it."""
MADE_BY = (
    build_up, difference, difference_builds_up, where_you_lose_them, drop_off, touchpoints, over_time, journey_flow,
    through_the_year, path_table, credit, returns, synergy, tornado, indices, heat_map, many_axes,
)  # fmt: skip
"""Functions whose charts are in `CHARTS`."""


def makers() -> set[str]:
    """Names of all functions of `sim.app.charts` that make a chart."""
    found = set()
    for one in pkgutil.iter_modules(charts.__path__):
        module = import_module(f"{charts.__name__}.{one.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            made = str(inspect.signature(function).return_annotation)
            if function.__module__ == module.__name__ and made in ("Chart", "Chart | None"):
                found.add(name)
    return found
