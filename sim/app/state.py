"""What one visitor has set: case, plan under edit, saved plans, events. A value that never changes, and its address.

The address of the page holds all of it, so that a reload, a lost connection, a restarted server or a colleague with the
link finds the same: the same people, luck and numbers.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

VERSION = 1
LONGEST = 12_000
"""Characters of an address' state; browsers and mail programs carry that much."""
LARGEST = 400_000
"""Bytes of a state unpacked: more is refused, whatever its packed size."""
LETTERS = ("A", "B", "C")
MOST_EVENTS, MOST_VALUES, LONGEST_NAME = 12, 80, 40
EVENT_KINDS = ("crisis", "algorithm", "trend", "outage", "price")


class BadAddress(ValueError):
    """An address cannot be read: damaged, too large, or from a version that the app does not know."""


@dataclass(frozen=True)
class Happening:
    """An event that the visitor put on the time line: kind, first day, days it lasts (None: for good), size."""

    kind: str
    day: int
    days: int | None = None
    size: float = 0.5

    def tables(self) -> dict[str, Any]:
        """As an entry of `world.events`."""
        entry: dict[str, Any] = {"kind": self.kind, "on": self.day, "size": self.size}
        return entry if self.days is None else entry | {"days": self.days}


@dataclass(frozen=True)
class Saved:
    """A plan put aside: its name and the levers that differ from today."""

    name: str
    levers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """Everything a visitor has set.

    case: a shipped scenario's name, or "" with the visitor's own in `own` (TOML). levers: lever -> value, only what differs
    from today. events: put on the time line by the visitor; they are part of the world, so they hit every plan. saved:
    letter -> plan. editing: letter of the saved plan that was opened last, or "". assumptions: "mechanism.parameter" -> value,
    only what differs from the case; they are part of the world too.
    """

    case: str = "launch"
    levers: Mapping[str, float] = field(default_factory=dict)
    events: tuple[Happening, ...] = ()
    saved: Mapping[str, Saved] = field(default_factory=dict)
    editing: str = ""
    own: str = ""
    assumptions: Mapping[str, float] = field(default_factory=dict)

    def with_levers(self, levers: Mapping[str, float]) -> State:
        """The same with other lever values."""
        return replace(self, levers=dict(levers))

    def free_letter(self) -> str | None:
        """The first letter without a plan, or None."""
        return next((letter for letter in LETTERS if letter not in self.saved), None)

    def save(self, letter: str, name: str) -> State:
        """Put the plan under edit aside. Raises ValueError for a letter that does not exist."""
        if letter not in LETTERS:
            raise ValueError(f"'{letter}' is not a plan; there are {', '.join(LETTERS)}")
        kept = {**self.saved, letter: Saved(name.strip()[:LONGEST_NAME], dict(self.levers))}
        return replace(self, saved=dict(sorted(kept.items())), editing=letter)

    def open(self, letter: str) -> State:
        """Go on with a saved plan; "" is today's."""
        levers = dict(self.saved[letter].levers) if letter in self.saved else {}
        return replace(self, levers=levers, editing=letter if letter in self.saved else "")

    def drop(self, letter: str) -> State:
        """Forget a saved plan."""
        kept = {key: plan for key, plan in self.saved.items() if key != letter}
        return replace(self, saved=kept, editing="" if self.editing == letter else self.editing)

    def on_case(self, case: str, own: str = "") -> State:
        """Another market: what was set on the last one does not fit it."""
        return State(case=case, own=own)

    def encode(self) -> str:
        """As text for an address: letters, digits, - and _ only; empty for what a fresh visitor sees."""
        if self == State():
            return ""
        entry: dict[str, Any] = {"v": VERSION, "c": self.case}
        if self.levers:
            entry["l"] = {key: _short(value) for key, value in sorted(self.levers.items())}
        if self.events:
            entry["e"] = [[one.kind, one.day, one.days, _short(one.size)] for one in self.events]
        if self.saved:
            entry["s"] = {
                letter: [plan.name, {key: _short(value) for key, value in sorted(plan.levers.items())}]
                for letter, plan in self.saved.items()
            }
        if self.assumptions:
            entry["a"] = {key: _short(value) for key, value in sorted(self.assumptions.items())}
        if self.editing:
            entry["k"] = self.editing
        if self.own:
            entry["o"] = self.own
        packed = zlib.compress(json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode(), 9)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _short(value: float) -> float:
    """Seven digits: more than a lever has, few enough for an address."""
    rounded = float(f"{value:.7g}")
    return int(rounded) if rounded.is_integer() else rounded


def decode(text: str) -> State:
    """The state that an address holds. Raises BadAddress for anything else than what `encode` writes."""
    if not text:
        return State()
    if len(text) > LONGEST:
        raise BadAddress(f"the address is too long: {len(text)} characters, at most {LONGEST} can be read")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, LARGEST)
        if not unpacker.eof:
            raise BadAddress("the address holds more than a plan, or less")
        entry = json.loads(raw)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as problem:
        raise BadAddress("the address is damaged") from problem
    if not isinstance(entry, dict) or entry.get("v") != VERSION:
        raise BadAddress("the address is from another version of the app")
    try:
        return _state_of(entry)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadAddress("the address is damaged") from problem


def _state_of(entry: dict[str, Any]) -> State:
    events = tuple(_event_of(*one) for one in entry.get("e", ())[:MOST_EVENTS])
    saved = {
        letter: Saved(str(plan[0])[:LONGEST_NAME], _levers_of(plan[1]))
        for letter, plan in sorted(entry.get("s", {}).items())
        if letter in LETTERS
    }
    editing = str(entry.get("k", ""))
    return State(
        case=str(entry["c"])[:80],
        levers=_levers_of(entry.get("l", {})),
        events=events,
        saved=saved,
        editing=editing if editing in saved else "",
        own=str(entry.get("o", "")),
        assumptions=_levers_of(entry.get("a", {})),
    )


def _event_of(kind: str, day: int, days: int | None, size: float) -> Happening:
    if kind not in EVENT_KINDS or not 0 <= int(day) < 10_000 or not 0 <= float(size) <= 10:
        raise ValueError(kind)
    return Happening(kind, int(day), None if days is None else max(1, min(int(days), 10_000)), float(size))


def _levers_of(table: Mapping[str, Any]) -> dict[str, float]:
    values = {str(key)[:80]: float(value) for key, value in list(table.items())[:MOST_VALUES]}
    if not all(math.isfinite(value) for value in values.values()):
        raise ValueError("not a number")
    return values
