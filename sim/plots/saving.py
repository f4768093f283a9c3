"""Saving pictures: one file each, all of one size."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

DPI = 100
"""Dots per inch of a saved picture: 1200 x 750 pixels of figures of the usual 12 x 7.5 inches."""


def save_figures[Drawn](
    figures: Mapping[str, Callable[[Drawn], Figure]], drawn: Drawn, folder: str | os.PathLike[str], kind: str = "png"
) -> list[Path]:
    """Draw pictures of one thing into a folder, made if need be, and return the paths.

    figures: file name without its ending -> the function that draws `drawn`. kind: ending, as matplotlib knows it.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in figures.items():
        path = place / f"{name}.{kind}"
        draw(drawn).savefig(path, dpi=DPI)
        paths.append(path)
    return paths
