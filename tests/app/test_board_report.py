"""What the report is made of, from what stands on the compare page."""

from __future__ import annotations

import pytest
from make_pairs import SEEDS, pairs

from sim.app.state import State

pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")


def test_a_wish_is_made_fit_to_use() -> None:
    from sim.app.panels.board_report import LONGEST_TITLE, Wish, wish_of

    titles = {"en": "Plans", "nb": "Planer"}
    assert wish_of({"title": " \n", "language": "nb", "blocks": ["trust", "plans"]}, titles) == Wish(
        "Planer", "nb", ("plans", "trust")
    )
    strange = wish_of({"title": "x" * 999, "language": "xx", "blocks": ["secrets"]}, titles)
    assert (len(strange.title), strange.language, strange.blocks) == (LONGEST_TITLE, "en", ())
    assert wish_of({}, titles) == Wish("Plans", "en", ())


def test_the_report_holds_what_was_run() -> None:
    from sim.app import plans
    from sim.app.panels.board_report import Wish, contents_of

    state = State(case="launch", levers={"price": 0.9})
    chosen = {"A": dict(state.levers)}
    wish = Wish("Plans", "nl", ("plans",))
    found = contents_of(wish, state, plans.today(state), chosen, pairs(), {"A": "Cheaper"}, "revenue")
    assert found.today == plans.today(state).with_(consumers=pairs().consumers)
    assert found.plans["A"] == plans.planned(state).with_(consumers=pairs().consumers)
    assert len(found.seeds) == pairs().count == len(SEEDS)
    assert found.look.words.language == "nl"
    assert found.look.name("A") == "Cheaper"
    assert found.case == "Introductie van een bruisende thee"
    assert f"consumers={pairs().consumers}" in found.code
    assert found.figure == "revenue"
