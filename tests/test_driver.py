"""A day is compiled by one of the processes that need it at the same time."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.driver import _compile_once

fcntl = pytest.importorskip("fcntl", reason="files cannot be held here")


def test_who_needs_a_day_waits_for_who_compiles_it(tmp_path: Path) -> None:
    happened = []
    day = SimpleNamespace(compile=lambda signature: happened.append(signature) or "compiled")
    _compile_once(day, tmp_path / "day.lock")
    with (tmp_path / "day.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)  # as another process does while it compiles
        waiting = threading.Thread(target=day.compile, args=("mine",))
        waiting.start()
        time.sleep(0.2)
        happened.append("theirs")
    waiting.join(60)
    assert happened == ["theirs", "mine"]
    assert day.compile("again") == "compiled", "nobody holds it any more"


def test_a_cache_that_nobody_may_write_to_is_no_hindrance(tmp_path: Path) -> None:
    day = SimpleNamespace(compile=lambda signature: signature)
    _compile_once(day, tmp_path / "no such folder" / "day.lock")
    assert day.compile("mine") == "mine"


def test_a_day_that_cannot_be_compiled_holds_nobody_up(tmp_path: Path) -> None:
    def fails(_: str) -> None:
        raise TypeError("much")

    day = SimpleNamespace(compile=fails)
    _compile_once(day, tmp_path / "day.lock")
    for _ in range(2):
        with pytest.raises(TypeError, match="much"):
            day.compile("mine")
