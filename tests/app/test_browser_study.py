"""The page of studies in a real browser: design, try, start, kill, go on, read the results, look inside a run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accessible import assert_accessible

from sim.app.state import State

pytestmark = pytest.mark.browser


def test_a_study_is_designed_run_killed_gone_on_with_and_read(visit: Callable[..., Any], studies_folder: Path) -> None:
    visitor = visit()
    page = visitor.go(f"/study?s={State(case='minimal').encode()}")
    page.get_by_role("button", name="New study").click()
    page.get_by_label("Title", exact=True).fill("Price and talk")
    page.get_by_label("Add from plan and market").select_option("world.brands.0.price")
    page.get_by_label("Add a number of the model").fill("word_of_mouth.rate")
    page.keyboard.press("Tab")
    for label, value in (("Points", "200"), ("Seeds a point", "2"), ("Consumers", "800"), ("Days", "365")):
        page.get_by_label(label, exact=True).fill(value)
    assert page.get_by_role("button", name="Start", exact=True).is_disabled()
    assert_accessible(page)
    page.wait_for_selector(".st-cost:has-text('= 400 runs')")
    page.get_by_role("button", name="Try 3 runs").click()
    page.wait_for_selector(".st-cost:has-text('One run takes')")
    page.get_by_role("button", name="Start", exact=True).click()

    page.wait_for_selector(".st-state:has-text('running')")
    page.wait_for_selector("text=a second ·")  # some runs are done
    number = int((studies_folder / "price-and-talk" / ".running").read_text())
    os.killpg(number, signal.SIGKILL)
    page.wait_for_selector(".st-state:has-text('stopped')")
    page.reload()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector(".st-state:has-text('running')")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_selector(".st-state:has-text('stopped')")

    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 3")
    assert page.locator(".chart h2").all_inner_texts() == [
        "What does the answer depend on?",
        "How do two settings go together?",
        "Which settings lead where?",
    ]
    assert_accessible(page)
    for name, content in (
        ("Study file", b'path = "world.brands.0.price"'),
        ("Runs (CSV)", b"point,replicate,seed,run,price"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        assert content in Path(waiting.value.path()).read_bytes()
    page.get_by_role("button", name="Look inside: Run 1", exact=True).click()
    page.wait_for_selector("h1:has-text('Look inside one market')")
    page.wait_for_selector(".runs:has-text('2')")  # run 1 is the first point with seed 2
    assert visitor.problems == []
    page.go_back()
    page.wait_for_selector(".st-state:has-text('stopped')")
    page.go_forward()
    page.wait_for_selector("h1:has-text('Look inside one market')")
    page.go_back()
    # What a visitor leaves behind is theirs to remove; the list is then as it was.
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it with all its runs").click()
    page.wait_for_selector("text=There is no study yet")


def test_a_study_half_designed_is_there_after_a_reload_and_gone_with_back(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.go(f"/study?s={State(case='minimal').encode()}")
    page.get_by_role("button", name="New study").click()
    page.wait_for_selector("text=Choose at least one thing to vary")
    assert page.locator("[role=alert]").count() == 0  # nothing is wrong with a form that nobody has filled in yet
    page.get_by_label("Title", exact=True).fill("Talk")
    page.get_by_label("Add a number of the model").fill("word_of_mouth.rate")
    page.keyboard.press("Tab")
    page.get_by_label("Points", exact=True).fill("12")
    page.wait_for_selector(".st-cost:has-text('= 24 runs')")
    page.reload()
    page.wait_for_selector(".st-cost:has-text('= 24 runs')")
    assert page.get_by_label("Title", exact=True).input_value() == "Talk"
    assert page.locator(".st-factor").count() == 1
    other = visit().go(
        page.url.removeprefix(visitor.address)
    )  # the address opens the form; what is in it is nobody else's
    other.wait_for_selector(".st-form")
    assert other.get_by_label("Title", exact=True).input_value() == ""
    page.go_back()
    page.wait_for_selector(".st-form", state="detached")
    page.go_forward()
    page.wait_for_selector(".st-cost:has-text('= 24 runs')")
    page.get_by_role("button", name="Close the form").click()
    page.wait_for_selector(".st-form", state="detached")
    assert visitor.problems == []


def test_a_file_that_reaches_outside_is_refused_in_words(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 390, "height": 844}).go("/study")
    bad = {
        "name": "bad.toml",
        "mimeType": "text/plain",
        "buffer": b'scenario = "/etc/passwd"\n[design]\nkind = "grid"\n',
    }
    page.set_input_files("input[type=file]", files=[bad])
    page.wait_for_selector("[role=alert]:has-text('a study given to the app starts from')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(page.url.partition("?")[0] + "?study=../../etc")
    page.wait_for_selector("text=There is no study ../../etc on this server")
    page.goto(page.url.partition("?")[0] + "?study=" + 12 * "verylongname")
    page.wait_for_selector("text=namever… on this server")
    assert page.evaluate("document.querySelector('.note').scrollWidth <= document.querySelector('.note').clientWidth")
    page.click("button:has-text('Studies on this server')")
    page.wait_for_selector("h2:has-text('Studies on this server')")
