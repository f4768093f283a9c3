"""A server in a process of its own that says a great deal, or does not start."""

from __future__ import annotations

import pytest

pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

from sim.app.served import Served


def test_a_server_that_says_more_than_a_pipe_holds_goes_on() -> None:
    said = Served(PYTHONVERBOSE="1").stop()
    assert len(said) > 100_000
    assert "Journeysim is at" in said


def test_a_server_that_does_not_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="--nonsense"):
        Served(options=["--nonsense"])
