"""The app's charts on paper: the very option that the browser draws, drawn by matplotlib for files, in the light colours.

A chart is described once, in `sim.app.charts`; a picture for a file shows the same series, words and numbers, with its title, how
it was counted and where it is from. What a chart adds that is unknown here fails a test, not a visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.app.charts.chart import Chart

KINDS = ("png", "svg")
"""How a picture may leave."""


@dataclass(frozen=True)
class Crowd:
    """People (N,) at one moment.

    x, y: places in 0 to 1, y downwards. ties: (E, 2) who knows whom. stages: number of everybody's stage. talked: who took a
    step that week after other people's word. key: number, name and colour of each stage as the legend has them. ring: name and
    colour of the ring around those who talked.
    """

    title: str
    subtitle: str
    x: np.ndarray
    y: np.ndarray
    ties: np.ndarray
    stages: np.ndarray
    talked: np.ndarray
    key: tuple[tuple[int, str, str], ...]
    ring: tuple[str, str]


def picture_of(chart: Chart, source: Sequence[str], language: str, kind: str) -> bytes:
    """A chart's picture as a file's bytes, the same every time; for a worker, which alone needs matplotlib for it.

    chart: made with the light colours. source: parts of the line at the foot. kind: one of `KINDS`. Raises
    ValueError for another.
    """
    from sim.app.paper.printing import printed

    return _file(printed(chart, source, language), chart.name, kind)


def picture_of_crowd(crowd: Crowd, source: Sequence[str], language: str, kind: str) -> bytes:
    """The same for the people of one market."""
    from sim.app.paper.crowd import crowd_figure

    return _file(crowd_figure(crowd, source, language), "crowd", kind)


def _file(figure: Figure, name: str, kind: str) -> bytes:
    from sim.app.paper.printing import as_png, as_svg

    if kind not in KINDS:
        raise ValueError(f"a picture leaves as {' or '.join(KINDS)}, not as '{kind}'")
    return as_png(figure) if kind == "png" else as_svg(figure, name).encode()
