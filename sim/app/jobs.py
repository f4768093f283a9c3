"""Runs for many visitors: a few processes, a fair queue in which everybody sees their place, and a memory of what was run.

`desk.ask(...)` takes the runs that somebody wants and returns a `Ticket` to watch or cancel. Runs that were done before are
there at once; runs that two visitors want at the same time are done once. What is urgent (a preview) goes before what is not.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from sim.app.tickets import Busy, Job, Key, Ticket
from sim.experiments.processes import Context, prepare

if TYPE_CHECKING:
    from sim.app.digest import Digest
    from sim.scenario import Scenario

log = logging.getLogger("journeysim.app")
REMEMBERED = 6_000
"""Runs kept in memory, the least recently used forgotten first: about 12 kB each."""
MOST_RUNS, MOST_WAITING = 1_000, 200
"""Runs of one ticket, and tickets in the queue; more is refused."""


@dataclass(frozen=True)
class Size:
    """How thoroughly a question is answered: consumers of the simulated market, and pairs of runs."""

    consumers: int
    pairs: int


PREVIEW, GOOD, FINE = Size(800, 5), Size(3_000, 20), Size(5_000, 60)
SIZES = {"preview": PREVIEW, "good": GOOD, "fine": FINE}


def sized(scenario: Scenario, size: Size) -> Scenario:
    """The scenario with a smaller market; one that is smaller already stays as it is."""
    if scenario.world.market.consumers <= size.consumers:
        return scenario
    return scenario.with_(consumers=size.consumers)


def seeds_of(scenario: Scenario, pairs: int) -> range:
    """The seeds of a question: the scenario's own and those after it, so that a link gives the same numbers."""
    return range(scenario.seed, scenario.seed + pairs)


def simulate(scenario: Scenario, seed: int) -> Digest:
    """Run a market once, in a worker process. The one place where the app simulates."""
    import sim
    from sim.app.digest import digest

    return digest(sim.run(scenario, seed=seed))


WARMED_BY = ("launch", "flagship")
"""Cases that between them use every compiled rule, events, influencers, programmes, and a network from a file."""


def _warm() -> None:
    """On a new worker: load every compiled rule, and the network of the largest case, before the first visitor asks."""
    import sim

    prepare()
    for case in WARMED_BY:
        simulate(sim.load(case).with_({"consumers": 60, "days": 30}), 1)


