"""Every page for everybody: for screen readers, in both themes, on a phone, in every language, without motion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from accessible import assert_accessible, assert_still, assert_stops_are_seen
from labels import collisions
from ready import READY, address_of

from sim.app.theme import DARK, LIGHT
from sim.app.words import LANGUAGES, Words

pytestmark = pytest.mark.browser
A_FEW = 12
MOST_STOPS, LEAST_STOPS = 70, 5
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
GROUNDS = {True: DARK.page, False: LIGHT.page}
GROUND = """() => '#' + getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g)
             .map(one => Number(one).toString(16).padStart(2, '0')).join('').toUpperCase()"""


def dressed(page: Any, dark: bool) -> None:
    """Choose a theme with the button in the frame."""
    if page.get_attribute(".tools button", "aria-pressed") != str(dark).lower():
        page.click(".tools button")
        page.wait_for_selector(f".tools button[aria-pressed={str(dark).lower()}]")
    assert page.evaluate(GROUND) == GROUNDS[dark]


@pytest.mark.parametrize("path", READY, ids=[path or "home" for path in READY])
def test_a_page_is_open_to_all(visit: Callable[..., Any], path: str) -> None:
    """With eyes, a reader or a keyboard: axe, contrast, width, labels of charts, motion, and where the Tab key leads.

    One visit for all of that: the page is the same, and making it takes longer than looking at it.
    """
    from sim.app.pages import pages

    title = next(one.title for one in pages() if one.path == path)
    visitor = visit(color_scheme="dark")
    page = visitor.go(address_of(path))
    page.wait_for_selector(READY[path], timeout=120_000)
    dark, rows = True, None
    for language in LANGUAGES:
        page.select_option("#language", language)
        page.wait_for_selector(f"main h1:text-is('{Words(language)(title)}')")
        for theme in (dark, not dark):
            dressed(page, theme)
            assert_accessible(page, rows)
        dark, rows = not dark, A_FEW  # the rows of a long table are alike in every language
    page.emulate_media(reduced_motion="reduce")  # so that a page is scrolled at once
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]
    assert assert_stops_are_seen(page, "Shift+Tab", MOST_STOPS) >= LEAST_STOPS  # the frame stays at the top
    page.set_viewport_size(PHONE)
    for theme in (dark, not dark):
        dressed(page, theme)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert collisions(page, patience=20) == []
        assert_accessible(page, A_FEW)
    assert_still(page)
    assert assert_stops_are_seen(page, "Tab", MOST_STOPS) >= LEAST_STOPS  # the answer stays at the foot
    assert visitor.problems == []


def test_what_opens_is_open_to_all(visit: Callable[..., Any]) -> None:
    """Folds, explanations, an event's fields, a chart as a table, menus; then the network with one stage picked out."""
    page = visit().go(address_of("whatif"))
    page.wait_for_selector(READY["whatif"], timeout=120_000)
    for fold in page.locator(".fold[aria-expanded=false]").all()[::-1]:
        fold.click()
    page.locator(".hint").first.click()
    page.click("button:has-text('Add an event')")
    page.click(".menu button:has-text('bad review')")
    page.wait_for_selector(".event-fields")
    page.locator(".chart button:has-text('How to read this')").first.click()
    page.locator(".chart button:has-text('Show as table')").first.click()
    page.wait_for_selector(".verdict:not(.is-pending)")
    for dark in (False, True):
        dressed(page, dark)
        page.click("button:has-text('Add an event')")
        assert page.locator(".menu, .how, .lever-help, .chart .table-box").count() == 4
        assert_accessible(page)
    page.click("nav a[href^='/inside']")
    page.wait_for_selector(READY["inside"], timeout=120_000)
    page.get_by_label("Highlight a stage", exact=True).select_option(label="Customer")
    for dark in (True, False):
        dressed(page, dark)
        assert_accessible(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_no_page_is_open_to_all_too(visit: Callable[..., Any], theme: str) -> None:
    visitor = visit()
    for language in LANGUAGES:
        kept = {"journeysim-language": language, "journeysim-theme": theme}
        visitor.context.add_cookies([{"name": name, "value": kept[name], "url": visitor.address} for name in kept])
        visitor.page.goto(f"{visitor.address}/nowhere")
        assert visitor.page.inner_text("h1") == Words(language)("unknown.title")
        assert_accessible(visitor.page)


COUNTING = """window.moved = [];
for (const kind of ['animationstart', 'transitionrun']) document.addEventListener(kind, one => window.moved.push(
  kind + ' ' + one.target.className + ' ' + (one.propertyName || one.animationName)), true)"""

QUICKEST_WEEK = """() => new Promise(done => {
  const seen = [], look = now => {
    const week = document.querySelector('.cascade-slider input').value;
    if (!seen.length || seen.at(-1).week !== week) seen.push({ week, now });
    if (seen.length < 5) requestAnimationFrame(look);
    else done(Math.min(...seen.slice(2).map((one, at) => one.now - seen[at + 1].now)));
  };
  requestAnimationFrame(look);
})"""
"""Milliseconds, by the page's own clock, of the quickest of the player's next three whole weeks."""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself_for_who_asked_for_no_motion(visit: Callable[..., Any], motion: str) -> None:
    """Every animation and transition that starts, from the first byte on, while a visitor does what pages are for."""
    visitor = visit(reduced_motion=motion)
    visitor.context.add_init_script(COUNTING)
    page = visitor.go(address_of("whatif"))
    page.wait_for_selector(READY["whatif"], timeout=120_000)
    page.locator(".fold").last.click()
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".verdict:not(.is-pending)")
    page.locator(".chart .plot").first.hover()
    page.click("nav a[href^='/inside']")
    page.wait_for_selector(READY["inside"], timeout=120_000)
    page.click(".cascade-tools button")
    quickest = page.evaluate(QUICKEST_WEEK)
    moved = page.evaluate("window.moved")
    if motion == "reduce":
        assert moved == []
        assert quickest > 1_000  # the player goes on because it was asked to, at a pace that can be read
    else:
        assert any("animationstart" in one for one in moved)
        assert any("transitionrun" in one for one in moved)
        assert quickest < 1_000


FAULTS = {
    "a button without a name": "<button></button>",
    "a picture without words": "<img src='data:,'>",
    "faint text": "<p style='color: #999'>Sales</p>",
    "faint text on a picture": "<select aria-label='Plan' style='color: #888; background: #fff linear-gradient(#fff, #fff)'>"
    "<option>Today</option></select>",
    "text that lets the ground through": "<div style='opacity: .4; background: linear-gradient(#fff, #fff)'>"
    "<p style='color: #222'>Sales</p></div>",
}
SOUND = "<html lang='en'><title>Page</title><main><h1>Sales</h1>{}</main></html>"


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_itself_finds(chromium: Any, fault: str) -> None:
    page = chromium.new_page()
    page.set_content(SOUND.format("<p>Sales</p>"))
    assert_accessible(page)
    page.set_content(SOUND.format(FAULTS[fault]))
    with pytest.raises(AssertionError):
        assert_accessible(page)
    page.close()
