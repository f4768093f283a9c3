"""Price and promotion (facts P01 to P05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

SETTLED, QUARTER = 182, 91
"""Days the coffee market settles before a price changes, and days of the quarter in which the effect is read."""


@fact(
    "P01",
    market="coffee",
    change="the focal brand's price 5 % up, and 5 % down, for good",
    control="its price as it was",
    seeds=16,
)
def price_elasticity(lab: Lab) -> Finding:
    """Own-price elasticity: sales over a quarter after a lasting price move of 5 % either way, in a settled market.

    Elasticity is the mean of the two arms' relative change of units divided by relative change of price. Published: -2.62
    on average over 1,851 estimates (Bijmolt, van Heerde & Pieters 2005).
    """
    days = SETTLED + QUARTER
    moves = {"control": 0.0, "up": 0.05, "down": -0.05}
    arms = {
        name: lab.market(
            "coffee",
            {"plan.prices": [{"from": SETTLED, "price": 6.0 * (1 + move)}]} if move else {},
            days=days,
        )
        for name, move in moves.items()
    }
    units = lab.arms(arms, lambda life: life.units(first=SETTLED))
    change = (units["up"] - units["control"]) / 0.05 - (units["down"] - units["control"]) / 0.05
    elasticity = Measure.of_ratio("elasticity", change / 2, units["control"], low=-4.0, high=-1.2, published=-2.62)

    def draw(axes):
        at = np.array([-5, 0, 5])
        mean = [100 * (units[arm].sum() / units["control"].sum() - 1) for arm in ("down", "control", "up")]
        axes.plot(at, mean, "o-", label="simulated")
        axes.plot(at, -2.62 * at, "--", color="0.5", label="published mean")
        axes.set(xlabel="price, %", ylabel="units in the quarter, %")
        axes.legend(frameon=False)

    return Finding([elasticity], draw)
