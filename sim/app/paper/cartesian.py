"""Lines, bars, marks and cells on axes, drawn from a chart's option."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from sim.app.charts.chart import round_range
from sim.app.paper.sheet import DASHES, MARKERS, Sheet, entries_of, shade
from sim.app.words import Words
from sim.plots import style

THICKEST = 24.0
"""Pixels that a bar is high at most."""


@dataclass(frozen=True)
class Scale:
    """An axis: its ends, and what is written where."""

    low: float
    high: float
    ticks: list[float]
    texts: list[str]


def draw_on_axes(sheet: Sheet, option: dict[str, Any]) -> None:
    """Draw all series of an option with one horizontal and one upright axis."""
    across, up, series = option["xAxis"], option["yAxis"], option["series"]
    sheet = sheet.legend(entries_of(option))
    if option.get("visualMap", {}).get("text"):
        sheet = _colour_bar(sheet, option["visualMap"])
    points = [points_of(one, across) for one in series]
    stacks = _stacked(series, points, across)
    spans = [np.vstack([part for part in (top, base) if part is not None]) for base, top in zip(stacks, points)]
    every = np.vstack([one for one in spans if one.size] or [np.zeros((0, 2))])
    bars = any(one["type"] == "bar" for one in series)
    scales = [scale_of(axis, every[:, place], sheet.words, bars) for place, axis in enumerate((across, up))]
    inner = _with_room(sheet, option, points, *scales)
    axes = inner.axes()
    _mark_axes(inner, axes, option, *scales)
    if option["grid"].get("backgroundColor"):
        axes.set_facecolor(option["grid"]["backgroundColor"])
    drawing = Drawing(inner, axes, option, scales)
    for one, place, base in zip(series, points, stacks):
        drawing.draw(one, place, base)
    drawing.name_ends(points)
    drawing.mark_lines()


def points_of(series: dict[str, Any], across: dict[str, Any]) -> np.ndarray:
    """Places of a series' data, float64 (n, 2): across and up; plain numbers stand at the names of the axis of names."""
    found = []
    for number, one in enumerate(series["data"]):
        value = one["value"] if isinstance(one, dict) else one
        if not isinstance(value, list):
            value = [number, value] if across["type"] == "category" else [value, number]
        found.append([math.nan if part is None else float(part) for part in value[:2]])
    return np.array(found, float).reshape(len(found), 2)


def _stacked(series: list[dict[str, Any]], points: list[np.ndarray], across: dict[str, Any]) -> list[np.ndarray | None]:
    """What each series stands on; points of what is stacked are moved to the top of it. Bars add up by their sign."""
    number = 1 if across["type"] == "category" else 0
    sums: dict[tuple[str, str], np.ndarray] = {}
    found: list[np.ndarray | None] = []
    for one, place in zip(series, points):
        if one["type"] == "bar" and not one.get("stack"):
            base = place.copy()
            base[:, number] = 0
            found.append(base)
            continue
        if not one.get("stack"):
            found.append(None)
            continue
        signs = np.sign(place[:, number]) if one["type"] == "bar" else np.ones(len(place))
        before = np.zeros(len(place))
        for sign in (1.0, -1.0):
            total = sums.setdefault((one["stack"], str(sign)), np.zeros(len(place)))
            mine = (signs >= 0) if sign > 0 else (signs < 0)
            before[mine] = total[mine]
            total[mine] += place[mine, number]
        base = place.copy()
        base[:, number] = before
        place[:, number] += before
        found.append(base)
    return found


def scale_of(axis: dict[str, Any], values: np.ndarray, words: Words, bars: bool = False) -> Scale:
    """The scale of an axis for values: its own ends and steps where it gives them, otherwise round ones around the values."""
    if axis["type"] == "category":
        names, label = axis["data"], axis.get("axisLabel", {})
        step = label["interval"] + 1 if isinstance(label.get("interval"), int) else 1
        half = 0.5 if axis.get("boundaryGap", True) else 0.0
        return Scale(-half, max(len(names), 1) - 1 + half, list(range(0, len(names), step)), names[::step])
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if not axis.get("scale") or bars:
        low, high = min(low, 0.0), max(high, 0.0)
    low, high = axis.get("min", low), axis.get("max", high)
    begin, end, step = round_range(low, high, axis.get("splitNumber", 4))
    begin, end, step = axis.get("min", begin), axis.get("max", end), axis.get("interval", step)
    ticks = [round(begin + step * place, 12) for place in range(int((end - begin) / step + 1e-6) + 1)]
    away = axis.get("axisLabel", {}).get("formatter") == "abs"
    return Scale(begin, end, ticks, [said(abs(tick) if away else tick, step, words) for tick in ticks])


