"""The evidence command: measure published facts in the shipped markets, and show which hold."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.commands.terminal import Progress, console, say, warn


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line."""

    facts: Sequence[str]
    quick: bool
    out: Path
    consumers: int | None
    seeds: int | None
    workers: int | None


def show_evidence(asked: Asked) -> int:
    """Run the battery and write its page; returns the exit code: 0, 2 for a mistake in what was asked, 130 if stopped."""
    from sim.evidence import battery, chapters, page
    from sim.evidence.lab import CONSUMERS
    from sim.files import refuse_unwritable

    try:
        names = [name for text in asked.facts for name in text.replace(",", " ").split()]
        if asked.facts and not names:
            raise ValueError("--facts names no fact; give ids or themes with commas, or leave it out for all")
        facts = battery.chosen(names)
        refuse_unwritable(asked.out / "evidence.html", "evidence")
    except (ValueError, OSError) as problem:
        warn(f"journeysim evidence: {problem}")
        return 2
    order = battery.Order(facts, asked.consumers or CONSUMERS, asked.seeds, asked.quick)
    further = chapters.pieces() if not asked.facts and not asked.quick else []
    workers = min(asked.workers or os.cpu_count() or 1, len(facts))
    verdicts: list[battery.Verdict] = []
    made: dict[chapters.Piece, str] = {}
    broken: Exception | None = None
    with Progress(quiet=False) as progress:
        progress.begin(f"Measuring {len(facts)} facts on {workers} workers", len(facts) + len(further))
        results, extra = battery.run(order, workers), chapters.run(order, workers) if further else None
        try:
            for verdict in results:
                verdicts.append(verdict)
                progress.reached(len(verdicts))
                progress.note(f"{verdict.id} {verdict.verdict}")
            for piece, html in extra or ():
                made[piece] = html
                progress.reached(len(verdicts) + len(made))
                progress.note(f"{piece.chapter}: {piece.key}")
        except (KeyboardInterrupt, Exception) as problem:  # whatever it is, what is done is not lost
            broken = problem if isinstance(problem, Exception) else None
            results.close()
            if extra:
                extra.close()
    verdicts.sort(key=lambda one: facts.index(one.id))
    unfinished = len(facts) + len(further) - len(verdicts) - len(made)
    _print(verdicts)
    if unfinished:
        say(f"Stopped: {unfinished} of {len(facts) + len(further)} were not reached.")
    try:
        written = page.write(asked.out, verdicts, order, chapters.assembled(made, verdicts), unfinished)
    except OSError as problem:
        warn(
            f"journeysim evidence: cannot save to '{asked.out}': {problem.strerror}. Make room or choose another with --out"
        )
        return 2
    say(f"Page, table and data: {written}")
    if broken:
        raise broken
    return 130 if unfinished else 0


def list_facts() -> None:
    """Print every published fact and whether there is an experiment on it."""
    from rich.table import Table

    from sim.evidence.battery import experiments
    from sim.evidence.published import published
    from sim.evidence.untested import UNTESTED

    known, shown = experiments(), Table(box=None, pad_edge=False)
    for name in ("fact", "tier", "role", "experiment", "claim"):
        shown.add_column(name)
    for one in published().values():
        star = " ★" if one.core else ""
        market = known[one.id].market if one.id in known else f"none: {UNTESTED[one.id]}"
        shown.add_row(one.id + star, str(one.tier), one.role, market, one.claim.split(" [")[0])
    console().print(shown)


def _print(verdicts: Sequence) -> None:
    from rich.table import Table

    from sim.evidence import battery
    from sim.evidence.page import counts, line

    shown = Table(box=None, pad_edge=False)
    for name in ("fact", "claim", "figures", "verdict"):
        shown.add_column(name)
    for one in verdicts:
        colour = {battery.HOLDS: "green", battery.MISSES: "red"}.get(one.verdict, "yellow")
        *words, verdict = line(one)
        shown.add_row(*words, f"[{colour}]{verdict}[/]")
    console(140).print(shown)
    for count in counts([battery.plain(one) for one in verdicts]):
        say(f"{count.group}: {count.words}")
