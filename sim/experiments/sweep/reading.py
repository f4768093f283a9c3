"""From a study's tables to a checked `Study`: every mistake at once, in words, with its line."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.experiments.figures import FIGURES
from sim.experiments.sweep.designs import read_rows
from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.models import FactorTable, StudyFile
from sim.experiments.sweep.study import Study, mechanism_files
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.arms import PLAN, checked_arms
from sim.scenario.build import show
from sim.scenario.check import installed
from sim.scenario.errors import Mistake, Sentence, nearest
from sim.scenario.errors import Path as Where
from sim.scenario.read import Source

RESERVED = ("run", "point", "replicate", "seed", "status", "error", "seeds", "day", "hash", "seconds", "worker")
"""Column names of the tables themselves."""
ARM = "arm"
"""Column of a list that names arms."""
STAGE = "stage."
"""Daily series that begin so are people at a stage."""


class _Wrong:
    """Mistakes gathered on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Mistake] = []

    def say(self, where: Where, message: str) -> None:
        """Note a mistake at a place of the study."""
        self.found.append(self.source.located(Mistake(where, message)))

    def stop(self) -> None:
        """Raise what was found, if anything."""
        if self.found:
            raise ScenarioError(sorted(dict.fromkeys(self.found), key=lambda one: one.line or 0))


def build_study(file: StudyFile, source: Source, folder: Path, given: Scenario | None = None) -> Study:
    """A checked study. folder: where its file names start. given: its scenario, if it was made in Python.

    Raises ScenarioError with every mistake, in line order.
    """
    wrong = _Wrong(source)
    mechanisms = tuple(folder / name for name in file.mechanisms)
    try:
        mechanism_files(mechanisms)
    except ScenarioError as error:
        wrong.say(("mechanisms",), str(error))
        wrong.stop()
    scenario = _scenario(file, folder, given, source, wrong)
    base = _sized(scenario, file, wrong)
    rows = _rows(file, folder, wrong)
    factors = tuple(_factors(file, base, scenario, rows, wrong))
    rows = _named(rows, factors, wrong)
    _check_design(file, factors, wrong)
    _check_names(file, factors, base, wrong)
    if not wrong.found:
        _check_rows(rows, factors, base, wrong)
    wrong.stop()
    named = [name for one in factors if not one.path for name in one.levels]
    arms = {name: _sized(scenario.arm(name), file, wrong) for name in dict.fromkeys(named)}
    return Study(
        file.title, file.question, base, arms, factors, file.design, rows, file.seeds, file.outputs or tuple(FIGURES),
        file.daily, mechanisms,
    )  # fmt: skip


def _scenario(file: StudyFile, folder: Path, given: Scenario | None, source: Source, wrong: _Wrong) -> Scenario:
    """The scenario as it is, with the study's arms beside its own; its folder said in full, for workers elsewhere."""
    try:
        scenario = given or _opened(file.scenario, folder)
    except ScenarioError as error:
        for one in error.mistakes:
            wrong.say(("scenario",), str(one))
        wrong.stop()
        raise
    arms = checked_arms(file.arms, scenario.tables, source, scenario.folder, installed)
    return replace(scenario, folder=Path(os.path.abspath(scenario.folder)), arms={**scenario.arms, **arms})


def _opened(name: str, folder: Path) -> Scenario:
    beside = folder / name
    return load(beside if beside.is_file() else name)


def _sized(scenario: Scenario, file: StudyFile, wrong: _Wrong) -> Scenario:
    """The scenario at the study's size, with the study's changes."""
    size = {key: value for key, value in (("consumers", file.consumers), ("days", file.days)) if value is not None}
    where = "consumers"
    try:
        scenario = scenario.with_(size)
        where = "changes"
        return scenario.with_(flat(file.changes))
    except ScenarioError as error:
        for one in error.mistakes:
            wrong.say((where,), str(one))
        wrong.stop()
        raise


