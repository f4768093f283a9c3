"""Influencers: size, engagement, posting and what it earns (facts I01 to I04).

Engagement is what followers can be expected to pass on: for each of the focal brand's posts, followers times the chance to see
it times the chance to pass it on, summed. Expected values spare the luck of single reposts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.mechanisms.influencers import TIERS

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

CAMPAIGN = {"tier": "micro", "from": 14, "to": 180}
"""The sponsorship of the launch plan; posts a week and tone are what the experiments vary."""

SPEND = 105_000
"""Money for influencers in the comparison of sizes: what four posts by one large account cost."""


def engagement_today(engine: Engine) -> tuple[float, float]:
    """Expected reposts by followers of today's posts about the focal brand, and the fees paid for them."""
    tables = engine.tables
    posts = int(tables["posts_today"][0])
    mine = tables["post_brand"][:posts] == engine.focal
    followers = np.diff(tables["follow_start"])[tables["post_influencer"][:posts]]
    reposts = followers * tables["post_chance"][:posts] * np.abs(tables["post_weight"][:posts])
    return float(reposts[mine].sum()), float(engine.series["spend_influencers"][engine.day - 1, engine.focal])


def _engaged(lab: Lab, sponsorship: Mapping[str, Any]) -> np.ndarray:
    """Engagement and fees of the launch's campaign with this sponsorship, (seeds, 2)."""
    scenario = lab.market("launch", {"plan.sponsorships": [{**CAMPAIGN, **sponsorship}]})
    lives = (lab.live(scenario, seed, each_day=engagement_today, until=181) for seed in lab.seeds)
    return np.array([np.sum(life.watched, axis=0) for life in lives])


@fact(
    "I01",
    market="launch",
    change="10 % more sponsored posts, and so 10 % more fees",
    control="half a post a week by each of twenty micro influencers",
    seeds=30,
    quick=6,
    shares="posting",
)
def engagement_elasticity(lab: Lab) -> Finding:
    """Elasticity of engagement to influencer spend: relative change of expected reposts over relative change of fees.

    Published: 0.46 (Leung, Gu, Li, Zhang & Palmatier 2022).
    """
    control, more = _engaged(lab, {"posts_per_week": 0.5}), _engaged(lab, {"posts_per_week": 0.55})
    gain = (more[:, 0] - control[:, 0]) / control[:, 0].mean()
    spend = (more[:, 1] - control[:, 1]) / control[:, 1].mean()

    def draw(axes):
        at = np.array([0.0, 10.0])
        axes.plot(at, 100 * np.array([0.0, gain.mean() / spend.mean() * 0.1]), "o-", label="simulated")
        axes.plot(at, 0.46 * at, "--", color="0.5", label="published")
        axes.set(xlabel="fees, %", ylabel="engagement, %")
        axes.legend(frameon=False)

    return Finding([Measure.of_ratio("elasticity", gain, spend, 0.25, 0.8, 0.46)], draw)


@fact(
    "I02",
    market="launch",
    change="from a quarter to fourteen sponsored posts a week by each; tone from cool (0.2) to gushing (1.0)",
    control="the other points of the grid",
    seeds=30,
    quick=4,
    shares="posting",
    unjudged=("fit of follower and brand (in the claim): followers' fit is not varied",),
)
def inverted_u(lab: Lab) -> Finding:
    """Inverted U of engagement in the number of sponsored posts and in their positivity.

    Total expected reposts of the campaign over each grid; the best point inside the grid against each of its ends, as a share
    of the best. Published: interior optima of posting activity and positivity (Leung et al. 2022).
    """
    rates, tones = (0.25, 0.5, 1.0, 2.0, 4.0, 14.0), (0.2, 0.4, 0.6, 0.8, 1.0)
    by_rate = np.array([_engaged(lab, {"posts_per_week": rate})[:, 0] for rate in rates])
    by_tone = np.array([_engaged(lab, {"posts_per_week": 0.5, "positivity": tone})[:, 0] for tone in tones])
    measures = []
    for name, grid in (("posts", by_rate), ("positivity", by_tone)):
        best = grid[1 + int(grid[1:-1].mean(axis=1).argmax())]
        for end, values in (("fewest" if name == "posts" else "least", grid[0]), ("most", grid[-1])):
            measures.append(Measure(f"best inside over {end} {name}, gain", 1 - values / best, low=0.0, sign=True))

    def draw(axes):
        axes.plot(rates, by_rate.mean(axis=1) / by_rate.mean(axis=1).max(), "o-", label="posts a week")
        axes.set_xscale("log")
        axes.set(xlabel="sponsored posts a week by each", ylabel="expected reposts, best = 1", ylim=(0, 1.1))
        other = axes.twiny()
        other.plot(tones, by_tone.mean(axis=1) / by_tone.mean(axis=1).max(), "s--", color="0.4", label="positivity")
        other.set_xlabel("positivity")

    return Finding(measures, draw)


SMALL, LARGE = "nano", "macro"


def _equal_spend(tier: str) -> dict[str, Any]:
    """World and plan in which `SPEND` buys about four sponsored posts from each of as many influencers as it pays for."""
    fee = TIERS[tier].followers * TIERS[tier].price / 1000.0
    return {
        "world.influencers": [{"tier": tier, "count": max(1, round(SPEND / fee / 4)), "posts_per_week": 0.0}],
        "plan.sponsorships": [{"tier": tier, "posts_per_week": 7 * 4 / 167, "from": 14, "to": 180}],
    }