def said(value: float, step: float, words: Words) -> str:
    """A number at an axis, with the digits that tell it from its neighbours."""
    if step >= 1_000 and value:
        return words.short(value)
    return words.number(value, next(digits for digits in range(13) if digits == 12 or _whole(step * 10**digits)))


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6


def _with_room(sheet: Sheet, option: dict[str, Any], points: list[np.ndarray], across: Scale, up: Scale) -> Sheet:
    """What the axes themselves may fill: less the names and numbers around them, as wide as these are."""
    gap, line = 7 * sheet.pixel, 1.25 * 12 * sheet.pixel
    names = _labels(sheet, option["yAxis"], up)
    left = max((sheet.size(text)[0] for text in names), default=0.0) + 1.5 * gap
    sheet = sheet.without(left=left)
    ends = _ends(option, points)
    right = sheet.size(across.texts[-1])[0] / 2 if across.texts else 0.0
    for text, end in ((label["formatter"], place[0]) for label, place in ends):
        share = (end - across.low) / (across.high - across.low)
        need = sheet.size(text)[0] + gap
        if share > 0:  # a line that ends early leaves room of its own
            right = max(right, (need - (1 - share) * (sheet.right - sheet.left)) / share)
    sheet = sheet.without(right=right)
    below = max((sheet.size(text)[1] for text in _labels(sheet, option["xAxis"], across)), default=line) + 1.5 * gap
    above = line + gap if option["yAxis"].get("name") or _zero_lines(option) else gap
    named = option["xAxis"].get("name")
    if named:
        below += sheet.size(sheet.wrapped(named, sheet.right - sheet.left))[1] + gap
    return sheet.without(bottom=below, top=above)


def _ends(option: dict[str, Any], points: list[np.ndarray]) -> list[tuple[dict[str, Any], np.ndarray]]:
    """Names at the ends of lines, and where these are."""
    return [(one["endLabel"], place[np.isfinite(place[:, 1])][-1])
            for one, place in zip(option["series"], points) if one.get("endLabel")]  # fmt: skip


def _labels(sheet: Sheet, axis: dict[str, Any], scale: Scale) -> list[str]:
    """What is written at an axis: long names in lines as long as the chart allows, or as an axis of names has room."""
    label = axis.get("axisLabel", {})
    if label.get("overflow") != "break":
        return scale.texts
    room = label["width"] * sheet.pixel
    if not axis.get("inverse"):
        room = 0.85 * (sheet.right - sheet.left) / max(len(scale.texts), 1)
    return [sheet.wrapped(text, room) for text in scale.texts]


def _zero_lines(option: dict[str, Any]) -> list[dict[str, Any]]:
    lines = [one["markLine"] for one in option["series"] if one.get("markLine")]
    return [one for one in lines if one["label"].get("position") == "start"]


def _mark_axes(sheet: Sheet, axes: Axes, option: dict[str, Any], across: Scale, up: Scale) -> None:
    """Ends, lines, numbers and names of both axes."""
    x, y = option["xAxis"], option["yAxis"]
    axes.set_xlim(across.low, across.high)
    axes.set_ylim(*((up.high, up.low) if y.get("inverse") else (up.low, up.high)))
    ticks, texts = _thinned(sheet, across, _labels(sheet, x, across))
    axes.set_xticks(ticks, [style.plain(text) for text in texts], color=style.MUTED)
    inks = style.INK if y["type"] == "category" else style.MUTED
    axes.set_yticks(up.ticks, [style.plain(text) for text in _labels(sheet, y, up)], color=inks)
    for axis, way in ((x, "x"), (y, "y")):
        if axis["type"] == "value" or axis.get("splitLine", {}).get("show"):
            axes.grid(visible=True, axis=way, color=style.FAINT)  # type: ignore[arg-type]
    axes.spines["bottom"].set_visible(x["type"] == "category")
    if y.get("name"):
        axes.annotate(
            style.plain(y["name"]), (0, 1), xytext=(-sheet.points(7), sheet.points(9)), xycoords="axes fraction",
            textcoords="offset points", size=sheet.points(12), color=style.MUTED, ha="left", va="bottom",
        )  # fmt: skip
    if x.get("name"):
        named = sheet.wrapped(x["name"], sheet.right - sheet.left)
        axes.set_xlabel(style.plain(named), size=sheet.points(12), color=style.MUTED, labelpad=sheet.points(6))


def _thinned(sheet: Sheet, scale: Scale, texts: list[str]) -> tuple[list[float], list[str]]:
    """Ticks of a horizontal axis, every second one left out until the rest have room."""
    ticks, inch = list(scale.ticks), (sheet.right - sheet.left) / (scale.high - scale.low)
    widths = [sheet.size(text)[0] for text in texts]
    step = 1
    while step < len(ticks):
        kept = list(range(0, len(ticks), step))
        if all((widths[a] + widths[b]) / 2 + 0.05 < (ticks[b] - ticks[a]) * inch for a, b in pairwise(kept)):
            break
        step += 1
    return ticks[::step], texts[::step]


