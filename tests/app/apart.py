"""Coroutines run to their end where a browser's event loop may hold the thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Result of a coroutine, run in a thread of its own: tests that share a process with a browser's already have a loop."""
    with ThreadPoolExecutor(1) as crew:
        return crew.submit(asyncio.run, coroutine).result()
