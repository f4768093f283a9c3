"""A chart as a picture: title and how it was counted above, where it is from below, and the chart drawn from its option."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from sim.app.charts.chart import Chart
from sim.app.paper.cartesian import draw_on_axes
from sim.app.paper.sheet import Sheet
from sim.app.paper.webs import draw_graph, draw_parallel, draw_sankey
from sim.app.words import Words
from sim.plots import style

PIXEL = 0.9 / 72
"""Inches of a pixel of the screen: letters of 12 pixels are 10.8 points on a sheet of the usual width."""
TALLER = 1.25
"""Paper is wider than a card on the screen, and so is a picture's plot higher."""
MARGIN, HEAD, FOOT = 0.54, 0.1, 0.5
"""Inches beside the plot, above it, and below it for the source."""
EDGE = 0.03
"""Inches around a plot alone."""
DRAWN: dict[str, Callable[[Sheet, dict[str, Any]], None]] = {
    "graph": draw_graph,
    "sankey": draw_sankey,
    "parallel": draw_parallel,
}
"""Charts without axes by the kind of their only series."""


def printed(chart: Chart, source: Sequence[str], language: str) -> Figure:
    """A chart as a picture with title, subtitle and source line, 12 inches wide.

    chart: made with the light colours. source: parts of the line at the foot. Raises ValueError for a kind of series that has no
    picture yet.
    """
    plot = chart.height * PIXEL * TALLER
    lines = style.titled_figure(chart.title, chart.subtitle, source)[1]
    height = plot + (1 - lines) * style.HEIGHT + HEAD + FOOT
    figure, free = style.titled_figure(chart.title, chart.subtitle, [style.plain(part) for part in source], height)
    sheet = Sheet(figure, Words(language), MARGIN, FOOT, style.WIDTH - MARGIN, free * height - HEAD, PIXEL)
    draw(sheet, chart.option)
    return figure


def inset(chart: Chart, language: str, wide: float, letters: float, taller: float = 1.0) -> Figure:
    """A chart's plot alone, for a page that has its words in letters of its own.

    wide: inches. letters: points of what is written in the plot. taller: how much higher than on the screen, of which it has the
    proportions. Raises ValueError as `printed` does.
    """
    pixel = letters / 12 / 72
    high = chart.height * pixel * taller
    figure = Figure(figsize=(wide, high), dpi=100, facecolor="white")
    draw(Sheet(figure, Words(language), EDGE, EDGE, wide - EDGE, high - EDGE, pixel), chart.option)
    return figure


def draw(sheet: Sheet, option: dict[str, Any]) -> None:
    """Draw a chart's option into what is free of a sheet."""
    kind = option["series"][0]["type"]
    DRAWN.get(kind, draw_on_axes)(sheet, option)


def as_svg(figure: Figure, name: str, letters: bool = False) -> str:
    """A picture as an SVG element, to stand inside a page or alone: the same bytes every time.

    letters: as text of the font's name, its size in points of the picture; as outlines otherwise, which need no font.
    """
    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none" if letters else "path", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    return re.sub(r"(font-size: [\d.]+)px", r"\1pt", text) if letters else text


def as_png(figure: Figure, dpi: int = 200) -> bytes:
    """A picture as PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()
