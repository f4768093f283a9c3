"""What the lab's commands on one plan share: a market of modest size, progress, Ctrl-C, a folder for what was found."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from sim.commands.asked import complain, engine_of, open_scenario, told_plainly
from sim.commands.terminal import Progress, say, warn

CONSUMERS = 5_000
"""Simulated consumers, unless asked otherwise: hundreds of runs should take minutes."""
STOPPED = 130


class Found(Protocol):
    """What can be said and saved."""

    @property
    def stopped(self) -> bool:
        """Whether Ctrl-C ended it early."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Markets that are complete."""

    def answer(self) -> str:
        """In plain words."""

    def save(self, folder: str | os.PathLike[str], figures: bool = True) -> Path:
        """As a folder."""


@dataclass(frozen=True)
class Asked:
    """Options that these commands share, as typed on the command line."""

    file: str
    seeds: int
    consumers: int | None
    settings: list[str]
    engine: str
    out: Path | None
    figures: bool
    quiet: bool


def measure(asked: Asked, what: str, work: Callable[..., Found], table: Callable[[Any], Any], **settings: Any) -> int:
    """Do the work on the scenario asked for, print words and a table, save a folder, and return the exit code.

    work(scenario, seeds, workers=, progress=, **settings); table(found) makes a rich table. The folder's default
    place is runs/<what>-<scenario>.
    """
    from sim.experiments.folders import refuse_place
    from sim.scenario import load

    started = perf_counter()
    with told_plainly():
        given = asked.consumers or min(CONSUMERS, load(asked.file).world.market.consumers)
        scenario = open_scenario(asked.file, asked.settings, consumers=given)
        name = scenario.source.stem if scenario.source else "scenario"
        place = Path("runs", f"{what}-{name}") if asked.out is None else asked.out.expanduser()
        refuse_place(place, what)
    try:
        with told_plainly(), Progress(asked.quiet) as progress:
            begun = 0

            def reached(done: int, total: int) -> None:
                nonlocal begun
                if total != begun:
                    progress.begin("markets lived", total)
                    begun = total
                progress.reached(done)

            progress.begin("loading the market's rules")
            found = work(scenario, asked.seeds, workers=engine_of(asked.engine), progress=reached, **settings)
        if not asked.quiet:  # first, so that a full disk does not take the answer with it
            _tell(found, table)
        with told_plainly(), Progress(asked.quiet) as progress:
            progress.begin("drawing and saving" if asked.figures else "saving")
            found.save(place, asked.figures)
    except KeyboardInterrupt:
        warn("Stopped before anything was complete; nothing was written.")
        return STOPPED
    if asked.quiet:
        print(place)
    else:
        many = f"{len(found.seeds)} of {asked.seeds}" if found.stopped else str(asked.seeds)
        print(f"\nResults in {place}\n{given:,} consumers, {many} seeds; {perf_counter() - started:.1f} s in all")
    return STOPPED if found.stopped else 0


def _tell(found: Found, table: Callable[[Any], Any]) -> None:
    """Print what was found: words, then the table."""
    from sim.commands.terminal import console

    say(found.answer())
    print()
    console(120).print(table(found))


def names_of(text: str | None) -> tuple[str, ...]:
    """Names separated by commas; none where nothing was given."""
    if text is None:
        return ()
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        complain("--channels names none; leave it out for all, or give names such as television,paid_social")
    return names
