"""How studies are spoken of: their state, what they vary, time, sizes, refusals."""

from __future__ import annotations

from sim.app.charts.chart import Look
from sim.app.studies import Card, StudyError
from sim.app.studies.design import MODEL, Option
from sim.app.words import Words


def option_words(option: Option, look: Look, currency: str) -> str:
    """What can be varied, in words: Television, EUR a week."""
    words = look.words
    if option.group == MODEL:
        return option.label
    if option.label.startswith("lever."):
        return words(option.label)
    what = look.kind(option.about) if option.label in ("money", "posts") else option.about
    return words(f"study.option.{option.label}", what=what, currency=currency)


def option_unit(option: Option, words: Words, currency: str) -> str:
    """The unit of what can be varied, in short."""
    if option.group == MODEL:
        return option.unit
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
