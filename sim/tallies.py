"""A day's whole-number totals: every group of consumers has its own part, and the parts are added up at dusk.

All tallies of a group lie in one row, so that a morning's wiping and an evening's adding are one call each, however many
tallies the mechanisms declare. A market of one group needs no adding: its part is the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np


class Tallies:
    """Tallies of `groups` groups, each with the shapes given by name.

    sums: the market's totals of today, all tallies in one row; today: the same by name.
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], groups: int) -> None:
        self._shapes = dict(shapes)
        self._parts = np.zeros((groups, sum(prod(shape) for shape in self._shapes.values())), np.int64)
        self.sums = self._parts[0] if groups == 1 else np.zeros(self._parts.shape[1], np.int64)
        self.today = self.named(self.sums)

    def part(self, group: int) -> dict[str, np.ndarray]:
        """One group's tallies by name."""
        return self.named(self._parts[group])

    def clear(self) -> None:
        """Start a new day."""
        self._parts.fill(0)

    def add_up(self) -> None:
        """Make the totals."""
        if len(self._parts) > 1:
            np.add.reduce(self._parts, axis=0, out=self.sums)

    def named(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Views by name into one row of totals, or into several: (..., all tallies) gives (..., *shape) each."""
        views, first = {}, 0
        for name, shape in self._shapes.items():
            last = first + prod(shape)
            views[name] = rows[..., first:last].reshape(*rows.shape[:-1], *shape)
            first = last
        return views
