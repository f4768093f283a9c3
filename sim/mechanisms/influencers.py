"""Influencers: posts reach a share of the followers; trust in them hangs on authenticity, which sponsoring wears down.

A post is seen by each follower with chance organic_reach * closeness, closeness = sqrt(engagement of the tier / that of
micro) (I04: engagement falls with size). Seen, it carries evidence

    trust in influencers * authenticity * fit * closeness * positivity * (1 - doubt * max(0, positivity - 0.6) / 0.4),

so that gushing is not believed (inverted U of positivity, I02, Leung et al. 2022). A sponsored post lowers authenticity A by
wear * A * (share of sponsored posts so far), more if disclosed as advertising; A recovers towards its base with a
half-life. Unpaid posts follow the brand's public review score. Fees: tier followers x tier price per thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.draws import poisson, stream, uniform
from sim.kernels import UNIT, kernel
from sim.lists import PASS_ON, plan_errand, send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param


@dataclass(frozen=True)
class Tier:
    """followers: typical number of people; price: fee per 1,000 followers; engagement: share who react to a post."""

    followers: int
    price: float
    engagement: float


# Followers and engagement: influencer_engagement_by_tier.csv (Untapper 2026), middle of the bands; prices:
# channel_benchmarks.csv (micro 17.5, macro 37.5 per thousand), the other tiers interpolated (assumed).
TIERS = {
    "nano": Tier(5_000, 12.0, 0.040),
    "micro": Tier(30_000, 17.5, 0.0275),
    "mid": Tier(150_000, 25.0, 0.020),
    "macro": Tier(700_000, 37.5, 0.014),
    "mega": Tier(3_000_000, 50.0, 0.0095),
}

MOST_POSTS = 3  # of one campaign by one influencer on one day
UNPAID = 64  # stands for unpaid posts among a brand's campaigns, of which there may be fewer than this
ABOUT = 1023  # keys the choice of the brand that an unpaid post is about
FIRST_STREAM = 1 << 40

PARAMS = {
    "persuasion": Param(
        1.6, 0, 20, "evidence", "evidence in a post seen by a follower with full trust, fit and authenticity"
    ),
    "salience": Param(0.25, 0, 5, "exponent", "how much one noticed post makes the brand known"),
    "activation": Param(0.06, 0, 5, "exponent", "how much one noticed post raises need"),
    "doubt": Param(0.7, 0, 1, "share", "disbelief of entirely positive posts", "I02"),
    "wear": Param(0.12, 0, 1, "share", "authenticity lost by a sponsored post where all posts are sponsored"),
    "disclosure": Param(0.25, 0, 1, "share", "weight of a post lost by its being marked as advertising", "I08"),
    "recovery": Param(60.0, 1, 3650, "days", "half-life of the way back to the base authenticity"),
    "posting": Param(1.0, 0, 10, "factor", "posts, paid and unpaid, relative to what was planned"),
    "memory": Param(0.1, 0.001, 1, "per post", "weight of the newest post in the share of sponsored posts"),
}

TABLES = {
    "follow_start": "where each influencer's followers begin, (influencers + 1)",
    "follow_rows": "follower rows, sorted within each influencer",
    "authenticity": "authenticity of each influencer today",
    "post_influencer": "influencer of each of today's posts",
    "post_brand": "brand of each of today's posts",
    "post_stream": "number that keys each post's draws",
    "post_chance": "chance that a follower sees each post",
    "post_weight": "evidence in each post for a follower with full trust",
    "post_cascade": "cascade that each post starts",
    "posts_today": "how many posts there are today, one number",
}


@kernel
def show_posts(lo, hi, day, key, follow_start, follow_rows, post_influencer, post_brand, post_stream, post_chance,
               post_weight, post_cascade, posts_today, pass_chance, trust_influencers, talkativeness, letters, effects,
               sent, errands, planned, load, kind_influencer, persuasion, salience, activation):  # fmt: skip
    """Show today's posts to the followers in this group; some pass them on."""
    for p in range(posts_today[0]):
        k, b = post_influencer[p], post_brand[p]
        today, again = stream(key, day, post_stream[p]), stream(key, day, post_stream[p] + 1)
        at = follow_start[k] + np.searchsorted(follow_rows[follow_start[k] : follow_start[k + 1]], lo)
        while at < follow_start[k + 1] and follow_rows[at] < hi:
            i = follow_rows[at]
            at += 1
            if uniform(today, i) >= post_chance[p]:
                continue
            load[i] += np.float32(1.0)
            weight = post_weight[p] * trust_influencers[i] * UNIT
            salt = (post_stream[p] - FIRST_STREAM >> 1) + 1
            send(letters, effects, sent, i, b, kind_influencer, 1, salt, salience, persuasion * max(weight, 0.0),
                 persuasion * max(-weight, 0.0), activation * max(weight, 0.0))  # fmt: skip
            if uniform(again, i) < pass_chance[0] * 2.0 * talkativeness[i] * UNIT:
                plan_errand(errands, planned, i, b, PASS_ON, post_cascade[p])


