"""The app's frame in a real browser: offline, in the visitor's language and colours, for keyboards and readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser


def test_home_needs_nothing_from_elsewhere(visit: Callable[..., Any], address: str) -> None:
    one = visit()
    page = one.go("/")
    page.wait_for_load_state("networkidle")
    assert one.requests
    assert {urlsplit(url).netloc for url in one.requests if not url.startswith(("data:", "blob:"))} == {
        urlsplit(address).netloc
    }
    assert one.problems == []
    assert page.title().endswith("Journeysim")


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
