"""`journeysim export ...`: the market in the formats of other tools. The work is in `sim.commands.export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

export = typer.Typer(
    name="export",
    no_args_is_help=True,
    help="Export a market for mix models, process mining and network tools.",
    rich_markup_mode="rich",
)

Market = Annotated[
    str, typer.Argument(metavar="FILE|RUN", help="A scenario file or shipped name, or the folder of a saved run.")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write to. Default: exports/<name>-<seed>-...")]
Consumers = Annotated[int | None, typer.Option(metavar="N", help="Simulated consumers. Default: what the file says.")]
Days = Annotated[int | None, typer.Option(metavar="D", help="Days to simulate. Default: what the file says.")]
Seed = Annotated[int | None, typer.Option(metavar="S", help="Seed of all chance. Default: what the file says.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value. Repeatable.")
]
Mechanisms = Annotated[
    list[Path] | None, typer.Option("--mechanism", metavar="FILE.py", help="A mechanism of your own. Repeatable.")
]
WithTruth = Annotated[
    bool, typer.Option("--truth/--no-truth", help="Work out what each channel really did, and seal it.")
]
Seeds = Annotated[int, typer.Option(metavar="K", min=2, help="Seeds that the truth's interval comes from.")]
Workers = Annotated[int, typer.Option(metavar="W", min=1, help="Runs at a time; the numbers are the same for any.")]


@export.command()
def weekly(
    file: Market,
    out: Out = None,
    truth: WithTruth = True,
    seeds: Seeds = 8,
    workers: Workers = 1,
    consumers: Consumers = None,
    days: Days = None,
    seed: Seed = None,
    settings: Settings = None,
    mechanisms: Mechanisms = None,
) -> None:
    """Write the weekly table that PyMC-Marketing, Meridian and Robyn read, and the sealed truth beside it.

    [bold]Examples[/]

      journeysim export weekly launch --out class

      journeysim export weekly runs/launch-7 --out class --seeds 16 --workers 2

      journeysim export weekly coffee --days 730 --no-truth
    """
    from sim.commands.export import Asked, Sealing, export_weekly

    asked = Asked(file, consumers, days, seed, settings or [], mechanisms or [])
    export_weekly(asked, out, Sealing(truth, seeds, workers))


@export.command()
def geo(
    file: Market,
    out: Out = None,
    regions: Annotated[int, typer.Option(metavar="R", min=2, help="How many regions, of uneven size.")] = 8,
    by: Annotated[
        Literal["community", "chance"],
        typer.Option(help="community: regions of people who know one another; chance: anybody anywhere."),
    ] = "community",
    truth: WithTruth = True,
    seeds: Seeds = 8,
    workers: Workers = 1,
    consumers: Consumers = None,
    days: Days = None,
    seed: Seed = None,
    settings: Settings = None,
    mechanisms: Mechanisms = None,
) -> None:
    """Write the weekly table by region, as mix models with regions read it, and the sealed truth beside it.

    [bold]Examples[/]

      journeysim export geo launch --regions 12 --out class-geo

      journeysim export geo coffee --by chance --no-truth
    """
    from sim.commands.export import Asked, Sealing, export_geo

    asked = Asked(file, consumers, days, seed, settings or [], mechanisms or [])
    export_geo(asked, out, regions, by, Sealing(truth, seeds, workers))


@export.command()
def events(
    file: Market,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="File to write. Default: exports/<name>-<seed>-events.csv")
    ] = None,
    panel: Annotated[
        int, typer.Option(metavar="K", min=1, help="Consumers to follow; a saved run has its own panel.")
    ] = 200,
    brand: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose journeys; 'all' for every brand. Default: the focal one.")
    ] = None,
    missed: Annotated[bool, typer.Option("--missed", help="Also what reached people without being noticed.")] = False,
    consumers: Consumers = None,
    days: Days = None,
    seed: Seed = None,
    settings: Settings = None,
    mechanisms: Mechanisms = None,
) -> None:
    """Write the journeys of followed consumers as an event log for process mining: case, activity, timestamp.

    [bold]Examples[/]

      journeysim export events launch --panel 500 --out journeys.csv

      journeysim export events runs/launch-7 --brand all
    """
    from sim.commands.export import Asked, export_events

    export_events(Asked(file, consumers, days, seed, settings or [], mechanisms or []), out, panel, brand, missed)


@export.command()
def network(
    file: Market,
    out: Out = None,
    graphml: Annotated[bool, typer.Option("--graphml", help="Also GraphML, for Gephi, Cytoscape and others.")] = False,
    consumers: Consumers = None,
    seed: Seed = None,
    settings: Settings = None,
) -> None:
    """Write who knows whom as the files that a scenario reads, ties.csv and people.csv.

    [bold]Examples[/]

      journeysim export network launch --consumers 2000 --graphml --out net

      journeysim run launch --set world.peers.file=net/ties.csv --set world.peers.nodes=net/people.csv --consumers 2000
    """
    from sim.commands.export import Asked, export_network

    export_network(Asked(file, consumers, None, seed, settings or []), out, graphml)
