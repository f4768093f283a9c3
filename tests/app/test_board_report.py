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


@pytest.mark.parametrize("whose", ["question", "report"])
def test_a_report_that_was_not_written_is_tried_again_at_a_press(monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    import solara
    from drawn_parts import every, until

    from sim.app import making, plans
    from sim.app.asking import Answer, Asked, Progress
    from sim.app.look import look_of
    from sim.app.panels.board_report import BoardReport
    from sim.app.tickets import Busy

    asked_for: list[str] = []

    class Full:
        def call(self, *_: object) -> None:
            asked_for.append("report")
            raise Busy

    monkeypatch.setattr(making, "desk", Full())
    state = State(case="launch", levers={"price": 0.9})
    there = Answer(pairs() if whose == "report" else None, "good", "this one")
    asked = Asked(
        there, False, solara.reactive(Progress()), lambda: None, lambda: None,
        "" if whose == "report" else "state.busy", lambda: asked_for.append("question"),
    )  # fmt: skip
    chosen = {letter: {"price": 0.9} for letter in pairs().plans}
    page = BoardReport(plans.today(state), chosen, asked, look_of(state), "units")
    box, drawn = solara.render(page, handle_error=False)
    try:
        (view,) = (one for one in every(box) if hasattr(one, "retry"))
        view._event_callbacks["write"]({"title": "", "language": "en", "blocks": ["plans"]})
        until(lambda: "queue is full" in view.problem)
        assert (view.busy, view.retry) == (False, "Try again")
        tried = len(asked_for)
        view._event_callbacks["again"](None)
        until(lambda: len(asked_for) > tried)
        assert set(asked_for) == {whose}
    finally:
        drawn.close()
