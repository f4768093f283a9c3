"""The laboratory: shipped markets at one size, run on paired seeds, with every purchase and move written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.experiments.life import Life, live
from sim.scenario import Scenario, load

__all__ = ["CONSUMERS", "Lab", "Life"]

CONSUMERS = 5_000
"""Simulated consumers of an experiment, unless asked otherwise."""


@dataclass(frozen=True)
class Lab:
    """Markets of one size on paired seeds.

    consumers: simulated consumers of every market. seeds: the seeds of every arm. quick: whether experiments should spare time
    where that costs only precision (shorter ladders, fewer arms).
    """

    consumers: int = CONSUMERS
    seeds: tuple[int, ...] = (1, 2, 3, 4)
    quick: bool = False
    overrides: Mapping[str, Any] = field(default_factory=dict)
    """Changes made to every market, for sensitivity and calibration: path -> value."""
    _shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def market(self, name: str, changes: Mapping[str, Any] | None = None, days: int | None = None) -> Scenario:
        """A shipped scenario at the laboratory's size, with changes by dotted path; days: another horizon.

        Spending and dated things stay as they are; a shorter horizon must not cut them (use `with_` changes for that).
        """
        given: dict[str, Any] = {"world.market.consumers": self.consumers, **self.overrides, **(changes or {})}
        if days is not None:
            given["horizon.days"] = days
        return load(name).with_(given)

    live = staticmethod(live)
    """Live one market, with what was asked of it: `sim.experiments.life.live`."""

    def each(self, scenario: Scenario, outcome: Callable[[Life], Any], **how: Any) -> np.ndarray:
        """An outcome of a market on every seed: array with the seeds first. `how` is passed to `live`."""
        return np.array([outcome(self.live(scenario, seed, **how)) for seed in self.seeds], dtype=float)

    def arms(self, arms: Mapping[str, Scenario], outcome: Callable[[Life], Any], **how: Any) -> dict[str, np.ndarray]:
        """An outcome of several markets on the same seeds: name of the arm -> array with the seeds first."""
        return {name: self.each(scenario, outcome, **how) for name, scenario in arms.items()}

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What several experiments share, made by the first that asks: keep figures in it, not whole markets."""
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]
