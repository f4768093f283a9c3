"""A visitor's study file, checked before it is kept: it names no files, brings no code, and asks for no more than its share.

Studies larger than a shared machine gives are for the command line: `journeysim sweep`.
"""

from __future__ import annotations

import math
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.app.uploads import foreign_files, too_much
from sim.experiments.sweep.study import Study, load_study
from sim.scenario import Scenario, ScenarioError
from sim.scenario.errors import Mistake
from sim.scenario.read import freeze, shipped

LARGEST = 100_000
"""Bytes of a study file."""
MOST_RUNS = 20_000
MOST_IN_A_RUN, MOST_IN_ALL = 1.2e7, 2e11
"""Consumer-days: of one run (20,000 consumers for 600 days), and of all (about five hours of one core)."""
MOST = {"factors": 24, "levels": 200, "cells": 800, "arms": 6, "daily": 8, "seeds": 500, "changes": 60}
"""Entries of the lists of a study file: levels of all factors together, cells of the rows of a list."""
NAME = "study.toml"
OWN = "scenario.toml"
"""Name of the scenario beside a study that does not start from a shipped one."""


def checked(text: str, own: Scenario | None = None) -> Study:
    """The study of a file's text; what it reads is gone when this returns. Raises as `laid_out` does."""
    with laid_out(text, own) as study:
        return study


@contextmanager
def laid_out(text: str, own: Scenario | None = None) -> Iterator[Study]:
    """The study of a file's text, in a folder that is there within this block. own: what `scenario = "scenario.toml"` means.

    Raises ScenarioError with every mistake, also for files of this machine, code, and more work than is allowed here.
    """
    refuse(text, own)
    with TemporaryDirectory(prefix="journeysim-") as folder:
        place = Path(folder).resolve()
        write(place, text, own)
        study = opened(place / NAME)
        _refuse_work(study)
        yield study


def opened(path: Path) -> Study:
    """The study in a file. Raises ScenarioError whose mistakes do not say where the server keeps its files."""
    try:
        return load_study(path)
    except ScenarioError as error:
        home = str(path.parent)
        raise ScenarioError(
            Mistake(one.path, _without(home, one.message), NAME, one.line) for one in error.mistakes
        ) from None


def _without(home: str, message: str) -> str:
    """A message without the server's folder; a sentence that does not name it stays one."""
    return message.replace(f"{home}/", "").replace(home, "its folder") if home in message else message


