"""Running a study: plan its runs, time a few, compute the rest on any engine, keep each as it comes.

sweep = sim.sweep("launch_levers", workers="processes:4")
sweep.points.plot.scatter("talk", "profit")
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from sim.experiments.engines import TRIES, Done, Workers, call, crew
from sim.experiments.sweep.factors import plain
from sim.experiments.sweep.folder import begin, finish, refuse_if_changed
from sim.experiments.sweep.reading import STAGE
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.store import Store, packed, run_hash
from sim.experiments.sweep.study import Study, load_study, mechanism_files

TIMED = 3
"""Runs that are timed before the rest begins: the first, the last and the one in the middle."""
TIMING = 20.0
"""Seconds after which no further run is timed."""
LIVELY = 0.25
"""Seconds of work that are sent to a cluster together."""
ROW_BYTES = 700
"""What a run's row in the journal takes, beside its series (measured)."""


@dataclass(frozen=True)
class Task:
    """One run to compute: its number, its point's values, its seed."""

    run: int
    point: tuple[Any, ...]
    seed: int


@dataclass(frozen=True)
class Kept:
    """What a worker sends back: headline figures, packed daily series (b"": none) and days lived."""

    figures: dict[str, float]
    series: bytes
    days: int


@dataclass(frozen=True)
class OneRun:
    """The function that workers compute: a task's scenario, run, and what the study keeps of it."""

    study: Study
    model: str
    mechanisms: tuple[Path, ...]

    def __call__(self, task: Task) -> Kept:
        """Raises ValueError if this worker has another version of the model, or the point cannot be run."""
        from sim.version import model_version

        if model_version() != self.model:
            raise ValueError(
                f"this worker has another version of the model ({model_version()}, the study {self.model}); install the same"
            )
        mechanism_files(self.mechanisms)
        from sim.experiments.figures import headline
        from sim.running import run

        lived = run(self.study.scenario_at(task.point), task.seed)
        figures = headline(lived)
        series = packed(daily(lived, self.study.daily)) if self.study.daily else b""
        return Kept({name: figures[name] for name in self.study.outputs}, series, lived.record.days)


