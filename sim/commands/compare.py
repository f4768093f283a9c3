"""`journeysim compare`: plans side by side under the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.asked import complain, engine_of, load_mechanisms, open_scenario, told_plainly
from sim.commands.run import STOPPED
from sim.commands.terminal import Progress, console, say, warn

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison
    from sim.scenario import Scenario

LONG = 60.0
"""Seconds of work from which processes earn more than their start costs (measured: about ten seconds for two)."""
SECONDS_PER_CONSUMER_DAY = 2.5e-7


@dataclass(frozen=True)
class Options:
    """What `journeysim compare` can be told besides the files."""

    arms: str | None = None
    seeds: int | None = None
    until: str | None = None
    on: str = "profit"
    cap: int = 200
    why: bool = False
    workers: str | None = None
    consumers: int | None = None
    days: int | None = None
    settings: list[str] = field(default_factory=list)
    worlds: bool = False
    out: Path | None = None
    figures: bool = True
    quiet: bool = False
    mechanisms: list[Path] = field(default_factory=list)


def compare_plans(files: Sequence[str], options: Options) -> int:
    """Compare plans as asked, tell and keep what was found, and return the exit code."""
    from sim.experiments.figures import FIGURES
    from sim.experiments.kept import is_comparison
    from sim.files import refuse_other, refuse_unwritable
    from sim.scenario.errors import nearest

    with told_plainly():
        load_mechanisms(options.mechanisms)
        if options.on not in FIGURES:
            complain(f"--on: there is no figure '{options.on}'{nearest(options.on, FIGURES)}")
        arms = _arms(files, options)
        place = options.out or Path("runs", f"compare-{'-'.join(dict.fromkeys(Path(one).stem for one in files))}")
        refuse_other(place.expanduser(), is_comparison, "comparison")
        refuse_unwritable(place, "comparison")
        try:
            found = _compared(arms, options)
        except KeyboardInterrupt:
            warn("Stopped before any market was done; nothing was written.")
            return STOPPED
        if not options.quiet:  # first, so that a full disk does not take the answer with it
            _tell(found, options.on)
        with Progress(options.quiet) as progress:
            progress.begin("drawing and saving" if options.figures else "saving")
            found.save(place, options.figures)
    if options.quiet:
        print(place)
    else:
        say(f"\nEverything is in {place}")
    return STOPPED if found.stopped else 0


def _compared(arms: dict[str, Scenario], options: Options) -> Comparison:
    """The comparison, with progress on the terminal."""
    from sim.experiments.compare import WHY_SEEDS, compare

    with Progress(options.quiet) as progress:
        progress.begin("markets under every plan", options.cap if options.until else options.seeds or 10)
        return compare(
            arms,
            options.seeds,
            until=options.until,
            on=options.on,
            cap=options.cap,
            why=WHY_SEEDS if options.why else 0,
            workers=_workers(arms, options),
            allow_world=options.worlds,
            progress=lambda done, _: progress.reached(done),
        )


def _arms(files: Sequence[str], options: Options) -> dict[str, Scenario]:
    """The plans by name: those inside one file, or one of each file."""
    from sim.experiments.arms import arms_of
    from sim.scenario import load

    if len(files) == 1:
        names = [one.strip() for one in (options.arms or "").split(",") if one.strip()]
        arms = arms_of(load(files[0]), names)
    elif options.arms:
        complain("--arms chooses among the arms of one file; give one file with it")
    else:
        arms = {Path(file).stem: open_scenario(file) for file in files}
        if len(arms) < len(files):
            names = [Path(file).stem for file in files]
            twice = next(name for name in names if names.count(name) > 1)
            complain(f"two plans would be called '{twice}', after their files; give each file a name of its own")
    return {name: _changed(scenario, options) for name, scenario in arms.items()}


def _changed(scenario: Scenario, options: Options) -> Scenario:
    from sim.commands.asked import read_settings

    given = {"consumers": options.consumers, "days": options.days}
    return scenario.with_(
        {**read_settings(options.settings), **{key: value for key, value in given.items() if value is not None}}
    )


def _workers(arms: dict[str, Scenario], options: Options) -> str:
    """Where to run: as asked; else this process for what is soon done, all cores for what is not.

    Mechanisms of one's own are known to this process only.
    """
    from sim.experiments.engines import cores

    if options.workers:
        return engine_of(options.workers)
    work = sum(one.world.market.consumers * one.horizon.days for one in arms.values()) * SECONDS_PER_CONSUMER_DAY
    seconds = work * (options.seeds or (options.cap if options.until else 10)) * (8 if options.why else 1)
    return "inline" if seconds < LONG or cores() == 1 or options.mechanisms else f"processes:{cores()}"


def _tell(found: Comparison, on: str) -> None:
    """A table for each plan, then the comparison in words."""
    from rich.table import Table

    from sim.experiments.figures import FIGURES
    from sim.experiments.verdicts import CLOSE, bounds, gap_says, relative

    for arm in found.others:
        table = Table(
            title=f"[bold]{arm}[/] against {found.baseline}: {len(found.seeds)} markets under the same luck",
            title_justify="left",
            title_style="",
            box=None,
            pad_edge=False,
        )
        for name in ("figure", found.baseline, "difference", "", "95 % interval", "better in", "verdict"):
            table.add_column(name, justify="left" if name in ("figure", "verdict") else "right", no_wrap=True)
        for name, figure in FIGURES.items():
            row = found.rows[arm, name]
            style = "dim" if row.verdict == CLOSE else ""
            table.add_row(
                figure.label,
                figure.says(row.baseline, found.currency),
                gap_says(figure, row.interval.mean, found.currency),
                relative(row.relative),
                bounds(figure, row.interval, found.currency),
                "" if row.better != row.better else f"{100 * row.better:.0f} %",
                row.verdict,
                style=style,
            )
        console(150).print(table)
        print()
    say(found.answer(on))
