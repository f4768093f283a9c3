"""The command line: `journeysim`, or `python -m sim`.

This file says what can be asked and explains it; the work is in `sim.commands`, imported when it is needed, so that
help answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from sim.cli_lab import register_lab

app = typer.Typer(
    name="journeysim",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

Name = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file (.toml), or the name of a shipped one.")]
OptionalName = Annotated[str, typer.Argument(metavar="[FILE]", help="A scenario file, or the name of a shipped one.")]
Consumers = Annotated[
    int | None, typer.Option(metavar="N", help="Simulated consumers; fewer is faster. Default: what the scenario says.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change one value: a mechanism's parameter or a path. Repeatable."
    ),
]
Mechanisms = Annotated[
    list[Path] | None,
    typer.Option("--mechanism", metavar="FILE.py", help="A mechanism of your own, used like the others. Repeatable."),
]


def _version(wanted: bool) -> None:
    if wanted:
        import sim

        typer.echo(f"journeysim {sim.__version__}")
        raise typer.Exit()


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Simulate how people come to know, want, buy and recommend brands, one by one, day by day.

    Start with:  [bold]journeysim scenarios[/]  then  [bold]journeysim run launch[/]

    A scenario is a TOML file: a market that nobody decides ([bold]world[/]) and the plan of one brand ([bold]plan[/]).
    `journeysim COMMAND --help` has examples.
    """


@app.command()
def run(
    file: Name,
    consumers: Consumers = None,
    days: Annotated[
        int | None, typer.Option(metavar="D", help="Days to simulate; dated things are cut to fit.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="Seed of all chance; same seed, same result.")] = None,
    threads: Annotated[
        int | None, typer.Option(metavar="T", min=1, help="Workers; the result is the same for any number.")
    ] = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the results. Default: runs/<scenario>-<seed>.")
    ] = None,
    panel: Annotated[
        int, typer.Option(metavar="K", min=0, help="Follow this many consumers touch by touch, move by move.")
    ] = 0,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the pictures.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the folder of the results.")] = False,
    mechanisms: Mechanisms = None,
) -> None:
    """Run a scenario: print the answer in plain words and keep all results in a folder.

    [bold]Examples[/]

      journeysim run launch

      journeysim run market.toml --consumers 5000 --days 90 --no-figures

      journeysim run launch --set word_of_mouth.rate=0.7 --out runs/louder

      journeysim run launch --set plan.flights.0.weekly=30000 --seed 12

      journeysim run launch --panel 200

    Ctrl-C stops after the current day and keeps what was done; a second Ctrl-C gives up at once.
    """
    from sim.commands.run import Options, run_scenario

    chosen = Options(consumers, days, seed, threads, settings or [], out, panel, figures, quiet, mechanisms or [])
    raise typer.Exit(run_scenario(file, chosen))


@app.command()
def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a saved run.")],
    kind: Annotated[Literal["png", "svg", "pdf"], typer.Option("--format", help="Kind of picture files.")] = "png",
    mechanisms: Mechanisms = None,
) -> None:
    """Draw the pictures of a saved run again.

    [bold]Examples[/]

      journeysim plot runs/launch-7

      journeysim plot runs/launch-7 --format pdf
    """
    from sim.commands.look import redraw

    redraw(folder, kind, mechanisms or [])


