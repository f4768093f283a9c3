"""Influencers: posts reach a share of the followers; trust in them hangs on authenticity, which sponsoring wears down.

A post is seen by each follower with chance organic_reach * closeness, closeness = sqrt(engagement of the tier / that of
micro) (I04: engagement falls with size). Seen, it carries evidence

    trust in influencers * authenticity * fit * closeness * positivity * (1 - doubt * max(0, positivity - 0.6) / 0.4),

and makes the brand known with salience * closeness: engaged followers of small accounts attend to a post more, which is why
these sell more for their size (engagement mediates, Beichert et al. 2024). Gushing is not believed (inverted U of positivity,
I02, Leung et al. 2022). A follower who sees a post passes it on with
chance virality * sharing * talkativeness * |that evidence at full trust|: reactions fall with size, worn authenticity and
gushing alike (I01, I04). A sponsored post lowers authenticity A by wear * A * (share of sponsored posts so far), more if
disclosed as advertising. A recovers towards its base with a half-life that grows with (base / A)**grudge: lost trust is slow
to win back (Slovic 1993; Cheng & Zhang 2024 on reputation burnt by sponsoring), so there is a rate beyond which more posts do
less (I02). Unpaid posts follow the brand's public review score. Fees: tier followers x tier price per thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.ahead import fetch
from sim.draws import poisson, stream, uniform
from sim.kernels import UNIT, kernel, rule
from sim.lists import PASS_ON, plan_errand, send
from sim.mechanism import Kind, Mechanism, Response, register
from sim.params import Param
from sim.peers import followers
from sim.screens import collect
from sim.squeeze import AT_ONCE


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
PAGE = 1024  # rows of a page of followers

PARAMS = {
    "persuasion": Param(
        1.6, 0, 20, "evidence", "evidence in a post seen by a follower with full trust, fit and authenticity"
    ),
    "salience": Param(0.25, 0, 5, "exponent", "how much one noticed post makes the brand known"),
    "activation": Param(0.06, 0, 5, "exponent", "how much one noticed post raises need"),
    "doubt": Param(0.7, 0, 1, "share", "disbelief of entirely positive posts", "I02, size assumed"),
    "wear": Param(0.12, 0, 1, "share", "authenticity lost by a sponsored post where all posts are sponsored"),
    "disclosure": Param(0.25, 0, 1, "share", "weight of a post lost by its being marked as advertising", "I08"),
    "recovery": Param(60.0, 1, 3650, "days", "half-life of the way back to the base authenticity, from near it"),
    "grudge": Param(
        0.5,
        0,
        1,
        "exponent",
        "how much slower authenticity recovers the less is left of it",
        "Slovic 1993, size assumed",
    ),
    "sharing": Param(10.0, 0, 1000, "factor", "passing on of a post, per unit of evidence in it"),
    "posting": Param(1.0, 0, 10, "factor", "posts, paid and unpaid, relative to what was planned"),
    "memory": Param(0.1, 0.001, 1, "per post", "weight of the newest post in the share of sponsored posts"),
}

TABLES = {
    "follow_start": "where each influencer's followers begin, (influencers + 1)",
    "follow_rows": "follower rows, sorted within each influencer",
    "follow_page": "place of the first follower from row 1,024 n on, (influencers, pages): searched for once, not daily",
    "authenticity": "authenticity of each influencer today",
    "closeness": "how near each influencer is to the followers: 1 for a micro account, less for larger ones",
    "post_influencer": "influencer of each of today's posts",
    "post_brand": "brand of each of today's posts",
    "post_stream": "number that keys each post's draws",
    "post_chance": "chance that a follower sees each post",
    "post_weight": "evidence in each post for a follower with full trust",
    "post_cascade": "cascade that each post starts",
    "posts_today": "how many posts there are today, one number",
    "sponsored_share": "share of each influencer's latest posts that were sponsored",
    "influencer_fit": "how well each influencer suits the category",
    "influencer_fee": "fee of one sponsored post by each influencer",
    "influencer_unpaid": "posts a day that each influencer writes unpaid",
    "influencer_base": "authenticity of each influencer that nothing wears down",
    "campaign_brand": "brand of each campaign",
    "campaign_place": "place of each campaign among its brand's own",
    "campaign_positivity": "positivity of each campaign's posts",
    "campaign_disclosed": "whether each campaign's posts are marked as advertising",
    "campaign_start": "where each campaign's influencers begin, (campaigns + 1)",
    "campaign_members": "influencers of the campaigns, one campaign after another",
    "campaign_posts": "posts a day by each influencer of a campaign, (days, campaigns)",
}


@rule
def first_follower(follow_rows, page, end, lo):
    """Place of the first follower from row `lo` on, before `end`; page: where the followers of each page of rows begin."""
    at = page[lo // PAGE]
    while at < end and follow_rows[at] < lo:
        at += 1
    return at


@rule
def mark_who_see(today, rows, chance, mark):
    """Mark those of some followers who see a post. Wide: nine in ten do not, and who does cannot be foreseen."""
    for n in range(rows.size):
        mark[n] = np.uint8(uniform(today, rows[n]) < chance)
    for n in range(rows.size, min(rows.size + AT_ONCE, mark.size)):
        mark[n] = np.uint8(0)


@kernel
def show_posts(lo, hi, day, key, follow_start, follow_rows, follow_page, closeness, post_influencer, post_brand, post_stream,
               post_chance, post_weight, post_cascade, posts_today, pass_chance, trust_influencers, talkativeness, letters,
               effects, sent, errands, planned, load, mark, chosen, kind_influencer, persuasion, salience, activation,
               sharing):  # fmt: skip
    """Show today's posts to the followers in this group; some pass them on."""
    for p in range(posts_today[0]):
        k, b = post_influencer[p], post_brand[p]
        today, again = stream(key, day, post_stream[p]), stream(key, day, post_stream[p] + 1)
        first = first_follower(follow_rows, follow_page[k], follow_start[k + 1], lo)
        end = first_follower(follow_rows, follow_page[k], follow_start[k + 1], hi)
        rows = follow_rows[first:end]
        for place in range(end, min(2 * end - first, follow_rows.size), 16):  # about what the next block needs
            fetch(follow_rows, place)
        mark_who_see(today, rows, post_chance[p], mark)
        salt = (post_stream[p] - FIRST_STREAM >> 1) + 1
        for n in range(collect(mark, rows.size, chosen)):
            i = np.uint32(rows[chosen[n]])
            load[i] += 1
            weight = post_weight[p] * trust_influencers[i] * UNIT
            send(letters, effects, sent, i, b, kind_influencer, 1, salt, salience * closeness[k], persuasion * max(weight, 0.0),
                 persuasion * max(-weight, 0.0), activation * max(weight, 0.0))  # fmt: skip
            if uniform(again, i) < pass_chance[0] * sharing * talkativeness[i] * UNIT * abs(post_weight[p]):
                plan_errand(errands, planned, i, b, PASS_ON, post_cascade[p])


