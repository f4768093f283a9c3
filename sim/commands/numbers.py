"""`journeysim sources`: every number behind a scenario."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import astuple, fields
from itertools import groupby
from pathlib import Path
from typing import Any

from sim.commands.asked import load_mechanisms, open_scenario, told_plainly
from sim.commands.terminal import console


def show_sources(file: str, as_csv: bool, mechanisms: Sequence[Path]) -> None:
    """Print every number of a scenario with its source, as tables or as CSV."""
    with told_plainly():
        load_mechanisms(mechanisms)
        scenario = open_scenario(file)
        from sim.sources import Row, sources

        rows = sources(scenario)
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(one.name for one in fields(Row))
        writer.writerows(astuple(row) for row in rows)
        return
    shown = console()
    for part, group in groupby(rows, key=lambda row: row.part):
        shown.print(_table(part, list(group)))
    assumed = sum("assumed" in row.source for row in rows)
    changed = sum(row.set_by != "default" for row in rows)
    shown.print(f"{len(rows)} numbers: {changed} set by the scenario, {assumed} assumed")


def _shown(value: float | str) -> str:
    """A number with its thousands apart; text as it is."""
    return value if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def _table(title: str, rows: Sequence[Any]) -> Any:
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim",
                  expand=True)  # fmt: skip
    table.add_column("name", ratio=4, overflow="fold")
    table.add_column("value", ratio=2, justify="right")
    table.add_column("unit", ratio=2)
    table.add_column("meaning", ratio=6)
    table.add_column("set by", ratio=3, style="dim", overflow="fold")
    table.add_column("source", ratio=5)
    for row in rows:
        table.add_row(row.name, _shown(row.value), row.unit, row.meaning, row.set_by, row.source)
    table.add_row()
    return table