def flat(table: Mapping[str, Any], at: str = "") -> dict[str, Any]:
    """Nested tables as dotted path -> value; what is quoted may have dots already."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{at}.{key}" if at else key
        if isinstance(value, Mapping):
            found.update(flat(value, path))
        else:
            found[path] = value
    return found


def _rows(file: StudyFile, folder: Path, wrong: _Wrong) -> tuple[dict[str, Any], ...]:
    """The points of a list as they were given, by the names used there."""
    design = file.design
    if design.kind != "list":
        if design.file is not None or design.rows:
            key = "file" if design.file is not None else "rows"
            wrong.say(("design", key), f"'{design.kind}' makes its own points; '{key}' belongs to kind = \"list\"")
        return ()
    if (design.file is None) == (not design.rows):
        wrong.say(("design",), "a list needs either 'file' or 'rows'")
        return ()
    if design.file is None:
        rows = [flat(one) for one in design.rows]
    else:
        try:
            rows = read_rows(folder / design.file)
        except ScenarioError as error:
            wrong.say(("design", "file"), str(error))
            return ()
    for number, row in enumerate(rows):
        if set(row) != set(rows[0]):
            odd = ", ".join(sorted(set(row) ^ set(rows[0])))
            wrong.say(("design", "rows", number), f"has other columns than the first point: {odd}")
            return ()
    return tuple(rows)


def _factors(
    file: StudyFile, base: Scenario, scenario: Scenario, rows: tuple[dict[str, Any], ...], wrong: _Wrong
) -> Iterator[Factor]:
    """Every factor that is right; mistakes of the others are noted."""
    listed = file.design.kind == "list"
    tables = list(file.factors)
    if listed and rows:
        known = {name for one in tables for name in (one.name, one.path) if name}
        for column in rows[0]:
            if column not in known:
                names = tuple(dict.fromkeys(str(row[column]) for row in rows))
                tables.append(FactorTable(name=ARM, arms=names) if column == ARM else FactorTable(path=column))
    if not tables and not wrong.found:
        wrong.say(("factors",), Sentence("no_factors"))
    taken: dict[str, int] = {}
    for number, table in enumerate(tables):
        where: Where = ("factors", number)
        name = table.name or table.path or ARM
        if name in taken:
            wrong.say(where, f"there is already a factor '{name}'; give each its own name")
        elif name in RESERVED or name in FIGURES:
            wrong.say((*where, "name"), f"'{name}' is the name of another column; give the factor another name")
        taken[name] = number
        if table.arms:
            yield from _arm_factor(table, name, scenario, where, wrong)
        elif listed:
            values = tuple(dict.fromkeys(row.get(table.name, row.get(table.path)) for row in rows))
            yield Factor(name, table.path, levels=values)
        elif _shape_is_right(table, where, wrong):
            yield from _checked(table, name, base, where, wrong)


def _arm_factor(table: FactorTable, name: str, scenario: Scenario, where: Where, wrong: _Wrong) -> Iterator[Factor]:
    if table.path or table.range or table.levels:
        wrong.say(where, "a factor over arms has neither path nor range nor levels")
    for number, arm in enumerate(table.arms):
        if arm != PLAN and arm not in scenario.arms:
            wrong.say((*where, "arms", number), f"there is no arm '{arm}'{nearest(arm, [PLAN, *scenario.arms])}")
    yield Factor(name, "", levels=tuple(dict.fromkeys(table.arms)))


def _shape_is_right(table: FactorTable, where: Where, wrong: _Wrong) -> bool:
    """Whether a factor says what varies and how, and its range is one."""
    before = len(wrong.found)
    if not table.path:
        wrong.say(where, "'path' is missing: give what is varied, such as word_of_mouth.rate, or 'arms'")
    if table.path in ("seed", "horizon.start"):
        wrong.say((*where, "path"), f"'{table.path}' is not a factor; every point is run on the same `seeds`")
    if (table.range is None) == (not table.levels):
        wrong.say(where, Sentence("either"))
    if table.range is not None:
        low, high = table.range
        if low >= high:
            wrong.say((*where, "range"), Sentence("no_range", low=f"{low:g}", high=f"{high:g}"))
        elif table.log and low <= 0:
            wrong.say((*where, "range"), Sentence("log_low", low=f"{low:g}"))
    elif table.log and table.levels:
        wrong.say((*where, "log"), Sentence("log_levels"))
    if len(set(map(repr, table.levels))) < len(table.levels):
        wrong.say((*where, "levels"), Sentence("twice"))
    return len(wrong.found) == before


def _checked(table: FactorTable, name: str, base: Scenario, where: Where, wrong: _Wrong) -> Iterator[Factor]:
    """The factor, if its path leads somewhere and every value it can take is allowed there."""
    if table.levels:
        problems = [(value, _refused(base, table.path, value)) for value in table.levels]
        _tell(table, problems, (*where, "levels"), where, wrong)
        yield Factor(name, table.path, levels=table.levels)
        return
    assert table.range is not None
    low, high = table.range
    whole = table.whole if table.whole is not None else _only_whole(base, table.path, low, high)
    if whole and (low != round(low) or high != round(high)):
        wrong.say((*where, "range"), Sentence("whole_range", low=f"{low:g}", high=f"{high:g}"))
        return
    ends: tuple[Any, ...] = (int(low), int(high)) if whole else (low, high)
    _tell(table, [(value, _refused(base, table.path, value)) for value in ends], (*where, "range"), where, wrong)
    yield Factor(name, table.path, low, high, table.log, whole, steps=table.steps)


def _refused(base: Scenario, path: str, value: Any) -> str | None:
    """Why a value is not allowed at a path, None if it is."""
    try:
        base.with_({path: value})
    except ScenarioError as error:
        told = list(dict.fromkeys(one.message for one in error.mistakes))
        return told[0] if len(told) == 1 else "; ".join(told)
    return None


def _only_whole(base: Scenario, path: str, low: float, high: float) -> bool:
    """Whether a path takes whole numbers and no others."""
    between = (math.floor(low) + math.floor(high)) // 2
    return _refused(base, path, between + 0.5) is not None and _refused(base, path, between) is None


def _tell(
    table: FactorTable, problems: list[tuple[Any, str | None]], values: Where, where: Where, wrong: _Wrong
) -> None:
    """Note what is wrong with a factor's values; where all fare the same whatever they are, it is the path."""
    told = {problem for _, problem in problems}
    alike = problems[0][1] if len(told) == 1 else None
    if alike and (len(problems) > 1 or alike.startswith(f"'{table.path}'")) and show(problems[0][0]) not in alike:
        wrong.say((*where, "path"), alike)
        return
    for value, problem in problems:
        if problem:
            wrong.say(values, problem if show(value) in problem else _of_value(value, problem))


