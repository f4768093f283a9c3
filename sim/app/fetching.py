"""Files that a visitor takes along: made when asked for, and handed to the browser, which saves them."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import solara

from sim.app import visit
from sim.app.jobs import Busy
from sim.app.work import use_work

log = logging.getLogger("journeysim.app")
Making = Callable[[str], Coroutine[Any, Any, tuple[str, bytes]]]
"""From what a file is called on the page to its name and content."""


@dataclass(frozen=True)
class Fetched:
    """What a component needs to hand out files: the last file made, which is being made ("" for none), and what went wrong.

    file: name, content (base64) and a number that is new each time. ask: have one made; problem: a sentence, or "".
    """

    file: dict[str, Any] | None
    busy: str
    problem: str
    ask: Callable[[str], None]


def use_fetched(make: Making, refused: Callable[[Exception], str] = lambda _: "") -> Fetched:
    """Have files made one at a time. refused: what to say of an exception of `make`; "" for what is not known to it."""
    words = visit.words()
    asked: solara.Reactive[tuple[int, str]] = solara.use_reactive((0, ""))
    file: solara.Reactive[dict[str, Any] | None] = solara.use_reactive(None)
    problem, tell = solara.use_state("")

    async def work() -> None:
        number, key = asked.value
        if not key:
            return
        try:
            name, content = await make(key)
        except Busy:
            tell(words("state.busy"))
        except Exception as wrong:  # the page lives on, and the log has the reason
            said = refused(wrong)
            if not said:
                log.exception("the file '%s' could not be made", key)
            tell(said or words("card.no_file"))
        else:
            file.value = {"name": name, "content": base64.b64encode(content).decode(), "number": number}
        asked.value = (number, "")

    task = use_work(work, [asked.value])

    def ask(key: str) -> None:
        tell("")
        asked.value = (asked.value[0] + 1, key)

    return Fetched(file.value, asked.value[1] if task.pending else "", problem, ask)
