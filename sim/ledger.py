"""The ledger: of every single consumer, what was bought of the focal brand, when first, and what kinds of touch were met.

A run keeps totals, and a panel of some consumers touch by touch. The ledger stands between: a few numbers on everybody, from
which two runs under the same luck can be compared person by person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.columns import NEVER
from sim.engine import Engine

if TYPE_CHECKING:
    from sim.scenario import Scenario

MOST_KINDS = 64
"""Kinds of touch that fit in the bits kept for each consumer."""


class Ledger:
    """What each consumer bought and met of the focal brand, up to the last day lived.

    units: int32 (consumers,), purchases. first: int16 (consumers,), day of the first one in the run, -1: none. met: uint64
    (consumers,), bit k set if a touch of kind k reached the consumer, noticed or not. before: bool (consumers,), bought or owned
    the brand before the first day. segment: uint8 (consumers,). kinds: names of the kinds. ties: the peer network.
    """

    def __init__(self, engine: Engine) -> None:
        self._market = engine
        focal, consumers = engine.focal, engine.consumers
        self.kinds = tuple(one.name for one in engine.kinds)
        if len(self.kinds) > MOST_KINDS:
            raise ValueError(f"a ledger has room for {MOST_KINDS} kinds of touch; this market has {len(self.kinds)}")
        self.units = np.zeros(consumers, np.int32)
        self.first = np.full(consumers, -1, np.int16)
        self.met = np.zeros(consumers, np.uint64)
        self.segment = engine.columns["segment"].copy()
        self.before = (engine.columns["last_bought"][focal] != NEVER) | engine.owned_stages[
            engine.columns["stage"][focal]
        ]
        self.ties = engine.ties

    @staticmethod
    def engine(scenario: Scenario, seed: int | None = None) -> Engine:
        """A market whose days can be written down here: everybody's touches are logged, and a day's orders stay in one list."""
        consumers = scenario.world.market.consumers
        return Engine(scenario, seed, panel=consumers, group=consumers, block=consumers)

    def close_day(self) -> None:
        """Write down the day that was just lived."""
        engine = self._market
        day, focal = engine.day - 1, engine.focal
        for group in engine.groups:
            lists = group.lists
            orders = lists.orders[: lists.ordered[0]]
            buyers = orders[orders[:, 1] == focal, 0]
            np.add.at(self.units, buyers, 1)
            new = buyers[self.first[buyers] < 0]
            self.first[new] = day
            touches = lists.touches[: lists.touched[0]]
            touches = touches[touches[:, 1] == focal]
            for kind in np.unique(touches[:, 2]):
                self.met[touches[touches[:, 2] == kind, 0]] |= np.uint64(1) << np.uint64(kind)

    def met_any(self, kinds: list[str]) -> np.ndarray:
        """Who met a touch of one of these kinds, bool (consumers,)."""
        bits = sum(1 << self.kinds.index(name) for name in set(kinds))
        return (self.met & np.uint64(bits)) != 0
