"""Which way a move of the journey goes: forward, back, lost, or returning.

Stages lie on a path from not knowing a brand to recommending it; beside the path lie the stages of people who are
lost to the brand (lapsed, rejecting). The default stages have fixed places; a stage that a scenario adds is placed by
what it says of itself (knows, considers, intends, owns, refuses).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

PLACES = {
    "unaware": 0.0,
    "aware": 1.0,
    "considering": 2.0,
    "intending": 3.0,
    "customer": 4.0,
    "loyal": 5.0,
    "advocate": 6.0,
}
LOST = ("lapsed", "rejecting")
OWNERS = ("customer", "loyal", "advocate")
DIRECTIONS = ("forward", "back", "lost", "return")


class Path:
    """The places of a journey's stages and the direction of every possible move.

    `order`: indices of the stages on the path, first to last; `lost`: indices of the stages beside it;
    `owners`: indices of the stages whose people own or use the brand.

    >>> path = Path(("unaware", "aware", "customer", "lapsed"))
    >>> path.direction(1, 2), path.direction(2, 1), path.direction(2, 3), path.direction(3, 1)
    ('forward', 'back', 'lost', 'return')
    """

    def __init__(self, stages: tuple[str, ...], added: Iterable[Any] = ()) -> None:
        self.stages = stages
        own_words = {stage.name: stage for stage in added}
        place: dict[int, float] = {}
        self.lost: list[int] = []
        self.owners: list[int] = []
        for index, name in enumerate(stages):
            stage = own_words.get(name)
            if name in LOST or (stage is not None and stage.refuses):
                self.lost.append(index)
                continue
            place[index] = _place(name, stage)
            if stage.owns if stage is not None else name in OWNERS:
                self.owners.append(index)
        self.order = sorted(place, key=lambda index: (place[index], index))
        self._rank = {index: rank for rank, index in enumerate(self.order)}

    def direction(self, origin: int, target: int) -> str:
        """Which way a move goes: "forward", "back", "lost" (off the path) or "return" (back onto the path).

        Someone lost who falls back to the first stage has forgotten the brand: that is "back", not a return.
        """
        if target in self.lost:
            return "lost"
        if origin in self.lost:
            return "back" if target == self.order[0] else "return"
        return "forward" if self._rank[target] > self._rank[origin] else "back"

    def mask(self, direction: str) -> np.ndarray:
        """Boolean (S, S): the moves from -> to that go in this direction. Raises ValueError for an unknown one."""
        if direction not in DIRECTIONS:
            raise ValueError(f"direction '{direction}' is unknown; allowed are {', '.join(DIRECTIONS)}")
        size = len(self.stages)
        return np.array(
            [[i != j and self.direction(i, j) == direction for j in range(size)] for i in range(size)], dtype=bool
        )


def _place(name: str, stage: Any) -> float:
    """Place on the path; added stages come just behind the default stage of the same kind."""
    if name in PLACES:
        return PLACES[name]
    if stage is None or stage.owns:
        return 6.5 if stage is None else 4.5
    if stage.intends:
        return 3.5
    if stage.considers:
        return 2.5
    return 1.5 if stage.knows else 0.5
