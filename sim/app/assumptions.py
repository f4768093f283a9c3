"""What the model assumes, for the page: every parameter with range and source, and how far published facts are met."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.told import phrase, told
from sim.app.words import Words
from sim.scenario import Scenario, ScenarioError
from sim.scenario.errors import nearest

if TYPE_CHECKING:
    from sim.mechanism import Mechanism

ASSUMED = "assumed"


@dataclass(frozen=True)
class Assumption:
    """One parameter of a mechanism in a market.

    name: "word_of_mouth.rate". value: in this case before the visitor's changes. low, high: what is allowed. source: where
    its value is from; if the case sets it, the case's title, and by_case is true.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    by_case: bool = False

    @property
    def assumed(self) -> bool:
        """Whether no published number is known to stand behind its size: none is for what a case sets."""
        return self.by_case or ASSUMED in self.source

    @property
    def mechanism(self) -> str:
        """The rule it belongs to."""
        return self.name.partition(".")[0]


def assumptions(scenario: Scenario) -> dict[str, Assumption]:
    """Every parameter of every mechanism, as this scenario has it, by name."""
    from sim.mechanism import registry

    found = {}
    for mechanism, rule in registry().items():
        mine = scenario.world.mechanisms.get(mechanism, {})
        for name, param in rule.params.items():
            key = f"{mechanism}.{name}"
            set_here = name in mine and float(mine[name]) != param.default
            found[key] = Assumption(
                key,
                float(mine.get(name, param.default)),
                param.low,
                param.high,
                param.unit,
                param.meaning,
                scenario.title if set_here else param.source,
                set_here,
            )
    return found


def in_words(one: Assumption, words: Words, case: str) -> Assumption:
    """A parameter with its unit, meaning and source in the visitor's language; case: what the case is called in it."""
    return replace(
        one,
        unit=phrase(words, one.unit),
        meaning=told(words, one.name, one.meaning),
        source=case if one.by_case else phrase(words, one.source),
    )


def rules() -> dict[str, str]:
    """Every mechanism with the first sentence of what it does."""
    from sim.mechanism import registry

    return {name: sentence_of(rule) for name, rule in registry().items()}


def sentence_of(rule: Mechanism) -> str:
    """The first line of a mechanism's docstring, as a sentence without its full stop."""
    return rule.doc.strip().partition("\n")[0].rstrip(".")


def rules_in_words(words: Words) -> list[list[str]]:
    """Every rule with its name and what it does in the visitor's language: [mechanism, name, sentence]."""
    found = []
    for mechanism, doc in rules().items():
        name = phrase(words, mechanism.replace("_", " "))
        found.append([mechanism, name[:1].upper() + name[1:], told(words, mechanism, doc)])
    return found


def with_assumptions(scenario: Scenario, changes: Mapping[str, float]) -> Scenario:
    """The scenario with other parameters of its mechanisms; nothing else of it can be named.

    Raises ScenarioError for an unknown parameter or a value outside its range.
    """
    known = assumptions(scenario)
    for name, value in changes.items():
        if name not in known:
            raise ScenarioError(f"there is no assumption '{name}'{nearest(name, known)}")
        one = known[name]
        if not one.low <= value <= one.high:
            raise ScenarioError(
                f"'{name}' cannot be {value:g}; allowed is {one.low:g} to {one.high:g} {one.unit}".rstrip()
            )
    moved = {name: value for name, value in changes.items() if value != known[name].value}
    return scenario.with_(moved) if moved else scenario


@dataclass(frozen=True)
class Fact:
    """A published fact beside what the model does: its claim, each thing that was measured, and whether it holds."""

    id: str
    theme: str
    claim: str
    measured: tuple[str, ...]
    verdict: str
    held_out: bool
    note: str


@cache
def facts(language: str = "en") -> tuple[Fact, ...]:
    """The facts of the last full evidence report that ships with the model, in a language."""
    words = Words(language)
    path = Path(__file__).parents[1] / "evidence" / "data" / "results.json"
    data = json.loads(path.read_text("utf-8"))
    return tuple(
        Fact(
            one["id"],
            one["theme"],
            told(words, one["id"], one["claim"]),
            tuple(_measured(measure, words) for measure in one["measures"]),
            one["verdict"],
            one["role"] == "held out",
            told(words, note_of(one["id"]), one.get("note") or ""),
        )
        for one in data["facts"]
    )


def note_of(fact: str) -> str:
    """The name of a fact's note among the translations."""
    return f"{fact}.note"


def _measured(measure: Mapping[str, Any], words: Words) -> str:
    """One measurement in short: what, estimate with interval, and what was asked."""

    def three(value: float) -> str:
        return words.exact(float(f"{value:.3g}"))

    estimate, ends = measure["estimate"], measure.get("interval")
    low, high = measure.get("low"), measure.get("high")
    said = f"{phrase(words, measure['name'])}: {'–' if estimate is None else three(estimate)}"
    if ends:
        said += " " + words("assumptions.interval", low=three(ends[0]), high=three(ends[1]))
    if low is not None and high is not None:
        return said + ", " + words("assumptions.asked", low=three(low), high=three(high))
    if low is not None:
        return said + ", " + words("assumptions.asked_least", low=three(low))
    return said if high is None else said + ", " + words("assumptions.asked_most", high=three(high))
