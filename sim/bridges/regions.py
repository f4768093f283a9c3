"""Regions: the market's consumers parted into places, big and small, so that there is something to compare between.

A market has no map. It has communities: circles of people who know one another. A region is made of whole communities, so that
most ties stay inside it, as with real places; what still crosses (`crossing_ties`) is how word of mouth leaks from one region to
the next. Where communities are not known, because the network came from a file, regions are grown from friend to friend
(`sim.experiments.attribution.withhold.regions_of`), all of one size. Parting people by chance instead gives regions without
any such structure: the honest worst case of a geo test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import draws

if TYPE_CHECKING:
    from sim.peers import Ties

BY = ("community", "chance")
UNEVEN = 0.5
"""Sizes fall with the rank to this power: the first of nine regions has three times the people of the last (assumed)."""


def regions(ties: Ties, count: int, seed: int, by: str = "community") -> np.ndarray:
    """The region of each consumer, int16 (N,), numbers from 0; region 0 is the largest.

    by: "community" (whole communities, drawn by keyed chance into regions until these are full) or "chance" (each consumer
    drawn alone). Same ties and seed, same regions; nobody's luck in the market changes. Raises ValueError for a count outside 2
    to 200 or beyond what the consumers or communities allow, or an unknown `by`.
    """
    if by not in BY:
        raise ValueError(f"regions by '{by}': allowed are {' and '.join(BY)}")
    known = by == "community" and ties.community.max(initial=0) > 0
    communities = ties.community if known else np.arange(ties.consumers)
    sizes = np.bincount(communities)
    most = min(200, len(sizes) // 2)
    if not 2 <= count <= most:
        raise ValueError(
            f"{count} regions: this market of {ties.consumers:,} consumers can be parted by {by} into 2 to {most}"
            if most >= 2
            else f"this market of {ties.consumers:,} consumers is too small to be parted by {by}"
        )
    if by == "community" and not known:
        from sim.experiments.attribution.withhold import regions_of

        return regions_of(ties, count, seed).astype(np.int16)
    room = np.arange(1, count + 1) ** -UNEVEN
    room *= ties.consumers / room.sum()
    home = np.empty(len(sizes), np.int16)
    # Largest communities first, each to the region that lacks most; chance decides between equals, and so who lives where.
    chance = draws.uniforms(draws.key(seed, "bridges.regions"), 0, len(sizes))
    for community in np.lexsort((chance, -sizes)):
        emptiest = int(np.argmax(room))
        home[community] = emptiest
        room[emptiest] -= sizes[community]
    return home[communities]


def crossing_ties(ties: Ties, region: np.ndarray) -> float:
    """Share of ties between people of different regions, in [0, 1]: how far word of mouth blurs a comparison of regions."""
    ends = np.repeat(np.arange(ties.consumers), ties.degree)
    return float(np.mean(region[ends] != region[ties.to])) if len(ties.to) else 0.0
