"""Runs for many visitors: a few processes, a fair queue in which everybody sees their place, and a memory of what was run.

`desk.ask(...)` takes the runs that somebody wants and returns a `Ticket` to watch or cancel. Runs that were done before are
there at once; runs that two visitors want at the same time are done once. What is urgent (a preview) goes before what is not,
and takes the place of what has begun; a run that nobody wants any more is called off. What somebody may want next is run
while there is nothing else to do. While many wait, a preview has fewer pairs, and says so.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache, partial
from queue import SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any

from sim.app.tickets import Busy, Job, Key, Rank, Ticket
from sim.app.workers import CalledOff, Crew, begin, simulate, warm

if TYPE_CHECKING:
    from sim.app.digest import Digest
    from sim.scenario import Scenario

log = logging.getLogger("journeysim.app")
REMEMBERED = 6_000
"""Runs kept in memory, the least recently used forgotten first: about 12 kB each."""
CROWD = 3
"""Other previews that wait beside one: from so many on it ends with the pairs that are enough."""
MOST_RUNS, MOST_WAITING = 1_000, 200
"""Runs of one ticket, and tickets in the queue; more is refused."""


@dataclass(frozen=True)
class Size:
    """How thoroughly a question is answered: consumers of the simulated market, and pairs of runs."""

    consumers: int
    pairs: int


PREVIEW, GOOD, FINE = Size(800, 5), Size(3_000, 20), Size(5_000, 60)
FEWEST = 3
"""Pairs of a preview while many others wait: the fewest whose interval says something."""
SIZES = {"preview": PREVIEW, "good": GOOD, "fine": FINE}


@lru_cache(maxsize=128)
def sized(scenario: Scenario, size: Size) -> Scenario:
    """The scenario with a smaller market; one that is smaller already stays as it is. Visitors with the same plan share it."""
    if scenario.world.market.consumers <= size.consumers:
        return scenario
    return scenario.with_(consumers=size.consumers)


def seeds_of(scenario: Scenario, pairs: int) -> range:
    """The seeds of a question: the scenario's own and those after it, so that a link gives the same numbers."""
    return range(scenario.seed, scenario.seed + pairs)


