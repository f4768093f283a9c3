"""Cascades of posts: every post, every share and its parent, kept in arrays that grow overnight."""

from __future__ import annotations

from collections.abc import MutableMapping
from itertools import pairwise

import numpy as np


class Cascades:
    """The log that the `posts` and `influencers` mechanisms write.

    Arrays have room for the most that one day can add, so no kernel ever runs out; `grow` makes room for the next day.
    """

    def __init__(self, consumers: int, brands: int) -> None:
        self._day_posts = consumers * brands + 4096
        self._day_shares = consumers * (1 + brands) + 4096
        posts, shares = 4 * self._day_posts, 4 * self._day_shares  # memory is used only as far as it is written
        self.tables: dict[str, np.ndarray] = {
            "cascade_count": np.zeros(1, np.int64),
            "cascade_brand": np.empty(posts, np.int8),
            "cascade_tone": np.empty(posts, np.int8),
            "cascade_root": np.empty(posts, np.int32),
            "cascade_day": np.empty(posts, np.int16),
            "share_count": np.zeros(1, np.int64),
            "share_cascade": np.empty(shares, np.int32),
            "share_row": np.empty(shares, np.int32),
            "share_parent": np.empty(shares, np.int32),
        }

    def grow(self, wired: MutableMapping[str, np.ndarray]) -> bool:
        """Make room for tomorrow; returns whether arrays were replaced (in `wired` too)."""
        replaced = False
        for prefix, room in (("cascade", self._day_posts), ("share", self._day_shares)):
            count = int(self.tables[f"{prefix}_count"][0])
            if self.tables[f"{prefix}_{'brand' if prefix == 'cascade' else 'row'}"].size - count >= room:
                continue
            for name, array in list(self.tables.items()):
                if name.startswith(prefix) and array.size > 1 and array.size - count < room:
                    larger = np.empty(array.size + 2 * room, array.dtype)
                    larger[:count] = array[:count]
                    self.tables[name] = wired[name] = larger
                    replaced = True
        return replaced

    def table(self) -> dict[str, np.ndarray]:
        """One row a cascade: brand, day, size (the seed included), depth, largest_broadcast, structural_virality.

        Structural virality is the mean distance between all pairs of a cascade's tree (Goel et al. 2016); 0 for size 1.
        """
        count, shares = int(self.tables["cascade_count"][0]), int(self.tables["share_count"][0])
        size, depth = np.ones(count, np.int64), np.zeros(count, np.int64)
        broadcast, virality = np.zeros(count, np.int64), np.zeros(count)
        cascade = self.tables["share_cascade"][:shares]
        order = np.argsort(cascade, kind="stable")
        edges = [0, *(np.flatnonzero(np.diff(cascade[order])) + 1).tolist(), shares] if shares else []
        for first, last in pairwise(edges):
            part = order[first:last]
            c = int(cascade[part[0]])
            rows, parents = self.tables["share_row"][part], self.tables["share_parent"][part]
            root = int(self.tables["cascade_root"][c])
            size[c], depth[c], broadcast[c], virality[c] = _shape_of(rows, parents, root)
        return {
            "brand": self.tables["cascade_brand"][:count].astype(np.int64),
            "day": self.tables["cascade_day"][:count].astype(np.int64),
            "influencer": (self.tables["cascade_root"][:count] < 0).astype(np.int64),
            "size": size,
            "depth": depth,
            "largest_broadcast": broadcast,
            "structural_virality": virality,
        }


def _shape_of(rows: np.ndarray, parents: np.ndarray, root: int) -> tuple[int, int, int, float]:
    """Size, depth, largest number of children, and mean pairwise distance of one cascade's tree."""
    node = {root: 0}
    level, up, children, below = [0], [-1], [0], [1]
    for row, parent in zip(rows.tolist(), parents.tolist()):
        if row in node:  # passed it on twice: counted once
            continue
        above = node.get(parent, 0)
        node[row] = len(level)
        level.append(level[above] + 1)
        up.append(above)
        children.append(0)
        children[above] += 1
        below.append(1)
    n = len(level)
    for one in range(n - 1, 0, -1):
        below[up[one]] += below[one]
    # Each tie lies on below * (n - below) of the paths between pairs.
    distance = sum(below[one] * (n - below[one]) for one in range(1, n))
    return n, max(level), max(children), 2.0 * distance / (n * (n - 1)) if n > 1 else 0.0
