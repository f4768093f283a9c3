"""The lab's commands: plans compared, swept, attributed. One command is one function here, its work in `sim.commands`.

A command is written below with `@lab.command()` and appears in `journeysim` beside those of `sim.cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli_effects import effects
from sim.cli_export import export

lab = typer.Typer()
lab.add_typer(export)
lab.registered_commands += effects.registered_commands


def register_lab(app: typer.Typer) -> None:
    """Add the lab's commands to the program."""
    app.registered_commands += lab.registered_commands
    app.registered_groups += lab.registered_groups


@lab.command()
def compare(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help=r"One file with \[arms.NAME], or several; the first is the baseline."),
    ],
    arms: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Which arms of one file, the baseline first; 'plan' is its own."),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="K", min=1, help="Markets to run every plan in. Default: 10.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until-width", metavar="W", help="Add markets until intervals are within W: 5000, 2% or decided."
        ),
    ] = None,
    on: Annotated[str, typer.Option(metavar="FIGURE", help="The figure that plans are judged by.")] = "profit",
    cap: Annotated[int, typer.Option(metavar="K", min=2, help="Markets at which --until-width ends anyway.")] = 200,
    why: Annotated[
        bool, typer.Option("--why", help="Take differences apart: direct, search and owned, talk, reviews. Slower.")
    ] = False,
    workers: Annotated[
        str | None,
        typer.Option(
            metavar="W", help="Processes, or an engine: threads:2, dask:4, tcp://... Default: by how much is to do."
        ),
    ] = None,
    consumers: Annotated[
        int | None, typer.Option(metavar="N", help="Simulated consumers; fewer is faster. Default: what files say.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(metavar="D", help="Days to simulate; dated things are cut to fit.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one value in every plan. Repeatable."),
    ] = None,
    worlds: Annotated[bool, typer.Option("--worlds", help="Compare worlds on purpose, not only plans.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the results. Default: runs/compare-<file>.")
    ] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the pictures.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder of the results.")] = False,
    mechanisms: Annotated[
        list[Path] | None, typer.Option("--mechanism", metavar="FILE.py", help="A mechanism of your own. Repeatable.")
    ] = None,
) -> None:
    """Compare plans under the same luck: paired differences with intervals, verdicts, who buys, where it comes from.

    [bold]Examples[/]

      journeysim compare plans

      journeysim compare plans --arms plan,friends --consumers 4000 --seeds 20 --why

      journeysim compare today.toml friends.toml --until-width 2% --on units

    Ctrl-C stops and keeps the markets that are done.
    """
    from sim.commands.compare import Options, compare_plans

    chosen = Options(arms, seeds, until, on, cap, why, workers, consumers, days, settings or [], worlds, out, figures, quiet,
                     mechanisms or [])  # fmt: skip
    raise typer.Exit(compare_plans(files, chosen))


@lab.command("app")
def app_command(
    port: Annotated[
        int, typer.Option(metavar="P", min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8765,
    host: Annotated[
        str, typer.Option(metavar="NAME", help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    inside: Annotated[
        bool, typer.Option("--inside", help="For people who know Mesa: its SolaraViz on a small market, step by step.")
    ] = False,
) -> None:
    """Open the app: what-if in the browser, served from this machine, without internet.

    [bold]Examples[/]

      journeysim app --open

      journeysim app --host 0.0.0.0 --port 9000

      journeysim app --inside --open
    """
    from sim.commands.app import serve_app

    raise typer.Exit(serve_app(host, port, open_browser, inside))


@lab.command()
def sweep(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A study file (.toml), or the name of a shipped one.")],
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes of this machine. Default: one a core.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask cluster: tcp://HOST:PORT or its scheduler file.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="NAME", help="inline, threads:N, processes:N, dask:N or a cluster's address.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the results. Default: runs/<study>.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a sweep that was broken off.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Go on, and run failed runs again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many runs, how long and how much.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin a long sweep without asking.")] = False,
) -> None:
    """Run a study: a scenario at many points of its parameters and plans, each on the same seeds.

    [bold]Examples[/]

      journeysim sweep launch_levers --dry-run

      journeysim sweep launch_levers

      journeysim sweep mine.toml --workers 8 --out runs/mine

      journeysim sweep mine.toml --cluster tcp://127.0.0.1:8786 --resume

    Results stream to the folder as they come. Ctrl-C stops after the runs under way; --resume goes on.
    """
    from sim.commands.sweep import Options, engine_name, run_sweep

    chosen = engine_name(workers, cluster, engine)
    raise typer.Exit(run_sweep(study, Options(chosen, out, resume or retry_failed, dry_run, retry_failed, yes)))


@lab.command("sweep-report")
def sweep_report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep, finished or under way.")],
    outputs: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="NAME,...", help="Headline figures to report on. Default: the study's first."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write. Default: DIR/report.")] = None,
) -> None:
    """Say what follows from a sweep: effects, Sobol or Morris indices, maps, boxes, seeds needed; tables and pictures.

    [bold]Examples[/]

      journeysim sweep-report runs/launch_levers

      journeysim sweep-report runs/launch_levers --output profit,new_customers
    """
    from sim.commands.sweep import report_sweep

    report_sweep(folder, outputs or [], out)
