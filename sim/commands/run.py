"""`journeysim run`: simulate, tell, keep."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Any

from sim.commands.asked import complain, load_mechanisms, open_scenario, told_plainly
from sim.commands.terminal import Progress, say, warn

if TYPE_CHECKING:
    from sim.results import Run
    from sim.scenario import Scenario

STOPPED = 130
"""Exit code of a program that Ctrl-C ended: 128 + SIGINT."""
MANY_CONSUMERS = 200_000
"""From here on threads earn more than they cost (measured)."""


@dataclass(frozen=True)
class Options:
    """What `journeysim run` can be told besides the scenario."""

    consumers: int | None = None
    days: int | None = None
    seed: int | None = None
    threads: int | None = None
    settings: list[str] = field(default_factory=list)
    out: Path | None = None
    panel: int = 0
    figures: bool = True
    quiet: bool = False
    mechanisms: list[Path] = field(default_factory=list)


class Stop:
    """Ctrl-C: before the days begin it ends the program; then it stops it after the current day; twice, at once."""

    def __init__(self) -> None:
        self.asked = False
        self.in_days = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C within this block."""
        before = signal.signal(signal.SIGINT, self._heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if not self.in_days:
            raise KeyboardInterrupt
        if self.asked:
            raise SystemExit(STOPPED)
        self.asked = True

    def after_day(self) -> None:
        """Stop here if asked to: raises KeyboardInterrupt, upon which a run keeps the days done."""
        if self.asked:
            raise KeyboardInterrupt


class Clock:
    """Seconds of the days, the first aside: it also loads what is compiled."""

    def __init__(self) -> None:
        self.first = self.last = 0.0
        self.days = 0

    def tick(self) -> None:
        """A day is over."""
        self.last = perf_counter()
        self.first = self.first or self.last
        self.days += 1

    def per_consumer_day(self, consumers: int) -> float | None:
        """Nanoseconds per consumer and day, None if there was but one day."""
        return (self.last - self.first) * 1e9 / (self.days - 1) / consumers if self.days > 1 else None


def run_scenario(file: str, options: Options) -> int:
    """Run a scenario as asked and return the exit code."""
    started = perf_counter()
    stop = Stop()
    try:
        with stop.listening():
            with told_plainly():
                load_mechanisms(options.mechanisms)
                scenario = open_scenario(
                    file, options.settings, consumers=options.consumers, days=options.days, seed=options.seed
                )
                place = _place(scenario, options.out)
            with Progress(options.quiet) as progress:
                run, clock = _simulate(scenario, options, stop, progress)
                progress.begin("drawing and saving" if options.figures else "saving")
                with told_plainly():
                    run.save(place, options.figures)
    except KeyboardInterrupt:
        warn("Stopped before anything was done; nothing was written.")
        return STOPPED
    _tell(run, place, clock, perf_counter() - started, options.quiet)
    return STOPPED if run.record.stopped else 0


def _place(scenario: Scenario, out: Path | None) -> Path:
    """The folder for the results. Raises OSError with a sentence if they could not be written there."""
    from sim.files import refuse_unwritable
    from sim.results.folder import refuse_if_taken

    name = scenario.source.stem if scenario.source else "scenario"
    place = Path("runs", f"{name}-{scenario.seed}") if out is None else out.expanduser()
    refuse_if_taken(place)
    refuse_unwritable(place, "run")
    return place


def _simulate(scenario: Scenario, options: Options, stop: Stop, progress: Progress) -> tuple[Run, Clock]:
    """Build the market and live its days."""
    from numba.core.errors import NumbaError

    from sim.engine import Engine
    from sim.kernels import is_warm
    from sim.running import run

    clock = Clock()
    threads = options.threads or ((os.cpu_count() or 1) if scenario.world.market.consumers >= MANY_CONSUMERS else 1)
    try:
        with told_plainly():
            if not is_warm() and not options.quiet:
                warn("Compiling the market's rules for this machine, once: about half a minute ...")
            _compile(scenario, progress)
            progress.begin(f"building a market of {scenario.world.market.consumers:,} consumers")
            engine = Engine(scenario, threads=threads, panel=options.panel)
        progress.begin("days", scenario.horizon.days)

        def after_day(done: int, days: int) -> None:
            clock.tick()
            progress.reached(done)
            stop.after_day()

        stop.in_days = True
        found = run(scenario, threads=threads, panel=options.panel, progress=after_day, engine=engine)
        stop.in_days = False
    except NumbaError as problem:
        complain(f"a mechanism cannot be compiled: {_gist(str(problem))}")
    return found, clock


def _compile(scenario: Scenario, progress: Progress) -> None:
    """Have all rules and kernels ready by living one day of a small market with the same mechanisms.

    From the cache this takes a second, which the real market then saves; what is not there is compiled and kept.
    """
    import numba.core.event as events

    from sim.engine import Engine

    progress.begin("loading the market's rules")
    with events.install_listener("numba:compile", _Count(lambda n: progress.note(f"{n} compiled so far"))):
        small = {"world.market.consumers": 2000, "world.peers.file": None, "world.peers.nodes": None}
        Engine(scenario.with_(small), panel=1).step()


def _Count(say: Callable[[int], None]) -> Any:
    """A listener to numba that counts what has been compiled."""
    import numba.core.event as events

    class Count(events.Listener):
        done = 0

        def on_start(self, event: Any) -> None:
            """Only finished work is counted."""

        def on_end(self, event: Any) -> None:
            self.done += 1
            say(self.done)

    return Count()


def _gist(text: str) -> str:
    """What numba complains about and where, in one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    where = next((line.strip(". ").replace("File ", "") for line in reversed(lines) if line.startswith('File "')), "")
    what = next((line for line in lines if not line.startswith(("Failed in", "-", "During:", "File"))), lines[0])
    return f"{where}: {what}" if where else what


def _tell(run: Run, place: Path, clock: Clock, seconds: float, quiet: bool) -> None:
    """The answer, what was noted, where the results are and what they took."""
    if quiet:
        print(place)
        return
    record, days = run.record, run.scenario.horizon.days
    say(run.answer())
    if run.scenario.notes:
        print()
        for note in run.scenario.notes:
            say(f"Note: {note}")
    speed = clock.per_consumer_day(record.consumers)
    speed_text = f", {speed:.0f} ns per consumer-day" if speed is not None else ""
    print(f"\nResults in {place}")
    lived = f"Stopped after day {record.days} of {days}" if record.stopped else f"{record.days} days"
    print(f"{lived}, {record.consumers:,} consumers{speed_text}; {seconds:.1f} s in all")
    sys.stdout.flush()
