"""What-if in a real browser: levers, saved plans, links, events, files and downloads; nobody sees another's plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from in_address import in_address
from labels import strayed

from sim.app.plans import planned, today
from sim.app.state import Happening, State

pytestmark = pytest.mark.browser
SMALL = State(case="minimal")
"""A case whose runs take hundredths of a second."""
SURE = ".runs-text:text-matches('^20 (pairs of )?markets')"


def opened(visitor: Any, state: State = SMALL) -> Any:
    page = visitor.go(f"/whatif?s={state.encode()}")
    page.wait_for_selector("input[type=range]")
    return page


def settled(page: Any) -> None:
    """Wait until the surer answer to the present plan is there."""
    page.wait_for_selector(".verdict:not(.is-pending)")
    page.wait_for_selector(SURE, timeout=60_000)


def price(page: Any) -> Any:
    """The price slider, its group opened."""
    if page.locator(".fold[aria-expanded=false]:has-text('Price')").count():
        page.click(".fold:has-text('Price')")
    return page.get_by_role("slider", name="Price", exact=True)


def test_a_move_is_answered_kept_and_shared(visit: Callable[..., Any]) -> None:
    one, other = visit(), visit()
    page, foreign = opened(one), opened(other)
    settled(page)
    assert page.inner_text(".verdict-text") == "This is the market with today's plan."
    price(page).focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".verdict-plan:has-text('My plan')")
    in_address(page, lambda state: state.levers == {"price": 0.9})  # the last step has arrived, not only some of them
    settled(page)
    said = page.inner_text(".verdict")
    assert page.inner_text(".verdict-text").startswith("My plan")
    assert "95 % interval" in page.inner_text(".verdict-more")
    assert page.inner_text("header [aria-live]") == page.inner_text(".verdict-text")
    # F5 and a colleague's browser find the same plan and the same numbers; nobody else is touched.
    page.reload()
    page.wait_for_selector(".verdict-plan:has-text('My plan')")
    settled(page)
    assert page.inner_text(".verdict") == said
    third = visit()
    shared = third.go(page.url.removeprefix(one.address))
    shared.wait_for_selector(".verdict-plan:has-text('My plan')")
    settled(shared)
    assert shared.inner_text(".verdict") == said
    assert strayed(page) == strayed(shared) == []
    assert foreign.inner_text(".verdict-plan") == "Today"
    assert price(foreign).input_value() == "100"
    assert one.problems == other.problems == third.problems == []


def test_plans_are_saved_opened_and_steps_undone_by_keyboard(visit: Callable[..., Any]) -> None:
    page = opened(visit())
    price(page).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("button:has-text('Save as A'):enabled")
    page.focus("button:has-text('Save as A')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".naming input")
    page.keyboard.type("Cheaper")
    page.keyboard.press("Enter")
    page.wait_for_selector(".plan-tab[aria-pressed=true]:has-text('Cheaper')")
    saved = in_address(page, lambda state: "A" in state.saved)
    assert (saved.saved["A"].name, dict(saved.saved["A"].levers)) == ("Cheaper", {"price": 0.99})
    page.click(".plan-tab:has-text('Today')")
    page.wait_for_selector(".plan-tab[aria-pressed=true]:has-text('Today')")
    in_address(page, lambda state: state.levers == {})
    page.click("button:has-text('Undo')")
    page.wait_for_selector(".plan-tab[aria-pressed=true]:has-text('Cheaper')")
    in_address(page, lambda state: state == saved)
    page.click(".plan-tab:has-text('Cheaper')")
    page.click(".plan-tools button:has-text('File')")
    page.click("button:has-text('Delete plan A')")
    page.wait_for_selector(".plan-tab:has-text('Cheaper')", state="detached")


def test_the_budget_keeps_its_sum(visit: Callable[..., Any]) -> None:
    page = opened(visit())
    fields = page.locator(".lever-group").first.locator("input[type=text]")
    before = [float(one.replace(",", "")) for one in fields.evaluate_all("all => all.map(one => one.value)")]
    page.get_by_role("textbox", name="Television (EUR)").fill("700")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lever-changed")
    in_address(page, lambda state: 700 in state.levers.values())
    page.wait_for_function(
        """([lever, sum]) => {
          const all = [...document.querySelector('.lever-group').querySelectorAll('input[type=text]')]
            .map(one => Number(one.value.replaceAll(',', '')));
          return all.includes(lever) && Math.abs(all.reduce((one, other) => one + other) - sum) < 1e-6 * sum;
        }""",
        arg=[700, sum(before)],
    )
    page.get_by_role("textbox", name="Television (EUR)").fill("lots")
    page.keyboard.press("Enter")
    assert page.get_by_role("textbox", name="Television (EUR)").input_value() == "700"
    slider = page.get_by_role("slider", name="Television", exact=True)
    budget = before[0]
    assert float(slider.get_attribute("max")) > budget
    slider.press("End")
    page.get_by_text("The rest of the budget cannot give or take more").wait_for()
    page.wait_for_timeout(2_000)  # past the moment when a lever goes back to where the server has it
    assert float(slider.input_value()) == pytest.approx(budget)
    slider.press("Home")
    page.get_by_text("The rest of the budget cannot give or take more").wait_for(state="detached")


def test_events_are_put_moved_and_removed_by_keyboard(visit: Callable[..., Any]) -> None:
    page = opened(visit())
    page.focus("button:has-text('Add an event')")
    page.keyboard.press("Enter")
    page.focus(".menu button:has-text('bad review')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip")
    in_address(page, lambda state: state.events == (Happening("crisis", 84, 14, 0.5),))
    page.focus(".chip")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".chip[aria-label*='week 14']")
    in_address(page, lambda state: [event.day for event in state.events] == [91])
    page.select_option(".event-fields select", "1")
    in_address(page, lambda state: [event.size for event in state.events] == [1.0])
    page.focus(".chip")
    page.keyboard.press("Delete")
    page.wait_for_selector(".chip", state="detached")
    in_address(page, lambda state: state.events == ())


def test_charts_leave_as_picture_numbers_and_code(visit: Callable[..., Any], tmp_path: Path) -> None:
    one = visit(color_scheme="dark", accept_downloads=True, permissions=["clipboard-read", "clipboard-write"])
    page = opened(one, SMALL.with_levers({"price": 0.9}))
    settled(page)
    page.wait_for_selector(".chart[data-ready='1']")
    card = page.locator(".chart").first
    found: dict[str, bytes] = {}
    for label, ending in (("PNG", "png"), ("SVG", "svg"), ("CSV", "csv")):
        card.locator(".card-menu > button").click()
        with page.expect_download() as waiting:
            card.locator(f".menu button:has-text('{label}')").click()
        assert waiting.value.suggested_filename == f"journeysim-difference.{ending}"
        found[ending] = Path(waiting.value.path()).read_bytes()
    assert found["png"].startswith(b"\x89PNG")
    assert b"<svg" in found["svg"]
    assert b"#ffffff" in found["svg"]  # paper is light in the dark theme too
    assert found["csv"].startswith(b"Plan,")
    assert b"My plan" in found["csv"]
    card.locator(".card-menu > button").click()
    card.locator(".menu button:has-text('Python')").click()
    page.wait_for_selector(".menu button:has-text('Copied')")
    code = page.evaluate("navigator.clipboard.readText()")
    names: dict[str, Any] = {}
    exec(code.split("answer =")[0], names)
    state = SMALL.with_levers({"price": 0.9})
    assert names["today"] == today(state).with_(consumers=3_000)
    assert names["plan_a"] == planned(state).with_(consumers=3_000)
    card.locator(".quiet:has-text('Show as table')").click()
    assert "My plan" in card.locator("table").inner_text()
    assert one.problems == []


def test_a_file_is_taken_in_and_a_hostile_one_refused(visit: Callable[..., Any], tmp_path: Path) -> None:
    one = visit(accept_downloads=True)
    page = opened(one)
    settled(page)
    before = page.url
    bad = tmp_path / "bad.toml"
    bad.write_text('[world.peers]\nfile = "/etc/passwd"\n')
    page.set_input_files("input[type=file]", bad)
    page.wait_for_selector(".note-bad:has-text('cannot name other files')")
    page.select_option("#language", "nb")
    page.wait_for_selector("html[lang=nb]")
    page.set_input_files("input[type=file]", bad)
    page.wait_for_selector(".note-bad:has-text('filen din, linje 2: world.peers.file: en fil som gis til appen')")
    page.select_option("#language", "en")
    page.wait_for_selector("html[lang=en]")
    good = tmp_path / "good.toml"
    good.write_text('title = "Corner shop"\nhorizon = { days = 60 }\n[world.market]\npeople = 9_000\nconsumers = 500\n')
    page.set_input_files("input[type=file]", good)
    page.wait_for_selector("option:has-text('My own: Corner shop')", state="attached")
    page.wait_for_selector(".note-bad", state="detached")
    page.wait_for_url(lambda address: address != before)
    page.reload()
    page.wait_for_selector("option:has-text('My own: Corner shop')", state="attached")
    page.click(".plan-tools button:has-text('File')")
    with page.expect_download() as waiting:
        page.click("button:has-text('Download this plan')")
    assert b'title = "Corner shop"' in Path(waiting.value.path()).read_bytes()
    assert one.problems == []


def test_plans_meet_on_the_compare_page(visit: Callable[..., Any]) -> None:
    one = visit()
    page = one.go(f"/compare?s={SMALL.encode()}")
    page.wait_for_selector("text=There is no plan to compare yet")
    state = SMALL.with_levers({"price": 0.8}).save("A", "Cheap").with_levers({"price": 1.3}).save("B", "Dear").open("")
    page = one.go(f"/compare?s={state.encode()}")
    settled(page)
    rows = page.locator("table.side tbody tr")
    assert rows.count() == 3
    assert "Price 100 → 80 %" in rows.nth(1).inner_text()
    assert "Cheap" in page.inner_text(".verdict-text")
    page.click("a:has-text('Change the plans')")
    page.wait_for_selector(".plan-tab:has-text('Dear')")
    page.go_back()
    page.wait_for_selector("table.side")
    assert one.problems == []
