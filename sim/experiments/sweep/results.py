"""A sweep's results as data frames: `Sweep.load("runs/launch_levers").points`."""

from __future__ import annotations

import json
import os
import sqlite3
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.folder import read_manifest
from sim.experiments.sweep.store import StoreError, tabled

if TYPE_CHECKING:
    import pandas as pd


class Sweep:
    """The results of a sweep, finished or under way: tables made from its folder when first asked for."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Sweep:
        """Read a sweep's folder. Raises StoreError if it holds none."""
        place = Path(folder).expanduser()
        return cls(place, read_manifest(place))

    def __repr__(self) -> str:
        counts = self.counts
        return (
            f"<Sweep '{self.title}': {self.manifest['points']:,} points x {len(self.seeds)} seeds, "
            f"{counts['ok']:,} runs done, {counts['failed']:,} failed, {counts['waiting']:,} to do>"
        )

    @property
    def title(self) -> str:
        """Its study's title."""
        return str(self.manifest["title"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of every point."""
        return tuple(self.manifest["seeds"])

    @property
    def outputs(self) -> tuple[str, ...]:
        """Headline figures that were kept."""
        return tuple(self.manifest["outputs"])

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """What was varied."""
        return tuple(
            Factor(one["name"], one["path"], one["low"], one["high"], one["log"], one["whole"],
                   tuple(tuple(level) if isinstance(level, list) else level for level in one["levels"]))
            for one in self.manifest["factors"]
        )  # fmt: skip

    @property
    def counts(self) -> dict[str, int]:
        """Runs by status: ok, failed, waiting."""
        found = dict(self._asked("select status, count(*) from runs group by status"))
        return {name: int(found.get(name, 0)) for name in ("ok", "failed", "waiting")}

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row per point: point, each factor's value, and (but for lists) its place from 0 to 1 as unit.<factor>."""
        import pandas as pd

        return pd.read_parquet(self.folder / "points.parquet")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per point and seed: point, replicate, seed, run, factors, status, error, and the headline figures.

        The same rows and numbers whatever the engine and however often the sweep was broken off. Points that come to the same
        thing share a run.
        """
        import pandas as pd

        cells = pd.DataFrame(
            self._asked("select point, replicate, run from cells order by point, replicate"),
            columns=["point", "replicate", "run"],
        )
        rows = self._asked("select run, seed, status, error, figures from runs order by run")
        empty = dict.fromkeys(self.outputs)
        figures = [json.loads(one[4]) if one[4] else empty for one in rows]
        runs = pd.DataFrame([one[:4] for one in rows], columns=["run", "seed", "status", "error"])
        for name in self.outputs:
            runs[name] = pd.array([one[name] for one in figures], dtype="float64")
        names = [one.name for one in self.factors]
        table = cells.merge(self.design[["point", *names]], on="point").merge(runs, on="run")
        columns = ["point", "replicate", "seed", "run", *names, "status", "error", *self.outputs]
        return table[columns].sort_values(["point", "replicate"], ignore_index=True)

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row per point: its factors, how many `seeds` are done, and the mean of each headline figure over them."""
        done = self.runs[self.runs["status"] == "ok"]
        grouped = done.groupby("point", sort=True)
        means = grouped[list(self.outputs)].mean()
        means.insert(0, "seeds", grouped.size())
        names = [one.name for one in self.factors]
        return self.design[["point", *names]].merge(means.reset_index(), on="point", how="left")

    @cached_property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, with their reasons."""
        names = [one.name for one in self.factors]
        rows = self.runs[self.runs["status"] == "failed"]
        return rows[["point", "replicate", "seed", *names, "error"]].reset_index(drop=True)

    @cached_property
    def timings(self) -> pd.DataFrame:
        """One row per run done: run, seconds it took, worker. These differ from one computation to the next."""
        import pandas as pd

        rows = self._asked("select run, status, seconds, worker from runs where status != 'waiting' order by run")
        return pd.DataFrame(rows, columns=["run", "status", "seconds", "worker"])

    @cached_property
    def series(self) -> pd.DataFrame:
        """Daily series: point, replicate, seed, run, day (0: the first) and one column for each series kept (float32)."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = list(self.manifest["daily"])
        if not columns:
            raise StoreError(
                f"the sweep in '{self.folder}' keeps no daily series; name some under `daily` in the study"
            )
        parts = self._asked("select distinct part from runs where part is not null order by part")
        tables = [pq.read_table(self.folder / "series" / name) for (name,) in parts]
        waiting = self._asked("select run, days, series from pending order by run")
        if waiting:
            tables.append(tabled(waiting, columns))
        head = ["point", "replicate", "seed", "run"]
        if not tables:
            return pd.DataFrame(columns=[*head, "day", *columns])
        days = pa.concat_tables(tables).to_pandas()
        table = self.runs[head].merge(days, on="run")
        return table.sort_values(["point", "replicate", "day"], ignore_index=True)

    def _asked(self, question: str) -> list[tuple[Any, ...]]:
        path = self.folder / "runs.sqlite"
        if not path.exists():
            raise StoreError(f"the sweep in '{self.folder}' has lost its journal, runs.sqlite")
        journal = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return journal.execute(question).fetchall()
        finally:
            journal.close()
