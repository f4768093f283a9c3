"""What takes a worker seconds rather than milliseconds, for pages: made when asked for, and remembered for a while.

SHELF = Shelf(most=12)
...
made = use_made(SHELF, {"network": Order((plan.fingerprint(), seed), look_inside, (plan, seed))})
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import solara
from solara.lab import use_task

from sim.app.jobs import Busy, desk

DEBOUNCE = 0.15
"""Seconds without another wish before anything is made."""


@dataclass(frozen=True)
class Order:
    """One thing to be made: `work(*given)` on a worker. key: what it is remembered under; work: a function of a module."""

    key: Hashable
    work: Callable[..., Any]
    given: tuple[Any, ...]


class Shelf:
    """Things made before: at most `most`, the least recently used forgotten first. Shared by all visitors, never changed."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._things: OrderedDict[Hashable, Any] = OrderedDict()

    def find(self, key: Hashable) -> Any:
        """The thing, or None if it is not there any more."""
        found = self._things.get(key)
        if found is not None:
            self._things.move_to_end(key)
        return found

    def put(self, key: Hashable, thing: Any) -> None:
        """Keep a thing."""
        self._things[key] = thing
        self._things.move_to_end(key)
        while len(self._things) > self.most:
            self._things.popitem(last=False)


@dataclass(frozen=True)
class Made:
    """Things by name; pending: others are on their way; problem: key of what went wrong, or ""."""

    things: Mapping[str, Any]
    pending: bool
    problem: str = ""


async def _made(shelf: Shelf, order: Order) -> Any:
    """From the shelf or from a worker. Raises Busy if too many wait, and what the work raises."""
    thing = shelf.find(order.key)
    if thing is None:
        thing = await asyncio.wrap_future(desk.call(order.work, *order.given))
        shelf.put(order.key, thing)
    return thing


def use_made(shelf: Shelf, orders: Mapping[str, Order]) -> Made:
    """Have things made; the last ones stay until all new ones are there. No orders: nothing is made, nothing changes."""
    question = tuple((name, order.key) for name, order in orders.items())
    there: solara.Reactive[tuple[tuple[Any, ...], Made]] = solara.use_reactive(((), Made({}, False)))

    async def work() -> None:
        await asyncio.sleep(DEBOUNCE)
        try:
            things = {name: await _made(shelf, order) for name, order in orders.items()}
        except Busy:
            there.value = (question, Made({}, False, "state.busy"))
        except asyncio.CancelledError:
            raise
        except Exception:  # a worker failed: its own log has the reason, the page says that it failed
            there.value = (question, Made({}, False, "state.run_failed"))
        else:
            there.value = (question, Made(things, False))

    use_task(work, dependencies=[question], raise_error=False)
    of, now = there.value
    return now if of == question else Made(now.things, True)
