"""How sales, customers or revenue build up week by week, and how the difference between plans does."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.app.charts.chart import (
    TODAY,
    Chart,
    Look,
    apart,
    base,
    clipped,
    digits,
    row_of,
    runs_said,
    soft,
    upright,
    week_axis,
)
from sim.app.charts.difference import Paired
from sim.app.luck import interval

PLOT_HEIGHT = 220.0
"""Pixels between the axes' ends in a chart of the usual height, near enough to keep names apart."""
MOST_LETTERS = 24
"""Of a name at the end of a line; the table and the legend have all."""
MOST_BANDS = 2
"""Bands of more plans than this hide one another."""


def build_up(pairs: Paired, look: Look, flow: str = "units") -> Chart:
    """Totals so far: the median market as a line, four of five markets inside the band (for at most two plans)."""
    words = look.words
    plans = {TODAY: pairs.today, **pairs.plans}
    sums = {key: so_far([run.flows[flow] for run in runs]) for key, runs in plans.items()}
    weeks = pairs.today[0].weeks
    tops = [np.quantile(each, 0.9, axis=0).max() for each in sums.values()]
    axis = words("chart.build_up.axis", figure=look.figure(flow, start=True))
    option = frame(look, axis, weeks, 0.0, float(max(tops)))
    banded = list(sums)[-MOST_BANDS:] if len(sums) <= MOST_BANDS else []
    series: list[dict[str, Any]] = []
    for key in sums:
        if key in banded:
            series += band(look, key, np.quantile(sums[key], 0.1, axis=0), np.quantile(sums[key], 0.9, axis=0))
    series += lines(look, option, {key: np.median(each, axis=0) for key, each in sums.items()})
    option["series"] = series
    rows = [
        [week, *(digits(float(np.median(each[:, week])), 6) for each in sums.values())] for week in range(weeks + 1)
    ]
    ends = [
        words(
            "chart.build_up.says",
            name=look.name(key),
            median=words.short(float(np.median(each[:, -1]))),
            low=words.short(float(np.quantile(each[:, -1], 0.1))),
            high=words.short(float(np.quantile(each[:, -1], 0.9))),
        )
        for key, each in sums.items()
    ]
    return Chart(
        "build_up",
        words("chart.build_up.title", figure=look.figure(flow)),
        words(
            "chart.build_up.subtitle" if banded else "chart.build_up.subtitle_many",
            runs=runs_said(look, len(pairs.today), pairs.consumers),
        ),
        option,
        [words("chart.week"), *(look.name(key) for key in sums)],
        rows,
        " ".join(ends),
        words("chart.build_up.how"),
    )


def difference_builds_up(pairs: Paired, look: Look, flow: str = "units") -> Chart:
    """Mean paired difference to today's plan so far, with the 95 % interval of the mean."""
    words = look.words
    weeks = pairs.today[0].weeks
    base_ = so_far([run.flows[flow] for run in pairs.today])
    found = {}
    for key, runs in pairs.plans.items():
        each = so_far([run.flows[flow] for run in runs]) - base_
        found[key] = np.array([interval(column)[:3] for column in each.T]).T
    ends_of = np.concatenate([part for each in found.values() for part in each])
    axis = words("chart.builds.axis", figure=look.figure(flow, start=True))
    option = frame(look, axis, weeks, *(float(one) for one in (np.nanmin(ends_of), np.nanmax(ends_of))))
    series: list[dict[str, Any]] = []
    if len(found) <= MOST_BANDS:
        for key, (_, low, high) in found.items():
            series += band(look, key, low, high)
    series += lines(look, option, {key: mean for key, (mean, _, _) in found.items()})
    series[-1]["markLine"] = _level(look)
    option["series"] = series
    rows = [[week, *(digits(mean[week], 6) for mean, _, _ in found.values())] for week in range(weeks + 1)]
    ends = [
        words("chart.builds.says", name=look.name(key), mean=words.short(float(mean[-1]), sign=True))
        for key, (mean, _, _) in found.items()
    ]
    return Chart(
        "builds",
        words("chart.builds.title", figure=look.figure(flow)),
        words("chart.builds.subtitle", runs=runs_said(look, len(pairs.today), pairs.consumers)),
        option,
        [words("chart.week"), *(look.name(key) for key in found)],
        rows,
        " ".join(ends),
        words("chart.builds.how"),
    )


def so_far(flows: list[np.ndarray]) -> np.ndarray:
    """Running totals with a nought before the first week, float64 (runs, weeks + 1)."""
    sums = np.cumsum(np.array(flows, float), axis=1)
    return np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)


def frame(look: Look, axis: str, weeks: int, low: float, high: float) -> dict[str, Any]:
    """Axes for lines by week; the page makes room for their names at the right."""
    option = base(look, top=38, right=16, bottom=30)
    option["xAxis"] = week_axis(look, weeks)
    option["yAxis"] = upright(look, axis, low, high)
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"lineStyle": {"color": look.palette.line}}}
    return option


def lines(look: Look, option: dict[str, Any], values: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """A line for each plan, its name at its end, moved where names would lie on one another."""
    axis = option["yAxis"]
    pixels = PLOT_HEIGHT / (axis["max"] - axis["min"])
    ends = [(axis["max"] - float(each[np.isfinite(each)][-1])) * pixels for each in values.values()]
    moves = apart(ends)
    return [_line(look, key, each, move) for (key, each), move in zip(values.items(), moves)]


def _line(look: Look, key: str, values: np.ndarray, move: float) -> dict[str, Any]:
    colour = look.colour(key)
    return {
        "type": "line",
        "name": look.name(key),
        "data": row_of(values),
        "symbol": "none",
        "lineStyle": {"color": colour, "width": 2.5, "type": look.dash(key)},
        "itemStyle": {"color": colour},
        "endLabel": {
            "show": True,
            "formatter": clipped(look.name(key), MOST_LETTERS),
            "color": colour,
            "fontWeight": 600,
            "offset": [0, round(move)],
        },
        "z": 4,
    }


def band(look: Look, key: str, low: np.ndarray, high: np.ndarray) -> list[dict[str, Any]]:
    """The ground between two lines, drawn as an invisible line and what lies on it.

    Lines of one stack add up only where they have one sign, so `stackStrategy` is "all".
    """
    shared = {
        "type": "line",
        "stack": f"band {key}",
        "stackStrategy": "all",
        "symbol": "none",
        "lineStyle": {"width": 0, "opacity": 0},
        "silent": True,
        "tooltip": {"show": False},
        "z": 1,
    }
    fill = {"color": soft(look.colour(key), 0.16), "opacity": 1}
    return [{**shared, "data": row_of(low)}, {**shared, "data": row_of(high - low), "areaStyle": fill}]


def _level(look: Look) -> dict[str, Any]:
    """A line at nought."""
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": look.palette.ink, "type": "solid", "width": 1},
        "label": {"show": False},
        "data": [{"yAxis": 0}],
    }
