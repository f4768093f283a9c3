"""`journeysim new-mechanism` and `--mechanism`: a file of one's own takes part, or costs one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import SMALL, Answer, write

from sim.mechanism import unregister
from sim.results import Run


def test_a_new_mechanism_passes_its_own_test_and_takes_part(
    ask: Callable[..., Answer], tmp_path: Path, forget: None
) -> None:
    import importlib.util

    answer = ask("new-mechanism", "jingle", "--folder", "mine")
    assert (answer.code, answer.err) == (0, "")
    for file in ("jingle.py", "test_jingle.py"):
        assert max(map(len, (tmp_path / "mine" / file).read_text("utf-8").splitlines())) <= 120
    mine = ("--mechanism", "mine/jingle.py")
    assert ask("run", "launch", *SMALL, *mine, "--set", "jingle.reach=0.5", "--out", "with").code == 0
    run = Run.load(tmp_path / "with")
    assert run.touches.query("kind == 'jingle'")["delivered"].sum() > 0
    assert "jingle" in ask("day", "launch", "--no-time", *mine).out
    assert "jingle_on" in ask("sources", "launch", *mine).out

    spec = importlib.util.spec_from_file_location("test_jingle", tmp_path / "mine" / "test_jingle.py")
    assert spec
    assert spec.loader
    checks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checks)
    names = [name for name in vars(checks) if name.startswith("test_")]
    assert len(names) == 5
    for name in names:
        getattr(checks, name)()


def test_a_new_mechanism_needs_a_name_of_its_own(ask: Callable[..., Answer], tmp_path: Path) -> None:
    for name, said in (
        ("Jingle", "small letters"), ("two__lines", "small letters"), ("class", "small letters"),
        ("../up", "small letters"), ("need", "a mechanism already"), ("search", "a paid channel"),
        ("email", "a touch kind"), ("plan", "a key of"),
    ):  # fmt: skip
        answer = ask("new-mechanism", name, "--folder", "mine")
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err
    assert not (tmp_path / "mine").exists()
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine" / "test_jingle.py", "precious")
    answer = ask("new-mechanism", "jingle", "--folder", "mine")
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert "is there already" in answer.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["test_jingle.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ny = = 2\n", "mine.py:2: SyntaxError"),
        ("import sim\nimport nosuchthing\n", "mine.py:2: ModuleNotFoundError: No module named 'nosuchthing'"),
        ("import sim\n", "'mine.py' registers no mechanism"),
        (
            "from sim import Mechanism\n\nMechanism(name='a', phase='night')\n",
            "mine.py:3: mechanism 'a': phase 'night'",
        ),
    ],
)
def test_a_bad_mechanism_file_costs_one_line(ask: Callable[..., Answer], tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "mine.py", text)
    for command in ("run", "check", "day"):
        answer = ask(command, "launch", "--mechanism", "mine.py")
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err


def test_a_kernel_that_cannot_be_compiled_or_wired_costs_one_line(
    ask: Callable[..., Answer], tmp_path: Path, forget: None
) -> None:
    head = "from sim import Mechanism, kernel, register\n\n\n@kernel\n"
    tail = "\n\n\nregister(Mechanism(name='{}', phase='need', kernels=(drift,), doc='Drift.'))\n"
    for name, kernel, said in (
        (
            "typed",
            "def drift(lo, hi, day, key, motivation):\n    motivation[lo] = 'much'",
            "a mechanism cannot be compiled",
        ),
        ("misspelt", "def drift(lo, hi, day, key, motivaton):\n    pass", "'motivation'"),
    ):
        write(tmp_path / f"{name}.py", head + kernel + tail.format(name))
        answer = ask("run", "launch", *SMALL, "--mechanism", f"{name}.py")
        unregister(name)
        assert (answer.code, answer.out, len(answer.complaints)) == (2, "", 1)
        assert said in answer.err
