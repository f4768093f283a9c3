"""Runs for many visitors: pairs, places in the queue, cancelling, memory, and workers that die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from apart import run_apart

import sim
from sim.app.jobs import MOST_RUNS, Desk, Question, Size, Ticket, simulate, sized
from sim.scenario import Scenario

SMALL = Size(300, 3)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk(workers=1)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def today() -> Scenario:
    return sim.load("minimal", {"horizon.days": 28})


def waited(ticket: Ticket, seconds: float = 60) -> Ticket:
    end = time.time() + seconds
    while not ticket.finished:
        assert time.time() < end, "the runs did not come"
        time.sleep(0.01)
    return ticket


def test_pairs_have_the_same_people_and_the_numbers_of_a_plain_run(desk: Desk, today: Scenario) -> None:
    louder = today.with_("plan.flights.0.weekly", 9_000)
    question = Question(today, {"a": louder}, SMALL)
    ticket = waited(desk.ask(question.runs, urgent=True))
    pairs = question.answer(ticket)
    assert (pairs.count, pairs.wanted, pairs.consumers) == (3, 3, 300)
    again = simulate(sized(louder, SMALL), today.seed + 1)
    assert again.headline == pytest.approx(pairs.plans["a"][1].headline, nan_ok=True)
    assert [a.headline["spend"] > b.headline["spend"] for a, b in zip(pairs.plans["a"], pairs.today)] == [True] * 3
    assert pairs.today[0].people[0].sum() == pytest.approx(today.world.market.people)
    assert pairs.today[0].flows["units"].sum() == pytest.approx(pairs.today[0].headline["units"])
    assert waited(desk.ask(question.runs)).done == 6  # remembered: at once


def test_everybody_sees_their_place_and_the_urgent_go_first(desk: Desk, today: Scenario) -> None:
    long = [desk.ask([(today.with_(seed=10 + i), s) for s in range(6)]) for i in range(3)]
    preview = desk.ask([(today.with_(seed=50), 1)], urgent=True)
    assert preview.place == 0
    assert sorted(one.place for one in long) == [1, 2, 3]
    waited(preview)
    assert not all(one.finished for one in long)
    long[0].cancel()
    assert (long[0].finished, long[0].cancelled) == (True, True)
    for one in long[1:]:
        assert waited(one).done == 6
    assert long[0].done < 6


def test_one_ticket_cannot_ask_for_everything(desk: Desk, today: Scenario) -> None:
    with pytest.raises(ValueError, match="too many"):
        desk.ask([(today, seed) for seed in range(MOST_RUNS + 1)])


def test_progress_can_be_watched(desk: Desk, today: Scenario) -> None:
    async def watch() -> list[int]:
        ticket = desk.ask([(today.with_(seed=70), seed) for seed in range(5)])
        return [ticket.done async for ticket in ticket.watch(0.001)]

    seen = run_apart(watch())
    assert seen[-1] == 5
    assert seen == sorted(seen)


def test_a_worker_that_dies_is_replaced(today: Scenario) -> None:
    frail = Desk(workers=1)
    try:
        waited(frail.ask([(today.with_(seed=90), 1)]))
        assert frail._pool is not None
        for process in list(frail._pool._processes):
            os.kill(process, signal.SIGKILL)
        ticket = waited(frail.ask([(today.with_(seed=91), 1)]))
        if ticket.error:  # the death was noticed by this very run
            ticket = waited(frail.ask([(today.with_(seed=91), 1)]))
        assert (ticket.error, ticket.done) == ("", 1)
    finally:
        frail.stop()
