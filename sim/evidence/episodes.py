"""Searches: what people do between beginning to weigh brands and buying one, read from the log of moves.

A *search* of a consumer begins on the day the first brand of the category is weighed (considering or intending, and not
owned) and goes on as long as some brand is, pauses of up to `PAUSE` days included. A purchase ends it. Who buys a brand again
that is the own already, or buys without having weighed any, did not search: habit or impulse, 0 days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.stages import CONSIDERS, INTENDS, OWNS

if TYPE_CHECKING:
    from sim.evidence.lab import Life

PAUSE = 28
"""Days without weighing any brand after which a search counts as given up (assumed)."""

NEVER = -(10**6)
"""A day long before all others."""

UNSEARCHED = 7
"""Days before an unsearched purchase in which touchpoints count as received on the way to it (assumed: a week's shopping)."""

DIGITAL = ("website", "review", "search")
"""Sought touchpoints that are looked up on a screen; a shop and a friend's advice are not."""


@dataclass(frozen=True)
class Searches:
    """One row for each purchase.

    row, brand, day: who bought what when. days: length of the search, 0 without one. searched: whether there was one. initial,
    added: brands weighed on its first day, and later. considered: brands weighed or owned when buying. back: moves backwards
    during it, from considering or intending any brand to a stage before. kinds: noticed touchpoints of different kinds. digital:
    share of digital ones among those sought first, nan if none was sought. Both are nan for buyers outside the panel.
    """

    row: np.ndarray
    brand: np.ndarray
    day: np.ndarray
    days: np.ndarray
    searched: np.ndarray
    initial: np.ndarray
    added: np.ndarray
    considered: np.ndarray
    back: np.ndarray
    kinds: np.ndarray
    digital: np.ndarray

    def since(self, day: int) -> Searches:
        """Purchases from a day on only."""
        rows = self.day >= day
        return Searches(**{name: getattr(self, name)[rows] for name in _FIELDS})


_FIELDS = {one.name: np.int32 for one in fields(Searches)} | {
    "searched": bool,
    "kinds": np.float32,
    "digital": np.float32,
}


def searches(life: Life, pause: int = PAUSE) -> Searches:
    """Every purchase of a market with the search before it; the market must have been lived with its moves."""
    engine = life.engine
    role = engine.stage_role
    seeks, owns = (role & (CONSIDERS | INTENDS) > 0) & (role & OWNS == 0), role & OWNS > 0
    rank = np.where(role & INTENDS, 2, np.where(seeks, 1, 0))
    stage = _first_stages(life)
    weighed = seeks[stage]
    since, last = np.zeros(engine.consumers, np.int64), np.where(weighed.any(axis=0), -1, NEVER)
    joined = np.where(weighed, 0, -1)
    back = np.zeros(engine.consumers, np.int64)
    notes = _Notes(life)
    found: list[np.ndarray] = []
    logs = zip(_by_day(life.moves, engine.calendar.days), _by_day(life.orders, engine.calendar.days))
    for day, (moves, orders) in enumerate(logs):
        into = moves[seeks[moves[:, 4]] & ~seeks[moves[:, 3]]]
        active = weighed.any(axis=0)
        active[into[:, 1]] = True
        fresh = active & (day - last > pause)
        since[fresh], back[fresh] = day, 0
        joined[:, fresh] = np.where(weighed[:, fresh], day, -1)
        notes.begin(fresh)
        last[active] = day
        new = into[joined[into[:, 2], into[:, 1]] < 0]
        joined[new[:, 2], new[:, 1]] = day
        fell = moves[(rank[moves[:, 4]] < rank[moves[:, 3]]) & ~owns[moves[:, 4]]]
        np.add.at(back, fell[:, 1], 1)
        notes.hear(day)
        who, brand = orders[:, 1], orders[:, 2]
        own, known = owns[stage[brand, who]], weighed[:, who] | owns[stage[:, who]]
        searched = ~own & (day - last[who] <= pause)
        columns = {
            "row": who,
            "brand": brand,
            "day": np.full(len(who), day),
            "days": np.where(searched, day - since[who], 0),
            "searched": searched,
            "initial": np.where(searched, (joined[:, who] == since[who]).sum(axis=0), 0),
            "added": np.where(searched, (joined[:, who] > since[who]).sum(axis=0), 0),
            "considered": known.sum(axis=0) + ~known[brand, np.arange(len(who))],
            "back": np.where(searched, back[who], 0),
            "kinds": notes.kinds(who, searched),
            "digital": notes.digital(who),
        }
        found.append(np.column_stack(list(columns.values())).astype(float))
        last[who] = NEVER
        joined[:, who] = -1
        for _, row, of, _, to, _ in moves:  # in their order: somebody may move twice
            stage[of, row], weighed[of, row] = to, seeks[to]
    table = np.concatenate([np.empty((0, len(_FIELDS))), *found]).T
    return Searches(**{name: column.astype(kind) for (name, kind), column in zip(_FIELDS.items(), table)})


class _Notes:
    """What each consumer has noticed and sought since the present search began."""

    def __init__(self, life: Life) -> None:
        engine, days = life.engine, life.engine.calendar.days
        self._watched = engine.watched > 0
        self._log: Iterator[np.ndarray] | None = None
        if life.record.panel is not None:
            columns = life.record.panel["touches"]
            log = np.column_stack([columns[name] for name in ("day", "consumer", "kind", "noticed")]).astype(np.int64)
            self._log = _by_day(log, days)
        self._sought = np.array([not kind.pushed for kind in engine.kinds])
        self._digital = np.array([kind.name in DIGITAL for kind in engine.kinds])
        self._heard = np.zeros(engine.consumers, np.int64)
        self._lately = np.zeros((UNSEARCHED, engine.consumers), np.int64)
        self._first = np.full(engine.consumers, np.nan)

    def begin(self, rows: np.ndarray) -> None:
        """A search begins for some; rows: bool (consumers,)."""
        self._heard[rows] = 0
        self._first[rows] = np.nan

    def hear(self, day: int) -> None:
        """Take in a day's noticed touches."""
        if self._log is None:
            return
        today = next(self._log)
        today = today[today[:, 3] > 0]
        lately = self._lately[day % UNSEARCHED]
        lately[:] = 0
        np.bitwise_or.at(lately, today[:, 1], 1 << today[:, 2])
        self._heard |= lately
        sought = today[self._sought[today[:, 2]]]
        number = np.bincount(sought[:, 1], minlength=len(self._heard))
        online = np.bincount(sought[self._digital[sought[:, 2]], 1], minlength=len(self._heard))
        begins = np.isnan(self._first) & (number > 0)
        self._first[begins] = online[begins] / number[begins]

    def kinds(self, who: np.ndarray, searched: np.ndarray) -> np.ndarray:
        """Kinds noticed since the search began, or in the last days where there was none."""
        lately = np.bitwise_or.reduce(self._lately[:, who], axis=0)
        number = np.bitwise_count(np.where(searched, self._heard[who], lately)).astype(float)
        return np.where(self._watched[who], number, np.nan)

    def digital(self, who: np.ndarray) -> np.ndarray:
        """Share of digital ones among those sought first, nan if none."""
        return self._first[who]


def _first_stages(life: Life) -> np.ndarray:
    """Stage of everybody with each brand on the first morning, (brands, consumers): undo the moves."""
    stage = life.engine.columns["stage"].copy()
    for move in life.moves[::-1]:
        stage[move[2], move[1]] = move[3]
    return stage


def _by_day(log: np.ndarray, days: int) -> Iterator[np.ndarray]:
    """A log cut into days; its first column is the day, ascending."""
    edges = np.searchsorted(log[:, 0], np.arange(days + 1))
    return (log[lo:hi] for lo, hi in pairwise(edges))
