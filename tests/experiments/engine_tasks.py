"""What engines are tested with: functions that workers can import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def double(number: int) -> int:
    """Twice the number."""
    return 2 * number


def fails_on_three(number: int) -> int:
    """The number, unless it is 3."""
    if number == 3:
        raise ValueError("three is not to be had")
    return number


def slow(number: int) -> tuple[int, int]:
    """The number and who computed it, after a while."""
    time.sleep(0.05)
    return number, os.getpid()


def deadly_once(asked: tuple[int, str]) -> int:
    """The number; the first worker that meets number 5 dies."""
    number, folder = asked
    if number == 5:
        mark = Path(folder, "dead")
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return number


def deadly(number: int) -> int:
    """The number; whoever meets number 2 dies."""
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return number


def numba_threads(_: int) -> int:
    """Threads that numba would use."""
    import numba

    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
