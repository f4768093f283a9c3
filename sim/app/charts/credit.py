"""Who deserves the credit? What each channel truly sold beside what rules of attribution say it sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.app.charts.chart import Chart, Look, base, digits, legend, name_axis, narrow, value_axis
from sim.app.luck import interval

if TYPE_CHECKING:
    from sim.experiments.attribution import Attribution

TRUTH = "truth"
RULES = {"last touch": ("diamond", "b"), "first touch": ("triangle", "c")}
"""Rules that are drawn, with marker and colour; the table has every way."""


def credit(found: Attribution, look: Look) -> Chart:
    """True sales of each channel with their interval (the same markets without it), and what rules give it."""
    words, colours = look.words, look.palette
    names = [one.name for one in found.channels]
    true = [interval(found.claims[TRUTH][:, c]) for c in range(len(names))]
    order = sorted(range(len(names)), key=lambda c: -true[c].mean)
    option = base(look, top=36, bottom=50)
    option["xAxis"] = value_axis(look, words("chart.credit.axis", unit=words(f"unit.{_unit(found)}")))
    option["yAxis"] = name_axis(look, [look.kind(names[c]) for c in order])
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "shadow"}}
    label = words("chart.credit.true")
    option["series"] = [
        {
            "type": "line",
            "data": [[digits(end), place] for end in true[c][1:3]],
            "lineStyle": {"color": look.palette.a, "width": 4},
            "itemStyle": {"color": look.palette.a},
            "symbol": "rect",
            "symbolSize": [2.5, 14],
            "silent": True,
            "tooltip": {"show": False},
        }
        for place, c in enumerate(order)
    ]
    marks = [(label, "circle", colours.a, [true[c].mean for c in order], 13)]
    for rule, (mark, mix) in RULES.items():
        if rule in found.claims:
            claimed = [interval(found.claims[rule][:, c]).mean for c in order]
            marks.append((words("chart.credit." + rule.replace(" ", "_")), mark, colours.mix(mix), claimed, 12))
    option["series"] += [
        {
            "type": "scatter",
            "name": name,
            "symbol": mark,
            "symbolSize": size,
            "itemStyle": {"color": colour, "borderColor": colours.surface, "borderWidth": 1.2},
            "data": [[digits(value), place] for place, value in enumerate(values)],
            "z": 4,
        }
        for name, mark, colour, values, size in marks
    ]
    option["legend"] = legend(
        look, [{"name": name, "icon": mark, "itemStyle": {"color": colour}} for name, mark, colour, _, _ in marks]
    )
    option["media"] = narrow(legend={"itemGap": 8}, grid={"top": 60})
    ways = [way for way in found.claims if way != TRUTH]
    rows = [
        [look.kind(names[c]), *(digits(one) for one in true[c][:3]),
         *(digits(interval(found.claims[way][:, c]).mean) for way in ways)]
        for c in order
    ]  # fmt: skip
    worst = max(order, key=lambda c: abs(interval(found.claims["last touch"][:, c]).mean - true[c].mean))
    said = words(
        "chart.credit.says",
        channel=look.kind(names[worst]),
        claimed=words.short(interval(found.claims["last touch"][:, worst]).mean),
        true=words.short(true[worst].mean),
    )
    return Chart(
        "credit",
        words("chart.credit.title"),
        words("chart.credit.subtitle", runs=words.number(len(found.seeds))),
        option,
        [words("chart.touchpoint"), label, words("chart.low"), words("chart.high"), *ways],
        rows,
        said,
        words("chart.credit.how"),
        height=110 + 42 * max(len(order), 2),
    )


def _unit(found: Attribution) -> str:
    return "units" if found.settings.outcome == "units" else "people"
