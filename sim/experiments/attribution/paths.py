"""Paths to purchase: what reached each followed consumer before each purchase, and before none.

This is what a tool for multi-touch attribution sees: touches of the channels that it tracks, in order, and purchases. It sees
neither friends nor what people would have done anyway. A path begins with the first touch within `lookback` days before a
purchase, but after the purchase before; touches that no purchase follows in time make paths of their own, at most `lookback`
days long, that did not convert.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LOOKBACK = 30
"""Days before a purchase in which touches count (the usual window of ad platforms for clicks)."""


@dataclass(frozen=True)
class Paths:
    """Paths of the panel, one after another.

    channels: names of the tracked channels (C). start: int64 (P + 1); path p has the touches `start[p]:start[p + 1]`, oldest
    first. channel: int64 (T), position in `channels`; age: int64 (T), days before the purchase (before the path's end, without
    one). converted: bool (P). untouched: purchases that no tracked touch came before. One touch is one channel on one day.
    """

    channels: tuple[str, ...]
    start: np.ndarray
    channel: np.ndarray
    age: np.ndarray
    converted: np.ndarray
    untouched: int

    @property
    def purchases(self) -> int:
        """Purchases in the panel, touched or not."""
        return int(self.converted.sum()) + self.untouched

    @property
    def of(self) -> np.ndarray:
        """Path of each touch, int64 (T)."""
        return np.repeat(np.arange(self.converted.size), np.diff(self.start))


def paths_of(
    touches: np.ndarray, orders: np.ndarray, channels: Sequence[str], days: int, lookback: int = LOOKBACK, seed: int = 1
) -> Paths:
    """Paths from a log of touches and one of purchases.

    touches: int (n, 3): day, consumer, channel (position in `channels`). orders: int (m, 2): day, consumer. days: of the log.
    What a day brings has no order in practice: touches of one day are put in a random one, by `seed`; they come before a purchase
    of that day. Raises ValueError for a lookback below 0 or a channel without a name.
    """
    if lookback < 0:
        raise ValueError(f"lookback is {lookback} days; give 0 or more")
    touches = np.unique(np.asarray(touches, np.int64).reshape(-1, 3), axis=0)
    orders = np.asarray(orders, np.int64).reshape(-1, 2)
    if touches.size and not 0 <= touches[:, 2].min() <= touches[:, 2].max() < len(channels):
        raise ValueError(f"touches name channels {touches[:, 2].min()} to {touches[:, 2].max()} of {len(channels)}")
    luck = np.random.Generator(np.random.PCG64([seed, 0x9A7B5])).random(len(touches))
    touches = touches[np.lexsort((luck, touches[:, 0], touches[:, 1]))]
    orders = np.unique(orders, axis=0)
    orders = orders[np.lexsort((orders[:, 0], orders[:, 1]))]

    # Purchases and touches on one scale, consumer by consumer: the next purchase is found by bisection.
    span = days + 1
    moment, bought = touches[:, 1] * span + touches[:, 0], orders[:, 1] * span + orders[:, 0]
    following = np.searchsorted(bought, moment)
    some = following < len(bought)
    some[some] &= orders[following[some], 1] == touches[some, 1]
    end = np.full(len(touches), days - 1)
    end[some] = orders[following[some], 0]
    age = end - touches[:, 0]
    stretch = age // (lookback + 1)  # 0: within the window before the purchase, or before the end
    key = np.column_stack([touches[:, 1], following, -stretch])
    new = np.ones(len(touches), bool)
    new[1:] = (key[1:] != key[:-1]).any(axis=1)
    first = np.flatnonzero(new)
    converted = (some & (stretch == 0))[first]
    return Paths(
        tuple(channels),
        np.append(first, len(touches)),
        touches[:, 2],
        age - stretch * (lookback + 1),
        converted,
        len(orders) - int(converted.sum()),
    )
