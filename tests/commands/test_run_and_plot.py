"""`journeysim run` and `plot`: what they answer and keep, and that nothing else is written over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import ROOT, SMALL, Answer, write

from sim.results import Run


def test_run_answers_keeps_everything_and_replaces_only_runs(ask: Callable[..., Answer], tmp_path: Path) -> None:
    answer = ask(
        "run",
        "launch",
        *SMALL,
        "--panel",
        "5",
        "--seed",
        "3",
        "--set",
        "word_of_mouth.rate=0.7",
        "--set",
        "world.population.media_concentration=6",
    )  # so that something reaches everybody within days
    assert (answer.code, answer.err) == (0, "")
    assert "in 12 days" in answer.out
    assert "Note: " in answer.out  # the flights that begin later are left out
    assert "Results in runs/launch-3" in answer.out
    assert "ns per consumer-day" in answer.out
    kept = Run.load(tmp_path / "runs" / "launch-3")
    assert (kept.seed, kept.record.days, kept.record.consumers, kept.record.stopped) == (3, 12, 300, False)
    assert kept.scenario.world.mechanisms["word_of_mouth"]["rate"] == 0.7
    assert kept.panel["consumer"].nunique() == 5
    assert not (tmp_path / "runs" / "launch-3" / "figures").exists()

    again = ask("run", "launch", *SMALL, "--days", "5", "--seed", "3", "--quiet")
    assert (again.code, again.out, again.err) == (0, "runs/launch-3\n", "")
    assert Run.load(tmp_path / "runs" / "launch-3").record.days == 5


def test_a_run_without_pictures_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    slow = ("pandas", "mesa", "matplotlib", "solara")
    words = ["run", "minimal", *SMALL, "--quiet"]
    code = (
        f"import sys\nfrom sim.cli import main\ntry:\n    main({words})\nexcept SystemExit:\n"
        f"    print('loaded:', *[name for name in {slow} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_more_threads_give_the_same_result(ask: Callable[..., Answer], tmp_path: Path) -> None:
    for threads in "12":
        few = ("--consumers", "3000", "--days", "12", "--no-figures", "--quiet")
        assert ask("run", "minimal", *few, "--threads", threads, "--out", f"t{threads}").code == 0
    one, two = ((tmp_path / name / "daily.csv").read_bytes() for name in ("t1", "t2"))
    assert one == two


def test_plot_draws_a_saved_run_again(ask: Callable[..., Answer], tmp_path: Path) -> None:
    assert ask("run", "minimal", *SMALL, "--out", "mine").code == 0
    answer = ask("plot", "mine", "--format", "svg")
    assert (answer.code, answer.err) == (0, "")
    drawn = sorted((tmp_path / "mine" / "figures").iterdir())
    assert len(drawn) == 7
    assert {path.suffix for path in drawn} == {".svg"}
    for wrong in ("nowhere", "."):
        answer = ask("plot", wrong)
        assert (answer.code, len(answer.complaints)) == (2, 1)
        assert "holds no saved run" in answer.err
    (tmp_path / "mine" / "record.npz").write_bytes(b"half a file")
    answer = ask("plot", "mine")
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert "record.npz' is damaged, so it cannot be read; run it again" in answer.err


def test_results_are_never_written_over_something_else(ask: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    write(tmp_path / "precious" / "thesis.txt", "years of work")
    for place, said in (("precious", "does not hold a run"), ("precious/thesis.txt", "a file is there"),
                        ("precious/thesis.txt/deeper", "is a file")):  # fmt: skip
        answer = ask("run", "launch", *SMALL, "--out", place)
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err
    assert [path.name for path in tmp_path.rglob("*")] == ["precious", "thesis.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_refused_before_the_run(
    ask: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    answer = ask("run", "launch", *SMALL, "--out", "closed/mine")
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert "no right to write" in answer.err
