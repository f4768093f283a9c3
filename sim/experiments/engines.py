"""Where runs are computed: in this process, on threads, on processes that heal themselves, or on a Dask cluster.

    with engine("processes:4") as workers:
        for done in workers.each(one_run, tasks):      # as they finish; a failing run is a `Done` with its reason
            print(done.task, done.result, done.error)

Every engine is a standard `concurrent.futures.Executor` inside, so results are the same whatever the engine, the number of
workers or the order in which they finish. What is sent to workers travels as pickle, which is code: see docs/sweeps.md.
"""

from __future__ import annotations

import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sim.scenario.errors import nearest

NAMES = ("inline", "threads", "processes", "dask")
TRIES = 3
"""How often a run may lose its worker before it counts as failed (assumed; Dask's own limit is as many)."""
LISTEN = 0.2
"""Seconds between looks at whether to stop."""


class EngineError(ValueError):
    """Runs cannot be computed there, and why, in a sentence."""


@dataclass(frozen=True)
class Done[Task, Result]:
    """One finished task. result: None if it failed; error: then the reason in a sentence, else None.

    seconds: time it took on its worker. worker: host and process. deaths: workers that died under it.
    """

    task: Task
    result: Result | None
    error: str | None
    seconds: float
    worker: str
    deaths: int = 0


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def engine(name: str = "processes") -> Workers:
    """Workers by name: "inline", "threads:2", "processes:8", "dask:2" (a cluster of this machine) or "tcp://host:8786".

    Without a number there is one worker a core. "tls://host:8786" and the path of a Dask scheduler file (.json) name clusters
    too. Raises EngineError for an unknown name, and for a cluster that does not answer or cannot run the model.
    """
    kind, _, number = name.partition(":")
    if name.startswith(("tcp://", "tls://")) or name.endswith(".json"):
        from sim.experiments.cluster import connect

        return connect(name)
    if kind not in NAMES:
        raise EngineError(
            f"there is no engine '{name}'{nearest(kind, NAMES)} Allowed is inline, threads:N, processes:N, dask:N, "
            "tcp://HOST:PORT, tls://HOST:PORT or the path of a Dask scheduler file (.json)"
        )
    if kind == "inline":
        if number:
            raise EngineError(f"engine '{name}': 'inline' is this process itself and takes no number")
        return Workers("inline", 1, _Here, ahead=0)
    slots = _slots(name, number)
    if kind == "threads":
        return Workers(f"threads:{slots}", slots, lambda: ThreadPoolExecutor(slots))
    if kind == "dask":
        from sim.experiments.cluster import start_here

        return start_here(slots)
    from sim.experiments.processes import Pool

    return Workers(f"processes:{slots}", slots, lambda: Pool(slots), apart=True)


@contextmanager
def crew(workers: int | str | Workers) -> Iterator[Workers]:
    """Workers as whatever computes many runs is given them: `workers=` of compare, sweep, attribution, response.

    A number is so many threads (1: this process itself), a text an engine's name; both are let go afterwards. Workers that are
    there already stay their owner's. Raises EngineError.

    >>> with crew(2) as both: both
    <Workers threads:2: 2 at a time>
    """
    if isinstance(workers, Workers):
        yield workers
        return
    name = workers if isinstance(workers, str) else "inline" if workers == 1 else f"threads:{workers}"
    with engine(name) as found:
        yield found


def _slots(name: str, number: str) -> int:
    if not number and ":" not in name:
        return cores()
    if not number.isdecimal() or not 1 <= int(number) <= 4096:
        raise EngineError(f"engine '{name}': '{number}' is not a number of workers; give a whole number from 1 to 4096")
    return int(number)


