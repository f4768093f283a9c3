"""Headline figures at a glance: a plan's means, their differences to today's, and whether those are good, bad or open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.app.charts.chart import Look
from sim.app.charts.difference import gaps
from sim.app.jobs import Pairs
from sim.app.luck import interval, verdict
from sim.experiments.figures import FIGURES

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
