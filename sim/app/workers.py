"""The desk's worker processes: what they simulate, how a run is called off, and how they begin.

On Linux workers are forks of a server of their own, which has loaded the compiled rules and never had a thread: they share that
memory, and one that replaces another is there at once. Elsewhere each is a fresh interpreter that loads them itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import TYPE_CHECKING, Any

from sim.experiments.processes import Context, prepare

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from sim.app.digest import Digest
    from sim.scenario import Scenario

WARMED_BY = ("launch", "flagship")
"""Cases that between them use every compiled rule, events, influencers, programmes, and a network from a file."""
FORKED = sys.platform == "linux"


class CalledOff(Exception):
    """Nobody waits for a run any more, or what is urgent goes before it."""


class _Here:
    """This worker's post: the flags it shares with the desk, and the place of the job it is at."""

    flags: MutableSequence[int] | None = None
    place = 0

    @classmethod
    def go_on(cls, done: int = 0, total: int = 0) -> None:
        """Raise CalledOff if the desk wants the present job no more. Called after each day of a run."""
        if cls.flags is not None and cls.flags[cls.place]:
            raise CalledOff


def simulate(scenario: Scenario, seed: int) -> Digest:
    """Run a market once, in a worker process. The one place where the app simulates. Raises CalledOff within a day."""
    import sim
    from sim.app.digest import digest

    return digest(sim.run(scenario, seed=seed, progress=_Here.go_on))


def warm() -> None:
    """Load every compiled rule, and the network of the largest case, before the first visitor asks."""
    import sim

    for case in WARMED_BY:
        simulate(sim.load(case).with_({"consumers": 60, "days": 30}), 1)


def begin(place: int, work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    """A job, in a worker. place: of its flag. Raises CalledOff if it was called off before it began, and what it raises."""
    _Here.place = place
    _Here.go_on()
    return work(*given)


def _arrive(flags: MutableSequence[int], first: Callable[[], None]) -> None:
    """On a new worker."""
    _Here.flags = flags
    prepare()
    first()


class Crew(ProcessPoolExecutor):
    """`size` workers, started; that lasts until the first is there.

    flags: (places,) bytes, shared with the workers; 1 calls off the job at a place (`begin`). first: what each does before its
    first job. Raises OSError, EOFError or BrokenProcessPool if workers cannot be had.
    """

    def __init__(self, size: int, places: int, first: Callable[[], None] = warm) -> None:
        context: ForkServerContext | SpawnContext = Context()
        if FORKED:
            context = ForkServerContext()
            context.set_forkserver_preload(["sim.app.warmed"])
        self.flags: MutableSequence[int] = context.RawArray("b", places)
        super().__init__(size, context, initializer=_arrive, initargs=(self.flags, first))
        for _ in range(size):
            self.submit(_present)


def _present() -> None:
    """Nothing: a worker that is asked to do it is started."""
