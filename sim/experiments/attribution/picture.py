"""The picture of an attribution: what money in each channel truly brings, and how far every way is from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.answers import kind_label, number, percent
from sim.experiments.intervals import Interval, interval
from sim.plots.style import BAD, GOOD, INK, MUTED, RETURN, add_axes, note, plain, short, titled_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiments.attribution.found import Attribution

MOST_CHANNELS = 6
"""Channels drawn, those with the largest true effects."""
LEFT, RIGHT, BOTTOM, GAP = 0.145, 0.975, 0.16, 0.018
BLAMED = ("last touch", "Markov", "first touch", "mix model")
"""The ways that a title may name, the most usual first."""
MODELS = ("mix model", "user-level test", "geo test")
"""Ways whose figures may lie outside the picture: an arrow says so."""


def claims_and_truth(found: Attribution) -> Figure:
    """One column per channel, one row per way: a dot at what it claims, tied to the true return; the band is its interval.

    Returns are per 1,000 of money, so that channels can be compared. Programmes, whose money is not planned, are left out.
    """
    market = found.scenario.world.market
    figure, top = titled_figure(
        _finding(found),
        "Green: what is lost without the channel, mean and 95 % interval. Dots: what each way credits (orange: clearly wrong)",
        [
            f"Simulated market: {plain(found.scenario.title, 60)}",
            f"{number(market.people)} people ({number(market.consumers)} simulated)",
            f"{len(found.seeds)} seeds; whiskers: 95 % interval of the mean",
        ],
    )
    money = np.array([row.mean() if one.budgeted else 0.0 for row, one in zip(found.spend.T, found.channels)])
    size = np.where(money > 0, np.abs(found.claims["truth"].mean(axis=0)), -1)
    order = [int(c) for c in np.argsort(-size, kind="stable")[:MOST_CHANNELS] if money[c] > 0]
    if not order:
        note(add_axes(figure, LEFT, BOTTOM, RIGHT - LEFT, top - BOTTOM), "no channel had money of its own")
        return figure
    ways = [way for way in found.claims if way != "truth"]
    returns = {way: [interval(1000 * rows[:, c] / money[c]) for c in order] for way, rows in found.claims.items()}
    width = (RIGHT - LEFT - GAP * (len(order) - 1)) / len(order)
    limits = _limits(returns)
    for place, c in enumerate(order):
        axes = add_axes(figure, LEFT + place * (width + GAP), BOTTOM, width, top - BOTTOM - 0.05)
        _column(axes, {way: rows[place] for way, rows in returns.items()}, limits)
        axes.set_title(kind_label(found.channels[c].name), size=12.5, color=INK, weight="bold", loc="left", pad=8)
        axes.set_yticks(range(len(ways)) if place == 0 else [])
        if place == 0:
            axes.set_yticklabels(ways)
            axes.tick_params(axis="y", labelsize=11, labelcolor=INK)
    words = f"{found.noun} credited to the channel per 1,000 {found.currency}"
    figure.text((LEFT + RIGHT) / 2, 0.085, plain(words), size=10.5, color=MUTED, ha="center")
    return figure


def _column(axes: Axes, returns: dict[str, Interval], limits: tuple[float, float]) -> None:
    true = returns["truth"]
    ways = [way for way in returns if way != "truth"]
    axes.axvspan(true.low, true.high, color=GOOD, alpha=0.18, linewidth=0)
    axes.axvline(true.mean, color=GOOD, linewidth=2)
    axes.axvline(0, color="#B8BCC0", linewidth=0.8)
    for row, way in enumerate(ways):
        claim = returns[way]
        if np.isnan(claim.mean):
            across = axes.get_yaxis_transform()
            axes.text(0.97, row, "cannot tell", transform=across, size=8.5, color=MUTED, ha="right", va="center")
            continue
        wrong = claim.low > true.high or claim.high < true.low
        colour, mark = (BAD, "D") if wrong else (RETURN, "o")
        shown = min(max(claim.mean, limits[0]), limits[1])
        axes.plot([true.mean, shown], [row, row], color="#C4C8CC", linewidth=2.5, solid_capstyle="butt", zorder=2)
        if shown == claim.mean:
            ends = [max(claim.low, limits[0]), min(claim.high, limits[1])]
            axes.plot(ends, [row, row], color=INK, linewidth=1, zorder=3)
            axes.plot([claim.mean], [row], mark, color=colour, markersize=7, zorder=4)
            continue
        out = shown == limits[1]
        axes.plot([shown], [row], ">" if out else "<", color=colour, markersize=8, zorder=4, clip_on=False)
        axes.annotate(
            short(claim.mean), (shown, row), xytext=(-7 if out else 7, 5), textcoords="offset points", size=8.5,
            color=colour, ha="right" if out else "left", va="bottom",
        )  # fmt: skip
    axes.set_xlim(limits)
    axes.set_ylim(len(ways) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 4, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value) if value else "0"))


def _limits(returns: dict[str, list[Interval]]) -> tuple[float, float]:
    """One scale for all columns: what the truth's intervals and the rules' means need, and half as much again for the rest."""
    values, others = [0.0], [0.0]
    for way, rows in returns.items():
        ends = [end for one in rows for end in (one[:3] if way == "truth" else one[:1]) if not np.isnan(end)]
        (others if way in MODELS else values).extend(ends)
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    low, high = max(min(low, *others), low - span / 2), min(max(high, *others), high + span / 2)
    room = 0.06 * (high - low or 1.0)
    return low - room, high + room


def _finding(found: Attribution) -> str:
    """What to see: the most usual way that is clearly wrong about a channel that truly works, and the size of its error."""
    for way in BLAMED:
        rows = [
            one
            for one in found.channel_rows
            if one["way"] == way
            and one["true_low"] > 0
            and one["bias_low"] * one["bias_high"] > 0
            and not 0.8 <= one["times_true"] <= 1.25
        ]
        if rows:
            worst = max(rows, key=lambda one: abs(one["bias"]))
            times = worst["times_true"]
            said = f"only {percent(times)} of" if times < 1 else f"{times:.2g} times"
            return f"{way.capitalize()} credits {kind_label(worst['channel'])} with {said} what it truly sold"
    return "No way of attribution is clearly wrong about a channel here"
