"""Ctrl-C keeps what was done; a second one gives up at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT

from sim.results import Run


def test_ctrl_c_stops_after_the_day_keeps_it_and_leaves_with_130(tmp_path: Path) -> None:
    words = ["run", "launch", "--consumers", "20000", "--days", "7000", "--no-figures", "--out", "kept"]
    # A word on stdout after each day tells this test when the days have begun.
    code = (
        "import sys\nfrom sim.commands import run\nfrom sim.cli import main\n"
        "reached = run.Progress.reached\n"
        "run.Progress.reached = lambda self, done: (print('day', done, flush=True), reached(self, done))\n"
        f"main({words})\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    try:
        while "day 5" not in process.stdout.readline():
            assert process.poll() is None, process.stderr and process.stderr.read()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    run = Run.load(tmp_path / "kept")
    assert run.record.stopped
    assert 5 <= run.record.days < 7000
    assert f"Stopped after day {run.record.days} of 7000, 20,000 consumers" in out
    assert not [path for path in tmp_path.iterdir() if path.name != "kept"]


def test_ctrl_c_before_the_days_and_a_second_one_give_up_at_once() -> None:
    from sim.commands.run import Stop

    before, stop = signal.getsignal(signal.SIGINT), Stop()
    with stop.listening():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        stop.in_days = True
        stop.after_day()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            stop.after_day()
        with pytest.raises(SystemExit) as left:
            signal.raise_signal(signal.SIGINT)
    assert left.value.code == 130
    assert signal.getsignal(signal.SIGINT) is before
