"""Pages besides the strategist's main ones: for screen readers, in the dark, on a phone, in every language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.app.state import State

pytestmark = pytest.mark.browser
PAGES = [
    ("journey", ".chart[data-ready='1']", ("nb", "en")),
    ("channels", ".chart[data-ready='1']", ("da", "nl")),
    ("inside", ".cascade[data-ready='1']", ("nl", "da")),
    ("assumptions", ".assumed tbody tr", ("en", "nb")),
]


@pytest.mark.parametrize(("path", "ready", "languages"), PAGES, ids=[one[0] for one in PAGES])
def test_a_page_is_open_to_all(visit: Callable[..., Any], path: str, ready: str, languages: tuple[str, str]) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs: pip install axe-playwright-python"
    )
    small, wide = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
    page = visit(viewport=small, color_scheme="dark").go(
        f"/{path}?s={State(case='minimal').encode()}&lang={languages[0]}"
    )
    page.wait_for_selector(ready, timeout=120_000)
    for language, size in zip(languages, (small, wide)):
        page.set_viewport_size(size)
        page.select_option("#language", language)
        page.wait_for_selector(f"html[lang={language}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(18, 24, 33)"
        found = axe.Axe().run(page)
        serious = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"][:150] for node in one["nodes"]][:4]) for one in serious] == []
