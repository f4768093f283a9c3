"""What becomes of first-time buyers (fact B07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life

SETTLED, COHORT, FOLLOWED = 91, 84, 65
"""Days the market settles, days over which the cohort comes in (as CDNOW's), weeks that each member is followed."""
WEEKS = np.array([4, 8, 13, 26, 39, 52, 65])
CDNOW = np.array([0.1636, 0.2409, 0.2922, 0.3755, 0.4249, 0.4579, 0.4811])
FITTED = {
    "world.market.purchase_cycle": 80.0,
    "world.population.rate_shape": 0.6,
    "world.journey.arrows.customer>lapsed.rate": 0.045,
    "world.journey.arrows.lapsed>considering.rate": 0.000005,
}
"""How often people buy and how unequal they are in it; how fast they drop out and how slowly they come back: set by hand on the
CDNOW curve, as the fact allows (two to four numbers)."""
FOR_GOOD = {"world.journey.remove": ["lapsed>customer"]}
"""Who drops out of a shop does not buy there in passing, as he may take a brand from a shelf: dropout is for good but for those
who weigh it anew (Schmittlein, Morrison & Colombo 1987, Management Science 33(1): death is not observed, only silence)."""


@fact(
    "B07",
    market="coffee",
    change="purchase rate and dropout set on the CDNOW curve (four numbers); who dropped out buys only what he weighs anew",
    control="none",
    seeds=10,
    quick=3,
)
def first_time_buyers(lab: Lab) -> Finding:
    """First-time buyers who ever bought again, by weeks since the first purchase.

    Cohort: consumers whose first purchase of a brand falls in twelve weeks of a market after a quarter, all brands. Published:
    computed from 23,570 CDNOW customers; a record shop's customers buy rarely and leave silently, so the market's purchase rate
    and dropout are set on the curve first, and what is judged is whether its shape can be met.
    """
    scenario = lab.market("coffee", FITTED | FOR_GOOD, days=SETTLED + COHORT + 7 * FOLLOWED)
    curves = lab.each(scenario, repeated)
    gap = np.abs(curves - CDNOW).max(axis=1)
    measures = [Measure("largest distance from the curve", gap, low=0.0, high=0.08)]
    for week in (4, 13, 26, 52):
        at = int(np.flatnonzero(week == WEEKS)[0])
        measures.append(Measure(f"bought again within {week} weeks", curves[:, at], published=float(CDNOW[at])))

    def draw(axes):
        axes.plot(WEEKS, 100 * curves.mean(axis=0), "o-", label="simulated")
        axes.plot(WEEKS, 100 * CDNOW, "s--", color="0.5", label="CDNOW")
        axes.fill_between(WEEKS, 100 * CDNOW - 8, 100 * CDNOW + 8, color="0.9")
        axes.set(xlabel="weeks since the first purchase", ylabel="bought again, %", ylim=(0, None))
        axes.legend(frameon=False)

    return Finding(measures, draw)


def repeated(life: Life) -> np.ndarray:
    """Share of the cohort that had bought the brand again within each of WEEKS."""
    day, row, brand, first = life.orders[:, :4].T.astype(np.int64)
    pair = brand * life.engine.consumers + row
    joins = (first == 1) & (day >= SETTLED) & (day < SETTLED + COHORT)
    size = len(life.engine.brands) * life.engine.consumers
    joined = np.full(size, -1)
    joined[pair[joins]] = day[joins]
    waited = day - joined[pair]
    again = (joined[pair] >= 0) & (waited > 0)
    second = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(second, pair[again], waited[again])
    return np.array([(second[joined >= 0] <= 7 * weeks).mean() for weeks in WEEKS])