def _colour_bar(sheet: Sheet, key: dict[str, Any]) -> Sheet:
    """Which number a cell's colour means, at the foot of the sheet; what is left above it."""
    high, low = key["text"]
    wide, thick = key["itemHeight"] * sheet.pixel, key["itemWidth"] * sheet.pixel
    middle, y = (sheet.left + sheet.right) / 2, sheet.bottom + thick / 2
    figure = sheet.figure.get_size_inches()
    axes = sheet.figure.add_axes(
        ((middle - wide / 2) / figure[0], sheet.bottom / figure[1], wide / figure[0], thick / figure[1])
    )
    axes.set_axis_off()
    axes.imshow(np.linspace(0, 1, 200)[None], aspect="auto", cmap=ramp(key))
    for text, x, side in ((low, middle - wide / 2 - 0.08, "right"), (high, middle + wide / 2 + 0.08, "left")):
        sheet.write(x, y, text, color=style.MUTED, ha=side, va="center_baseline")
    return sheet.without(bottom=thick + 10 * sheet.pixel)


def ramp(key: dict[str, Any]) -> LinearSegmentedColormap:
    """The colours of a visual map from low to high."""
    return LinearSegmentedColormap.from_list("ramp", key["inRange"]["color"])


class Drawing:
    """Axes on which series are drawn one after the other."""

    def __init__(self, sheet: Sheet, axes: Axes, option: dict[str, Any], scales: list[Scale]) -> None:
        self.sheet, self.axes, self.option, self.scales = sheet, axes, option, scales
        bars = [one for one in option["series"] if one["type"] == "bar"]
        self.slots = list(dict.fromkeys(one.get("stack") or one["name"] for one in bars))

    def draw(self, series: dict[str, Any], points: np.ndarray, base: np.ndarray | None) -> None:
        """Draw one series; one without data only carries lines. Raises ValueError for a kind that has no picture on paper."""
        ways = {"line": self._line, "scatter": self._marks, "bar": self._bars, "heatmap": self._cells}
        if series["type"] not in ways:
            raise ValueError(
                f"a series of kind '{series['type']}' cannot be drawn on axes; there are {', '.join(ways)}"
            )
        if len(points):
            ways[series["type"]](series, points, base)

    def _line(self, series: dict[str, Any], points: np.ndarray, base: np.ndarray | None) -> None:
        if base is not None and series.get("areaStyle"):
            fill = series["areaStyle"]
            colour = shade(fill["color"], fill.get("opacity", 1))
            self.axes.fill_between(points[:, 0], base[:, 1], points[:, 1], lw=0, color=colour)
        look = series["lineStyle"]
        if look["width"]:
            self.axes.plot(
                *points.T, color=shade(look["color"], look.get("opacity", 1.0)), lw=self.sheet.points(look["width"]),
                ls=DASHES[look.get("type", "solid")], solid_capstyle="butt", zorder=2 + 0.1 * series.get("z", 2),
            )  # fmt: skip
        if series.get("symbol", "none") != "none":
            self._marks(series, points, None)

    def _marks(self, series: dict[str, Any], points: np.ndarray, base: np.ndarray | None) -> None:
        whole = series.get("symbolOffset", [0, 0])
        moved: dict[tuple[float, float], list[int]] = {}
        for number, one in enumerate(series["data"]):
            offset = one.get("symbolOffset", whole) if isinstance(one, dict) else whole
            moved.setdefault((offset[0], offset[1]), []).append(number)
        looks, size = series["itemStyle"], series["symbolSize"]
        style_of = {"mfc": shade(looks["color"]), "mec": shade(looks.get("borderColor")), "ls": "",
                    "mew": self.sheet.points(looks.get("borderWidth", 0)), "clip_on": False,
                    "zorder": 2 + 0.1 * series.get("z", 2)}  # fmt: skip
        if isinstance(size, list):  # a stroke
            style_of |= {"marker": "|", "ms": self.sheet.points(size[1]), "mew": self.sheet.points(size[0]),
                         "mec": shade(looks["color"])}  # fmt: skip
        else:
            marker, share = MARKERS[series.get("symbol", "circle")]
            style_of |= {"marker": marker, "ms": self.sheet.points(size * share)}
        for (right, down), members in moved.items():
            shift = ScaledTranslation(
                right * self.sheet.pixel, -down * self.sheet.pixel, self.sheet.figure.dpi_scale_trans
            )
            self.axes.plot(*points[members].T, transform=self.axes.transData + shift, **style_of)

    def _bars(self, series: dict[str, Any], points: np.ndarray, base: np.ndarray | None) -> None:
        assert base is not None  # every bar stands on something
        rows = self.scales[1].high - self.scales[1].low
        pixel = rows * self.sheet.pixel / (self.sheet.top - self.sheet.bottom)
        thick = min(0.72 / len(self.slots), THICKEST * pixel)
        place = self.slots.index(series.get("stack") or series["name"]) - (len(self.slots) - 1) / 2
        self.axes.barh(
            points[:, 1] + place * thick, points[:, 0] - base[:, 0], 0.92 * thick, base[:, 0],
            color=shade(series["itemStyle"]["color"]), hatch="//" if series["itemStyle"].get("decal") else None,
            edgecolor=(1, 1, 1, 0.5), linewidth=0, zorder=2.2,
        )  # fmt: skip

    def _cells(self, series: dict[str, Any], points: np.ndarray, base: np.ndarray | None) -> None:
        key = self.option["visualMap"]
        inch = (self.sheet.right - self.sheet.left) / (self.scales[0].high - self.scales[0].low)
        for one, (x, y) in zip(series["data"], points):
            colour = one.get("itemStyle", {}).get("color")
            if colour is None:
                share = (one["value"][2] - key["min"]) / (key["max"] - key["min"])
                colour = ramp(key)(share)
            else:
                colour = shade(colour)
            self.axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="white", lw=1.5))
            label = {**series.get("label", {}), **one["label"]}
            if label["show"] and self.sheet.size(label["formatter"], 12)[0] < 0.95 * inch:
                self.axes.text(x, y, style.plain(label["formatter"]), size=self.sheet.points(12), color=label["color"],
                               ha="center", va="center_baseline")  # fmt: skip

    def name_ends(self, points: list[np.ndarray]) -> None:
        """Write names at the right ends of lines, moved apart."""
        named = _ends(self.option, points)
        low, high = self.scales[1].low, self.scales[1].high
        gap = (high - low) * 1.35 * 12 * self.sheet.pixel / (self.sheet.top - self.sheet.bottom)
        for (label, (x, _)), y in zip(named, style.spread([place[1] for _, place in named], gap, low, high)):
            self.axes.annotate(
                style.plain(label["formatter"]), (x, y), xytext=(self.sheet.points(7), 0), textcoords="offset points",
                size=self.sheet.points(12), color=label["color"], va="center", annotation_clip=False,
            )  # fmt: skip

    def mark_lines(self) -> None:
        """Lines across the axes: at nought, and at what happened, with what they mean."""
        for one in self.option["series"]:
            lines = one.get("markLine")
            if not lines:
                continue
            look = lines["lineStyle"]
            drawn = {
                "color": look["color"],
                "lw": self.sheet.points(look["width"]),
                "ls": DASHES[look["type"]],
                "zorder": 1.9,
            }
            for entry in lines["data"]:
                if "xAxis" in entry:
                    self.axes.axvline(entry["xAxis"], **drawn)
                else:
                    self.axes.axhline(entry["yAxis"], **drawn)
            label = lines["label"]
            if label.get("position") == "start":
                self._above(lines["data"][0]["xAxis"], label)
            elif label.get("position") == "insideEndTop":
                self._happened(lines["data"], label)

    def _above(self, x: float, label: dict[str, Any]) -> None:
        self.axes.annotate(
            style.plain(label["formatter"]), (x, 1), xytext=(0, self.sheet.points(5)), xycoords=("data", "axes fraction"),
            textcoords="offset points", size=self.sheet.points(12), color=label["color"], ha="center", va="bottom",
        )  # fmt: skip

    def _happened(self, entries: list[dict[str, Any]], label: dict[str, Any]) -> None:
        """Names of upright lines beside them, near the top, each in the first row where it covers no other."""
        inch = (self.sheet.right - self.sheet.left) / (self.scales[0].high - self.scales[0].low)
        taken: list[list[tuple[float, float]]] = []
        for entry in entries:
            text = style.cut(entry["label"]["formatter"], 40)
            at, wide = (entry["xAxis"] - self.scales[0].low) * inch, self.sheet.size(text, 11)[0]
            right = at + wide + 0.1 > self.sheet.right - self.sheet.left
            span = (at - wide - 0.1, at) if right else (at, at + wide + 0.1)
            row = next((number for number, others in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in others)),
                       len(taken))  # fmt: skip
            if row == len(taken):
                taken.append([])
            taken[row].append(span)
            self.axes.annotate(
                style.plain(text), (entry["xAxis"], 1), xycoords=("data", "axes fraction"), textcoords="offset points",
                xytext=(self.sheet.points(-4 if right else 4), -self.sheet.points(3 + 15 * row)),
                size=self.sheet.points(11), color=label["color"], ha="right" if right else "left", va="top",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}, zorder=4,
            )  # fmt: skip
