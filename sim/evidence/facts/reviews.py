"""Reviews by strangers (fact S01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab

BEFORE, ADDED, YEAR = 60, 15, 365


@fact(
    "S01",
    market="ebike",
    change="15 more reviews of one star, or of five, beside 60 that average three stars",
    control="those 60 alone",
    seeds=30,
)
def bad_and_good_reviews(lab: Lab) -> Finding:
    """One-star against five-star reviews: what as many of either do to a year's sales of a mid-rated product.

    The focal brand starts with 60 reviews of three stars on average, the middle of the scale; 15 are added before the first
    day, for one review among many moves nothing that could be seen in 5,000 consumers. Published: one star hurts more than
    five help, in most samples (Chevalier & Mayzlin 2006).
    """
    focal = lab.market("ebike").focal
    scenario = lab.market(
        "ebike", {f"world.brands.{focal}.score": 3.0, f"world.brands.{focal}.reviews": BEFORE}, days=YEAR
    )

    def units(stars: int | None) -> np.ndarray:
        def add(engine: Engine) -> None:
            if engine.day == 0 and stars is not None:
                engine.tables["_stars"][engine.focal, stars - 1] += ADDED

        return lab.each(scenario, lambda life: life.units(), before=add)

    control, one, five = units(None), units(1), units(5)
    measures = [
        Measure.of_ratio("loss by one star over gain by five", control - one, five - control, low=1.1, high=4.0),
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
