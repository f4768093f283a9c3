"""Headline figures at a glance: means, differences to today's, and whether those are good, bad or open; levers in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.app.charts.chart import Look
from sim.app.charts.difference import gaps
from sim.app.jobs import Pairs
from sim.app.levers import Lever
from sim.app.luck import interval, verdict
from sim.experiments.figures import FIGURES
from sim.scenario import Scenario

TILES = ("units", "new_customers", "revenue", "profit", "share", "trust")
"""Figures shown at a glance, and those that a plan can be judged by."""


@dataclass(frozen=True)
class Tile:
    """One headline figure: its name, value, difference to today, and the tone of that: good, bad, neutral or close."""

    label: str
    value: str
    gap: str
    tone: str


def tone_of(kind: str, better: int) -> str:
    """good, bad, neutral or close, from a verdict's kind and whether more of the figure is better (+1), worse (-1) or neither.

    >>> tone_of("more", 1), tone_of("more", -1), tone_of("close", 1), tone_of("fewer", 0)
    ('good', 'bad', 'close', 'neutral')
    """
    if kind not in ("more", "fewer"):
        return "close"
    way = better if kind == "more" else -better
    return {1: "good", -1: "bad", 0: "neutral"}[way]


def tiles(pairs: Pairs, look: Look, key: str | None) -> list[Tile]:
    """Headline figures of a plan, or of today's if there is none."""
    currency = pairs.today[0].currency
    runs = pairs.today if key is None else pairs.plans[key]
    shown = []
    for figure in TILES:
        values = np.array([run.headline[figure] for run in runs], float)
        known = values[~np.isnan(values)]
        value = look.amount(figure, float(known.mean()) if known.size else float("nan"), currency)
        gap, tone = "", "close"
        if key is not None:
            each = gaps(pairs, key, figure)
            tone = tone_of(verdict(each), FIGURES[figure].better)
            gap = look.amount(figure, interval(each).mean, currency, sign=True)
        shown.append(Tile(look.figure(figure, start=True), value, gap, tone))
    return shown


def lever_look(look: Look, market: Scenario, lever: Lever) -> tuple[str, str, str, int, int]:
    """How a lever is shown: name, a sentence on it, unit, factor to that unit (shares in per cent), digits after the point."""
    words = look.words
    kind, _, rest = lever.name.partition(".")
    if kind == "spend":
        label = look.kind(rest)
        sentence = words(f"lever_help.{'influencers' if rest == 'influencers' else 'spend'}")
    else:
        label, sentence = words(f"lever.{lever.name}"), words(f"lever_help.{lever.name}")
    currency = market.world.market.currency
    units = {"money": currency, "money_each": currency, "share": "%", "factor": "%"}
    factor = 100 if lever.unit in ("share", "factor") else 1
    unit = units.get(lever.unit) or words(f"lever_unit.{lever.unit}")
    return label, sentence, unit, factor, _digits(lever.step * factor)


def lever_words(look: Look, market: Scenario, lever: Lever, value: float) -> str:
    """A moved lever in words: Television 5,000 → 8,000 EUR."""
    label, _, unit, factor, digits = lever_look(look, market, lever)
    before, after = (look.words.number(one * factor, digits) for one in (lever.value, value))
    return f"{label} {before} → {after} {unit}".rstrip()


def _digits(step: float) -> int:
    """Digits after the point that a step needs: 2 for 0.05, 0 for 500."""
    return len(f"{step:.6f}".rstrip("0").partition(".")[2])
