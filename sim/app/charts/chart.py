"""What every chart of the app is: a question, an ECharts option in plain JSON, the same numbers as a table, and words for all."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sim.app.theme import DASHES, MARKS, MIXES, Palette
from sim.app.words import Words
from sim.experiments.figures import FIGURES

TODAY = "today"
DIGITS = 4
"""Digits that a chart's numbers keep: enough for any screen, a third of the bytes."""


@dataclass(frozen=True)
class Chart:
    """One chart: everything that a card, a table, a download and a screen reader need.

    title: a question or statement. subtitle: unit, how it is counted, number of runs. option: for ECharts 5.4, JSON only.
    columns, rows: its numbers. alt: the chart in a sentence or two with its numbers. how: how to read it. height: in pixels.
    least: pixels of width below which it is scrolled rather than made smaller; 0 for none. stiff: it is as high on a phone, for
    what is in it is kept apart for this height.
    """

    name: str
    title: str
    subtitle: str
    option: dict[str, Any]
    columns: list[str]
    rows: list[list[Any]]
    alt: str
    how: str
    height: int = 304
    least: int = 0
    stiff: bool = False


@dataclass(frozen=True)
class Look:
    """How charts speak and look: a language, colours, and what plans are called.

    names: key of a plan -> the name that readers know; mixes: key -> "a", "b" or "c", whose colour and marker it has (by
    default the key itself, in small letters).
    """

    words: Words
    palette: Palette
    names: Mapping[str, str] = field(default_factory=dict)
    mixes: Mapping[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """What a plan is called."""
        return self.names.get(key) or (self.words("chart.today") if key == TODAY else key)

    def mix(self, key: str) -> str:
        """The place in the palette of a plan: today, a, b or c."""
        wanted = self.mixes.get(key, key.lower())
        return wanted if wanted in MIXES else "a"

    def colour(self, key: str) -> str:
        """Colour of a plan, the same on every page."""
        return self.palette.mix(self.mix(key))

    def mark(self, key: str) -> str:
        """Marker of a plan: colour never says it alone."""
        return MARKS[self.mix(key)]

    def dash(self, key: str) -> str:
        """Line of a plan."""
        return DASHES[self.mix(key)]

    def stage(self, name: str) -> str:
        """A stage of the journey in words."""
        return self.words.or_else(f"stage.{name}", name.replace("_", " "))

    def kind(self, name: str) -> str:
        """A touchpoint, channel or budget line in words."""
        return self.words.or_else(f"kind.{name}", name.replace("_", " "))

    def figure(self, name: str, start: bool = False) -> str:
        """A headline figure in words; `start` of a line has a capital."""
        text = self.words(f"figure.{name}")
        return text[:1].upper() + text[1:] if start else text

    def amount(self, name: str, value: float, currency: str, sign: bool = False, like: float | None = None) -> str:
        """A value of a headline figure as one would say it, with its unit; a dash where it has none. like: as for `bare`."""
        figure, words = FIGURES[name], self.words
        if not math.isfinite(value):
            return "–"
        if figure.unit == "share":
            points = words.number(100 * value, 1 if abs(value) >= 0.01 else 2, sign)
            return words("unit.points", number=points) if sign else f"{points} %"
        if figure.unit == "index":
            return words.number(value, 3, sign)
        large = abs(value if like is None else like) >= 10
        number = words.short(value, sign, like) if large else words.number(value, 1, sign)
        return f"{number} {currency if figure.unit == 'money' else words('unit.' + figure.unit)}"

    def bare(self, name: str, value: float, sign: bool = False, like: float | None = None) -> str:
        """A value of a headline figure without its unit; shares in per cent. like: a larger value that it is written like."""
        if not math.isfinite(value):
            return "–"
        shown, index = scaled(name, value), FIGURES[name].unit == "index"
        size = shown if like is None else scaled(name, like)
        if abs(size) >= 10 and not index:
            return self.words.short(shown, sign, None if like is None else size)
        return self.words.number(shown, 3 if index else 2 if FIGURES[name].unit in ("share", "money") else 1, sign)

    def unit(self, name: str, currency: str) -> str:
        """Unit of a headline figure, for an axis."""
        unit = FIGURES[name].unit
        if unit in ("share", "index"):
            return "%" if unit == "share" else self.words("unit.index")
        return currency if unit == "money" else self.words(f"unit.{unit}")


def digits(value: float, keep: int = DIGITS) -> float | int | None:
    """A number with few digits for a chart; None where it has no meaning.

    >>> digits(123456.7), digits(0.123456), digits(float("nan"))
    (123500, 0.1235, None)
    """
    if not math.isfinite(value):
        return None
    rounded = float(f"{float(value):.{keep}g}")
    return int(rounded) if rounded.is_integer() else rounded


def row_of(values: Iterable[float], keep: int = DIGITS) -> list[float | int | None]:
    """Several numbers with few digits."""
    return [digits(value, keep) for value in values]


def clipped(text: str, longest: int = 22) -> str:
    """A name, cut where it would burst a label."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def scaled(name: str, value: float) -> float:
    """A value of a headline figure as its axis shows it: shares in per cent."""
    return 100 * value if FIGURES[name].unit == "share" else value


def base(look: Look, top: int = 34, right: int = 24, bottom: int = 30, left: int = 24) -> dict[str, Any]:
    """What all options share: no motion, the text's colour, room around the axes, a quiet tooltip."""
    colours = look.palette
    return {
        "animation": False,
        "textStyle": {"color": colours.ink, "fontSize": 12},
        "grid": {"top": top, "right": right, "bottom": bottom, "left": left, "containLabel": True},
        "tooltip": {
            "backgroundColor": colours.raised,
            "borderColor": colours.line,
            "textStyle": {"color": colours.ink, "fontSize": 12},
            "confine": True,
        },
    }


def value_axis(look: Look, name: str, vertical: bool = False, **more: Any) -> dict[str, Any]:
    """An axis of numbers: faint lines, its name below, or above where it stands upright."""
    colours = look.palette
    place: dict[str, Any] = {"nameLocation": "middle", "nameGap": 30}
    if vertical:
        place = {"nameLocation": "end", "nameGap": 12}
        more = {"nameTextStyle": {"color": colours.muted, "align": "left", "padding": [0, 0, 0, -28]}} | more
    return {
        "type": "value",
        "name": name,
        **place,
        "nameTextStyle": {"color": colours.muted, "fontSize": 12},
        "axisLabel": {"color": colours.muted, "hideOverlap": True},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": colours.grid}},
        "splitNumber": 4,
    } | more


def name_axis(look: Look, names: Sequence[str], vertical: bool = True, **more: Any) -> dict[str, Any]:
    """An axis of names; upright it reads from the top."""
    colours = look.palette
    return {
        "type": "category",
        "data": list(names),
        "inverse": vertical,
        "axisLabel": {"color": colours.ink if vertical else colours.muted, "fontSize": 12},
        "axisLine": {"show": not vertical, "lineStyle": {"color": colours.line}},
        "axisTick": {"show": False},
    } | more


def week_axis(look: Look, weeks: int) -> dict[str, Any]:
    """An axis of weeks, one label about every eighth of it."""
    step = next(one for one in (1, 2, 4, 13, 26, 52, 104, 520) if weeks / one <= 9)
    names = [str(week) for week in range(weeks + 1)]
    axis = name_axis(look, names, vertical=False, boundaryGap=False)
    axis["name"], axis["nameLocation"], axis["nameGap"] = look.words("chart.week"), "middle", 28
    axis["nameTextStyle"] = {"color": look.palette.muted}
    axis["axisLabel"] |= {"interval": step - 1}
    return axis


def zero_line(look: Look, text: str) -> dict[str, Any]:
    """A line at nought on the horizontal axis, with what it means above it."""
    colours = look.palette
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": colours.ink, "type": "solid", "width": 1.5},
        "label": {"formatter": text, "color": colours.muted, "position": "start", "fontSize": 12},
        "data": [{"xAxis": 0}],
    }


