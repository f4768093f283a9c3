"""A program that keeps runs in a store and kills itself at a given step of its second flush: python kill_in_flush.py DIR STEP."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keep_runs import keep_all, opened

from sim.experiments.sweep import store as module

BEFORE, AFTER = "before", "after"


def deadly(function: Callable[..., Any], when: str) -> Callable[..., Any]:
    """The function, with death before or after its second call."""
    calls: list[int] = []

    def called(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2 and when == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        found = function(*args, **options)
        if len(calls) == 2 and when == AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return called


def main() -> None:
    """Keep runs until death."""
    folder, step = Path(sys.argv[1]), sys.argv[2]
    name, when = step.split("-")
    target: Any = module.Store if name in ("adopt", "flush") else module
    setattr(target, name, deadly(getattr(target, name), when))
    keep_all(opened(folder))


if __name__ == "__main__":
    main()
