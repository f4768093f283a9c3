"""Regions: the market's consumers parted into places, so that there is something to compare between.

A market has no map. It has communities: circles of people who know one another. A region is made of whole communities, so that
most ties stay inside it, as with real places; what still crosses (`crossing_ties`) is how word of mouth leaks from one region to
the next. Where communities are not known (the network came from a file), or there are too few of them, regions are grown from
friend to friend, all of one size. Parting people by chance instead gives regions without any such structure: the honest worst
case of a geo test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import draws

if TYPE_CHECKING:
    from sim.peers import Ties

BY = ("community", "chance")
MOST = 200
UNEVEN = 0.5
"""Sizes of places fall with the rank to this power: the first of nine has three times the people of the last (assumed)."""


def regions(ties: Ties, count: int, seed: int, by: str = "community", uneven: float = UNEVEN) -> np.ndarray:
    """The region of each consumer, int16 (N,), numbers from 0.

    by: "community" (whole communities, drawn by keyed chance into regions until these are full) or "chance" (each consumer
    drawn alone). uneven: sizes fall with the rank to this power, 0 (all of about one size) or more. Same ties and seed, same
    regions; nobody's luck in the market changes. Raises ValueError for a count outside 2 to 200 or of less than two consumers
    a region, or an unknown `by`.
    """
    if by not in BY:
        raise ValueError(f"regions by '{by}': allowed are {' and '.join(BY)}")
    most = min(MOST, ties.consumers // 2)
    if not 2 <= count <= most:
        raise ValueError(
            f"{count} regions: this market of {ties.consumers:,} consumers can be parted into 2 to {most}"
            if most >= 2
            else f"this market of {ties.consumers:,} consumers is too small to be parted"
        )
    communities = ties.community if by == "community" else np.arange(ties.consumers)
    sizes = np.bincount(communities)
    if len(sizes) < 2 * count:
        return _grown(ties, count, seed)
    room = np.arange(1, count + 1) ** -uneven
    room *= ties.consumers / room.sum()
    home = np.empty(len(sizes), np.int16)
    # Largest communities first, each to the region that lacks most; chance decides between equals, and so who lives where.
    chance = draws.uniforms(draws.key(seed, "bridges.regions"), 0, len(sizes))
    for community in np.lexsort((chance, -sizes)):
        emptiest = int(np.argmax(room))
        home[community] = emptiest
        room[emptiest] -= sizes[community]
    return home[communities]


def _grown(ties: Ties, count: int, seed: int) -> np.ndarray:
    """Regions of one size, each grown from one who has none yet (greedy graph growing, Karypis & Kumar 1998, SIAM J. Sci.

    Comput. 20:359-392), int16 (N,).
    """
    people = ties.consumers
    starts = iter(np.argsort(draws.uniforms(draws.key(seed, "regions"), 0, people), kind="stable"))
    region = np.full(people, -1, np.int16)
    for number in range(count):
        room = people * (number + 1) // count - people * number // count
        front: list[int] = []
        while room:
            if not front:
                front = [next(int(one) for one in starts if region[one] < 0)]
                region[front[0]] = number
                room -= 1
            found: list[int] = []
            for one in front:
                friends = ties.to[ties.start[one] : ties.start[one + 1]]
                fresh = friends[region[friends] < 0][:room]
                region[fresh] = number
                room -= len(fresh)
                found += fresh.tolist()
            front = found
    return region


def crossing_ties(ties: Ties, region: np.ndarray) -> float:
    """Share of ties between people of different regions, in [0, 1]: how far word of mouth blurs a comparison of regions."""
    ends = np.repeat(np.arange(ties.consumers), ties.degree)
    return float(np.mean(region[ends] != region[ties.to])) if len(ties.to) else 0.0
