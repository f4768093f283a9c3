"""Asking the command line, in an empty folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import Answer

from sim.cli import main
from sim.mechanism import registry, unregister


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def asked(*words: str | Path) -> Answer:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(int(left.value.code or 0), said.out, said.err)

    return asked


@pytest.fixture
def forget() -> Iterator[None]:
    """Take mechanisms that a test brought in out of the registry again."""
    before = set(registry())
    yield
    for name in set(registry()) - before:
        unregister(name)
