"""The report's pictures, drawn by matplotlib from the same runs as the charts on the page, in the light colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.app.charts.build_up import so_far
from sim.app.charts.chart import TODAY, Look, clipped, scaled
from sim.app.charts.difference import MOST_DOTS, Paired, gaps
from sim.app.charts.feelings import events_of, weekly
from sim.app.charts.losses import fates
from sim.app.charts.touches import leaders
from sim.app.luck import interval
from sim.plots import style

WIDTH = 7.0
"""Inches: what an A4 page has between its margins."""
MARKERS = {"today": "D", "a": "o", "b": "s", "c": "^"}
DASHES: dict[str, Any] = {"today": (0, (5, 2)), "a": "-", "b": "-", "c": "-"}


def _sheet(height: float, left: float, right: float = 0.97, top: float = 0.93) -> tuple[Figure, Axes]:
    """An empty picture in the house style, its axes placed in shares of it; height in inches."""
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    bottom = 0.52 / height
    axes = style.add_axes(figure, left, bottom, right - left, top - bottom)
    axes.tick_params(labelsize=8.5)
    return figure, axes


def _numbers(look: Look, axis: Any) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def say(value: float, _: int) -> str:
        size = abs(value)
        return look.words.short(value) if size >= 10 else look.words.number(value, 0 if value == round(value) else 2)

    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(say))


def difference(pairs: Paired, look: Look, figure: str = "units") -> Figure:
    """Paired differences: dots are markets, the bar is the 95 % interval of the mean."""
    keys, words = list(pairs.plans), look.words
    sheet, axes = _sheet(0.95 + 0.55 * len(keys), 0.24)
    axes.grid(axis="x", color=style.FAINT)
    axes.grid(axis="y", visible=False)
    far = 0.0
    for place, key in enumerate(keys):
        each = np.array([scaled(figure, one) for one in gaps(pairs, key, figure)])
        mean, low, high, _ = interval(each)
        shown = each[np.isfinite(each)][:MOST_DOTS]
        axes.plot(shown, np.full(len(shown), place + 0.25), "o", color=look.palette.faint, alpha=0.45, ms=3.2, mew=0)
        axes.plot([low, high], [place, place], color=look.colour(key), lw=3, solid_capstyle="butt")
        axes.plot([low, high], [place, place], "|", color=look.colour(key), ms=9, mew=1.6)
        axes.plot([mean], [place], MARKERS[look.mix(key)], color=look.colour(key), ms=7.5, mec="white", mew=1)
        far = max([far, *np.abs([one for one in (*shown, low, high) if np.isfinite(one)])])
    axes.axvline(0, color=style.INK, lw=1.1)
    axes.set_ylim(len(keys) - 0.45, -0.55)
    axes.set_yticks(range(len(keys)), [style.plain(clipped(look.name(key), 20)) for key in keys])
    axes.tick_params(axis="y", labelcolor=style.INK)
    axes.set_xlim(-1.1 * far or -1, 1.1 * far or 1)
    axes.set_xlabel(
        words(
            "chart.difference.axis",
            figure=look.figure(figure, start=True),
            unit=look.unit(figure, pairs.today[0].currency),
        ),
        size=8.5,
        color=style.MUTED,
    )
    _numbers(look, axes.xaxis)
    return sheet


def _lines(
    look: Look, lines: dict[str, np.ndarray], axis: str, band: dict[str, tuple[np.ndarray, np.ndarray]]
) -> tuple[Figure, Axes]:
    """Lines by week with names at their ends."""
    sheet, axes = _sheet(2.25, 0.09, right=0.79, top=0.9)
    for key, (low, high) in band.items():
        axes.fill_between(np.arange(len(low)), low, high, color=look.colour(key), alpha=0.15, lw=0)
    ends = []
    for key, values in lines.items():
        axes.plot(np.arange(len(values)), values, color=look.colour(key), ls=DASHES[look.mix(key)], lw=1.9)
        known = values[np.isfinite(values)]
        ends.append(float(known[-1]) if known.size else 0.0)
    axes.set_xlim(0, max(len(values) for values in lines.values()) - 1)
    style.label_y(axes, axis)
    axes.set_xlabel(look.words("chart.week"), size=8.5, color=style.MUTED)
    _numbers(look, axes.yaxis)
    low_end, high_end = axes.get_ylim()
    gap = (high_end - low_end) * 0.16 / (2.25 * axes.get_position().height)
    for (key, _), y in zip(lines.items(), style.spread(ends, gap, low_end, high_end)):
        style.beside(axes, y, clipped(look.name(key), 22), 6, look.colour(key), size=8.5)
    return sheet, axes


def build_up(pairs: Paired, look: Look, flow: str = "units") -> Figure:
    """Totals so far in the middle market; with one plan a band for 8 of 10 markets."""
    sums = {key: so_far([run.flows[flow] for run in runs]) for key, runs in {TODAY: pairs.today, **pairs.plans}.items()}
    band = {
        key: (np.quantile(each, 0.1, axis=0), np.quantile(each, 0.9, axis=0))
        for key, each in sums.items()
        if len(sums) <= 2
    }
    sheet, axes = _lines(
        look,
        {key: np.median(each, axis=0) for key, each in sums.items()},
        look.words("chart.build_up.axis", figure=look.figure(flow, start=True)),
        band,
    )
    axes.set_ylim(bottom=0)
    return sheet


def trust(pairs: Paired, look: Look, level: str = "trust") -> Figure:
    """Mean trust by week, with what happened."""
    means = {
        key: np.array([np.nan, *np.mean([weekly(run, level) for run in runs], axis=0)])
        for key, runs in {TODAY: pairs.today, **pairs.plans}.items()
    }
    sheet, axes = _lines(look, means, look.words(f"chart.feelings.axis_{level}"), {})
    for number, (week, text) in enumerate(events_of(pairs)):
        axes.axvline(week, color=look.palette.lost, lw=0.9, ls=(0, (3, 2)))
        right = week > 0.7 * axes.get_xlim()[1]
        said = style.plain(look.words.or_else(f"event.{text}", text), 34)
        axes.annotate(said, (week, 1), xytext=(-4 if right else 4, -4 - 11 * (number % 3)), textcoords="offset points",
                      xycoords=("data", "axes fraction"), ha="right" if right else "left", va="top", size=8,
                      color=look.palette.lost)  # fmt: skip
    return sheet


def losses(pairs: Paired, look: Look) -> Figure:
    """Share of visits to each stage that ended in going back or leaving, one mark per plan."""
    plans = {TODAY: pairs.today, **pairs.plans}
    first = fates(pairs.today[0])
    names = [look.stage(pairs.today[0].stages[stage]) for stage in first.stages]
    sheet, axes = _sheet(0.95 + 0.26 * len(names), 0.17, top=0.86)
    axes.grid(axis="x", color=style.FAINT)
    for number, (key, runs) in enumerate(plans.items()):
        away = 100 * np.mean([fates(run).away for run in runs], axis=0)
        shift = 0.16 * (number - (len(plans) - 1) / 2)
        axes.plot(away, np.arange(len(names)) + shift, MARKERS[look.mix(key)], color=look.colour(key), ms=6.5, mec="white",
                  mew=0.8, label=style.plain(clipped(look.name(key), 26)), zorder=3)  # fmt: skip
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", labelcolor=style.INK)
    axes.set_xlim(0, None)
    axes.set_xlabel(look.words("chart.losses.axis"), size=8.5, color=style.MUTED)
    _legend(axes, len(plans))
    return sheet


def touches(pairs: Paired, look: Look) -> Figure:
    """Steps forward by the last touchpoint noticed before them."""
    plans = {TODAY: pairs.today, **pairs.plans}
    kinds, mean = leaders(pairs)
    names = [look.kind(pairs.today[0].kinds[kind]) for kind in kinds]
    sheet, axes = _sheet(0.95 + 0.24 * len(names), 0.26, top=0.86)
    axes.grid(axis="x", color=style.FAINT)
    axes.grid(axis="y", visible=False)
    height = 0.76 / len(plans)
    for number, key in enumerate(plans):
        axes.barh(
            np.arange(len(names)) + height * (number - (len(plans) - 1) / 2),
            mean[key][kinds],
            height=0.9 * height,
            color=look.colour(key),
            label=style.plain(clipped(look.name(key), 26)),
        )
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", labelcolor=style.INK)
    axes.set_xlabel(look.words("chart.touches.axis"), size=8.5, color=style.MUTED)
    _numbers(look, axes.xaxis)
    _legend(axes, len(plans))
    return sheet


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=columns, frameon=False, fontsize=8.5, handletextpad=0.4,
                borderaxespad=0.1, columnspacing=1.4)  # fmt: skip


PICTURES: dict[str, Callable[[Paired, Look], Figure]] = {
    "difference": difference,
    "build_up": build_up,
    "losses": losses,
    "touches": touches,
    "trust": trust,
}