class _Here(Executor):
    """Runs in this thread, at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The finished call."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass(eq=False)
class _Sent:
    """Tasks sent to a worker together; `pool`: which pool of this engine had them."""

    tasks: list[Any]
    deaths: int = 0
    pool: int = 0


class Workers:
    """Workers behind one interface. Use it in a `with` block: leaving it lets the workers go.

    name: as given to `engine`. slots: runs computed at the same time. make: makes the executor, again if it breaks. ahead:
    tasks waiting for each slot, so that none is idle. apart: whether workers are other processes of this machine. finish:
    called when all is over. lost: says why nothing comes back any more, or None while all is well.
    """

    def __init__(
        self,
        name: str,
        slots: int,
        make: Callable[[], Executor],
        *,
        ahead: int = 1,
        apart: bool = False,
        chunk: int = 1,
        finish: Callable[[], None] | None = None,
        lost: Callable[[], str | None] | None = None,
    ) -> None:
        self.name = name
        self.slots = slots
        self.longest_chunk = chunk
        self._make, self._ahead, self._apart, self._finish, self._lost = make, ahead, apart, finish, lost
        self._executor: Executor | None = None
        self._pools = 0

    def __repr__(self) -> str:
        return f"<Workers {self.name}: {self.slots} at a time>"

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close(at_once=problem[0] is not None)

    @property
    def executor(self) -> Executor:
        """The standard executor behind it, made when first asked for."""
        if self._executor is None:
            self._executor = self._make()
            self._pools += 1
        return self._executor

    def close(self, at_once: bool = False) -> None:
        """Let the workers go; at once: without waiting for what they are at."""
        if self._executor is not None:
            kill = getattr(self._executor, "kill", None)
            if at_once and kill:
                kill()
            self._executor.shutdown(wait=not at_once)
            self._executor = None
        if self._finish:
            self._finish()
            self._finish = None

    def map[Task, Result](self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> list[Result]:
        """Results in the order of the tasks. Raises EngineError with the reason of the first that failed."""
        numbered = list(enumerate(tasks))
        results: dict[int, Any] = {}
        for done in self.each(_Numbered(function), numbered):
            if done.error is not None:
                raise EngineError(done.error)
            results[done.task[0]] = done.result
        return [results[number] for number, _ in numbered]

    def each[Task, Result](
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        *,
        tries: int = TRIES,
        chunk: int = 1,
        stop: Callable[[], bool] | None = None,
    ) -> Iterator[Done[Task, Result]]:
        """Call a function on every task and give back each as it finishes, in whatever order.

        Tasks are drawn as they are needed, so that a design of any size is never held in memory. A task that raises is given
        back with its reason. Tasks whose worker died are sent again; one that lost `tries` workers is given back as failed (the
        last time it goes alone, so that no other is blamed). chunk: tasks sent together, where the engine gains by it. stop:
        asked several times a second; once it says True, what has not begun is dropped and what is being computed still comes.

        Raises EngineError if the function cannot be sent, no worker starts, or the cluster is gone.
        """
        if self._apart and getattr(function, "__module__", None) == "__main__":
            raise EngineError(
                f"'{getattr(function, '__name__', function)}' is written in the program or notebook itself, where other "
                'processes cannot find it; put it into a module (a file that is imported), or use "threads"'
            )
        yield from _Flight(self, function, iter(tasks), tries, min(chunk, self.longest_chunk), stop).lived()

    def renew(self, pool: int) -> None:
        """Another pool in place of a broken one (unless that was done already)."""
        if pool == self._pools and self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None

    @property
    def window(self) -> int:
        """How many are sent before the first is back."""
        return self.slots * (1 + self._ahead)

    def why_lost(self) -> str | None:
        """Why nothing comes back any more; None while all is well."""
        return self._lost() if self._lost else None


class _Flight[Task, Result]:
    """One call of `each`: what is under way, and what must go again."""

    def __init__(
        self,
        workers: Workers,
        function: Callable[[Task], Result],
        source: Iterator[Task],
        tries: int,
        chunk: int,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.workers, self.function, self.source = workers, function, source
        self.tries, self.chunk, self.stop = tries, chunk, stop
        self.sent: dict[Future[Any], _Sent] = {}
        self.again: deque[_Sent] = deque()
        self.alone: deque[_Sent] = deque()

    def lived(self) -> Iterator[Done[Task, Result]]:
        """Everything until there is nothing left."""
        try:
            while True:
                if self.stop is not None and self.stop():
                    self._drop()
                else:
                    self._fill()
                if not self.sent:
                    return
                finished, _ = wait(self.sent, LISTEN, FIRST_COMPLETED)
                if not finished and (why := self.workers.why_lost()):
                    raise EngineError(why)
                for future in finished:
                    yield from self._back(future, self.sent.pop(future))
        finally:
            for future in self.sent:
                future.cancel()

    def _fill(self) -> None:
        """Send what there is room for."""
        while len(self.sent) < self.workers.window:
            if self.alone:
                if not self.sent:
                    self._send(self.alone.popleft())
                return
            one = self.again.popleft() if self.again else self._next()
            if one is None:
                return
            self._send(one)

    def _next(self) -> _Sent | None:
        tasks = [task for _, task in zip(range(self.chunk), self.source)]
        return _Sent(tasks) if tasks else None

    def _send(self, one: _Sent) -> None:
        while True:
            executor = self.workers.executor
            one.pool = self.workers._pools
            try:
                self.sent[executor.submit(call, self.function, one.tasks)] = one
                return
            except BrokenExecutor:
                self.workers.renew(one.pool)

    def _back(self, future: Future[Any], one: _Sent) -> Iterator[Done[Task, Result]]:
        """What became of tasks that were sent together."""
        if future.cancelled():
            if why := self.workers.why_lost():
                raise EngineError(why)
            return
        problem = future.exception()
        if problem is None:
            for task, (result, error, seconds, worker) in zip(one.tasks, future.result()):
                yield Done(task, result, error, seconds, worker, one.deaths)
        elif isinstance(problem, BrokenExecutor) or type(problem).__name__ == "KilledWorker":
            self.workers.renew(one.pool)
            deaths = self.tries if type(problem).__name__ == "KilledWorker" else one.deaths + 1
            for task in one.tasks:
                if deaths >= self.tries:
                    yield Done(task, None, _death(deaths), 0.0, "", deaths)
                else:
                    (self.alone if deaths == self.tries - 1 else self.again).append(_Sent([task], deaths))
        elif isinstance(problem, ImportError | AttributeError):
            raise EngineError(f"{self.workers.name} cannot load what it should run: {_gist(problem)}")
        else:  # what came could not be sent here or back
            for task in one.tasks:
                yield Done(task, None, _gist(problem), 0.0, "", one.deaths)

    def _drop(self) -> None:
        """Forget what has not begun."""
        self.source = iter(())
        self.again.clear()
        self.alone.clear()
        for future in [one for one in self.sent if one.cancel()]:
            del self.sent[future]


class _Numbered[Task, Result]:
    """A function of tasks that carry their number."""

    def __init__(self, function: Callable[[Task], Result]) -> None:
        self.function = function
        self.__module__ = getattr(function, "__module__", "")
        self.__name__ = getattr(function, "__name__", repr(function))

    def __call__(self, task: tuple[int, Task]) -> Result:
        return self.function(task[1])


def call(function: Callable[[Any], Any], tasks: list[Any]) -> list[tuple[Any, str | None, float, str]]:
    """On the worker: (result, error, seconds, worker) for each task; what a task raises is an error in words."""
    found = []
    for task in tasks:
        started = perf_counter()
        try:
            result, error = function(task), None
        except Exception as problem:  # whatever a run raises is this run's failure, not the sweep's
            result, error = None, _gist(problem)
        found.append((result, error, perf_counter() - started, here()))
    return found


def here() -> str:
    """This worker: its host, process and, where there are several, thread."""
    thread = threading.current_thread()
    name = "" if thread is threading.main_thread() else f" {thread.name}"
    return f"{socket.gethostname()} {os.getpid()}{name}"


def _gist(problem: BaseException) -> str:
    """What an exception says, in a line; with its kind, unless it is a sentence of ours."""
    text = " ".join(str(problem).split())
    return text if isinstance(problem, ValueError) and text else f"{type(problem).__name__}: {text}".rstrip(": ")


def _death(deaths: int) -> str:
    return f"its worker died {deaths} times: killed from outside, out of memory, or crashed by this very run"
