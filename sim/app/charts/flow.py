"""How do people move? The journey as arrows, forwards, backwards and out; and stage by stage through the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.app.charts.chart import Chart, Look, apart, base, digits, soft
from sim.app.charts.losses import Moves, Order
from sim.app.theme import DARK, stage_colours

THINNEST, WIDEST = 1.0, 13.0
POWER = 0.6
"""Width grows with people to this power, so that small flows stay visible beside large ones."""
LEAST_SHARE = 0.002
"""Flows below this share of the largest are left out."""
ACROSS, DOWN = 150.0, 118.0
BOX = "path://M5 0H87A5 5 0 0 1 92 5V25A5 5 0 0 1 87 30H5A5 5 0 0 1 0 25V5A5 5 0 0 1 5 0Z"
"""A stage's box with round corners; the drawing library's own are drawn out with its width."""
MOST_LABELS = 10
YEAR_HEIGHT, INSIDE, NODE_GAP = 400, 350, 5


def journey_flow(travelled: Moves, look: Look, weeks: float, against: Moves | None = None) -> Chart:
    """Moves between stages a week as arrows; with `against`, the change from those moves: wider for more, dashed for fewer."""
    words = look.words
    flows = travelled.moves / weeks
    before = None if against is None else against.moves / weeks
    shown = flows if before is None else flows - before
    biggest = float(np.abs(shown).max()) or 1.0
    places = _places(travelled)
    links: list[dict[str, Any]] = []
    ranked = sorted(np.ndindex(shown.shape), key=lambda pair: -abs(shown[pair]))
    for number, (origin, target) in enumerate(ranked):
        people = float(shown[origin, target])
        if origin == target or abs(people) < LEAST_SHARE * biggest:
            continue
        way = way_of(travelled, origin, target)
        links.append(
            _link(look, travelled, (origin, target), people, biggest, way, number < MOST_LABELS, before is not None)
        )
    option = base(look)
    del option["grid"]
    option["tooltip"] |= {"trigger": "item"}
    option["series"] = [
        {
            "type": "graph",
            "layout": "none",
            "left": "center",
            "top": "middle",
            "width": "86%",  # the height follows: one scale for both directions keeps arrows and letters in shape
            "roam": False,
            "silent": False,
            "data": [
                *(_node(look, travelled.stages[stage], *place) for stage, place in places.items()),
                *_corners(places),
            ],
            "links": links,
            "edgeSymbol": ["none", "arrow"],
            "edgeSymbolSize": 9,
            "emphasis": {"disabled": True},
        }
    ]
    rows = [
        [look.stage(travelled.stages[a]), look.stage(travelled.stages[b]), words(f"chart.flow.{way_of(travelled, a, b)}"),
         digits(float(flows[a, b]), 4), *([] if before is None else [digits(float(before[a, b]), 4)])]
        for a, b in sorted(np.ndindex(flows.shape), key=lambda pair: -flows[pair])
        if a != b and flows[a, b] > 0
    ]  # fmt: skip
    kind = "change" if against is not None else "title"
    totals = {way: sum(float(flows[a, b]) for a, b in np.ndindex(flows.shape) if a != b and way_of(travelled, a, b) == way)
              for way in ("forward", "back", "lost")}  # fmt: skip
    said = words("chart.flow.says", **{way: words.short(one) for way, one in totals.items()})
    return Chart(
        "journey_flow",
        words(f"chart.flow.{kind}"),
        words("chart.flow.subtitle" if before is None else "chart.flow.subtitle_change"),
        option,
        [words("chart.flow.from"), words("chart.flow.to"), words("chart.flow.way"), words("chart.flow.people"),
         *([] if before is None else [words("chart.today")])],
        rows,
        said,
        words("chart.flow.how"),
        height=380,
        least=760,
    )  # fmt: skip


def _places(travelled: Moves) -> dict[int, tuple[float, float]]:
    """Stages on the path in a row; those of lost people below its right half."""
    places = {stage: (ACROSS * number, 0.0) for number, stage in enumerate(travelled.order)}
    middle = ACROSS * (len(travelled.order) - 1)
    for number, stage in enumerate(travelled.lost):
        places[stage] = (middle * (0.62 - 0.34 * number), DOWN * 1.25)
    return places


def _corners(places: dict[int, tuple[float, float]]) -> list[dict[str, Any]]:
    """Unseen points that keep room for the arches above the row."""
    right = max(x for x, _ in places.values())
    unseen = {"symbol": "none", "symbolSize": 0, "label": {"show": False}, "tooltip": {"show": False}, "silent": True}
    return [{"name": f"corner {x}", "x": x, "y": -DOWN, **unseen} for x in (0.0, right)]


def way_of(travelled: Order, origin: int, target: int) -> str:
    """Which way a move goes: forward, back, lost, or (for the lost) returning."""
    if target in travelled.lost:
        return "lost"
    if origin in travelled.lost:
        return "back" if target == travelled.order[0] else "return"
    rank = {stage: place for place, stage in enumerate(travelled.order)}
    return "forward" if rank[target] > rank[origin] else "back"


def _node(look: Look, stage: str, x: float, y: float) -> dict[str, Any]:
    colours = look.palette
    return {
        "name": stage,
        "x": x,
        "y": y,
        "symbol": BOX,
        "symbolSize": [92, 30],
        "itemStyle": {"color": colours.raised, "borderColor": colours.faint, "borderWidth": 1.2},
        "label": {
            "show": True,
            "formatter": look.stage(stage),
            "color": colours.ink,
            "fontSize": 12,
            "fontWeight": 600,
        },
        "tooltip": {"formatter": look.stage(stage)},
    }


def _link(
    look: Look,
    travelled: Moves,
    ends: tuple[int, int],
    people: float,
    biggest: float,
    way: str,
    labelled: bool,
    change: bool,
) -> dict[str, Any]:
    """One arrow: colour and side by its way, width by people; in a view of changes fewer is dashed."""
    colours, words = look.palette, look.words
    colour = {"forward": colours.forward, "return": colours.good, "back": colours.back, "lost": colours.lost}[way]
    origin, target = (travelled.stages[end] for end in ends)
    rank = {stage: place for place, stage in enumerate(travelled.order)}
    span = abs(rank[ends[1]] - rank[ends[0]]) if ends[0] in rank and ends[1] in rank else 1
    curve = 0.0 if way == "lost" or ends[0] in travelled.lost else 0.55 if span == 1 else 0.30
    said = words.short(people, sign=change)
    text = words("chart.flow.tip", origin=look.stage(origin), target=look.stage(target), people=said)
    return {
        "source": origin,
        "target": target,
        "value": digits(people),
        "lineStyle": {
            "color": colour,
            "width": round(max(THINNEST, WIDEST * (abs(people) / biggest) ** POWER), 1),
            "opacity": 0.75,
            "curveness": curve,
            "type": "dashed" if change and people < 0 else "solid",
        },
        "label": {
            "show": labelled,
            "formatter": said,
            "color": colours.ink,
            "fontSize": 11,
            "backgroundColor": soft(colours.surface, 0.85),
            "padding": [1, 3],
            "borderRadius": 3,
        },
        "symbolSize": [0, min(6 + WIDEST * (abs(people) / biggest) ** POWER, 16)],
        "tooltip": {"formatter": text},
    }


def through_the_year(flows: np.ndarray, travelled: Moves, look: Look) -> Chart:
    """People at each stage at the ends of equal parts of the run, with ribbons between: (parts, S, S) real people."""
    words, colours = look.words, look.palette
    parts = len(flows)
    order = [*travelled.order, *travelled.lost]
    nodes, links = [], []
    every, most = float(flows[0].sum()), 1
    column: list[float] = []
    for part in range(parts + 1):
        people = flows[part].sum(axis=1) if part < parts else flows[-1].sum(axis=0)
        there = [stage for stage in order if people[stage] > 0]
        most = max(most, len(there))
        nodes += [_stack(look, travelled, part, stage, float(people[stage] / every), part == parts) for stage in there]
        column = [float(people[stage] / every) for stage in there]
    for node, move in zip(nodes[-len(column) :], _label_moves(column, most)):
        node["label"]["offset"] = [0, round(move)]
    for part in range(parts):
        for origin, target in np.ndindex(flows[part].shape):
            people = float(flows[part][origin, target])
            if people <= 0:
                continue
            way = "stay" if origin == target else way_of(travelled, origin, target)
            colour = {"stay": colours.faint, "forward": colours.forward, "return": colours.good}.get(way, colours.back)
            links.append(
                {
                    "source": f"{part} {travelled.stages[origin]}",
                    "target": f"{part + 1} {travelled.stages[target]}",
                    "value": digits(people),
                    "lineStyle": {"color": colour, "opacity": 0.10 if way == "stay" else 0.42},
                }
            )
    option = base(look)
    del option["grid"]
    option["tooltip"] |= {"trigger": "item", "formatter": "{c}"}
    option["series"] = [
        {
            "type": "sankey",
            "left": 10,
            "right": 16,
            "top": 12,
            "bottom": YEAR_HEIGHT - 12 - INSIDE,
            "nodeWidth": 13,
            "nodeGap": NODE_GAP,
            "draggable": False,
            "layoutIterations": 0,
            "data": nodes,
            "links": links,
            "emphasis": {"disabled": True},
        }
    ]
    option["graphic"] = _times(look, parts)
    rows = [
        [look.stage(travelled.stages[stage]),
         *(digits(float(flows[part].sum(axis=1)[stage]), 4) for part in range(parts)),
         digits(float(flows[-1].sum(axis=0)[stage]), 4)]
        for stage in order
    ]  # fmt: skip
    ends = flows[-1].sum(axis=0)
    owners = sum(float(ends[stage]) for stage in travelled.owners)
    return Chart(
        "through_the_year",
        words("chart.year.title"),
        words("chart.year.subtitle"),
        option,
        [
            words("chart.stage"),
            *(words("chart.year.part", part=part) for part in range(parts)),
            words("chart.year.end"),
        ],
        rows,
        words("chart.year.says", owners=words.short(owners), people=words.short(every)),
        words("chart.year.how"),
        height=YEAR_HEIGHT,
        stiff=True,
    )


def _stack(look: Look, travelled: Moves, part: int, stage: int, share: float, last: bool) -> dict[str, Any]:
    """One block of the alluvial picture; only the last column has names, and only where there is room."""
    ramp = stage_colours(look.palette == DARK, travelled.order, travelled.lost)[stage]
    colours = look.palette
    name = look.stage(travelled.stages[stage])
    return {
        "name": f"{part} {travelled.stages[stage]}",
        "depth": part,
        "itemStyle": {"color": ramp, "borderColor": colours.faint, "borderWidth": 0.5},
        "label": {
            "show": last,
            "position": "right",
            "formatter": f"{name}  {look.words.percent(share)}",
            "color": colours.ink,
            "fontSize": 12,
        },
        "tooltip": {"formatter": f"{name}: {look.words.percent(share, 1)}"},
    }


def _label_moves(shares: list[float], most: int) -> list[float]:
    """How far to move the names beside the last column so that each can be read: shares of people, top to bottom."""
    room = INSIDE - NODE_GAP * (most - 1)
    middles, top = [], 0.0
    for share in shares:
        middles.append(top + share * room / 2)
        top += share * room + NODE_GAP
    return apart(middles)


def _times(look: Look, parts: int) -> list[dict[str, Any]]:
    """Names of the moments below the columns."""
    words = look.words
    texts = [words("chart.year.start"), words("chart.year.end")]
    places: Sequence[dict[str, Any]] = ({"left": 6}, {"right": 16})
    return [
        {"type": "text", "bottom": 4, **place, "style": {"text": text, "fill": look.palette.muted, "fontSize": 12}}
        for text, place in zip(texts, places)
    ]
