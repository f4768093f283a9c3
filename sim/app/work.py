"""What a page does beside drawing itself: a coroutine on a thread of its own, given up when nobody waits for it any more."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, cast

import solara
from solara.lab import use_task
from solara.tasks import TaskAsyncio


def use_work(work: Callable[[], Coroutine[Any, Any, None]], depends: list[Any]) -> TaskAsyncio[[], None]:
    """Run `work` now, and again when `depends` changes. The run before is cancelled then, the last one when its component goes.

    Solara alone does neither of the two that a page needs: its tasks outlive the component, so that one which looks at a
    file every other second would look for ever; and without a thread of its own a task lives on the event loop of
    whoever happened to draw the page, which may be another task's, gone a moment later.
    """
    task = cast("TaskAsyncio[[], None]", use_task(work, dependencies=depends, raise_error=False))

    def begun() -> Callable[[], None]:
        current = task.current_task

        def give_up() -> None:
            if current is not None:
                with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended
                    current.get_loop().call_soon_threadsafe(current.cancel)

        return give_up

    solara.use_effect(begun, depends)
    return task
