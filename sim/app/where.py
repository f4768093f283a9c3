"""Where a visitor is: what gives pages their router, in place of Solara's own.

Solara's (`solara.RoutingProvider`, up to 1.64.1 at least) writes the address that it draws into the browser, takes this for a
wish of the browser's, and goes there. An answer that arrives is drawn by a thread of its own, so a click that was handled
meanwhile was undone: the visitor stayed where the click before led. Here the address is written by who goes somewhere, never
by who draws.
"""

from __future__ import annotations

from typing import Any

import solara
import solara.routing


@solara.component
def Where(
    children: list[solara.Element] = [],  # noqa: B006 (Solara passes the app here)
    routes: list[solara.Route] = [],  # noqa: B006
    pathname: str = "",
) -> solara.Element:
    """What is around the whole app. pathname: where the visitor came in, such as "whatif?s=..."."""
    path, draw = solara.use_state(pathname, key="solara-context-path")
    browser: Any = solara.use_ref(None)

    def go(path: str) -> None:
        browser.current.location = path  # which `follow` hears, as it hears the browser's back and forward

    def follow(_: str) -> None:
        # As it is by now: of two who go somewhere at the same moment, either may tell last.
        draw(browser.current.location)

    # The same one always: between a listener that is taken off and the next, nobody would hear.
    listener = solara.use_memo(lambda: follow, [])
    address = solara.Navigator(on_location=listener)
    solara.routing.router_context.provide(solara.routing.Router(path, routes=routes, set_path=go))

    def begin() -> None:
        browser.current = solara.get_widget(address)
        browser.current.location = path

    solara.use_effect(begin, [])
    return solara.VBox(children=[address, *children])
