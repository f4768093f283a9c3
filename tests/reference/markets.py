"""Four small invented markets in which, together, every mechanism of the day is at work."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario

DAYS = 60

SEGMENTS: list[dict[str, Any]] = [
    {"name": "young", "share": 0.4, "media": {"paid_social": 0.9}, "talkativeness": 0.6, "susceptibility": 0.7,
     "impulsiveness": 0.6, "trust": {"influencers": 0.5}},
    {"name": "settled", "share": 0.6, "price_sensitivity": 3.0, "purchase_rate": 1.4, "taste": {"Alpha": 0.3}},
]  # fmt: skip


def groceries() -> Scenario:
    """Three rivals in a repeat category: ads of every sort, promotions, every kind of event, rivals that react."""
    return Scenario.make(
        title="Groceries",
        horizon={"days": DAYS},
        world={
            "market": {"people": 20_000, "consumers": 200, "purchase_cycle": 9, "trend": 0.1, "season": [0.8, 1.2] * 6},
            "segments": SEGMENTS,
            "peers": {"degree": 7, "community": 25},
            "brands": [
                {"name": "Alpha", "focal": True, "price": 3.0, "known": 0.5, "buyers": 0.2, "quality": 0.6,
                 "problem_rate": 0.3, "reviews": 20, "score": 3.7, "emails_per_week": 4.0, "posts_per_week": 9.0,
                 "community": 0.6, "consent": 0.7},
                {"name": "Beta", "price": 2.5, "known": 0.9, "buyers": 0.4, "quality": 0.45, "quality_spread": 0.4,
                 "problem_rate": 0.1, "reaction": {"to": "price", "strength": 0.6, "delay": 3},
                 "loyalty": {"reward": 0.4, "thanks": 0.5}},
                {"name": "Gamma", "price": 4.0, "launch": 12, "known": 0.3, "quality": 0.8, "transparency": 0.1,
                 "problem_rate": 0.5,
                 "reaction": {"to": "share", "strength": 1.0, "delay": 2}},
            ],
            "flights": [
                {"brand": "Beta", "channel": "television", "weekly": 300},
                {"brand": "Gamma", "channel": "paid_social", "weekly": 400, "lookalike": 0.9, "pulse": [1, 1]},
                {"brand": "Gamma", "channel": "paid_social", "total": 500, "from": 20, "to": 30, "creative": 2.0},
            ],
            "promotions": [{"brand": "Beta", "from": 10, "to": 25, "cut": 0.3}],
            "prices": [{"brand": "Gamma", "from": 40, "price": 3.2}],
            "platform": {"organic_reach": 0.3, "virality": 0.15, "personalisation": 0.8},
            "influencers": [
                {"tier": "micro", "count": 3, "followers": 5000, "segment": "young", "posts_per_week": 2.0},
                {"name": "star", "tier": "mega", "followers": 9000, "authenticity": 0.9, "fee": 900.0},
            ],
            "sponsorships": [{"brand": "Gamma", "influencer": "star", "posts_per_week": 7.0, "disclosed": False}],
            "events": [
                {"kind": "crisis", "on": 15, "size": 0.8, "days": 5},
                {"kind": "algorithm", "on": 20, "size": 0.4, "days": 9},
                {"kind": "price", "on": 25, "brand": "Alpha", "size": 0.7, "days": 6},
                {"kind": "outage", "on": 30, "brand": "Beta", "size": 0.6, "days": 5},
                {"kind": "trend", "on": 35, "size": 1.6, "days": 12},
                {"kind": "set", "on": 8, "days": 10, "set": {"word_of_mouth.listeners": 4, "platform.virality": 0.3,
                                                            "forgetting.awareness_half_life": 10.0}},
            ],
        },
        plan={
            "flights": [
                {"channel": "television", "weekly": 500, "to": 30},
                {"channel": "paid_social", "weekly": 400, "segments": ["young"], "lookalike": 0.4},
                {"channel": "paid_social", "weekly": 90, "stages": ["considering", "intending", "lapsed"]},
                {"channel": "display", "weekly": 2000, "segments": ["settled"], "from": 5, "to": 9},
                {"channel": "search", "weekly": 900},
            ],
            "sponsorships": [{"tier": "micro", "posts_per_week": 3.0, "from": 3, "to": 40, "positivity": 0.9}],
            "promotions": [{"from": 30, "to": 36, "cut": 0.25}],
            "service": {"capacity": 60, "answer_hours": 30.0, "skill": 0.9},
            "loyalty": {"reward": 0.8, "thanks": 0.3},
            "referral": {"reward": 2.0, "appeal": 0.9},
        },
    )  # fmt: skip


def bicycles() -> Scenario:
    """A considered purchase: need that arises by itself, impulse in the feed, questions, reviews, much posting."""
    return Scenario.make(
        title="Bicycles",
        horizon={"days": DAYS},
        world={
            "market": {"people": 8_000, "consumers": 160, "category": "one-off", "purchase_cycle": 300},
            "segments": SEGMENTS,
            "peers": {"degree": 9, "community": 20},
            "platform": {"organic_reach": 0.5, "virality": 0.2, "one_tap": 0.9},
            "brands": [
                {"name": "Alpha", "price": 900, "known": 0.6, "buyers": 0.1, "quality": 0.4, "reviews": 60,
                 "score": 2.2, "problem_rate": 0.4, "service": {"capacity": 5, "answer_hours": 50.0},
                 "posts_per_week": 20.0},
                {"name": "Beta", "price": 1200, "known": 0.7, "buyers": 0.15, "quality": 0.9, "reviews": 300,
                 "score": 5.0},
            ],
            "flights": [{"brand": "Beta", "channel": "search", "weekly": 900}],
            "mechanisms": {
                "need": {"arise": 0.05}, "purchase": {"decide": 0.5, "impulse": 0.6}, "journey": {"pace": 3.0},
                "word_of_mouth": {"rate": 4.0, "hearsay": 0.5, "online": 0.5, "asking": 0.6},
                "reviews": {"rate": 0.9, "reading": 0.8}, "service": {"despair": 5.0}, "experience": {"salience": 1.5},
            },
        },
        plan={"flights": [{"channel": "online_video", "weekly": 700, "lookalike": 1.0}]},
    )  # fmt: skip


def magazines() -> Scenario:
    """A subscription that renews, is left for a rival, and is spread by invitations."""
    return Scenario.make(
        title="Magazines",
        horizon={"days": DAYS},
        world={
            "market": {"people": 5_000, "consumers": 180, "category": "subscription", "purchase_cycle": 14},
            "segments": SEGMENTS,
            "brands": [
                {"name": "Alpha", "price": 9, "known": 0.5, "buyers": 0.25, "quality": 0.6, "emails_per_week": 7.0,
                 "referral": {"reward": 5.0, "appeal": 1.0}},
                {"name": "Beta", "price": 11, "known": 0.8, "buyers": 0.3, "quality": 0.55, "quality_spread": 0.3,
                 "loyalty": {"reward": 0.5, "thanks": 1.0}},
                {"name": "Gamma", "price": 7, "known": 0.6, "buyers": 0.1, "quality": 0.3, "problem_rate": 0.2},
            ],
            "mechanisms": {
                "need": {"arise": 0.04}, "purchase": {"decide": 0.4, "appeal": 1.5}, "journey": {"pace": 4.0},
                "referral": {"invite": 5.0, "window": 6.0}, "word_of_mouth": {"rate": 2.0},
            },
        },
        plan={"flights": [{"channel": "paid_social", "weekly": 200}]},
    )  # fmt: skip


def own_journey() -> Scenario:
    """A researcher's own journey: new stages, arrows, a channel, and columns as covariates."""
    return Scenario.make(
        title="Own journey",
        horizon={"days": DAYS},
        world={
            "market": {"people": 3_000, "consumers": 150, "purchase_cycle": 12},
            "segments": SEGMENTS,
            "channels": [{"name": "podcast", "cpm": 20.0, "targets": ["lookalike"], "clutter": 0.5, "awareness": 0.3}],
            "brands": [
                {"name": "Alpha", "known": 0.4, "buyers": 0.2},
                {"name": "Beta", "known": 0.7, "buyers": 0.3, "price": 15.0, "quality": 0.5, "problem_rate": 0.2},
            ],
            "journey": {
                "stages": [
                    {"name": "curious", "considers": True, "fit": [0.9, 0.9, 0.4]},
                    {"name": "set on it", "considers": True, "intends": True, "fit": [0.1, 0.6, 1.0]},
                    {"name": "trading up", "owns": True, "intends": True},
                ],
                "arrows": [
                    {"from": "aware", "to": "curious", "rate": 0.02, "effects": {"friends_owning": 0.4, "dwell": 1.0}},
                    {"from": "aware", "to": "set on it", "rate": 0.01, "effects": {"motivation": 1.5, "fatigue": -1.0}},
                    {"from": "curious", "to": "customer", "rate": 0.0, "by": "purchase"},
                    {"from": "set on it", "to": "customer", "rate": 0.0, "by": "purchase"},
                    {"from": "curious", "to": "lapsed", "rate": 0.05,
                     "effects": {"last_purchase": 0.02, "trust": -2.0}},
                    {"from": "set on it", "to": "aware", "rate": 0.02, "effects": {"surprise": 1.0}},
                    {"from": "customer", "to": "trading up", "rate": 0.05, "effects": {"satisfaction": 1.0}},
                    {"from": "trading up", "to": "customer", "rate": 0.1, "effects": {"unresolved": 1.0}},
                ],
                "remove": ["intending>aware"],
            },
            "mechanisms": {"purchase": {"decide": 0.6}, "journey": {"pace": 2.0}},
        },
        plan={"flights": [{"channel": "podcast", "weekly": 100, "lookalike": 0.5},
                          {"channel": "podcast", "weekly": 60, "from": 20}]},
    )  # fmt: skip
