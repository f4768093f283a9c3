"""People per stage over time, and where a brand loses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.answers import leaks, number, percent
from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results import Run

STILL = "#FFFFFF"
FORWARD = "#2F3437"


def brand_index(run: Run, brand: str | int | None) -> int:
    """Number of a brand given by name, number or None (the focal one). Raises ValueError for an unknown one."""
    brands = run.record.brands
    if brand is None:
        return run.record.focal
    if isinstance(brand, int) and 0 <= brand < len(brands):
        return brand
    if brand not in brands:
        raise ValueError(f"brand {brand!r} is unknown; this run has {', '.join(brands)}")
    return brands.index(str(brand))


def stages_over_time(run: Run, brand: str | int | None = None) -> Figure:
    """How many people are at each stage of the journey, day by day, as stacked areas."""
    record, path = run.record, run.path
    index = brand_index(run, brand)
    name = record.brands[index]
    people = record.people[:, index].sum(axis=1) * run.people_per_consumer
    every = people[0].sum()
    owners = people[:, path.owners].sum(axis=1)
    finding = f"{style.cut(name)} has no customers from start to end"
    if owners.any():
        finding = (
            f"Customers of {style.cut(name)} went from {number(owners[0])} to {number(owners[-1])}, "
            f"{percent(owners[-1] / every)} of people"
        )
    figure, free = style.new_figure(
        run, finding, "People at each stage of the journey with the brand, at the end of each day"
    )
    axes = style.add_axes(figure, 0.075, 0.1, 0.735, free - 0.055 - 0.1)
    first = path.order[0]
    order = [*reversed(path.order[1:]), *path.lost, first]
    known = every - people[:, first]
    top = style.nice_top(known.max()) if 0 < known.max() < 0.55 * every else every
    colours = style.stage_colours(record.stages)
    dates = (
        np.concatenate([record.dates[:1] - np.timedelta64(1, "D"), record.dates])
        if record.days
        else np.array(["2025-01-01"], "M8[D]")
    )
    stack = np.cumsum(people[:, order], axis=1)
    base = np.zeros(len(dates))
    for position, stage in enumerate(order):
        upper = np.minimum(stack[:, position], top)
        axes.fill_between(dates, base, upper, color=colours[stage], linewidth=0)
        axes.plot(dates, upper, color="white", linewidth=0.7)
        base = upper
    axes.set_ylim(0, top)
    style.count_axis(axes)
    style.date_axis(axes, dates)
    cut = f", cut at {style.short(top)}: the {style.short(every)} people fill the rest as {record.stages[first]}"
    style.label_y(axes, "people" + (cut if top < every else ""))
    _label_areas(axes, order, stack[-1], people[-1], run, top)
    return figure


def _label_areas(axes: Axes, order: list[int], edges: np.ndarray, ends: np.ndarray, run: Run, top: float) -> None:
    """Name each area at its right end with the people in it: a coloured chip, then name and number."""
    middles = [float(min((edges[i] + (edges[i - 1] if i else 0)) / 2, top)) for i in range(len(order))]
    colours = style.stage_colours(run.record.stages)
    places = style.spread(middles, top * 0.052, top * 0.015, top * 0.985)
    for stage, y in zip(order, places):
        style.beside(axes, y, "■", 8, colours[stage], size=15)
        text = f"{style.cut(run.record.stages[stage], 16)}  {style.short(ends[stage])}"
        style.beside(axes, y, text, 26, style.INK, size=11)


def where_you_lose_them(run: Run) -> Figure:
    """For each stage: of all visits to it, the share that went on, stayed, went back or left, and where to."""
    record, path = run.record, run.path
    found = {entry["stage"]: entry for entry in leaks(run)}
    shown = [record.stages[i] for i in path.order[1:] if found[record.stages[i]]["visits"] > 0]
    lost_most = [entry for entry in leaks(run) if entry["lost"] > 0]
    later = [entry for entry in lost_most if entry["stage"] != record.stages[path.order[1]]] or lost_most
    finding = f"{style.cut(run.brand)} loses nobody: no one went back or left"
    if later:
        worst = later[0]
        goal = next(iter(worst["lost_to"]))
        finding = (
            f"{in_words_start(worst['share_lost'])} visits to “{worst['stage']}” end in going back or leaving, "
            f"most often to “{goal}”"
        )
    figure, free = style.new_figure(
        run,
        finding,
        f"What became of every visit to a stage of the journey with {style.cut(run.brand)}, share of visits",
    )
    axes = style.add_axes(figure, 0.175, 0.13, 0.79, free - 0.065 - 0.13)
    axes.grid(visible=False)
    if not shown:
        axes.set_axis_off()
        style.note(axes, f"Nobody ever got to know {style.cut(run.brand)}, so there is nobody to lose.")
        return figure
    low = -max(found[stage]["share_lost"] for stage in shown)
    high = max(1 - found[stage]["share_lost"] for stage in shown)
    room = max(high - low, 0.5)
    axes.set_xlim(min(low - 0.1 * room, -0.25), max(high, 0.3) + 0.01)
    for row, stage in enumerate(shown):
        _fate_bar(axes, row, found[stage], record.stages, bool(later) and stage == later[0]["stage"], 0.034 * room)
    _finish_fates(axes, shown, found, record.stages, free)
    return figure


def in_words_start(share: float) -> str:
    """A share in words to begin a sentence: "3 in 5", "Hardly any"."""
    words = style.in_words(share)
    return words[0].upper() + words[1:]


def _fate_bar(axes: Axes, row: int, entry: dict[str, Any], stages: tuple[str, ...], worst: bool, least: float) -> None:
    """One stage: losses to the left of the line by where they went, moves on and those still there to the right.

    Shares below `least` are too narrow to carry their number.
    """
    visits = entry["visits"]
    colours = dict(zip(stages, style.stage_colours(stages)))
    left = 0.0
    for target, people in entry["lost_to"].items():
        share = people / visits
        axes.barh(row, -share, left=left, height=0.62, color=colours[target], edgecolor="white", linewidth=1.2)
        if share > least:
            text = f"{100 * share:.0f} %"
            axes.text(
                left - share / 2, row, text, size=10.5, color=style.ink_on(colours[target]), ha="center", va="center"
            )
        left -= share
    if left < 0:
        text = f"{percent(-left)} lost\n{style.short(entry['lost'])}"
        weight, colour = ("bold", style.BAD) if worst else ("normal", style.MUTED)
        axes.text(left - 0.012, row, text, size=10, color=colour, weight=weight, ha="right", va="center")
    forward = entry["forward"] / visits
    still = max(1 + left - forward, 0.0)
    for start, share, colour in ((0.0, forward, FORWARD), (forward, still, STILL)):
        axes.barh(row, share, left=start, height=0.62, color=colour, edgecolor=FORWARD, linewidth=1.0)
        if share > least:
            text = f"{100 * share:.0f} %"
            axes.text(start + share / 2, row, text, size=10.5, color=style.ink_on(colour), ha="center", va="center")


def _finish_fates(axes: Axes, shown: list[str], found: dict[str, Any], stages: tuple[str, ...], free: float) -> None:
    axes.set_ylim(len(shown) - 0.45, -0.75)
    axes.set_yticks(range(len(shown)))
    labels = [f"{style.plain(stage, 18)}\n{style.short(found[stage]['visits'])} visits" for stage in shown]
    axes.set_yticklabels(labels, size=11, color=style.INK, linespacing=1.3)
    axes.tick_params(axis="y", pad=8)
    axes.axvline(0, color=style.INK, linewidth=1.2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(100 * value):.0f} %")
    axes.set_xlabel("share of all visits to the stage (people there before the first day included)", color=style.MUTED)
    axes.text(-0.012, -0.6, "◄  went back or left, to", size=11, weight="bold", color=style.BAD, ha="right")
    axes.text(0.012, -0.6, "moved forward or still there  ►", size=11, weight="bold", color=FORWARD)
    targets = [stage for stage in stages if any(stage in found[other]["lost_to"] for other in shown)]
    colours = dict(zip(stages, style.stage_colours(stages)))
    handles = [Patch(color=colours[target], label=f"to {style.plain(target, 16)}") for target in targets]
    handles += [Patch(color=FORWARD, label="moved forward")]
    handles += [Patch(facecolor=STILL, edgecolor=FORWARD, label="still there at the end")]
    axes.figure.legend(
        handles=handles,
        loc="lower right",
        bbox_to_anchor=(0.97, free - 0.055),
        ncols=min(len(handles), 8),
        frameon=False,
        fontsize=9.5,
        handlelength=1.0,
        handleheight=1.0,
        columnspacing=1.1,
        borderpad=0,
    )