@rule
def write_post(posts, cascades, authenticity, sponsored_share, fit, closeness, k, b, nth, day, organic_reach, positivity,
               sponsored, disclosed, doubt, wear, disclosure, memory):  # fmt: skip
    """Put a post by influencer k before the followers, and begin its cascade; a sponsored one wears authenticity."""
    influencer, brand, streams, chance, weights, cascade, today = posts
    count, cascade_brand, cascade_tone, cascade_root, cascade_day = cascades
    believed = 1.0 - doubt * max(0.0, positivity - 0.6) / 0.4
    weight = authenticity[k] * fit[k] * closeness[k] * positivity * believed
    sponsored_share[k] += memory * (sponsored - sponsored_share[k])
    if sponsored > 0.0:
        weight *= 1.0 - disclosure * disclosed
        authenticity[k] *= 1.0 - wear * sponsored_share[k] * (1.0 if disclosed else 0.6)
    p, c = today[0], count[0]
    influencer[p], brand[p], weights[p], cascade[p] = k, b, weight, c
    streams[p] = ((k * 8 + b) * 256 + nth) * 2 + FIRST_STREAM
    chance[p] = min(1.0, organic_reach * closeness[k])
    cascade_brand[c], cascade_root[c], cascade_day[c] = b, -1 - k, day
    cascade_tone[c] = np.int64(np.rint(100.0 * max(-1.0, min(1.0, positivity))))
    today[0], count[0] = p + 1, c + 1


