"""Where a visitor is, when two who draw and click do so at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

import ipyvuetify  # noqa: E402
import reacton.ipyvuetify as v  # noqa: E402

import sim.app.shell  # noqa: E402, F401 (gives Solara our way between pages)

PATIENCE = 20.0
ROUTES = [solara.Route(path=path) for path in ("/", "whatif", "help")]


class Page:
    """The app around a page that shows which it is; `news` come from somewhere else, as an answer does."""

    def __init__(self) -> None:
        self.news = solara.reactive(0)
        self.drawing: Callable[[], None] = lambda: None
        self.router: Any = None
        self.box, self.tree = solara.render(
            solara.RoutingProvider(children=[self.shown()], routes=ROUTES, pathname="/whatif"), handle_error=False
        )

    def shown(self) -> Any:
        @solara.component
        def Shown() -> None:
            self.router = solara.use_router()
            if self.news.value:
                self.drawing()
            v.Html(tag="p", class_="where", children=[self.router.path])

        return Shown()

    @property
    def address(self) -> Any:
        """The browser's address."""
        return self.tree.find(solara.widgets.Navigator).widget

    def at(self) -> str:
        """What is drawn."""
        return str(self.tree.find(ipyvuetify.Html, class_="where").widget.children[0])


def elsewhere(doing: Callable[..., None], *given: Any) -> None:
    """Have something done by another thread, and wait for it."""
    thread = threading.Thread(target=doing, args=given)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def page() -> Any:
    made = Page()
    yield made
    made.tree.close()


def test_a_click_while_the_one_before_is_being_drawn_is_not_lost(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    clicked = []

    def click_meanwhile(widget: Any, *_: Any, **__: Any) -> None:
        """The address goes to the browser; that takes a while, in which a click comes in."""
        if widget is page.address and not clicked:
            clicked.append(widget.location)
            elsewhere(page.router.push, "/help")

    def first_click() -> None:
        page.drawing = lambda: None
        monkeypatch.setattr(solara.widgets.Navigator, "send_state", click_meanwhile)
        elsewhere(page.router.push, "/")  # while this thread draws news

    page.drawing = first_click
    page.news.value = 1
    assert clicked == ["/"]
    assert page.at() == "/help"
    assert page.address.location == "/help"


def test_a_way_back_while_another_page_is_being_drawn_is_not_lost(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    went_back, router = [], solara.routing.Router

    def back_meanwhile(path: str, *given: Any, **named: Any) -> Any:
        """The page is being drawn for an address, and the browser already has another."""
        if path == "/" and not went_back:
            went_back.append(path)
            elsewhere(page.address.set_state, {"location": "/whatif"})
        return router(path, *given, **named)

    def click() -> None:
        page.drawing = lambda: None
        monkeypatch.setattr(solara.routing, "Router", back_meanwhile)
        elsewhere(page.router.push, "/")

    page.drawing = click
    page.news.value = 1
    assert went_back == ["/"]
    assert page.at() == "/whatif"
    assert page.address.location == "/whatif"
