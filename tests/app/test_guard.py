"""One part of a page that fails leaves the rest usable, and shows a number instead of where the server keeps its files."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")


def texts(widget: Any) -> str:
    """All text of a tree of widgets."""
    found = []
    for name in ("children", "title", "text", "button"):
        value = getattr(widget, name, None)
        for one in value if isinstance(value, list | tuple) else [value]:
            found.append(one if isinstance(one, str) else texts(one) if one is not None else "")
    return " ".join(found)


def test_a_failing_part_is_replaced_by_a_note(caplog: pytest.LogCaptureFixture) -> None:
    import reacton.ipyvuetify as v

    from sim.app.parts import Failed, Guard

    broken = [True]

    def fails() -> None:
        if broken[0]:
            raise RuntimeError("/srv/secret/path is gone")
        v.Html(tag="p", children=["well again"])

    @solara.component
    def Two() -> None:
        with solara.Column():
            Guard(fails, "chart")
            Guard(lambda: v.Html(tag="p", children=["the rest"]), "rest")

    with caplog.at_level(logging.ERROR, logger="journeysim.app"):
        box, rendered = solara.render(Two(), handle_error=False)
    shown = texts(box)
    assert "the rest" in shown
    assert "This part could not be shown" in shown
    assert "/srv" not in shown
    number = re.search(r"number ([0-9A-F]{6})", shown)
    assert number
    assert number[1] in caplog.text
    assert "/srv/secret/path is gone" in caplog.text
    broken[0] = False
    again = next(one for one in walk(box) if hasattr(one, "_event_callbacks") and "again" in one._event_callbacks)
    again._event_callbacks["again"](None)
    assert "well again" in texts(box)
    assert Failed is not None
    rendered.close()


def walk(widget: Any) -> Any:
    """Every widget of a tree."""
    yield widget
    for one in getattr(widget, "children", ()):
        if not isinstance(one, str):
            yield from walk(one)
