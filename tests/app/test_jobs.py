"""Runs for many visitors: pairs, places in the queue, cancelling, memory, and workers that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from apart import run_apart

import sim
from sim.app.jobs import MOST_RUNS, Desk, Question, Size, Ticket, simulate, sized
from sim.experiments.processes import prepare
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


def waited(ticket: Ticket, seconds: float = 120) -> Ticket:
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


def test_previews_come_whole_one_after_the_other(desk: Desk, today: Scenario) -> None:
    first, second = (desk.ask([(today.with_(seed=20 + i), s) for s in range(4)], urgent=True) for i in range(2))
    assert (first.place, second.place) == (0, 1)
    waited(first)
    assert second.done <= 1
    waited(second)


def test_other_work_waits_its_turn_and_can_be_given_up(desk: Desk, today: Scenario) -> None:
    runs = desk.ask([(today.with_(seed=30), s) for s in range(3)], urgent=True)
    kept, given_up = desk.call(divmod, 7, 2), desk.call(divmod, 9, 2)
    future, ticket = desk.order(divmod, 1, 0)
    assert ticket.place == 3  # the preview and two others
    given_up.cancel()
    assert ticket.place == 2
    assert kept.result(120) == (3, 1)
    assert runs.finished
    with pytest.raises(ZeroDivisionError):
        future.result(120)


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


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_workers_end_with_the_server() -> None:
    program = (
        "from sim.app import jobs; import os; desk = jobs.Desk(workers=1, warm=jobs.prepare);"
        "print(desk.call(os.getpid).result(), flush=True); os._exit(1)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    worker = int(ended.stdout)
    for _ in range(600):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker outlives its server")


def test_a_worker_that_dies_is_replaced(today: Scenario) -> None:
    frail = Desk(workers=1, warm=prepare)
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
