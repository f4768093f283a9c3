"""The app's charts on paper: the very option that the browser draws, drawn by matplotlib for files, in the light colours.

A chart is described once, in `sim.app.charts`; a picture for a file shows the same series, words and numbers, with its title, how
it was counted and where it is from. What a chart adds that is unknown here fails a test, not a visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.app.charts.chart import Chart

KINDS = ("png", "svg")
"""How a picture may leave."""


def picture_of(chart: Chart, source: Sequence[str], language: str, kind: str) -> bytes:
    """A chart's picture as a file's bytes, the same every time; for a worker, which alone needs matplotlib for it.

    chart: made with the light colours. source: parts of the line at the foot. kind: one of `KINDS`. Raises
    ValueError for another.
    """
    from sim.app.paper.printing import as_png, as_svg, printed

    if kind not in KINDS:
        raise ValueError(f"a chart leaves as {' or '.join(KINDS)}, not as '{kind}'")
    figure = printed(chart, source, language)
    return as_png(figure) if kind == "png" else as_svg(figure, chart.name).encode()
