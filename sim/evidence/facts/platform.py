"""The platform: organic reach, choice overload, clutter (facts X03 to X05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.spending import advertise

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

CHANGED = 150
"""Day on which the feed changes, as in the scenario feed_change."""
FILM = [{"channel": "television", "weekly": 24_000, "to": 83}]
MIXES = {
    "posts and influencers": {
        "plan.flights": FILM,
        "plan.posts_per_week": 14.0,
        "plan.sponsorships": [{"tier": "micro", "posts_per_week": 1.0}, {"tier": "mid", "posts_per_week": 1.0}],
    },
    "friends": {
        "plan.flights": FILM,
        "plan.posts_per_week": 0.0,
        "plan.sponsorships": [],
        "plan.referral": {"reward": 2.0, "appeal": 0.5},
    },
}
"""After the launch's film: a mix that lives on organic reach, and one that lives on friends telling and inviting friends."""


@fact(
    "X03",
    market="feed_change",
    change="organic reach halves on day 150",
    control="it stays",
    seeds=120,
)
def organic_reach_halves(lab: Lab) -> Finding:
    """Sales lost after organic reach halves, by a brand that lives on posts, and by one that lives on its friends.

    Units from the change to the end of the year, relative to the market whose feed stays. Published: reach of brand pages fell
    from 12 % to 6 % in four months (Social@Ogilvy 2014).
    """

    def units(mix: str, size: float) -> np.ndarray:
        changes = {**MIXES[mix], "world.events.0.size": size}
        return lab.each(lab.market("feed_change", changes), lambda life: life.units(first=CHANGED))

    found = {mix: (units(mix, 0.5), units(mix, 1.0)) for mix in MIXES}
    loss = {mix: 1 - halved / kept for mix, (halved, kept) in found.items()}

    def draw(axes):
        for row, one in enumerate(loss.values()):
            measure = Measure("", 100 * one)
            axes.plot(measure.interval, [row, row], color="0.5")
            axes.plot([measure.estimate], [row], "o")
        axes.axvline(0, color="0.4", linestyle="--")
        axes.set_yticks(range(len(loss)), list(loss))
        axes.set(xlabel="units lost after the change, %", ylim=(-0.5, len(loss) - 0.5))

    posts, friends = loss.values()
    return Finding(
        [
            Measure("loss, posts and influencers", posts, low=0.0, unit="share", sign=True),
            Measure("loss, friends", friends, unit="share"),
            Measure("posts' loss minus 3 x friends' loss", posts - 3 * friends, low=0.0, unit="share", sign=True),
        ],
        draw,
    )


@fact(
    "X05",
    market="launch",
    change="every brand advertises four times as much",
    control="as the scenario says",
    seeds=16,
    diagnosis="Trust in advertising is a trait that crowding does not wear; more ads are more evidence for a brand until "
    "one person has ten of them in mind. Other messages of the feed outweigh those of the category, so load dilutes little.",
)
def clutter(lab: Lab) -> Finding:
    """Fall of the response per ad, and of trust, when everybody advertises four times as much.

    Response: extra units of the focal brand in a year over no advertising by it, per impression. Trust: in the brands that
    advertise, people who know them or not, on the last day. Published: 65 % feel overwhelmed by ads (Porter & Golan 2006).
    """
    scenario = lab.market("launch")
    brands = tuple(range(len(scenario.world.brands)))
    focal = scenario.focal
    advertisers = sorted({focal, *(_position(scenario, one.brand) for one in scenario.world.flights)})

    def arm(rivals: float, own: float) -> np.ndarray:
        louder = advertise(rivals, brands=tuple(b for b in brands if b != focal))
        mine = advertise(own)

        def before(engine):
            louder(engine)
            mine(engine)

        def outcome(life):
            series = life.record.series
            return [life.units(), series["impressions"][:, focal].sum(), series["trust"][-1, advertisers].mean()]

        return lab.each(scenario, outcome, before=before)

    calm, loud = arm(1.0, 1.0), arm(4.0, 4.0)
    per_ad = [(with_[:, 0] - arm(rivals, 0.0)[:, 0]) / with_[:, 1] for with_, rivals in ((calm, 1.0), (loud, 4.0))]

    def draw(axes):
        axes.bar([0, 1], [1000 * one.mean() for one in per_ad], 0.5)
        axes.set_xticks([0, 1], ["as planned", "four times the ads"])
        axes.set(ylabel="extra units per 1,000 impressions")

    return Finding(
        [
            Measure.of_ratio("fall of response per ad", per_ad[0] - per_ad[1], per_ad[0], low=0.3, high=0.9),
            Measure("change of trust", loud[:, 2] - calm[:, 2], high=0.0, sign=True),
        ],
        draw,
    )


def _position(scenario, name: str | None) -> int:
    return scenario.focal if name is None else [one.name for one in scenario.world.brands].index(name)


@fact(
    "X04",
    market="coffee",
    change="eight brands to choose from",
    control="three or five, all alike",
    seeds=16,
    diagnosis=(
        "Every brand more is one chance more to find something worth buying. A third of the rise is taste (were tastes all "
        "alike it would be 0.13); the rest is the logit's own draws, which are independent for brands however alike. "
        "Choosing costs nothing here."
    ),
    unjudged=("up to 24 brands: a market has eight at most",),
)
def choice_overload(lab: Lab) -> Finding:
    """Change of purchases in the category when people choose among more brands that are alike.

    Brands alike in everything, each known by 70 % and together bought by as many; purchases in a quarter after settling, by the
    involved half of people (interest above the middle). Eight is the most the simulator takes. Published: no effect on average
    (Scheibehenne, Greifeneder & Todd 2010).
    """
    counts = (3, 5, 8)
    days = 182 + 91

    def bought(count: int) -> np.ndarray:
        one = {"price": 6.0, "known": 0.7, "buyers": 0.6 / count, "reviews": 300}
        brands = [{"name": f"Brand {b + 1}", **one} for b in range(count)]
        flights = [{"brand": f"Brand {b + 1}", "channel": "television", "weekly": 16_000} for b in range(1, count)]
        scenario = lab.market("coffee", {"world.brands": brands, "world.flights": flights}, days=days)

        def outcome(life):
            return life.bought(182)[:, life.engine.columns["interest"] > 127].sum()

        return lab.each(scenario, outcome)

    found = {count: bought(count) for count in counts}
    few = found[counts[0]]

    def draw(axes):
        axes.plot(counts, [100 * (one.sum() / few.sum() - 1) for one in found.values()], "o-")
        axes.axhspan(-15, 15, color="0.9", zorder=0)
        axes.set(xlabel="brands to choose from", ylabel="purchases against three brands, % (band: shaded)")

    return Finding(
        [
            Measure.of_ratio(f"change, {counts[0]} to {count} brands", found[count] - few, few, low=-0.15, high=0.15)
            for count in counts[1:]
        ],
        draw,
    )
