"""Ties between consumers, as every part of the model reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Ties:
    """Undirected ties of N consumers as rows: those of consumer i are `to[start[i]:start[i + 1]]`, sorted.

    `start` int64 (N + 1); `to` int32 (2E), each tie seen from both ends; `strength` uint8 (2E), x / 255, equal from
    both ends; `community` int32 (N), all 0 where unknown. `self_rows` and `repeated_rows` count what a reader dropped.
    """

    start: np.ndarray
    to: np.ndarray
    strength: np.ndarray
    community: np.ndarray
    self_rows: int = 0
    repeated_rows: int = 0

    @property
    def consumers(self) -> int:
        """Number of consumers N."""
        return len(self.start) - 1

    @property
    def ties(self) -> int:
        """Number of ties E, each counted once."""
        return len(self.to) // 2

    @cached_property
    def degree(self) -> np.ndarray:
        """Number of ties of each consumer, int32 (N)."""
        return np.diff(self.start).astype(np.int32)