@kernel
def dawn(day, key, influencer_fit, influencer_fee, influencer_unpaid, influencer_base, closeness, authenticity, sponsored_share,
         campaign_brand, campaign_place, campaign_positivity, campaign_disclosed, campaign_start, campaign_members,
         campaign_posts, post_influencer, post_brand, post_stream, post_chance, post_weight, post_cascade, posts_today,
         cascade_count, cascade_brand, cascade_tone, cascade_root, cascade_day, score_today, available, reach_today,
         daily_spend_influencers, doubt, wear, disclosure, recovery, grudge, posting, memory):  # fmt: skip
    """Decide today's posts, pay their fees, and let authenticity recover and wear."""
    base = influencer_base
    posts = post_influencer, post_brand, post_stream, post_chance, post_weight, post_cascade, posts_today
    cascades = cascade_count, cascade_brand, cascade_tone, cascade_root, cascade_day
    posts_today[0] = 0
    healed = 1.0 - 0.5 ** (1.0 / recovery)
    for k in range(base.size):
        left = authenticity[k] / max(base[k], 1e-12)
        authenticity[k] += (base[k] - authenticity[k]) * healed * left**grudge
    for n in range(campaign_brand.size):
        b, place, rate = campaign_brand[n], campaign_place[n], posting * campaign_posts[day, n]
        if rate <= 0.0:
            continue
        for at in range(campaign_start[n], campaign_start[n + 1]):
            k = campaign_members[at]
            u = uniform(stream(key, day, (k * 8 + b) * 128 + place), k)
            for nth in range(min(MOST_POSTS, poisson(u, rate))):
                write_post(posts, cascades, authenticity, sponsored_share, influencer_fit, closeness, k, b,
                           place * MOST_POSTS + nth, day, reach_today[0], campaign_positivity[n], 1.0, campaign_disclosed[n],
                           doubt, wear, disclosure, memory)  # fmt: skip
                daily_spend_influencers[day, b] += influencer_fee[k]
    for k in range(base.size):
        rate = posting * influencer_unpaid[k]
        b = int(uniform(stream(key, day, k * 1024 + ABOUT), k) * score_today.size)
        if (
            rate > 0.0
            and poisson(uniform(stream(key, day, (k * 8 + b) * 128 + UNPAID), k), rate) > 0
            and available[b] > 0.0
        ):
            stars = score_today[b] if score_today[b] != 0.0 else 3.0  # of yesterday: today's comes later in the morning
            write_post(posts, cascades, authenticity, sponsored_share, influencer_fit, closeness, k, b, UNPAID * MOST_POSTS,
                       day, reach_today[0], (stars - 3.0) / 2.0, 0.0, False, doubt, wear, disclosure, memory)  # fmt: skip


def fee(engine, influencer):
    """Fee of one sponsored post by an influencer."""
    one = engine.influencers[influencer]
    if one.fee is not None:
        return one.fee
    return _followers_of(one) * TIERS[one.tier].price / 1000.0


def _followers_of(one):
    return one.followers or TIERS[one.tier].followers


def draw_followers(engine):
    """Follower lists: start (influencers + 1) and rows, drawn by interest and segment."""
    names = [one.name for one in engine.segments]
    audience = [
        min(engine.consumers, max(1, round(_followers_of(one) / engine.people_per_consumer)))
        for one in engine.influencers
    ]
    home = [names.index(one.segment) if one.segment else -1 for one in engine.influencers]
    interest = engine.columns["interest"].astype(np.float32) / 255.0 + 0.25
    return followers(engine.consumers, audience, home, engine.columns["segment"], interest, engine.seed)


def most_posts_a_day(engine):
    """The most posts that one influencer can publish on a day: of every campaign, and one unpaid."""
    campaigns = np.bincount(
        np.concatenate([np.zeros(1, int), *(one.influencers for one in engine.calendar.sponsorships)])
    )
    return MOST_POSTS * int(campaigns.max()) + 1


def setup(engine):
    """Followers of each influencer, and room for today's posts."""
    start, rows = draw_followers(engine)
    people, campaigns = engine.influencers, engine.calendar.sponsorships
    room = MOST_POSTS * sum(len(one.influencers) for one in campaigns) + len(people) + 1
    base = np.array([one.authenticity for one in people])
    closeness = [np.sqrt(TIERS[one.tier].engagement / TIERS["micro"].engagement) for one in people]
    places = [sum(one.brand == earlier.brand for earlier in campaigns[:number]) for number, one in enumerate(campaigns)]
    pages = np.arange(0, engine.consumers + PAGE, PAGE)
    return {
        "follow_start": start,
        "follow_rows": rows,
        "follow_page": np.array(
            [start[k] + np.searchsorted(rows[start[k] : start[k + 1]], pages) for k in range(len(people))], np.int64
        ).reshape(-1, pages.size),
        "authenticity": base.copy(),
        "sponsored_share": np.zeros(len(people)),
        "closeness": np.array(closeness),
        "influencer_fit": np.array([one.fit for one in people]),
        "influencer_fee": np.array([fee(engine, k) for k in range(len(people))]),
        "influencer_unpaid": np.array([one.posts_per_week / 7.0 for one in people]),
        "influencer_base": base,
        "campaign_brand": np.array([one.brand for one in campaigns], np.int64),
        "campaign_place": np.array(places, np.int64),
        "campaign_positivity": np.array([one.positivity for one in campaigns]),
        "campaign_disclosed": np.array([one.disclosed for one in campaigns], bool),
        "campaign_start": np.cumsum([0, *(len(one.influencers) for one in campaigns)]),
        "campaign_members": np.concatenate([np.zeros(0, np.int64), *(one.influencers for one in campaigns)]),
        "campaign_posts": np.array([one.posts_per_day for one in campaigns]).reshape(-1, engine.calendar.days).T.copy(),
        "post_influencer": np.zeros(room, np.int64),
        "post_brand": np.zeros(room, np.int64),
        "post_stream": np.zeros(room, np.int64),
        "post_chance": np.zeros(room),
        "post_weight": np.zeros(room),
        "post_cascade": np.zeros(room, np.int64),
        "posts_today": np.zeros(1, np.int64),
    }


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
