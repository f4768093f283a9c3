"""Pictures of a sweep: what each factor does, which decide, how two go together, where the wanted points lie.

Each takes a `Sweep` and returns a matplotlib `Figure` in the look of `sim.plots.style`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.answers import percent
from sim.experiments.figures import FIGURES
from sim.experiments.sweep import analysis
from sim.experiments.sweep.discovery import Box
from sim.experiments.sweep.results import Sweep
from sim.plots.style import BRAND_COLOURS, INK, MUTED, SHADES, add_axes, cut, ink_on, plain, short, titled_figure
from sim.scenario.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sweep.factors import Factor

ALONE, TOGETHER = BRAND_COLOURS[0], BRAND_COLOURS[1]
MOST = 8
"""Factors that one picture shows; those that do most, if there are more."""
LEFT, RIGHT = 0.07, 0.965


def _begun(sweep: Sweep, finding: str, what: str) -> tuple[Figure, float]:
    """An empty figure with its finding, and the study it comes from at its foot."""
    manifest, counts = sweep.manifest, sweep.counts
    source = [
        f"Study: {plain(sweep.title, 50)}",
        f"{manifest['points']:,} points x {len(sweep.seeds)} seeds of {plain(manifest['scenario'], 40)}",
        f"{manifest['consumers']:,} consumers, {manifest['days']} days",
    ]
    if counts["waiting"] or counts["failed"]:
        source.append(f"{counts['waiting']:,} runs to do, {counts['failed']:,} failed")
    return titled_figure(begun_large(finding), what, source)


def begun_large(text: str) -> str:
    """A sentence whose first word is a factor's name, with a capital."""
    return text[:1].upper() + text[1:]


def _unit(name: str, sweep: Sweep) -> str:
    """A figure with its unit, for an axis."""
    figure = FIGURES[name]
    unit = sweep.manifest["currency"] if figure.unit == "money" else figure.unit
    return figure.label if unit in ("share", "index") else f"{figure.label}, {unit}"


def _said(name: str, value: float, sweep: Sweep) -> str:
    return FIGURES[name].says(value, sweep.manifest["currency"])


def _axis(axes: Axes, name: str, along: str) -> None:
    """Write an axis of a figure as one reads it: 20 %, 1.2M."""
    percent = FIGURES[name].unit == "share"
    one = getattr(axes, f"{along}axis")
    one.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g} %" if percent else short(value)))


def swing(effects: pd.DataFrame) -> pd.Series:
    """How far each factor moves a figure: highest less lowest mean over its parts, the largest first."""
    grouped = effects.groupby("factor")["mean"]
    return (grouped.max() - grouped.min()).sort_values(ascending=False)


def main_effects(sweep: Sweep, output: str | None = None) -> Figure:
    """A panel for each factor: mean of a figure by its value, with 95 % intervals, on one scale."""
    name = analysis.output_of(sweep, output)
    effects = analysis.main_effects(sweep, name)
    moved = swing(effects)
    order = list(moved.index[:MOST])
    first = effects[effects["factor"] == order[0]]
    worst, best = (first.sort_values("mean")["mean"].iloc[end] for end in (0, -1))
    finding = (
        f"{order[0]} moves {FIGURES[name].label} most: from {_said(name, worst, sweep)} to {_said(name, best, sweep)}"
    )
    what = f"Mean {_unit(name, sweep)}, by each factor alone over all that the others do; bars: 95 % intervals"
    figure, top = _begun(sweep, finding, what)
    columns = len(order) if len(order) <= 4 else (len(order) + 1) // 2
    rows = -(-len(order) // columns)
    low, high = float(np.nanmin(effects[["low", "mean"]])), float(np.nanmax(effects[["high", "mean"]]))
    room = (high - low) * 0.06 or 1.0
    width, height = (RIGHT - LEFT) / columns, (top - 0.06) / rows
    for number, factor in enumerate(order):
        row, column = divmod(number, columns)
        place = (LEFT + column * width, top - (row + 1) * height + 0.08, width - 0.025, height - 0.145)
        axes = add_axes(figure, *place)
        axes.set_ylim(low - room, high + room)
        _effect(axes, sweep, effects[effects["factor"] == factor])
        axes.set_title(plain(cut(factor, 30 if columns < 4 else 22)), size=12, weight="bold", color=INK, loc="left")
        _axis(axes, name, "y")
        if column:
            axes.tick_params(labelleft=False)
    return figure


def _effect(axes: Axes, sweep: Sweep, mine: pd.DataFrame) -> None:
    """One factor's panel: a line over numbers, dots over names."""
    factor = analysis.factor_of(sweep, mine["factor"].iloc[0])
    bars = np.vstack([mine["mean"] - mine["low"], mine["high"] - mine["mean"]])
    style: dict[str, Any] = {"color": ALONE, "ecolor": ALONE, "elinewidth": 1.6, "capsize": 0, "markersize": 6}
    if not factor.numeric:
        places = np.arange(len(mine))
        axes.errorbar(places, mine["mean"], yerr=bars, fmt="o", **style)
        axes.set_xticks(places, [plain(cut(one, 14)) for one in mine["value"]])
        axes.set_xlim(-0.5, len(mine) - 0.5)
        return
    axes.errorbar(mine["at"], mine["mean"], yerr=bars, fmt="-o", linewidth=1.8, **style)
    if factor.log and not factor.levels:
        axes.set_xscale("log")
        axes.set_xlim(factor.low / 1.06, factor.high * 1.06)
        ticks = np.geomspace(factor.low, factor.high, 3)
        axes.set_xticks(ticks, [short(float(f"{one:.2g}")) for one in ticks])
        axes.set_xticks([], minor=True)
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value) if value else "0"))
        axes.locator_params(axis="x", nbins=4)
        if not factor.levels:
            margin = 0.025 * (factor.high - factor.low)
            axes.set_xlim(factor.low - margin, factor.high + margin)


