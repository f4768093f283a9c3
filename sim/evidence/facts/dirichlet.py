"""What the NBD-Dirichlet says about the settled market (facts B02, B03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.benchmarks import Dirichlet, fit_dirichlet, fit_nbd
from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.settled import QUICK, RUNS, SEEDS, beside_memoryless, settled

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

PLAIN: dict[str, Any] = {
    "market": "coffee",
    "change": "none: the market as it settles",
    "control": "none",
    "shares": RUNS,
}


def fitted(counts: np.ndarray) -> Dirichlet:
    """The NBD-Dirichlet of a table of purchases, (brands, consumers): K from the category, S from brands' penetrations."""
    bought, category = counts.sum(axis=1, dtype=float), counts.sum(axis=0)
    shape = fit_nbd(float((category > 0).mean()), float(category.mean()))
    return fit_dirichlet(float(category.mean()), shape, bought / bought.sum(), (counts > 0).mean(axis=1))


@fact("B02", **PLAIN, seeds=SEEDS, quick=QUICK)
@beside_memoryless
def brand_performance(lab: Lab) -> Finding:
    """How well the NBD-Dirichlet, with two numbers fitted, describes all brands' penetration and purchases per buyer.

    Over a year: K fitted to the category's penetration, S to the brands'; mean absolute relative error over brands. Published:
    S about 1.5 for toothpaste (Goodhardt, Ehrenberg & Chatfield 1984).
    """
    reached, often, loyalty = [], [], []
    for one in settled(lab):
        theory, real = fitted(one.year), (one.year > 0).mean(axis=1)
        per_buyer = one.year.mean(axis=1) / real
        reached.append(np.mean(np.abs(theory.penetration() / real - 1)))
        often.append(np.mean(np.abs(theory.frequency() / per_buyer - 1)))
        loyalty.append(theory.loyalty)
    measures = [
        Measure("error of penetration", np.array(reached), low=0.0, high=0.15),
        Measure("error of purchases per buyer", np.array(often), low=0.0, high=0.15),
        Measure("S", np.array(loyalty), published=1.49),
    ]

    def draw(axes):
        for one in settled(lab)[:1]:
            theory, real = fitted(one.year), (one.year > 0).mean(axis=1)
            axes.plot(100 * real, one.year.mean(axis=1) / real, "o", label="simulated brands")
            order = np.argsort(theory.penetration())
            axes.plot(
                100 * theory.penetration()[order], theory.frequency()[order], "--", color="0.5", label="Dirichlet"
            )
        axes.set(xlabel="people who buy it in a year, %", ylabel="purchases per buyer and year", ylim=(0, None))
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact("B03", **PLAIN, seeds=SEEDS, quick=QUICK)
@beside_memoryless
def duplication_of_purchase(lab: Lab) -> Finding:
    """Duplication of purchase: brands share their buyers with others in line with the others' penetration.

    Within a quarter, for each pair: D = share of A's buyers who also buy B, over B's penetration. Judged is how alike D is over
    pairs (standard deviation over mean); D itself falls as the category is bought more often. Published: 1.25 for toothpaste.
    """
    spread, level = [], []
    for one in settled(lab):
        pairs = duplication(one.quarter)
        spread.append(pairs.std() / pairs.mean())
        level.append(pairs.mean())
    measures = [
        Measure("CV of D over pairs", np.array(spread), low=0.0, high=0.25),
        Measure("D", np.array(level), published=1.25),
    ]

    def draw(axes):
        buys = settled(lab)[0].quarter > 0
        reach = 100 * buys.mean(axis=1)
        for a, mine in enumerate(buys):
            shared = np.array([100 * (mine & other).sum() / mine.sum() for other in buys])
            others = np.arange(len(buys)) != a
            axes.plot(reach[others], shared[others], "o", ms=3, color="C0")
        axes.plot([0, reach.max()], [0, level[0] * reach.max()], "--", color="0.5", label="in proportion")
        axes.set(xlabel="penetration of another brand in the quarter, %", ylabel="of a brand's buyers, also buy it, %")
        axes.legend(frameon=False)

    return Finding(measures, draw)


def duplication(counts: np.ndarray) -> np.ndarray:
    """D of each ordered pair of brands, from purchases (brands, consumers)."""
    buys = counts > 0
    reach = buys.mean(axis=1)
    both = (buys.astype(float) @ buys.T.astype(float)) / buys.shape[1]
    return (both / np.outer(reach, reach))[~np.eye(len(buys), dtype=bool)]
