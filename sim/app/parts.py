"""Parts of pages that every page uses: the boundary around what may fail, cards, and the components of `vue/`."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import visit

log = logging.getLogger("journeysim.app")


@solara.component_vue("vue/frame.vue")
def Frame(
    links: list[dict[str, Any]],
    here: str,
    words: dict[str, str],
    languages: dict[str, str],
    language: str,
    dark: bool,
    token: str,
    said: str,
    event_go: Callable[[str], None],
    event_speak: Callable[[str], None],
    event_shade: Callable[[bool], None],
) -> None:
    """The bar at the top: links, language, theme; it also keeps the address and the spoken notes."""


@solara.component_vue("vue/failed.vue")
def Failed(title: str, text: str, button: str, event_again: Callable[[Any], None]) -> None:
    """A red note with a button."""


@solara.component_vue("vue/card.vue")
def ChartView(
    title: str,
    subtitle: str,
    option: dict[str, Any] | None,
    alt: str,
    columns: list[str],
    rows: list[list[Any]],
    how: str,
    code: str,
    name: str,
    height: int,
    pending: bool,
    words: dict[str, str],
    language: str,
    dark: bool,
) -> None:
    """A chart with its title, table, downloads and how to read it."""


@solara.component
def Guard(draw: Callable[[], Any], where: str) -> None:
    """Draw a part of a page; if that fails, say so with a number that is also in the log, and let the rest live.

    where: what failed, for the log.
    """
    problem, clear = solara.use_exception()

    def note() -> str:
        number = secrets.token_hex(3).upper()
        if problem is not None:
            log.error("failure %s in %s\n%s", number, where, "".join(traceback.format_exception(problem)))
        return number

    number = solara.use_memo(note, [problem])
    if problem is None:
        draw()
        return
    words = visit.words()
    Failed(
        title=words("failed.title"),
        text=words("failed.text", number=number),
        button=words("failed.again"),
        event_again=lambda _: clear(),
    )


def tag(name: str, *children: Any, classes: str = "", **attributes: Any) -> Any:
    """An HTML element around other elements."""
    return v.Html(tag=name, class_=classes, children=list(children), attributes=attributes)
