"""What a comparison says in a sentence, by rule: an interval that leaves out nought tells more or fewer, else it is too close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.app.charts.chart import Look
from sim.app.charts.difference import gaps
from sim.app.jobs import Pairs
from sim.experiments.figures import FIGURES
from sim.experiments.paired import interval
from sim.experiments.verdicts import CLOSE, HIGHER, LOWER, SAME, verdict

TILES = ("units", "new_customers", "revenue", "profit", "share", "trust")
"""Figures shown at a glance."""


@dataclass(frozen=True)
class Verdict:
    """One figure of one plan against today's. tone: good, bad, neutral or close; text: the sentence; more: how sure."""

    tone: str
    text: str
    more: str


@dataclass(frozen=True)
class Tile:
    """One headline figure at a glance: its name, value, difference to today, and the tone of that."""

    label: str
    value: str
    gap: str
    tone: str


def tone_of(found: str, better: int) -> str:
    """good, bad, neutral or close, from a verdict and whether more is better."""
    if found in (CLOSE, SAME) or found not in (HIGHER, LOWER):
        return "close"
    way = (1 if found == HIGHER else -1) * better
    return "good" if way > 0 else "bad" if way < 0 else "neutral"


def told(pairs: Pairs, look: Look, key: str, figure: str) -> Verdict:
    """The sentence on one figure of a plan."""
    words, currency = look.words, pairs.today[0].currency
    each = gaps(pairs, key, figure)
    found = interval(each)
    rule = verdict(found, each)
    number = int(np.sum(~np.isnan(each)))
    name, label = look.name(key), look.figure(figure)
    mean = look.amount(figure, abs(found.mean), currency)
    more = ""
    if rule in (HIGHER, LOWER, CLOSE):
        more = words(
            "verdict.interval",
            low=look.amount(figure, found.low, currency, sign=True),
            high=look.amount(figure, found.high, currency, sign=True),
            wins=int((each > 0).sum()),
            runs=number,
        )
    kind = {HIGHER: "more", LOWER: "fewer", CLOSE: "close", SAME: "same"}.get(rule, "unknown")
    text = words(f"verdict.{kind}", name=name, figure=label, mean=mean)
    return Verdict(tone_of(rule, FIGURES[figure].better), text, more)


def tiles(pairs: Pairs, look: Look, key: str | None) -> list[Tile]:
    """Headline figures of a plan, or of today's if there is none."""
    currency = pairs.today[0].currency
    shown = []
    for figure in TILES:
        runs = pairs.today if key is None else pairs.plans[key]
        values = np.array([run.headline[figure] for run in runs], float)
        known = values[~np.isnan(values)]
        value = look.amount(figure, float(known.mean()) if known.size else float("nan"), currency)
        gap, tone = "", "close"
        if key is not None:
            each = gaps(pairs, key, figure)
            found = interval(each)
            tone = tone_of(verdict(found, each), FIGURES[figure].better)
            gap = look.amount(figure, found.mean, currency, sign=True)
        shown.append(Tile(look.figure(figure, start=True), value, gap, tone))
    return shown
