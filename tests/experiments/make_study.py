"""Small studies for tests: one channel, one brand, a hundred consumers, a month."""

from __future__ import annotations

from typing import Any

from sim.experiments.sweep.study import Study

TEXT = """\
title = "A small study"
question = "Does talk help?"
scenario = "minimal"
consumers = 100
days = 30
seeds = 3
outputs = ["units", "profit", "trust", "cost_per_new_customer"]
daily = ["units", "awareness", "stage.customer"]

[design]
kind = "latin_hypercube"
points = 12

[[factors]]
name = "talk"
path = "word_of_mouth.rate"
range = [0.1, 1.0]
log = true

[[factors]]
name = "money"
path = "plan.flights.0.weekly"
levels = [0, 5000, 20000]
"""


def small(points: int = 6, seeds: int = 2, **tables: Any) -> Study:
    """A study made in Python, of points x seeds runs."""
    given: dict[str, Any] = {
        "scenario": "minimal", "consumers": 100, "days": 20, "seeds": seeds, "outputs": ["units", "profit", "trust"],
        "daily": ["units", "trust"], "factors": {"word_of_mouth.rate": (0.1, 1.0), "plan.flights.0.weekly": [0, 9000]},
        "design": {"kind": "latin_hypercube", "points": points},
    }  # fmt: skip
    return Study.make(**{**given, **tables})
