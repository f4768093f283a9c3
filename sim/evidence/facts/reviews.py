"""Reviews by strangers (facts S01, S02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.interventions import reviewed_as

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

PAGE = np.array([0.0, 0.0, 60.0, 0.0, 0.0])
"""Reviews of one to five stars that readers of a mid-rated product find."""

ADDED, YEAR = 15, 365
SETTLED = 182


@fact(
    "S01",
    market="ebike",
    change="15 more reviews of one star, or of five, beside 60 of three stars, all year",
    control="those 60 alone, all year",
    seeds=200,
    quick=20,
)
def bad_and_good_reviews(lab: Lab) -> Finding:
    """One-star against five-star reviews: what as many of either do to a year's sales of a mid-rated product.

    All year readers find the same reviews of the focal brand, half way up the scale, with or without 15 more, as the study
    set sales beside what stood on the page. Were the market's own reviews added to them, the product would be mid-rated for
    some months only: after half a year the 15 would be one review in sixty, most of the others good, and three in five of the
    year's sales still to come. Published: one star hurts more than five help, in most samples (Chevalier & Mayzlin 2006).
    """
    scenario = lab.market("ebike", days=YEAR)

    def units(stars: int | None) -> np.ndarray:
        page = PAGE.copy()
        if stars is not None:
            page[stars - 1] += ADDED
        return lab.each(scenario, lambda life: life.units(), before=reviewed_as(lambda _: page, 0))

    control, one, five = units(None), units(1), units(5)
    measures = [
        Measure.of_ratio("loss by one star over gain by five", control - one, five - control, low=1.1, high=4.0),
        Measure.of_ratio("loss by one star less gain by five", 2 * control - one - five, control, low=0.0, sign=True),
        Measure.of_ratio("change by one star", one - control, control),
        Measure.of_ratio("change by five stars", five - control, control),
    ]

    def draw(axes):
        change = [100 * (arm.sum() / control.sum() - 1) for arm in (one, five)]
        axes.bar([0, 1], change, 0.5)
        axes.axhline(0, color="0.5", lw=0.8)
        axes.set_xticks([0, 1], ["15 of one star", "15 of five stars"])
        axes.set(ylabel="change of a year's sales, %")

    return Finding(measures, draw)


@fact(
    "S02",
    market="coffee",
    change="none: a year of reviews after half a year to settle",
    control="none",
    seeds=30,
    quick=3,
    diagnosis=(
        "Reviews are written at the full range of feeling, but give stars for lasting satisfaction, which averages over uses; it "
        "seldom reaches the top fifth of the scale, so four stars are given more often than five."
    ),
)
def shape_of_reviews(lab: Lab) -> Finding:
    """Posted reviews against what buyers feel: shares of one to five stars, and of satisfaction in as many steps.

    All brands, over a year. Posted: stars of the reviews written. Felt: satisfaction of everybody who bought, at each purchase.
    Published: almost all products have a J-shaped distribution, though people made to review give a bell (Hu, Zhang &
    Pavlou 2009).
    """
    scenario = lab.market("coffee", days=SETTLED + YEAR)
    shares = lab.each(scenario, _shares, each_day=_stars)
    posted, felt = shares[:, 0], shares[:, 1]
    middle = felt.mean(axis=0).argmax()
    steps = np.diff(felt, axis=1) * np.where(np.arange(4) < middle, 1, -1)
    measures = [
        Measure("five stars less the next most frequent", posted[:, 4] - posted[:, :4].max(axis=1), low=0.0, sign=True),
        Measure("one star less two stars", posted[:, 0] - posted[:, 1], low=0.0, sign=True),
        Measure(
            "one star less the least of two to four", posted[:, 0] - posted[:, 1:4].min(axis=1), low=0.0, sign=True
        ),
        Measure("least step of what is felt towards its peak", steps.min(axis=1), low=0.0, sign=True),
    ]

    def draw(axes):
        stars = np.arange(1, 6)
        axes.bar(stars - 0.2, 100 * posted.mean(axis=0), 0.4, label="posted")
        axes.bar(stars + 0.2, 100 * felt.mean(axis=0), 0.4, color="0.75", label="felt")
        axes.set(xlabel="stars, or fifths of satisfaction", ylabel="%")
        axes.legend(frameon=False)

    return Finding(measures, draw)


def _stars(engine: Engine) -> np.ndarray:
    """Stars posted today over all brands, and satisfaction of today's buyers in fifths, (2, 5)."""
    felt = np.zeros(5)
    for group in engine.groups:
        orders = group.lists.orders[: group.lists.ordered[0]]
        fifths = np.minimum(4, (5 * engine.columns["satisfaction"][orders[:, 1], orders[:, 0]]).astype(int))
        felt += np.bincount(fifths, minlength=5)
    return np.array([engine.tallies["stars"].sum(axis=0), felt])


def _shares(life: Life) -> np.ndarray:
    whole = np.sum(life.watched[SETTLED:], axis=0)
    return whole / whole.sum(axis=1, keepdims=True)
