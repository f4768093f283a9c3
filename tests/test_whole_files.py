"""A folder is written whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sim.files import write_folder


def test_a_full_disk_is_told_in_a_sentence_and_leaves_what_was_there(tmp_path: Path) -> None:
    def fill(place: Path) -> None:
        (place / "half.csv").write_text("1,2")
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "old.csv").write_text("3")
    with pytest.raises(OSError, match="the disk is full, and the run was not saved; make room") as told:
        write_folder(tmp_path / "kept", fill, lambda _: True, "run")
    assert told.value.filename == str(tmp_path / "kept")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["kept", "kept/old.csv"]
