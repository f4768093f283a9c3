"""What a sweep costs beside the runs themselves: workers kept busy, milliseconds a run, keeping 100,000; and mesa.batch_run.

    python -m sim.benchmarks.sweeps mesa 200      # or: ours 200

runs one of the two in a process of its own, as the benchmark does, and prints one JSON object on its last line.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from sim.benchmarks.market import standard
from sim.experiments.engines import engine
from sim.experiments.sweep.folder import begin
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.runner import OneRun, Task, cells, prepare, sweep
from sim.experiments.sweep.store import Store, packed
from sim.experiments.sweep.study import Study
from sim.results.record import REQUIRED_SERIES
from sim.running import run

WORKERS = 2
FACTOR = "word_of_mouth.rate"
SERIES = REQUIRED_SERIES[:10]
"""Daily series that made-up runs keep."""
SIZE = (2_000, 180)
"""Consumers and days of the runs that are set beside mesa.batch_run."""
HANGS = 60.0
"""Seconds beside three times what its runs should take, after which a program counts as hung."""


def study(consumers: int, days: int, points: int, seeds: int = 2, **more: Any) -> Study:
    """The standard market at points of one factor."""
    return Study.make(
        standard(consumers, 1, days),
        {FACTOR: (0.1, 1.0)},
        {"kind": "latin_hypercube", "points": points},
        seeds=seeds,
        **more,
    )


def measure_busy(points: int, consumers: int = 20_000, days: int = 365) -> dict[str, float]:
    """Share of the time of two worker processes that goes into runs; and how long these are.

    Workers are started and have loaded the kernels before; everything that follows counts: planning, sending, keeping.
    """
    asked = study(consumers, days, points, daily=["units", "trust"])
    with tempfile.TemporaryDirectory() as folder, engine(f"processes:{WORKERS}") as workers:
        one = OneRun(asked, asked.identity["model"], ())
        list(workers.each(one, [Task(n, (0.5,), 1) for n in range(4 * WORKERS)]))
        with prepare(asked, Path(folder, "sweep"), workers) as prepared:
            started, driver = perf_counter(), process_time()
            state = prepared.run()
            wall, driver = perf_counter() - started, process_time() - driver
        timings = Sweep.load(Path(folder, "sweep")).timings
    seconds = timings[timings["worker"] != "timed first"]["seconds"].to_numpy(float)
    return {
        "busy": float(seconds.sum() / (WORKERS * wall)),
        "seconds": float(np.median(seconds)),
        "runs": float(state.here),
        "driver_ms": 1000 * driver / state.here,
    }


def measure_overhead(runs: int, consumers: int = 200, days: int = 20) -> dict[str, float]:
    """Milliseconds of CPU that a run costs beside `sim.run`: on the worker (scenario, figures, packing) and in the driver."""
    asked = study(consumers, days, runs // 2, daily=["units", "trust"])
    one = OneRun(asked, asked.identity["model"], ())
    scenario = asked.scenario_at((0.5,))
    alone, whole = [], []
    for number in range(min(runs, 100)):  # in turns, so that neighbours' load falls on both
        started = process_time()
        run(scenario, number)
        between = process_time()
        one(Task(number, (0.5,), number))
        alone.append(between - started)
        whole.append(process_time() - between)
    with tempfile.TemporaryDirectory() as folder, engine(f"processes:{WORKERS}") as workers:
        list(workers.each(one, [Task(n, (0.5,), 1) for n in range(4 * WORKERS)]))
        with prepare(asked, Path(folder, "sweep"), workers) as prepared:
            driver = process_time()
            state = prepared.run()
            driver = process_time() - driver
    worker_ms = 1000 * float(np.median(whole) - np.median(alone))
    driver_ms = 1000 * driver / state.here
    return {"worker_ms": worker_ms, "driver_ms": driver_ms, "whole_ms": worker_ms + driver_ms}


def measure_store(runs: int, days: int = 182) -> dict[str, float]:
    """Keeping so many made-up runs with ten daily series each, and reading them: milliseconds, megabytes, CPU seconds.

    resume: opening the folder and finding what is left to do. ask: a question to the journal that looks at every run. frame: all
    runs as a data frame with their factors and figures. fan: quantiles of one series over all runs, day by day.
    """
    asked = study(SIZE[0], days, runs // 2, daily=SERIES)
    luck = np.random.Generator(np.random.PCG64(1))
    walks = np.cumsum(luck.poisson(3.0, (64, days, len(SERIES))), axis=1).astype(np.float32)
    samples = [packed(one) for one in walks]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Store(place, asked.daily) as store:
            started = process_time()
            begin(place, asked)
            store.plan(cells(asked))
            plan = process_time() - started
            started = process_time()
            for number in range(runs):
                figures = {name: float(number % 1000) for name in asked.outputs}
                store.keep(number, figures, samples[number % len(samples)], days, 0.2, "here")
            store.flush()
            keep = process_time() - started
            size, files = store.size(), sum(1 for _ in (place / "series").iterdir())
        resume, left = _timed(lambda: _left(place, asked))
        ask, _ = _timed(lambda: _mean_by_replicate(place))
        frame, table = _timed(lambda: Sweep.load(place).runs)
        fan, _ = _timed(lambda: _fan(place))
    return {
        "plan_ms": 1000 * plan / runs, "keep_ms": 1000 * keep / runs, "megabytes": size / 1e6, "files": float(files),
        "resume": resume, "left": float(left), "ask": ask, "frame": frame, "rows": float(len(table)), "fan": fan,
    }  # fmt: skip


def _timed[Found](work: Callable[[], Found]) -> tuple[float, Found]:
    """Seconds of CPU, and what came."""
    started = process_time()
    found = work()
    return process_time() - started, found


def _left(folder: Path, asked: Study) -> int:
    """Runs still to do, as a resumed sweep finds them."""
    with Store(folder, asked.daily) as store:
        return len(store.open_runs())


def _mean_by_replicate(folder: Path) -> Any:
    """Mean of one figure by replicate, asked of the journal in SQL."""
    journal = sqlite3.connect(folder / "runs.sqlite")
    try:
        question = "select replicate, avg(json_extract(figures, '$.units')) from runs group by replicate"
        return journal.execute(question).fetchall()
    finally:
        journal.close()


def _fan(folder: Path) -> Any:
    """Quantiles over all runs of one series, day by day, read from the parts alone."""
    import pyarrow.dataset as ds

    table = ds.dataset(folder / "series", format="parquet").to_table(columns=["day", SERIES[0]])
    day, values = table["day"].to_numpy(), table[SERIES[0]].to_numpy()
    order = np.argsort(day, kind="stable")
    return np.quantile(values[order].reshape(int(day.max()) + 1, -1), (0.05, 0.5, 0.95), axis=1)


# ---------------------------------------------------------------- beside mesa.batch_run


def ours(runs: int) -> int:
    """So many runs as a sweep; returns the rows."""
    with tempfile.TemporaryDirectory() as folder:
        return len(sweep(study(*SIZE, runs // 2), Path(folder, "sweep"), workers=f"processes:{WORKERS}").runs)


def mesas(runs: int) -> int:
    """The same runs by mesa.batch_run; returns the rows."""
    import mesa

    from sim.market import Market

    points = [value for (value,) in study(*SIZE, runs // 2).points.values]
    rows = mesa.batch_run(
        Market,
        parameters={"scenario": standard(SIZE[0], 1, SIZE[1]), FACTOR.replace(".", "__"): points},
        rng=[1, 2],
        number_processes=WORKERS,
        max_steps=SIZE[1],
        data_collection_period=-1,
        display_progress=False,
    )
    return len(rows)


def beside(what: str, runs: int, seconds: float, kill: bool = False) -> dict[str, float | None]:
    """One of the two in a fresh process: wall seconds and rows; None if it hangs.

    seconds: what the whole should take at most; kill: one of its workers is killed while it is at it.
    """
    words = [sys.executable, "-m", "sim.benchmarks.sweeps", what, str(runs)]
    started = perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if kill:
        _kill_worker(child)
    try:
        said, _ = child.communicate(timeout=HANGS + 3 * seconds)
    except subprocess.TimeoutExpired:
        _end(child)
        return {"wall": None, "rows": None}
    return {"wall": perf_counter() - started, "rows": float(json.loads(said.strip().splitlines()[-1])["rows"])}


def _kill_worker(child: subprocess.Popen[str]) -> None:
    """Wait until a process's workers have been at it for a while, and kill the newest."""
    seen = 0.0
    while child.poll() is None:
        workers = [pid for pid in _children(child.pid) if _seconds(pid) > 1.0]
        if len(workers) >= WORKERS:
            seen = seen or perf_counter()
            if perf_counter() - seen > 3.0:
                os.kill(max(workers), signal.SIGKILL)
                return
        time.sleep(0.1)


def _end(child: subprocess.Popen[str]) -> None:
    for pid in [*_children(child.pid), child.pid]:
        os.kill(pid, signal.SIGKILL)
    child.wait()


def _children(parent: int) -> list[int]:
    """Processes that a process started (Linux)."""
    tasks = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(one) for one in tasks.read_text().split()] if tasks.exists() else []


def _seconds(pid: int) -> float:
    """CPU seconds a process has used (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run what was asked and print its rows."""
    what, runs = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"rows": {"ours": ours, "mesa": mesas}[what](runs)}))


if __name__ == "__main__":
    main()