def _earned(life: Life) -> list[float]:
    """Revenue, fees, and posts about the focal brand that reached somebody, in money and real people."""
    record, focal = life.record, life.focal
    reached = record.delivered[:, focal, record.kinds.index("influencer")].sum() * life.engine.people_per_consumer
    return [record.series["revenue"][:, focal].sum(), record.series["spend_influencers"][:, focal].sum(), reached]


@fact(
    "I03",
    market="launch, with influencers of one size only",
    change="the same money on many small (nano) or few large (macro) influencers, about four posts each",
    control="the same influencers, unpaid",
    seeds=30,
    quick=6,
    unjudged=(
        "total reach for the same money: by the published prices an impression by a large account costs twice that by a small "
        "one, so the same money must reach more people through the small; reach is judged by account",
    ),
)
def small_against_large(lab: Lab) -> Finding:
    """Revenue per follower and return on fees of many small against few large influencers, for the same money.

    Extra revenue of the year over the market in which the same influencers are not paid, by followers of all accounts hired and
    by fees. Reach, which goes "the other way round" (joint ordering 4), is posts received per account: for the same money it
    would follow from fees, of which the published prices (micro accounts 10 to 25 a thousand, macro 25 to 50) say the contrary;
    it is shown beside. Published: 0.265 against 0.049 EUR per follower, better return on spend for small accounts in direct
    sales (Beichert, Bayerl, Goldenberg & Lanz 2024).
    """
    extra: dict[str, np.ndarray] = {}
    fees: dict[str, np.ndarray] = {}
    reach: dict[str, np.ndarray] = {}
    accounts: dict[str, int] = {}
    for tier in (SMALL, LARGE):
        changes = _equal_spend(tier)
        paid = lab.each(lab.market("launch", changes), _earned)
        unpaid = lab.each(lab.market("launch", {**changes, "plan.sponsorships": []}), _earned)
        extra[tier], fees[tier], reach[tier] = (paid - unpaid).T
        accounts[tier] = changes["world.influencers"][0]["count"]
    returns = {tier: extra[tier] / fees[tier].mean() for tier in (SMALL, LARGE)}
    per_follower = {tier: extra[tier] / accounts[tier] / TIERS[tier].followers for tier in (SMALL, LARGE)}
    each = {tier: reach[tier] / accounts[tier] for tier in (SMALL, LARGE)}
    measures = [
        Measure.of_ratio(
            "revenue per follower, small over large", per_follower[SMALL], per_follower[LARGE], 2.0, 10.0, 5.4
        ),
        Measure("return on fees, small minus large", returns[SMALL] - returns[LARGE], low=0.0, sign=True),
        Measure.of_ratio("posts received per account, large over small", each[LARGE], each[SMALL], low=1.0, sign=True),
        Measure.of_ratio("posts received for the same money, large over small", reach[LARGE], reach[SMALL]),
        Measure("return on fees, small", returns[SMALL], unit="money per money"),
        Measure("return on fees, large", returns[LARGE], unit="money per money"),
    ]

    def draw(axes):
        values = [1000 * one.mean() for one in per_follower.values()]
        spread = [
            1000 * 1.96 * one.std(ddof=1) / np.sqrt(len(one)) if len(one) > 1 else 0.0 for one in per_follower.values()
        ]
        axes.bar([f"small ({SMALL})", f"large ({LARGE})"], values, width=0.5, yerr=spread)
        axes.set(ylabel="extra revenue per 1,000 followers")

    return Finding(measures, draw)


@fact(
    "I04",
    market="launch, with influencers of every size",
    change="none: each posts for the brand once a week",
    control="none",
    seeds=6,
    quick=3,
)
def engagement_by_size(lab: Lab) -> Finding:
    """Engagement rate by size of account: expected reposts by followers, per follower and post.

    Published: 3-6 % for nano down to 0.7-1.2 % for mega accounts (vendor benchmarks); only the shape is compared, for a repost
    is rarer than a like.
    """
    names = list(TIERS)
    changes = {
        "world.influencers": [{"tier": name, "count": 2, "posts_per_week": 0.0} for name in names],
        "plan.sponsorships": [{"tier": name, "posts_per_week": 1.0, "to": 90} for name in names],
    }

    def rates(engine: Engine) -> list[tuple[int, float]]:
        tables = engine.tables
        posts = int(tables["posts_today"][0])
        rate = tables["post_chance"][:posts] * np.abs(tables["post_weight"][:posts])
        return [(int(k) // 2, float(one)) for k, one in zip(tables["post_influencer"][:posts], rate, strict=True)]

    by_size = []
    for seed in lab.seeds:
        watched = lab.live(lab.market("launch", changes), seed, each_day=rates, until=91).watched
        posts = np.array([one for today in watched for one in today])
        by_size.append([posts[posts[:, 0] == size, 1].mean() for size in range(len(names))])
    rate = np.array(by_size)
    measures = [
        Measure("nano over mega", rate[:, 0] / rate[:, -1], 3.0, 8.0, 4.7),
        Measure("smallest step down between sizes", (1 - rate[:, 1:] / rate[:, :-1]).min(axis=1), low=0.0, sign=True),
    ]

    def draw(axes):
        published = np.array([TIERS[name].engagement for name in names])
        axes.plot(names, rate.mean(axis=0) / rate.mean(axis=0)[0], "o-", label="simulated")
        axes.plot(names, published / published[0], "s--", color="0.4", label="published")
        axes.set(ylabel="engagement per follower, nano = 1", ylim=(0, None))
        axes.legend(frameon=False)

    return Finding(measures, draw)
