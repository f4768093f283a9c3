"""The papers of a sweep's folder: its manifest, study, scenario and design; and whether a study is still the one begun."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import sim
from sim.experiments.sweep.factors import plain
from sim.experiments.sweep.store import FORMAT, Store, StoreError, told
from sim.experiments.sweep.study import Study
from sim.files import refuse_unwritable, write_whole
from sim.scenario import Scenario, ScenarioError
from sim.scenario.build import show

MANIFEST = "manifest.json"
SHOWN = 4
"""Differences that a refusal names."""
LIBRARIES = ("numpy", "numba", "scipy", "SALib", "distributed", "pyarrow", "pandas")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sweep. Raises StoreError if the folder has none, or one of another format."""
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise StoreError(f"'{folder}' is not the folder of a sweep: it has no {MANIFEST}") from None
    except (OSError, ValueError) as problem:
        raise StoreError(f"cannot read '{path}': {problem}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        form = found.get("format") if isinstance(found, dict) else None
        raise StoreError(f"'{path}' is of format {form}; this version reads format {FORMAT}")
    return found


def refuse_if_changed(folder: Path, study: Study, resume: bool) -> None:
    """Raise if a folder may not take a study: it holds something else, another study, or an unfinished one without resume."""
    if not folder.exists():
        if resume:
            raise StoreError(f"there is nothing to resume in '{folder}'; leave out --resume to begin")
        try:
            refuse_unwritable(folder, "sweep")
        except OSError as problem:
            raise StoreError(str(problem)) from None
        return
    if not folder.is_dir():
        raise StoreError(f"'{folder}' is a file; choose another folder for the sweep")
    if not (folder / MANIFEST).exists():
        if set(os.listdir(folder)) - {"series", "runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm", ".lock"}:
            raise StoreError(f"'{folder}' holds something else than a sweep; choose another folder")
        return
    changes = list(changed_since(folder, study))
    if changes:
        more = f"; and {len(changes) - SHOWN} more" * (len(changes) > SHOWN)
        raise ScenarioError(
            f"the study was changed since the sweep in '{folder}' was begun: {'; '.join(changes[:SHOWN])}{more}. "
            "Change it back, or choose another folder"
        )
    if not resume and (counts := _counts(folder))["waiting"] and counts["waiting"] < sum(counts.values()):
        raise StoreError(
            f"'{folder}' holds this study with {counts['ok'] + counts['failed']:,} of {sum(counts.values()):,} runs done; "
            "go on with --resume (resume=True), or choose another folder"
        )


def _counts(folder: Path) -> dict[str, int]:
    import sqlite3

    with told(folder):
        journal = sqlite3.connect(f"{(folder / 'runs.sqlite').absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = dict(journal.execute("select status, count(*) from runs group by status").fetchall())
        finally:
            journal.close()
    return {name: int(found.get(name, 0)) for name in ("ok", "failed", "waiting")}


def changed_since(folder: Path, study: Study) -> Iterator[str]:
    """In what a study differs from the one a folder was begun with, each in words."""
    then, now = read_manifest(folder)["identity"], json.loads(json.dumps(study.identity))
    for path, mine, theirs in _differences(then, now):
        if path == "scenario":
            yield from _scenario_changes(folder, study)
        elif path == "points":
            if then["design"] == now["design"] and then["factors"] == now["factors"]:
                yield "the design gives other points (another version of scipy or SALib?)"
        elif path == "model":
            yield f"the model is another version (was {mine}, is {theirs})"
        else:
            yield f"{path} was {_said(mine)}, is {_said(theirs)}"


def _differences(then: Any, now: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*then, *now)):
            yield from _differences(then.get(key), now.get(key), f"{at}.{key}" if at else key)
    elif then != now:
        yield at, then, now


def _scenario_changes(folder: Path, study: Study) -> Iterator[str]:
    import tomllib

    try:
        tables = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))
        before = Scenario.make(folder=study.base.folder, **tables)
        changes = before.differences(study.base)
    except (OSError, ValueError):
        changes = []
    if not changes:
        yield "the scenario, or a file it reads, has changed"
    for path, mine, theirs in changes:
        yield f"the scenario's {path} was {_said(mine)}, is {_said(theirs)}"


def _said(value: Any) -> str:
    return "not there" if value is None else show(value)


def begin(folder: Path, study: Study) -> None:
    """Write the papers of a new sweep; the manifest last, so that a folder that has one has all."""
    if (folder / MANIFEST).exists():
        return
    with told(folder):
        _write_points(folder, study)
        write_whole(folder / "scenario.toml", study.base.to_toml())
        if study.text:
            write_whole(folder / "study.toml", study.text)
        _write_manifest(folder, study)


def _write_manifest(folder: Path, study: Study) -> None:
    manifest = {
        "format": FORMAT,
        "title": study.title,
        "question": study.question,
        "created": date.today().isoformat(),
        "scenario": study.base.title,
        "brand": study.base.world.brands[study.base.focal].name,
        "currency": study.base.world.market.currency,
        "consumers": study.base.world.market.consumers,
        "days": study.base.horizon.days,
        "points": len(study.points),
        "seeds": list(study.seeds),
        "outputs": list(study.outputs),
        "daily": list(study.daily),
        "design": plain(study.design.model_dump(exclude={"rows"}, exclude_none=True)),
        "factors": [
            {
                "name": one.name, "path": one.path, "low": one.low, "high": one.high, "log": one.log,
                "whole": one.whole, "levels": plain(one.levels),
            }
            for one in study.factors
        ],
        "versions": {
            "journeysim": sim.__version__, "model": study.identity["model"], "python": platform.python_version(),
            **_versions(),
        },
        "identity": study.identity,
    }  # fmt: skip
    write_whole(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _write_points(folder: Path, study: Study) -> None:
    """The design as a table: point, each factor's value, and its place from 0 to 1 (under unit.<factor>)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    points = study.points
    columns: dict[str, Any] = {"point": pa.array(range(len(points)), pa.int32())}
    for number, name in enumerate(points.names):
        values = [one[number] for one in points.values]
        kinds = {type(one) for one in values}
        same = len(kinds) == 1 or kinds <= {int, float}
        columns[name] = pa.array(
            [float(one) for one in values]
            if kinds == {int, float}
            else values
            if same
            else [str(one) for one in values]
        )
    if points.unit is not None:
        for number, name in enumerate(points.names):
            columns[f"unit.{name}"] = pa.array(points.unit[:, number])
    fresh = folder / ".points.tmp"
    pq.write_table(pa.table(columns), fresh)
    os.replace(fresh, folder / "points.parquet")


def finish(folder: Path, store: Store) -> None:
    """Write all runs as one CSV table, for whoever has neither Python nor SQLite; only when none is missing."""
    if store.counts()["waiting"]:
        return
    from sim.experiments.sweep.results import Sweep

    with told(folder):
        write_whole(folder / "runs.csv", Sweep.load(folder).runs.to_csv(index=False))
