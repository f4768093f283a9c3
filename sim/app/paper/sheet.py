"""A sheet of paper for one chart: what is free on it, how large a pixel of the screen is, how wide a text will be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D

from sim.app.words import Words
from sim.plots import style

MARKERS: dict[str, tuple[str, float]] = {
    "circle": ("o", 1.0),
    "rect": ("s", 0.88),
    "roundRect": ("s", 0.88),
    "diamond": ("D", 0.72),
    "triangle": ("^", 1.0),
}
"""A chart's symbol -> matplotlib's marker, and its size for one that looks as large."""
DASHES: dict[str, Any] = {"solid": "-", "dashed": (0, (5, 2))}


@dataclass(frozen=True)
class Sheet:
    """What is free of a figure, in inches from its lower left corner; pixel: inches of a pixel of the screen."""

    figure: Figure
    words: Words
    left: float
    bottom: float
    right: float
    top: float
    pixel: float

    def points(self, pixels: float) -> float:
        """Points of so many pixels."""
        return 72 * self.pixel * pixels

    def without(self, **inches: float) -> Sheet:
        """The sheet with less free room: so many inches from `left`, `bottom`, `right` or `top`."""
        ways = {"left": 1, "bottom": 1, "right": -1, "top": -1}
        return replace(self, **{side: getattr(self, side) + ways[side] * taken for side, taken in inches.items()})

    def size(self, text: str, pixels: float = 12, bold: bool = False) -> tuple[float, float]:
        """Width and height of a text in inches; a text of several lines is as wide as its longest."""
        canvas = self.figure.canvas
        if not isinstance(canvas, FigureCanvasAgg):
            canvas = FigureCanvasAgg(self.figure)
        font = FontProperties(size=self.points(pixels), weight="bold" if bold else "normal")
        lines = text.split("\n")
        wide = max(canvas.get_renderer().get_text_width_height_descent(line, font, False)[0] for line in lines)
        return wide / self.figure.dpi, 1.25 * len(lines) * pixels * self.pixel

    def wrapped(self, text: str, room: float, pixels: float = 12) -> str:
        """A text in lines of at most so many inches, broken between words."""
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.size(longer, pixels)[0] > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return "\n".join(lines)

    def write(self, x: float, y: float, text: str, pixels: float = 12, **look: Any) -> None:
        """Write a text at a place in inches."""
        self.figure.text(
            x / self.figure.get_figwidth(), y / self.figure.get_figheight(), style.plain(text),
            size=self.points(pixels), **look,
        )  # fmt: skip

    def axes(self) -> Axes:
        """Axes that fill what is free, without lines."""
        wide, high = self.figure.get_size_inches()
        axes = style.add_axes(
            self.figure, self.left / wide, self.bottom / high, (self.right - self.left) / wide,
            (self.top - self.bottom) / high,
        )  # fmt: skip
        axes.grid(visible=False)
        axes.tick_params(length=0, labelsize=self.points(12), pad=self.points(7))
        return axes

    def plane(self) -> Axes:
        """Axes without anything whose unit is an inch of the figure, from its lower left corner."""
        axes = self.figure.add_axes((0, 0, 1, 1))
        wide, high = self.figure.get_size_inches()
        axes.set(xlim=(0, wide), ylim=(0, high))
        axes.set_axis_off()
        return axes

    def legend(self, entries: list[tuple[str, str, Any]]) -> Sheet:
        """Write what colours and markers mean in lines at the top, each entry a name, a symbol and a colour; what is left."""
        if not entries:
            return self
        line, at, row = 1.7 * 12 * self.pixel, self.left, 0
        for name, symbol, colour in entries:
            wide = self.size(name)[0] + 20 * self.pixel
            if at > self.left and at + wide > self.right:
                at, row = self.left, row + 1
            y = self.top - (row + 0.5) * line
            self._key(at + 6 * self.pixel, y, symbol, colour)
            self.write(at + 18 * self.pixel, y, name, color=style.INK, va="center_baseline")
            at += wide + 18 * self.pixel
        return self.without(top=(row + 1) * line)

    def _key(self, x: float, y: float, symbol: str, colour: Any) -> None:
        marker, share = MARKERS[symbol]
        wide, high = self.figure.get_size_inches()
        key = Line2D(
            [x / wide], [y / high], marker=marker, ms=self.points(11 * share), ls="", transform=self.figure.transFigure
        )
        fill, edge, edge_width = colour
        key.set(markerfacecolor=fill, markeredgecolor=edge, markeredgewidth=self.points(edge_width))
        self.figure.add_artist(key)


def shade(colour: str | None, opacity: float = 1.0) -> Any:
    """A colour of a chart for matplotlib: "#rrggbb" or "rgba(r,g,b,a)", made more transparent.

    >>> shade("rgba(255,0,0,0.5)", 0.5), shade("#000000")
    ((1.0, 0.0, 0.0, 0.25), ('#000000', 1.0))
    """
    if colour is None:
        return "none"
    if colour.startswith("rgba"):
        red, green, blue, alpha = (float(one) for one in re.findall(r"[\d.]+", colour))
        return (red / 255, green / 255, blue / 255, alpha * opacity)
    return (colour, opacity)


def entries_of(option: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """A legend's entries: name, symbol, and the fill, edge and edge's width that the symbol has in the chart."""
    known: dict[str, dict[str, Any]] = {one.get("name", ""): one for one in option["series"]}
    entries = []
    for item in option.get("legend", {}).get("data", ()):
        entry = item if isinstance(item, dict) else {"name": item}
        series = known.get(entry["name"], {})
        symbol = entry.get("icon") or (series.get("symbol") if series.get("type") == "scatter" else None) or "roundRect"
        looks = series.get("itemStyle", {}) | entry.get("itemStyle", {})
        hollow = series.get("type") == "scatter" and "borderColor" in looks
        edge = (shade(looks["borderColor"]), looks.get("borderWidth", 1)) if hollow else ("none", 0)
        entries.append((entry["name"], symbol, (shade(looks.get("color")), *edge)))
    return entries