def legend(look: Look, names: Sequence[Any], **more: Any) -> dict[str, Any]:
    """A legend above the axes, for charts whose series cannot be labelled where they are."""
    return {
        "data": list(names),
        "top": 0,
        "left": 0,
        "itemGap": 18,
        "itemWidth": 14,
        "itemHeight": 10,
        "textStyle": {"color": look.palette.ink, "fontSize": 12},
        "selectedMode": False,
    } | more


def upright(look: Look, name: str, low: float, high: float) -> dict[str, Any]:
    """An upright axis of numbers whose ends are round numbers around what is drawn, so that places can be computed."""
    low, high, step = round_range(low, high)
    return value_axis(look, name, vertical=True, min=digits(low), max=digits(high), interval=digits(step))


def round_range(low: float, high: float, steps: int = 4) -> tuple[float, float, float]:
    """Round ends around two numbers and the step between grid lines.

    >>> round_range(0, 593), round_range(0.31, 0.52)
    ((0.0, 600.0, 200.0), (0.3, 0.55, 0.05))
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0, 0.25
    if high - low < 1e-9 * max(abs(high), 1e-9):
        low, high = low - max(abs(low) * 0.05, 0.01), high + max(abs(high) * 0.05, 0.01)
    size = 10.0 ** math.floor(math.log10((high - low) / steps))
    step = next(one * size for one in (1, 2, 2.5, 5, 10, 20) if one * size * (steps + 0.5) >= high - low)
    ends = (math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)
    return round(ends[0], 12), round(ends[1], 12), round(step, 12)


def apart(wanted: Sequence[float], gap: float = 15.0) -> list[float]:
    """How many pixels to move labels so that none lies on another; wanted: where they would stand, in pixels downwards."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    places = [float(one) for one in wanted]
    for _ in range(4 * len(wanted)):  # push neighbours apart until all have room
        for above, below in pairwise(order):
            short = gap - (places[below] - places[above])
            if short > 1e-6:
                places[above] -= short / 2
                places[below] += short / 2
    return [place - one for place, one in zip(places, wanted)]


def soft(colour: str, opacity: float) -> str:
    """A colour that lets the ground shine through.

    >>> soft("#102030", 0.5)
    'rgba(16,32,48,0.5)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def wrapped(text: str, width: int = 46) -> str:
    """A sentence for a tooltip: lines of a readable length, nothing in it taken for HTML (plans are named by visitors)."""
    return "<br>".join(html.escape(line) for line in textwrap.wrap(text, width))


def narrow(**option: Any) -> list[dict[str, Any]]:
    """What a chart changes on a phone."""
    return [{"query": {"maxWidth": 560}, "option": option}]


def runs_said(look: Look, runs: int, consumers: int) -> str:
    """How much luck is behind a chart: pairs of markets and their size."""
    words = look.words
    return words("chart.runs", runs=words.number(runs), consumers=words.number(consumers))
