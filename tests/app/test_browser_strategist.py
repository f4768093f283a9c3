"""A strategist's ten minutes without a mouse: a case, three plans, an event, which is best, and a report for the board."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accessible import assert_accessible
from in_address import in_address

from sim.app.plans import planned, today
from sim.app.state import State

pytestmark = pytest.mark.browser
PATIENCE = 180_000
"""Milliseconds for a hundred small runs on a machine that has other things to do."""
MOST_STOPS = 90
"""Tab stops after which nobody would go on looking."""


def reach(page: Any, wanted: str, way: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until what has the focus matches a selector; it must be seen to have it."""
    here = page.locator(wanted).first
    here.wait_for(state="attached")
    for _ in range(MOST_STOPS):
        page.keyboard.press(way)
        if here.evaluate("one => one === document.activeElement"):
            assert here.evaluate("one => getComputedStyle(one).outlineStyle") not in ("none", "hidden"), wanted
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def press(page: Any, wanted: str, key: str = "Enter", way: str = "Tab") -> None:
    """Reach something and press a key on it."""
    reach(page, wanted, way)
    page.keyboard.press(key)


def save_plan(page: Any, letter: str, name: str, steps: int) -> None:
    """Move the price by some steps of a hundredth, and save the plan under a name."""
    if page.locator(".fold[aria-expanded=false]:has-text('Price')").count():
        press(page, ".fold:has-text('Price')")
    before = page.url
    reach(page, "input[type=range][aria-label=Price]")
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowLeft" if steps < 0 else "ArrowRight")
    page.wait_for_function("before => window.location.href !== before", arg=before)
    press(page, f"button:has-text('Save as {letter}')", way="Shift+Tab")
    page.wait_for_selector(".naming input")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".plan-tab[aria-pressed=true]:has-text('{name}')")


def test_from_a_question_to_a_report_by_keyboard(visit: Callable[..., Any]) -> None:
    one = visit(accept_downloads=True, permissions=["clipboard-read", "clipboard-write"])
    one.context.set_default_timeout(PATIENCE)
    page = one.go("/")
    press(page, ".case-card button:has-text('One brand, one channel')")
    page.wait_for_selector(".case-chosen:has-text('One brand, one channel')")
    press(page, "a:has-text('Try a plan in this market')")
    page.wait_for_selector("input[type=range]", state="attached")
    for letter, name, steps in (("A", "Cheaper", -9), ("B", "Cheapest", -9), ("C", "Dearer", 28)):
        save_plan(page, letter, name, steps)
    press(page, "button:has-text('Add an event')")
    press(page, ".menu button:has-text('bad review')")
    page.wait_for_selector(".chip")
    reach(page, ".chip")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".chip[aria-label*='week 14']")
    kept = in_address(page, lambda state: [event.day for event in state.events] == [91])
    assert {letter: (plan.name, dict(plan.levers)) for letter, plan in kept.saved.items()} == {
        "A": ("Cheaper", {"price": 0.91}),
        "B": ("Cheapest", {"price": 0.82}),
        "C": ("Dearer", {"price": 1.1}),
    }
    assert [(event.kind, event.day) for event in kept.events] == [("crisis", 91)]

    press(page, "nav a:has-text('Compare')")
    page.wait_for_selector(".runs-text:has-text('20 pairs of markets')")
    assert "Cheapest is best on sales" in page.inner_text(".verdict-text")
    press(page, "button:has-text('Run more pairs')")
    page.wait_for_selector(".runs button:focus:has-text('Stop')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".runs-text:has-text('Stopped; shown are 20 pairs.')")

    press(page, "button:has-text('Board report')")
    reach(page, "dialog input[type=text]")
    page.keyboard.press("Control+a")
    page.keyboard.type("What should a cup cost?")
    press(page, "dialog input[value=touches]", "Space")
    page.wait_for_function(
        """() => {
          const shown = document.querySelector('dialog iframe:not(.old)');
          return shown && shown.srcdoc.includes('<h1>What should a cup cost?</h1>') && !shown.srcdoc.includes('class="touches"');
        }"""
    )
    assert "It rests on 20 pairs of markets" in page.inner_text("dialog .runs-text")
    preview = page.get_attribute("dialog iframe", "srcdoc")
    assert 'class="losses"' in preview
    files = {}
    for label, ending in (("PDF (A4)", "pdf"), ("HTML", "html")):
        with page.expect_download() as waiting:
            press(page, f"dialog button:has-text('{label}')")
        assert waiting.value.suggested_filename == f"journeysim-what-should-a-cup-cost.{ending}"
        files[ending] = Path(waiting.value.path()).read_bytes()
    assert 3 <= len(re.findall(rb"/Type /Page\b(?!s)", files["pdf"])) <= 5
    assert files["html"].decode() == preview
    assert planned(kept, {"price": 0.82}).with_(consumers=3_000).fingerprint() in preview
    assert today(kept).with_(consumers=3_000).fingerprint() in preview
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog iframe", state="detached")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Board report"

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("button:has-text('Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    table = page.inner_text("table.side")
    colleague = visit()
    colleague.context.set_default_timeout(PATIENCE)
    theirs = colleague.go(link.removeprefix(one.address))
    theirs.wait_for_selector(".runs-text:has-text('20 pairs of markets')")
    theirs.wait_for_function("text => document.querySelector('table.side').innerText === text", arg=table)
    assert one.problems == colleague.problems == []


def test_the_report_dialog_passes_axe(visit: Callable[..., Any]) -> None:
    state = State(case="minimal").with_levers({"price": 0.9}).save("A", "Cheaper")
    page = visit(color_scheme="dark", locale="nl-NL").go(f"/compare?s={state.encode()}")
    page.click("button:has-text('Bestuursrapport')")
    page.wait_for_selector("dialog iframe")
    assert_accessible(page)
