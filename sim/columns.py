"""Columns: what is known of every consumer, one array each, declared by the mechanism that owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

NEVER = -30_000
"""Day of something that has not happened (fits int16; differences with any day of a run stay in range)."""

Kind = Literal["trait", "state", "inbox"]
Per = Literal["consumer", "brand", "channel"]


@dataclass(frozen=True)
class Column:
    """One fact about every consumer.

    `per` gives the shape: "consumer" (N,), "brand" (B, N), "channel" (C, N). A `trait` never changes after set-up; a
    `state` may be written only by its owner and by the mechanisms in `writers`; to an `inbox` anyone may add.
    `unit` 1/255 says that bytes stand for shares.
    """

    dtype: str
    default: float
    low: float
    high: float
    meaning: str
    kind: Kind = "state"
    per: Per = "consumer"
    writers: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_share(self) -> bool:
        """Whether bytes of this column stand for shares of 1 (x / 255)."""
        return self.dtype == "uint8" and self.high == 1.0

    def allocate(self, consumers: int, brands: int, channels: int) -> np.ndarray:
        """A fresh array of the right shape, filled with the default."""
        shape = {"consumer": (consumers,), "brand": (brands, consumers), "channel": (channels, consumers)}[self.per]
        start = round(self.default * 255) if self.is_share else self.default
        return np.zeros(shape, self.dtype) if start == 0 else np.full(shape, start, self.dtype)
