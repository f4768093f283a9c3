"""Price and promotion (facts P01 to P05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

SETTLED, QUARTER = 182, 91
"""Days the coffee market settles before a price changes, and days of the quarter in which the effect is read."""
WEEK, CUT = 7, 0.2
"""Length of a promotion, days, and its depth."""
PROMOTED = "promoted coffee"


@fact(
    "P01",
    market="coffee",
    change="the focal brand's price 5 % up, and 5 % down, for good",
    control="its price as it was",
    seeds=16,
    unjudged=("10 to 20 times the elasticity of ads: these are measured in runs of their own (A01)",),
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


def promoted(lab: Lab) -> dict[str, np.ndarray]:
    """Units by brand and week from a week's promotion on, (seeds, brands, weeks), with and without it; lived once."""

    def lived(cut: float) -> np.ndarray:
        plan = [{"from": SETTLED, "to": SETTLED + WEEK - 1, "cut": cut}] if cut else []
        scenario = lab.market("coffee", {"plan.promotions": plan}, days=SETTLED + QUARTER)
        brands = range(len(scenario.world.brands))

        def weeks(life):
            return np.array([life.daily_units(b)[SETTLED:].reshape(-1, WEEK).sum(axis=1) for b in brands])

        return lab.each(scenario, weeks)

    return lab.once(PROMOTED, lambda: {"cut": lived(CUT), "control": lived(0.0), "focal": _focal(lab)})


def _focal(lab: Lab) -> np.ndarray:
    """Position of the focal brand of the coffee market, as an array of one."""
    return np.array([lab.market("coffee").focal])


@fact(
    "P03",
    market="coffee",
    change="the focal brand 20 % cheaper for one week",
    control="its regular price",
    seeds=24,
    shares=PROMOTED,
)
def promotion_bump(lab: Lab) -> Finding:
    """Rise of a brand's sales in a week in which it is promoted at 20 % off.

    Published: a promotion elasticity of -3.63, which is +73 % (van Heerde & Neslin 2008).
    """
    found = promoted(lab)
    focal = int(found["focal"][0])
    cut, control = found["cut"][:, focal], found["control"][:, focal]
    bump = Measure.of_ratio("rise", 100 * (cut - control)[:, 0], control[:, 0], 25, 150, published=73, unit="%")

    def draw(axes):
        weeks = np.arange(1, cut.shape[1] + 1)
        axes.plot(weeks, 100 * (cut.sum(0) / control.sum(0) - 1), "o-")
        axes.axhline(73, color="0.4", linestyle="--", label="published")
        axes.axhline(0, color="0.4", linewidth=0.8)
        axes.set(xlabel="weeks; promoted in the first", ylabel="units against no promotion, %")
        axes.legend(frameon=False)

    return Finding([bump], draw)


@fact(
    "P04",
    market="coffee",
    change="the focal brand 20 % cheaper for one week",
    control="its regular price",
    seeds=24,
    shares=PROMOTED,
    diagnosis="Who buys ahead in the promoted week waits longer afterwards, but whom the price won buys the brand "
    "again: habit and "
    "trial outweigh the purchases that were only hastened, so the weeks after show a small gain and no dip.",
)
def promotion_sources(lab: Lab) -> Finding:
    """Share of the extra units of a promoted week that rivals lose in that week; the rest is time and category growth.

    Units that other brands sell less, over units that the promoted brand sells more; and how far the brand's own sales dip in the
    four weeks after, over the same. Published: about a third (van Heerde, Gupta & Wittink 2003).
    """
    found = promoted(lab)
    focal = int(found["focal"][0])
    change = found["cut"] - found["control"]
    gain = change[:, focal, 0]
    lost = -(change[:, :, 0].sum(axis=1) - gain)
    later = -change[:, focal, 1:5].sum(axis=1)

    def draw(axes):
        parts = {"rivals, same week": lost, "own sales, next four weeks": later}
        shares = [100 * part.sum() / gain.sum() for part in parts.values()]
        axes.bar(range(len(parts)), shares, 0.5)
        axes.axhspan(20, 60, color="0.9", zorder=0)
        axes.set_xticks(range(len(parts)), list(parts))
        axes.set(ylabel="% of the extra units (band for rivals: shaded)")

    return Finding(
        [
            Measure.of_ratio("lost by rivals / gained", lost, gain, low=0.2, high=0.6, published=0.33),
            Measure.of_ratio("own later loss / gained", later, gain, low=0.0, sign=True),
        ],
        draw,
    )
