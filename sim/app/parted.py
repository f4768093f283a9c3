"""Work of many runs, such as a measurement of every channel: each run waits its turn at the desk like anybody's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sim.app.jobs import Desk
from sim.app.tickets import Busy, Ticket
from sim.experiments.engines import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_AT_ONCE = 16
"""Works of many runs under way at the same time; each holds a thread of the server."""
_under_way: set[Hashable] = set()
_lock = threading.Lock()


class Stopped(Exception):
    """Nobody wants the work any more."""


class Parted:
    """One work of many runs while it is under way. done of total runs are there (total 0: not known yet)."""

    def __init__(self, desk: Desk) -> None:
        self.done = self.total = 0
        self._desk = desk
        self._tickets: list[Ticket] = []
        self._stop = False

    @property
    def place(self) -> int:
        """How many others are served before its next run."""
        waiting = [one.place for one in list(self._tickets) if not one.finished]
        return min(waiting, default=0)

    def stop(self) -> None:
        """Give up what has not begun. From any thread."""
        self._stop = True
        for ticket in list(self._tickets):
            ticket.cancel()

    def run(self, work: Callable[..., Any], *given: Any) -> Any:
        """`work(*given, workers, progress)` in this thread, its runs by the desk. Raises Stopped, Busy, and what it raises."""
        workers = Workers("desk", self._desk.workers, lambda: _Counter(self), ahead=0)
        try:
            found = work(*given, workers, self._progress)
        except KeyboardInterrupt:
            raise Stopped from None
        if self._stop:
            raise Stopped
        return found

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._stop:
            raise KeyboardInterrupt  # as Ctrl-C: how long works are stopped everywhere in the laboratory

    def send(self, work: Callable[..., Any], given: tuple[Any, ...]) -> Future[Any]:
        """Put one run into the queue."""
        if self._stop:
            raise Stopped
        future, ticket = self._desk.order(work, *given)
        self._tickets = [*(one for one in self._tickets if not one.finished), ticket]
        return future


class _Counter(Executor):
    """The desk as an engine's executor."""

    def __init__(self, parted: Parted) -> None:
        self._parted = parted

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """One run, in turn with everybody's."""
        return self._parted.send(fn, args)


def begun(key: Hashable) -> bool:
    """Whether somebody else has this work done already."""
    with _lock:
        return key in _under_way


@contextmanager
def only_once(key: Hashable) -> Iterator[None]:
    """Mark a work as under way. Raises Busy if too many are."""
    with _lock:
        if len(_under_way) >= MOST_AT_ONCE:
            raise Busy
        _under_way.add(key)
    try:
        yield
    finally:
        with _lock:
            _under_way.discard(key)
