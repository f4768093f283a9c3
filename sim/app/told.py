"""What the model says of itself (its rules, its numbers, published facts) in the visitor's language.

The English stands where it is made: in a mechanism's file, in the kept evidence. `words/model/` holds translations of it:
`parameters` and `facts` by name, each with the mark of the English that was translated; `phrases` (units, sources, what was
measured) by the English itself. What has no translation is shown in English: somebody's own mechanism, or a text that has
changed since. A test names every shipped text that would be.
"""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.app.words import Words

FOLDER = Path(__file__).with_name("words") / "model"
NAMED = ("parameters", "facts")
PHRASES = "phrases"


@cache
def mark(english: str) -> str:
    """What a translation remembers of the English it was made from.

    >>> mark("weight of trust in choice")
    '078494c9'
    """
    return sha256(english.encode()).hexdigest()[:8]


@cache
def translations(kind: str, language: str) -> dict[str, Any]:
    """One file of translations: name -> its `of` and `text`, or for phrases English -> text. English has none."""
    path = FOLDER / f"{kind}.{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def told(words: Words, name: str, english: str) -> str:
    """A rule, a parameter or a fact in the visitor's language, by its name, if this English has been translated."""
    for kind in NAMED:
        found = translations(kind, words.language).get(name)
        if found and found["of"] == mark(english):
            return str(found["text"])
    return english


def phrase(words: Words, english: str) -> str:
    """A unit, a source or the name of a measure in the visitor's language, if it has been translated."""
    return str(translations(PHRASES, words.language).get(english, english))