def daily(run: Any, names: Sequence[str]) -> np.ndarray:
    """Daily series of the focal brand, float64 (days, names), counts in real people."""
    from sim.results.record import series_meaning

    record, focal, people = run.record, run.record.focal, run.people_per_consumer
    columns = []
    for name in names:
        if name == "units":
            columns.append((record.series["purchases_first"] + record.series["purchases_repeat"])[:, focal] * people)
        elif name.startswith(STAGE):
            stage = record.stages.index(name.removeprefix(STAGE))
            columns.append(record.people[1:, focal, :, stage].sum(axis=1) * people)
        else:
            columns.append(record.series[name][:, focal] * (people if series_meaning(name).scaled else 1.0))
    return np.column_stack(columns)


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take. runs: to be computed still. seconds: of one run; bytes: on the disk; workers: at a time."""

    runs: int
    seconds: float
    bytes: float
    workers: int

    @property
    def left(self) -> float:
        """Seconds for all of them."""
        return self.runs * self.seconds / self.workers

    @property
    def disk(self) -> float:
        """Bytes for all of them."""
        return self.runs * self.bytes


@dataclass
class State:
    """How far a sweep is: runs done and failed now, and all there are; seconds since it began."""

    done: int
    failed: int
    total: int
    began: float
    here: int = 0

    @property
    def rate(self) -> float:
        """Runs a second since it began."""
        return self.here / max(perf_counter() - self.began, 1e-9)


@dataclass
class Prepared:
    """A sweep ready to run: its folder is open, its runs are planned, a few are timed and kept."""

    study: Study
    store: Store
    workers: Workers
    estimate: Estimate
    tasks: list[tuple[int, int, int]]
    one: OneRun

    def __enter__(self) -> Prepared:
        return self

    def __exit__(self, *problem: object) -> None:
        self.store.close()

    def run(
        self,
        progress: Callable[[State], None] | None = None,
        stop: Callable[[], bool] | None = None,
        tries: int = TRIES,
    ) -> State:
        """Compute what is not yet there. stop: see `Workers.each`. Results are kept as they come.

        Raises EngineError if the workers are lost, StoreError if results cannot be kept; what was kept stays.
        """
        counts = self.store.counts()
        total = sum(counts.values())
        state = State(counts["ok"], total - counts["ok"] - len(self.tasks), total, perf_counter())
        chunk = max(1, int(LIVELY / max(self.estimate.seconds, 1e-6)))
        for done in self.workers.each(self.one, self._drawn(), tries=tries, chunk=chunk, stop=stop):
            self._keep(done, state)
            if progress:
                progress(state)
        self.store.flush()
        return state

    def _drawn(self) -> Iterator[Task]:
        values = self.study.points.values
        for run, point, seed in self.tasks:
            yield Task(run, values[point], seed)

    def _keep(self, done: Done[Task, Kept], state: State) -> None:
        state.here += 1
        if done.result is None:
            self.store.fail(done.task.run, done.error or "", done.seconds, done.worker)
            state.failed += 1
            return
        kept = done.result
        self.store.keep(done.task.run, kept.figures, kept.series, kept.days, done.seconds, done.worker)
        state.done += 1


def prepare(study: Study, folder: Path, workers: Workers, resume: bool = False, retry: bool = False) -> Prepared:
    """Open the folder, plan the runs, time a few (they count). resume: go on where it stopped; retry: failed runs too.

    Raises StoreError, ScenarioError for a folder that holds another study, or an unfinished one without resume.
    """
    refuse_if_changed(folder, study, resume or retry)
    store = Store(folder, study.daily)
    try:
        begin(folder, study)
        store.plan(cells(study))
        one = OneRun(_light(study), study.identity["model"], study.mechanisms)
        tasks = store.open_runs(retry)
        estimate, timed = _estimate(study, store, one, tasks, workers)
        return Prepared(study, store, workers, estimate, [task for task in tasks if task[0] not in timed], one)
    except BaseException:
        store.close()
        raise


def _light(study: Study) -> Study:
    """The study as workers need it: without its points and text."""
    return study.with_(rows=(), text="")


def cells(study: Study) -> Iterator[tuple[str, int, int, int, dict[str, Any], str]]:
    """Every run of a study in order: points, and for each its seeds."""
    identity = study.identity
    start = [identity["scenario"], identity["mechanisms"]]
    factors = study.factors
    for number, point in enumerate(study.points.values):
        named = {factor.name: plain(value) for factor, value in zip(factors, point)}
        meant = {
            factor.path or "arm": plain(value) if factor.path else identity["arms"][value]
            for factor, value in zip(factors, point)
        }
        for replicate, seed in enumerate(study.seeds):
            mark = run_hash(start, identity["model"], meant, seed)
            yield mark, number, replicate, seed, named, identity["model"]


def _estimate(
    study: Study, store: Store, one: OneRun, tasks: list[tuple[int, int, int]], workers: Workers
) -> tuple[Estimate, set[int]]:
    """What is left will take; and the runs that were timed for it in this process (and kept), where none were known."""
    slots = max(1, min(workers.slots, len(tasks)))
    seconds = store.seconds()
    if not tasks or len(seconds) >= TIMED:
        done = max(store.counts()["ok"], 1)
        return Estimate(len(tasks), float(np.mean(seconds or [0.0])), store.size() / done, slots), set()
    timed = time_some(study, one, tasks)
    for task, kept, error, taken in timed:
        if kept is None:
            store.fail(task.run, error, taken, "timed first")
        else:
            store.keep(task.run, kept.figures, kept.series, kept.days, taken, "timed first")
    return estimated(timed, len(tasks) - len(timed), slots), {one[0].run for one in timed}


Timed = list[tuple[Task, Kept | None, str, float]]
"""Runs computed here: task, what came (None: it failed), why it failed, seconds."""


def estimated(timed: Timed, runs: int, slots: int) -> Estimate:
    """What so many further runs like those timed will take."""
    sizes = [len(kept.series) for _, kept, _, _ in timed if kept is not None]
    return Estimate(runs, float(np.mean([one[3] for one in timed])), ROW_BYTES + float(np.mean(sizes or [0])), slots)


def time_some(study: Study, one: OneRun, tasks: Sequence[tuple[int, int, int]]) -> Timed:
    """The first, the last and the middle run, computed here; this also compiles the kernels for the workers."""
    warm(study)
    found: Timed = []
    began = perf_counter()
    for number in sorted({0, len(tasks) // 2, len(tasks) - 1})[:TIMED]:
        run, point, seed = tasks[number]
        task = Task(run, study.points.values[point], seed)
        started = perf_counter()
        result, error, _, _ = call(one, [task])[0]
        found.append((task, result, error or "", perf_counter() - started))
        if perf_counter() - began > TIMING:
            break
    return found


def warm(study: Study) -> None:
    """Compile, or load, the kernels of a study's market by living a day of a small one."""
    from sim.engine import Engine

    small = {"world.market.consumers": 500, "world.peers.file": None, "world.peers.nodes": None}
    market = Engine(study.base.with_(small))
    market.step()
    market.close()


def sweep(
    study: Study | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    workers: int | str | Workers = "processes",
    resume: bool = False,
    retry_failed: bool = False,
    progress: Callable[[int, int, int], None] | None = None,
) -> Sweep:
    """Run a study and return its results; a study that is complete in its folder is only read.

    study: a `Study`, a study file, or a shipped study's name. out: its folder; default runs/<name of the study>. workers: see
    `sim.experiments.engines.crew`; the numbers are the same for any. resume: go on with one that was broken off.
    retry_failed: compute failed runs again. progress(done, failed, all). Ctrl-C keeps what is done.

    Raises ScenarioError for a wrong study or one changed since it was begun, EngineError, StoreError.
    """
    chosen = study if isinstance(study, Study) else load_study(study)
    folder = Path("runs", chosen.name) if out is None else Path(out).expanduser()
    with crew(workers) as those, prepare(chosen, folder, those, resume, retry_failed) as prepared:
        prepared.run(None if progress is None else lambda state: progress(state.done, state.failed, state.total))
        finish(folder, prepared.store)
    return Sweep.load(folder)
