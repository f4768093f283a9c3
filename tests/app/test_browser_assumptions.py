"""The page on what the model assumes, in a real browser: find, change, reset, share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_address import in_address

from sim.app.state import State

pytestmark = pytest.mark.browser


def test_a_number_is_found_changed_kept_in_the_address_and_reset(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.go(f"/assumptions?s={State(case='minimal').encode()}")
    page.wait_for_selector(".assumed tbody tr")
    everything = page.locator(".assumed").first.locator("tbody tr").count()
    page.get_by_label("Search", exact=True).fill("word_of_mouth.eagerness")
    row = page.locator(".assumed").first.locator("tbody tr")
    assert row.count() == 1 < everything
    field = row.locator("input")
    field.fill("4")
    field.press("Enter")
    page.wait_for_selector("text=Changed by you: 1")
    in_address(page, lambda state: state.assumptions == {"word_of_mouth.eagerness": 4.0})
    field.fill("999")
    field.press("Enter")
    page.wait_for_selector("[role=alert]:has-text('allowed is')")
    page.reload()
    page.wait_for_selector("text=Changed by you: 1")
    page.get_by_role("button", name="Reset all").click()
    page.wait_for_selector("text=Changed by you: 0")
    page.get_by_label("Verdict", exact=True).select_option("misses")
    assert set(page.locator(".assumed").nth(1).locator(".tag").all_inner_texts()) == {"misses"}
    assert visitor.problems == []


def test_numbers_and_facts_are_found_by_words_of_the_pages_language(visit: Callable[..., Any]) -> None:
    visitor = visit(locale="nl-NL")
    page = visitor.go(f"/assumptions?s={State(case='ebike').encode()}")
    numbers, facts = page.locator(".assumed").first, page.locator(".assumed").nth(1)
    numbers.get_by_label("Zoeken", exact=True).fill("gewicht van vertrouwen in de keuze")
    assert numbers.locator("tbody code").all_inner_texts() == ["purchase.trust_weight"]
    numbers.get_by_label("Zoeken", exact=True).fill("")
    numbers.get_by_label("Regel van de markt").select_option(label="Mond-tot-mond")
    assert {name.split(".")[0] for name in numbers.locator("tbody code").all_inner_texts()} == {"word_of_mouth"}
    assert "Mond-tot-mond: mensen met een ervaring" in numbers.inner_text()
    facts.get_by_label("Zoeken: ").fill("vriendschapsparadox")
    assert facts.locator("tbody code").all_inner_texts() == ["N04"]
    assert "vereist: ten minste 0,6" in facts.inner_text()
    assert visitor.problems == []
