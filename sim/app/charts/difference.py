"""Is the difference real? Every simulated market as a dot, the mean difference with its interval on top."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from sim.app.charts.chart import (
    Chart,
    Look,
    base,
    clipped,
    digits,
    name_axis,
    round_range,
    row_of,
    runs_said,
    scaled,
    soft,
    value_axis,
    wrapped,
    zero_line,
)
from sim.app.digest import Digest
from sim.app.luck import interval
from sim.experiments.figures import FIGURES

MOST_DOTS = 120
"""More dots than this are a smear; the first ones are drawn, all of them count."""


class Paired(Protocol):
    """Runs of today's plan and of others with the same people and luck, as `sim.app.jobs.Pairs` has them."""

    @property
    def today(self) -> tuple[Digest, ...]: ...
    @property
    def plans(self) -> dict[str, tuple[Digest, ...]]: ...
    @property
    def consumers(self) -> int: ...


def gaps(pairs: Paired, key: str, figure: str) -> np.ndarray:
    """Differences of a plan to today's, pair by pair, float64 (pairs,), in the figure's own unit."""
    mine, base_ = ([run.headline[figure] for run in runs] for runs in (pairs.plans[key], pairs.today))
    return np.array(mine, float) - np.array(base_, float)


def difference(pairs: Paired, look: Look, figure: str = "units") -> Chart:
    """Paired differences of every plan against today's, in one headline figure."""
    words = look.words
    currency = pairs.today[0].currency
    keys = list(pairs.plans)
    option = base(look, top=34, bottom=32)
    label = look.figure(figure)
    start = look.figure(figure, start=True)
    option["xAxis"] = value_axis(look, words("chart.difference.axis", figure=start, unit=look.unit(figure, currency)))
    option["yAxis"] = name_axis(look, [clipped(look.name(key)) for key in keys])
    option["tooltip"] |= {"trigger": "item"}
    series: list[dict[str, Any]] = []
    rows, said = [], []
    far = 0.0
    for place, key in enumerate(keys):
        each = gaps(pairs, key, figure)
        found = interval(each)
        wins = int((each > 0).sum())
        series += _strip(look, place, key, [scaled(figure, one) for one in each[:MOST_DOTS]])
        values = [scaled(figure, one) for one in (*each, found.low, found.high) if np.isfinite(one)]
        far = max([far, *map(abs, values)])
        rows.append([look.name(key), *row_of([scaled(figure, one) for one in found[:3]], 6), wins, found.seeds])
        said.append(
            words(
                "chart.difference.says",
                name=look.name(key),
                mean=look.amount(figure, found.mean, currency, sign=True),
                low=look.amount(figure, found.low, currency, sign=True),
                high=look.amount(figure, found.high, currency, sign=True),
                wins=wins,
                runs=found.seeds,
            )
        )
        series += _mean(look, place, key, [scaled(figure, one) for one in found[:3]], said[-1])
    _, reach, step = round_range(0.0, far * 1.05 or 1.0, 3)
    option["xAxis"] |= {"min": digits(-reach), "max": digits(reach), "interval": digits(step)}
    series.append({"type": "scatter", "data": [], "markLine": zero_line(look, words("chart.difference.same"))})
    option["series"] = series
    return Chart(
        "difference",
        words("chart.difference.title", figure=label),
        words("chart.difference.subtitle", runs=runs_said(look, len(pairs.today), pairs.consumers)),
        option,
        [words("chart.plan"), words("chart.mean"), words("chart.low"), words("chart.high"), words("chart.wins"),
         words("chart.pairs")],
        rows,
        " ".join(said),
        words("chart.difference.how" if FIGURES[figure].better else "chart.difference.how_neutral"),
        height=92 + 68 * max(len(keys), 2),
    )  # fmt: skip


def _strip(look: Look, place: int, key: str, values: list[float]) -> list[dict[str, Any]]:
    """Pairs as dots below the interval, stacked where they would hide one another."""
    shown = [one for one in values if np.isfinite(one)]
    if not shown:
        return []
    width = (max(shown) - min(shown)) / 60 or 1.0
    stacks: dict[int, int] = {}
    data = []
    for value in sorted(shown):
        cell = round(value / width)
        height = stacks[cell] = stacks.get(cell, -1) + 1
        data.append({"value": [digits(value), place], "symbolOffset": [0, 13 + 5 * min(height, 3)]})
    return [
        {
            "type": "scatter",
            "name": look.name(key),
            "symbolSize": 6,
            "itemStyle": {"color": soft_dot(look)},
            "data": data,
            "silent": True,
            "z": 2,
        }
    ]


def soft_dot(look: Look) -> str:
    """Colour of a single market: there, but not the message."""
    return soft(look.palette.faint, 0.55)


def _mean(look: Look, place: int, key: str, ends: list[float], said: str) -> list[dict[str, Any]]:
    """The mean with its 95 % interval, above the dots."""
    colour = look.colour(key)
    mean, low, high = ends
    marks: list[dict[str, Any]] = []
    if np.isfinite(low):
        marks.append(
            {
                "type": "line",
                "data": [
                    {"value": [digits(low), place], "symbolOffset": [0, 0]},
                    {"value": [digits(high), place], "symbolOffset": [0, 0]},
                ],
                "lineStyle": {"color": colour, "width": 4, "cap": "butt"},
                "itemStyle": {"color": colour},
                "symbol": "rect",
                "symbolSize": [2.5, 15],
                "silent": True,
                "z": 4,
            }
        )
    marks.append(
        {
            "type": "scatter",
            "name": look.name(key),
            "symbol": look.mark(key),
            "symbolSize": 14,
            "itemStyle": {"color": colour, "borderColor": look.palette.surface, "borderWidth": 1.5},
            "data": [[digits(mean), place]] if np.isfinite(mean) else [],
            "tooltip": {"formatter": wrapped(said)},
            "z": 5,
        }
    )
    return marks