@kernel
def count_posts(key, day, influencers, brand, campaign, rate):
    """Posts of one campaign (its place among the brand's own) today, by each of its influencers."""
    counts = np.empty(influencers.size, np.int64)
    for n in range(influencers.size):
        k = influencers[n]
        u = uniform(stream(key, day, (np.int64(k) * 8 + brand) * 128 + campaign), k)
        counts[n] = min(MOST_POSTS, poisson(u, rate))
    return counts


@kernel
def choose_topics(key, day, rates, brands):
    """The brand that each influencer posts about unpaid today, -1 for none; rates are posts a day."""
    about = np.full(rates.size, -1, np.int64)
    for k in range(rates.size):
        b = int(uniform(stream(key, day, k * 1024 + ABOUT), k) * brands)
        if rates[k] > 0.0 and poisson(uniform(stream(key, day, (k * 8 + b) * 128 + UNPAID), k), rates[k]) > 0:
            about[k] = b
    return about


def setup(engine):
    """Followers of each influencer, and room for today's posts."""
    start, rows = engine.followers()
    room = MOST_POSTS * sum(len(one.influencers) for one in engine.calendar.sponsorships) + len(engine.influencers) + 1
    return {
        "follow_start": start,
        "follow_rows": rows,
        "authenticity": np.array([one.authenticity for one in engine.influencers]),
        "_base": np.array([one.authenticity for one in engine.influencers]),
        "_unpaid_rate": np.array([one.posts_per_week / 7.0 for one in engine.influencers], np.float64),
        "_sponsored_share": np.zeros(len(engine.influencers)),
        "post_influencer": np.zeros(room, np.int64),
        "post_brand": np.zeros(room, np.int64),
        "post_stream": np.zeros(room, np.int64),
        "post_chance": np.zeros(room),
        "post_weight": np.zeros(room),
        "post_cascade": np.zeros(room, np.int64),
        "posts_today": np.zeros(1, np.int64),
    }


def dawn(engine):
    """Decide today's posts, pay their fees, and let authenticity recover and wear."""
    tables, params = engine.tables, engine.parameters["influencers"]
    tables["authenticity"] += (tables["_base"] - tables["authenticity"]) * (1.0 - 0.5 ** (1.0 / params["recovery"]))
    tables["posts_today"][0] = 0
    if not engine.influencers:
        return
    for number, campaign in enumerate(engine.calendar.sponsorships):
        rate = params["posting"] * campaign.posts_per_day[engine.day]
        before = sum(1 for one in engine.calendar.sponsorships[:number] if one.brand == campaign.brand)
        if rate <= 0.0:
            continue
        counts = count_posts(engine.key("influencers"), engine.day, campaign.influencers, campaign.brand, before, rate)
        for k, count in zip(campaign.influencers[counts > 0].tolist(), counts[counts > 0].tolist()):
            for nth in range(count):
                _publish(
                    engine, k, campaign.brand, before * MOST_POSTS + nth, campaign.positivity, True, campaign.disclosed
                )
    rates = params["posting"] * tables["_unpaid_rate"]
    about = choose_topics(engine.key("influencers"), engine.day, rates, len(engine.brands))
    for k in np.flatnonzero(about >= 0).tolist():
        b = int(about[k])
        if engine.tables["available"][b] > 0.0:
            _publish(engine, k, b, UNPAID * MOST_POSTS, (engine.score(b) - 3.0) / 2.0, False, False)


def _publish(engine, k, b, nth, positivity, sponsored, disclosed):
    tables, params, one = engine.tables, engine.parameters["influencers"], engine.influencers[k]
    tier = TIERS[one.tier]
    closeness = np.sqrt(tier.engagement / TIERS["micro"].engagement)
    believed = 1.0 - params["doubt"] * max(0.0, positivity - 0.6) / 0.4
    weight = tables["authenticity"][k] * one.fit * closeness * positivity * believed
    share = tables["_sponsored_share"]
    share[k] += params["memory"] * (float(sponsored) - share[k])
    if sponsored:
        weight *= 1.0 - params["disclosure"] * disclosed
        tables["authenticity"][k] *= 1.0 - params["wear"] * share[k] * (1.0 if disclosed else 0.6)
        engine.series["spend_influencers"][engine.day, b] += engine.fee(k)
    p = int(tables["posts_today"][0])
    tables["post_influencer"][p] = k
    tables["post_brand"][p] = b
    tables["post_stream"][p] = ((k * 8 + b) * 256 + nth) * 2 + FIRST_STREAM
    tables["post_chance"][p] = min(1.0, engine.platform.organic_reach * closeness)
    tables["post_weight"][p] = weight
    tables["post_cascade"][p] = engine.cascades.start(engine.day, -1 - k, b, positivity)
    tables["posts_today"][0] = p + 1


register(
    Mechanism(
        name="influencers",
        phase="expose",
        kernels=(show_posts,),
        params=PARAMS,
        tables=TABLES,
        kinds=(Kind("influencer", "a post by an influencer one follows"),),
        setup=setup,
        dawn=dawn,
        after=("paid_media",),
        off={"posting": 0.0},
        responses=(Response("persuasion", "trust", 1),),
    )
)
