"""`journeysim attribution`: ways of attribution beside the truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.answers import kind_label, percent
from sim.commands.measured import Asked, measure
from sim.experiments.attribution import Attribution, attribution
from sim.experiments.attribution.found import TRUTH
from sim.experiments.intervals import interval
from sim.plots.style import short


def attribute(asked: Asked, **settings: Any) -> int:
    """Measure, print, save; returns the exit code."""
    return measure(asked, "attribution", attribution, table_of, **settings)


def table_of(found: Attribution) -> Any:
    """One row per way: what it credits to each channel, how it ranks them, what its budget earns."""
    from rich.table import Table

    table = Table(title=f"{found.noun} credited to each channel", title_justify="left")
    table.add_column("way")
    for one in found.channels:
        table.add_column(kind_label(one.name), justify="right")
    table.add_column("wrong pairs", justify="right")
    moved = bool(found.profits)
    if moved:
        table.add_column(f"its budget earns, {found.currency}", justify="right")
    for row in found.way_rows:
        way, wrong, earned = row["way"], row["wrong_pairs"], row["gain"]
        claims = found.claims[way]
        cells = [_cell(claims[:, c], way == TRUTH) for c in range(len(found.channels))]
        order = "" if way == TRUTH or np.isnan(wrong) else percent(wrong)
        gain = [f"{'+' if earned > 0 else ''}{short(earned)}"] if moved else []
        table.add_row(way, *cells, order, *gain, end_section=way in (TRUTH, "Shapley", "mix model"))
    return table


def _cell(values: np.ndarray, ends: bool) -> str:
    mean, low, high, _ = interval(values)
    if np.isnan(mean):
        return "-"
    return f"{short(mean)}\n{short(low)} to {short(high)}" if ends else short(mean)
