"""A factor: what is varied, and which value it has at a place between its lowest and highest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.scenario.build import show


@dataclass(frozen=True)
class Factor:
    """One thing that is varied.

    name: its column. path: what it changes; "" for the arms. low, high: its range (levels are then empty). log: evenly spread
    over orders of magnitude. whole: whole numbers only. levels: its values, or the arms' names. steps: values in a grid.
    """

    name: str
    path: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    whole: bool = False
    levels: tuple[Any, ...] = ()
    steps: int = 5

    @property
    def numeric(self) -> bool:
        """Whether its values can be put on an axis."""
        return not self.levels or all(type(one) in (int, float) for one in self.levels)

    def at(self, unit: np.ndarray) -> list[Any]:
        """Its values at places in [0, 1], shape (n,): 0 is the lowest or first, 1 the highest or last."""
        unit = np.asarray(unit, float)
        if self.levels:
            return [self.levels[min(int(place * len(self.levels)), len(self.levels) - 1)] for place in unit]
        return [self._value(float(place)) for place in unit]

    def _value(self, place: float) -> float | int:
        low, high = self.low, self.high
        if self.whole:
            low, high = low - 0.5, high + 0.5
        if self.log:
            low = max(low, self.low / 2) if self.whole else low
            value = math.exp(math.log(low) + place * (math.log(high) - math.log(low)))
        else:
            value = low + place * (high - low)
        if self.whole:
            return int(min(max(round(value), self.low), self.high))
        # Twelve digits: libraries of other machines may differ in the last bits of exp, and the value names the run.
        return min(max(float(f"{value:.12g}"), self.low), self.high)

    def grid(self) -> list[Any]:
        """Its values in a grid: the levels, or `steps` values from lowest to highest."""
        if self.levels:
            return list(self.levels)
        if self.whole:
            spaced = np.geomspace if self.log else np.linspace
            return sorted({round(one) for one in spaced(self.low, self.high, self.steps).tolist()})
        return self.at(np.linspace(0.0, 1.0, self.steps))

    def describe(self) -> str:
        """Its values in words."""
        if self.levels:
            return ", ".join(show(one) for one in self.levels)
        kind = ", whole numbers" * self.whole + ", log scale" * self.log
        return f"{self.low:g} to {self.high:g}{kind}"

    def identity(self) -> dict[str, Any]:
        """What makes it this factor, as plain data."""
        if self.levels:
            return {"path": self.path, "levels": [plain(one) for one in self.levels]}
        return {"path": self.path, "range": [self.low, self.high], "log": self.log, "whole": self.whole}


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as text, tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    return str(value)
