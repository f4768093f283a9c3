"""Pictures of response: curves of spend, extra sales after a week of more money, and which channels help one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.answers import kind_label, number
from sim.experiments.intervals import interval
from sim.plots.style import (
    BAD,
    CHANNEL_COLOURS,
    INK,
    MUTED,
    RETURN,
    add_axes,
    ink_on,
    label_ends,
    label_y,
    note,
    plain,
    short,
    titled_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

    from sim.experiments.response.found import Response

MOST_CHANNELS = 6
"""Channels drawn as curves, those with the largest gains."""
LEFT, RIGHT, BOTTOM = 0.075, 0.965, 0.1
BEYOND = 1.25
"""The fitted curve goes on so far beyond what was tried, dotted."""


def response_curves(found: Response) -> Figure:
    """One panel a channel: extra sales over no spend with a band, a dot at today's spend, the fitted curve dotted beyond."""
    figure, top = _figure(
        found,
        _finding(found),
        f"Extra {found.noun} over no spend, by {found.currency} spent. Large dot: today; band: 95 % interval; dotted: not tried",
    )
    size = np.abs(found.gained[:, found.today].mean(axis=1)) * [1.0 if one.budgeted else 0.0 for one in found.channels]
    order = [int(c) for c in np.argsort(-size, kind="stable")[:MOST_CHANNELS] if found.channels[c].budgeted]
    if not order:
        note(add_axes(figure, LEFT, BOTTOM, RIGHT - LEFT, top - BOTTOM), "no channel had money of its own")
        return figure
    columns = min(3, len(order)) if len(order) != 4 else 2
    rows = -(-len(order) // columns)
    gap_x, gap_y = 0.065, 0.135
    width = (RIGHT - LEFT - gap_x * (columns - 1)) / columns
    height = (top - 0.06 - BOTTOM - gap_y * (rows - 1)) / rows
    for place, c in enumerate(order):
        row, column = divmod(place, columns)
        bottom = top - 0.06 - height - row * (height + gap_y)
        _panel(add_axes(figure, LEFT + column * (width + gap_x), bottom, width, height), found, c)
    return figure


def _panel(axes: Axes, found: Response, c: int) -> None:
    spend = found.spend[c].mean(axis=1)
    gains = [interval(row) for row in found.gained[c]]
    mean, low, high = (np.array([one[k] for one in gains]) for k in range(3))
    axes.fill_between(spend, low, high, color=RETURN, alpha=0.15, linewidth=0)
    curve = found.curves[c]
    if curve is None:
        axes.plot(spend, mean, color=RETURN, linewidth=1.5)
    else:
        tried = np.linspace(0, spend.max(), 100)
        beyond = np.linspace(spend.max(), BEYOND * spend.max(), 20)
        axes.plot(tried, curve.at(tried), color=RETURN, linewidth=2.2)
        axes.plot(beyond, curve.at(beyond), color=RETURN, linewidth=2.2, linestyle=(0, (1, 1.6)))
    axes.plot(spend, mean, "o", color=RETURN, markersize=4.5)
    now = found.today
    axes.plot(spend[now], mean[now], "o", color=BAD, markersize=10, zorder=5)
    axes.axhline(0, color="#B8BCC0", linewidth=0.8)
    axes.set_xlim(0, BEYOND * spend.max())
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: short(value) if value else "0"))
    axes.set_title(kind_label(found.channels[c].name), size=12.5, color=INK, weight="bold", loc="left", pad=8)


def carry_over(found: Response) -> Figure:
    """Extra sales by week after one week of more money, a line a channel."""
    rows = [row for row in found.channel_rows if row["decay"] == row["decay"]]
    slow = max(rows, key=lambda row: row["half_life_weeks"], default=None)
    title = "One week more of any channel adds nothing clear"
    if slow:
        weeks = slow["half_life_weeks"]
        fades = f"is half over after {weeks:.2g} weeks" if np.isfinite(weeks) else "does not fade within a quarter"
        title = f"What a week more of {kind_label(slow['channel'])} adds {fades}"
    figure, top = _figure(
        found,
        title,
        f"Extra {found.noun} a week after one week of more money from day {found.burst_day} on; band: 95 % interval of the mean",
    )
    axes = add_axes(figure, LEFT, BOTTOM + 0.03, 0.75, top - BOTTOM - 0.1)
    if not found.extra:
        note(axes, "no week of more money was tried")
        return figure
    ends = []
    for (_, values), colour in zip(found.extra.items(), CHANNEL_COLOURS):
        means = [interval(values[:, week]) for week in range(values.shape[1])]
        weeks = np.arange(len(means))
        axes.fill_between(weeks, [m.low for m in means], [m.high for m in means], color=colour, alpha=0.12, linewidth=0)
        axes.plot(weeks, [m.mean for m in means], color=colour, linewidth=2)
        ends.append(means[-1].mean)
    axes.axhline(0, color="#B8BCC0", linewidth=0.8)
    axes.set_xlim(0, len(means) - 1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value) if value else "0"))
    axes.set_xlabel("weeks since the week of more money", color=MUTED)
    label_y(axes, f"extra {found.noun} a week")
    label_ends(axes, ends, [kind_label(name) for name in found.extra], list(CHANNEL_COLOURS))
    return figure


