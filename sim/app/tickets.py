"""What somebody waits for: a ticket in the desk's queue (`sim.app.jobs`), to watch or cancel."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.app.jobs import Desk

Key = tuple[str, int]
"""A run: the scenario's fingerprint and the seed. Other work: "" and a number of its own."""
Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""What a worker does: a function of a module, and what it is given."""


class Busy(Exception):
    """The queue is full."""


class Ticket:
    """Runs that somebody waits for. `done` of `total` are there; `results` by key; `error` in words if one failed."""

    def __init__(self, desk: Desk, wanted: Sequence[tuple[Key, Job]], urgent: bool) -> None:
        self._desk, self.urgent = desk, urgent
        self.keys = [key for key, _ in wanted]
        self.waiting: OrderedDict[Key, Job] = OrderedDict(wanted)
        self.results: dict[Key, Any] = {}
        self.error = ""
        self.problem: BaseException | None = None
        self.cancelled = False
        self.future: Future[Any] | None = None
        self._watchers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

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
        return self.cancelled or bool(self.error) or self.done == self.total

    @property
    def place(self) -> int:
        """How many tickets are served before this one."""
        return self._desk.place(self)

    def cancel(self) -> None:
        """Give up what has not begun; what is running ends within a second and is remembered."""
        self._desk.cancel(self)

    def changed(self) -> None:
        """Wake those who watch."""
        self._settle()
        for loop, event in list(self._watchers):
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

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

    async def watch(self, least: float = 0.2) -> AsyncIterator[Ticket]:
        """The ticket again whenever something new is there, at most every `least` seconds, and when it is finished."""
        event = asyncio.Event()
        self._watchers.append((asyncio.get_running_loop(), event))
        try:
            while not self.finished:
                await event.wait()
                event.clear()
                if not self.finished:
                    yield self
                    await asyncio.sleep(least)
            yield self
        finally:
            self._watchers = [one for one in self._watchers if one[1] is not event]
