"""Rivals watch the focal brand and react by simple rules, with a delay.

A rival that watches `price` matches the share `strength` of the focal brand's relative price change of `delay` days ago. One that
watches `share` raises its own advertising by strength * (share points lost since the first month) * `zeal`.
"""

from __future__ import annotations

import numpy as np

from sim.mechanism import Mechanism, register
from sim.params import Param

PARAMS = {
    "zeal": Param(
        5.0, 0, 100, "factor", "added advertising per share point lost, as a share of the plan per unit of share"
    ),
    "matching": Param(1.0, 0, 5, "factor", "strength of price matching relative to the rivals' own rules"),
    "limit": Param(3.0, 1, 20, "factor", "most that a reacting rival multiplies its advertising by"),
}

BASELINE_DAYS = 28


def setup(engine):
    """What the rivals remember."""
    days = engine.calendar.days
    return {"_focal_price": np.ones(days), "_bought": np.zeros((days, len(engine.brands)))}


def dawn(engine):
    """Set rivals' prices and advertising pressure for today."""
    day, tables = engine.day, engine.tables
    focal, params = engine.focal, engine.parameters["competition"]
    cut = 1.0 - float(tables["promotion_today"][focal])
    tables["_focal_price"][day] = float(tables["price_today"][focal]) * cut / engine.brands[focal].price
    engine.spend_factor[:] = 1.0
    for b, brand in enumerate(engine.brands):
        rule, seen = brand.reaction, day - brand.reaction.delay
        if b == focal or rule.to == "none" or seen < 0:
            continue
        if rule.to == "price":
            tables["price_today"][b] *= 1.0 + params["matching"] * rule.strength * (tables["_focal_price"][seen] - 1.0)
        elif seen >= BASELINE_DAYS:
            bought = tables["_bought"]
            lost = max(0.0, _share(bought[:BASELINE_DAYS], b) - _share(bought[max(0, seen - 27) : seen + 1], b))
            engine.spend_factor[b] = min(params["limit"], 1.0 + rule.strength * params["zeal"] * lost)


def dusk(engine):
    """Note today's sales, which rivals can see."""
    engine.tables["_bought"][engine.day] = engine.tallies["purchases_first"] + engine.tallies["purchases_repeat"]


def _share(bought, b):
    return float(bought[:, b].sum()) / max(float(bought.sum()), 1.0)


register(
    Mechanism(
        name="competition",
        phase="events",
        params=PARAMS,
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("events",),
        off={"zeal": 0.0, "matching": 0.0},
    )
)
