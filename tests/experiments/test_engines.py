"""Engines: the same results everywhere, failing tasks told, dead workers replaced, a clean stop."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from engine_tasks import deadly, deadly_once, double, fails_on_three, numba_threads, slow

from sim.experiments.engines import EngineError, Workers, engine


@pytest.fixture(scope="module")
def processes():
    with engine("processes:2") as workers:
        yield workers


@pytest.mark.parametrize("name", ["inline", "threads:3"])
def test_results_are_the_same_here_and_on_threads(name):
    with engine(name) as workers:
        assert workers.map(double, range(20)) == [2 * n for n in range(20)]
        found = {one.task: one.result for one in workers.each(double, iter(range(20)), chunk=3)}
    assert found == {n: 2 * n for n in range(20)}


def test_processes_give_the_same_and_use_one_numba_thread_each(processes: Workers):
    assert processes.map(double, range(20)) == [2 * n for n in range(20)]
    assert set(processes.map(numba_threads, range(4))) == {1}


@pytest.mark.parametrize("name", ["inline", "threads:2", "processes"])
def test_a_task_that_raises_is_told_and_the_others_go_on(name, processes):
    workers = processes if name == "processes" else engine(name)
    found = {one.task: one for one in workers.each(fails_on_three, range(6))}
    assert found[3].error == "three is not to be had"
    assert found[3].result is None
    assert [found[n].result for n in (0, 1, 2, 4, 5)] == [0, 1, 2, 4, 5]
    with pytest.raises(EngineError, match="three is not to be had"):
        workers.map(fails_on_three, range(6))


def test_a_dead_worker_is_replaced_and_nothing_is_lost_or_done_twice(processes, tmp_path):
    found = list(processes.each(deadly_once, [(n, str(tmp_path)) for n in range(40)]))
    assert sorted(one.result for one in found) == list(range(40))
    assert max(one.deaths for one in found) == 1


def test_a_task_that_kills_its_workers_fails_alone(processes):
    found = {one.task: one for one in processes.each(deadly, range(12))}
    assert "worker died 3 times" in found[2].error
    assert sorted(task for task, one in found.items() if one.error is None) == [0, 1, *range(3, 12)]


def test_no_more_tasks_are_drawn_than_the_window_holds():
    drawn = []

    def tasks():
        for n in range(100):
            drawn.append(n)
            yield n

    with engine("threads:2") as workers:
        for number, _ in enumerate(workers.each(double, tasks()), 1):
            assert len(drawn) <= number + workers.window
    assert len(drawn) == 100


def test_stopping_gives_back_what_was_begun_and_draws_no_more(processes):
    asked, tasks = [], iter(range(1000))
    found = [one for one in processes.each(slow, tasks, stop=lambda: len(asked) > 3) if asked.append(one) is None]
    assert 4 <= len(found) <= 4 + 2 * processes.window
    assert next(tasks) <= 4 + 2 * processes.window


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from engine_tasks import slow\nfrom sim.experiments.engines import engine\n"
        "with engine('processes:2') as workers:\n"
        "    for one in workers.each(slow, range(10**6)): print(one.result[1], flush=True)\n"
    )
    folder = os.path.dirname(__file__)
    child = subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    pids = {int(child.stdout.readline()) for _ in range(12)}
    child.kill()
    child.wait()
    deadline = time.monotonic() + 120
    while any(_lives(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(_lives(pid) for pid in pids)


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("proceses:2", "did you mean 'processes'"),
        ("threads:none", "'none' is not a number of workers"),
        ("threads:0", "whole number from 1"),
        ("inline:2", "takes no number"),
        ("nowhere.json", "there is no scheduler file"),
    ],
)
def test_wrong_names_get_a_sentence(name, words):
    with pytest.raises(EngineError, match=words):
        engine(name)


def test_a_function_of_the_program_itself_is_refused_for_processes():
    def mine(number: int) -> int:
        return number

    mine.__module__ = "__main__"
    with pytest.raises(EngineError, match="put it into a module"):
        next(engine("processes:1").each(mine, [1]))
