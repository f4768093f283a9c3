"""A run as one folder: plain tables that any tool reads, and everything needed to load the run again.

The folder appears whole or not at all: it is written beside its place under another name and then renamed, so that a
failure midway leaves what was there before.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.files import if_damaged, refuse_other, write_folder
from sim.results import tables
from sim.results.record import CASCADE_COLUMNS, PANEL_COLUMNS, SERIES, Record, declare_series

if TYPE_CHECKING:
    from sim.results import Run
    from sim.scenario import Scenario
    from sim.scenario.models import Plan, SpendFile, World

FORMAT = "journeysim run 1"
AGAIN = "run it again: its scenario.toml, under the seed in its metadata.json"
ARRAYS = ("dates", "people", "transitions", "causes", "delivered", "noticed", "spend")
FACTS = (
    *("days", "brands", "focal", "segments", "stages", "kinds", "channels"),
    *("events", "seconds", "stopped"),
)

README = """{title}
One run of a simulated market. Counts of people, units and messages are real people (one simulated consumer stands
for people_per_consumer of metadata.json) unless said otherwise. Day 0 is the first day.

answer.txt               the answer in plain words
summary.json             the same figures, for programs
scenario.toml            the scenario that was run; the files it reads are in files/
metadata.json            seed, versions, fingerprints, seconds, people per consumer, statistics of the peer network
daily.csv                one row per day and brand
                         {daily}
market.csv               one row per day: {market}
stages.parquet           people at each stage at the end of the day (day -1: before the first day)
                         day, date, brand, segment, stage, people
transitions.parquet      moves between stages that happened: day, brand, from, to, people
touches.parquet          touches: day, brand, kind, stage (of the person at the time), delivered, noticed
spend.parquet            money by paid channel: date, day, brand, channel, spend
panel_touches.parquet    every touch of the consumers followed one by one, if any were
                         day, consumer, brand, kind, count, noticed (single consumers, not scaled)
panel_start.parquet      their stages before the first day: consumer, then stage_0, stage_1, ...: the number of
                         the stage (0 is the first) with each brand
panel_moves.parquet      every move of those consumers: day, consumer, brand, from, to,
                         cause (kind of the last touch noticed before it, or none)
cascades.parquet         chains of passing-on, if recorded, in simulated consumers
                         {cascades}
record.npz               the engine's arrays, to load the run again; its "facts" are JSON text
figures/                 pictures, if they were asked for

Parquet files open in pandas (read_parquet), R (arrow), DuckDB, Polars.
"""


def save(run: Run, folder: str | os.PathLike[str], figures: bool = True) -> Path:
    """Write the run as a folder, whole or not at all, and return its path.

    A folder that holds an earlier run is replaced. Raises FileExistsError if the place is taken by anything else.
    """
    return write_folder(Path(folder), lambda fresh: _write(run, fresh, figures), is_run, "run")


def is_run(folder: Path) -> bool:
    """True if the folder holds a saved run."""
    try:
        return bool(json.loads((folder / "metadata.json").read_text("utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def refuse_if_taken(place: Path) -> None:
    """Raise FileExistsError if something other than a saved run or an empty folder is at this place."""
    refuse_other(place, is_run, "run")


def _write(run: Run, folder: Path, figures: bool) -> None:
    record, scale = run.record, run.people_per_consumer
    _write_tables(record, scale, folder)
    facts = {name: getattr(record, name) for name in FACTS}
    # What mechanisms declared of their series must not hang on who loads the run.
    meanings = {name: SERIES[name] for name in record.series if name in SERIES}
    arrays = {name: getattr(record, name) for name in ARRAYS}
    arrays |= {f"series/{name}": values for name, values in record.series.items()}
    arrays |= {f"market/{name}": values for name, values in record.market.items()}
    np.savez_compressed(folder / "record.npz", facts=np.array(json.dumps([facts, meanings])), **arrays)
    write_scenario(run.scenario, folder)
    write_json(folder / "metadata.json", {"format": FORMAT, **run.metadata, "network": run.network})
    write_json(folder / "summary.json", run.summary())
    (folder / "answer.txt").write_text(run.answer() + "\n", "utf-8")
    readme = README.format(
        title=run.scenario.title,
        daily=_wrapped(["date", "day", "brand", *record.series]),
        market=", ".join(["date", "day", *record.market]),
        cascades=_wrapped(list(record.cascades or CASCADE_COLUMNS)),
    )
    (folder / "README.txt").write_text(readme, "utf-8")
    if figures:
        from sim.plots import draw_all

        draw_all(run, folder / "figures")


def _write_tables(record: Record, scale: float, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    for name, columns in (("daily", tables.daily(record, scale)), ("market", tables.market(record))):
        table = tables.to_arrow(columns)
        if "brand" in columns:  # the CSV writer knows no dictionary columns
            index = table.schema.get_field_index("brand")
            table = table.set_column(index, "brand", table["brand"].cast(pa.string()))
        csv.write_csv(table, folder / f"{name}.csv")
    parquet = {
        "stages": tables.stages(record, scale),
        "transitions": tables.transitions(record, scale),
        "touches": tables.touches(record, scale),
        "spend": tables.spend(record),
        "panel_touches": tables.panel_touches(record),
        "panel_moves": tables.panel_moves(record),
        "cascades": tables.cascades(record),
    }
    if record.panel is not None:
        start = record.panel["start"]
        by_brand = {f"stage_{i}": start["stage"][:, i].copy() for i in range(len(record.brands))}
        parquet["panel_start"] = {"consumer": start["consumer"], **by_brand}
    for name, columns in parquet.items():
        if columns:
            pq.write_table(tables.to_arrow(columns), folder / f"{name}.parquet", compression="zstd")


def write_scenario(scenario: Scenario, folder: Path) -> None:
    """Write the scenario with copies of the files it reads, so that the folder can be moved and the run run again."""
    from sim.scenario.write import to_toml

    copied: dict[str, str] = {}

    def packed(name: str | None) -> str | None:
        if name is not None and name not in copied:
            copied[name] = f"files/{len(copied) + 1}_{Path(name).name}"
            (folder / "files").mkdir(exist_ok=True)
            shutil.copyfile(scenario.folder / name, folder / copied[name])
        return None if name is None else copied[name]

    def spend(half: World | Plan) -> tuple[SpendFile, ...]:
        return tuple(table.model_copy(update={"file": packed(table.file)}) for table in half.spend)

    tables, peers = scenario.tables, scenario.world.peers
    peers = peers.model_copy(update={"file": packed(peers.file), "nodes": packed(peers.nodes)})
    world = tables.world.model_copy(update={"peers": peers, "spend": spend(tables.world)})
    plan = tables.plan.model_copy(update={"spend": spend(tables.plan)})
    text = to_toml(tables.model_copy(update={"world": world, "plan": plan}))
    (folder / "scenario.toml").write_text(text, "utf-8")


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write plain data as JSON that people can read too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _wrapped(names: list[str]) -> str:
    """Names in lines short enough to read, indented to the README's second column."""
    import textwrap

    return ("\n" + " " * 25).join(textwrap.wrap(", ".join(names), 90))


