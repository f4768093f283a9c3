"""`journeysim compare`: plans side by side under the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.asked import complain, open_scenario, told_plainly
from sim.commands.terminal import Progress, console


def compare_plans(files: Sequence[str], seeds: int, consumers: int | None, workers: int, worlds: bool) -> int:
    """Run the plans, print a table of differences, and return the exit code."""
    from rich.table import Table

    from sim.experiments.compare import compare
    from sim.experiments.figures import FIGURES

    if len(files) < 2:
        complain("there is nothing to compare; give two or more scenario files, the baseline first")
    with told_plainly():
        arms = {Path(file).stem: open_scenario(file, consumers=consumers) for file in files}
        if len(arms) < len(files):
            complain("two files have the same name; give each a name of its own")
        with Progress(False) as progress:
            progress.begin("runs", len(files) * seeds)
            found = compare(
                arms, seeds, workers=workers, allow_world=worlds, progress=lambda done, _: progress.reached(done)
            )
    currency = next(iter(arms.values())).world.market.currency
    table = Table(title=f"against {next(iter(arms))}, {seeds} seeds", title_justify="left")
    for name in ("arm", "figure", "difference", "95 % interval"):
        table.add_column(name, justify="left" if name in ("arm", "figure") else "right")
    columns = (found.differences[name].tolist() for name in ("arm", "figure", "difference", "low", "high"))
    for arm, name, *values in zip(*columns):
        figure = FIGURES[name]
        mean, low, high = (figure.says(value, currency) for value in values)
        table.add_row(arm, figure.label, mean, f"{low} to {high}")
    console(120).print(table)
    return 0