class Desk:
    """The queue, the workers and the memory. Safe to use from any thread.

    workers: processes, by default one a core. first: what each does before its first job.
    """

    def __init__(self, workers: int | None = None, first: Callable[[], None] = warm) -> None:
        self.workers = workers or max(1, min(os.cpu_count() or 1, 8))
        self._first = first
        self._lock = threading.RLock()
        self._crew: Crew | None = None
        self._opener: threading.Thread | None = None
        self._tickets: deque[Ticket] = deque()
        # What the workers have: one job each, and of what is urgent another one each, so that they never wait for the desk.
        self._running: dict[Key, int] = {}
        self._places = list(range(2 * self.workers))
        self._memory: OrderedDict[Key, Digest] = OrderedDict()
        # Runs come back on a thread of their own: the crew calls back while it holds its lock, and we ask it under ours.
        self._back: SimpleQueue[tuple[Crew, Key, Future[Any]] | None] = SimpleQueue()
        self._clerk: threading.Thread | None = None
        self._called = 0
        self._asked = 0.0

    def start(self) -> None:
        """Have the workers come. Returns at once; what is asked meanwhile waits for them."""
        with self._lock:
            if self._clerk is None:
                self._clerk = threading.Thread(target=self._serve, name="journeysim-desk", daemon=True)
                self._clerk.start()
            if self._crew is None and self._opener is None:
                self._opener = threading.Thread(target=self._open, name="journeysim-crew", daemon=True)
                self._opener.start()

    def _open(self) -> None:
        """Take on workers, which lasts as long as loading the rules does; then go on."""
        crew, problem = None, None
        try:
            crew = Crew(self.workers, 2 * self.workers, self._first)
        except (OSError, EOFError, BrokenProcessPool) as found:
            log.exception("the workers do not start")
            problem = found
        lost: list[Ticket] = []
        with self._lock:
            if self._opener is threading.current_thread():
                self._opener, self._crew, crew = None, crew, None
                self._running.clear()
                self._places = list(range(2 * self.workers))
                if problem is not None:
                    lost, self._tickets = list(self._tickets), deque()
                self._feed()
        for ticket in lost:
            ticket.fail(problem or EOFError())
            ticket.changed()
        if crew is not None:  # the desk was closed meanwhile
            crew.shutdown()

    def stop(self) -> None:
        """Let the workers go."""
        with self._lock:
            crew, self._crew, self._opener = self._crew, None, None
            clerk, self._clerk = self._clerk, None
            for ticket in list(self._tickets):
                ticket.cancelled = True
                ticket.changed()
            self._tickets.clear()
            self._call_off(crew, list(self._running))
        if crew is not None:
            crew.shutdown(wait=True, cancel_futures=True)
        if clerk is not None:
            self._back.put(None)
            clerk.join()

    def _serve(self) -> None:
        """The clerk's life: take runs in as they come back."""
        while (came := self._back.get()) is not None:
            self._take(*came)

    def ask(self, runs: Sequence[tuple[Scenario, int]], rank: Rank = Rank.FAIR, enough: int = 0) -> Ticket:
        """Put runs, each a scenario and a seed, into the queue. Raises Busy if it is full, ValueError for too many runs.

        enough: of an urgent ticket, how many of the first runs do while many wait.
        """
        if len(runs) > MOST_RUNS:
            raise ValueError(f"{len(runs)} runs at once are too many; at most {MOST_RUNS}")
        wanted: list[tuple[Key, Job]] = [
            ((scenario.fingerprint(), seed), (simulate, (scenario, seed))) for scenario, seed in runs
        ]
        ticket = Ticket(self, wanted, rank, enough)
        with self._lock:
            if rank is not Rank.IDLE:
                self._asked = monotonic()
            for key in list(ticket.waiting):
                known = self._memory.get(key)
                if known is not None:
                    self._memory.move_to_end(key)
                    ticket.results[key] = known
                    del ticket.waiting[key]
            if not ticket.finished:
                self._queue(ticket)
        return ticket

    @property
    def quiet(self) -> float:
        """Seconds since anybody asked for something that is not made ahead."""
        return monotonic() - self._asked

    @property
    def waiting(self) -> int:
        """How many tickets are in the queue."""
        return len(self._tickets)

    def _queue(self, ticket: Ticket) -> None:
        if len(self._tickets) >= MOST_WAITING:
            raise Busy
        self.start()
        self._tickets.append(ticket)
        if ticket.rank is not Rank.IDLE:
            self._make_way(ticket)
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
            ticket = Ticket(self, [(("", self._called), (work, arguments))], Rank.FAIR)
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

    @property
    def waited_for(self) -> bool:
        """Whether somebody waits for something urgent."""
        with self._lock:
            return bool(self._urgent())

    def cancel(self, ticket: Ticket) -> None:
        """Take a ticket out of the queue, and call off its runs that nobody else waits for."""
        with self._lock:
            ticket.cancelled = True
            self._leave(ticket)
            self._feed()
        ticket.changed()

    def _leave(self, ticket: Ticket) -> None:
        if ticket in self._tickets:
            self._tickets.remove(ticket)
        wanted = {key for one in self._tickets for key in one.waiting}
        self._call_off(self._crew, [key for key in ticket.waiting if key in self._running and key not in wanted])

    def _make_way(self, ticket: Ticket) -> None:
        """For a ticket that has come: nothing is run for later while somebody waits; the urgent goes before what has begun.

        The youngest runs make way, as many as the ticket needs workers. They are begun again when their turn comes.
        """
        for idle in [one for one in self._tickets if one.rank is Rank.IDLE]:
            idle.cancelled = True
            self._leave(idle)
        if ticket.rank is Rank.URGENT:
            urgent = {key for one in self._urgent() for key in one.waiting}
            younger = [key for key in reversed(self._running) if key[0] and key not in urgent]
            free = max(0, self.workers - len(self._running))
            self._call_off(self._crew, younger[: max(0, len(ticket.waiting) - free)])

    def _call_off(self, crew: Crew | None, keys: Sequence[Key]) -> None:
        for key in keys:
            if crew is not None:
                crew.flags[self._running[key]] = 1

    def _order(self) -> list[Ticket]:
        return sorted(self._tickets, key=lambda one: one.rank)

    def _feed(self) -> None:
        """Give the workers what comes next: the first run of the first ticket, which then goes behind its equals.

        Previews are few runs and much alike, and of use only whole: one after the other, everybody waits less than if all went on
        side by side and ended together.
        """
        for ticket in self._urgent():
            if ticket.first.keys() <= ticket.results.keys() and self._crowded(ticket):
                ticket.short = True
                self._leave(ticket)
                ticket.changed()
        while self._crew is not None and (found := self._next()) is not None:
            ticket, key = found
            work, given = ticket.waiting[key]
            place = self._places.pop()
            self._crew.flags[place] = 0
            try:
                future = self._crew.submit(begin, place, work, given)
            except BrokenProcessPool:
                self._crew = None
                self.start()
                return
            self._running[key] = place
            future.add_done_callback(partial(self._came_back, self._crew, key))
            if ticket.rank is Rank.FAIR:
                self._tickets.remove(ticket)
                self._tickets.append(ticket)

    def _next(self) -> tuple[Ticket, Key] | None:
        """The run that comes next, and whose it is; None if there is none, or no worker for it."""
        for ticket in self._order():
            most = 2 * self.workers if ticket.rank is Rank.URGENT else self.workers
            if len(self._running) >= most:
                return None
            wanted = ticket.first if self._crowded(ticket) else ticket.waiting
            key = next((one for one in wanted if one in ticket.waiting and one not in self._running), None)
            if key is not None:
                return ticket, key
        return None

    def _urgent(self) -> list[Ticket]:
        return [one for one in self._tickets if one.rank is Rank.URGENT]

    def _crowded(self, ticket: Ticket) -> bool:
        """Whether so many other urgent tickets wait that the runs which are enough must do."""
        return bool(ticket.first) and len(self._urgent()) > CROWD

    def _came_back(self, crew: Crew, key: Key, future: Future[Any]) -> None:
        self._back.put((crew, key, future))

    def _take(self, crew: Crew, key: Key, future: Future[Any]) -> None:
        """A run came back: remember it, hand it out, feed the worker."""
        served: list[Ticket] = []
        with self._lock:
            problem = None if future.cancelled() else future.exception()
            found = None if problem or future.cancelled() else future.result()
            if crew is self._crew:
                self._places.append(self._running.pop(key))
                if isinstance(problem, BrokenProcessPool):
                    self._crew = None
            if found is not None and key[0]:
                self._remember(key, found)
            if not isinstance(problem, CalledOff):  # else whoever still wants it waits for its next turn
                served = [one for one in self._tickets if key in one.waiting]
            for ticket in served:
                del ticket.waiting[key]
                if problem is not None:
                    log.error("a run failed: %s", problem)
                    ticket.fail(problem)
                elif not future.cancelled():
                    ticket.results[key] = found
                if ticket.finished:
                    self._leave(ticket)
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

    @property
    def enough(self) -> int:
        """How many of these make the fewest pairs that a preview may have."""
        return FEWEST * (1 + len(self.plans))

    def answer(self, ticket: Ticket) -> Pairs:
        """The complete pairs among a ticket's results; of a short one the fewest, the same for everybody."""
        found = dict(ticket.results)
        print_of = {name: plan.fingerprint() for name, plan in self.plans.items()}
        base = self.today.fingerprint()
        seeds = self.seeds[:FEWEST] if ticket.short else self.seeds
        whole = [
            seed for seed in seeds if (base, seed) in found and all((one, seed) in found for one in print_of.values())
        ]
        return Pairs(
            tuple(found[base, seed] for seed in whole),
            {name: tuple(found[one, seed] for seed in whole) for name, one in print_of.items()},
            len(seeds),
            self.today.world.market.consumers,
        )
