"""The command line as a whole: help, versions, and what is misused costs one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from command_line import ROOT, Answer

HEAVY = ("numpy", "numba", "mesa", "pandas", "pyarrow", "matplotlib", "solara", "scipy")


def test_help_does_without_the_heavy_libraries() -> None:
    code = (
        "import sys\nfrom sim.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as left:\n    assert not left.code, left.code\n"
        f"print('loaded:', *[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "loaded:"
    assert "new-mechanism" in done.stdout


def test_every_command_explains_itself_with_an_example(ask: Callable[..., Answer]) -> None:
    listed = ask("--help").out
    for name in ("run", "plot", "check", "schema", "scenarios", "day", "sources", "new-mechanism", "bench"):
        assert f" {name} " in listed
        assert f"journeysim {name}" in ask(name, "--help").out


def test_no_command_prints_help_and_version_prints_the_version(ask: Callable[..., Answer]) -> None:
    import sim

    assert "Usage: journeysim" in ask().out
    assert ask("--version").out == f"journeysim {sim.__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rn",), "No such command 'rn'"),
        (("run",), "Missing argument 'FILE'"),
        (("run", "launch", "--consumer", "5"), "--consumers"),
        (("run", "launch", "--days", "many"), "--days"),
        (("run", "launch", "--threads", "0"), "--threads"),
        (("plot", "x", "--format", "gif"), "'png', 'svg', 'pdf'"),
    ],
)
def test_a_misused_command_costs_one_line(ask: Callable[..., Answer], words: tuple[str, ...], said: str) -> None:
    answer = ask(*words)
    assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
    assert said in answer.err
