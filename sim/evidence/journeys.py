"""What runs of the high- and the low-involvement market say about journeys, lived once for all facts on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.episodes import Searches, searches

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life

HIGH, LOW = "ebike", "coffee"
SETTLED = {HIGH: 365, LOW: 182}
DAYS = {HIGH: 730, LOW: 273}
RETURN = 90
"""Days after an abandoned intention within which a purchase counts as a return."""

PANEL = 5_000
"""Most consumers whose touches are followed one by one."""

CONSUMER_DRIVEN = ("website", "shop", "review", "advice", "friend", "post", "community")
"""Touchpoints that the consumer seeks or that other consumers bring (Court et al. 2009), not paid for or sent by a brand."""

STAGES = ("unaware", "aware", "considering", "intending")


@dataclass(frozen=True)
class Journeys:
    """What one run says about journeys: its searches once the market has settled, and counts over the whole run.

    abandoned: intentions that ended, (purchases, others). returned: share of the others followed by a purchase of the brand
    within `RETURN` days. driven, noticed: touches that consumers drive and all, received and noticed, by stage (2, stages).
    steps: intentions and purchases per look at a product.
    """

    found: Searches
    abandoned: tuple[int, int]
    returned: float
    driven: np.ndarray
    noticed: np.ndarray
    steps: tuple[float, float]

    def mean(self, field: str, searched: bool = False) -> float:
        """Mean of a field over purchases, or over those that were searched for."""
        return float(np.nanmean(getattr(self.found, field)[self.found.searched | (not searched)]))


def _journeys(life: Life, settled: int) -> Journeys:
    record, engine = life.record, life.engine
    stages, kinds = list(record.stages), list(record.kinds)
    intends, customer = stages.index("intending"), stages.index("customer")
    left = life.moves[life.moves[:, 3] == intends]
    gone = left[left[:, 4] != customer]
    received, noticed = (touches.sum(axis=(0, 1))[:, : len(STAGES)] for touches in (record.delivered, record.noticed))
    theirs = [kinds.index(name) for name in CONSUMER_DRIVEN]
    looks = noticed[[kinds.index("website"), kinds.index("shop")]].sum()
    into = np.count_nonzero(life.moves[:, 4] == intends)
    bought = np.count_nonzero(life.moves[:, 4] == customer)
    return Journeys(
        searches(life).since(settled),
        (len(left) - len(gone), len(gone)),
        _returned(gone, life.orders, engine.calendar.days),
        np.array([received[theirs].sum(axis=0), received.sum(axis=0)]),
        np.array([noticed[theirs].sum(axis=0), noticed.sum(axis=0)]),
        (into / looks, bought / looks),
    )


def _returned(gone: np.ndarray, orders: np.ndarray, days: int) -> float:
    """Share of abandoned intentions after which the consumer bought the brand within `RETURN` days."""
    gone = gone[gone[:, 0] < days - RETURN]
    width = days + RETURN + 1
    when = np.sort((orders[:, 1].astype(np.int64) * 8 + orders[:, 2]) * width + orders[:, 0])
    start = (gone[:, 1].astype(np.int64) * 8 + gone[:, 2]) * width + gone[:, 0]
    return float(
        np.mean(np.searchsorted(when, start + RETURN, side="right") > np.searchsorted(when, start, side="right"))
    )


def all_journeys(lab: Lab, market: str) -> list[Journeys]:
    """Journeys in a market on every seed, lived once for all facts."""

    def make() -> list[Journeys]:
        scenario = lab.market(market, days=DAYS[market])
        return [
            _journeys(lab.live(scenario, seed, moves=True, panel=min(PANEL, lab.consumers)), SETTLED[market])
            for seed in lab.seeds
        ]

    return lab.once(f"journeys in {market}", make)


def per_seed(journeys: list[Journeys], field: str, searched: bool = False) -> np.ndarray:
    return np.array([one.mean(field, searched) for one in journeys])
