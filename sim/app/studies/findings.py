"""What a study has found so far, read by a worker from the sweep's folder: tables for charts, and pages of its runs."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.sweep import analysis
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.store import StoreError
from sim.scenario.errors import ScenarioError

MOST_LINES = 300
"""Points that the chart of many axes draws, spread over all; its table and the download have more."""
PAGE = 25
"""Runs on one page of the table."""
BY_RUN = "run"
SHOWN = ("all", "ok", "failed", "waiting")


@dataclass(frozen=True)
class End:
    """One factor's effect: its lowest and highest part in words, mean of the figure there with 95 % interval.

    low, high: (mean, lower end, upper end). sure: whether the difference of the two is more than luck.
    """

    factor: str
    low_words: str
    high_words: str
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    sure: bool

    @property
    def swing(self) -> float:
        """How far the factor moves the figure."""
        return abs(self.high[0] - self.low[0])


@dataclass(frozen=True)
class Index:
    """A factor's index with its 95 % interval: alone and in all (Sobol), or effect and, without one, unevenness (Morris)."""

    factor: str
    first: tuple[float, float, float]
    total: tuple[float, float, float]


@dataclass(frozen=True)
class Axis:
    """A factor as an axis: its name, values in words where they are no numbers, whether it is on a log scale."""

    name: str
    names: tuple[str, ...]
    log: bool


@dataclass(frozen=True)
class Findings:
    """What follows from the runs done so far, for one figure.

    ends: every factor, the largest swing first. kind: "sobol", "morris" or "" with `indices`; why: the reason where a design
    has indices that cannot be told yet. across, up: the factors of the map; cells: float (up, across), nan without points;
    cell_names: the parts' names. axes, lines: factors and (points, factors + 1) values, the figure last; names as numbers.
    """

    output: str
    currency: str
    done: int
    points: int
    mean: float
    ends: tuple[End, ...]
    kind: str
    indices: tuple[Index, ...]
    why: str
    across: str
    up: str
    cells: np.ndarray
    cell_names: tuple[tuple[str, ...], tuple[str, ...]]
    axes: tuple[Axis, ...]
    lines: np.ndarray


def findings(folder: Path, output: str, across: str = "", up: str = "") -> Findings | None:
    """What a sweep says of a figure; None while nothing is done. across, up: factors of the map, default: those that do most.

    Raises ScenarioError or StoreError for an unknown figure or factor, or a folder that cannot be read.
    """
    sweep = Sweep.load(folder)
    name = analysis.output_of(sweep, output)
    values = sweep.points[name].to_numpy(float)
    known = ~np.isnan(values)
    if not known.any():
        return None
    ends = _ends(sweep, name)
    kind, indices, why = _indices(sweep, name)
    order = [one.factor for one in ends]
    first = across if across in order else order[0]
    second = up if up in order and up != first else next((one for one in order if one != first), "")
    cells, names = _cells(sweep, first, second, name)
    axes, lines = _lines(sweep, name, known)
    currency = str(sweep.manifest["currency"])
    return Findings(name, currency, sweep.counts["ok"], int(known.sum()), float(np.nanmean(values)), ends, kind, indices,
                    why, first, second, cells, names, axes, lines)  # fmt: skip


def _ends(sweep: Sweep, name: str) -> tuple[End, ...]:
    """Of a factor with numbers the first and the last part that has points; of others those with the lowest and highest mean."""
    table = analysis.main_effects(sweep, name)
    found = []
    for factor in sweep.factors:
        mine = table[(table["factor"] == factor.name) & table["mean"].notna()]
        if len(mine) < 2:
            continue
        order = mine.sort_values("at" if factor.numeric else "mean")
        rows = [order.iloc[0], order.iloc[-1]]
        low, high = (tuple(float(row[key]) for key in ("mean", "low", "high")) for row in rows)
        half = float(np.hypot(low[2] - low[0], high[2] - high[0]))
        sure = bool(abs(high[0] - low[0]) > half)  # nan, with one point in a part, is not sure
        found.append(End(factor.name, rows[0]["value"], rows[1]["value"], low, high, sure))  # type: ignore[arg-type]
    rest = [End(one.name, "", "", (np.nan,) * 3, (np.nan,) * 3, False) for one in sweep.factors
            if one.name not in {end.factor for end in found}]  # fmt: skip
    return (*sorted(found, key=lambda one: -one.swing), *rest)


def _indices(sweep: Sweep, name: str) -> tuple[str, tuple[Index, ...], str]:
    """Sobol or Morris indices where the design has them, or why they cannot be told."""
    kind = {"saltelli": "sobol", "morris": "morris"}.get(sweep.manifest["design"]["kind"], "")
    try:
        if kind == "sobol":
            rows = analysis.sobol_indices(sweep, name).sort_values("total", ascending=False).to_dict("records")
            return kind, tuple(Index(one["factor"], _three(one, "first"), _three(one, "total")) for one in rows), ""
        if kind == "morris":
            rows = analysis.morris_indices(sweep, name).sort_values("effect", ascending=False).to_dict("records")
            nothing = float("nan")
            return kind, tuple(
                Index(one["factor"], (one["effect"], one["low"], one["high"]), (one["spread"], nothing, nothing)) for one in rows
            ), ""  # fmt: skip
    except ScenarioError as problem:
        return kind, (), str(problem)
    return "", (), ""


