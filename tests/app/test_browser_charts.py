"""Charts in a real browser: they leave as pictures and numbers through their own menu, and use the room they have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.app.state import State

pytestmark = pytest.mark.browser


def test_a_chart_leaves_as_picture_and_numbers_and_names_its_source(visit: Callable[..., Any]) -> None:
    visitor = visit(color_scheme="dark")
    page = visitor.go(f"/whatif?s={State(case='minimal').encode()}")
    page.wait_for_selector(".chart[data-ready='1']", timeout=120_000)
    card = page.locator(".chart").first
    files = {}
    for label in ("Picture (PNG)", "Picture (SVG)", "Numbers (CSV)"):
        card.get_by_role("button", name="Download: ").click()
        with page.expect_download() as fetched:
            card.get_by_role("button", name=label).click()
        files[fetched.value.suggested_filename] = Path(fetched.value.path()).read_bytes()
    assert sorted(files) == ["journeysim-build_up.csv", "journeysim-build_up.png", "journeysim-build_up.svg"]
    assert files["journeysim-build_up.png"].startswith(b"\x89PNG")
    assert b"#ffffff" in files["journeysim-build_up.svg"]  # paper is light in the dark theme too
    assert files["journeysim-build_up.csv"].startswith(b"Week,Today\r\n0,0\r\n")
    assert visitor.problems == []


def test_names_at_line_ends_have_the_room_they_need_and_no_more(visit: Callable[..., Any]) -> None:
    page = visit().go(f"/whatif?s={State(case='minimal').encode()}")
    page.wait_for_selector(".chart[data-ready='1']", timeout=120_000)
    room = """() => { const card = document.querySelector('.chart').__vue__; const option = card.finished();
              return [option.grid.right, card.lengthOf(option.series.find(one => one.endLabel).endLabel)] }"""
    right, name = page.evaluate(room)
    assert name < right < name + 24
