"""Charts in a real browser: they leave as pictures and numbers through their own menu, and use the room they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from labels import collisions

from sim.app.state import Happening, State

pytestmark = pytest.mark.browser


def test_names_at_line_ends_have_the_room_they_need_and_no_more(visit: Callable[..., Any]) -> None:
    page = visit().go(f"/whatif?s={State(case='minimal').encode()}")
    page.wait_for_selector(".chart[data-ready='1']", timeout=120_000)
    room = """() => { const card = document.querySelector('.chart').__vue__; const option = card.finished();
              return [option.grid.right, card.lengthOf(option.series.find(one => one.endLabel).endLabel)] }"""
    right, name = page.evaluate(room)
    assert name < right < name + 24


def test_a_chart_keeps_to_its_card_when_the_line_above_it_grows(visit: Callable[..., Any]) -> None:
    page = visit().go(f"/whatif?s={State(case='minimal').encode()}")
    page.wait_for_selector(".chart[data-ready='1']", timeout=120_000)
    heights = """() => { const card = document.querySelector('.chart'), room = card.querySelector('.plot');
                 return [card.offsetHeight, room.clientHeight, room.querySelector('canvas').offsetHeight] }"""
    page.wait_for_selector(".runs-text:has-text('20 markets')")
    card, room, drawn = page.evaluate(heights)
    page.evaluate(
        """() => { const card = document.querySelector('.chart'); card.style.height = getComputedStyle(card).height;
                   card.querySelector('.plot-box').style.minHeight = 0;
                   card.querySelector('.card-sub').style.paddingBottom = '40px' }"""
    )
    page.wait_for_function(f"({heights})()[2] === {drawn - 40}")
    assert page.evaluate(heights) == [card, room - 40, drawn - 40]


TWO_CHANNELS = """extends = "minimal"

[[plan.flights]]
channel = "online_video"
weekly = 1_500

[[plan.flights]]
channel = "paid_social"
weekly = 1_200
"""


def test_on_a_phone_every_text_of_a_chart_is_legible_and_nought_stays_among_the_numbers(
    visit: Callable[..., Any],
) -> None:
    """In the language with the longest words, with plans of long names and an event; then the channels' charts."""
    events = (Happening("crisis", 21, 30, 0.5), Happening("algorithm", 60, 20, 0.5))
    plan = State(case="", own=TWO_CHANNELS, events=events).with_levers({"price": 0.8})
    plan = plan.save("A", "Cheaper, and thanks to friends").with_levers({"price": 0.95}).save("B", "A little cheaper")
    page = visit(viewport={"width": 390, "height": 844}, locale="nl-NL").go(f"/compare?s={plan.encode()}")
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 5")
    assert collisions(page) == []
    finished = "() => { const x = document.querySelector('.chart').__vue__.finished().xAxis; "
    axis = page.evaluate(finished + "return [x.name, x.max, x.interval]; }")
    assert "\n" in axis[0], "the name below the numbers has two lines"
    assert axis[1] % axis[2] == 0
    page.goto(page.url.replace("/compare", "/channels"))
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 3")
    assert collisions(page) == []


FAULTS = {
    "touches": "[text(60, 60, 0), text(70, 64, 0)]",
    "touches aslant": "[text(60, 60, 0.8), text(66, 64, 0.8)]",
    "is cut off": "[text(-9, 60, 0)]",
    "lies under a mark": "[text(60, 60, 0)]",
}


BLANK = """() => { window.blank = (made, series) => {
    const { plot } = document.querySelector('.chart').__vue__, axis = { show: false, max: 1 };
    const text = (x, y, rotation) => ({ type: 'text', x, y, rotation, style: { text: 'Sales', fontSize: 12 } });
    plot.clear();
    plot.setOption({ animation: false, xAxis: axis, yAxis: axis, graphic: made(text), series });
}; }"""


def test_the_check_of_texts_itself_finds(visit: Callable[..., Any]) -> None:
    page = visit().go(f"/?s={State(case='minimal').encode()}")
    page.wait_for_selector(".chart[data-ready='1']")
    page.evaluate(BLANK)
    drawn = "() => blank(text => (%s), %s)"
    for fault, graphic in FAULTS.items():
        marks = "[{ type: 'scatter', symbolSize: 900, data: [[0.5, 0.5]] }]" if "mark" in fault else "[]"
        page.evaluate(drawn % (graphic, marks))
        assert [what.split()[0] for _, _, what in collisions(page)] == [fault.split()[0]], fault
    page.evaluate(drawn % ("[text(60, 60, 0.8), text(60, 80, 0.8), text(120, 60, 0), text(120, 73, 0)]", "[]"))
    assert collisions(page) == []


def test_a_picture_with_names_beside_its_blocks_is_as_high_on_a_phone(visit: Callable[..., Any]) -> None:
    """Its names are kept apart for that height; squeezed, some would lie on one another."""
    page = visit(viewport={"width": 390, "height": 844}).go(f"/journey?s={State(case='minimal').encode()}")
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 4")
    drawn = """() => [...document.querySelectorAll('.chart')].map(({ __vue__: card }) =>
        [card.name, card.height, card.plot.getZr().getHeight()])"""
    found = {name: (height, here) for name, height, here in page.evaluate(drawn)}
    assert found["journeysim-year"] == (400, 400)
    assert found["journeysim-flow"] == (380, 300)