def load_record(folder: Path) -> tuple[Record, dict[str, Any]]:
    """Read the record and the metadata of a saved run.

    Raises FileNotFoundError if the folder holds none, ValueError naming the file if one of its files is missing or damaged.
    """
    if not is_run(folder):
        raise FileNotFoundError(
            f"'{folder}' does not hold a saved run: its metadata.json is missing or is not in the format '{FORMAT}'"
        )
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    del metadata["format"]
    metadata.setdefault("network", {})  # of a run saved before it was measured
    with if_damaged(folder / "record.npz", AGAIN):
        arrays, facts, meanings = _load_arrays(folder / "record.npz")
    for name, (unit, scaled, label) in meanings.items():
        declare_series(name, unit, scaled, label)
    series = {name.removeprefix("series/"): a for name, a in arrays.items() if name.startswith("series/")}
    market = {name.removeprefix("market/"): a for name, a in arrays.items() if name.startswith("market/")}
    panel, cascades = _load_panel(folder, facts), _load_cascades(folder, facts)
    with if_damaged(folder / "record.npz", AGAIN):
        main: dict[str, Any] = {name: arrays[name] for name in ARRAYS}
        return Record(**facts, **main, series=series, market=market, panel=panel, cascades=cascades), metadata


def _load_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any], dict[str, Any]]:
    """Arrays by name, the facts of the record, and what each series means: (unit, scaled, label)."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    facts, meanings = json.loads(str(arrays.pop("facts")))
    facts.pop("network", None)  # kept here once, and always empty
    return arrays, facts, meanings


def _load_panel(folder: Path, facts: dict[str, Any]) -> dict[str, dict[str, np.ndarray]] | None:
    if not (folder / "panel_start.parquet").exists():
        return None
    known = {"brand": facts["brands"], "kind": facts["kinds"], "from": facts["stages"], "to": facts["stages"]}
    known["cause"] = [*facts["kinds"], "none"]
    panel = {key: _read(folder / f"panel_{key}.parquet", known) for key in PANEL_COLUMNS}
    start = panel["start"]
    by_brand = [start.pop(f"stage_{i}") for i in range(len(facts["brands"]))]
    start["stage"] = np.stack(by_brand, axis=1)
    return panel


def _load_cascades(folder: Path, facts: dict[str, Any]) -> dict[str, np.ndarray] | None:
    path = folder / "cascades.parquet"
    return _read(path, {"brand": facts["brands"]}) if path.exists() else None


def _read(path: Path, known: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """Columns of a Parquet file as the engine had them: names become their numbers again, missing names -1."""
    import pyarrow.parquet as pq

    columns = {}
    # Straight from disk into arrays: a memory map would keep the file open.
    with if_damaged(path, AGAIN):
        table = pq.read_table(path, memory_map=False)
    for name in table.column_names:
        column = table.column(name)
        if name in known:
            column = column.combine_chunks()
            numbers = {word: number for number, word in enumerate(known[name])}
            of_word = np.array([numbers[word] for word in column.dictionary.to_pylist()] + [-1])
            columns[name] = of_word[column.indices.fill_null(len(of_word) - 1).to_numpy()]
        else:
            columns[name] = column.to_numpy()
    return columns
