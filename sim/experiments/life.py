"""A market lived from outside: interventions in the morning, and every purchase and move written down.

`sim.run` keeps daily books; some questions need to know who bought what on which day, or to keep ads from some consumers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine import Engine
from sim.lists import MOVE_FIELDS, ORDER_FIELDS
from sim.results.record import Record
from sim.running import Books
from sim.scenario import Scenario


@dataclass(frozen=True)
class Life:
    """One market lived to its last day.

    engine: as the last day left it (closed). record: the books (`sim.results.record.Record`). orders: int32 (n, 5), day, row,
    brand, first (1: the consumer's first of the brand), cause (kind of touch noticed last). moves: int32 (n, 6), day, row, brand,
    from, to, cause; empty unless asked for. watched: what `each_day` returned, day by day.
    """

    engine: Engine
    record: Record
    orders: np.ndarray
    moves: np.ndarray
    watched: list[Any]

    @property
    def focal(self) -> int:
        """Position of the focal brand."""
        return self.engine.focal

    def bought(self, first: int = 0, last: int | None = None) -> np.ndarray:
        """Purchases of each brand by each consumer on days [first, last), int64 (brands, consumers)."""
        day = self.orders[:, 0]
        rows = self.orders[(day >= first) & (day < (self.engine.calendar.days if last is None else last))]
        counts = np.zeros((len(self.engine.brands), self.engine.consumers), np.int64)
        np.add.at(counts, (rows[:, 2], rows[:, 1]), 1)
        return counts

    def units(self, brand: int | None = None, first: int = 0, last: int | None = None) -> float:
        """Units of a brand (by default the focal one) that simulated consumers bought on days [first, last)."""
        last = self.engine.calendar.days if last is None else last
        brand = self.focal if brand is None else brand
        day = self.orders[:, 0]
        return float(np.count_nonzero((self.orders[:, 2] == brand) & (day >= first) & (day < last)))

    def daily_units(self, brand: int | None = None, first_only: bool = False) -> np.ndarray:
        """Units of a brand bought on each day by simulated consumers (first_only: first purchases), float64 (days,)."""
        brand = self.focal if brand is None else brand
        mine = self.orders[:, 2] == brand
        if first_only:
            mine &= self.orders[:, 3] == 1
        return np.bincount(self.orders[mine, 0], minlength=self.engine.calendar.days).astype(float)

    def first_day(self, brand: int | None = None) -> np.ndarray:
        """Day of each consumer's first purchase of a brand in this run, -1: none; int64 (consumers,)."""
        brand = self.focal if brand is None else brand
        days = np.full(self.engine.consumers, -1)
        mine = self.orders[self.orders[:, 2] == brand][::-1]
        days[mine[:, 1]] = mine[:, 0]
        return days


def live(
    scenario: Scenario,
    seed: int,
    before: Callable[[Engine], None] | None = None,
    each_day: Callable[[Engine], Any] | None = None,
    moves: bool = False,
    without: tuple[str, ...] = (),
    panel: int = 0,
    until: int | None = None,
) -> Life:
    """Live one market to its end, or to a day before it.

    before(engine): called in the morning of each day, to intervene (engine.day is the coming day). each_day(engine): called
    in the evening (engine.day - 1 was lived); its results are kept. moves: write down moves. without: mechanisms left out.
    panel: consumers whose touches are logged one by one in `record.panel`. until: days to live, by default all.
    """
    # One block a group: the list of orders is emptied block by block, and all of the day's are wanted in the evening.
    engine = Engine(scenario, seed, panel=panel, block=scenario.world.market.consumers, without=without)
    books = Books(engine)
    orders: list[np.ndarray] = []
    moved: list[np.ndarray] = []
    watched: list[Any] = []
    try:
        while engine.day < min(until or engine.calendar.days, engine.calendar.days):
            if before:
                before(engine)
            engine.step()
            books.close_day()
            orders += _listed(engine, "orders", "ordered")
            if moves:
                moved += _listed(engine, "moves", "moved")
            if each_day:
                watched.append(each_day(engine))
    finally:
        engine.close()
    empty_orders = np.empty((0, len(ORDER_FIELDS) + 1), np.int32)
    empty_moves = np.empty((0, len(MOVE_FIELDS) + 1), np.int32)
    return Life(
        engine,
        books.record(),
        np.concatenate([empty_orders, *orders]),
        np.concatenate([empty_moves, *moved]),
        watched,
    )


def _listed(engine: Engine, rows: str, count: str) -> Sequence[np.ndarray]:
    """Today's entries of a list over all groups, the day put in front."""
    found = []
    for group in engine.groups:
        entries = getattr(group.lists, rows)[: getattr(group.lists, count)[0]]
        if len(entries):
            found.append(np.column_stack([np.full(len(entries), engine.day - 1, np.int32), entries]))
    return found
