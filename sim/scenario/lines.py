"""Which line of a TOML file each key, table and array element stands on, so that a mistake can be pointed at.

The standard reader keeps no positions. This scanner reads text that the standard reader has already accepted, so it
only has to find where things begin and end; it never judges.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from sim.scenario.errors import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_INLINE_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.S),
    re.compile(r"'''.*?'{3,5}", re.S),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)


def find_lines(text: str) -> dict[Path, int]:
    """Line number (from 1) of every key, table header and array element of a valid TOML text, by path."""
    return _Scanner(text).scan()


class _Scanner:
    """One walk over the text; `at` is the place reached, `lines` what was found."""

    def __init__(self, text: str):
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        self.elements: dict[Path, int] = {}  # arrays of tables: how many elements so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.text):
                return self.lines
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def note(self, path: Path, start: int) -> None:
        self.lines.setdefault(path, bisect_right(self.starts, start))

    def string(self) -> str | None:
        """Step over a string of any of the four kinds and give its source, or None if there is none here."""
        for pattern in _STRINGS:
            found = self.skip(pattern)
            if found:
                return found
        return None

    def keys(self) -> list[str]:
        """A dotted key: its parts."""
        parts = []
        while True:
            self.skip(_INLINE_BLANK)
            quoted = self.string()
            parts.append(self.skip(_BARE) if quoted is None else tomllib.loads(f"key = {quoted}")["key"])
            self.skip(_INLINE_BLANK)
            if self.text[self.at : self.at + 1] != ".":
                return parts
            self.at += 1

    def header(self) -> Path:
        """[a.b] or [[a.b]]: the path of the table that begins here, with the number of each array element."""
        start = self.at
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        parts = self.keys()
        self.at += 2 if many else 1
        path: Path = ()
        for depth, part in enumerate(parts):
            path = (*path, part)
            self.note(path, start)
            if many and depth == len(parts) - 1:
                self.elements[path] = self.elements.get(path, -1) + 1
            if path in self.elements:
                path = (*path, self.elements[path])
        self.note(path, start)
        return path

    def pair(self, table: Path) -> None:
        """key = value, inside the table given."""
        start = self.at
        path = table
        for part in self.keys():
            path = (*path, part)
            self.note(path, start)
        self.at += 1  # the equals sign
        self.skip(_INLINE_BLANK)
        self.value(path)

    def value(self, path: Path) -> None:
        """Step over a value, noting what stands inside arrays and inline tables."""
        opening = self.text[self.at]
        if opening not in "[{":
            if self.string() is None:
                self.skip(_SCALAR)
            return
        closing = "]" if opening == "[" else "}"
        self.at += 1
        number = 0
        while True:
            self.skip(_BLANK)
            if self.text[self.at] == closing:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            if opening == "[":
                self.note((*path, number), self.at)
                self.value((*path, number))
                number += 1
            else:
                self.pair(path)
