"""The app's words in four languages, and numbers as each language writes them.

`words/en.toml` holds every text; `nb`, `da` and `nl` hold the same keys with the same {places}. A page may keep its own
words beside them as `words/<page>.en.toml` and so on. A test compares the languages key by key.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

LANGUAGES = {"en": "English", "nb": "Norsk", "da": "Dansk", "nl": "Nederlands"}
_ALSO = {"no": "nb", "nn": "nb"}
_FOLDER = Path(__file__).with_name("words")
_THIN = "\u202f"
_SEPARATORS = {"en": (",", "."), "nb": (_THIN, ","), "da": (".", ","), "nl": (".", ",")}
"""Between thousands, and before decimals."""


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every text of a language by dotted key. Raises ValueError if two files give one key."""
    texts: dict[str, str] = {}
    for path in sorted(_FOLDER.glob(f"*{language}.toml")):
        if path.stem.split(".")[-1] != language:
            continue
        found = dict(_flat((), tomllib.loads(path.read_text("utf-8"))))
        twice = texts.keys() & found.keys()
        if twice:
            raise ValueError(f"{path.name} gives again: {', '.join(sorted(twice))}")
        texts |= found
    return texts


def _flat(at: tuple[str, ...], table: dict[str, Any]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += _flat((*at, key), value) if isinstance(value, dict) else [(".".join((*at, key)), str(value))]
    return rows


@cache
def _part(language: str, prefix: str) -> dict[str, str]:
    return {key[len(prefix) + 1 :]: text for key, text in catalogue(language).items() if key.startswith(prefix + ".")}


def places(text: str) -> set[str]:
    """The {places} of a text that are filled in later."""
    return set(re.findall(r"\{(\w+)\}", text))


class Words:
    """A language in use: `words("home.title")`, `words("failed.text", number="A1")`, `words.number(1234.5)`."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._texts = catalogue(self.language)

    def __call__(self, key: str, **filled: Any) -> str:
        """The text of a key, its {places} filled in. Raises KeyError for a key that no catalogue has."""
        text = self._texts[key]
        return text.format(**filled) if filled else text

    def or_else(self, key: str, text: str) -> str:
        """The text of a key, or another where the catalogue is silent, as for the stages of somebody's own scenario."""
        return self._texts.get(key, text)

    def part(self, prefix: str) -> dict[str, str]:
        """All texts below a key, by the rest of their key: what a component of the page needs to speak."""
        return _part(self.language, prefix)

    def number(self, value: float, digits: int = 0, sign: bool = False) -> str:
        """A number as the language writes it: 1,234.5 or 1.234,5; with `sign` also a plus, and a real minus sign."""
        text = f"{abs(value):,.{digits}f}"
        thousands, decimal = _SEPARATORS[self.language]
        text = text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)
        nothing = not re.search(r"[1-9]", text)
        before = "" if nothing else "\u2212" if value < 0 else "+" if sign else ""
        return before + text

    def short(self, value: float, sign: bool = False, like: float | None = None) -> str:
        """A quantity with the digits that count: 12,300 or 1.23 million in the language's words.

        like: a larger quantity whose unit and digits it takes, so that the two ends of an interval are written alike.
        """
        size = abs(value if like is None else like)
        for unit, name in ((1e9, "billion"), (1e6, "million")):
            if size >= unit:
                digits = next(d for d in (0, 1, 2) if d == 2 or abs(round(size / unit, d) - size / unit) < 0.0005)
                digits = digits if like is None else 2
                return f"{self.number(value / unit, digits, sign)} {self('number.' + name)}"
        if size >= 10_000:
            return self.number(round(value, -2) or value, 0, sign)
        return self.number(value, 0 if size >= 100 else 1 if size >= 10 else 2, sign)

    def exact(self, value: float) -> str:
        """A number with the digits that it has, never as a power of ten: 0.05, 1,500, 0.000704."""
        return self.number(value, len(np.format_float_positional(value, trim="-").partition(".")[2]))

    def percent(self, share: float, digits: int = 0, sign: bool = False) -> str:
        """A share as per cent; one that is there is never said to be none: "<1 %", unless with a sign."""
        if not sign and share > 0 and round(100 * share, digits) == 0:
            return f"<{self.number(10.0**-digits, digits)} %"
        return f"{self.number(100 * share, digits, sign)} %"


def first_choice(accepted: str) -> str:
    """The best of the app's languages for a browser's Accept-Language header.

    >>> first_choice("nn-NO,nn;q=0.9,en;q=0.8"), first_choice("fr,nl;q=0.5"), first_choice("")
    ('nb', 'nl', 'en')
    """
    wishes = []
    for place, part in enumerate(accepted.split(",")):
        name, _, weight = part.strip().partition(";q=")
        code = name.split("-")[0].lower()
        try:
            wishes.append((-float(weight or 1), place, _ALSO.get(code, code)))
        except ValueError:
            continue
    return next((code for _, _, code in sorted(wishes) if code in LANGUAGES), "en")
