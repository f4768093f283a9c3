"""How do two settings go together, and which lead where? A map of two factors with grey gaps, and parallel axes of all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.app.charts.chart import Chart, Look, base, clipped, digits, name_axis, narrow, scaled
from sim.app.theme import contrast

if TYPE_CHECKING:
    from sim.app.studies.findings import Findings

SHADES = {False: ("#E3EDF8", "#8DB8EC", "#2F6FC2", "#14357F"), True: ("#22344B", "#2F5C93", "#5B9BE0", "#CFE4FC")}
"""From low to high, light theme and dark: away from the page's own shade."""
GAP = {False: "#C9CDD3", True: "#4A5563"}
"""Cells without points."""


def heat_map(found: Findings, look: Look) -> Chart | None:
    """Mean of the figure over every pair of parts of two factors; None for a study of one factor."""
    if not found.cells.size:
        return None
    words, name = look.words, found.output
    dark = look.palette.page < look.palette.ink
    values = np.vectorize(lambda one: scaled(name, one))(found.cells)
    known = np.isfinite(values)
    low, high = (float(end) for end in (values[known].min(), values[known].max())) if known.any() else (0.0, 1.0)
    across, up = found.cell_names
    option = base(look, top=16, right=24, bottom=84, left=12)
    option["grid"] |= {"show": True, "backgroundColor": GAP[dark], "borderWidth": 0}
    option["xAxis"] = name_axis(look, [clipped(one, 16) for one in across], vertical=False, name=clipped(found.across, 40),
                                nameLocation="middle", nameGap=28, nameTextStyle={"color": look.palette.ink})  # fmt: skip
    option["xAxis"]["axisLabel"] |= {"hideOverlap": True, "fontSize": 11}
    option["yAxis"] = name_axis(look, [clipped(one, 16) for one in up], inverse=False, name=clipped(found.up, 30),
                                nameLocation="end", nameTextStyle={"color": look.palette.ink, "align": "left"})  # fmt: skip
    option["grid"]["top"] = 34
    option["visualMap"] = {
        "min": digits(low), "max": digits(high) if high > low else digits(low + 1), "calculable": False,
        "orient": "horizontal", "left": "center", "bottom": 0, "itemWidth": 12, "itemHeight": 150,
        "inRange": {"color": list(SHADES[dark])}, "textStyle": {"color": look.palette.muted},
        "text": [look.bare(name, high / scaled(name, 1)), look.bare(name, low / scaled(name, 1))],
    }  # fmt: skip
    option["series"] = [
        {
            "type": "heatmap",
            "data": [
                {
                    "value": [x, y, digits(values[y, x])],
                    "label": {"color": _ink(values[y, x], low, high, dark),
                              "formatter": look.bare(name, float(found.cells[y, x]))},
                }
                for y, x in np.argwhere(known).tolist()
            ],
            "label": {"show": values.shape[1] <= 10, "fontSize": 11},
            "itemStyle": {"borderColor": look.palette.surface, "borderWidth": 1},
        }
    ]  # fmt: skip
    option["media"] = narrow(series=[{"label": {"show": False}}])
    best = np.unravel_index(int(np.nanargmax(values)), values.shape) if known.any() else (0, 0)
    alt = words("chart.map.says", figure=look.figure(name), value=look.amount(name, float(found.cells[best]), found.currency),
                across=found.across, x=across[best[1]], up=found.up, y=up[best[0]])  # fmt: skip
    return Chart(
        "map",
        words("chart.map.title"),
        words("chart.map.subtitle", figure=f"{look.figure(name)} ({look.unit(name, found.currency)})"),
        option,
        [found.up, *across],
        [[up[y], *(digits(one) for one in values[y])] for y in range(len(up))],
        alt if known.any() else words("chart.map.none"),
        words("chart.map.how"),
        height=360,
    )


