"""Runs for many visitors: pairs, places in the queue, cancelling, memory, and workers that die."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apart import Timeless, run_apart

import sim
from sim.app.jobs import CROWD, FEWEST, MOST_RUNS, Desk, Question, Size, Ticket, sized
from sim.app.tickets import FEW, Rank
from sim.app.workers import FORKED, simulate
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
    ticket = waited(desk.ask(question.runs, Rank.URGENT))
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
    preview = desk.ask([(today.with_(seed=50), 1)], Rank.URGENT)
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
    first, second = (desk.ask([(today.with_(seed=20 + i), s) for s in range(4)], Rank.URGENT) for i in range(2))
    assert (first.place, second.place) == (0, 1)
    waited(first)
    assert second.done <= 1
    waited(second)


@pytest.fixture(scope="module")
def endless(today: Scenario) -> Scenario:
    """A market that takes minutes."""
    return today.with_({"consumers": 400_000, "days": 730})


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.time() + seconds
    while not true():
        assert time.time() < end
        time.sleep(0.01)


def test_a_run_that_nobody_wants_any_more_is_called_off(desk: Desk, today: Scenario, endless: Scenario) -> None:
    one, other = desk.ask([(endless, 1)]), desk.ask([(endless, 1)])
    until(lambda: bool(desk._running))
    one.cancel()
    assert not any(desk._crew.flags)  # somebody waits for it
    other.cancel()
    assert waited(desk.ask([(today.with_(seed=31), 1)])).done == 1  # or it would take minutes
    assert desk.ask([(endless, 1)]).done == 0
    desk.cancel(desk._tickets[-1])


def test_a_preview_takes_the_place_of_what_has_begun(desk: Desk, today: Scenario, endless: Scenario) -> None:
    longer = today.with_({"consumers": 20_000, "days": 365})
    slow, fast = desk.ask([(endless, 2)]), desk.ask([(longer, 3)])
    until(lambda: bool(desk._running))
    assert waited(desk.ask([(today.with_(seed=32), 1)], Rank.URGENT)).done == 1
    assert slow.done == 0
    slow.cancel()
    (found,) = waited(fast).results.values()  # begun again from its first day
    assert found.headline == pytest.approx(simulate(longer, 3).headline, nan_ok=True)


def test_while_many_wait_previews_have_fewer_pairs_the_same_for_everybody(desk: Desk, today: Scenario) -> None:
    size = Size(100, 5)
    asked = [Question(today.with_(seed=100 * i), {"a": today.with_(seed=100 * i, days=14)}, size) for i in range(1, 8)]
    tickets = [desk.ask(one.runs, Rank.URGENT, one.enough) for one in asked]
    answers = [one.answer(waited(ticket)) for one, ticket in zip(asked, tickets)]
    assert [(one.count, one.wanted) for one in answers] == [(FEWEST, FEWEST)] * (7 - CROWD) + [(5, 5)] * CROWD
    whole = asked[0].answer(waited(desk.ask(asked[0].runs)))
    assert whole.count == 5
    for few, all_ in zip(answers[0].plans["a"], whole.plans["a"], strict=False):
        assert few.headline == pytest.approx(all_.headline, nan_ok=True, abs=0)


def test_pairs_that_are_enough_and_remembered_are_there_at_once_while_many_wait(desk: Desk, today: Scenario) -> None:
    known = Question(today.with_(seed=1000), {}, Size(100, 5))
    waited(desk.ask(known.runs[: known.enough]))
    waiting = [desk.ask([(today.with_(seed=1100 + i, days=365), 1)], Rank.URGENT) for i in range(CROWD)]
    ticket = desk.ask(known.runs, Rank.URGENT, known.enough)
    assert (ticket.short, ticket.finished, known.answer(ticket).count) == (True, True, FEWEST)
    for one in waiting:
        waited(one)


def test_what_may_be_wanted_later_is_run_while_nothing_else_is(desk: Desk, today: Scenario) -> None:
    later = desk.ask([(today.with_(seed=40), seed) for seed in range(2)], Rank.IDLE)
    assert waited(later).done == 2
    later = desk.ask([(today.with_(seed=41), seed) for seed in range(500)], Rank.IDLE)
    asked = desk.ask([(today.with_(seed=42), 1)])
    assert later.cancelled
    assert waited(asked).done == 1


def test_other_work_waits_its_turn_and_can_be_given_up(desk: Desk, today: Scenario) -> None:
    runs = desk.ask([(today.with_(seed=30), s) for s in range(3)], Rank.URGENT)
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


def test_the_end_is_told_at_once(desk: Desk, today: Scenario) -> None:
    async def watch() -> int:
        ticket = desk.ask([(today.with_(seed=71), seed) for seed in range(3)])
        return len([None async for _ in ticket.watch(least=10_000)])

    assert run_apart(watch()) <= 2  # the first news and the end, not three hours later


def test_visitors_with_the_same_plan_share_its_smaller_market(today: Scenario) -> None:
    twin = sim.load("minimal", {"horizon.days": 28})
    assert twin is not today
    assert sized(twin, SMALL) is sized(today, SMALL)
    assert sized(today, SMALL) is not sized(today, Size(200, 3))


@pytest.mark.parametrize(("waiting", "times"), [(1, range(9, 30)), (4 * FEW, range(2, 9))])
def test_the_more_wait_the_less_often_is_told_how_far_it_is(waiting: int, times: range) -> None:
    class Queue(Desk):
        waiting = 0

    queue = Queue(workers=1)
    queue.waiting = waiting
    ticket = Ticket(queue, [(("a run", 1), (len, ((),)))], Rank.FAIR)

    async def told() -> int:
        count, clock = 0, asyncio.get_running_loop().time
        end = clock() + 1.0
        async for _ in ticket.watch(least=0.05):
            count += 1
            if clock() > end:
                return count
        return count

    async def news() -> int:
        counted = asyncio.create_task(told())
        while not counted.done():
            ticket.changed()
            await asyncio.sleep(0.01)
        return counted.result()

    assert run_apart(news(), Timeless) in times


@pytest.mark.skipif(not FORKED, reason="workers are fresh interpreters here")
def test_workers_share_what_was_loaded_once(desk: Desk) -> None:
    assert desk.call(eval, "__import__('sys').modules['sim.app.warmed'].__name__").result(120) == "sim.app.warmed"
    assert desk.call(os.getppid).result(120) != os.getpid()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_workers_end_with_the_server() -> None:
    program = (
        "from sim.app import jobs; import os; desk = jobs.Desk(workers=1, first=os.getpid);"
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
    frail = Desk(workers=1, first=prepare)
    try:
        waited(frail.ask([(today.with_(seed=90), 1)]))
        assert frail._crew is not None
        for process in list(frail._crew._processes):
            os.kill(process, signal.SIGKILL)
        ticket = waited(frail.ask([(today.with_(seed=91), 1)]))
        if ticket.error:  # the death was noticed by this very run
            ticket = waited(frail.ask([(today.with_(seed=91), 1)]))
        assert (ticket.error, ticket.done) == ("", 1)
    finally:
        frail.stop()
