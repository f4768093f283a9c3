"""Visitors in haste, in a real browser: back and forward at once, clicks before a page is there, two who move levers together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_address import in_address

from sim.app.state import State

pytestmark = pytest.mark.browser

SMALL = State(case="minimal", levers={"price": 0.9}).encode()
WAY = ("", "whatif", "compare", "journey", "help")
TITLES = {
    "": "Where in the journey do you lose your customers?",
    "whatif": "What happens if you change the plan?",
    "compare": "Which plan is best?",
    "journey": "How do people move?",
    "help": "How does this work?",
}
PRICE = "input[type=range][aria-label='Price']"


def there(page: Any, path: str) -> None:
    """The address, the page and the mark in the bar agree."""
    page.wait_for_selector(f"main h1:has-text('{TITLES[path]}')")
    page.wait_for_function("path => location.pathname === '/' + path", arg=path)
    if path:
        page.wait_for_selector(f"header a[aria-current=page][href^='/{path}']")
    assert page.locator("main h1").count() == 1


def step(page: Any, way: int, pause: int) -> None:
    """So many steps through the history, without waiting for pages, `pause` milliseconds apart."""
    script = """async ([way, pause]) => { for (let i = 0; i < Math.abs(way); i++) {
        way < 0 ? history.back() : history.forward(); await new Promise(done => setTimeout(done, pause)); } }"""
    page.evaluate(script, [way, pause])


def click_at_once(page: Any, paths: tuple[str, ...]) -> None:
    """Links of the bar one after the other, none waited for."""
    script = "paths => paths.forEach(path => document.querySelector(`header nav a[href^='/${path}']`).click())"
    page.evaluate(script, list(paths))


@pytest.mark.parametrize("pause", [0, 40])
def test_back_and_forward_in_haste_end_where_they_lead(visit: Callable[..., Any], pause: int) -> None:
    one = visit()
    page = one.go(f"/?s={SMALL}")
    for path in WAY[1:]:
        page.click(f"header nav a[href^='/{path}']")
        there(page, path)
    step(page, -4, pause)
    there(page, WAY[0])
    step(page, 3, pause)
    there(page, WAY[3])
    step(page, -2, pause)
    there(page, WAY[1])
    assert SMALL in page.url, "the plan is still in the address"
    page.wait_for_selector(".chart[data-ready='1']")
    assert one.problems == []


def test_clicks_on_the_bar_before_a_page_is_there_end_where_the_last_one_leads(visit: Callable[..., Any]) -> None:
    one = visit()
    page = one.go(f"/?s={SMALL}")
    click_at_once(page, ("whatif", "compare", "journey"))
    there(page, "journey")
    page.click(".brand")
    click_at_once(page, ("help", "whatif"))  # while home is being made
    there(page, "whatif")
    page.dblclick("header nav a[href^='/compare']")
    there(page, "compare")
    page.go_back()
    there(page, "whatif")
    assert one.problems == []


def test_two_visitors_who_move_levers_together_see_their_own_numbers(visit: Callable[..., Any]) -> None:
    plans = ((0.8, 1.1, 0.7, 0.95), (1.2, 0.75, 1.05, 0.85))
    both = [visit(), visit()]
    pages = [one.go(f"/whatif?s={State(case='minimal').encode()}") for one in both]
    for page in pages:
        page.wait_for_selector(PRICE, state="attached")  # its group is folded
        settled(page)
    for values in zip(*plans):
        for page, value in zip(pages, values):  # neither waits for the other
            move(page, value)
    last = [mine[-1] for mine in plans]
    seen = []
    for page, value in zip(pages, last):
        in_address(page, lambda state, value=value: state.levers == {"price": value})
        seen.append(settled(page))
        assert page.input_value(PRICE) == f"{100 * value:.0f}"
    assert seen[0] != seen[1]
    for value, mine in zip(last, seen):
        alone = visit().go(f"/whatif?s={State(case='minimal', levers={'price': value}).encode()}")
        assert settled(alone) == mine, "as somebody sees who is alone with this plan"
    assert [one.problems for one in both] == [[], []]


def move(page: Any, value: float) -> None:
    """Let go of the price's lever at a value."""
    script = """([lever, value]) => { const it = document.querySelector(lever); it.value = value;
        it.dispatchEvent(new Event('input')); it.dispatchEvent(new Event('change')); }"""
    page.evaluate(script, [PRICE, 100 * value])


def settled(page: Any) -> str:
    """The surer answer: its sentence and figures."""
    page.wait_for_selector(".runs-text:text-matches('^20 (pairs of )?markets')")
    page.wait_for_selector(".verdict:not(.is-pending)")
    return str(page.inner_text(".verdict"))
