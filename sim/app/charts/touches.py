"""What moves people forward: the last touchpoint that they noticed before each step, plan beside plan."""

from __future__ import annotations

import numpy as np

from sim.app.charts.chart import TODAY, Chart, Look, base, digits, legend, name_axis, runs_said, value_axis
from sim.app.charts.difference import Paired

MOST_KINDS = 8


def leaders(pairs: Paired) -> tuple[list[int], dict[str, np.ndarray]]:
    """Kinds of touch before the most steps forward under any plan, and the mean steps (K,) of every plan."""
    plans = {TODAY: pairs.today, **pairs.plans}
    kinds = len(pairs.today[0].kinds)
    mean = {key: np.mean([run.forward[:kinds] for run in runs], axis=0) for key, runs in plans.items()}
    biggest = np.max(np.array(list(mean.values())), axis=0)
    return [int(kind) for kind in np.argsort(-1.0 * biggest) if biggest[kind] > 0][:MOST_KINDS], mean


def touchpoints(pairs: Paired, look: Look) -> Chart:
    """Steps forward by the last touchpoint noticed before, in people: today's plan as a mark, the others as bars."""
    words, colours = look.words, look.palette
    plans = {TODAY: pairs.today, **pairs.plans}
    first = pairs.today[0]
    chosen, mean = leaders(pairs)
    names = [look.kind(first.kinds[kind]) for kind in chosen]
    option = base(look, top=34, bottom=30)
    option["xAxis"] = value_axis(look, words("chart.touches.axis"), min=0)
    option["yAxis"] = name_axis(look, names)
    option["tooltip"] |= {"trigger": "axis", "axisPointer": {"type": "shadow"}}
    wide = 15 if len(plans) == 2 else 20 // max(len(plans) - 1, 1)
    option["series"] = [
        {
            "type": "bar",
            "name": look.name(key),
            "barWidth": wide,
            "itemStyle": {"color": look.colour(key), "borderRadius": [0, 2, 2, 0]},
            "data": [digits(float(each[kind])) for kind in chosen],
        }
        for key, each in mean.items()
        if key != TODAY or len(plans) == 1
    ]
    items = [
        {"name": look.name(key), "icon": look.mark(key) if key == TODAY and len(plans) > 1 else "roundRect",
         "itemStyle": {"color": look.colour(key)}}
        for key in plans
    ]  # fmt: skip
    if len(plans) > 1:
        option["series"].append(
            {
                "type": "scatter",
                "name": look.name(TODAY),
                "symbol": look.mark(TODAY),
                "symbolSize": 11,
                "itemStyle": {"color": look.colour(TODAY), "borderColor": colours.surface, "borderWidth": 1.5},
                "data": [[digits(float(mean[TODAY][kind])), place] for place, kind in enumerate(chosen)],
                "z": 4,
            }
        )
    option["legend"] = legend(look, items)
    rows = [[name, *(digits(float(each[kind]), 5) for each in mean.values())] for name, kind in zip(names, chosen)]
    shown = [key for key in plans if key != TODAY] or [TODAY]
    first_three = ", ".join(
        f"{name} {words.short(float(mean[shown[-1]][kind]))}" for name, kind in zip(names[:3], chosen)
    )
    return Chart(
        "touches",
        words("chart.touches.title"),
        words("chart.touches.subtitle", runs=runs_said(look, len(pairs.today), pairs.consumers)),
        option,
        [words("chart.touchpoint"), *(look.name(key) for key in plans)],
        rows,
        words("chart.touches.says", name=look.name(shown[-1]), leaders=first_three),
        words("chart.touches.how"),
        height=72 + 32 * max(len(names), 3),
    )