def write(folder: Path, text: str, own: Scenario | None = None) -> None:
    """Put a study into a folder: its file, and beside it the scenario it starts from with the data that this one reads."""
    (folder / NAME).write_text(text, "utf-8")
    if own is None or starts_from(text) != OWN:
        return
    (folder / OWN).write_text(own.to_toml(), "utf-8")
    for name in data_files(own):
        target = (folder / name).resolve()
        if target.is_relative_to(folder.resolve()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(own.folder / name, target)


def data_files(scenario: Scenario) -> list[str]:
    """Names of the data files that a scenario reads, relative to its folder."""
    peers = scenario.world.peers
    spend = (*scenario.world.spend, *scenario.plan.spend)
    return [str(name) for name in (peers.file, peers.nodes, *(one.file for one in spend)) if name]


def starts_from(text: str) -> str:
    """The scenario that a study file names. Raises ScenarioError if it is no TOML."""
    return str(_tables(text).get("scenario", ""))


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise ScenarioError([Mistake((), f"this is not a study file (TOML): {problem}", NAME, None)]) from None


def refuse(text: str, own: Scenario | None = None) -> None:
    """Raise ScenarioError for a text that must not even be looked at closer."""
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise ScenarioError(f"the file is too large: at most {LARGEST // 1000} kB can be read")
    tables = _tables(text)
    mistakes = [*_foreign(tables, own), *_too_many(tables)]
    if mistakes:
        raise ScenarioError([Mistake(at, message, NAME, None) for at, message in mistakes])


def _foreign(tables: Mapping[str, Any], own: Scenario | None) -> Iterator[tuple[tuple[Any, ...], str]]:
    """What reaches outside the study: code, and files."""
    if tables.get("mechanisms"):
        yield ("mechanisms",), "a study given to the app cannot bring code; run it with journeysim sweep"
    name = tables.get("scenario")
    if name == OWN and own is None:
        yield ("scenario",), f"'{OWN}' is not here; open it as your case first, then give the study again"
    elif isinstance(name, str) and name != OWN and name not in shipped():
        yield ("scenario",), f"a study given to the app starts from {', '.join(shipped())}, or from '{OWN}', your case"
    design = tables.get("design")
    if isinstance(design, dict) and "file" in design:
        yield ("design", "file"), "a study given to the app cannot name other files; write the points as rows"
    for key in ("changes", "arms", "factors", "design"):
        for mistake in foreign_files(freeze(tables.get(key, {})), (key,)):
            if mistake.path[:2] != ("design", "file"):
                yield mistake.path, mistake.message
    for at, name in _names_in(tables):
        if name.rpartition(".")[2].strip(' "') in ("file", "nodes"):
            yield at, f"a study given to the app cannot vary the file '{name}'"


def _names_in(tables: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Everything that a study varies."""
    factors = tables.get("factors", ())
    for number, one in enumerate(factors if isinstance(factors, list) else ()):
        if isinstance(one, dict):
            yield ("factors", number, "path"), str(one.get("path", ""))
    design = tables.get("design")
    rows = design.get("rows", ()) if isinstance(design, dict) else ()
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        for name in row if isinstance(row, dict) else ():
            yield ("design", "rows", number), str(name)


def _too_many(tables: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Lists that are longer than is allowed here."""
    design, factors, seeds = tables.get("design"), tables.get("factors"), tables.get("seeds")
    counts = {
        key: len(one)
        for key in ("factors", "arms", "daily", "changes")
        if isinstance(one := tables.get(key), list | dict)
    }
    rows = design.get("rows") if isinstance(design, dict) else None
    counts["cells"] = sum(len(one) for one in rows if isinstance(one, dict)) if isinstance(rows, list) else 0
    levels = [one.get("levels") for one in factors if isinstance(one, dict)] if isinstance(factors, list) else []
    counts["levels"] = sum(len(one) for one in levels if isinstance(one, list))
    counts["seeds"] = len(seeds) if isinstance(seeds, list) else seeds if isinstance(seeds, int) else 0
    for key, count in counts.items():
        if count > MOST[key]:
            yield (key,), f"{count:,} {key} are too many here; at most {MOST[key]:,}"


def _refuse_work(study: Study) -> None:
    """Raise ScenarioError for more runs, larger runs, or more work in all than is allowed here."""
    if study.size > MOST_RUNS:
        raise ScenarioError(
            f"the study has {study.size:,} runs; the app computes up to {MOST_RUNS:,}: take fewer points or seeds, or run it "
            "with journeysim sweep"
        )
    mistakes = [one for scenario in _extremes(study) for one in too_much(freeze(scenario.tables.model_dump()))]
    if mistakes:
        raise ScenarioError(dict.fromkeys(Mistake((), one.message, NAME, None) for one in mistakes))
    largest = days_of_work(study)
    if largest > MOST_IN_A_RUN:
        raise ScenarioError(
            f"a run of {largest:,.0f} consumer-days is too large for the app; allowed are {MOST_IN_A_RUN:,.0f}: "
            "take fewer consumers or days"
        )
    if largest * study.size > MOST_IN_ALL:
        raise ScenarioError(
            f"{study.size:,} runs of {largest:,.0f} consumer-days are too much for the app; allowed are {MOST_IN_ALL:,.0f} "
            "in all: take fewer consumers, points or seeds, or run it with journeysim sweep"
        )


def _extremes(study: Study) -> Iterator[Scenario]:
    """The scenarios that a study starts from, and those with one factor at the value that could make a run largest."""
    yield from (study.base, *study.arms.values())
    for factor in study.factors:
        if not factor.path:
            continue
        numbers = [one for one in factor.levels if isinstance(one, int | float)]
        others = [one for one in factor.levels if isinstance(one, dict | tuple)]
        highest = int(factor.high) if factor.whole else factor.high
        ends: list[Any] = [*others, *([max(numbers)] if numbers else [])] if factor.levels else [highest]
        for value in ends:
            yield study.base.with_({factor.path: value})


def days_of_work(study: Study) -> float:
    """Consumer-days of the largest run."""
    consumers, days = 0, 0
    for one in _extremes(study):
        consumers, days = max(consumers, one.world.market.consumers), max(days, one.horizon.days)
    return float(consumers) * days


def disk(study: Study) -> float:
    """Bytes that a study will take, about: a row for each run, and its daily series, packed."""
    from sim.experiments.sweep.runner import ROW_BYTES

    return float(study.size) * (ROW_BYTES + 2.5 * len(study.daily) * math.ceil(study.base.horizon.days))