def _three(row: dict[Any, Any], key: str) -> tuple[float, float, float]:
    return float(row[key]), float(row[f"{key}_low"]), float(row[f"{key}_high"])


def _cells(
    sweep: Sweep, first: str, second: str, name: str
) -> tuple[np.ndarray, tuple[tuple[str, ...], tuple[str, ...]]]:
    if not second:
        return np.empty((0, 0)), ((), ())
    table = analysis.two_factors(sweep, first, second, name)
    return table.to_numpy(float), (tuple(map(str, table.columns)), tuple(map(str, table.index)))


def _lines(sweep: Sweep, name: str, known: np.ndarray) -> tuple[tuple[Axis, ...], np.ndarray]:
    axes, columns = [], []
    points = sweep.points[known]
    for factor in sweep.factors:
        if factor.numeric:
            axes.append(Axis(factor.name, (), factor.log))
            columns.append(points[factor.name].to_numpy(float))
        else:
            names = [str(one) for one in factor.levels]
            axes.append(Axis(factor.name, tuple(names), False))
            columns.append(np.array([names.index(str(one)) for one in points[factor.name]], float))
    values = np.column_stack([*columns, points[name].to_numpy(float)])
    chosen = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_LINES)).astype(int))
    return tuple(axes), values[chosen]


@dataclass(frozen=True)
class Runs:
    """A page of runs. rows: run, point, seed, settings by factor, status, reason, figures by name. total: runs in all of them."""

    rows: tuple[dict[str, Any], ...]
    total: int
    page: int


def runs_of(folder: Path, only: str = "all", sort: str = BY_RUN, page: int = 0) -> Runs:
    """A page of a study's runs. only: one of `SHOWN`. sort: "run", or a figure, largest first. Empty where nothing was begun.

    Raises StoreError for a journal that cannot be read.
    """
    path = folder / "runs.sqlite"
    if not path.is_file():
        return Runs((), 0, 0)
    where = "" if only not in SHOWN[1:] else "where status = ?"
    which = (only,) if where else ()
    # The name of a figure goes in as a value, never as part of the question.
    order, by = ("run", ()) if sort == BY_RUN else ("json_extract(figures, ?) desc nulls last, run", (f'$."{sort}"',))
    try:
        journal = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
        try:
            total = int(journal.execute(f"select count(*) from runs {where}", which).fetchone()[0])
            page = min(max(page, 0), max(total - 1, 0) // PAGE)
            found = journal.execute(
                f"select run, point, seed, params, status, error, figures from runs {where} order by {order} limit ? offset ?",
                (*which, *by, PAGE, page * PAGE),
            ).fetchall()
        finally:
            journal.close()
    except sqlite3.Error as problem:
        raise StoreError(f"the runs cannot be read: {problem}") from None
    rows = tuple(
        {"run": run, "point": point, "seed": seed, "values": json.loads(params), "status": status, "error": error or "",
         "figures": json.loads(figures) if figures else {}}
        for run, point, seed, params, status, error, figures in found
    )  # fmt: skip
    return Runs(rows, total, page)


def settings_of(folder: Path, run: int) -> tuple[int, int] | None:
    """Point and seed of a run; None if there is none of that number."""
    path = folder / "runs.sqlite"
    if not path.is_file():
        return None
    journal = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
    try:
        found = journal.execute("select point, seed from runs where run = ?", (run,)).fetchone()
    finally:
        journal.close()
    return None if found is None else (int(found[0]), int(found[1]))


def scenario_of(study_file: Path, point: int, seed: int) -> str:
    """The scenario of a point with a seed of its own, as a file's text. Raises ScenarioError."""
    from sim.app.studies.check import opened

    study = opened(study_file)
    return study.scenario_at(study.points.values[point]).with_(seed=seed).to_toml()


def table_of(folder: Path, form: str) -> bytes:
    """All runs, or all daily series, as a file: "csv", "parquet" or "series". Raises StoreError."""
    import io

    sweep = Sweep.load(folder)
    if form == "csv":
        return str(sweep.runs.to_csv(index=False)).encode()
    buffer = io.BytesIO()
    (sweep.series if form == "series" else sweep.runs).to_parquet(buffer, index=False)
    return buffer.getvalue()


def report_of(folder: Path, outputs: tuple[str, ...]) -> bytes:
    """Every picture and table that follows from a sweep, in one ZIP file. Raises ScenarioError, StoreError."""
    import io
    import zipfile
    from tempfile import TemporaryDirectory

    from sim.experiments.sweep.report import write_report

    buffer = io.BytesIO()
    with TemporaryDirectory(prefix="journeysim-") as place:
        report = write_report(Sweep.load(folder), outputs, Path(place))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            for path in (*report.tables, *report.pictures):
                file.write(path, path.name)
            file.writestr(
                "findings.txt", "\n".join((*report.sentences, *(f"Left out: {one}" for one in report.skipped))) + "\n"
            )
    return buffer.getvalue()
