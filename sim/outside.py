"""What was done to a market from outside between two days: consumers put at other stages, and things given to them.

An intervention takes effect in the morning: the stage is written at once, everybody is counted afresh before the day
begins, the move is put in the books with cause "none", and what was given is used during the day like anything bought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.columns import NEVER
from sim.lists import MOVE_FIELDS
from sim.stages import OWNS

if TYPE_CHECKING:
    from sim.engine import Engine


class Outside:
    """Interventions waiting for the next day. `moves`: those of this morning, int32 (n, 5) as in sim.lists."""

    def __init__(self) -> None:
        self.moves = np.empty((0, len(MOVE_FIELDS)), np.int32)
        self._before: np.ndarray | None = None
        self._orders: dict[int, tuple[int, int, bool]] = {}

    def put_at(self, engine: Engine, brand: int, rows: int | slice | np.ndarray, stage: int | np.ndarray) -> None:
        """Put consumers (row numbers) at a stage (number) of their journey with a brand, from this morning on."""
        if self._before is None:
            self._before = engine.columns["stage"].copy()
        engine.columns["stage"][brand, rows] = stage
        engine.columns["entered"][brand, rows] = engine.day
        engine.touched()

    def give(self, engine: Engine, brand: int, row: int, paid: bool) -> None:
        """Hand a consumer one unit of a brand, used today; a customer from now on. `paid`: a sale at today's price.

        Need, habit and rival subscriptions change as by a purchase. Raises ValueError for a second unit on one day.
        """
        if row in self._orders:
            name = engine.brands[self._orders[row][0]].name
            raise ValueError(
                f"consumer {row + 1} already gets '{name}' on day {engine.day}; one unit a day is the most"
            )
        columns, tables, gain = engine.columns, engine.tables, np.float32(engine.parameters["purchase"]["habit_gain"])
        self._orders[row] = (brand, int(columns["last_bought"][brand, row] == NEVER), paid)
        if not engine.owned_stages[columns["stage"][brand, row]]:
            self.put_at(engine, brand, row, int(tables["customer_stage"][0]))
        for other in range(len(engine.brands)):
            if other != brand:
                columns["habit"][other, row] *= np.float32(1.0) - gain
                if engine.scenario.world.market.category == "subscription" and self._owns(engine, other, row):
                    self.put_at(engine, other, row, int(tables["left_stage"][0]))
        columns["habit"][brand, row] += (np.float32(1.0) - columns["habit"][brand, row]) * gain
        columns["motivation"][row] *= np.float32(1.0 - engine.parameters["purchase"]["satiation"])
        columns["last_bought"][brand, row] = columns["last_purchase"][row] = engine.day

    @staticmethod
    def _owns(engine: Engine, brand: int, row: int) -> bool:
        return bool(engine.stage_role[engine.columns["stage"][brand, row]] & OWNS)

    def take_effect(self, engine: Engine) -> None:
        """Enter this morning's moves in the books, and set today's gifts."""
        self.moves = self.moves[:0]
        if self._before is not None:
            now = engine.columns["stage"]
            brand, row = np.nonzero(now != self._before)
            left, to = self._before[brand, row], now[brand, row]
            self.moves = np.column_stack([row, brand, left, to, np.full(row.size, -1)]).astype(np.int32)
            np.add.at(engine.tables["transitions"], (brand, left, to), 1)
            np.add.at(engine.tables["causes"][..., -1], (brand, left, to), 1)
            self._before = None
        self._make_room(engine, len(self._orders))
        tables = engine.tables
        tables["gifts_today"][0] = len(self._orders)
        for n, (row, (brand, first, paid)) in enumerate(sorted(self._orders.items())):
            tables["gift_row"][n], tables["gift_brand"][n], tables["gift_first"][n] = row, brand, first
            if paid:
                engine.count("purchases_first" if first else "purchases_repeat", brand)
        self._orders = {}

    @staticmethod
    def _make_room(engine: Engine, gifts: int) -> None:
        if gifts > engine.tables["gift_row"].size:
            for name in ("gift_row", "gift_brand", "gift_first"):
                engine.tables[name] = np.zeros(2 * gifts, np.int32)
            engine.bind()
