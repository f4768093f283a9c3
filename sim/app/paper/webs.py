"""Charts without axes: arrows between boxes, ribbons between columns, and lines across many upright axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from sim.app.paper.cartesian import ramp, said
from sim.app.paper.sheet import DASHES, Sheet, shade
from sim.plots import style

ALONG = np.linspace(0.0, 1.0, 241)
"""Steps along an arrow."""
MOST_UPRIGHT = 1.6
"""How much a web may be drawn out upwards: paper has room there."""
ROOM_BETWEEN = 26.0
"""Pixels between the names of neighbouring upright axes."""


def draw_graph(sheet: Sheet, option: dict[str, Any]) -> None:
    """Boxes where the chart has them, and arrows whose width is the chart's; all of it fills the sheet."""
    series = option["series"][0]
    boxes = {one["name"]: one for one in series["data"] if "itemStyle" in one}
    middles = {name: np.array([one["x"], -one["y"]], float) for name, one in boxes.items()}
    curves = [
        _curve(middles[one["source"]], middles[one["target"]], one["lineStyle"]["curveness"]) for one in series["links"]
    ]
    reached = np.vstack([*middles.values(), *curves])
    half = np.array(next(iter(boxes.values()))["symbolSize"]) / 2 * sheet.pixel
    low, high = reached.min(axis=0), reached.max(axis=0)
    margin = half + 12 * sheet.pixel
    free = np.array([sheet.right - sheet.left, sheet.top - sheet.bottom]) - 2 * margin
    scales = free / np.maximum(high - low, 1e-9)
    scales[1] = min(scales[1], MOST_UPRIGHT * scales[0])
    centre = np.array([sheet.left + sheet.right, sheet.bottom + sheet.top]) / 2
    axes = sheet.plane()

    def place(points: np.ndarray) -> np.ndarray:
        return np.asarray(centre + (points - (low + high) / 2) * scales)

    corners = {name: (place(one) - half, place(one) + half) for name, one in middles.items()}
    taken = [(*low_, *high_) for low_, high_ in corners.values()]
    drawn = []
    for link, curve in zip(series["links"], curves):
        path = _outside(place(curve), corners[link["source"]], corners[link["target"]])
        if len(path) > 2:
            _arrow(sheet, axes, link, path)
            drawn.append((link, path))
    for link, path in drawn:
        if link["label"]["show"]:
            _number(sheet, axes, link["label"], path, taken)
    for name, box in boxes.items():
        _box(sheet, axes, box, corners[name])


def _curve(start: np.ndarray, end: np.ndarray, bent: float) -> np.ndarray:
    """Points along an arrow: a quadratic curve that leaves the straight line by a share of its length, as on the screen."""
    way = end - start
    control = (start + end) / 2 + bent * np.array([-way[1], way[0]])
    t = ALONG[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)


