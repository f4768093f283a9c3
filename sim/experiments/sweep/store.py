"""Where the runs of a sweep are kept: a SQLite journal and Parquet parts, which a crash at any moment leaves whole.

    manifest.json           what was asked, versions, seeds, design (written whole)
    study.toml, scenario.toml   the study as given, its scenario as run
    points.parquet          the design: one row a point
    runs.sqlite             runs (one row each: status, figures, reason of failure), cells (point and replicate -> run),
                            pending (daily series of finished runs that are not yet in a part)
    series/part-*.parquet   daily series: run, day, one column each

A finished run is committed to the journal as it comes. Series wait there, compressed, until there are enough for a part:
written under another name, synced, renamed, and then taken over by one transaction. What a crash leaves half way, a part that no
run refers to, is removed at the next start. Nothing here is pickled: figures are JSON, series raw numbers.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from sim.files import FULL

FORMAT = 1
"""Of the folder; part of every run's hash."""
PART = 256
"""Runs whose series go into one part."""
_TABLES = """
create table if not exists runs (
    run integer primary key, hash text unique not null, point integer not null, replicate integer not null,
    seed integer not null, params text not null, status text not null default 'waiting', error text, seconds real,
    worker text, model text not null, figures text, days integer, part text);
create table if not exists cells (point integer, replicate integer, run integer, primary key (point, replicate)) without rowid;
create table if not exists pending (run integer primary key, days integer not null, series blob not null);
"""


class StoreError(OSError):
    """Results cannot be kept or read there, and why, in a sentence."""


def run_hash(start: Any, model: str, params: Mapping[str, Any], seed: int) -> str:
    """What identifies a run: 32 hex digits from store format, model version, what it starts from, parameters and seed.

    start: the fingerprint of the scenario (and mechanism files). The order of the parameters does not matter.
    """
    identity = [FORMAT, start, model, {str(name): params[name] for name in params}, int(seed)]
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"), allow_nan=False, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


class Store:
    """The folder of a sweep, open for writing by this process alone (`Store.open`)."""

    def __init__(self, folder: Path, columns: Sequence[str], part: int = PART) -> None:
        self.folder = folder
        self.columns = tuple(columns)
        self.part = part
        with told(folder):
            (folder / "series").mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder)
            self.journal = sqlite3.connect(folder / "runs.sqlite", isolation_level=None)
            self.journal.execute("pragma journal_mode = wal")
            self.journal.execute("pragma synchronous = normal")
            self.journal.executescript(_TABLES)
            self._sweep_orphans()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        self.journal.close()
        self._lock.close()

    # ------------------------------------------------------------------ what is to be done

    def plan(self, cells: Iterable[tuple[str, int, int, int, Mapping[str, Any], str]]) -> None:
        """Write down every run there is to be, all or none: (hash, point, replicate, seed, params, model).

        Points that come to the same run share it. Nothing is done where a plan is already.
        """
        if self.journal.execute("select 1 from cells limit 1").fetchone():
            return
        numbers: dict[str, int] = {}
        with told(self.folder), self._transaction():
            for mark, point, replicate, seed, params, model in cells:
                number = numbers.get(mark)
                if number is None:
                    number = numbers[mark] = len(numbers)
                    row = (number, mark, point, replicate, seed, json.dumps(params, default=str), model)
                    self.journal.execute(
                        "insert into runs (run, hash, point, replicate, seed, params, model) values (?,?,?,?,?,?,?)",
                        row,
                    )
                self.journal.execute("insert into cells values (?,?,?)", (point, replicate, number))

    def open_runs(self, failed: bool = False) -> list[tuple[int, int, int]]:
        """(run, point, seed) of the runs not yet done; failed: also those that failed."""
        wanted = "('waiting', 'failed')" if failed else "('waiting')"
        found = self.journal.execute(f"select run, point, seed from runs where status in {wanted} order by run")
        return [(int(run), int(point), int(seed)) for run, point, seed in found]

    def counts(self) -> dict[str, int]:
        """Runs by status: ok, failed, waiting."""
        found = dict(self.journal.execute("select status, count(*) from runs group by status").fetchall())
        return {name: int(found.get(name, 0)) for name in ("ok", "failed", "waiting")}

    def seconds(self) -> list[float]:
        """Seconds that finished runs took, the last thousand."""
        rows = self.journal.execute("select seconds from runs where status = 'ok' order by rowid desc limit 1000")
        return [float(one) for (one,) in rows if one is not None]

    def size(self) -> int:
        """Bytes that the results take on the disk."""
        files = [self.folder / "runs.sqlite", *(self.folder / "series").glob("*.parquet")]
        return sum(one.stat().st_size for one in files)

    # ------------------------------------------------------------------ what was done

    def keep(
        self, run: int, figures: Mapping[str, float], series: bytes, days: int, seconds: float, worker: str
    ) -> None:
        """A finished run, committed when this returns. figures: nan is kept as null. series: as `packed` gives it, or b""."""
        said = json.dumps({name: None if value != value else value for name, value in figures.items()})
        with told(self.folder), self._transaction():
            self.journal.execute(
                "update runs set status = 'ok', error = null, figures = ?, days = ?, seconds = ?, worker = ? where run = ?",
                (said, days, seconds, worker, run),
            )
            if series:
                self.journal.execute("insert or replace into pending values (?,?,?)", (run, days, series))
        if series and self._waiting() >= self.part:
            self.flush()

    def fail(self, run: int, error: str, seconds: float, worker: str) -> None:
        """A run that failed, with its reason; it can be run again."""
        with told(self.folder), self._transaction():
            self.journal.execute(
                "update runs set status = 'failed', error = ?, seconds = ?, worker = ?, figures = null where run = ?",
                (error, seconds, worker, run),
            )

    def flush(self) -> None:
        """Put the series that wait in the journal into a part of their own."""
        rows = self.journal.execute("select run, days, series from pending order by run").fetchall()
        if not rows:
            return
        name = f"part-{self._next_part():08d}.parquet"
        final = self.folder / "series" / name
        fresh = final.with_suffix(".tmp")
        with told(self.folder):
            write_part(fresh, rows, self.columns)
            publish(fresh, final)
            with self._transaction():
                self.adopt(name, [row[0] for row in rows])

    def adopt(self, name: str, runs: Sequence[int]) -> None:
        """Within one transaction: the runs' series are in a part now, and no longer in the journal."""
        self.journal.executemany("update runs set part = ? where run = ?", [(name, run) for run in runs])
        self.journal.executemany("delete from pending where run = ?", [(run,) for run in runs])

    def _waiting(self) -> int:
        return int(self.journal.execute("select count(*) from pending").fetchone()[0])

    def _next_part(self) -> int:
        last = self.journal.execute("select max(part) from runs").fetchone()[0]
        return int(last[5:13]) + 1 if last else 0

    def _sweep_orphans(self) -> None:
        """Remove parts that no run refers to: a crash came between their writing and the journal's taking them over."""
        known = {name for (name,) in self.journal.execute("select distinct part from runs where part is not null")}
        for path in (self.folder / "series").iterdir():
            if path.suffix == ".tmp" or (path.suffix == ".parquet" and path.name not in known):
                path.unlink()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.journal.execute("begin immediate")
        try:
            yield
        except BaseException:
            if self.journal.in_transaction:
                self.journal.execute("rollback")
            raise
        self.journal.execute("commit")


