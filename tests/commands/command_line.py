"""What tests of the command line share: what a command answered, a small market, and writing a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SMALL = ("--consumers", "300", "--days", "12", "--no-figures")


@dataclass
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """Lines on stderr."""
        return self.err.splitlines()


def write(path: Path, text: str) -> Path:
    """Write a text file, and return where it is."""
    path.write_text(text, "utf-8")
    return path
