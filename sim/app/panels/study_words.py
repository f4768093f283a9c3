"""How studies are spoken of: their titles, their state, what they vary, time, sizes, refusals."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from sim.app import plans, uploads
from sim.app.charts.chart import Look
from sim.app.studies import Card, StudyError
from sim.app.studies.design import MODEL, Option
from sim.app.studies.review import Review
from sim.app.told import phrase, told
from sim.app.words import Words
from sim.experiments.sweep.study import studies_folder
from sim.scenario.build import show


@cache
def shipped_studies() -> dict[str, tuple[str, str]]:
    """The studies that come with the model: name -> title and the file's text."""
    files = {path.stem: path.read_text("utf-8") for path in sorted(studies_folder().glob("*.toml"))}
    return {name: (str(tomllib.loads(text).get("title", name)), text) for name, text in files.items()}


def shipped_words(name: str, words: Words) -> str:
    """Title of a shipped study in a language."""
    return words.or_else(f"shipped_study.{name}.title", shipped_studies()[name][0])


def titled(one: Review, words: Words) -> tuple[str, str, str]:
    """Title and question of a study, and what it starts from, in a language where they came with the model, else as its file has
    them."""
    known = {title: f"shipped_study.{name}" for name, (title, _) in shipped_studies().items()}
    cases = {uploads.case(name).title: f"case.{name}" for name in plans.cases()}
    here, case = known.get(one.title, ""), cases.get(one.scenario, "")
    return (words.or_else(f"{here}.title", one.title), words.or_else(f"{here}.question", one.question),
            words.or_else(f"{case}.title", one.scenario))  # fmt: skip


def option_words(option: Option, look: Look, currency: str) -> str:
    """What can be varied, in words: Television, EUR a week."""
    words = look.words
    if option.group == MODEL:
        return told(words, option.path, option.label)
    if option.label.startswith("lever."):
        return words(option.label)
    what = look.kind(option.about) if option.label in ("money", "posts") else option.about
    return words(f"study.option.{option.label}", what=what, currency=currency)


def option_unit(option: Option, words: Words, currency: str) -> str:
    """The unit of what can be varied, in short."""
    if option.group == MODEL:
        return phrase(words, option.unit)
    known = {"money": currency, "money_each": currency, "share": "", "factor": "", "days": words("study.unit_days")}
    return known[option.unit] if option.unit in known else words(f"lever_unit.{option.unit}")


def refused(problem: StudyError, words: Words) -> str:
    """Why something cannot be done."""
    return words(f"study.refused.{problem.key}", **problem.details)


def runs_words(card: Card, words: Words) -> str:
    """Runs done of all."""
    return words("study.done_of", done=words.number(card.done), all=words.number(card.review.runs))


def time_words(seconds: float, words: Words) -> str:
    """How long, as one says it."""
    if seconds < 90:
        return words("study.seconds", number=words.number(max(round(seconds), 1)))
    if seconds < 90 * 60:
        return words("study.minutes", number=words.number(round(seconds / 60)))
    return words("study.hours", number=words.number(seconds / 3600, 1))


def size_words(size: float, words: Words) -> str:
    """Bytes, as one says them."""
    if size >= 1e9:
        return f"{words.number(size / 1e9, 1)} GB"
    return f"{words.number(size / 1e6)} MB" if size >= 1e6 else f"{words.number(max(size / 1e3, 1))} kB"


def design_words(card: Card, words: Words) -> str:
    """Design and size: Latin hypercube, 64 × 2."""
    one = card.review
    return f"{words(f'study.kind_{one.kind}')}, {words.number(one.points)} × {words.number(one.seeds)}"


def factor_words(values: dict[str, Any], words: Words) -> str:
    """What a factor is varied over, of its identity: 0.1 to 1, log scale."""
    if "levels" in values:
        return ", ".join(words.exact(one) if type(one) in (int, float) else show(one) for one in values["levels"])
    low, high = (words.exact(one) for one in values["range"])
    kinds = [words(f"study.f_{kind}") for kind in ("whole", "log") if values[kind]]
    return ", ".join([words("study.range", low=low, high=high), *kinds])
