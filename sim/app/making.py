"""What takes a worker seconds rather than milliseconds, for pages: made when asked for, and remembered for a while.

SHELF = Shelf(most=12)
...
made = use_made(SHELF, {"network": Order((plan.fingerprint(), seed), look_inside, (plan, seed))})
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import solara
from solara.lab import use_task

from sim.app.jobs import desk
from sim.app.parted import Parted, begun, only_once
from sim.app.tickets import Busy

DEBOUNCE = 0.15
"""Seconds without another wish before anything is made."""
LOOK = 0.3
"""Seconds between looks at how far work of many runs is."""


@dataclass(frozen=True)
class Order:
    """One thing to be made: `work(*given)` on a worker. key: what it is remembered under; work: a function of a module.

    many: it is many runs and called as `work(*given, workers, progress)` beside the server's own work; its runs go to the desk.
    """

    key: Hashable
    work: Callable[..., Any]
    given: tuple[Any, ...]
    many: bool = False


class Shelf:
    """Things made before: at most `most`, the least recently used forgotten first. Shared by all visitors, never changed."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._things: OrderedDict[Hashable, Any] = OrderedDict()

    def find(self, key: Hashable) -> Any:
        """The thing, or None if it is not there any more."""
        with self._lock:
            found = self._things.get(key)
            if found is not None:
                self._things.move_to_end(key)
            return found

    def put(self, key: Hashable, thing: Any) -> None:
        """Keep a thing."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self.most:
                self._things.popitem(last=False)


@dataclass(frozen=True)
class Way:
    """How far work of many runs is: runs done of all (0: not known yet), others served before, whether the visitor stopped it."""

    done: int = 0
    total: int = 0
    place: int = 0
    stopped: bool = False


@dataclass(frozen=True)
class Made:
    """Things by name; pending: others are on their way; problem: key of what went wrong, or "".

    way: how far they are, to be read by what shows it alone; stop gives up, again takes it up after that or after a problem.
    """

    things: Mapping[str, Any]
    pending: bool
    problem: str = ""
    way: solara.Reactive[Way] | None = None
    stop: Callable[[], None] = lambda: None
    again: Callable[[], None] = lambda: None


async def _made(shelf: Shelf, order: Order, tell: Callable[[Way], None]) -> Any:
    """From the shelf or from a worker. Raises Busy if too many wait, and what the work raises."""
    while (thing := shelf.find(order.key)) is None:
        if order.many and begun(order.key):
            await asyncio.sleep(LOOK)  # another visitor has it made
            continue
        if order.many:
            thing = await _in_parts(order, tell)
        else:
            thing = await asyncio.wrap_future(desk.call(order.work, *order.given))
        shelf.put(order.key, thing)
    return thing


async def _in_parts(order: Order, tell: Callable[[Way], None]) -> Any:
    """Work of many runs, telling how far it is; cancelled with the task that waits for it."""
    parted = Parted(desk)
    with only_once(order.key):
        running = asyncio.ensure_future(asyncio.to_thread(parted.run, order.work, *order.given))
        try:
            while not running.done():
                tell(Way(parted.done, parted.total, parted.place))
                await asyncio.wait([running], timeout=LOOK)
            return running.result()
        except asyncio.CancelledError:
            parted.stop()
            running.add_done_callback(lambda one: one.cancelled() or one.exception())  # its end interests nobody
            raise


def use_made(shelf: Shelf, orders: Mapping[str, Order]) -> Made:
    """Have things made; the last ones stay until all new ones are there. No orders: nothing is made, nothing changes."""
    question = tuple((name, order.key) for name, order in orders.items())
    there: solara.Reactive[tuple[tuple[Any, ...], Made]] = solara.use_reactive(((), Made({}, False)))
    way: solara.Reactive[Way] = solara.use_reactive(Way())
    wished, wish = solara.use_state(0)

    async def work() -> None:
        await asyncio.sleep(DEBOUNCE)
        way.value = Way()
        try:
            things = {name: await _made(shelf, order, way.set) for name, order in orders.items()}
        except Busy:
            there.value = (question, Made({}, False, "state.busy"))
        except asyncio.CancelledError:
            raise
        except Exception:  # a worker failed: its own log has the reason, the page says that it failed
            there.value = (question, Made({}, False, "state.not_made"))
        else:
            there.value = (question, Made(things, False))

    # Not given up with the page: what is made is remembered for whoever comes back.
    task = use_task(work, dependencies=[question, wished], raise_error=False)

    def stop() -> None:
        task.cancel()
        way.value = replace(way.value, stopped=True)

    def again() -> None:
        if there.value[1].problem:
            there.value = ((), Made({}, False))  # it is on its way again, and that is what a page shows
        wish(wished + 1)

    of, now = there.value
    now = now if of == question else Made(now.things, True)
    return replace(now, way=way, stop=stop, again=again)
