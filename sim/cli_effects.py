"""Commands on what channels do: attribution and response. Declared here, listed by `sim.cli_lab`, done in `sim.commands`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

effects = typer.Typer()

OnePlan = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file (.toml), or the name of a shipped one.")]
Seeds = Annotated[int, typer.Option(metavar="K", min=1, help="How many markets, each with its own luck.")]
Size = Annotated[
    int | None, typer.Option(metavar="N", help="Simulated consumers. Default: 5000, or fewer if the file says.")
]
Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value of the scenario. Repeatable.")
]
Channels = Annotated[
    str | None, typer.Option(metavar="NAME,...", help="Only these channels of the plan. Default: all.")
]
EngineName = Annotated[
    str,
    typer.Option("--workers", "--engine", metavar="W", help="Processes, or an engine: threads:2, dask:4, tcp://..."),
]
Folder = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for the results.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the picture.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder of the results.")]


@effects.command()
def attribution(
    file: OnePlan,
    seeds: Seeds = 8,
    consumers: Size = None,
    settings: Changes = None,
    channels: Channels = None,
    outcome: Annotated[Literal["units", "new_customers"], typer.Option(help="What is credited.")] = "units",
    lookback: Annotated[int, typer.Option(metavar="DAYS", help="Touches count so long before a purchase.")] = 30,
    half_life: Annotated[float, typer.Option(metavar="DAYS", help="Of the time-decay rule.")] = 7.0,
    holdout: Annotated[float, typer.Option(metavar="SHARE", help="Kept from the ads in user-level tests.")] = 0.5,
    regions: Annotated[int, typer.Option(metavar="R", help="Regions of the geo tests; half of them go without.")] = 20,
    geo_from: Annotated[int, typer.Option(metavar="DAY", help="First day of the geo tests.")] = 28,
    tests: Annotated[bool, typer.Option("--tests/--no-tests", help="Run lift tests of every paid channel.")] = True,
    budgets: Annotated[bool, typer.Option("--budgets/--no-budgets", help="Try the budget each way recommends.")] = True,
    engine: EngineName = "threads",
    out: Folder = None,
    figures: Figures = True,
    quiet: Quiet = False,
) -> None:
    """Put what attribution rules, a mix model and lift tests say beside what each channel truly sold.

    The truth is the same market without the channel, under the same luck. Ctrl-C keeps the seeds that are complete.

    [bold]Examples[/]

      journeysim attribution launch

      journeysim attribution launch --seeds 20 --outcome new_customers

      journeysim attribution flagship --channels television,search --no-budgets --out runs/two-channels
    """
    from sim.commands.attribution import attribute
    from sim.commands.measured import Asked, names_of

    asked = Asked(file, seeds, consumers, settings or [], engine, out, figures, quiet)
    how = {"lookback": lookback, "half_life": half_life, "holdout": holdout, "regions": regions, "geo_from": geo_from}
    raise typer.Exit(
        attribute(asked, channels=names_of(channels), outcome=outcome, tests=tests, budgets=budgets, **how)
    )


@effects.command()
def response(
    file: OnePlan,
    seeds: Seeds = 6,
    consumers: Size = None,
    settings: Changes = None,
    channels: Channels = None,
    ladder: Annotated[
        str | None, typer.Option(metavar="X,...", help="Multiples of today's money. Default: 0,0.25,0.5,1,1.5,2.")
    ] = None,
    outcome: Annotated[Literal["units", "new_customers"], typer.Option(help="What is sold.")] = "units",
    pairs: Annotated[
        bool, typer.Option("--pairs/--no-pairs", help="Measure the synergy of every two channels.")
    ] = True,
    bursts: Annotated[
        bool, typer.Option("--bursts/--no-bursts", help="Measure carry-over by a week of more money.")
    ] = True,
    burst_day: Annotated[
        int | None, typer.Option(metavar="DAY", help="First day of that week. Default: a quarter into the run.")
    ] = None,
    burst: Annotated[float, typer.Option(metavar="X", help="Its money, in mean weeks of the channel.")] = 4.0,
    engine: EngineName = "threads",
    out: Folder = None,
    figures: Figures = True,
    quiet: Quiet = False,
) -> None:
    """Show how sales answer to money: curves, saturation, carry-over and synergy of the plan's channels.

    Every figure is a difference under the same luck. Ctrl-C keeps the seeds that are complete.

    [bold]Examples[/]

      journeysim response launch

      journeysim response launch --channels television --ladder 0,0.5,1,2,4 --no-pairs

      journeysim response flagship --seeds 12 --burst-day 364
    """
    from sim.commands.asked import told_plainly
    from sim.commands.measured import Asked, names_of
    from sim.commands.response import respond, steps_of

    asked = Asked(file, seeds, consumers, settings or [], engine, out, figures, quiet)
    with told_plainly():
        how = {"outcome": outcome, "pairs": pairs, "bursts": bursts, "burst_day": burst_day, "burst": burst} | steps_of(
            ladder
        )
    raise typer.Exit(respond(asked, channels=names_of(channels), **how))
