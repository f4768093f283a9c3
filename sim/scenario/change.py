"""Changing a scenario and telling two apart, by dotted paths: plan.flights.0.weekly, world.brands.Nordlys.price.

In lists of tables an element is meant by its number, its name, or (arrows) its ends, as in
world.journey.arrows.aware>unaware.rate. A name with dots goes in double quotes: world.brands."Dr. Sol".price.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sim.scenario.check import Registry, day_number
from sim.scenario.errors import Mistake, ScenarioError, nearest
from sim.scenario.models import Horizon, ScenarioFile, Table
from sim.scenario.read import freeze

_STEP = re.compile(r'"([^"]*)"|([^.\[\]"]+)')
_PLAIN = re.compile(r'[^.\[\]"]+')
_SEPARATORS = re.compile(r"[.\[\]]*")


def steps_of(path: str) -> tuple[str, ...]:
    """The steps of a dotted path. Raises ScenarioError if it is not one."""
    steps = tuple(quoted or plain for quoted, plain in _STEP.findall(path))
    if not steps or not _SEPARATORS.fullmatch(_STEP.sub("", path)):
        raise ScenarioError(f"'{path}' is not a path such as plan.flights.0.weekly or world.brands.Nordlys.price")
    return steps


def changed(file: ScenarioFile, changes: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    """The scenario's tables with the changes made, not yet checked; what is untouched is shared, not copied.

    A path that begins with a mechanism's name means world.mechanisms.<name>. Raises ScenarioError naming every path
    that leads nowhere.
    """
    tables: Any = file
    wrong: list[Mistake] = []
    for path, value in changes.items():
        try:
            steps = steps_of(path)
            if steps[0] not in ScenarioFile.model_fields:
                steps = _mechanism_steps(path, steps, registry)
            tables = _set(tables, steps, freeze(value), path)
        except ScenarioError as error:
            wrong += error.mistakes
    if wrong:
        raise ScenarioError(wrong)
    return tables if isinstance(tables, dict) else _fields(tables)


def _mechanism_steps(path: str, steps: tuple[str, ...], registry: Registry) -> tuple[str, ...]:
    known = registry()
    if steps[0] not in known:
        hint = nearest(steps[0], [*ScenarioFile.model_fields, *known])
        raise ScenarioError(f"'{path}': there is no '{steps[0]}'{hint}")
    if len(steps) != 2:
        raise ScenarioError(f"'{path}': give a mechanism and one of its parameters, such as {steps[0]}.on")
    return ("world", "mechanisms", *steps)


def _fields(table: Table) -> dict[str, Any]:
    return {info.alias or name: getattr(table, name) for name, info in type(table).model_fields.items()}


def _set(node: Any, steps: tuple[str, ...], value: Any, path: str) -> Any:
    """The node with the value at the end of the steps put in; nodes on the way are copied."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(node, Table):
        node = _fields(node)
        if step not in node:
            raise ScenarioError(f"'{path}': '{step}' is not a key here{nearest(step, node)}")
    if isinstance(node, dict) or node is None:
        table = dict(node or {})
        table[step] = _set(table.get(step), rest, value, path)
        return table
    if isinstance(node, tuple):
        number = _number(node, step, path)
        element = node[number] if number < len(node) else None
        return (*node[:number], _set(element, rest, value, path), *node[number + 1 :])
    raise ScenarioError(f"'{path}': nothing lies inside a single value such as {node!r}")


def identity(element: Any) -> str | None:
    """What an element of a list of tables is called: its name or, for an arrow, its ends."""
    fields = _fields(element) if isinstance(element, Table) else element
    if not isinstance(fields, dict):
        return None
    if "rate" in fields:
        return f"{fields.get('from')}>{fields.get('to')}"
    return fields.get("name") or None


