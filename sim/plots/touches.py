"""Which touchpoints people notice at which stage of the journey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from sim.answers import kind_label, percent
from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results import Run


def touchpoints_by_stage(run: Run) -> Figure:
    """Of all touches noticed by people at a stage, the share of each kind of touchpoint: one column per stage."""
    record, focal = run.record, run.record.focal
    noticed = record.noticed[:, focal].sum(axis=0, dtype=np.int64) * run.people_per_consumer
    columns = [stage for stage in (*run.path.order, *run.path.lost) if noticed[:, stage].sum() > 0]
    rows = sorted(np.flatnonzero(noticed.sum(axis=1)).tolist(), key=lambda kind: -noticed[kind].sum())
    figure, free = style.new_figure(
        run,
        _finding(run, noticed),
        f"What people at each stage notice of {style.cut(run.brand)}, by kind of touch, in percent of the column",
    )
    axes = style.add_axes(figure, 0.215, 0.07, 0.76, free - 0.075 - 0.07)
    axes.grid(visible=False)
    if not rows:
        axes.set_axis_off()
        style.note(axes, "No touch was noticed in this run.")
        return figure
    table = noticed[np.ix_(rows, columns)]
    share = table / table.sum(axis=0)
    image = style.SHADES(share / share.max())
    axes.imshow(image, aspect="auto", interpolation="nearest")
    for x in range(len(columns)):
        for y in range(len(rows)):
            if table[y, x] > 0:
                text = f"{100 * share[y, x]:.0f}" if share[y, x] >= 0.005 else "<1"
                size = 10 if len(rows) > 16 else 11
                weight = "bold" if share[y, x] == share[:, x].max() else "normal"
                axes.text(
                    x, y, text, size=size, weight=weight, color=style.ink_on(image[y, x, :3]), ha="center", va="center"
                )
    _label_table(run, axes, rows, columns, table)
    return figure


def _label_table(run: Run, axes: Axes, rows: list[int], columns: list[int], table: np.ndarray) -> None:
    stages, kinds = run.record.stages, run.record.kinds
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(which="both", length=0)
    longest = 12 if len(columns) > 8 else 16
    names = [f"{style.plain(stages[i], longest)}\n{style.short(n)}" for i, n in zip(columns, table.sum(axis=0))]
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), names, size=11, color=style.INK, linespacing=1.35)
    axes.set_yticks(
        range(len(rows)),
        [f"{style.plain(kind_label(kinds[i]), 22)}  {style.short(n)}" for i, n in zip(rows, table.sum(axis=1))],
        size=10.5,
        color=style.INK,
    )
    axes.annotate(
        "noticed in all",
        (0, 1),
        xytext=(-8, 8),
        xycoords="axes fraction",
        textcoords="offset points",
        size=9.5,
        color=style.MUTED,
        ha="right",
        va="bottom",
    )


def _finding(run: Run, noticed: np.ndarray) -> str:
    """What people notice most while they weigh the brand up, or at the busiest stage if nobody does."""
    if not noticed.any():
        return f"Nobody noticed {style.cut(run.brand)} anywhere"
    stages = run.record.stages
    busiest = int(noticed.sum(axis=0).argmax())
    stage = stages.index("considering") if "considering" in stages else busiest
    if not noticed[:, stage].any():
        stage = busiest
    share = noticed[:, stage] / noticed[:, stage].sum()
    first, second = np.argsort(-share, kind="stable")[:2]
    kinds = run.record.kinds
    found = f"At the stage “{stages[stage]}”, people notice {kind_label(kinds[first])} most ({percent(share[first])})"
    if share[second] > 0:
        found += f", then {kind_label(kinds[second])} ({percent(share[second])})"
    return found
