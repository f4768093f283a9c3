"""Which paths lead to the first purchase? A table, for paths are read and not measured by eye."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.app.charts.chart import Chart, Look, base, digits, name_axis, narrow, value_axis
from sim.app.journeys import Way

KINDS = ("common", "short", "loop", "friend")
MOST = 6
FRIENDS = {"friend", "advice", "referral"}
"""Touches that come from people one knows."""


def chosen(ways: Sequence[Way], kind: str = "common") -> list[Way]:
    """Paths of one kind, most travelled first: the most common, the shortest, those with a loop, those with friends.

    Raises ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is no kind of path; there are {', '.join(KINDS)}")
    if kind == "short":
        return sorted(ways, key=lambda way: (len(way.stages), -way.people))[:MOST]
    if kind == "loop":
        return [way for way in ways if len(set(way.stages)) < len(way.stages)][:MOST]
    if kind == "friend":
        return [way for way in ways if FRIENDS & set(way.kinds)][:MOST]
    return list(ways[:MOST])


def path_table(ways: Sequence[Way], look: Look, kind: str = "common") -> Chart:
    """Paths to the first purchase with their share of buyers, days and conversion."""
    words = look.words
    some = chosen(ways, kind)
    names = [" › ".join(look.stage(stage) for stage in way.stages) for way in some]
    rows: list[list[Any]] = [
        [name, digits(100 * way.share, 3), len(way.stages) - 1, ", ".join(look.kind(one) for one in way.kinds),
         digits(way.days, 3), digits(way.per_hundred, 3)]
        for name, way in zip(names, some)
    ]  # fmt: skip
    option = base(look, top=8)
    option["xAxis"] = value_axis(look, words("chart.paths.axis"), min=0)
    option["yAxis"] = name_axis(look, names)
    option["yAxis"]["axisLabel"] |= {"width": 300, "overflow": "break", "lineHeight": 15}
    option["grid"]["left"] += 12  # ECharts does not count the space at which it breaks a line
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "shadow"}}
    option["series"] = [
        {
            "type": "bar",
            "barWidth": 14,
            "name": words("chart.paths.share"),
            "itemStyle": {"color": look.palette.forward, "borderRadius": [0, 2, 2, 0]},
            "data": [digits(100 * way.share, 3) for way in some],
        }
    ]
    option["media"] = narrow(yAxis={"axisLabel": {"width": 170, "fontSize": 10, "lineHeight": 12}})
    said = words("chart.paths.none")
    if some:
        said = words(
            "chart.paths.says", path=names[0], share=words.percent(some[0].share), days=words.number(some[0].days)
        )
    return Chart(
        "paths",
        words("chart.paths.title"),
        words("chart.paths.subtitle", paths=words.number(len(ways))) if some else said,
        option,
        [words(f"chart.paths.{one}") for one in ("path", "share", "steps", "met", "days", "per_hundred")],
        rows or [["–", None, None, "–", None, None]],
        said,
        words("chart.paths.how"),
        height=70 + 44 * max(len(some), 2),
    )