def _number(elements: tuple[Any, ...], step: str, path: str) -> int:
    """Which element is meant; the number after the last one adds an element."""
    if step.isdecimal():
        if int(step) <= len(elements):
            return int(step)
        raise ScenarioError(f"'{path}': there is no number {step}; the list has {len(elements)}")
    names = [identity(one) for one in elements]
    if step in names:
        return names.index(step)
    known = [name for name in names if name]
    hint = nearest(step, known) if known else f"; give a number from 0 to {len(elements)}"
    raise ScenarioError(f"'{path}': there is no '{step}'{hint}")


@dataclass(frozen=True)
class Shortened:
    """A scenario on fewer days, and what had to go."""

    changes: dict[str, Any]
    notes: tuple[str, ...]


def shorten(file: ScenarioFile, days: int) -> Shortened:
    """Cut a scenario to its first days: what begins later is left out, what lasts longer ends with the last day.

    Money given as a total shrinks with the flight, so that its daily spend stays as it was.
    """
    changes: dict[str, Any] = {"horizon.days": days}
    notes: list[str] = []
    if type(days) is not int or not 0 < days < file.horizon.days:
        return Shortened(changes, ())
    for half, key in (
        *((half, key) for half in ("world", "plan") for key in ("flights", "sponsorships", "promotions", "prices")),
        ("world", "events"),
    ):
        tables = getattr(getattr(file, half), key)
        kept = []
        for number, one in enumerate(tables):
            begin = one.on if key == "events" else one.from_
            if begin is not None and day_number(file.horizon, begin) >= days:
                notes.append(f"{half}.{key}[{number}] begins after the last day and is left out")
                continue
            kept.append(_cut(one, file.horizon, days))
        if kept != list(tables):
            changes[f"{half}.{key}"] = tuple(kept)
    return Shortened(changes, tuple(notes))


def active_days(horizon: Horizon, flight: Any, days: int) -> Iterator[int]:
    """Days within the first `days` on which a flight runs: from `from` to `to`, in the weeks its pulse is on."""
    first = 0 if flight.from_ is None else day_number(horizon, flight.from_)
    last = horizon.days - 1 if flight.to is None else day_number(horizon, flight.to)
    on, off = flight.pulse or (1, 0)
    for day in range(first, min(last, days - 1) + 1):
        if (day - first) // 7 % (on + off) < on:
            yield day


def _cut(table: Any, horizon: Horizon, days: int) -> Any:
    """One flight, sponsorship or promotion ended with the last day."""
    update: dict[str, Any] = {}
    end = getattr(table, "to", None)
    if end is not None and day_number(horizon, end) >= days:
        update["to"] = days - 1 if isinstance(end, int) else horizon.start + timedelta(days=days - 1)
    if getattr(table, "total", None) is not None:
        before = sum(1 for _ in active_days(horizon, table, horizon.days))
        after = sum(1 for _ in active_days(horizon, table, days))
        update["total"] = table.total * after / before
    return table.model_copy(update=update) if update else table


def differences(mine: Any, theirs: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every place where two scenarios' plain tables differ: (path, mine, theirs); None where one has nothing."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*mine, *theirs)):
            yield from differences(mine.get(key), theirs.get(key), _joined(at, key))
    elif _are_tables(mine) and _are_tables(theirs):
        ours, others = _by_identity(mine), _by_identity(theirs)
        for key in dict.fromkeys((*ours, *others)):
            yield from differences(ours.get(key), others.get(key), _joined(at, key))
        shared = [key for key in ours if key in others]
        if shared != [key for key in others if key in ours]:
            yield at, list(ours), list(others)
    elif mine != theirs:
        yield at.removeprefix("world.mechanisms."), mine, theirs


def _joined(at: str, key: str) -> str:
    text = key if _PLAIN.fullmatch(key) else f'"{key}"'
    return f"{at}.{text}" if at else text


def _are_tables(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, dict) for one in value)


def _by_identity(elements: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {identity(one) or str(number): one for number, one in enumerate(elements)}
