"""The scripted visitor and the app's benchmark: what does not come is told, and a click in haste is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import pytest
from apart import run_apart

pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

from sim.app.state import State
from sim.benchmarks import app
from sim.benchmarks.crowd import GOALS, Crowd, to_dict, to_markdown
from sim.benchmarks.visitor import Lost, Visitor, Widget

SMALL = State(case="minimal").encode()


def as_visitor(address: str, does: Callable[[Visitor], Awaitable[Any]]) -> Any:
    """What somebody does on the page of what-if."""

    async def visits() -> Any:
        async with Visitor(address) as one:
            await one.open(f"whatif?s={SMALL}")
            await one.until(lambda: app._settled(one), "an answer", app.LONG)
            return await does(one)

    return run_apart(visits())


def where(one: Visitor) -> str:
    """Which page it is by what is drawn below the bar."""
    classes = (str(part.state.get("class_")) for part in one.page())
    return next((name for name in classes if name.startswith("page ")), "")


@pytest.mark.parametrize("pages", [["", "help"], ["help", ""], ["", "whatif", "", "help"]])
def test_clicks_in_haste_on_the_bar_end_where_the_last_one_leads(address: str, pages: list[str]) -> None:
    async def hurries(one: Visitor) -> str:
        bar = one.find("links", "token")
        for page in pages:
            await one.send(bar, "go", page)
        await one.until(lambda: where(one) == f"page page-{pages[-1] or 'home'}", f"page '{pages[-1]}'")
        assert one.find("links", "token") is bar, "the bar stays, and with it where the keyboard is"
        return str(bar.state["here"])

    assert as_visitor(address, hurries) == pages[-1]


def test_page_after_page_without_a_pause(address: str) -> None:
    async def walks(one: Visitor) -> list[str]:
        seen = []
        for page in app.PAGES * 3:
            await app._gone_to(one, page)
            seen.append(where(one))
        return seen

    assert as_visitor(address, walks) == [f"page page-{page or 'home'}" for page in app.PAGES * 3]


def test_only_what_is_on_the_page_is_found() -> None:
    one = Visitor("http://localhost:1")
    one._root = "root"
    one.widgets = {
        "root": Widget("root", {"children": ["IPY_MODEL_first", "IPY_MODEL_second", "some text"]}),
        "first": Widget("first", {"name": "first"}),
        "second": Widget("second", {"name": "second"}),
        "made": Widget("made", {"name": "not there yet"}),
    }
    assert one.find("name").state["name"] == "second"
    one._take(_update("root", {"children": ["IPY_MODEL_first", "IPY_MODEL_made"]}))
    assert one.find("name").state["name"] == "not there yet"
    with pytest.raises(Lost, match="nothing with button"):
        one.find("button")


def _update(number: str, state: dict[str, Any]) -> dict[str, Any]:
    return {
        "header": {"msg_type": "comm_msg"},
        "content": {"comm_id": number, "data": {"method": "update", "state": state}},
    }


def test_what_does_not_come_is_named_and_counted() -> None:
    crowd = Crowd(1, wanted=("page change", "report as PDF"))
    one = Visitor("http://localhost:1")

    async def changes() -> None:
        await app._timed(crowd, "page change", asyncio.sleep(0))
        await app._timed(crowd, "page change", one.until(lambda: False, "page 'help'", 0.01))

    with app._noted(crowd):
        run_apart(changes())
    assert crowd.errors == ["the visitor waited for page 'help': it did not come in 0 seconds"]
    with app._noted(crowd):
        run_apart(Visitor("http://localhost:1").until(lambda: False, "something between", 0.01))
    by_name = {row["what"]: row for row in crowd.rows()}
    changed, other, report = (by_name[name] for name in ("page change", app.OTHER, "report as PDF"))
    assert (other["times"], other["lost"], other["met"]) == (0, 1, None)
    assert (changed["times"], changed["lost"], changed["met"]) == (1, 1, False), "quick but for what was lost: not met"
    assert (report["times"], report["p95"], report["met"]) == (0, None, False), "what was not measured has a row"
    told = to_markdown(to_dict([crowd]))
    assert "| page change | 1 | own | 1 | 1 | 0 | 0 | 0 | 300, NOT MET |" in told
    assert "| report as PDF | 1 | own | 0 | 0 | – | – | – | 5000, NOT MET |" in told
    assert "page 'help'" in told


def test_the_measurement_ends_in_time() -> None:
    with pytest.raises(Lost, match="is over"):
        run_apart(app._until(perf_counter() + 0.05, asyncio.sleep(60)))


def test_all_that_one_visitor_is_wanted_is_in_the_table() -> None:
    assert {row["what"] for row in Crowd(1, wanted=tuple(GOALS)).rows()} == set(GOALS)
