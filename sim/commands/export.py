"""`journeysim export ...`: a market in the formats of other tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.commands.asked import complain, load_mechanisms, open_scenario, told_plainly
from sim.commands.run import STOPPED
from sim.commands.terminal import Progress, say, warn

if TYPE_CHECKING:
    from sim.bridges.truth import Truth
    from sim.results import Run
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """A market to export: a scenario with changes, or the folder of a saved run."""

    file: str
    consumers: int | None = None
    days: int | None = None
    seed: int | None = None
    settings: list[str] = field(default_factory=list)
    mechanisms: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Sealing:
    """Whether the truth is worked out, on how many seeds, by how many workers."""

    wanted: bool
    seeds: int
    workers: int


def export_weekly(asked: Asked, out: Path | None, sealing: Sealing) -> None:
    """Write the weekly table and the sealed truth."""
    from sim.bridges import export

    with _working() as progress:
        scenario, run = _opened(asked)
        out = _place(out, scenario, "weekly")
        run = run or _run(scenario, progress)
        truth = _truth(scenario, sealing, progress)
        export.export_weekly(run, out, truth)
    _tell(out, truth)


def export_geo(asked: Asked, out: Path | None, regions: int, by: str, sealing: Sealing) -> None:
    """Write the geo panel and the sealed truth of the nation."""
    from sim.bridges import export
    from sim.bridges.geo import geo_panel

    with _working() as progress:
        scenario, _ = _opened(asked)
        out = _place(out, scenario, "geo")
        progress.begin("days", scenario.horizon.days)
        panel = geo_panel(scenario, regions, by, progress=lambda done, _: progress.reached(done))
        truth = _truth(scenario, sealing, progress)
        export.export_geo(panel, out, truth)
    say(f"{regions} regions; {panel.crossing:.0%} of ties cross from one to another.")
    _tell(out, truth)


def export_events(asked: Asked, out: Path | None, panel: int, brand: str | None, missed: bool) -> None:
    """Write the event log of followed consumers."""
    from sim.bridges.events import event_log
    from sim.bridges.export import csv_text
    from sim.files import write_whole

    with _working() as progress:
        scenario, run = _opened(asked)
        out = out or _place(None, scenario, "events").with_suffix(".csv")
        run = run or _run(scenario, progress, panel)
        log = event_log(run, brand, missed)
        out.expanduser().parent.mkdir(parents=True, exist_ok=True)
        write_whole(out.expanduser(), csv_text(log))
    cases = log["case:concept:name"].nunique()
    say(f"{len(log):,} events of {cases:,} cases, {log['concept:name'].nunique()} activities, in {out}")


def export_network(asked: Asked, out: Path | None, graphml: bool) -> None:
    """Write who knows whom: the files a scenario reads, and GraphML if asked for."""
    from sim.bridges.network import to_networkx, write_graphml, write_network
    from sim.engine import Engine

    with told_plainly():
        scenario, _ = _opened(asked)
        out = _place(out, scenario, "network")
        engine = Engine(scenario)
        engine.close()
        write_network(engine, out)
        if graphml:
            write_graphml(to_networkx(engine), out / "network.graphml")
    say(f"{engine.ties.ties:,} ties of {engine.consumers:,} consumers in {out}")


@contextmanager
def _working() -> Iterator[Progress]:
    """Mistakes told in a line, progress shown, and Ctrl-C taken for what it is."""
    with told_plainly(), Progress(False) as progress:
        try:
            yield progress
        except KeyboardInterrupt:
            warn("Stopped before it was written.")
            raise typer.Exit(STOPPED) from None


def _opened(asked: Asked) -> tuple[Scenario, Run | None]:
    """The scenario, with the seed that is run, and the run if a folder of one was given."""
    from sim.results.folder import is_run

    load_mechanisms(asked.mechanisms)
    folder = Path(asked.file).expanduser()
    if not folder.is_dir():
        return (
            open_scenario(asked.file, asked.settings, consumers=asked.consumers, days=asked.days, seed=asked.seed),
            None,
        )
    if not is_run(folder):
        complain(f"'{asked.file}' is a folder without a saved run; give one that `journeysim run` wrote, or a scenario")
    if asked.settings or any(one is not None for one in (asked.consumers, asked.days, asked.seed)):
        complain(f"'{asked.file}' is a saved run, which cannot be changed; give its scenario to export another")
    from sim.results import Run
    from sim.version import model_version

    run = Run.load(folder)
    if run.record.stopped:
        complain(f"'{asked.file}' was stopped early; only whole runs can be exported")
    if run.metadata["model_fingerprint"] != model_version():
        warn(
            f"Note: '{asked.file}' was made by another version of the model; what is run again now may differ from it."
        )
    return run.scenario.with_("seed", run.seed), run


def _place(out: Path | None, scenario: Scenario, what: str) -> Path:
    """Where to write. Raises OSError with a sentence if a file is there."""
    name = scenario.source.stem if scenario.source else "scenario"
    place = (out or Path("exports", f"{name}-{scenario.seed}-{what}")).expanduser()
    if place.is_file():
        raise NotADirectoryError(f"cannot write to '{place}': it is a file; give a folder")
    return place


def _run(scenario: Scenario, progress: Progress, panel: int = 0) -> Run:
    from sim.running import run

    progress.begin("days", scenario.horizon.days)
    return run(scenario, panel=panel, progress=lambda done, _: progress.reached(done))


def _truth(scenario: Scenario, sealing: Sealing, progress: Progress) -> Truth | None:
    """The true effects, if wanted."""
    if not sealing.wanted:
        return None
    from sim.bridges.truth import true_effects

    progress.begin("runs for the sealed truth")
    begun = False

    def reached(done: int, runs: int) -> None:
        nonlocal begun
        if not begun:
            progress.begin("runs for the sealed truth", runs)
            begun = True
        progress.reached(done)

    return true_effects(scenario, sealing.seeds, workers=sealing.workers, progress=reached)


def _tell(out: Path, truth: Truth | None) -> None:
    say(f"Written to {out}; README.txt says what is in it.")
    if truth is not None:
        say(f"What is true is in {out / 'sealed'}: keep it back until the models are fitted.")