def _outside(path: np.ndarray, first: tuple[np.ndarray, np.ndarray], last: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The part of an arrow between its boxes."""
    inside = [((path >= low) & (path <= high)).all(axis=1) for low, high in (first, last)]
    return path[~(inside[0] | inside[1])]


def _arrow(sheet: Sheet, axes: Axes, link: dict[str, Any], path: np.ndarray) -> None:
    look, head = link["lineStyle"], max(link["symbolSize"][1], 7) * sheet.pixel
    colour = shade(look["color"], look["opacity"])
    left = np.hypot(*(path - path[-1]).T)
    shaft = path[left > 0.8 * head]
    if len(shaft) > 1:
        axes.plot(
            *shaft.T,
            color=colour,
            lw=sheet.points(look["width"]),
            ls=DASHES[look["type"]],
            solid_capstyle="butt",
            zorder=2,
        )
    before = path[left >= head][-1] if (left >= head).any() else path[0]
    along = (path[-1] - before) / max(np.hypot(*(path[-1] - before)), 1e-9)
    beside = np.array([-along[1], along[0]]) * max(head, 1.5 * look["width"] * sheet.pixel) / 2
    foot = path[-1] - along * head
    axes.add_patch(
        Polygon([path[-1], foot + beside, foot - beside], facecolor=look["color"], edgecolor="none", zorder=2.1)
    )


def _number(
    sheet: Sheet, axes: Axes, label: dict[str, Any], path: np.ndarray, taken: list[tuple[float, float, float, float]]
) -> None:
    """How many go along an arrow, on it where nothing else is written; the table has what finds no place."""
    wide, high = (np.array(sheet.size(label["formatter"], 11)) + 0.06) / 2
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
        x, y = path[round(share * (len(path) - 1))]
        frame = (x - wide, y - high, x + wide, y + high)
        if all(frame[2] < a or c < frame[0] or frame[3] < b or d < frame[1] for a, b, c, d in taken):
            taken.append(frame)
            ground = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}
            axes.text(x, y, style.plain(label["formatter"]), size=sheet.points(11), color=label["color"], ha="center",
                      va="center_baseline", bbox=ground, zorder=4)  # fmt: skip
            return


def _box(sheet: Sheet, axes: Axes, box: dict[str, Any], corners: tuple[np.ndarray, np.ndarray]) -> None:
    look, label = box["itemStyle"], box["label"]
    low, high = corners
    (x, y), (wide, tall) = low, high - low
    frame = FancyBboxPatch((x, y), wide, tall, facecolor=look["color"], edgecolor=look["borderColor"], zorder=5)
    frame.set(boxstyle="round,pad=0,rounding_size=0.05", linewidth=sheet.points(look["borderWidth"]))
    axes.add_patch(frame)
    size = label["fontSize"]
    size = min(size, size * (wide - 0.06) / sheet.size(label["formatter"], size, bold=True)[0])
    axes.text(x + wide / 2, y + tall / 2, style.plain(label["formatter"]), size=sheet.points(size), weight="bold",
              color=label["color"], ha="center", va="center", zorder=6)  # fmt: skip


def draw_sankey(sheet: Sheet, option: dict[str, Any]) -> None:
    """Columns of people by stage with ribbons between, the last column named at its right."""
    series = option["series"][0]
    nodes, links = series["data"], series["links"]
    named = [one for one in nodes if one["label"]["show"]]
    room = max((sheet.size(one["label"]["formatter"])[0] for one in named), default=0.0) + 8 * sheet.pixel
    inner = sheet.without(right=room, bottom=24 * sheet.pixel)
    flow = {one["name"]: [0.0, 0.0] for one in nodes}
    for link in links:
        flow[link["source"]][0] += link["value"]
        flow[link["target"]][1] += link["value"]
    columns: dict[int, list[dict[str, Any]]] = {}
    for one in nodes:
        columns.setdefault(one["depth"], []).append(one)
    gap, wide = series["nodeGap"] * sheet.pixel, series["nodeWidth"] * sheet.pixel
    most = max(len(column) for column in columns.values())
    every = max(sum(max(flow[one["name"]]) for one in column) for column in columns.values())
    unit = (inner.top - inner.bottom - gap * (most - 1)) / every
    step = (inner.right - inner.left - wide) / max(columns)
    axes = sheet.plane()
    tops: dict[str, float] = {}
    for depth, column in columns.items():
        y = inner.top
        for one in column:
            high = max(flow[one["name"]]) * unit
            tops[one["name"]] = y
            look = one["itemStyle"]
            axes.add_patch(Rectangle((inner.left + depth * step, y - high), wide, high, facecolor=look["color"],
                                     edgecolor=look["borderColor"], lw=0.5, zorder=3))  # fmt: skip
            y -= high + gap
    _ribbons(axes, links, tops, {one["name"]: inner.left + one["depth"] * step for one in nodes}, wide, unit)
    middles = [tops[one["name"]] - max(flow[one["name"]]) * unit / 2 for one in named]
    places = style.spread(middles, 1.35 * 12 * sheet.pixel, inner.bottom + 0.07, inner.top - 0.07)
    for one, y in zip(named, places):
        sheet.write(inner.right + 8 * sheet.pixel, y, one["label"]["formatter"], color=style.INK, va="center_baseline")
    for text, x, side in zip(option["graphic"], (inner.left, inner.right), ("left", "right")):
        sheet.write(x, sheet.bottom + 2 * sheet.pixel, text["style"]["text"], color=style.MUTED, ha=side, va="baseline")


def _ribbons(
    axes: Axes, links: list[dict[str, Any]], tops: dict[str, float], left: dict[str, float], wide: float, unit: float
) -> None:
    """Ribbons from column to column, beside one another at both ends in the order of where they go and come from."""
    leaves, arrives = dict(tops), dict(tops)
    begins: dict[int, float] = {}
    for number in sorted(range(len(links)), key=lambda one: -tops[links[one]["target"]]):
        begins[number] = leaves[links[number]["source"]]
        leaves[links[number]["source"]] -= links[number]["value"] * unit
    for number in sorted(begins, key=lambda one: -tops[links[one]["source"]]):
        link = links[number]
        high, start, end = link["value"] * unit, begins[number], arrives[link["target"]]
        arrives[link["target"]] -= high
        x, to = left[link["source"]] + wide, left[link["target"]]
        middle = (x + to) / 2
        outline = [(x, start), (middle, start), (middle, end), (to, end), (to, end - high), (middle, end - high),
                   (middle, start - high), (x, start - high), (x, start)]  # fmt: skip
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        look = link["lineStyle"]
        axes.add_patch(PathPatch(Path(outline, codes), facecolor=shade(look["color"], look["opacity"]), lw=0, zorder=2))


def draw_parallel(sheet: Sheet, option: dict[str, Any]) -> None:
    """A line for each row of numbers across upright axes, in the colour of its last number."""
    axes_of, series, key = option["parallelAxis"], option["series"][0], option["visualMap"]
    line = 1.25 * 12 * sheet.pixel
    slot = (sheet.right - sheet.left) / len(axes_of)
    names = [sheet.wrapped(one["name"], slot - ROOM_BETWEEN * sheet.pixel) for one in axes_of]
    inner = sheet.without(
        top=max(sheet.size(name, bold=True)[1] for name in names) + 0.6 * line,
        bottom=0.6 * line,
        left=0.3 * slot,
        right=0.6 * slot,
    )
    rows = np.full((len(series["data"]), len(axes_of)), math.nan)
    for number, axis in enumerate(axes_of):
        column = [row[number] for row in series["data"]]
        rows[:, number] = [axis["data"].index(one) if axis.get("type") == "category" else math.nan if one is None else one
                           for one in column]  # fmt: skip
    ends = [_ends(axis, rows[:, number]) for number, axis in enumerate(axes_of)]
    axes, colours = sheet.plane(), ramp(key)
    xs = inner.left + (inner.right - inner.left) * np.arange(len(axes_of)) / max(len(axes_of) - 1, 1)
    shares = np.column_stack(
        [_share(axis, end, rows[:, number]) for number, (axis, end) in enumerate(zip(axes_of, ends))]
    )
    ys = inner.bottom + (inner.top - inner.bottom) * shares
    whole = np.isfinite(rows).all(axis=1)
    paths = [np.column_stack([xs, y]) for y in ys[whole]]
    strength = (rows[whole, key["dimension"]] - key["min"]) / (key["max"] - key["min"])
    look = series["lineStyle"]
    axes.add_collection(
        LineCollection(paths, colors=colours(strength), linewidths=sheet.points(look["width"]), alpha=look["opacity"])
    )
    for x, axis, name, end in zip(xs, axes_of, names, ends):
        axes.plot([x, x], [inner.bottom, inner.top], color="#B8BCC0", lw=1, zorder=3)
        bold = "bold" if axis.get("nameTextStyle") else "normal"
        sheet.write(x, inner.top + 0.5 * line, name, color=style.INK, weight=bold, ha="center", va="bottom")
        for share, text in _ticks(sheet, axis, end):
            y = inner.bottom + (inner.top - inner.bottom) * share
            axes.text(x + 5 * sheet.pixel, y, style.plain(text), size=sheet.points(11), color=style.INK, va="center_baseline",
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}, zorder=4)  # fmt: skip


def _ends(axis: dict[str, Any], values: np.ndarray) -> tuple[float, float]:
    """Ends of an upright axis: of names all of them, of numbers the least and the most."""
    if axis.get("type") == "category":
        return 0.0, max(len(axis["data"]) - 1.0, 1.0)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return low, high if high > low else low + 1.0


def _share(axis: dict[str, Any], ends: tuple[float, float], values: np.ndarray) -> np.ndarray:
    """Where values are between the ends of their axis, 0 to 1."""
    if axis.get("type") == "log":
        low, high = np.log(ends)
        return np.asarray((np.log(values) - low) / (high - low))
    return np.asarray((values - ends[0]) / (ends[1] - ends[0]))


def _ticks(sheet: Sheet, axis: dict[str, Any], ends: tuple[float, float]) -> list[tuple[float, str]]:
    """What is written at an upright axis and where: names, or numbers at its ends and middle."""
    if axis.get("type") == "category":
        return [(place / ends[1], name) for place, name in enumerate(axis["data"])]
    step = (ends[1] - ends[0]) / 100
    coarse = 10.0 ** math.floor(math.log10(step))
    found = []
    for share in (0.0, 0.5, 1.0):
        value = math.exp((1 - share) * math.log(ends[0]) + share * math.log(ends[1])) if axis.get("type") == "log" else (
            ends[0] + share * (ends[1] - ends[0])
        )  # fmt: skip
        found.append((share, said(round(value / coarse) * coarse, coarse, sheet.words)))
    return found
