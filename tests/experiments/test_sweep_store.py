"""The store loses nothing that was kept, at whatever moment it is killed, and says plainly when it cannot keep more."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import numpy as np
import pytest
from keep_runs import COLUMNS, RUNS, cells, contents, keep_all, opened, series

from sim.experiments.sweep import store as module
from sim.experiments.sweep.store import Store, StoreError, packed

STEPS = [f"{name}-{when}" for name in ("flush", "write_part", "publish", "adopt") for when in ("before", "after")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store filled without interruption."""
    store = opened(tmp_path_factory.mktemp("whole"))
    keep_all(store)
    yield contents(store)
    store.close()


def same(found, whole):
    assert found[0] == whole[0]
    assert found[1].keys() == whole[1].keys()
    for run, values in found[1].items():
        np.testing.assert_array_equal(values, series(run))


def test_what_is_kept_is_there_again(whole):
    assert len(whole[0]) == RUNS
    same(whole, whole)


@pytest.mark.parametrize("step", STEPS)
def test_killed_between_the_steps_of_a_flush_nothing_kept_is_lost_and_the_rest_makes_the_same(step, tmp_path, whole):
    program = os.path.join(os.path.dirname(__file__), "kill_in_flush.py")
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    ended = subprocess.run([sys.executable, program, str(tmp_path), step], env=environment, capture_output=True)
    assert ended.returncode == -9, ended.stderr.decode()
    with opened(tmp_path) as store:
        kept = store.counts()["ok"]
        assert kept == 16  # every run up to the flush was committed
        _rows, found = contents(store)
        assert sorted(found) == list(range(kept))
        keep_all(store)
        same(contents(store), whole)
        names = {one for (one,) in store.journal.execute("select distinct part from runs")}
        assert {path.name for path in (tmp_path / "series").iterdir()} == names


def test_orphans_and_half_written_parts_are_removed(tmp_path):
    with opened(tmp_path) as store:
        keep_all(store)
    for name in ("part-00000099.parquet", "part-00000100.tmp"):
        (tmp_path / "series" / name).write_bytes(b"half")
    with opened(tmp_path) as store:
        assert len(contents(store)[1]) == RUNS


def test_points_that_come_to_the_same_share_a_run(tmp_path):
    with Store(tmp_path, COLUMNS) as store:
        same_twice = [(mark, point + 100 * again, *rest) for again in (0, 1) for mark, point, *rest in cells(4)]
        store.plan(same_twice)
        assert len(store.open_runs()) == 4
        assert store.journal.execute("select count(*) from cells").fetchone() == (8,)


def test_a_failed_run_keeps_its_reason_and_can_be_run_again(tmp_path):
    with opened(tmp_path, 2) as store:
        store.fail(0, "too bad", 0.1, "here")
        assert store.counts() == {"ok": 0, "failed": 1, "waiting": 1}
        assert [one[0] for one in store.open_runs()] == [1]
        assert [one[0] for one in store.open_runs(failed=True)] == [0, 1]
        store.keep(0, {"units": 1.0}, b"", 5, 0.1, "here")
        assert store.counts() == {"ok": 1, "failed": 0, "waiting": 1}


def test_only_one_may_write(tmp_path):
    with opened(tmp_path), pytest.raises(StoreError, match="another sweep is writing"):
        Store(tmp_path, COLUMNS)
    opened(tmp_path).close()


def test_a_full_disk_is_told_and_what_was_kept_stays(tmp_path, monkeypatch):
    with opened(tmp_path) as store:
        keep_all(store, until=5)
        store.journal.execute("pragma max_page_count = 1")  # no further page: as if the disk were full
        with pytest.raises(StoreError, match=r"is full; the runs done are kept.*--resume"):
            store.keep(7, {"units": 1.0}, packed(np.random.default_rng(1).random((20000, 2))), 20000, 0.1, "here")
    with opened(tmp_path) as store:
        assert store.counts()["ok"] == 5

        def no_room(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(module, "write_part", no_room)
        with pytest.raises(StoreError, match="is full"):
            keep_all(store)
        monkeypatch.undo()
        keep_all(store)
        assert len(contents(store)[1]) == RUNS


def test_a_journal_that_is_none_is_told(tmp_path):
    (tmp_path / "runs.sqlite").write_text("this is no journal, whatever its name may say. " * 30)
    with pytest.raises(StoreError, match=r"runs\.sqlite' cannot be used"):
        Store(tmp_path, COLUMNS)


def test_a_folder_below_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write in"):
        Store(tmp_path / "file" / "sweep", COLUMNS)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot write in"):
        Store(tmp_path / "sweep", COLUMNS)
    tmp_path.chmod(0o700)