class Desk:
    """The queue, the workers and the memory. Safe to use from any thread.

    workers: processes, by default one a core. warm: what each does first.
    """

    def __init__(self, workers: int | None = None, warm: Callable[[], None] | None = None) -> None:
        self.workers = workers or max(1, min(os.cpu_count() or 1, 8))
        self._warm = warm or _warm
        self._lock = threading.RLock()
        self._pool: ProcessPoolExecutor | None = None
        self._tickets: deque[Ticket] = deque()
        self._running: dict[Key, Future[Any]] = {}
        self._memory: OrderedDict[Key, Digest] = OrderedDict()
        # Runs come back on a thread of their own: the pool calls back while it holds its lock, and we ask it under ours.
        self._back: SimpleQueue[tuple[Key, Future[Any]] | None] = SimpleQueue()
        self._clerk: threading.Thread | None = None
        self._called = 0

    def start(self) -> None:
        """Start the workers and let them load the rules."""
        with self._lock:
            if self._clerk is None:
                self._clerk = threading.Thread(target=self._serve, name="journeysim-desk", daemon=True)
                self._clerk.start()
            if self._pool is None:
                # Fresh processes rather than forks: the server has threads, and locks they hold would be copied.
                self._pool = ProcessPoolExecutor(self.workers, Context(), initializer=self._warm)
                for _ in range(self.workers):
                    self._pool.submit(os.getpid)

    def stop(self) -> None:
        """Let the workers go."""
        with self._lock:
            pool, self._pool = self._pool, None
            clerk, self._clerk = self._clerk, None
            for ticket in list(self._tickets):
                ticket.cancelled = True
                ticket.changed()
            self._tickets.clear()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
        if clerk is not None:
            self._back.put(None)
            clerk.join()

    def _serve(self) -> None:
        """The clerk's life: take runs in as they come back."""
        while (came := self._back.get()) is not None:
            self._take(*came)

    def ask(self, runs: Sequence[tuple[Scenario, int]], urgent: bool = False) -> Ticket:
        """Put runs, each a scenario and a seed, into the queue. Raises Busy if it is full, ValueError for too many runs."""
        if len(runs) > MOST_RUNS:
            raise ValueError(f"{len(runs)} runs at once are too many; at most {MOST_RUNS}")
        wanted: list[tuple[Key, Job]] = [
            ((scenario.fingerprint(), seed), (simulate, (scenario, seed))) for scenario, seed in runs
        ]
        ticket = Ticket(self, wanted, urgent)
        with self._lock:
            for key in list(ticket.waiting):
                known = self._memory.get(key)
                if known is not None:
                    self._memory.move_to_end(key)
                    ticket.results[key] = known
                    del ticket.waiting[key]
            if not ticket.finished:
                self._queue(ticket)
        return ticket

    def _queue(self, ticket: Ticket) -> None:
        if len(self._tickets) >= MOST_WAITING:
            raise Busy
        self.start()
        self._tickets.append(ticket)
        self._feed()

    def call(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Let a worker do something else for a page, such as follow every consumer of a market. Raises Busy if many wait.

        It waits its turn among all that is not urgent. work: a function of a module, so that it can be sent. Cancelling the
        future takes it out of the queue; what has begun is finished, for nobody.
        """
        return self.order(work, *arguments)[0]

    def order(self, work: Callable[..., Any], *arguments: Any) -> tuple[Future[Any], Ticket]:
        """The same, and its ticket, which knows its place."""
        with self._lock:
            self._called += 1
            ticket = Ticket(self, [(("", self._called), (work, arguments))], urgent=False)
            future: Future[Any] = Future()
            ticket.future = future
            self._queue(ticket)
        future.add_done_callback(lambda done: ticket.cancel() if done.cancelled() else None)
        return future, ticket

    def place(self, ticket: Ticket) -> int:
        """How many tickets are served before this one."""
        with self._lock:
            ahead = 0
            for other in self._order():
                if other is ticket:
                    return ahead
                ahead += bool(other.waiting)
            return 0

    def cancel(self, ticket: Ticket) -> None:
        """Take a ticket out of the queue."""
        with self._lock:
            ticket.cancelled = True
            if ticket in self._tickets:
                self._tickets.remove(ticket)
        ticket.changed()

    def _order(self) -> list[Ticket]:
        return sorted(self._tickets, key=lambda one: not one.urgent)

    def _feed(self) -> None:
        """Give the workers what comes next: the first run of the first ticket, which then goes behind its equals.

        Previews are few runs and much alike, and of use only whole: one after the other, everybody waits less than if all went on
        side by side and ended together.
        """
        while self._pool is not None and len(self._running) < self.workers:
            for ticket in self._order():
                key = next((one for one in ticket.waiting if one not in self._running), None)
                if key is None:
                    continue
                try:
                    work, given = ticket.waiting[key]
                    future = self._pool.submit(work, *given)
                except BrokenProcessPool:
                    self._pool = None
                    self.start()
                    return self._feed()
                self._running[key] = future
                future.add_done_callback(partial(self._came_back, key))
                if not ticket.urgent:
                    self._tickets.remove(ticket)
                    self._tickets.append(ticket)
                break
            else:
                return None
        return None

    def _came_back(self, key: Key, future: Future[Any]) -> None:
        self._back.put((key, future))

    def _take(self, key: Key, future: Future[Any]) -> None:
        """A run came back: remember it, hand it out, feed the worker."""
        with self._lock:
            self._running.pop(key, None)
            problem = None if future.cancelled() else future.exception()
            if isinstance(problem, BrokenProcessPool):
                self._pool = None
            found = None if problem or future.cancelled() else future.result()
            if found is not None and key[0]:
                self._remember(key, found)
            served = [one for one in self._tickets if key in one.waiting]
            for ticket in served:
                del ticket.waiting[key]
                if problem is not None:
                    log.error("a run failed: %s", problem)
                    ticket.problem, ticket.error = problem, str(problem) or type(problem).__name__
                elif not future.cancelled():
                    ticket.results[key] = found
                if ticket.finished:
                    self._tickets.remove(ticket)
            if self._tickets:
                self.start()
            self._feed()
        for ticket in served:
            ticket.changed()

    def _remember(self, key: Key, found: Digest) -> None:
        self._memory[key] = found
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)


desk = Desk()
"""The one desk of a server."""


@dataclass(frozen=True)
class Pairs:
    """What a question has brought so far: runs of today's plan and of others with the same people and luck.

    today, plans[letter]: digests in the order of the seeds, pairs complete only. wanted: pairs asked for.
    """

    today: tuple[Digest, ...]
    plans: dict[str, tuple[Digest, ...]]
    wanted: int
    consumers: int

    @property
    def count(self) -> int:
        """Pairs that are complete."""
        return len(self.today)


class Question:
    """One comparison: today's plan and others, on the same seeds, at one size."""

    def __init__(self, today: Scenario, plans: dict[str, Scenario], size: Size) -> None:
        self.size = size
        self.today = sized(today, size)
        self.plans = {name: sized(plan, size) for name, plan in plans.items()}
        self.seeds = seeds_of(today, size.pairs)

    @property
    def runs(self) -> list[tuple[Scenario, int]]:
        """Every run, pair after pair."""
        return [(one, seed) for seed in self.seeds for one in (self.today, *self.plans.values())]

    def answer(self, ticket: Ticket) -> Pairs:
        """The complete pairs among a ticket's results."""
        found = dict(ticket.results)
        print_of = {name: plan.fingerprint() for name, plan in self.plans.items()}
        base = self.today.fingerprint()
        whole = [
            seed
            for seed in self.seeds
            if (base, seed) in found and all((one, seed) in found for one in print_of.values())
        ]
        return Pairs(
            tuple(found[base, seed] for seed in whole),
            {name: tuple(found[one, seed] for seed in whole) for name, one in print_of.items()},
            len(self.seeds),
            self.today.world.market.consumers,
        )