def _of_value(value: Any, problem: str) -> str:
    """A problem that does not name the value it is with; what is known in English only stays plain text."""
    if isinstance(problem, Sentence):
        return Sentence("of_value", value=show(value), problem=problem)
    return f"{show(value)}: {problem}"


def _named(rows: tuple[dict[str, Any], ...], factors: tuple[Factor, ...], wrong: _Wrong) -> tuple[dict[str, Any], ...]:
    """The points of a list by the factors' names."""
    if not rows or wrong.found:
        return ()
    column = {one.name: one.name if one.name in rows[0] else one.path for one in factors}
    missing = [name for name, here in column.items() if here not in rows[0]]
    if missing:
        wrong.say(("design",), f"the points have no column '{missing[0]}'{nearest(missing[0], rows[0])}")
        return ()
    return tuple({name: row[here] for name, here in column.items()} for row in rows)


def _check_design(file: StudyFile, factors: tuple[Factor, ...], wrong: _Wrong) -> None:
    design = file.design
    if design.kind == "sobol" and design.points & (design.points - 1):
        wrong.say(("design", "points"), _no_power(design.points))
    if design.kind == "saltelli" and design.base & (design.base - 1):
        wrong.say(("design", "base"), _no_power(design.base))
    if design.kind == "morris" and design.steps % 2:
        wrong.say(("design", "steps"), f"{design.steps} is odd; give an even number of levels")


def _no_power(number: int) -> Sentence:
    below = 1 << (number.bit_length() - 1)
    return Sentence("no_power", count=str(number), below=str(below), above=str(2 * below))


def _check_names(file: StudyFile, factors: tuple[Factor, ...], base: Scenario, wrong: _Wrong) -> None:
    """Outputs and daily series that exist."""
    for number, name in enumerate(file.outputs):
        if name not in FIGURES:
            wrong.say(("outputs", number), Sentence("no_figure", name=name, hint=nearest(name, FIGURES)))
    if not file.daily:
        return
    known = daily_series(base)
    for number, name in enumerate(file.daily):
        if name not in known:
            wrong.say(("daily", number), f"there is no daily series '{name}'{nearest(name, known)}")


def daily_series(base: Scenario) -> list[str]:
    """Daily series that a run of a scenario can keep: figures of the brand, and people at its stages."""
    from importlib import import_module

    from sim.mechanism import registry
    from sim.results.record import SERIES

    import_module("sim.running")  # declares the engine's own series; the registry brings those of mechanisms
    registry()
    return ["units", *SERIES, *(f"{STAGE}{one.name}" for one in base.world.journey.stages)]


def _check_rows(rows: tuple[dict[str, Any], ...], factors: tuple[Factor, ...], base: Scenario, wrong: _Wrong) -> None:
    """Every point of a list can be run."""
    for number, row in enumerate(rows):
        for factor in factors:
            problem = _refused(base, factor.path, row[factor.name]) if factor.path else None
            if problem:
                wrong.say(("design", "rows", number), f"point {number + 1}, {factor.name}: {problem}")
