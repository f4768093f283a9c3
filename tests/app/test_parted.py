"""Work of many runs: each waits its turn, progress is seen, it can be stopped, and is no heavier than the desk allows."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

import sim
from sim.app import parted
from sim.app.jobs import Desk
from sim.app.measured import true_credit
from sim.app.parted import Parted, Stopped, begun, only_once
from sim.app.tickets import Busy
from sim.experiments.attribution import attribution
from sim.experiments.paired import Runner
from sim.experiments.processes import prepare


class Task:
    """One of many."""

    def __init__(self, key: int) -> None:
        self.key = key


def twice(task: Task) -> int:
    return 2 * task.key


def many(count: int, workers: Any, progress: Any) -> dict[Any, Any]:
    runner = Runner(workers, count, progress)
    found = runner.run(twice, [Task(number) for number in range(count)])
    if runner.stopped:
        raise KeyboardInterrupt
    return found


def test_runs_come_back_and_are_counted_and_can_be_stopped() -> None:
    desk = Desk(workers=1, first=prepare)
    try:
        one = Parted(desk)
        assert one.run(many, 3) == {0: 0, 1: 2, 2: 4}
        assert (one.done, one.total, one.place) == (3, 3, 0)
        desk.call(time.sleep, 1.0)
        late = Parted(desk)
        ended: list[BaseException] = []

        def run() -> None:
            with pytest.raises(Stopped) as problem:
                late.run(many, 100_000)
            ended.append(problem.value)

        thread = threading.Thread(target=run)
        thread.start()
        late.stop()
        thread.join(60)
        assert ended
        assert late.done < 100_000
    finally:
        desk.stop()


def test_a_measurement_by_the_desk_is_the_laboratorys_own() -> None:
    market = sim.load("minimal").with_({"consumers": 100, "days": 35})
    desk = Desk(workers=1, first=prepare)
    try:
        found = Parted(desk).run(true_credit, market)
    finally:
        desk.stop()
    seeds = range(market.seed, market.seed + 4)
    alone = attribution(market, seeds, tests=False, budgets=False, workers="inline")
    assert found.channel_rows[0] == pytest.approx(alone.channel_rows[0], nan_ok=True)


def test_the_same_work_is_known_and_their_number_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parted, "MOST_AT_ONCE", 1)
    with only_once("one"):
        assert begun("one")
        with pytest.raises(Busy), only_once("two"):
            pass
    assert not begun("one")
