"""The page that looks inside a market, in a real browser: play, pause, highlight, stories, without the server's help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.app.state import State

pytestmark = pytest.mark.browser


def test_the_player_plays_in_the_browser_and_stories_can_be_read(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.go(f"/inside?s={State(case='minimal').encode()}")
    page.wait_for_selector(".cascade[data-ready='1']", timeout=90_000)
    before = page.locator(".cascade-legend").inner_text()
    sent: list[int] = []
    page.on("websocket", lambda _: sent.append(1))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.cascade-slider input').value > 3")
    page.get_by_role("button", name="Pause").click()
    assert page.locator(".cascade-legend").inner_text() != before
    page.get_by_role("slider", name="Week").focus()
    week = int(page.locator(".cascade-slider input").input_value())
    page.keyboard.press("ArrowRight")
    assert int(page.locator(".cascade-slider input").input_value()) == week + 1
    page.get_by_label("Highlight a stage", exact=True).select_option(label="Customer")
    assert page.locator(".cascade-legend li.faded").count() >= 5
    page.wait_for_selector(".story-steps li")
    told = page.locator(".story .card-sub").first.inner_text()
    page.locator(".story-tab[aria-pressed=false]").first.click()
    page.wait_for_function("text => document.querySelector('.story .card-sub').innerText !== text", arg=told)
    assert "Person" in page.locator(".story .card-sub").first.inner_text()
    files = {}
    for label in ("Picture (PNG)", "People (CSV)", "Friendships (CSV)", "Save as text", "Save as table (CSV)"):
        with page.expect_download() as fetched:
            page.get_by_role("button", name=label).click()
        files[label] = Path(fetched.value.path()).read_bytes()
    assert files["Picture (PNG)"].startswith(b"\x89PNG")
    week = page.locator(".cascade-slider input").input_value().encode()
    assert files["People (CSV)"].splitlines()[1].split(b",")[5] == week
    assert files["Friendships (CSV)"].startswith(b"person,friend\r\n")
    assert b"Person" in files["Save as text"]
    assert len(files["Save as table (CSV)"].splitlines()) == 1 + page.locator(".story-steps li").count()
    assert visitor.problems == []


def test_another_run_is_another_throw_of_luck(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 390, "height": 844}).go(f"/inside?s={State(case='minimal').encode()}")
    page.wait_for_selector(".cascade[data-ready='1']", timeout=90_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Another run").click()
    page.wait_for_selector("text=Run 2:", timeout=60_000)
