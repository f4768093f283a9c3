"""Columns: what is known of every consumer, one array each, declared by the mechanism that owns it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

NEVER = -30_000
"""Day of something that has not happened (fits int16; differences with any day of a run stay in range)."""

_LINE = 64  # bytes of a cache line, at which every column begins

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

    def shape(self, consumers: int, brands: int, channels: int) -> tuple[int, ...]:
        """The shape of its array."""
        return {"consumer": (consumers,), "brand": (brands, consumers), "channel": (channels, consumers)}[self.per]


def allocate(declared: Mapping[str, Column], consumers: int, brands: int, channels: int) -> dict[str, np.ndarray]:
    """A fresh array of each column, filled with its default, all in one piece of memory.

    One by one, the columns of a million consumers are too small for the large pages that numpy asks for from 4 MiB on, and
    finding the small ones takes a thirtieth of the day.
    """
    shapes = {name: column.shape(consumers, brands, channels) for name, column in declared.items()}
    sizes = {name: math.prod(shape) * np.dtype(declared[name].dtype).itemsize for name, shape in shapes.items()}
    whole = np.empty(sum(-(-size // _LINE) * _LINE for size in sizes.values()) + _LINE, np.uint8)
    at = -whole.ctypes.data % _LINE
    found = {}
    for name, column in declared.items():
        found[name] = whole[at : at + sizes[name]].view(column.dtype).reshape(shapes[name])
        found[name].fill(round(column.default * 255) if column.is_share else column.default)
        at += -(-sizes[name] // _LINE) * _LINE
    return found
