"""Commands that look without running: check, schema, scenarios, and drawing a saved run again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.asked import complain, load_mechanisms, open_scenario, told_plainly
from sim.commands.terminal import console, say

if TYPE_CHECKING:
    from sim.scenario import Scenario


def check_scenario(file: str, settings: Sequence[str], mechanisms: Sequence[Path]) -> None:
    """Say that a scenario is fine and what is in it, or every mistake."""
    with told_plainly():
        load_mechanisms(mechanisms)
        scenario = open_scenario(file, settings)
        _check_peers(scenario)
    name = scenario.source.name if scenario.source else file
    say(f"{name}: fine: {', '.join(_contents(scenario))}")
    for note in scenario.notes:
        say(f"Note: {note}")


def _check_peers(scenario: Scenario) -> None:
    """What only shows when people meet: a network that cannot be read, or does not go with the market."""
    if scenario.world.peers.file is not None:
        from sim.peers import from_file

        from_file(scenario, scenario.seed)


def _contents(scenario: Scenario) -> list[str]:
    """What is in a scenario, counted."""
    world, plan = scenario.world, scenario.plan
    counted = [
        (world.market.consumers, "consumer"),
        (len(world.segments), "segment"),
        (len(world.brands), "brand"),
        (scenario.horizon.days, "day"),
        (sum(one.count for one in world.influencers), "influencer"),
        (len(world.events), "event"),
        (len(plan.flights) + sum(len(one.columns) for one in plan.spend), "flight of the plan"),
        (len(scenario.arms), "arm"),
    ]
    words = [f"{count:,} {word if count == 1 else word.replace(word.split()[0], word.split()[0] + 's')}"
             for count, word in counted if count]  # fmt: skip
    return [*words, f"focal brand {world.brands[scenario.focal].name}", f"seed {scenario.seed}"]


def write_schema(out: Path | None, mechanisms: Sequence[Path]) -> None:
    """Print or write the JSON Schema of scenario files."""
    from sim.scenario import schema

    with told_plainly():
        load_mechanisms(mechanisms)
        text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
        if out is None:
            print(text, end="")
            return
        out.write_text(text, "utf-8")
    say(f"Schema written to {out}; let a scenario begin with  #:schema {out.name}")


def list_scenarios() -> None:
    """Print the shipped scenarios with their questions."""
    from rich.table import Table

    from sim.scenario import load
    from sim.scenario.read import shipped, shipped_folder

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name in shipped():
        scenario = load(name)
        market = scenario.world.market
        size = f"{market.consumers:,} consumers, {scenario.horizon.days:,} days"
        table.add_row(name, f"{scenario.question or scenario.title} [dim]({size})[/]")
    console(100).print(table)
    print()
    say(f"Run one with `journeysim run NAME`; the files are in {shipped_folder()}")


def redraw(folder: Path, kind: str, mechanisms: Sequence[Path]) -> None:
    """Draw the pictures of a saved run into its folder."""
    from sim.results import Run
    from sim.results.folder import is_run

    with told_plainly():
        load_mechanisms(mechanisms)
        if not is_run(folder.expanduser()):
            complain(f"'{folder}' holds no saved run: give the folder that `journeysim run` wrote")
        run = Run.load(folder)
        from sim.plots import FIGURES
        from sim.plots.saving import save_figures

        save_figures(FIGURES, run, folder.expanduser() / "figures", kind)
    say(f"{len(FIGURES)} pictures in {folder / 'figures'}")
