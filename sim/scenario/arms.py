"""Arms: further plans inside one scenario file, each said as what differs from its [plan].

    [arms.friends]                      # everything else is as in [plan]
    emails_per_week = 2
    referral = { appeal = 0.6, reward = 5 }
    flights = []                        # a list takes the place of the plan's
    "sponsorships.0.posts_per_week" = 2 # a key with dots changes one value of the plan

An arm is kept as changes by dotted path, which `Scenario.with_` makes. The file itself runs as its own plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.build import build, show
from sim.scenario.change import changed, steps_of
from sim.scenario.check import Registry
from sim.scenario.errors import Mistake, Path, ScenarioError, nearest
from sim.scenario.models import Plan, ScenarioFile
from sim.scenario.read import Source

PLAN = "plan"
"""What the file's own plan is called among its arms; no arm may bear this name."""

Arms = Mapping[str, Mapping[str, Any]]
"""Name of each arm -> its changes by dotted path."""

_KEYS = {info.alias or name: info for name, info in Plan.model_fields.items()}


def build_with_arms(
    source: Source, folder: FilePath, registry: Registry
) -> tuple[ScenarioFile, tuple[str, ...], dict[str, dict[str, Any]]]:
    """The checked scenario, notes, and its arms. Raises ScenarioError with every mistake; arms are looked at last."""
    tables = source.data.pop("arms", {})
    file, notes = build(source, folder, registry)
    return file, notes, checked_arms(tables, file, source, folder, registry)


def checked_arms(
    tables: Any, file: ScenarioFile, source: Source, folder: FilePath, registry: Registry
) -> dict[str, dict[str, Any]]:
    """Arms as changes to a scenario's tables, checked one by one. Raises ScenarioError with every mistake in them.

    tables: name -> what differs from the plan. source: where they are written, each under ("arms", name).
    """
    if not isinstance(tables, dict):
        raise ScenarioError([source.located(Mistake(("arms",), "give a table for each arm, such as [arms.friends]"))])
    arms: dict[str, dict[str, Any]] = {}
    wrong: list[Mistake] = []
    for name, table in tables.items():
        try:
            arms[name] = _arm(name, table, file, source, folder, registry)
        except ScenarioError as error:
            wrong += [source.located(one) for one in error.mistakes]
    if wrong:
        raise ScenarioError(wrong)
    return arms


def _arm(
    name: str, table: Any, file: ScenarioFile, source: Source, folder: FilePath, registry: Registry
) -> dict[str, Any]:
    """The changes of one arm, checked by building the scenario with them."""
    at: Path = ("arms", name)
    if name == PLAN:
        raise ScenarioError([Mistake(at, f"'{PLAN}' is what the file's own plan is called; give the arm another name")])
    if not name.strip():
        raise ScenarioError([Mistake(at, f"'{name}' is not allowed; give the arm a name that can be seen")])
    if not isinstance(table, dict):
        raise ScenarioError([Mistake(at, f"{show(table)} is not a plan; give a table, such as [arms.{name}]")])
    changes: dict[str, Any] = {}
    places = {path: place for path, place in source.places.items() if path[:1] != ("arms",)}
    places[("plan",)] = places[()] = source.place(at)  # type: ignore[assignment]
    wrong: list[Mistake] = []
    for key, value in table.items():
        try:
            found = _changes(key, value)
            changed(file, found, registry)
        except ScenarioError as error:
            wrong += [Mistake((*at, key) if one.path else at, one.message, *source.place((*at, key)))
                      for one in error.mistakes]  # fmt: skip
            continue
        changes |= found
        _take_places(places, source, (*at, key))
    if wrong:
        raise ScenarioError(wrong)
    try:
        build(Source(changed(file, changes, registry), places), folder, registry)
    except ScenarioError as error:
        raise ScenarioError(
            Mistake((*at, *one.path[1:]) if one.path[:1] == ("plan",) else one.path, one.message, one.file, one.line)
            for one in error.mistakes
        ) from None
    return changes


def _changes(key: str, value: Any) -> dict[str, Any]:
    """What one key of an arm changes: a list or a value takes the plan's place, in a table each key its own."""
    if key == "title":
        return {"title": value}
    if "." not in key and key not in _KEYS:
        raise ScenarioError(f"'{key}' is not a key here{nearest(key, ['title', *_KEYS])}")
    if isinstance(value, dict):
        return {f"plan.{key}.{inner}": one for inner, one in value.items()}
    return {f"plan.{key}": value}


def _take_places(places: dict[Path, Any], source: Source, at: Path) -> None:
    """Let what the arm says of the plan stand where the arm says it."""
    steps = tuple(int(step) if step.isdecimal() else step for step in steps_of(str(at[2])))
    for path, place in source.places.items():
        if path[:3] == at:
            places[("plan", *steps, *path[3:])] = place
