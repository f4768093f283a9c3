"""What is wrong with a scenario or a study, in the visitor's language where it is known what the sentence says."""

from __future__ import annotations

from typing import Any

from sim.app.told import phrase
from sim.app.uploads import NAME
from sim.app.words import Words
from sim.scenario import ScenarioError
from sim.scenario.errors import Mistake, Sentence, dotted

MOST_LINES = 12
UNIT = "unit"
"""What a sentence calls the unit of a parameter, which the model says in English."""


def mistakes_said(problem: ScenarioError, words: Words) -> str:
    """A line for each mistake, twelve at most: where, what, how to mend it. What is known in English only says that it is."""
    return "\n".join(_line(one, words) for one in problem.mistakes[:MOST_LINES])


def _line(one: Mistake, words: Words) -> str:
    message = one.message if isinstance(one.message, Sentence) else words("mistake.english", text=one.message)
    return ": ".join(part for part in (_place(one, words), dotted(one.path), said(message, words)) if part)


def _place(one: Mistake, words: Words) -> str:
    """File and line; the visitor's own file has no name here."""
    if one.file == NAME:
        return words("mistake.file") if one.line is None else words("mistake.place", line=one.line)
    return ":".join(str(part) for part in (one.file, one.line) if part is not None)


def said(part: Any, words: Words) -> str:
    """A sentence, or what fills one, in the visitor's language; names and numbers of a file stay as the file has them.

    >>> said(Sentence("missing", name="people"), Words("nl"))
    "'people' ontbreekt"
    """
    if isinstance(part, Sentence):
        filled = {name: phrase(words, one) if name == UNIT else said(one, words) for name, one in part.filled.items()}
        return words(f"mistake.{part.form}", **filled)
    return words.number(part) if isinstance(part, int) else str(part)
