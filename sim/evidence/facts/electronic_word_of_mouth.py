"""What the volume and the valence of reviews and posts do to sales (facts W01, W02)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.facts.advertising_response import QUICK, SEEDS, SHARED, SHORT, responses
from sim.evidence.interventions import echo_posts, raised, reviewed_as
from sim.evidence.statistics import leave_one_out

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

START, WINDOW = 56, 112
"""Day on which word of mouth changes (ads, in A01, change in the second year), and days in which its effect is read: a month,
and the 79 days that a search for such a good lasts."""

MORE, BETTER = 0.5, 0.1
"""Rise of the volume, that of the budget in A01, and of the mean rating."""

MARKETS = 4
"""Markets for each seed: few people buy such a good in one."""


@dataclass(frozen=True)
class Said:
    """Units of the focal brand in the window, and its mean rating there, as it is, with more said, and better said.

    Arrays (seeds,), each the sum over `MARKETS` markets.
    """

    control: np.ndarray
    more: np.ndarray
    better: np.ndarray
    rating: np.ndarray
    better_rating: np.ndarray

    @property
    def volume(self) -> np.ndarray:
        """Pseudo-values of the relative change of units per relative change of volume."""
        return leave_one_out(lambda more, control: (more.sum() / control.sum() - 1) / MORE, self.more, self.control)

    @property
    def valence(self) -> np.ndarray:
        """Pseudo-values of the relative change of units per relative change of the mean rating."""

        def elasticity(better, control, high, low):
            return (better.sum() / control.sum() - 1) / (high.sum() / low.sum() - 1)

        return leave_one_out(elasticity, self.better, self.control, self.better_rating, self.rating)


def _said(lab: Lab) -> Said:
    """The market as it is, with more said of the focal brand, and with better ratings of it."""
    more_reviews = reviewed_as(lambda stars: (1 + MORE) * stars, START)

    def louder(engine: Engine) -> None:
        more_reviews(engine)
        if engine.day >= START:
            echo_posts(engine, MORE)

    def lived() -> Said:
        arms = (None, louder, reviewed_as(lambda stars: raised(stars, 1 + BETTER), START))
        labs = [replace(lab, seeds=tuple(seed + 1000 * one for seed in lab.seeds)) for one in range(MARKETS)]
        how = {"each_day": _rating, "until": START + WINDOW}
        control, more, better = (
            np.sum([one.each(lab.market("ebike"), _outcome, before=before, **how) for one in labs], axis=0).T
            for before in arms
        )
        return Said(control[0], more[0], better[0], control[1], better[1])

    return lab.once("more and better word of mouth", lived)


def _rating(engine: Engine) -> float:
    """The focal brand's mean rating as readers found it today."""
    return float(engine.tables["score_today"][engine.focal])


def _outcome(life: Life) -> tuple[float, float]:
    """Units in the window, and the mean rating there."""
    return life.units(first=START), float(np.mean(life.watched[START:]))


def _draw(axes, lab: Lab, published: float, low: float, high: float) -> None:
    """Both elasticities and that of ads, with intervals; one's band and published mean marked."""
    said = _said(lab)
    rows = {
        "volume": said.volume,
        "valence": said.valence,
        "ads (A01)": responses(lab)["ebike"].elasticity(SHORT["ebike"]),
    }
    for row, (name, values) in enumerate(rows.items()):
        one = Measure(name, values)
        axes.plot(one.interval, [row, row], color="0.5")
        axes.plot([one.estimate], [row], "o")
    axes.axvspan(low, high, color="0.9", zorder=0)
    axes.axvline(published, color="0.4", linestyle="--")
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set(xlabel="elasticity of units (band and published mean shaded and dashed)", ylim=(-0.6, len(rows) - 0.4))


@fact(
    "W01",
    market="ebike",
    change="50 % more reviews and posts of the focal brand, as good and as bad as they are, from a day on",
    control="as many as there are",
    seeds=SEEDS,
    quick=QUICK,
    shares=SHARED,
)
def volume_of_reviews_and_posts(lab: Lab) -> Finding:
    """Elasticity of sales to how many reviews and posts there are of a brand.

    E-bikes, chosen before any figure was seen: a good that is hard to try, where strangers' experience matters. From day 56
    readers find half as many reviews again with the same stars, and half of the posts by consumers are followed by another
    alike; elasticity: relative change of units per relative change of volume, over 16 weeks. The rise lasts, as the volumes
    of the published studies are mostly of standing reviews, and one month's sales would come from people who had read
    before. Published: 0.236 over 339 estimates (You, Vadakkepatt & Joshi 2015).
    """
    measure = Measure("elasticity", _said(lab).volume, low=0.08, high=0.6, published=0.236)
    return Finding([measure], lambda axes: _draw(axes, lab, 0.236, 0.08, 0.6))


@fact(
    "W02",
    market="ebike",
    change="mean rating of the focal brand 10 % higher, by as many reviews, from a day on",
    control="ratings as they are",
    seeds=SEEDS,
    quick=QUICK,
    shares=SHARED,
    diagnosis="Half as many reviews again and half as much advertising again sell about as many e-bikes more; 160 seeds do not "
    "tell which sells more. Published, reviews do, by twice.",
)
def valence_of_reviews(lab: Lab) -> Finding:
    """Elasticity of sales to a brand's mean rating, and how far it exceeds that to volume; both against ads.

    Market, day and window as in W01; some reviews of each kind give five stars instead. Elasticity: relative change of units
    per relative change of the mean rating that readers find. The elasticity of ads is A01's of this market: a quarter, in its
    second year; shown beside is that of 16 weeks. Published: 0.417 over 271 estimates (You, Vadakkepatt & Joshi 2015).
    """
    said, ads = _said(lab), responses(lab)["ebike"]
    short = ads.elasticity(SHORT["ebike"])
    measures = [
        Measure("elasticity", said.valence, low=0.15, high=1.2, published=0.417),
        Measure("more than that to volume", said.valence - said.volume, low=0.0, sign=True),
        Measure("volume's more than that to ads", said.volume - short, low=0.0, sign=True),
        Measure("valence's more than that to ads", said.valence - short, low=0.0, sign=True),
        Measure("elasticity to ads, short run", short),
        Measure("elasticity to ads, 16 weeks", ads.elasticity(WINDOW)),
    ]
    return Finding(measures, lambda axes: _draw(axes, lab, 0.417, 0.15, 1.2))
