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


OUTSIDE = """() => [...document.querySelectorAll('.chart')].flatMap(({ __vue__: card }) => {
    const width = card.$refs.chart.clientWidth;
    return card.plot.getZr().storage.getDisplayList(true).filter(one => one.style.text).map(one => {
        const box = one.getBoundingRect().clone();
        if (one.transform) box.applyTransform(one.transform);
        return [one.style.text, Math.round(box.x), Math.round(box.x + box.width), width];
    }).filter(([, from, to]) => from < -1 || to > width + 1);
})"""
"""Texts of the charts on a page that reach out of their chart, with where they begin and end, and its width."""


def test_on_a_phone_no_text_of_a_chart_is_cut_off_and_nought_stays_among_the_numbers(
    visit: Callable[..., Any],
) -> None:
    plan = State(case="minimal").with_levers({"price": 0.8}).save("A", "Cheaper, and thanks to friends")
    page = visit(viewport={"width": 390, "height": 844}).go(f"/compare?s={plan.encode()}")
    page.wait_for_selector(".runs-text:has-text('20 pairs of markets')")
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 5")
    assert page.evaluate(OUTSIDE) == []
    finished = "() => { const x = document.querySelector('.chart').__vue__.finished().xAxis; "
    axis = page.evaluate(finished + "return [x.name, x.max, x.interval]; }")
    assert "\n" in axis[0], "the name below the numbers has two lines"
    assert axis[1] % axis[2] == 0


def test_a_picture_with_names_beside_its_blocks_is_as_high_on_a_phone(visit: Callable[..., Any]) -> None:
    """Its names are kept apart for that height; squeezed, some would lie on one another."""
    page = visit(viewport={"width": 390, "height": 844}).go(f"/journey?s={State(case='minimal').encode()}")
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 4")
    drawn = """() => [...document.querySelectorAll('.chart')].map(({ __vue__: card }) =>
        [card.name, card.height, card.plot.getZr().getHeight()])"""
    found = {name: (height, here) for name, height, here in page.evaluate(drawn)}
    assert found["journeysim-year"] == (400, 400)
    assert found["journeysim-flow"] == (380, 300)
