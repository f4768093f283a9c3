"""The page on how people move, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.app.state import State

pytestmark = pytest.mark.browser
SMALL = State(case="minimal", levers={"price": 0.8})


def test_journeys_are_drawn_and_chosen(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.go(f"/journey?s={SMALL.encode()}")
    page.wait_for_selector(".choices select")
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 4", timeout=60_000)
    titles = page.locator(".chart h2").all_inner_texts()
    assert titles[0] == "How do people move?"
    assert "Most are lost at" in titles[1]
    page.get_by_label("Show", exact=True).select_option("change")
    page.wait_for_selector(".chart h2:has-text('What changes in how people move?')")
    page.get_by_label("Plan", exact=True).select_option("today")
    page.wait_for_selector(".chart h2:has-text('How do people move?')")
    assert page.get_by_label("Show", exact=True).count() == 0
    page.get_by_label("Paths", exact=True).select_option("short")
    card = page.locator(".chart").nth(3)
    card.get_by_role("button", name="Show as table").click()
    page.wait_for_function("""() => {
        const steps = [...document.querySelectorAll('.chart tbody td:nth-child(3)')].map(one => Number(one.innerText));
        return steps.length > 1 && steps.every((one, place) => !place || steps[place - 1] <= one) }""")
    assert visitor.problems == []
