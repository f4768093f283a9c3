"""What does the answer depend on? Swings of every factor (tornado), and indices of variance or of screening."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.app.charts.chart import Chart, Look, base, clipped, digits, legend, name_axis, narrow, scaled, value_axis

if TYPE_CHECKING:
    from sim.app.studies.findings import Findings

MOST = 12
"""Factors that a chart draws: those that do most; its table has all."""
FAINT = 0.35


def tornado(found: Findings, look: Look) -> Chart:
    """Mean of the figure at both ends of each factor, from the mean of all points; pale where luck could do it."""
    words, colours, name = look.words, look.palette, found.output
    drawn = [one for one in found.ends if math.isfinite(one.swing)][:MOST]
    middle = scaled(name, found.mean)
    option = base(look, top=38, bottom=50, right=30)
    option["yAxis"] = name_axis(look, [clipped(one.factor) for one in drawn])
    option["xAxis"] = value_axis(look, _axis(look, found), scale=True)
    option["series"] = []
    for place, one in enumerate(drawn):
        for mean, colour in ((one.low, colours.b), (one.high, colours.a)):
            option["series"] += _bar(
                middle, [scaled(name, value) for value in mean], place, colour, one.sure, colours.ink
            )
    for key, colour in (("low", colours.b), ("high", colours.a)):
        option["series"].append(
            {
                "type": "scatter",
                "name": words(f"chart.tornado.{key}"),
                "symbol": "rect",
                "symbolSize": [3, 20],
                "itemStyle": {"color": colour},
                "data": [[digits(scaled(name, getattr(one, key)[0])), place] for place, one in enumerate(drawn)],
            }
        )
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "shadow"}}
    option["series"][-1]["markLine"] = {
        "silent": True, "symbol": "none", "lineStyle": {"color": colours.ink, "type": "solid", "width": 1},
        "label": {"show": False}, "data": [{"xAxis": digits(middle)}],
    }  # fmt: skip
    option["legend"] = legend(
        look, [{"name": words(f"chart.tornado.{key}"), "icon": "rect"} for key in ("low", "high")]
    )
    option["media"] = narrow(xAxis={"splitNumber": 2})
    rows = [
        [one.factor, *(cell for words_, mean in ((one.low_words, one.low), (one.high_words, one.high))
                       for cell in (words_, *(digits(scaled(name, value)) for value in mean))),
         "" if one.sure else words("chart.tornado.faint")]
        for one in found.ends
    ]  # fmt: skip
    return Chart(
        "tornado",
        words("chart.tornado.title"),
        words("chart.tornado.subtitle", figure=look.figure(name), points=words.number(found.points)),
        option,
        [words("study.setting"), *(words(key) for end in ("low", "high")
                                  for key in (f"chart.tornado.{end}", "chart.mean", "chart.low", "chart.high")), ""],
        rows,
        _says(found, look),
        words("chart.tornado.how"),
        height=110 + 40 * max(len(drawn), 2),
    )  # fmt: skip


def _says(found: Findings, look: Look) -> str:
    words, name = look.words, found.output
    first = found.ends[0]
    if not (first.sure and math.isfinite(first.swing)):
        return words("chart.tornado.none", figure=look.figure(name))
    ends = [look.amount(name, one[0], found.currency) for one in (first.low, first.high)]
    return words("chart.tornado.says", factor=first.factor, figure=look.figure(name), low=ends[0], high=ends[1])


def _axis(look: Look, found: Findings) -> str:
    unit = look.unit(found.output, found.currency)
    return f"{look.figure(found.output, start=True)} ({unit})" if unit else look.figure(found.output, start=True)


def _bar(
    start: float, mean: list[float], place: int, colour: str, sure: bool, ink: str, shift: float = 0.0
) -> list[dict[str, Any]]:
    """A bar from one value to another on a row of names, with its interval."""
    series: list[dict[str, Any]] = []
    ends = [(start, mean[0], 14, colour, 1.0 if sure else FAINT), (mean[1], mean[2], 1.4, ink, 0.8)]
    for low, high, width, shade, strength in ends:
        if math.isfinite(low) and math.isfinite(high):
            series.append(
                {
                    "type": "line",
                    "data": [[digits(low), place], [digits(high), place]],
                    "lineStyle": {"color": shade, "width": width, "opacity": strength, "cap": "butt"},
                    "symbol": "none",
                    "silent": True,
                    "tooltip": {"show": False},
                    "z": 2 if width > 2 else 3,
                }
            )
    return series


def indices(found: Findings, look: Look) -> Chart | None:
    """Sobol shares or Morris effects of each factor with their intervals; None where the design has none, or not yet."""
    if not found.indices:
        return None
    words, colours, name = look.words, look.palette, found.output
    key = "chart.share_of_variance" if found.kind == "sobol" else "chart.screening"
    factor = 100 if found.kind == "sobol" else scaled(name, 1.0)
    drawn = found.indices[:MOST]
    figure = look.figure(name)
    option = base(look, top=38, bottom=50)
    option["yAxis"] = name_axis(look, [clipped(one.factor) for one in drawn])
    unit = "%" if found.kind == "sobol" else look.unit(name, found.currency)
    option["xAxis"] = value_axis(look, f"{words(f'{key}.axis', figure=figure)} ({unit})")
    option["series"] = [
        {
            "type": "bar",
            "name": words(f"{key}.{kind}"),
            "data": [digits(factor * getattr(one, part)[0]) for one in drawn],
            "itemStyle": {"color": colour, "decal": decal},
            "barGap": "10%",
            "barMaxWidth": 16,
        }
        for kind, part, colour, decal in (
            ("alone", "first", colours.a, None),
            ("total", "total", colours.b, {"symbol": "rect", "color": "rgba(255,255,255,.35)", "dashArrayX": [1, 0],
                                           "dashArrayY": [2, 5], "rotation": 0.7}),
        )
    ]  # fmt: skip
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "shadow"}}
    option["legend"] = legend(look, [one["name"] for one in option["series"]])
    option["media"] = narrow(legend={"itemGap": 8})
    first = drawn[0]
    size = first.total if found.kind == "sobol" else first.first
    share = words.percent(size[0]) if found.kind == "sobol" else look.amount(name, size[0], found.currency)
    return Chart(
        "indices",
        words(f"{key}.title"),
        words(f"{key}.subtitle", figure=figure),
        option,
        [words("study.setting"), words(f"{key}.alone"), words("chart.low"), words("chart.high"),
         words(f"{key}.total"), words("chart.low"), words("chart.high")],
        [[one.factor, *(digits(factor * value) for value in (*one.first, *one.total))] for one in found.indices],
        words(f"{key}.says", factor=first.factor, figure=figure, share=share),
        words(f"{key}.how"),
        height=110 + 46 * max(len(drawn), 2),
    )  # fmt: skip