def sobol(sweep: Sweep, output: str | None = None) -> Figure:
    """Shares of a figure's variance that each factor decides, alone and with its interactions, with 95 % intervals."""
    name = analysis.output_of(sweep, output)
    table = analysis.sobol_indices(sweep, name).sort_values("total", ascending=False, ignore_index=True)
    first, together = table.iloc[0], float(table["total"].sum())
    table = table.head(MOST)
    joint = "factors hardly interact" if together < 1.1 else f"factors interact (shares add up to {percent(together)})"
    finding = (
        f"{first['factor']} decides {percent(first['total'])} of the differences in {FIGURES[name].label}; {joint}"
    )
    what = f"Sobol indices: share of the variance of {FIGURES[name].label} over the ranges of the study; bars: 95 % intervals"
    figure, top = _begun(sweep, finding, what)
    axes = add_axes(figure, 0.2, 0.12, 0.72, top - 0.19)
    for shift, kind, colour, label in (
        (-0.17, "first", ALONE, "alone"),
        (0.17, "total", TOGETHER, "with its interactions"),
    ):
        places = np.arange(len(table)) + shift
        half = np.vstack([table[kind] - table[f"{kind}_low"], table[f"{kind}_high"] - table[kind]])
        axes.barh(places, table[kind], height=0.3, color=colour, label=label)
        axes.errorbar(table[kind], places, xerr=half, fmt="none", ecolor=INK, elinewidth=1.2)
    _named_rows(axes, list(table["factor"]))
    axes.set_xlim(min(0.0, float(table["first_low"].min())) - 0.02, max(1.0, float(table["total_high"].max())) + 0.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))
    _legend(axes)
    return figure


def morris(sweep: Sweep, output: str | None = None) -> Figure:
    """How much a figure changes when each factor goes through its range, with 95 % intervals, and how unevenly."""
    name = analysis.output_of(sweep, output)
    table = analysis.morris_indices(sweep, name).sort_values("effect", ascending=False, ignore_index=True).head(MOST)
    first = table.iloc[0]
    finding = (
        f"Through its range, {first['factor']} changes {FIGURES[name].label} by {_said(name, first['effect'], sweep)} "
        "on average"
    )
    what = (
        f"Morris screening: mean absolute elementary effect on {_unit(name, sweep)}, with 95 % intervals, and its spread "
        "(interactions and bends)"
    )
    figure, top = _begun(sweep, finding, what)
    axes = add_axes(figure, 0.2, 0.12, 0.72, top - 0.19)
    places = np.arange(len(table))
    half = np.vstack([table["effect"] - table["low"], table["high"] - table["effect"]])
    axes.barh(places - 0.17, table["effect"], height=0.3, color=ALONE, label="mean effect")
    axes.errorbar(table["effect"], places - 0.17, xerr=half, fmt="none", ecolor=INK, elinewidth=1.2)
    axes.barh(places + 0.17, table["spread"], height=0.3, color=TOGETHER, label="spread of the effect")
    _named_rows(axes, list(table["factor"]))
    axes.set_xlim(left=min(0.0, float(table["low"].min())))
    _axis(axes, name, "x")
    _legend(axes)
    return figure


def _named_rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(np.arange(len(names)), [plain(cut(one, 24)) for one in names])
    axes.tick_params(axis="y", labelsize=12, labelcolor=INK)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color="#E3E5E8", linewidth=0.8)
    axes.axvline(0, color="#B8BCC0", linewidth=1)


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=11, labelcolor=INK, borderpad=0
    )


