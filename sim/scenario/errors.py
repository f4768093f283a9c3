"""Mistakes in a scenario, told as sentences: where, what was found, what is allowed, and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]
"""Where a value stands in a scenario: ("plan", "flights", 2, "weekly")."""


def dotted(path: Path) -> str:
    """A path as people write it: plan.flights[2].weekly."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def meant(name: object, known: Iterable[str]) -> str:
    """The nearest of the known names: "; did you mean 'weekly'?", or nothing where none is near."""
    lower = {one.lower(): one for one in reversed([str(one) for one in known])}
    close = get_close_matches(str(name).lower(), list(lower), n=1, cutoff=0.6)
    return f"; did you mean '{lower[close[0]]}'?" if close else ""


def nearest(name: object, known: Iterable[str]) -> str:
    """The nearest of the known names, or all of them where none is near."""
    names = [str(one) for one in known]
    close = meant(name, names)
    if close:
        return close
    if not names:
        return "; there are none"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"; there is {shown}"


@dataclass(frozen=True)
class Mistake:
    """One mistake. `file` and `line` are None where the scenario was not read from a file."""

    path: Path
    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return ": ".join(part for part in (place, dotted(self.path), self.message) if part)


class ScenarioError(ValueError):
    """A scenario that cannot be run. Its text has one line for each mistake; `mistakes` has them as values."""

    def __init__(self, mistakes: Iterable[Mistake] | str):
        self.mistakes = (Mistake((), mistakes),) if isinstance(mistakes, str) else tuple(mistakes)
        super().__init__("\n".join(str(one) for one in self.mistakes))

    def __reduce__(self) -> tuple:
        return type(self), (self.mistakes,)
