"""Evaluation: brands added and dropped, influences, detours and abandoned intentions (facts J05 to J10).

Searches are read from the logs of moves, purchases and touches (`sim.evidence.episodes`). High involvement is
the market of electric bicycles in its second year, low involvement ground coffee after half a year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.journeys import HIGH, LOW, all_journeys, per_seed

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life


@fact(
    "J05",
    market="ebike",
    change="none: brands weighed on the first day of a search, and later",
    control="none",
    seeds=6,
    quick=2,
    shares="journeys",
)
def brands_added(lab: Lab) -> Finding:
    """Brands added during evaluation, per brand weighed on the first day of the search.

    A search begins with the first brand that is weighed, so hardly ever with two on one day; the published sets had two to four.
    Published: 2.2 on 3.8 for cars, 1.0 on 1.7 for computers (Court et al. 2009, recalled).
    """
    high = all_journeys(lab, HIGH)
    first, later = per_seed(high, "initial", True), per_seed(high, "added", True)
    measures = [
        Measure.of_ratio("added per initial brand", later, first, 0.3, 1.0, 0.58),
        Measure("brands at the start", first, published=1.7, unit="brands"),
        Measure("brands added", later, published=1.0, unit="brands"),
    ]

    def draw(axes):
        added = [one.found.added[one.found.searched] for one in high]
        share = np.mean([np.bincount(one, minlength=3)[:3] / len(one) for one in added], axis=0)
        axes.bar(["0", "1", "2"], 100 * share, width=0.6)
        axes.set(xlabel="brands added during the search", ylabel="searches, %")

    return Finding(measures, draw)


@fact(
    "J06",
    market="coffee",
    change="none: the brands a buyer weighs or owns on the morning of a purchase",
    control="none",
    seeds=6,
    quick=2,
    shares="journeys",
)
def consideration_set(lab: Lab) -> Finding:
    """Size of the consideration set: brands weighed, intended or owned when one is bought, in packaged goods.

    Published: 2.9 for food products, 2.7 to 3.3 in others (Hauser & Wernerfelt 1990).
    """
    low = all_journeys(lab, LOW)
    sizes = np.array([np.bincount(one.found.considered, minlength=7)[:7] for one in low])
    measures = [Measure("brands considered", per_seed(low, "considered"), 2, 5, 2.9, "brands")]

    def draw(axes):
        axes.bar(range(1, 7), (100 * sizes.sum(axis=0) / sizes.sum())[1:], width=0.6)
        axes.axvline(2.9, color="0.3", linestyle="--", label="published mean")
        axes.axvline(measures[0].estimate, label="simulated mean")
        axes.set(xlabel="brands considered, of six", ylabel="purchases, %")
        axes.legend(frameon=False)

    return Finding(measures, draw)


def _channel_silenced(name: str) -> dict[str, object]:
    return {"world.channels": [{"name": name, "awareness": 0.0, "persuasion": 0.0, "activation": 0.0}]}


SILENCED: dict[str, dict[str, object]] = {
    "word of mouth": {f"world.mechanisms.word_of_mouth.{name}": 0.0 for name in ("rate", "hearsay", "asking")},
    "television": _channel_silenced("television"),
    "online video": _channel_silenced("online_video"),
    "paid social": _channel_silenced("paid_social"),
    "search ads": _channel_silenced("search"),
    "web sites": {"world.mechanisms.owned.visits": 0.0},
    "shops": {"world.mechanisms.owned.shops": 0.0},
    "reviews": {"world.mechanisms.reviews.reading": 0.0},
    "e-mail, brand posts": {"world.mechanisms.owned.sending": 0.0},
    "public posts": {"world.mechanisms.posts.showing": 0.0},
}
"""How each influence is taken out of the market, for all brands alike."""

STEPS = ("consideration", "evaluation", "purchase")


def _steps_taken(life: Life) -> list[int]:
    """Moves of all brands into considering, on to intending, and to a purchase by somebody who was no customer."""
    moves = life.record.transitions.sum(axis=(0, 1))
    return [moves[:, 2].sum(), moves[2, 3], moves[:, 4].sum()]


@fact(
    "J07",
    market="ebike",
    change="one source of influence after the other is silenced, for all brands",
    control="all sources speak",
    seeds=5,
    quick=2,
)
def word_of_mouth_by_stage(lab: Lab) -> Finding:
    """Rank of word of mouth among ten influences in each stage, by how many moves are lost when one of them is silenced.

    Loss = 1 - moves without it / moves with it, of all brands. Published: word of mouth decides 18 % of considerations and 19 %
    of evaluations in mature markets (Bughin, Doogan & Vetvik 2010).
    """
    control = lab.each(lab.market(HIGH, days=365), _steps_taken)
    lost = {
        name: 1 - lab.each(lab.market(HIGH, changes, days=365), _steps_taken) / control
        for name, changes in SILENCED.items()
    }
    every = np.array(list(lost.values()))
    rank = 1 + (every > lost["word of mouth"]).sum(axis=0)
    measures = [
        Measure(f"rank of word of mouth, {step}", rank[:, k].astype(float), high=3.0) for k, step in enumerate(STEPS)
    ]
    measures.append(Measure("considerations lost without it", lost["word of mouth"][:, 0], published=0.18))

    def draw(axes):
        names = sorted(lost, key=lambda name: -float(lost[name].mean()))[:6]
        for k, step in enumerate(STEPS):
            at = np.arange(len(names)) + (k - 1) * 0.27
            axes.barh(-at, [100 * lost[name][:, k].mean() for name in names], 0.25, label=step)
        axes.set_yticks(-np.arange(len(names)), names)
        axes.set(xlabel="moves lost without it, %")
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact(
    "J08",
    market="ebike, coffee",
    change="none: what becomes of intentions",
    control="none",
    seeds=6,
    quick=2,
    shares="journeys",
)
def abandonment(lab: Lab) -> Finding:
    """Intentions to buy a brand that end otherwise than in its purchase, and how many of these are bought within 90 days.

    Published: 70.2 % of shopping carts are abandoned (Baymard Institute, mean of 50 studies).
    """
    measures = []
    for name, market in (("e-bikes", HIGH), ("coffee", LOW)):
        every = all_journeys(lab, market)
        bought, gone = np.array([one.abandoned for one in every]).T
        returned = np.array([one.returned for one in every])
        measures += [
            Measure(f"abandoned, {name}", gone / (bought + gone), 0.55, 0.85, 0.702, "share of intentions"),
            Measure(f"bought within 90 days, {name}", returned, 0.1, 0.4, unit="share of abandoned"),
        ]

    def draw(axes):
        gone, back = measures[0].estimate, measures[1].estimate
        axes.barh(["intentions"], [1 - gone], label="bought")
        axes.barh(["intentions"], [gone * back], left=1 - gone, label="abandoned, bought within 90 days")
        axes.barh(["intentions"], [gone * (1 - back)], left=1 - gone + gone * back, color="0.8", label="abandoned")
        axes.axvline(1 - 0.702, color="0.2", linestyle="--")
        axes.set(xlabel="share of intentions to buy an e-bike (dashed: published)", ylim=(-0.5, 1.4))
        axes.legend(frameon=False, loc="upper left", fontsize=8)

    return Finding(measures, draw)


@fact(
    "J09",
    market="ebike",
    change="none: looks at a product, intentions, purchases",
    control="none",
    seeds=6,
    quick=2,
    shares="journeys",
)
def funnel(lab: Lab) -> Finding:
    """Intentions and purchases per look at a product on a site or in a shop: a funnel that narrows at every step.

    Published: 7-8 % of product views lead to a cart, 2-3 % to a purchase (Kissmetrics).
    """
    carts, bought = np.array([one.steps for one in all_journeys(lab, HIGH)]).T
    measures = [
        Measure("intentions per look", carts, high=1.0, sign=True),
        Measure("purchases per intention", bought / carts, high=1.0, sign=True),
        Measure("purchases per look", bought, 0.01, 0.06, 0.025),
    ]

    def draw(axes):
        axes.bar(["looks", "intentions", "purchases"], [100, 100 * carts.mean(), 100 * bought.mean()], width=0.6)
        axes.plot([1, 2], [7.5, 2.5], "o", color="0.2", label="published")
        axes.set_yscale("log")
        axes.set(ylabel="per 100 looks at a product")
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact(
    "J10",
    market="ebike",
    change="none: moves backwards during searches that ended in a purchase",
    control="none",
    seeds=6,
    quick=2,
    shares="journeys",
)
def loops(lab: Lab) -> Finding:
    """Share of buyers who searched and went backwards at least once, from intending or considering a brand.

    Published: loops are normal (Court et al. 2009; the source articles); the band is wide.
    """
    high = all_journeys(lab, HIGH)
    shares = np.array([np.mean(one.found.back[one.found.searched] > 0) for one in high])
    measures = [Measure("buyers with a move backwards", shares, 0.3, 0.9, unit="share of buyers")]

    def draw(axes):
        back = [np.minimum(one.found.back[one.found.searched], 6) for one in high]
        share = np.mean([np.bincount(one, minlength=7) / len(one) for one in back], axis=0)
        axes.bar(["0", "1", "2", "3", "4", "5", "6+"], 100 * share, width=0.7)
        axes.set(xlabel="moves backwards before the purchase", ylabel="buyers of an e-bike, %")

    return Finding(measures, draw)
