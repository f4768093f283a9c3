"""Pictures of a comparison. Each function takes a `Comparison` and returns a matplotlib `Figure`."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.answers import number, percent
from sim.experiments.figures import FIGURES
from sim.experiments.verdicts import CLOSE, HIGHER, LOWER, SAME, gap_says
from sim.plots import style
from sim.plots.saving import save_figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiments.comparison import Comparison

ARM_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C")
"""Of the plans after the baseline, in order; the baseline itself is the line at zero."""
PART_COLOURS = {"direct": "#0072B2", "owned": "#E69F00", "talk": "#009E73", "reviews": "#CC79A7"}
MOST_ARMS = 7


def colours(comparison: Comparison) -> dict[str, str]:
    """One colour per plan but the baseline, the same in every picture."""
    return {arm: ARM_COLOURS[number % len(ARM_COLOURS)] for number, arm in enumerate(comparison.others)}


def _source(comparison: Comparison) -> list[str]:
    scenario, seeds = comparison.scenario, len(comparison.seeds)
    market = scenario.world.market
    return [
        f"Simulated market: {style.plain(scenario.title, 60)}",
        f"{number(market.people)} people ({number(market.consumers)} simulated)",
        f"{seeds} seed{'s' * (seeds != 1)}, {'the same' if comparison.common else 'independent'} luck for every plan",
    ]


def finding(comparison: Comparison, name: str) -> str:
    """What the figure says of all plans, as a title."""
    label, currency = FIGURES[name].label, comparison.currency
    said = []
    for arm in comparison.others:
        row = comparison.rows[arm, name]
        if row.verdict in (HIGHER, LOWER):
            said.append(f"{style.cut(arm, 24)} {gap_says(FIGURES[name], row.interval.mean, currency)}")
        elif row.verdict == SAME:
            said.append(f"{style.cut(arm, 24)} exactly the same")
        else:
            said.append(f"{style.cut(arm, 24)} {CLOSE}")
    return f"{label[:1].upper()}{label[1:]} against {style.cut(comparison.baseline, 24)}: {', '.join(said)}"


def differences_by_seed(comparison: Comparison, name: str = "profit") -> Figure:
    """Paired dot strip: one dot per simulated market, the mean and its 95 % interval, the line at zero."""
    figure, free = style.titled_figure(
        finding(comparison, name),
        f"Each dot is one simulated market: {FIGURES[name].label} less that under {style.cut(comparison.baseline, 24)}, same "
        "people and luck. Diamond: mean; bar: its 95 % interval",
        _source(comparison),
    )
    arms = comparison.others[:MOST_ARMS]
    axes = style.add_axes(figure, 0.2, 0.12, 0.62, free - 0.2)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.axvline(0, color=style.INK, linewidth=1.2, zorder=1)
    for place, arm in enumerate(reversed(arms)):
        colour = colours(comparison)[arm]
        gaps, row = comparison.gaps(arm, name), comparison.rows[arm, name]
        kept = gaps[~np.isnan(gaps)]
        axes.scatter(kept, place - 0.1 + _stacked(kept), s=34, color=colour, alpha=0.55, linewidths=0, zorder=2)
        if np.isfinite(row.interval.half):
            axes.plot(row.interval[1:3], [place + 0.12] * 2, color=colour, linewidth=7, alpha=0.5, zorder=2,
                      solid_capstyle="butt")  # fmt: skip
        axes.plot([row.interval.mean], [place + 0.12], "D", color=colour, markersize=8, zorder=3)
        value = gap_says(FIGURES[name], row.interval.mean, comparison.currency)
        better = row.better
        note = f"{value}\n{row.verdict}" + ("" if np.isnan(better) else f"\nbetter in {percent(better)}")
        style.beside(axes, place, note, 12, style.INK)
    axes.set_yticks(range(len(arms)), [style.plain(arm, 22) for arm in reversed(arms)], size=12, color=style.INK)
    axes.set_ylim(-0.6, len(arms) - 0.4)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(name, value)))
    axes.set_xlabel(f"difference in {FIGURES[name].label} ({_unit(comparison, name)})", color=style.MUTED, size=10)
    return figure


def _stacked(values: np.ndarray) -> np.ndarray:
    """Small offsets downwards, so that dots at nearly the same place do not hide one another."""
    if len(values) < 2 or np.ptp(values) == 0:
        return -0.06 * (np.arange(len(values)) % 4)
    bins = np.floor((values - values.min()) / np.ptp(values) * 30).astype(int)
    return np.array([-0.06 * (np.count_nonzero(bins[:i] == one) % 5) for i, one in enumerate(bins)])


def _unit(comparison: Comparison, name: str) -> str:
    unit = FIGURES[name].unit
    return {"money": comparison.currency, "share": "points", "index": "0 to 1"}.get(unit, unit)


def _short(name: str, value: float) -> str:
    if FIGURES[name].unit == "share":
        return f"{100 * value:.2g}"
    return f"{value:.2g}" if FIGURES[name].unit == "index" else style.short(value)


def all_figures(comparison: Comparison) -> Figure:
    """Every headline figure of every plan against the baseline, in percent of it, with intervals."""
    names = [
        name for name in FIGURES if any(np.isfinite(comparison.rows[arm, name].relative) for arm in comparison.others)
    ]
    better = [sum(comparison.rows[arm, name].verdict in (HIGHER, LOWER) for name in names) for arm in comparison.others]
    figure, free = style.titled_figure(
        f"{sum(better)} of {len(names) * len(comparison.others)} differences to {style.cut(comparison.baseline, 24)} are "
        "clear of zero",
        "Mean difference in percent of the baseline's mean, with 95 % intervals; hollow: too close to call. Figures without a "
        "positive baseline are left out",
        _source(comparison),
    )
    axes = style.add_axes(figure, 0.2, 0.12, 0.66, free - 0.22)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=style.FAINT, linewidth=0.8)
    axes.axvline(0, color=style.INK, linewidth=1.2, zorder=1)
    arms = comparison.others[:MOST_ARMS]
    step = 0.7 / max(len(arms), 1)
    for place, name in enumerate(reversed(names)):
        for number_, arm in enumerate(arms):
            row, colour = comparison.rows[arm, name], colours(comparison)[arm]
            if not np.isfinite(row.relative):
                continue
            y = place + 0.35 - step * (number_ + 0.5)
            ends = np.array(row.interval[1:3]) / row.baseline
            sure = row.verdict in (HIGHER, LOWER)
            if np.isfinite(ends).all():
                axes.plot(ends, [y, y], color=colour, linewidth=2.5, alpha=1 if sure else 0.5, zorder=2)
            axes.plot([row.relative], [y], "o", color=colour, markersize=7, zorder=3,
                      markerfacecolor=colour if sure else "white")  # fmt: skip
    axes.set_yticks(range(len(names)), [FIGURES[name].label for name in reversed(names)], size=11, color=style.INK)
    axes.set_ylim(-0.7, len(names) - 0.4)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:+.3g} %" if value else "0"))
    _name_arms(axes, comparison)
    return figure


def _name_arms(axes: Axes, comparison: Comparison) -> None:
    """Names of the plans in their colours, above the axes."""
    at = 0.0
    for arm in comparison.others[:MOST_ARMS]:
        text = style.plain(arm, 22)
        axes.annotate(f"● {text}", (at, 1), xytext=(0, 8), xycoords="axes fraction", textcoords="offset points",
                      size=11, color=colours(comparison)[arm], ha="left", va="bottom")  # fmt: skip
        at += (len(text) + 5) * 0.0125


def build_up(comparison: Comparison) -> Figure:
    """How the differences in sales and profit build up day by day, with 95 % intervals."""
    last = comparison.build_up[comparison.build_up["day"] == comparison.build_up["day"].max()]
    profit = last[last["figure"] == "profit"]
    said = [
        f"{style.cut(arm, 24)} {gap_says(FIGURES['profit'], value, comparison.currency)}"
        for arm, value in zip(profit["arm"], profit["difference"])
    ]
    figure, free = style.titled_figure(
        f"By the last day, profit against {style.cut(comparison.baseline, 24)}: {', '.join(said)}",
        "Difference since the start, mean over the simulated markets; band: 95 % interval of the mean",
        _source(comparison),
    )
    room = free - 0.055 - 0.1
    for place, name in enumerate(("units", "profit")):
        bottom = 0.1 if place else 0.1 + room * 0.54
        axes = style.add_axes(figure, 0.075, bottom, 0.735, room * 0.44)
        style.label_y(axes, f"difference in {FIGURES[name].label} since the start ({_unit(comparison, name)})")
        axes.axhline(0, color=style.INK, linewidth=1, zorder=1)
        ends, names, shades = [], [], []
        for arm in comparison.others[:MOST_ARMS]:
            rows = comparison.build_up
            rows = rows[(rows["arm"] == arm) & (rows["figure"] == name)]
            dates, colour = rows["date"].to_numpy(), colours(comparison)[arm]
            if rows["low"].notna().all() and np.isfinite(rows["low"]).all():
                axes.fill_between(dates, rows["low"], rows["high"], color=colour, alpha=0.18, linewidth=0)
            axes.plot(dates, rows["difference"], color=colour, linewidth=2)
            ends.append(float(rows["difference"].iloc[-1]))
            names.append(style.cut(arm, 20))
            shades.append(colour)
        style.date_axis(axes, dates.astype("datetime64[D]"))
        style.count_axis(axes)
        if not place:
            axes.set_xticklabels([])
        style.label_ends(axes, ends, names, shades)
    return figure


FIGURES_OF_ALL: dict[str, Callable[[Comparison], Figure]] = {
    "01_profit_by_seed": differences_by_seed,
    "02_sales_by_seed": lambda comparison: differences_by_seed(comparison, "units"),
    "03_all_figures": all_figures,
    "04_build_up": build_up,
}


def draw_comparison(comparison: Comparison, folder: str | os.PathLike[str]) -> list[Path]:
    """Draw every picture for which the comparison has what it takes, as PNG files of 1200 x 750 pixels, and return the paths."""
    from sim.plots.sources_of_difference import where_from, who_buys

    drawn = dict(FIGURES_OF_ALL) if comparison.others else {}
    if not comparison.daily:
        drawn.pop("04_build_up", None)
    for number_, arm in enumerate(comparison.others, start=1):
        if not comparison.parts.empty:
            drawn[f"05_where_from_{number_}"] = partial(where_from, arm=arm)
        if not comparison.consumers.empty:
            drawn[f"06_who_{number_}"] = partial(who_buys, arm=arm)
    return save_figures(drawn, comparison, folder)