@app.command()
def check(file: Name, settings: Settings = None, mechanisms: Mechanisms = None) -> None:
    """Check a scenario without running it: it is fine, or here is every mistake with file and line.

    [bold]Examples[/]

      journeysim check market.toml

      journeysim check launch --set word_of_mouth.rate=0.7
    """
    from sim.commands.look import check_scenario

    check_scenario(file, settings or [], mechanisms or [])


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to a file instead of the screen.")] = None,
    mechanisms: Mechanisms = None,
) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check them as you type.

    [bold]Example[/]

      journeysim schema --out scenario.schema.json

    Then let a scenario begin with:  #:schema scenario.schema.json
    """
    from sim.commands.look import write_schema

    write_schema(out, mechanisms or [])


@app.command()
def scenarios() -> None:
    """List the shipped scenarios and the questions they answer.

    [bold]Example[/]

      journeysim scenarios
    """
    from sim.commands.look import list_scenarios

    list_scenarios()


@app.command()
def day(
    file: OptionalName = "launch",
    consumers: Consumers = None,
    time: Annotated[
        bool | None,
        typer.Option("--time/--no-time", help="Measure nanoseconds per consumer-day. Default: if that is quick."),
    ] = None,
    mechanisms: Mechanisms = None,
) -> None:
    """Show what happens in a day: every mechanism in order, what it reads and writes, what it costs.

    [bold]Examples[/]

      journeysim day

      journeysim day flagship --consumers 100000 --time

      journeysim day launch --mechanism jingle.py
    """
    from sim.commands.day import show_day

    show_day(file, consumers, time, mechanisms or [])


@app.command()
def sources(
    file: OptionalName = "launch",
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of tables.")] = False,
    mechanisms: Mechanisms = None,
) -> None:
    """List every number behind a scenario: value, unit, meaning, who set it, and where it is from.

    [bold]Examples[/]

      journeysim sources launch

      journeysim sources market.toml --csv > numbers.csv
    """
    from sim.commands.numbers import show_sources

    show_sources(file, csv, mechanisms or [])


@app.command()
def study(
    runs: Annotated[int, typer.Option(help="How many runs with successive seeds.", min=1, max=1000)] = 20,
    out: Annotated[Path, typer.Option(help="Folder for the picture and the table.")] = Path("runs/physicians-study"),
    settings: Settings = None,
) -> None:
    """Put 125 simulated physicians beside the real ones of 1953-55: the adoption curve and its fit.

    [bold]Examples[/]

      journeysim study

      journeysim study --runs 50 --set word_of_mouth.rate=0 --set word_of_mouth.asking=0
    """
    from sim.commands.study import study_physicians

    study_physicians(runs, out, settings or [])


@app.command()
def evidence(
    facts: Annotated[
        list[str] | None,
        typer.Option(metavar="ID,...", help="Facts, themes, core, tier1 or tier2. Default: every fact there is."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer seeds: minutes instead of half an hour.")] = False,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the page, the table and the data.")] = Path(
        "runs/evidence"
    ),
    consumers: Annotated[
        int | None, typer.Option(metavar="N", min=500, help="Simulated consumers of every market. Default: 5000.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="K", min=2, help="Seeds of every experiment. Default: what each asks for.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="W", min=1, help="Processes. Default: one a core.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the facts and leave.")] = False,
) -> None:
    """Measure published facts of marketing science in the shipped markets, and show which hold and which do not.

    Writes one HTML page that works offline (evidence.html), a table (evidence.csv) and plain data (evidence.json).

    [bold]Examples[/]

      journeysim evidence --list

      journeysim evidence --quick

      journeysim evidence --facts P01,B01 --out runs/two-facts

      journeysim evidence --facts core --consumers 50000 --seeds 8

    Ctrl-C stops and writes the page with what is done.
    """
    from sim.commands.evidence import Asked, list_facts, show_evidence

    if listed:
        list_facts()
        return
    raise typer.Exit(show_evidence(Asked(facts or [], quick, out, consumers, seeds, workers)))


@app.command("new-mechanism")
def new_mechanism(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short noun in small letters, such as jingle.")],
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write both files here. Default: the checkout's own folders.")
    ] = None,
) -> None:
    """Write a new mechanism: a small working file to change, and its test.

    [bold]Examples[/]

      journeysim new-mechanism jingle

      journeysim new-mechanism jingle --folder mine
      journeysim run launch --mechanism mine/jingle.py --set jingle.reach=0.2
    """
    from sim.commands.scaffold import write_mechanism

    write_mechanism(name, folder)


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="A small measurement, one to three minutes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure speed and memory on this machine.

    [bold]Example[/]

      journeysim bench --quick
    """
    from sim.bench import bench as measure

    raise typer.Exit(measure(quick, as_json))


register_lab(app)

UsageError: type[Exception] = typer.BadParameter.__bases__[0]  # typer brings its own copy of click, or needs click


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code: 0 well, 2 a mistake in what was asked, 130 stopped by Ctrl-C."""
    try:
        code = app(args=arguments, prog_name="journeysim", standalone_mode=False)
    except UsageError as problem:
        path = getattr(getattr(problem, "ctx", None), "command_path", "journeysim")
        message = " ".join(problem.format_message().split())  # type: ignore[attr-defined]
        if message:  # without any command, help was printed already
            print(f"{path}: {message.rstrip('.')} (see `{path} --help`)", file=sys.stderr)
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:  # the reader of our output, such as `head`, had enough
        sys.stderr.close()
        code = 0
    sys.exit(code or 0)
