"""Sweeps: the same table whatever the engine and however often broken off, with real processes that are really killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from dask_servers import Servers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_study import TEXT, small
from pandas.testing import assert_frame_equal

import sim
from sim.experiments.cluster import connect
from sim.experiments.engines import engine
from sim.experiments.figures import headline
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.runner import prepare
from sim.experiments.sweep.runner import sweep as run_study
from sim.experiments.sweep.store import StoreError
from sim.experiments.sweep.study import load_study
from sim.scenario import ScenarioError

SLOW = TEXT.replace("days = 30", "days = 200").replace("points = 12", "points = 24").replace("seeds = 3", "seeds = 5")


def same(one: Sweep, other: Sweep) -> None:
    """Two sweeps have exactly the same tables."""
    for name in ("runs", "points", "series", "design"):
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


@pytest.fixture(scope="module")
def study():
    return small()


@pytest.fixture(scope="module")
def plain(study, tmp_path_factory):
    return run_study(study, tmp_path_factory.mktemp("plain") / "sweep", workers="inline")


def test_a_run_of_a_sweep_is_the_run_one_makes_oneself(study, plain):
    row = plain.runs.iloc[5]
    run = sim.run(study.scenario_at(study.points.values[row["point"]]), int(row["seed"]))
    assert {name: row[name] for name in study.outputs} == {name: headline(run)[name] for name in study.outputs}
    series = plain.series[plain.series["run"] == row["run"]]
    daily = run.daily[run.daily["brand"] == run.brand]
    assert series["units"].to_numpy() == pytest.approx(
        (daily["purchases_first"] + daily["purchases_repeat"]).to_numpy()
    )
    assert series["trust"].to_numpy() == pytest.approx(daily["trust"].to_numpy())


def test_tables_have_a_row_for_each_point_and_seed(study, plain):
    assert list(plain.runs.columns) == [
        "point", "replicate", "seed", "run", "word_of_mouth.rate", "plan.flights.0.weekly", "status", "error",
        "units", "profit", "trust",
    ]  # fmt: skip
    assert len(plain.runs) == 12
    assert len(plain.points) == 6
    assert plain.points["units"][2] == plain.runs[plain.runs["point"] == 2]["units"].mean()
    assert len(plain.series) == 12 * 20
    assert len(plain.timings) == 12
    written = pd.read_csv(plain.folder / "runs.csv")
    assert written["profit"].tolist() == plain.runs["profit"].tolist()
    manifest = json.loads((plain.folder / "manifest.json").read_text())
    assert manifest["seeds"] == [1, 2]
    assert manifest["versions"]["model"] == study.identity["model"]
    assert "6 points x 2 seeds, 12 runs done" in repr(plain)


def test_threads_give_the_same_table(study, plain, tmp_path):
    same(run_study(study, tmp_path / "sweep", workers="threads:2"), plain)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(breaks=st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_broken_off_anywhere_and_resumed_it_is_the_uninterrupted_table(study, plain, tmp_path_factory, breaks):
    folder = tmp_path_factory.mktemp("broken") / "sweep"
    with engine("threads:2") as workers:
        for number, after in enumerate(breaks):
            with prepare(study, folder, workers, resume=number > 0) as prepared:
                counted: list[int] = []
                prepared.run(counted.append, lambda seen=counted, last=after: len(seen) >= last)
        same(run_study(study, folder, workers=workers, resume=True), plain)


def test_an_unfinished_sweep_is_not_begun_again_unasked(study, tmp_path):
    with engine("inline") as workers:
        with prepare(study, tmp_path / "sweep", workers):
            pass  # three runs were timed, and are kept
        with pytest.raises(StoreError, match=r"3 of 12 runs done; go on with --resume"):
            run_study(study, tmp_path / "sweep", workers=workers)
        with pytest.raises(StoreError, match="nothing to resume"):
            run_study(study, tmp_path / "other", workers=workers, resume=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"factors": {"word_of_mouth.rate": (0.1, 0.9), "plan.flights.0.weekly": [0, 9000]}},
            r"rate\.range was \[0.1, 1",
        ),
        ({"seeds": 3}, r"seeds was \[1, 2\], is \[1, 2, 3\]"),
        ({"consumers": 120}, r"world\.market\.consumers was 100, is 120"),
        ({"outputs": ["units"]}, "outputs was"),
        ({"design": {"kind": "latin_hypercube", "points": 6, "seed": 2}}, r"design\.seed was 1, is 2"),
    ],
)
def test_a_study_changed_since_it_was_begun_is_refused_with_what_differs(plain, changes, words):
    with pytest.raises(ScenarioError, match=words):
        run_study(small(**changes), plain.folder, workers="inline", resume=True)


def test_a_complete_sweep_is_only_read(study, plain):
    before = (plain.folder / "runs.sqlite").stat().st_mtime_ns
    same(run_study(study, plain.folder, workers="inline"), plain)
    assert (plain.folder / "runs.sqlite").stat().st_mtime_ns == before


def test_a_folder_with_something_else_is_refused(study, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(StoreError, match="holds something else"):
        run_study(study, tmp_path, workers="inline")
    with pytest.raises(StoreError, match="is not the folder of a sweep"):
        Sweep.load(tmp_path)


def test_failing_runs_are_rows_with_reasons_and_can_be_run_again(tmp_path, monkeypatch):
    factors = {"plan.promotions.0": [{"from": 2, "to": 5, "cut": 0.2}, {"from": 2, "to": 8, "cut": 0.1}]}
    study = small(factors=factors, design="grid", seeds=4, daily=[])
    real = type(study).scenario_at

    def fails(self, point):
        if point[0]["to"] == 8:
            raise ValueError("no such promotion")
        return real(self, point)

    monkeypatch.setattr(type(study), "scenario_at", fails)
    swept = run_study(study, tmp_path / "sweep", workers="inline")
    assert swept.counts == {"ok": 4, "failed": 4, "waiting": 0}
    assert set(swept.failed["error"]) == {"no such promotion"}
    monkeypatch.undo()
    again = run_study(study, tmp_path / "sweep", workers="inline", retry_failed=True)
    assert again.counts == {"ok": 8, "failed": 0, "waiting": 0}
    same_study = run_study(study, tmp_path / "whole", workers="inline")
    assert_frame_equal(again.runs, same_study.runs)


# ---------------------------------------------------------------- real processes, really killed


def program(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    return subprocess.Popen(
        [sys.executable, "-m", "sim", "sweep", *arguments], cwd=cwd, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def done(folder: Path) -> int:
    """Runs in the journal, as another process sees it."""
    try:
        journal = sqlite3.connect(f"file:{folder}/runs.sqlite?mode=ro", uri=True)
        found = journal.execute("select count(*) from runs where status = 'ok'").fetchone()[0]
        journal.close()
        return int(found)
    except sqlite3.OperationalError:
        return 0


def await_runs(child: subprocess.Popen[str], folder: Path, many: int) -> None:
    deadline = time.monotonic() + 240
    while done(folder) < many:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def workers_of(folder: Path) -> set[int]:
    journal = sqlite3.connect(f"file:{folder}/runs.sqlite?mode=ro", uri=True)
    rows = journal.execute("select distinct worker from runs where worker like '% %' and worker not like 'timed%'")
    found = {int(name.split()[1]) for (name,) in rows}
    journal.close()
    return found


@pytest.fixture(scope="module")
def slow_study(tmp_path_factory):
    """A study of 120 runs in a file, and its table computed without interruption."""
    folder = tmp_path_factory.mktemp("slow")
    (folder / "slow.toml").write_text(SLOW)
    return folder, run_study(load_study(folder / "slow.toml"), folder / "whole", workers="threads:2")


def test_kill_9_of_the_command_and_of_a_worker_and_ctrl_c_then_resumed_it_is_the_same_table(slow_study):
    folder, whole = slow_study
    out = folder / "killed"
    child = program("slow.toml", "--engine", "threads:2", "--out", "killed", cwd=folder)
    await_runs(child, out, 15)
    kept = done(out)
    child.kill()
    child.communicate()
    assert kept <= done(out) < 120

    child = program("slow.toml", "--workers", "2", "--out", "killed", "--resume", cwd=folder)
    await_runs(child, out, done(out) + 12)
    before = workers_of(out)
    newest = max(before)
    os.kill(newest, signal.SIGKILL)  # a worker dies; the sweep goes on with another
    await_runs(child, out, done(out) + 12)
    child.send_signal(signal.SIGINT)
    said, errors = child.communicate(timeout=200)
    assert child.returncode == 130, errors
    assert "journeysim sweep slow.toml --resume --out killed" in said
    assert "Traceback" not in errors

    child = program("slow.toml", "--engine", "threads:2", "--out", "killed", "--resume", cwd=folder)
    said, errors = child.communicate(timeout=200)
    assert child.returncode == 0, errors
    assert "120 runs done" in said
    same(Sweep.load(out), whole)


def test_a_cluster_gives_the_same_table_though_a_worker_dies(study, plain, tmp_path):
    pytest.importorskip("distributed")
    servers = Servers(tmp_path)
    try:
        with connect(servers.address, 200) as workers, prepare(study, tmp_path / "sweep", workers) as prepared:
            seen: list[object] = []

            def lose(state: object) -> None:
                seen.append(state)
                if len(seen) == 2:
                    servers.workers[0].kill()

            prepared.run(lose)
        same(run_study(study, tmp_path / "sweep", workers="inline", resume=True), plain)
    finally:
        servers.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.toml"], "there is no study file 'none.toml'"),
        (["slow.toml", "--cluster", "tcp:/127.0.0.1:1"], "there is no engine"),
        (["slow.toml", "--workers", "2", "--engine", "inline"], "give one of"),
        (["slow.toml", "--engine", "inline", "--out", "slow.toml"], "is a file; choose another folder"),
        (["slow.toml", "--engine", "inline", "--resume", "--out", "nowhere"], "nothing to resume"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(slow_study, capsys, monkeypatch, arguments, words):
    from sim.cli import main

    monkeypatch.chdir(slow_study[0])
    with pytest.raises(SystemExit) as left:
        main(["sweep", *arguments])
    assert left.value.code == 2
    error = capsys.readouterr().err.strip()
    assert words in error
    assert len(error.splitlines()) == 1


def test_a_dry_run_says_how_much_and_keeps_nothing(slow_study, capsys, monkeypatch):
    from sim.cli import main

    monkeypatch.chdir(slow_study[0])
    with pytest.raises(SystemExit) as left:
        main(["sweep", "slow.toml", "--dry-run", "--out", "dry"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "120 runs (24 points x 5 seeds)" in said
    assert "on the disk" in said
    assert not Path("dry").exists()


# ---------------------------------------------------------------- what the benchmark measures


def test_the_benchmark_of_sweeps_measures_what_it_says():
    from sim.benchmarks import sweeps

    kept = sweeps.measure_store(600, days=10)
    assert kept["left"] == 0
    assert kept["rows"] == 600
    assert kept["files"] == 3
    assert 0 < kept["megabytes"] < 5
    assert sweeps.ours(4) == 4
