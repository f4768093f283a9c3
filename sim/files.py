"""Writing files so that a crash loses nothing."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all: to a name of its own beside it, which then takes the file's place."""
    fresh = path.with_name(f".{path.name}.unfinished-{os.getpid()}")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