def synergy(found: Response) -> Figure:
    """A square a pair: effect of both channels less the sum of each; grey where the interval holds zero."""
    clear = [row for row in found.synergy_rows if row["synergy_low"] * row["synergy_high"] > 0]
    best = max(clear, key=lambda row: abs(row["synergy"]), default=None)
    title = "No two channels clearly help or hinder one another"
    if best:
        verb = "help" if best["synergy"] > 0 else "hinder"
        title = f"{kind_label(best['one'])} and {kind_label(best['other'])} {verb} one another most".capitalize()
    figure, top = _figure(
        found,
        title,
        f"{found.noun} of both channels less the sum of each alone; mean and 95 % interval; grey: too close to call".capitalize(),
    )
    names = list(dict.fromkeys(name for pair in found.synergy for name in pair))
    axes = add_axes(figure, 0.2, BOTTOM + 0.04, 0.7, top - BOTTOM - 0.1)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    if not names:
        note(axes, "there is only one channel")
        return figure
    largest = max((abs(row["synergy"]) for row in clear), default=1.0)
    for row in found.synergy_rows:
        x, y = names.index(row["one"]), names.index(row["other"]) - 1
        sure = row["synergy_low"] * row["synergy_high"] > 0
        depth = abs(row["synergy"]) / largest if sure else 0.0
        colour = _tint(RETURN if row["synergy"] > 0 else BAD, 0.25 + 0.75 * depth) if sure else (0.93, 0.93, 0.93)
        axes.add_patch(_square(x, y, colour))
        ink = ink_on(colour) if sure else MUTED
        axes.text(x, y - 0.1, short(row["synergy"]), size=13 if sure else 11, color=ink, ha="center", va="center")
        interval = f"{short(row['synergy_low'])} to {short(row['synergy_high'])}"
        axes.text(x, y + 0.2, interval, size=9, color=ink, ha="center", va="center")
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 1.5, -0.5)
    axes.set_xticks(range(len(names) - 1), [kind_label(one) for one in names[:-1]])
    axes.set_yticks(range(len(names) - 1), [kind_label(one) for one in names[1:]])
    axes.tick_params(labelsize=11, labelcolor=INK, length=0)
    return figure


def _square(x: int, y: int, colour: tuple[float, ...]) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=colour, edgecolor="none")


def _tint(colour: str, depth: float) -> tuple[float, ...]:
    """A colour mixed with white: 1 is itself, 0 white."""
    from matplotlib.colors import to_rgb

    return tuple(1 - depth * (1 - part) for part in to_rgb(colour))


def _finding(found: Response) -> str:
    """What the next 1,000 of money brings where it brings most and least, or that nothing is clear."""
    rows = [row for row in found.channel_rows if row["next_per_1000_low"] > 0]
    if not rows:
        return "Of no channel is it clear that more money sells more"
    best = max(rows, key=lambda row: row["next_per_1000"])
    return (
        f"The next 1,000 {found.currency} sell most in {kind_label(best['channel'])}: {number(best['next_per_1000'])} "
        f"{found.noun}, against {number(best['per_1000'])} per 1,000 so far"
    )


def _figure(found: Response, title: str, what: str) -> tuple[Figure, float]:
    market = found.scenario.world.market
    source = [
        f"Simulated market: {plain(found.scenario.title, 60)}",
        f"{number(market.people)} people ({number(market.consumers)} simulated)",
        f"{len(found.seeds)} seeds" + (", stopped early" if found.stopped else ""),
    ]
    return titled_figure(title, what, source)


PICTURES: dict[str, Callable[[Response], Figure]] = {
    "curves": response_curves,
    "carry_over": carry_over,
    "synergy": synergy,
}
"""File name (without .png) -> the function that draws it."""
