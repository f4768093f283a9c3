"""Influence and what looks like it: adopter contacts, marketing, and friends who are alike (facts D08, D09, V05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bass import fit_bass
from sim.evidence.contagion import Hazards, summed
from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.launches import (
    FIRST,
    FIRST_QUICK,
    FIRST_SEEDS,
    STEADY,
    STEADY_QUICK,
    STEADY_SEEDS,
    first_years,
    steady_launches,
)
from sim.evidence.statistics import jackknife

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

STEADILY: dict[str, Any] = {"market": "launch", "seeds": STEADY_SEEDS, "quick": STEADY_QUICK, "shares": STEADY}
KOREA, BRAZIL = (1.57, 1.97, 2.55), (2.33, 2.53, 3.20)
"""Ratios of hazards for 1, 2 and 3 or more adopter contacts, by period: family planning 1963-73, hybrid corn 1946-66."""


def sides(arms: list[Hazards], *classes: int) -> np.ndarray:
    """Both sides of the Mantel-Haenszel ratio of classes of contacts against none, (seeds, 2)."""
    return np.array([one.ratio(*classes) for one in arms])


def _over(both: np.ndarray) -> float:
    """A ratio from its summed sides."""
    return float(both[0] / both[1]) if both[1] else float("nan")


def _ratio(name: str, both: np.ndarray, **band: Any) -> Measure:
    return Measure.of_ratio(name, both[:, 0], both[:, 1], **band)


def draw_ratios(axes, arms: dict[str, list[Hazards]]) -> None:
    """Hazard ratios by number of adopter contacts, one line an arm."""
    for number, (name, found) in enumerate(arms.items()):
        heights = [1.0, *(summed([one.ratio(k) for one in found]) for k in (1, 2, 3))]
        axes.plot(range(4), heights, "o-", color=f"C{number}", label=name)
    axes.axhline(1.0, color="0.6", linewidth=0.8)
    axes.set_xticks(range(4), ["none", "1", "2", "3 or more"])
    axes.set(xlabel="close contacts who adopted earlier", ylabel="hazard of adopting, over none's")


@fact(
    "D08",
    change="consumers with 1, 2, 3 or more adopters among their close contacts",
    control="consumers with none, in the same 30 days",
    diagnosis="Ads are weak, so that few adopt without a friend who did, and the ratio has a small denominator: 5.4 were ads of "
    "strength 0.2 in place of 0.15. Within communities, where the untouched are as exposed to all else, it is 4.7.",
    **STEADILY,
)
def hazard_by_adopter_contacts(lab: Lab) -> Finding:
    """How the hazard of first buying a new brand rises with the number of close contacts who bought it earlier.

    Contacts are ties stronger than one half, four to five a person. Mantel-Haenszel ratios of hazards over periods of 30 days,
    the first eight years of steady media. Concave: each contact beyond the first adds less than the first did, the last class
    counted at its mean number of contacts. Published (Valente 1995): 1.6, 2.0, 2.6 for family planning in Korea and 2.3, 2.5,
    3.2 for hybrid corn in Brazil.
    """
    launches = steady_launches(lab)["all"]
    found = [one.hazards for one in launches]
    one, two, more = (sides(found, k) for k in (1, 2, 3))
    within = sides([launch.within for launch in launches if launch.within], 3)
    contacts = float(np.mean([hazards.contacts[3] for hazards in found]))

    def bending(first: np.ndarray, third: np.ndarray) -> float:
        return (_over(third) - _over(first)) / (contacts - 1) / (_over(first) - 1)

    def step(lower: np.ndarray, higher: np.ndarray) -> float:
        return _over(higher) / _over(lower)

    def draw(axes) -> None:
        draw_ratios(axes, {"simulated": found})
        axes.plot(range(4), (1, *KOREA), "--", color="0.5", label="Korea 1963-73")
        axes.plot(range(4), (1, *BRAZIL), ":", color="0.5", label="Brazil 1946-66")
        axes.legend(frameon=False)

    return Finding(
        [
            _ratio("3 or more contacts over none", more, low=1.5, high=5.0, published=2.55),
            _ratio("1 contact over none", one, low=1.0, published=1.57, sign=True),
            Measure("2 contacts over 1", jackknife(step, one, two), low=1.0, sign=True),
            Measure("3 or more over 2", jackknife(step, two, more), low=1.0, sign=True),
            Measure("added by a further contact, over the first's", jackknife(bending, one, more), high=1.0, sign=True),
            _ratio("3 or more over none, within communities", within, published=2.25),
        ],
        draw,
    )


@fact(
    "D09",
    change="media and nothing else: nobody influences anybody, and friends are no more alike than strangers",
    control="consumers without adopters among their close contacts; and the same launch with influence",
    trivial="a market without influence, in which who adopts has nothing to do with ties: 1 by construction, in every arm",
    **STEADILY,
)
def marketing_mimics_contagion(lab: Lab) -> Finding:
    """Media alone make an S-curve, but no contagion once calendar time is taken out.

    Hazard of first buying with against without adopters among close contacts, Mantel-Haenszel over periods of 30 days, where no
    influence exists; the same launch with influence must differ, or the analysis could not tell them apart. That media alone
    make a curve that passes for contagion is shown by Bass's q. Without influence and with ties by chance the ratio is 1 in any
    model, so the first two figures check the estimator, not the model; the third is what the model can miss. Published:
    contagion in Medical Innovation vanishes once marketing is controlled (Van den Bulte & Lilien 2001); recomputed, 1.1 for
    three or more contacts.
    """
    arms = steady_launches(lab)
    found = {name: [one.hazards for one in arms[name]] for name in ("media only", "no peers", "all")}
    placebo, alike, whole = (sides(found[name], 1, 2, 3) for name in found)
    years = np.array([launch.by_year for launch in arms["media only"]]) / lab.consumers

    def apart(without: np.ndarray, with_peers: np.ndarray) -> float:
        return _over(with_peers) / _over(without)

    def draw(axes) -> None:
        draw_ratios(
            axes, {"media only": found["media only"], "+ friends alike": found["no peers"], "+ influence": found["all"]}
        )
        axes.axhspan(0.85, 1.18, color="C0", alpha=0.12, linewidth=0)
        axes.legend(frameon=False)

    three = sides(found["media only"], 3)
    judged = [
        _ratio("media only: any adopter contact over none", placebo, low=0.85, high=1.18, published=1.1),
        _ratio("media only: 3 or more over none", three, low=0.85, high=1.18, published=1.1),
        Measure("with influence, over media only", jackknife(apart, placebo, whole), low=1.18, sign=True),
    ]
    return Finding(
        [
            *(replace(one, trivial=1.0) for one in judged),
            _ratio("friends alike, no influence: any contact over none", alike),
            Measure("media only: q of the Bass curve", jackknife(lambda new: fit_bass(new).q, years), unit="per year"),
        ],
        draw,
    )


@fact(
    "V05",
    market="launch",
    change="nobody influences anybody, but friends are as alike as they are",
    control="the same launch with influence",
    seeds=FIRST_SEEDS,
    quick=FIRST_QUICK,
    shares=FIRST,
)
def homophily_in_contagion(lab: Lab) -> Finding:
    """How much of what looks like contagion is friends being alike.

    Excess clustering C is the logarithm of the hazard of first buying with against without adopters among close contacts
    (Mantel-Haenszel over periods of 30 days); the figure is C without influence over C with it. Network, tastes, media and
    seeds are the same. Read in the launch's first five months, as the study followed its service for the five months after its
    launch; shown beside is the whole first year, in which more customers have talked. The band asks for a substantial part, from
    0.3 on. Published: more than half (Aral, Muchnik & Sundararajan 2009).
    """
    arms = first_years(lab)
    found = {name: [one.early for one in arms[name]] for name in ("media only", "no peers", "all")}
    placebo, alike, whole = (sides(found[name], 1, 2, 3) for name in found)
    year = [sides([one.hazards for one in arms[name]], 1, 2, 3) for name in ("no peers", "all")]

    def share(without: np.ndarray, with_peers: np.ndarray) -> float:
        return float(np.log(_over(without)) / np.log(_over(with_peers)))

    def draw(axes) -> None:
        bars = [np.log(_over(one.sum(axis=0))) for one in (placebo, alike, whole)]
        axes.bar(range(3), bars, color=["0.75", "C0", "C1"], width=0.6)
        axes.axhspan(0.3 * bars[2], 0.8 * bars[2], color="C0", alpha=0.12, linewidth=0)
        axes.set_xticks(range(3), ["media only", "+ friends alike", "+ influence"])
        axes.set(ylabel="excess clustering C (band: 0.3 to 0.8 of all)")

    return Finding(
        [
            Measure(
                "C without influence, over C with it", jackknife(share, alike, whole), low=0.3, high=0.8, published=0.5
            ),
            Measure("the same over the first year", jackknife(share, *year)),
            _ratio("hazard ratio, media only", placebo),
            _ratio("hazard ratio, friends alike", alike),
            _ratio("hazard ratio, all", whole),
        ],
        draw,
    )
