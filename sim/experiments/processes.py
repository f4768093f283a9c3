"""A pool of processes of this machine for runs: fresh interpreters that end with their parent and leave Ctrl-C to it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

from sim.experiments.engines import EngineError

STARTS = 2
"""How often a pool may fail to start before that is told."""


class Pool(ProcessPoolExecutor):
    """`slots` processes, each with one numba thread; started, and seen to answer, when made.

    The kernels are compiled once in this process before any worker starts, unless they are in the cache already. Raises
    EngineError if no worker starts.
    """

    def __init__(self, slots: int) -> None:
        warm()
        self._context = Context()
        for left in reversed(range(STARTS)):
            super().__init__(slots, mp_context=self._context, initializer=prepare)
            try:
                self.submit(os.getpid).result()
                return
            except (BrokenExecutor, OSError) as problem:
                self.shutdown(wait=False, cancel_futures=True)
                if not left:
                    raise EngineError(f"worker processes end before their first run: {problem}") from None

    def kill(self) -> None:
        """End all workers now."""
        for process in self._context.started:
            process.kill()


def warm() -> None:
    """Compile the market's kernels for this machine, once, by living a day of a small market."""
    from sim.kernels import is_warm

    if is_warm():
        return
    from sim.engine import Engine
    from sim.scenario import load

    engine = Engine(load("launch").with_({"world.market.consumers": 100}))
    engine.step()
    engine.close()


class _Worker(SpawnProcess):
    """A fresh interpreter that does not run the program's own file again.

    Workers only need functions of modules; importing the main program again would start the sweep anew in each worker of a
    script without `if __name__ == "__main__"`, and fail for a program typed on standard input.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        with _without_main():
            return SpawnProcess._Popen(process_obj)


class Context(SpawnContext):
    """Starts workers and remembers them; workers do not run the program's own file again."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **options: Any) -> SpawnProcess:  # type: ignore[override]
        """A worker, not yet started."""
        self.started = [one for one in self.started if one.exitcode is None or one.pid is None]
        self.started.append(_Worker(*args, **options))
        return self.started[-1]


_main_is_hidden = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Let multiprocessing find no main program to run again."""
    with _main_is_hidden:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def prepare() -> None:
    """On a new worker: one numba thread; Ctrl-C is the parent's business; no life after the parent's death."""
    os.environ["NUMBA_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
