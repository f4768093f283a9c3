"""Coroutines run to their end where a browser's event loop may hold the thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(coroutine: Coroutine[Any, Any, Any], loop: Callable[[], asyncio.AbstractEventLoop] | None = None) -> Any:
    """Result of a coroutine, run in a thread of its own: tests that share a process with a browser's already have a loop."""
    with ThreadPoolExecutor(1) as crew:
        return crew.submit(asyncio.run, coroutine, loop_factory=loop).result()


class Timeless(asyncio.SelectorEventLoop):
    """A loop whose clock goes on while nothing else is to be done, and then at once: seconds are counted, not waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds = 0.0
        look = self._selector.select  # type: ignore[attr-defined]

        def skip(timeout: float | None = None) -> Any:
            self._seconds += timeout or 0.0
            return look(0.0)

        self._selector.select = skip  # type: ignore[attr-defined]

    def time(self) -> float:
        """Seconds since it was made."""
        return self._seconds
