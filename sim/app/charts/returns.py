"""When is more too much, and do channels help each other? Extra sales over spend, and effects of pairs beyond their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.app.charts.chart import (
    Chart,
    Look,
    base,
    digits,
    legend,
    name_axis,
    narrow,
    round_range,
    soft,
    upright,
    value_axis,
)
from sim.app.luck import interval, verdict
from sim.app.theme import MARKS

if TYPE_CHECKING:
    from sim.experiments.response import Response

MIXES = ("a", "b", "c", "today")
"""Colour and marker of each channel drawn, in the order of what they sell."""


def returns(found: Response, look: Look) -> Chart:
    """Sales gained over none of a channel, by money a week; the large mark is today's money.

    Curves end anywhere, so their names stand above: beside an end one could lie on another curve or its mark.
    """
    words, colours = look.words, look.palette
    weeks = found.scenario.horizon.days / 7
    gained = found.gained.mean(axis=2)
    order = [int(c) for c in np.argsort(-gained[:, found.today], kind="stable") if found.channels[c].budgeted][
        : len(MIXES)
    ]
    series, rows, said = [], [], []
    top = max([float(gained[c].max()) for c in order], default=1.0)
    low = min([float(gained[c].min()) for c in order], default=0.0)
    option = base(look, top=66, right=34, bottom=50)
    option["yAxis"] = upright(look, words("chart.returns.axis", unit=words("unit.units")), min(low, 0.0), top)
    most = max([float(found.spend[c].mean(axis=1).max()) / weeks for c in order], default=1.0)
    option["xAxis"] = value_axis(look, words("chart.returns.money", currency=found.currency), min=0,
                                 max=digits(round_range(0.0, most)[1]))  # fmt: skip
    option["tooltip"] |= {"trigger": "item"}
    option["legend"] = legend(look, [])
    for mix, c in zip(MIXES, order):
        name = look.kind(found.channels[c].name)
        money = found.spend[c].mean(axis=1) / weeks
        series += _curve(look, name, money, gained[c], found.today, mix)
        option["legend"]["data"].append({"name": name, "icon": MARKS[mix], "itemStyle": {"color": colours.mix(mix)}})
        for step in range(len(found.ladder)):
            each = interval(found.gained[c, step])
            rows.append([name, digits(float(money[step])), *(digits(one) for one in each[:3])])
        said.append(
            words("chart.returns.says", channel=name, money=words.short(float(money[found.today])), currency=found.currency,
                  sales=words.short(float(gained[c, found.today])))
        )  # fmt: skip
    option["series"] = series
    return Chart(
        "returns",
        words("chart.returns.title"),
        words("chart.returns.subtitle", runs=words.number(len(found.seeds))),
        option,
        [words("chart.touchpoint"), words("chart.returns.spent", currency=found.currency),
         *(words(f"chart.{one}") for one in ("mean", "low", "high"))],
        rows or [["–", None, None, None, None]],
        " ".join(said) or words("chart.returns.none"),
        words("chart.returns.how"),
    )  # fmt: skip


def _curve(look: Look, name: str, money: np.ndarray, gained: np.ndarray, today: int, mix: str) -> list[dict[str, Any]]:
    """One channel: a line through what was tried, and a mark at today's money."""
    colour = look.palette.mix(mix)
    points = [[digits(float(x)), digits(float(y))] for x, y in zip(money, gained)]
    return [
        {
            "type": "line",
            "name": name,
            "data": points,
            "symbol": "circle",
            "symbolSize": 4,
            "lineStyle": {"color": colour, "width": 2.5},
            "itemStyle": {"color": colour},
            "z": 3,
        },
        {
            "type": "scatter",
            "name": name,
            "data": [points[today]],
            "symbol": MARKS[mix],
            "symbolSize": 13,
            "itemStyle": {"color": colour, "borderColor": look.palette.surface, "borderWidth": 2},
            "z": 5,
        },
    ]


def synergy(found: Response, look: Look) -> Chart:
    """For each two channels: sales of both together less the sum of each alone; what lies within luck is grey."""
    words, colours = look.words, look.palette
    names = [one.name for one in found.channels]
    shown = [look.kind(name) for name in names]
    cells, rows, clear = [], [], []
    for (one, other), values in found.synergy.items():
        each = interval(values)
        sure = verdict(values) in ("more", "fewer")
        rows.append([f"{look.kind(one)} + {look.kind(other)}", *(digits(value) for value in each[:3]),
                     words("chart.synergy.sure" if sure else "chart.synergy.open")])  # fmt: skip
        if sure:
            clear.append((abs(each.mean), one, other, each.mean))
        colour = soft(colours.good if each.mean > 0 else colours.bad, 0.75) if sure else soft(colours.faint, 0.18)
        text = words.short(each.mean, sign=True) if sure else "–"
        cells.append({
            "value": [*sorted((names.index(one), names.index(other))), digits(each.mean)],
            "itemStyle": {"color": colour},
            "label": {"show": True, "formatter": text, "color": colours.ink if sure else colours.muted},
        })  # fmt: skip
    option = base(look, top=10, bottom=40)
    option["xAxis"] = name_axis(look, shown[:-1] or shown, vertical=False, splitArea={"show": False})
    wide = 92 if len(shown) < 5 else 74  # few columns have room for long words whole
    option["xAxis"]["axisLabel"] |= {"interval": 0, "width": wide, "overflow": "break", "lineHeight": 14}
    option["yAxis"] = name_axis(look, shown)
    option["yAxis"]["splitLine"] = {"show": True, "lineStyle": {"color": colours.grid}}
    option["xAxis"]["splitLine"] = {"show": True, "lineStyle": {"color": colours.grid}}
    option["series"] = [
        {"type": "heatmap", "data": cells, "itemStyle": {"borderColor": colours.surface, "borderWidth": 2}}
    ]
    aslant = {"rotate": 50, "width": 96, "overflow": "truncate"}  # columns of a phone are narrower than names
    option["media"] = narrow(xAxis={"axisLabel": aslant}, grid={"bottom": 24})
    # Without a visual map a heat map draws nothing; every cell has its own colour already.
    option["visualMap"] = {"show": False, "min": 0, "max": 1, "inRange": {"opacity": [1, 1]}}
    said, subtitle = words("chart.synergy.none"), words("chart.synergy.subtitle", runs=words.number(len(found.seeds)))
    if not clear:
        subtitle = f"{said} {subtitle}"
    else:
        _, one, other, value = max(clear)
        said = words(
            "chart.synergy.says", one=look.kind(one), other=look.kind(other), sales=words.short(value, sign=True)
        )
    return Chart(
        "synergy",
        words("chart.synergy.title"),
        subtitle,
        option,
        [
            words("chart.synergy.pair"),
            words("chart.mean"),
            words("chart.low"),
            words("chart.high"),
            words("chart.synergy.verdict"),
        ],
        rows or [["–", None, None, None, "–"]],
        said,
        words("chart.synergy.how"),
        height=120 + 44 * max(len(names), 2),
    )