def heat_map(sweep: Sweep, first: str, second: str, output: str | None = None) -> Figure:
    """Mean of a figure over every pair of parts of two factors, each cell with its number."""
    name = analysis.output_of(sweep, output)
    table = analysis.two_factors(sweep, first, second, name)
    values = table.to_numpy(float)
    if np.isnan(values).all():
        raise ScenarioError(f"no point has a value of '{name}'")
    row, column = divmod(int(np.nanargmax(values)), values.shape[1])
    finding = (
        f"Highest {FIGURES[name].label}: {_said(name, values[row, column], sweep)}, with {first} at "
        f"{table.columns[column]} and {second} at {table.index[row]}"
    )
    what = f"Mean {_unit(name, sweep)}, over all that other factors do"
    what += "; empty cells have no points" if np.isnan(values).any() else ""
    figure, top = _begun(sweep, finding, what)
    axes = add_axes(figure, 0.16, 0.15, 0.8, top - 0.19)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    axes.imshow(values, cmap=SHADES, aspect="auto", origin="lower", vmin=low, vmax=high)
    percent = FIGURES[name].unit == "share"
    for (y, x), value in np.ndenumerate(values):
        if not np.isnan(value):
            text = f"{100 * value:.3g} %" if percent else short(value)
            shade = SHADES((value - low) / (high - low or 1.0))
            axes.text(x, y, text, ha="center", va="center", size=11, color=ink_on(shade))
    axes.set_xticks(range(len(table.columns)), [plain(cut(str(one), 16)) for one in table.columns])
    axes.set_yticks(range(len(table.index)), [plain(cut(str(one), 16)) for one in table.index])
    axes.set_xlabel(plain(cut(first, 60)), size=12, color=INK, labelpad=8)
    axes.set_ylabel(plain(cut(second, 40)), size=12, color=INK, labelpad=8)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    return figure


def _range_of(axes: Axes, factor: Factor, along: str) -> None:
    """Let an axis show a factor's whole range, a little more than that."""
    one = getattr(axes, f"{along}axis")
    if not factor.levels and factor.log:
        getattr(axes, f"set_{along}scale")("log")
        getattr(axes, f"set_{along}lim")(factor.low / 1.06, factor.high * 1.06)
    elif not factor.levels:
        margin = 0.025 * (factor.high - factor.low)
        getattr(axes, f"set_{along}lim")(factor.low - margin, factor.high + margin)
    one.set_major_formatter(FuncFormatter(lambda value, _: short(value) if value else "0"))
    one.set_minor_formatter(FuncFormatter(lambda value, _: ""))


def box(sweep: Sweep, found: Box) -> Figure:
    """The wanted and the other points over the two factors that matter most to the box, and the box."""
    numeric = [one.name for one in sweep.factors if one.numeric]
    if len(numeric) < 2:
        raise ScenarioError("a picture of a box needs two factors that are numbers")
    order = [one for one in found.limits.sort_values("chance")["factor"] if one in numeric]
    first, second = (*order, *(one for one in numeric if one not in order))[:2]
    what = "Points of the study; filled: as wanted; the frame: limits of the box found by PRIM"
    figure, top = _begun(sweep, found.sentence(brief=True), what)
    axes = add_axes(figure, 0.09, 0.14, 0.87, top - 0.19)
    for wanted, inner, edge in ((False, "none", "#9AA0A6"), (True, TOGETHER, TOGETHER)):
        mine = found.points[found.points["is_wanted"] == wanted]
        axes.scatter(mine[first], mine[second], s=46, linewidths=1.1, facecolors=inner, edgecolors=edge)
    for name, along in ((first, "x"), (second, "y")):
        _range_of(axes, analysis.factor_of(sweep, name), along)
    sides = {}
    for name, (low, high) in ((first, axes.get_xlim()), (second, axes.get_ylim())):
        row = found.limits[found.limits["factor"] == name]
        ends = (np.nan, np.nan) if row.empty else (float(row["low"].iloc[0]), float(row["high"].iloc[0]))
        sides[name] = (low if np.isnan(ends[0]) else ends[0], high if np.isnan(ends[1]) else ends[1])
    (left, right), (bottom, upper) = sides[first], sides[second]
    axes.fill([left, right, right, left], [bottom, bottom, upper, upper], facecolor=ALONE, alpha=0.1, edgecolor=ALONE)
    axes.plot([left, right, right, left, left], [bottom, bottom, upper, upper, bottom], color=ALONE, linewidth=1.6)
    axes.set_xlabel(plain(cut(first, 60)), size=12, color=INK)
    axes.set_ylabel(plain(cut(second, 40)), size=12, color=INK)
    axes.tick_params(axis="both", labelcolor=MUTED)
    return figure
