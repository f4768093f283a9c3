"""Pictures of where the difference between two plans comes from: routes as a waterfall, and who buys."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.answers import number, percent
from sim.experiments.figures import FIGURES
from sim.experiments.verdicts import gap_says
from sim.plots import style
from sim.plots.comparison import PART_COLOURS, _source

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiments.comparison import Comparison

TOTAL = "#5F6368"


def where_from(comparison: Comparison, arm: str, name: str = "units") -> Figure:
    """Waterfall of one plan's difference: direct, captured by search and owned, carried by talk, carried by reviews."""
    rows = comparison.parts[(comparison.parts["arm"] == arm) & (comparison.parts["figure"] == name)]
    whole, currency = float(rows["mean"].sum()), comparison.currency
    seeds = int(rows["seeds"].max())
    largest = rows.iloc[int(rows["mean"].abs().to_numpy().argmax())]
    said = f"{percent(float(largest['share']))} of it" if 0 <= largest["share"] <= 1 else "the most"
    said += f" {largest['label']}"
    figure, free = style.titled_figure(
        f"{style.cut(arm, 24)} changes {FIGURES[name].label} by {gap_says(FIGURES[name], whole, currency)}, {said}",
        f"Parts of the difference to {comparison.baseline}, mean of {seeds} simulated markets; whiskers: 95 % intervals. "
        "Parts sum to the whole on every seed",
        _source(comparison),
    )
    axes = style.add_axes(figure, 0.09, 0.19, 0.86, free - 0.25)
    style.label_y(axes, f"difference in {FIGURES[name].label}")
    reached = 0.0
    names = [*rows["label"], "whole difference"]
    span = max(np.ptp([0.0, *np.cumsum(rows["mean"])]), 1e-12)
    for place, (part, mean, low, high, share) in enumerate(
        zip(rows["part"], rows["mean"], rows["low"], rows["high"], rows["share"])
    ):
        axes.bar(place, mean, 0.62, bottom=reached, color=PART_COLOURS[part])
        if np.isfinite([low, high]).all():
            axes.plot([place] * 2, [reached + low, reached + high], color=style.INK, linewidth=1.4)
        top = max(reached, reached + mean, reached + (high if np.isfinite(high) else mean))
        text = gap_says(FIGURES[name], mean, currency) + (f"\n{percent(share)}" if 0 <= share <= 1 else "")
        axes.text(place, top + 0.015 * span, style.plain(text), ha="center", va="bottom", size=11, color=style.INK)
        axes.plot([place + 0.31, place + 0.69], [reached + mean] * 2, color=style.MUTED, linewidth=0.8)
        reached += mean
    axes.bar(len(rows), reached, 0.62, color=TOTAL)
    axes.text(len(rows), max(reached, 0) + 0.015 * span, style.plain(gap_says(FIGURES[name], whole, currency)), ha="center",
              va="bottom", size=11, weight="bold", color=style.INK)  # fmt: skip
    axes.axhline(0, color=style.INK, linewidth=1)
    axes.set_xticks(range(len(names)), ["\n".join(textwrap.wrap(one, 20)) for one in names], size=11, color=style.INK)
    axes.use_sticky_edges = False  # bars that hang from 0 want room for their numbers above it
    axes.margins(y=0.14)
    style.count_axis(axes)
    return figure


def who_buys(comparison: Comparison, arm: str) -> Figure:
    """New customers gained by segment, by number of ties and by steps from what was changed; and sooner or more of them."""
    table = comparison.consumers[comparison.consumers["arm"] == arm]
    timing = comparison.timing[comparison.timing["arm"] == arm].set_index("group")["units"]
    whole = float(timing.sum())
    extra = float(timing["won"] + timing["lost"])
    everybody = table[table["by"] == "everybody"].iloc[0]
    title = f"{style.cut(arm, 24)} gains {number(everybody['gained'])} new customers"
    if everybody["gained"] < 0:
        title = f"{style.cut(arm, 24)} loses {number(-everybody['gained'])} new customers"
    if whole and 0 <= extra / whole <= 1:
        title += f"; {percent(extra / whole)} of the difference in sales is theirs"
    figure, free = style.titled_figure(
        title,
        f"New customers won less lost against {style.cut(comparison.baseline, 24)}, per 1,000 people of each group; whiskers: "
        "95 % intervals",
        _source(comparison),
    )
    panels = (
        ("segment", "by segment"),
        ("ties", "by number of friends"),
        ("distance", "by distance from it"),
    )
    for place, (by, label) in enumerate(panels):
        rows = table[(table["by"] == by) & (table["people"] > 0)]
        axes = style.add_axes(figure, 0.06 + 0.315 * place + 0.11, 0.42, 0.185, free - 0.5)
        _rates(axes, rows, label)
    axes = style.add_axes(figure, 0.17, 0.125, 0.76, 0.19)
    _timing(axes, timing, comparison)
    return figure


def _rates(axes: Axes, rows: object, label: str) -> None:
    """Gained per 1,000 people with intervals, one bar a group."""
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.set_title(label, size=11, color=style.MUTED, loc="left")
    people = rows["people"].to_numpy()  # type: ignore[index]
    mean, low, high = (1000 * rows[key].to_numpy() / people for key in ("gained", "gained_low", "gained_high"))  # type: ignore[index]
    places = np.arange(len(mean))[::-1]
    axes.barh(places, mean, 0.6, color="#0072B2")
    for at, one, other in zip(places, low, high):
        if np.isfinite([one, other]).all():
            axes.plot([one, other], [at, at], color=style.INK, linewidth=1.2)
    axes.axvline(0, color=style.INK, linewidth=1)
    names = [
        "\n".join([*textwrap.wrap(style.plain(str(who), 30), 18), f"({number(float(n))})"])
        for who, n in zip(rows["who"], people)  # type: ignore[index]
    ]
    axes.set_yticks(places, names, size=9, color=style.INK)
    axes.set_ylim(-0.7, len(mean) - 0.3)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: style.short(value)))


def _timing(axes: Axes, units: object, comparison: Comparison) -> None:
    """The difference in units by what became of people: expansion, acceleration, repeat buying."""
    labels = {
        "won": "won: would not have bought", "lost": "lost: would have", "earlier": "buy sooner", "later": "buy later",
        "as_soon": "as soon, buy more or less", "before": "customers before",
    }  # fmt: skip
    values = [float(units[name]) for name in labels]  # type: ignore[index]
    colours = ["#009E73", "#D55E00", "#0072B2", "#E69F00", "#8C8C8C", "#B8BCC0"]
    axes.bar(range(len(values)), values, 0.6, color=colours)
    span = max(np.ptp([0.0, *values]), 1e-12)
    for place, value in enumerate(values):
        axes.text(place, max(value, 0) + 0.03 * span, gap_says(FIGURES["units"], value, comparison.currency) if value else "0",
                  ha="center", va="bottom", size=10, color=style.INK)  # fmt: skip
    axes.axhline(0, color=style.INK, linewidth=1)
    axes.set_xticks(range(len(values)), ["\n".join(textwrap.wrap(one, 18)) for one in labels.values()], size=10)
    axes.margins(y=0.2)
    style.count_axis(axes)
    style.label_y(axes, "difference in units sold, by what became of people (they sum to the whole)")
