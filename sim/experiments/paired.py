"""Running many markets with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from sim.experiments.engines import EngineError, Workers, crew

Progress = Callable[[int, int], None]
"""progress(runs done, runs in all), called after each run."""


class Runner:
    """Runs tasks on one engine, counts them, and remembers if it was stopped (Ctrl-C, or `progress` raising it).

    Tasks have a `key` under which their result is filed. workers: see `crew`. total: runs in all, for
    progress.
    """

    def __init__(self, workers: int | str | Workers, total: int, progress: Progress | None) -> None:
        self.workers, self.total, self.progress = workers, total, progress
        self.done, self.stopped = 0, False

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> dict[Hashable, Any]:
        """Result of each task by its key; those that finished, where it was stopped. Raises EngineError if one fails."""
        found: dict[Hashable, Any] = {}
        if self.stopped:
            return found
        with crew(self.workers) as workers:
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
