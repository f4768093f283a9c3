"""The app's frame in a real browser: offline, in the visitor's language and colours, for keyboards and readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.app.state import State
from sim.app.words import Words

pytestmark = pytest.mark.browser


def test_language_and_theme_are_the_visitors_and_stay(visit: Callable[..., Any]) -> None:
    page = (one := visit(locale="nb-NO", color_scheme="dark")).go("/")
    assert page.inner_text("h1") == "Hvor i kundereisen mister du kundene dine?"
    assert page.get_attribute("html", "lang") == "nb"
    assert page.locator("#app.theme--dark, .v-application.theme--dark").count() > 0
    page.select_option("#language", "nl")
    page.wait_for_selector("h1:has-text('Waar in de klantreis')")
    page.click("button[aria-pressed=true]")
    page.wait_for_selector("button[aria-pressed=false]")
    page.reload()
    page.wait_for_selector("main h1")
    assert page.inner_text("h1").startswith("Waar in de klantreis")
    assert page.get_attribute("button[aria-pressed]", "aria-pressed") == "false"
    assert one.problems == []


def test_a_damaged_address_is_told_and_nothing_is_lost(visit: Callable[..., Any]) -> None:
    page = visit().go("/?s=rubbish")
    assert "could not be read" in page.inner_text("main")


def test_the_first_tab_stop_skips_to_the_content(visit: Callable[..., Any]) -> None:
    page = visit().go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_lost_connection_is_told_in_the_visitors_words_and_comes_back(visit: Callable[..., Any]) -> None:
    one = visit(locale="nl-NL")
    lines: list[Any] = []
    cut = [False]

    def through(line: Any) -> None:
        lines.append(line)
        if cut[0]:
            line.close(code=1012)
        else:
            line.connect_to_server()

    one.page.route_web_socket(lambda url: "/jupyter/api/kernels/" in url, through)
    page = one.go("/help")
    cut[0] = True
    lines[-1].close(code=1012)
    page.wait_for_selector(".v-overlay--active .v-progress-circular__info", state="attached")
    said = page.evaluate(
        "getComputedStyle(document.querySelector('.v-overlay--active .v-progress-circular__info'), '::after').content"
    )
    assert "Uw plan staat in het adres van deze pagina" in said
    cut[0] = False
    page.wait_for_selector(".v-overlay--active", state="detached")
    page.select_option("#language", "en")
    page.wait_for_selector("h1:has-text('How does this work?')")


def test_an_unknown_address_leads_back_with_the_plan(visit: Callable[..., Any]) -> None:
    one = visit(locale="da-DK")
    page = one.page
    token = State(case="minimal").encode()
    answer = page.goto(f"{one.address}/plans/old?s={token}")
    assert answer.status == 404
    page.click(f"a:has-text('{Words('da')('unknown.home')}')")
    page.wait_for_selector(".case-chosen:has-text('Ét mærke')")
