"""What the model assumes, for the page: every parameter with range and source, and how far published facts are met."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.scenario import Scenario, ScenarioError
from sim.scenario.errors import nearest

ASSUMED = "assumed"


@dataclass(frozen=True)
class Assumption:
    """One parameter of a mechanism in a market.

    name: "word_of_mouth.rate". value: in this case before the visitor's changes. low, high: what is allowed.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str

    @property
    def assumed(self) -> bool:
        """Whether no published number stands behind its size, as `journeysim sources` counts."""
        return ASSUMED in self.source

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
            )
    return found


def rules() -> dict[str, str]:
    """Every mechanism with the first sentence of what it does."""
    from sim.mechanism import registry

    return {name: rule.doc.strip().partition("\n")[0].rstrip(".") for name, rule in registry().items()}


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
    """A published fact beside what the model does: its claim, what was measured, and whether it holds."""

    id: str
    theme: str
    claim: str
    measured: str
    verdict: str
    held_out: bool
    note: str


@cache
def facts() -> tuple[Fact, ...]:
    """The facts of the last full evidence report that ships with the model."""
    path = Path(__file__).parents[1] / "evidence" / "data" / "results.json"
    data = json.loads(path.read_text("utf-8"))
    return tuple(
        Fact(
            one["id"],
            one["theme"],
            one["claim"],
            "; ".join(_measured(measure) for measure in one["measures"]),
            one["verdict"],
            one["role"] == "held out",
            one.get("note") or "",
        )
        for one in data["facts"]
    )


def _measured(measure: Mapping[str, Any]) -> str:
    """One measurement in short: what, estimate with interval, and what was asked."""

    def plain(value: float | None) -> str:
        return "–" if value is None else f"{value:,.3g}"

    said = f"{measure['name']}: {plain(measure['estimate'])}"
    ends = measure.get("interval")
    if ends:
        said += f" ({plain(ends[0])} to {plain(ends[1])})"
    low, high = measure.get("low"), measure.get("high")
    if low is not None or high is not None:
        said += f", asked {plain(low)} to {plain(high)}"
    return said
