"""What is around every page: the bar, landmarks, the heading, and the way between pages. Solara serves this module."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara
from solara.lab.utils.cookies import cookies
from solara.lab.utils.headers import headers

from sim.app import visit
from sim.app.pages import Page as Declared
from sim.app.pages import pages
from sim.app.parts import Frame, Guard, Note
from sim.app.where import Where
from sim.app.words import LANGUAGES

solara.RoutingProvider = Where  # what Solara's server draws every app in


@solara.component
def Shell() -> None:
    """The page that the address asks for, inside the app's frame."""
    router = solara.use_router()

    def begin() -> None:
        kept = cookies.value or {}
        header = ",".join((headers.value or {}).get("accept-language", []))
        visit.begin(router.search, kept, kept.get("journeysim-browser", "").replace(".", ",") or header)

    solara.use_memo(begin, [])
    solara.use_effect(lambda: visit.adopt(router.search), [router.search])
    words = visit.words()
    here = router.parts[0] if router.parts else ""
    page = next((one for one in pages() if one.path == here), pages()[0])

    def go(path: str) -> None:
        router.push(visit.address(path))

    solara.Title(f"{words(page.title)} · Journeysim")
    Frame(
        links=[_link(one, words) for one in pages() if one.order is not None],
        here=page.path,
        words=words.part("frame"),
        languages=LANGUAGES,
        language=visit.language.value,
        dark=visit.dark.value,
        token=visit.state.value.encode(),
        said=visit.said.value,
        event_go=go,
        event_speak=visit.language.set,
        event_shade=visit.dark.set,
    )
    with v.Html(tag="main", class_=f"page page-{page.path or 'home'}", attributes={"id": "main", "tabindex": "-1"}):
        if visit.notice.value:
            Note(words(visit.notice.value))
        Guard(page.view, page.path or "home").key(f"page-{page.path}")
    v.Html(tag="footer", class_="foot", children=[words("frame.foot")])


def _link(page: Declared, words: object) -> dict[str, str]:
    return {"path": page.path, "label": words(page.name), "address": visit.address(page.path)}  # type: ignore[operator]


@solara.component
def Bare(children: list[solara.Element] = []) -> None:  # noqa: B006 (Solara passes the page here)
    """Nothing around the shell: it has its own bar."""
    solara.Div(children=children)


# One layout, on the first route only: Solara puts every other page into that one and into its own as well, so that between
# home and another page all would be made anew, and a click on the bar meanwhile would reach nobody.
routes = [
    solara.Route(path=one.path or "/", component=Shell, label=one.path or "home", layout=None if one.path else Bare)
    for one in pages()
]
