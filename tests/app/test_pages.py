"""What pages say when the address asks for what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from ready import READY

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")


def texts(widget: Any) -> str:
    """All text of a tree of widgets."""
    if isinstance(widget, str):
        return widget
    return " ".join(texts(one) for one in getattr(widget, "children", ()))


@pytest.mark.parametrize("path", ["", "whatif", "compare", "journey", "channels", "inside", "assumptions"])
def test_a_case_that_is_gone_is_told_with_what_there_is(path: str) -> None:
    from sim.app import visit
    from sim.app.pages import pages
    from sim.app.state import State

    page = next(one for one in pages() if one.path == path)
    visit.state.value = State(case="gone-since-march")
    try:
        box, rendered = solara.render(page.view(), handle_error=False)
        shown = texts(box)
        rendered.close()
    finally:
        visit.state.value = State()
    assert "gone-since-march" in shown
    assert "launch" in shown
    assert "/" not in shown.replace("/ week", "")


def test_every_page_is_looked_at_in_a_browser() -> None:
    from sim.app.pages import pages

    assert {one.path for one in pages()} == set(READY)
