"""What a page asks the desk for: the answer, and then, while nobody else asks, what may be asked about next."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from drawn_parts import press, shown, until

import sim
from sim.app import jobs, plans
from sim.app.jobs import FINE, GOOD, PREVIEW, Desk, Size, sized
from sim.app.levers import levers
from sim.app.state import State
from sim.app.tickets import Busy, Rank, Ticket

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

from sim.app import asking  # noqa: E402


def test_what_may_be_asked_next_is_run_when_the_answer_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(workers=1)
    monkeypatch.setattr(asking, "desk", desk)
    today = sim.load("minimal", {"horizon.days": 14})
    dearer = today.with_("plan.flights.0.weekly", 9_000)
    levels: list[str] = []

    @solara.component
    def Page() -> None:
        asked = asking.use_answer(today, {}, Size(100, 2), likely=lambda: [dearer])
        levels.append(asked.answer.level)
        solara.Text(asked.answer.level)

    _, drawn = solara.render(Page(), handle_error=False)
    try:
        ahead, end = sized(dearer, PREVIEW).fingerprint(), time.time() + 240
        while not all((ahead, today.seed + pair) in desk._memory for pair in range(PREVIEW.pairs)):
            assert time.time() < end, "nothing was run ahead"
            time.sleep(0.1)
        assert list(dict.fromkeys(levels)) == ["", "preview", "good"]
    finally:
        drawn.close()
        desk.stop()


def test_nothing_is_run_ahead_while_others_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(workers=1)
    monkeypatch.setattr(asking, "desk", desk)
    today = sim.load("minimal", {"horizon.days": 14})
    now = [1_000.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: now[0])
    levels: list[str] = []
    looked: list[float] = []

    def likely() -> list[Any]:
        looked.append(desk.quiet)
        return []

    @solara.component
    def Page() -> None:
        levels.append(asking.use_answer(today, {}, Size(100, 2), likely=likely).answer.level)
        solara.Text(levels[-1])

    _, drawn = solara.render(Page(), handle_error=False)
    try:
        until(lambda: levels[-1] == "good")
        for _ in range(30):  # a class that asks ten times a second, for what is remembered
            desk.ask([(sized(today, PREVIEW), today.seed)], Rank.URGENT)
            now[0] += 0.1
            time.sleep(0.1)
        assert not looked
        now[0] += asking.QUIET
        until(lambda: looked)
        assert looked[0] >= asking.QUIET
    finally:
        drawn.close()
        desk.stop()


def test_plans_a_move_away_are_those_that_the_levers_give() -> None:
    state = State(case="launch", levers={"loyalty.thanks": 0.5})
    known = levers(plans.today(state))
    found = {one.fingerprint() for one in plans.a_move_away(state)}
    money = next(one for one in known if one.budgeted)
    for name, wanted in (("loyalty.thanks", 0.0), (money.name, 0.0), (money.name, 2 * money.value)):
        moved = plans.planned(state, plans.with_lever(known, state.levers, name, wanted))
        assert moved.fingerprint() in found
    assert plans.planned(state).fingerprint() not in found
    assert len(found) <= 2 * len(known)
    locked = {one.name for one in known if one.budgeted}
    assert {plan.plan.flights for plan in plans.a_move_away(state, locked)} == {plans.planned(state).plan.flights}


def test_the_finest_answer_arrives_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(workers=2)
    monkeypatch.setattr(asking, "desk", desk)
    today = sim.load("minimal", {"horizon.days": 14})
    dearer = today.with_("plan.flights.0.weekly", 9_000)
    seen: list[asking.Asked] = []

    @solara.component
    def Page() -> None:
        seen.append(asking.use_answer(today, {"A": dearer}))
        solara.Text(seen[-1].answer.level)

    def waited(level: str) -> asking.Answer:
        end = time.time() + 240
        while seen[-1].answer.level != level:
            assert time.time() < end, f"no {level} answer"
            assert not seen[-1].problem
            time.sleep(0.05)
        return seen[-1].answer

    _, drawn = solara.render(Page(), handle_error=False)
    try:
        good = waited("good").pairs
        assert good is not None
        assert good.count == GOOD.pairs
        seen[-1].finer()
        fine = waited("fine").pairs
        assert fine is not None
        assert fine.count == fine.wanted == FINE.pairs == 60
        assert set(fine.plans) == {"A"}
        assert not seen[-1].pending
        assert not seen[-1].progress.value.busy
        assert list(dict.fromkeys(one.answer.level for one in seen)) == ["", "preview", "good", "fine"]
    finally:
        drawn.close()
        desk.stop()


class Balky(Desk):
    """A desk that refuses or fails what is asked at some ranks, as often as it is told to."""

    def __init__(self) -> None:
        super().__init__(workers=1)
        self.refuses = {Rank.URGENT: 0, Rank.FAIR: 0}
        self.fails = {Rank.URGENT: 0, Rank.FAIR: 0}

    def ask(self, runs: Any, rank: Rank = Rank.FAIR, enough: int = 0) -> Ticket:
        if self.refuses.get(rank):
            self.refuses[rank] -= 1
            raise Busy
        if self.fails.get(rank):
            self.fails[rank] -= 1
            ticket = Ticket(self, [(("lost", 1), (len, ((),)))], rank)
            ticket.fail(RuntimeError("/srv/secret is gone"))
            return ticket
        return super().ask(runs, rank, enough)


@pytest.fixture
def balky(monkeypatch: pytest.MonkeyPatch) -> Iterator[Balky]:
    desk = Balky()
    monkeypatch.setattr(asking, "desk", desk)
    yield desk
    desk.stop()


@pytest.mark.parametrize(("trouble", "told"), [("refuses", "the queue is full"), ("fails", "could not be finished")])
@pytest.mark.parametrize(("rank", "before"), [(Rank.URGENT, ""), (Rank.FAIR, "preview")])
def test_a_question_that_was_refused_or_failed_is_asked_again_at_a_press(
    balky: Balky, trouble: str, told: str, rank: Rank, before: str
) -> None:
    from sim.app.parts import ProgressLine

    getattr(balky, trouble)[rank] = 2
    today = sim.load("minimal", {"horizon.days": 14})
    seen: list[asking.Asked] = []

    @solara.component
    def Page() -> None:
        seen.append(asking.use_answer(today, {}, Size(100, 6)))
        ProgressLine(seen[-1])

    box, drawn = solara.render(Page(), handle_error=False)
    try:
        for left in (1, 0):
            until(lambda: told in shown(box) and getattr(balky, trouble)[rank] == left)  # noqa: B023
            assert "/srv" not in shown(box)
            assert seen[-1].answer.level == before, "what was there stays"
            press(box, "Try again")
        until(lambda: seen[-1].answer.level == "good")
        assert "Try again" not in shown(box)
    finally:
        drawn.close()


def test_trouble_with_a_plan_is_not_told_of_the_next(balky: Balky) -> None:
    balky.refuses[Rank.URGENT] = 1
    today = sim.load("minimal", {"horizon.days": 14})
    plan = solara.reactive(today.with_("plan.flights.0.weekly", 9_000))
    seen: list[asking.Asked] = []

    @solara.component
    def Page() -> None:
        seen.append(asking.use_answer(today, {"A": plan.value}, Size(100, 2)))

    _, drawn = solara.render(Page(), handle_error=False)
    try:
        until(lambda: seen[-1].problem == "state.busy")
        assert seen[-1].pending, "what is shown is not about this plan"
        plan.value = today.with_("plan.flights.0.weekly", 8_000)
        assert not seen[-1].problem
        until(lambda: seen[-1].answer.level == "good")
        assert not any(one.problem for one in seen[-3:])
    finally:
        drawn.close()