def _ink(value: float, low: float, high: float, dark: bool) -> str:
    """Black or white, whichever is read better on a cell."""
    shades = SHADES[dark]
    place = (value - low) / ((high - low) or 1.0) * (len(shades) - 1)
    left = min(int(place), len(shades) - 2)
    ends = [[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in shades[left : left + 2]]
    mixed = [round(a + (place - left) * (b - a)) for a, b in zip(*ends)]
    ground = "#" + "".join(f"{min(max(one, 0), 255):02X}" for one in mixed)
    return max(("#101720", "#FFFFFF"), key=lambda ink: contrast(ink, ground))


def many_axes(found: Findings, look: Look) -> Chart:
    """A line through all settings of each point to its outcome, coloured by it."""
    words, name, colours = look.words, found.output, look.palette
    dark = colours.page < colours.ink
    outcome = np.array([scaled(name, one) for one in found.lines[:, -1]])
    low, high = float(outcome.min()), float(outcome.max())
    last = len(found.axes)
    option = base(look)
    del option["grid"]
    option["parallelAxis"] = [
        _axis(look, number, axis, found.lines[:, number]) for number, axis in enumerate(found.axes)
    ] + [
        {
            "dim": last,
            "scale": True,
            "name": clipped(look.figure(name, start=True), 20),
            "nameTextStyle": {"color": colours.ink, "fontWeight": 600},
        }
    ]
    option["parallel"] = {
        "left": 50, "right": 90, "top": 44, "bottom": 24,
        "parallelAxisDefault": {
            "axisLine": {"lineStyle": {"color": colours.line}}, "axisTick": {"show": False},
            "axisLabel": {"color": colours.ink, "fontSize": 11, "textBorderColor": colours.surface, "textBorderWidth": 3},
            "nameTextStyle": {"color": colours.muted, "fontSize": 12},
            "nameGap": 16, "splitNumber": 4,
            "areaSelectStyle": {"width": 18, "borderColor": colours.primary, "color": colours.primary, "opacity": 0.25},
        },
    }  # fmt: skip
    option["media"] = narrow(parallel={"left": 24, "right": 64, "parallelAxisDefault": {"splitNumber": 2}})
    option["visualMap"] = {
        "show": False, "dimension": last, "min": low, "max": high if high > low else low + 1,
        "inRange": {"color": list(SHADES[dark][1:])},
    }  # fmt: skip
    option["tooltip"] = {"show": False}
    option["series"] = [
        {
            "type": "parallel",
            "lineStyle": {"width": 1.2, "opacity": max(0.16, min(0.55, 36 / len(found.lines)))},
            "inactiveOpacity": 0.04,
            "activeOpacity": 0.9,
            "smooth": False,
            "data": [[*(_value(axis, one) for axis, one in zip(found.axes, line)), digits(scaled(name, line[-1]))]
                     for line in found.lines.tolist()],
        }
    ]  # fmt: skip
    ends = [
        look.amount(name, float(end), found.currency) for end in (found.lines[:, -1].min(), found.lines[:, -1].max())
    ]
    shown = words.number(len(found.lines))
    return Chart(
        "axes",
        words("chart.axes.title"),
        words("chart.axes.subtitle", figure=f"{look.figure(name)} ({look.unit(name, found.currency)})", points=shown),
        option,
        [*(axis.name for axis in found.axes), look.figure(name, start=True)],
        [list(row) for row in option["series"][0]["data"]],
        words(
            "chart.axes.says",
            points=shown,
            factors=words.number(last),
            figure=look.figure(name),
            low=ends[0],
            high=ends[1],
        ),
        words("chart.axes.how"),
        height=360,
    )


def _axis(look: Look, number: int, axis: Any, values: np.ndarray) -> dict[str, Any]:
    entry: dict[str, Any] = {"dim": number, "name": clipped(axis.name, 18)}
    if axis.names:
        return entry | {"type": "category", "data": list(axis.names)}
    return entry | ({"type": "log"} if axis.log and float(values.min()) > 0 else {"scale": True})


def _value(axis: Any, value: float) -> Any:
    if not math.isfinite(value):
        return None
    return axis.names[int(value)] if axis.names else digits(value)
