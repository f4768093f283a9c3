"""A market in which every way of attribution is right: one channel, no carry-over, no network, nobody buys without an ad."""

from __future__ import annotations

from sim import Scenario, load

OFF = ("word_of_mouth", "posts", "social_proof", "reviews", "referral", "owned", "influencers", "loyalty", "service")


def one_channel(consumers: int = 2_000) -> Scenario:
    """Who notices an ad may buy that day and has forgotten it the next; nothing else moves anybody."""
    stages = [
        {"name": "unaware", "knows": False},
        {"name": "aware"},
        {"name": "customer", "owns": True},
    ]
    arrows = [
        # Out again by 200 a day or more, so that nobody who bought is still there the next day. In:
        # 1e-9 a day without an ad, 100 on the day of one or more (awareness 0.63 or more), 3e-4 on the day after.
        {"from": "unaware", "to": "aware", "rate": 1e-9, "effects": {"awareness": 30.0}},
        {"from": "aware", "to": "unaware", "rate": 10.0, "effects": {"awareness": 10.0}},
        {"from": "customer", "to": "unaware", "rate": 10.0, "effects": {"awareness": 10.0}},
        {"from": "aware", "to": "customer", "rate": 0.0, "by": "purchase"},
    ]
    weeks = (900, 0, 300, 1500, 0, 0, 1200, 600, 300, 0, 1500, 900, 0, 600, 1200, 300)
    return load("minimal").with_(
        {
            "world.market.people": 100 * consumers,
            "world.market.consumers": consumers,
            "world.market.purchase_cycle": 2.0,
            "world.population.trait_concentration": 1000.0,
            "world.population.rate_shape": 1000.0,
            "world.peers.likeness": 0.0,
            "world.segments": [{"name": "all", "attention": 1000.0}],
            "world.channels": [{"name": "online_video", "cpm": 14.0, "awareness": 1.0, "lasting": 0.0}],
            "world.journey": {"default": False, "stages": stages, "arrows": arrows},
            "world.mechanisms": {name: {"on": False} for name in OFF}
            | {
                "purchase": {"appeal": 20.0, "strangeness": 0.0, "satiation": 0.0},
                "forgetting": {"awareness_half_life": 1.0},
                "paid_media": {"effect": 1.0},
                "perception": {"wear": 0.0},
            },
            "horizon.days": 7 * len(weeks),
            "plan.flights": [
                {"channel": "online_video", "weekly": 10.0 * money, "from": 7 * week, "to": 7 * week + 6}
                for week, money in enumerate(weeks)
                if money
            ],
        }
    )
