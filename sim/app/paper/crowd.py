"""The people of one market on paper: everybody as a dot among friends, in one week of the player."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.app.paper import Crowd
from sim.app.paper.sheet import Sheet
from sim.app.words import Words
from sim.plots import style

PIXEL = 0.9 / 72
HEIGHT = 8.0
"""Inches."""
DOT, RING = 5.0, 9.0
"""Points across of a dot, and of the ring around it."""


def crowd_figure(crowd: Crowd, source: Sequence[str], language: str) -> Figure:
    """A crowd as a picture with title, subtitle, a legend that counts, and its source."""
    words = Words(language)
    figure, free = style.titled_figure(crowd.title, crowd.subtitle, [style.plain(part) for part in source], HEIGHT)
    sheet = Sheet(figure, words, 0.54, 0.5, style.WIDTH - 0.54, free * HEIGHT - 0.1, PIXEL)
    entries = [
        (f"{name}  {words.number(int((crowd.stages == stage).sum()))}", "circle", (colour, style.INK, 0.8))
        for stage, name, colour in crowd.key
    ]
    name, colour = crowd.ring
    sheet = sheet.legend(
        [*entries, (f"{name}  {words.number(int(crowd.talked.sum()))}", "circle", ("none", colour, 2.0))]
    )
    margin = RING / 72
    across = sheet.left + margin + crowd.x * (sheet.right - sheet.left - 2 * margin)
    up = sheet.top - 2 * margin - crowd.y * (sheet.top - sheet.bottom - 3 * margin)
    axes = sheet.plane()
    ends = np.stack([np.column_stack([across[side], up[side]]) for side in crowd.ties.T], axis=1)
    axes.add_collection(LineCollection(list(ends), colors=style.MUTED, linewidths=0.4, alpha=0.14, zorder=1))
    for stage, _, shade in crowd.key:
        mine = crowd.stages == stage
        axes.plot(across[mine], up[mine], "o", ms=DOT, mfc=shade, mec=style.INK, mew=0.4, zorder=2)
    met = crowd.talked.astype(bool)
    axes.plot(across[met], up[met], "o", ms=RING, mfc="none", mec=colour, mew=1.4, zorder=3)
    return figure
