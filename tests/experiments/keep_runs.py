"""A store filled with made-up runs whose numbers follow from their number, so that any loss or change is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.sweep.store import Store, packed, run_hash

RUNS, DAYS, PART = 30, 5, 8
COLUMNS = ("units", "trust")


def cells(runs: int = RUNS) -> Iterator[tuple[str, int, int, int, dict[str, Any], str]]:
    """Two seeds a point."""
    for number in range(runs):
        params = {"talk": number // 2}
        yield run_hash("s", "m", params, number % 2), number // 2, number % 2, number % 2, params, "m"


def series(run: int, days: int = DAYS) -> np.ndarray:
    """Daily series of a run."""
    return np.arange(days * len(COLUMNS)).reshape(days, -1) + 100.0 * run


def opened(folder: Path, runs: int = RUNS, part: int = PART) -> Store:
    """The store in a folder, with its plan."""
    store = Store(folder, COLUMNS, part)
    store.plan(cells(runs))
    return store


def keep_all(store: Store, until: int | None = None) -> None:
    """Keep every run that is open, then flush."""
    for done, (run, _, _) in enumerate(store.open_runs()):
        if done == until:
            return
        store.keep(run, {"units": run / 3, "share": float("nan")}, packed(series(run)), DAYS, 0.1, "here")
    store.flush()


def contents(store: Store) -> tuple[list[Any], dict[int, np.ndarray]]:
    """Figures of every run, and its series wherever they are; fails if a run has them twice."""
    import pyarrow.parquet as pq

    from sim.experiments.sweep.store import unpacked

    rows = store.journal.execute("select run, hash, status, figures from runs order by run").fetchall()
    found: dict[int, np.ndarray] = {}
    for path in sorted((store.folder / "series").iterdir()):
        table = pq.read_table(path).to_pandas()
        for run, part in table.groupby("run"):
            assert run not in found
            found[int(run)] = part[list(COLUMNS)].to_numpy()
    for run, _, blob in store.journal.execute("select * from pending").fetchall():
        assert run not in found
        found[run] = unpacked(blob, len(COLUMNS))
    return rows, found
