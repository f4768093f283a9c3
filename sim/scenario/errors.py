"""Mistakes in a scenario, told as sentences: where, what was found, what is allowed, and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands in a scenario: ("plan", "flights", 2, "weekly")."""


FORMS = {
    "near": "; did you mean '{name}'?",
    "there": "; there is {names}",
    "nothing_there": "; there are none",
    "belongs": "; it belongs in '{path}'",
    "not_a_key": "'{name}' is not a key here{hint}",
    "not_a_key_of": "'{name}' is not a key of {table}{hint}",
    "not_a_parameter": "'{name}' is not a parameter of {mechanism}{hint}",
    "missing": "'{name}' is missing",
    "length": "has {count} values; give {wanted}",
    "span": "{low} to {high}",
    "tables": "is a list of tables: write [[{path}]], with double brackets",
    "not_allowed": "{value} is not allowed; {wanted}",
    "a_table": "a table",
    "give": "give {what}",
    "give_in": "give {what} {unit}",
    "give_date": "give a date such as 2025-03-01",
    "give_moment": "give a date such as 2025-03-01, or a whole number of days after the start (0 or more)",
    "give_one_of": "give one of {names}{hint}",
    "give_string": "give text in quotes",
    "give_boolean": "give true or false",
    "give_array": "give a list in [ ]",
    "give_object": "give a table",
    "number": "a number",
    "whole": "a whole number",
    "between": "{number} from {low} to {high}",
    "above_to": "{number} above {low} and up to {high}",
    "above": "{number} above {low}",
    "at_least": "{number} of {low} or more",
    "at_most": "{number} of {high} or less",
    "no_channel": "there is no channel '{name}'{hint}",
    "no_source": "there is no source '{name}'{hint}",
    "no_brand": "there is no brand '{name}'{hint}",
    "no_segment": "there is no segment '{name}'{hint}",
    "no_stage": "there is no stage '{name}'{hint}",
    "no_influencer": "there is no influencer '{name}'{hint}",
    "no_mechanism": "there is no mechanism '{name}'{hint}",
    "no_case": "there is no case '{name}'; there are {names}",
    "too_many": "{count:,} {name} are too many for the app; at most {most:,}",
    "too_large": "the file is too large: at most {most} kB can be read",
    "foreign_file": "a file given to the app cannot name other files; write the numbers into it",
    "extends_only": "a file given to the app can extend {names} only, each by its bare name",
    "no_range": "{low} to {high} is not a range; the first must be below the second",
    "whole_range": "{low} to {high} must be whole numbers, for only these are varied",
    "log_low": "a log scale cannot begin at {low}; give a lowest value above 0",
    "log_levels": "levels have no scale; 'log' belongs to a range",
    "either": "give either 'range' (lowest and highest) or 'levels'",
    "twice": "has a value twice",
    "of_value": "{value}: {problem}",
    "no_factors": "there is nothing to vary; give at least one [[factors]] table",
    "no_figure": "there is no headline figure '{name}'{hint}",
    "no_power": "{count} is not a power of 2; give {below} or {above}",
    "not_toml": "this is not a scenario file (TOML): {problem}",
}
"""Sentences that the app says in other languages too, and the parts of which they are made."""


class Sentence(str):
    """A sentence in English that knows its form and what fills it, so that it can be said in another language.

    >>> Sentence("not_a_key", name="peple", hint=Sentence("near", name="people"))
    "'peple' is not a key here; did you mean 'people'?"
    """

    form: str
    filled: dict[str, Any]

    def __new__(cls, form: str, **filled: Any) -> Sentence:
        """Raises KeyError for a form that there is not, or without something that it needs."""
        made = super().__new__(cls, FORMS[form].format(**filled))
        made.form, made.filled = form, filled
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.form,), self.filled


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
    return Sentence("near", name=lower[close[0]]) if close else ""


def nearest(name: object, known: Iterable[str]) -> str:
    """The nearest of the known names, or all of them where none is near."""
    names = list(dict.fromkeys(str(one) for one in known))
    close = meant(name, names)
    if close:
        return close
    if not names:
        return Sentence("nothing_there")
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return Sentence("there", names=shown)


@dataclass(frozen=True)
class Mistake:
    """One mistake; the commonest messages are a `Sentence`. `file` and `line` are None where nothing was read from a file."""

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
