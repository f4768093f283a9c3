"""What a page does beside drawing itself is given up when it is left, and does not hang on whoever drew the page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

from sim.app.work import use_work  # noqa: E402

PATIENCE = 60.0
"""Seconds after which what another thread does counts as not done."""


class Seen:
    """What a piece of work did, waited for."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Semaphore(0), threading.Semaphore(0)
        self.said: list[str] = []

    def work(self, name: str) -> Callable[[], object]:
        async def wait_for_ever() -> None:
            self.said.append(f"{name} begun")
            self.begun.release()
            try:
                await asyncio.Event().wait()
            finally:
                self.said.append(f"{name} ended")
                self.ended.release()

        return wait_for_ever


def test_work_is_given_up_when_its_component_goes() -> None:
    seen = Seen()
    there = solara.reactive(True)

    @solara.component
    def Watcher() -> None:
        use_work(seen.work("look"), [])
        solara.Text("looking")

    @solara.component
    def Page() -> None:
        if there.value:
            Watcher()

    _, drawn = solara.render(Page(), handle_error=False)
    assert seen.begun.acquire(timeout=PATIENCE)
    there.value = False
    assert seen.ended.acquire(timeout=PATIENCE)
    assert seen.said == ["look begun", "look ended"]
    drawn.close()


def test_work_is_begun_anew_when_what_it_depends_on_changes() -> None:
    seen = Seen()
    which = solara.reactive("one")

    @solara.component
    def Page() -> None:
        use_work(seen.work(which.value), [which.value])
        solara.Text(which.value)

    _, drawn = solara.render(Page(), handle_error=False)
    assert seen.begun.acquire(timeout=PATIENCE)
    which.value = "two"
    assert seen.begun.acquire(timeout=PATIENCE)
    assert seen.ended.acquire(timeout=PATIENCE)
    assert sorted(seen.said) == ["one begun", "one ended", "two begun"]
    drawn.close()
    assert seen.ended.acquire(timeout=PATIENCE)
    assert seen.said[-1] == "two ended"


def test_work_goes_on_after_the_task_that_drew_its_component_has_ended() -> None:
    there, found = solara.reactive(False), threading.Event()

    @solara.component
    def Late() -> None:
        async def look() -> None:
            await asyncio.sleep(0.2)  # by then the loop that drew this component is closed
            found.set()

        use_work(look, [])
        solara.Text("late")

    @solara.component
    def Page() -> None:
        async def draw() -> None:
            there.value = True

        use_work(draw, [])
        if there.value:
            Late()

    _, drawn = solara.render(Page(), handle_error=False)
    assert found.wait(timeout=PATIENCE)
    drawn.close()
