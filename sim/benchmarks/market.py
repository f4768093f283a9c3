"""The standard market of the benchmark: busy enough that every mechanism works every day."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario
from sim.scenario.defaults import CHANNELS

PEOPLE_PER_CONSUMER = 100
IMPRESSIONS_A_WEEK = {"television": 0.45, "online_video": 0.25, "paid_social": 0.25, "search": 0.05}
"""Impressions per person and week that each brand's money buys by channel, 1 in all."""

_SEGMENTS = [
    {"name": "young", "share": 0.3, "susceptibility": 0.6, "talkativeness": 0.4, "impulsiveness": 0.3},
    {"name": "families", "share": 0.4, "purchase_rate": 1.4},
    {"name": "older", "share": 0.3, "price_sensitivity": 3.0, "media": {"television": 0.85, "paid_social": 0.4}},
]
_COMMON = {
    "loyalty": {"reward": 0.3, "thanks": 0.3}, "referral": {"reward": 2.0, "appeal": 0.3}, "community": 0.2,
    "emails_per_week": 1.0, "posts_per_week": 3.0, "reviews": 200,
}  # fmt: skip
_BRANDS = [
    {"name": "Focal", "focal": True, "price": 20.0, "known": 0.55, "buyers": 0.12, "quality": 0.75},
    {"name": "Older rival", "price": 22.0, "known": 0.60, "buyers": 0.15, "reaction": {"to": "price"}},
    {"name": "Cheap rival", "price": 16.0, "known": 0.50, "buyers": 0.10, "quality": 0.6, "reaction": {"to": "share"}},
]


def standard(consumers: int, brands: int = 1, days: int = 365) -> Scenario:
    """A repeat category with an established focal brand and `brands` - 1 rivals (0 to 2), all mechanisms on.

    Every brand has four flights that buy about one impression per person and week, e-mail, own posts, service, a
    loyalty and a referral programme, and sponsors influencers. Twenty micro and two macro influencers have the
    followers they would have among a million people, in proportion to the market's size. Friends: 10 each, on average.
    """
    people = consumers * PEOPLE_PER_CONSUMER
    said = _BRANDS[:brands]
    flights = [_flight(channel, people) for channel in IMPRESSIONS_A_WEEK]
    posts = [{"tier": "micro", "posts_per_week": 1.0}, {"tier": "macro", "posts_per_week": 0.5}]
    rivals = [one["name"] for one in said[1:]]
    return Scenario.make(
        title=f"Standard market, {consumers:,} consumers, {brands} brand{'s' * (brands > 1)}",
        seed=1,
        horizon={"days": days},
        world={
            "market": {"people": people, "consumers": consumers, "purchase_cycle": 30.0},
            "segments": _SEGMENTS,
            "peers": {"degree": 10.0},
            "brands": [_COMMON | one for one in said],
            "influencers": [
                {"tier": "micro", "count": 20, "followers": max(1, round(0.030 * people))},
                {"tier": "macro", "count": 2, "followers": max(1, round(0.700 * people))},
            ],
            "flights": [flight | {"brand": rival} for rival in rivals for flight in flights],
            "sponsorships": [post | {"brand": rival} for rival in rivals for post in posts],
        },
        plan={"flights": flights, "sponsorships": posts},
    )


def _flight(channel: str, people: int) -> dict[str, Any]:
    cpm = next(one.cpm for one in CHANNELS if one.name == channel)
    return {"channel": channel, "weekly": people * IMPRESSIONS_A_WEEK[channel] * cpm / 1000.0}
