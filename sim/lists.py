"""The day's lists: what concerns few people is written down once, not kept as a column for all.

Each group of consumers has these lists, emptied at dawn:

- *letters*: messages sent to a consumer by any touchpoint, read by perception on the same day. This is where mechanisms
  meet without knowing one another.
- *errands*: what a consumer will do to others tonight (tell, ask, post, pass on, invite), carried out in `spread`.
- *moves*: transitions of the journey.
- *orders*: purchases.
- *seekers*: (row, brand) of people who consider a brand today and do not own it.
- *touches*: what reached the members of the panel.

Lists are sized for the most that can happen, so they never overflow; memory is only used as far as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.ahead import blank_notes
from sim.kernels import rule

LETTER_FIELDS = ("row", "brand", "kind", "count", "salt")
EFFECT_FIELDS = ("awareness", "evidence_for", "evidence_against", "activation")
ERRAND_FIELDS = ("row", "brand", "act", "value")
MOVE_FIELDS = ("row", "brand", "from", "to", "cause")
ORDER_FIELDS = ("row", "brand", "first", "cause")
TOUCH_FIELDS = ("row", "brand", "kind", "count", "noticed")

LISTS = ("letters", "effects", "sent", "errands", "planned", "moves", "moved", "orders", "ordered", "seekers", "sought",
         "touches", "touched", "luck", "mark", "chosen", "heeded", "near", "near_marks",
         "ahead")  # fmt: skip
"""Names of the day's lists, of how many entries each has, and of scratch."""

TELL, ASK, POST, PASS_ON, INVITE = range(5)


@rule
def send(letters, effects, sent, row, brand, kind, count, salt, awareness, evidence_for, evidence_against, activation):
    """Put a message in a consumer's inbox: `count` copies, with effects as if all were noticed.

    awareness and activation are exponents (state rises by 1 - exp(-x)); evidence is in Beta counts, already weighted by
    the consumer's trust in the source. `salt` tells apart letters of one kind and brand on one day.
    """
    n = sent[0]
    letters[n, 0] = row
    letters[n, 1] = brand
    letters[n, 2] = kind
    letters[n, 3] = count
    letters[n, 4] = salt
    effects[n, 0] = awareness
    effects[n, 1] = evidence_for
    effects[n, 2] = evidence_against
    effects[n, 3] = activation
    sent[0] = n + 1


@rule
def plan_errand(errands, planned, row, brand, act, value):
    """Note what a consumer will do to others tonight."""
    n = planned[0]
    errands[n, 0] = row
    errands[n, 1] = brand
    errands[n, 2] = act
    errands[n, 3] = value
    planned[0] = n + 1


@rule(makes_arrays=True)
def errands_of(errands, planned, act):
    """Places of tonight's errands of one kind, in order."""
    places, many = np.empty(planned[0], np.int64), 0
    for n in range(planned[0]):
        places[many] = n
        many += np.int64(errands[n, 2] == act)
    return places[:many]


@rule
def move(stage, entered, moves, moved, row, brand, to, cause, day):
    """Move a consumer to another stage of the journey with a brand, and write the move down."""
    n = moved[0]
    moves[n, 0] = row
    moves[n, 1] = brand
    moves[n, 2] = stage[brand, row]
    moves[n, 3] = to
    moves[n, 4] = cause
    moved[0] = n + 1
    stage[brand, row] = to
    entered[brand, row] = day


@rule(makes_arrays=True)
def moves_in_or_out(moves, moved, stage_role, role):
    """Places of today's moves between stages with a role and stages without, in order."""
    places, many = np.empty(moved[0], np.int64), 0
    for n in range(moved[0]):
        places[many] = n
        many += np.int64(stage_role[moves[n, 2]] & role != stage_role[moves[n, 3]] & role)
    return places[:many]


@rule
def place_order(orders, ordered, row, brand, first, cause):
    """Write down a purchase; `first` is 1 if the consumer never bought the brand before."""
    n = ordered[0]
    orders[n, 0] = row
    orders[n, 1] = brand
    orders[n, 2] = first
    orders[n, 3] = cause
    ordered[0] = n + 1


class Lists:
    """The lists of one group of `rows` consumers; `desk` is shared by the groups that one worker handles in turn.

    posts: how many posts by influencers can reach the group's members in one day. touches: room for the panel's touches.
    """

    def __init__(self, rows: int, brands: int, posts: int, touches: int, desk: dict[str, np.ndarray]) -> None:
        self.letters, self.effects, self.heeded = desk["letters"], desk["effects"], desk["heeded"]
        whole = -(-rows // 16) * 16
        self.luck, self.mark, self.chosen = desk["luck"][:rows], desk["mark"][:whole], desk["chosen"]
        self.near, self.near_marks, self.ahead = desk["near"], desk["near_marks"], desk["ahead"]
        self.seekers = np.empty((rows * brands + 1, 2), np.uint32)
        self.errands = np.empty((rows * (3 * brands + 1) + posts + 1, len(ERRAND_FIELDS)), np.int32)
        self.moves = np.empty((rows * 4 * brands + 1, len(MOVE_FIELDS)), np.int32)
        self.orders = np.empty((rows * 2 + 1, len(ORDER_FIELDS)), np.int32)
        self.touches = np.empty((touches + 1, len(TOUCH_FIELDS)), np.int32)
        self._counts = np.zeros(6, np.int64)
        self.sent, self.planned, self.moved, self.ordered, self.touched, self.sought = self._counts.reshape(6, 1)

    @staticmethod
    def desk(letters: int, rows: int, brands: int, columns: Iterable[np.ndarray]) -> dict[str, np.ndarray]:
        """What a worker needs for one group at a time: room for `letters`, scratch for screening `rows` (sim.screens),
        and what to ask for of the `columns` (sim.ahead)."""
        return {
            "letters": np.empty((letters + 1, len(LETTER_FIELDS)), np.int32),
            "effects": np.empty((letters + 1, len(EFFECT_FIELDS)), np.float32),
            "heeded": np.empty((letters + 1, 2), np.int32),  # letters that are noticed, and how many copies
            "luck": np.empty(rows, np.uint16),
            "mark": np.zeros(rows + 16, np.uint8),
            "chosen": np.empty(rows + 32, np.int32),
            # people whom an arrow may lead on today: row, brand, first bits of their draw, room to put them in order;
            # their stages, and two marks
            "near": np.empty((4, rows * brands + 32), np.int32),
            "near_marks": np.empty((3, rows * brands + 32), np.uint8),
            "ahead": blank_notes(columns),
        }

    def clear(self) -> None:
        """Empty all lists."""
        self._counts.fill(0)

    def wiring(self) -> dict[str, np.ndarray]:
        """The arrays by the names kernels use for them."""
        return {name: array for name, array in vars(self).items() if not name.startswith("_")}