def packed(series: np.ndarray) -> bytes:
    """Daily series float (days, columns) as compressed float32."""
    import pyarrow as pa

    raw = np.ascontiguousarray(series, np.float32).tobytes()
    return len(raw).to_bytes(8, "little") + bytes(pa.compress(raw, codec="zstd", asbytes=True))


def unpacked(series: bytes, columns: int) -> np.ndarray:
    """What `packed` made, float32 (days, columns)."""
    import pyarrow as pa

    size = int.from_bytes(series[:8], "little")
    raw = pa.decompress(series[8:], decompressed_size=size, codec="zstd", asbytes=True)
    return np.frombuffer(raw, np.float32).reshape(-1, columns)


def tabled(rows: Iterable[tuple[int, int, bytes]], columns: Sequence[str]) -> Any:
    """Series of runs (run, days, packed) as an Arrow table: run, day, one column each."""
    import pyarrow as pa

    blocks = [(run, unpacked(series, len(columns))) for run, _, series in rows]
    runs = np.concatenate([np.full(len(block), run, np.int32) for run, block in blocks])
    days = np.concatenate([np.arange(len(block), dtype=np.int16) for _, block in blocks])
    values = np.concatenate([block for _, block in blocks])
    named = {name: pa.array(np.ascontiguousarray(values[:, number])) for number, name in enumerate(columns)}
    return pa.table({"run": pa.array(runs), "day": pa.array(days), **named})


def write_part(path: Path, rows: Sequence[tuple[int, int, bytes]], columns: Sequence[str]) -> None:
    """Write a part under a name that nobody reads, and wait until it is on the disk."""
    import pyarrow.parquet as pq

    with open(path, "wb") as file:
        pq.write_table(tabled(rows, columns), file, compression="zstd", compression_level=3)
        file.flush()
        os.fsync(file.fileno())


def publish(fresh: Path, final: Path) -> None:
    """Give a part its name, and wait until the folder knows it."""
    os.replace(fresh, final)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say in a sentence that a folder cannot be written, and that what is there is safe."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        if "full" in str(problem):
            raise StoreError(_full(folder)) from None
        raise StoreError(f"the journal '{folder / 'runs.sqlite'}' cannot be used: {problem}") from None
    except StoreError:
        raise
    except OSError as problem:
        if problem.errno in FULL:
            raise StoreError(_full(folder)) from None
        reason = problem.strerror or str(problem)
        raise StoreError(f"cannot write in '{folder}': {reason[:1].lower()}{reason[1:]}") from None


def _full(folder: Path) -> str:
    return f"the disk of '{folder}' is full; the runs done are kept: make room and go on with --resume"


def _locked(folder: Path) -> sqlite3.Connection:
    """Take the folder for this process; the lock goes with the process, however it ends."""
    lock = sqlite3.connect(folder / ".lock", isolation_level=None, timeout=0.2)
    try:
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as problem:
        lock.close()
        if "locked" in str(problem):
            raise StoreError(f"another sweep is writing in '{folder}'; wait for it, or choose another folder") from None
        raise
    return lock
