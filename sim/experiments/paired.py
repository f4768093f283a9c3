"""Means over seeds with their intervals, and running many markets with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.experiments.engines import EngineError, engine
from sim.experiments.intervals import interval

Progress = Callable[[int, int], None]
"""progress(runs done, runs in all), called after each run."""


class Estimate(NamedTuple):
    """Mean over seeds and the 95 % interval of that mean (Student); nan where no seed has a value, or only one."""

    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def estimate(values: Sequence[float] | np.ndarray) -> Estimate:
    """Estimate from one value a seed; seeds without a value (nan) are left out.

    >>> [round(one, 3) for one in estimate([1.0, 2.0, 3.0])]
    [2.0, -0.484, 4.484]
    """
    return Estimate(*interval(np.asarray(values, float))[:3])


class Runner:
    """Runs tasks on one engine, counts them, and remembers if it was stopped (Ctrl-C, or `progress` raising it).

    Tasks have a `key` under which their result is filed. total: runs in all, for progress.
    """

    def __init__(self, name: str, total: int, progress: Progress | None) -> None:
        self.name, self.total, self.progress = name, total, progress
        self.done, self.stopped = 0, False

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> dict[Hashable, Any]:
        """Result of each task by its key; those that finished, where it was stopped. Raises EngineError if one fails."""
        found: dict[Hashable, Any] = {}
        if self.stopped:
            return found
        with engine(self.name) as workers:
            try:
                for one in workers.each(work, tasks):
                    if one.error is not None:
                        raise EngineError(one.error)
                    found[one.task.key] = one.result
                    self.done += 1
                    if self.progress:
                        self.progress(self.done, self.total)
            except KeyboardInterrupt:
                self.stopped = True
        return found
