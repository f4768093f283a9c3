"""What somebody waits for: a ticket in the desk's queue (`sim.app.jobs`), to watch or cancel."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.app.jobs import Desk

Key = tuple[str, int]
"""A run: the scenario's fingerprint and the seed. Other work: "" and a number of its own."""
Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""What a worker does: a function of a module, and what it is given."""


FEW = 5
"""Tickets in the queue up to which everybody is told as often as they wish how far theirs is."""


class Busy(Exception):
    """The queue is full."""


class Rank(IntEnum):
    """What goes before what: previews whole, one after the other; all else in turn; and what may be wanted later, when idle."""

    URGENT = 0
    FAIR = 1
    IDLE = 2


class Ticket:
    """Runs that somebody waits for. `done` of `total` are there; `results` by key; `error` in words if one failed.

    first: the runs that are enough while many wait; short: whether it ended with these.
    """

    def __init__(self, desk: Desk, wanted: Sequence[tuple[Key, Job]], rank: Rank, enough: int = 0) -> None:
        self._desk, self.rank = desk, rank
        self.keys = [key for key, _ in wanted]
        self.waiting: OrderedDict[Key, Job] = OrderedDict(wanted)
        self.first = dict(wanted[:enough])
        self.results: dict[Key, Any] = {}
        self.error = ""
        self.problem: BaseException | None = None
        self.cancelled = self.short = False
        self.future: Future[Any] | None = None
        self._watchers: list[_Watcher] = []

    @property
    def total(self) -> int:
        """Runs in all."""
        return len(set(self.keys))

    @property
    def done(self) -> int:
        """Runs that are there."""
        return len(self.results)

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.cancelled or self.short or bool(self.error) or self.done == self.total

    @property
    def place(self) -> int:
        """How many tickets are served before this one."""
        return self._desk.place(self)

    def cancel(self) -> None:
        """Give up, also runs that have begun, unless somebody else waits for them."""
        self._desk.cancel(self)

    def fail(self, problem: BaseException) -> None:
        """Nothing more will come, because of this."""
        self.problem, self.error = problem, str(problem) or type(problem).__name__

    def changed(self) -> None:
        """Wake those who watch."""
        self._settle()
        for one in list(self._watchers):
            one.wake(self.finished)

    def _settle(self) -> None:
        """Tell the future of other work what became of it, unless nobody wants it any more."""
        if self.future is None or self.future.done() or not self.finished:
            return
        with suppress(InvalidStateError):  # cancelled in this very moment
            if self.problem is not None:
                self.future.set_exception(self.problem)
            elif self.cancelled:
                self.future.cancel()
            else:
                self.future.set_result(self.results[self.keys[0]])

    async def watch(self, least: float = 0.2, quiet: float = 0.0) -> AsyncIterator[Ticket]:
        """The ticket again whenever something new is there, at most every `least` seconds, and at once when it is finished.

        While more than `FEW` wait it is told as much less often: for all of them together it is the same work then.
        quiet: seconds at first in which nothing but the end is told.
        """
        watcher = _Watcher()
        self._watchers.append(watcher)
        try:
            if quiet and not self.finished:
                with suppress(TimeoutError):
                    await asyncio.wait_for(watcher.end.wait(), quiet)
                if not self.finished:
                    yield self
            while not self.finished:
                await watcher.news.wait()
                watcher.news.clear()
                if not self.finished:
                    yield self
                    with suppress(TimeoutError):
                        await asyncio.wait_for(watcher.end.wait(), least * max(1.0, self._desk.waiting / FEW))
            yield self
        finally:
            self._watchers.remove(watcher)


class _Watcher:
    """Somebody who looks at a ticket: told of news, and of the end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.news, self.end = asyncio.Event(), asyncio.Event()

    def wake(self, ended: bool) -> None:
        """From any thread."""
        with suppress(RuntimeError):  # its loop is closed: nobody looks any more
            self._loop.call_soon_threadsafe(self.news.set)
            if ended:
                self._loop.call_soon_threadsafe(self.end.set)
