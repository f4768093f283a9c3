"""The sweep commands: say what it takes, run it, keep it, go on after a break; and report on what came out."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from sim.commands.asked import complain, told_plainly
from sim.commands.run import STOPPED
from sim.commands.terminal import Progress, say, span, warn

if TYPE_CHECKING:
    from sim.experiments.engines import Workers
    from sim.experiments.sweep.runner import Estimate, Prepared, State
    from sim.experiments.sweep.study import Study

LONG, LARGE = 600.0, 1e9
"""Seconds and bytes from which a sweep is only begun after a question."""
SPOKEN = 30.0
"""Seconds between lines of progress where there is no terminal."""
FAILED = 1
"""Exit code where some runs failed."""


@dataclass(frozen=True)
class Options:
    """What `journeysim sweep` can be told besides the study."""

    engine: str = "processes"
    out: Path | None = None
    resume: bool = False
    dry: bool = False
    retry: bool = False
    yes: bool = False


def engine_name(workers: int | None, cluster: str | None, engine: str | None) -> str:
    """The one engine asked for in three ways. Leaves with a message if more than one was given."""
    given = [f"processes:{workers}" if workers else None, cluster, engine]
    named = [one for one in given if one]
    if len(named) > 1:
        complain("give one of --workers, --cluster and --engine, not several")
    return named[0] if named else "processes"


def run_sweep(name: str, options: Options) -> int:
    """Run a study as asked and return the exit code."""
    from sim.experiments.engines import engine
    from sim.experiments.sweep.study import load_study

    with told_plainly():
        study = load_study(name)
        folder = Path("runs", study.name) if options.out is None else options.out.expanduser()
        _introduce(study)
        workers = engine(options.engine)
    stop = Stop()
    try:
        if options.dry:
            return _only_estimate(study, workers)
        return _run(study, folder, workers, options, stop, name)
    except KeyboardInterrupt:
        workers.close(at_once=True)
        warn("Stopped; whatever was done is kept.")
        return STOPPED
    except BaseException:
        workers.close(at_once=True)
        raise
    finally:
        workers.close()


def _introduce(study: Study) -> None:
    """What the study asks, and what it varies."""
    say(f"{study.title}: {study.question}" if study.question else study.title)
    base = study.base
    say(f"Starts from: {base.title}, {base.world.market.consumers:,} consumers, {base.horizon.days} days")
    for factor in study.factors:
        say(f"Varies {factor.name}: {factor.describe()}")


def _only_estimate(study: Study, workers: Workers) -> int:
    from sim.experiments.sweep.runner import OneRun, estimated, time_some

    with told_plainly(), Progress(quiet=False) as progress:
        progress.begin("timing a few runs")
        seeds = len(study.seeds)
        tasks = [(number, number // seeds, study.seeds[number % seeds]) for number in range(study.size)]
        timed = time_some(study, OneRun(study, study.identity["model"], study.mechanisms), tasks)
    _say_estimate(study, estimated(timed, study.size, min(workers.slots, study.size)), workers)
    for task, kept, error, _ in timed:
        if kept is None:
            warn(f"run {task.run} failed: {error}")
    print("Nothing was kept (--dry-run).")
    return FAILED if any(kept is None for _, kept, _, _ in timed) else 0


def _say_estimate(study: Study, estimate: Estimate, workers: Workers) -> None:
    at_a_time = f"{estimate.workers} at a time ({workers.name})" if workers.slots > 1 else workers.name
    size = f"{len(study.points):,} points x {len(study.seeds)} seeds"
    still = "" if estimate.runs >= study.size - 3 else f", {estimate.runs:,} still to do"
    say(
        f"{study.size:,} runs ({size}{still}) of about {estimate.seconds:.2g} s, {at_a_time}: "
        f"{_about(estimate.left)}, {amount(estimate.disk)} on the disk"
    )


def _about(seconds: float) -> str:
    return f"about {span(seconds)}" if seconds >= 1 else "under a second"


def amount(size: float) -> str:
    """Bytes as one says them.

    >>> amount(20_300), amount(1.1e9), amount(12)
    ('20 kB', '1.1 GB', '1 kB')
    """
    for limit, unit in ((1e9, "GB"), (1e6, "MB")):
        if size >= limit:
            return f"{size / limit:.2g} {unit}" if size < 100 * limit else f"{size / limit:.0f} {unit}"
    return f"{max(size, 1e3) / 1e3:.0f} kB"


def _run(study: Study, folder: Path, workers: Workers, options: Options, stop: Stop, name: str) -> int:
    from sim.experiments.sweep.folder import finish
    from sim.experiments.sweep.runner import prepare

    with told_plainly():
        with Progress(quiet=False) as progress:
            progress.begin("planning, and timing a few runs")
            prepared = prepare(study, folder, workers, options.resume, options.retry)
        with prepared:
            if prepared.tasks:
                _say_estimate(study, prepared.estimate, workers)
                _ask(prepared.estimate, options)
                with stop.listening():
                    _compute(prepared, stop)
            finish(folder, prepared.store)
            counts = prepared.store.counts()
            _tell(prepared, folder, counts, name)
    if counts["waiting"]:
        return STOPPED
    return FAILED if counts["failed"] else 0


def _ask(estimate: Estimate, options: Options) -> None:
    """Where it takes long and somebody is there, ask before it begins."""
    if options.yes or not sys.stdin.isatty() or (estimate.left < LONG and estimate.disk < LARGE):
        return
    if not typer.confirm("Begin?", default=True):
        print("Not begun; the runs timed are kept.")
        raise typer.Exit(0)


def _compute(prepared: Prepared, stop: Stop) -> None:
    with Progress(quiet=False) as progress:
        progress.begin("runs", prepared.estimate.runs)
        spoken = perf_counter()

        def tell(state: State) -> None:
            nonlocal spoken
            progress.reached(state.here)
            words = f"{state.rate:.3g} a second" + (f", {state.failed:,} failed" if state.failed else "")
            progress.note(words + (", stopping" if stop.asked else ""))
            if not sys.stderr.isatty() and perf_counter() - spoken > SPOKEN:
                spoken = perf_counter()
                left = span((state.total - state.done - state.failed) / state.rate)
                warn(f"{state.done + state.failed:,} of {state.total:,} runs, {words}, {left} left")

        prepared.run(tell, lambda: stop.asked)


def _tell(prepared: Prepared, folder: Path, counts: dict[str, int], name: str) -> None:
    """What was done, what failed and why, and how to go on."""
    total = sum(counts.values())
    if counts["waiting"]:
        print(f"Stopped: {total - counts['waiting']:,} of {total:,} runs are done and kept in {folder}")
        print(f"Go on with: journeysim sweep {name} --resume" + _out(prepared, folder))
    else:
        already = "" if prepared.estimate.runs else " (all were there already)"
        print(f"{counts['ok']:,} runs done{already}, kept in {folder}")
    if counts["failed"]:
        reasons = prepared.store.journal.execute("select error from runs where status = 'failed'").fetchall()
        print(f"{counts['failed']:,} failed; run them again with --retry-failed:")
        for reason, times in Counter(reason for (reason,) in reasons).most_common(3):
            print(f"  {times:,} x {reason}")
    if not counts["waiting"] and counts["ok"]:
        print(f"Look at it with: journeysim sweep-report {folder}")


def _out(prepared: Prepared, folder: Path) -> str:
    return "" if folder == Path("runs", prepared.study.name) else f" --out {folder}"


class Stop:
    """Ctrl-C: the first lets the runs under way finish, the second ends at once."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C within this block."""
        before: Any = signal.signal(signal.SIGINT, self._heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


def report_sweep(folder: Path, outputs: list[str], out: Path | None) -> None:
    """Write a sweep's report and say what it found."""
    from sim.experiments.sweep.report import write_report
    from sim.experiments.sweep.results import Sweep

    with told_plainly():
        sweep = Sweep.load(folder)
        with Progress(quiet=False) as progress:
            progress.begin("reading, reckoning and drawing")
            report = write_report(sweep, [name for text in outputs for name in text.replace(",", " ").split()], out)
    counts = sweep.counts
    if counts["waiting"] or counts["failed"]:
        say(f"Not whole: {counts['waiting']:,} runs to do, {counts['failed']:,} failed.")
    for sentence in report.sentences:
        say(sentence)
    for reason in report.skipped:
        say(f"Left out: {reason}")
    print(f"\n{len(report.pictures)} pictures and {len(report.tables)} tables in {out or folder / 'report'}")
