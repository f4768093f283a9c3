"""Influencers: posts reach followers by organic reach; sponsoring wears authenticity, time restores it."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, live, quiet

from sim.mechanisms.influencers import TIERS, fee

pytestmark = pytest.mark.usefixtures("warm")


def market(days=7, reach=1.0, influencer=None, **sponsorship):
    plan = {"sponsorships": [{"tier": "micro", "posts_per_week": 7.0, **sponsorship}]} if sponsorship else {}
    one = {"tier": "micro", "followers": 8000, "posts_per_week": 0.0, **(influencer or {})}
    return build(quiet(days=days, consumers=2000, people=20_000, plan=plan, influencers=[one],
                        platform={"organic_reach": reach, "virality": 0.0},
                        mechanisms=alone("perception", "influencers", "platform")))  # fmt: skip


def test_at_full_reach_every_follower_sees_every_post_and_nobody_else_does():
    engine = market(positivity=0.6)
    followers = np.diff(engine.tables["follow_start"])[0]
    assert followers == 800
    posts = 0
    for _ in range(7):
        engine.step()
        posts += engine.tables["posts_today"][0]
        assert engine.tallies["delivered"].sum() == engine.tables["posts_today"][0] * followers
    assert posts > 2
    seen = np.flatnonzero(engine.columns["evidence_for"][0] + (engine.columns["last_touch"][0] >= 0))
    assert np.isin(seen, engine.tables["follow_rows"]).all()


def test_without_reach_nobody_sees_anything():
    engine = market(reach=0.0, positivity=0.6)
    for _ in range(7):
        engine.step()
        assert engine.tallies["delivered"].sum() == 0


def test_a_fee_is_followers_times_the_tiers_price():
    assert fee(market(), 0) == pytest.approx(8000 * TIERS["micro"].price / 1000)
    assert fee(market(influencer={"fee": 120.0}), 0) == 120.0
    engine = market(positivity=0.6)
    posts = 0
    for _ in range(7):
        engine.step()
        posts += engine.tables["posts_today"][0]
    assert engine.series["spend_influencers"].sum() == pytest.approx(posts * fee(engine, 0))


def test_gushing_is_not_believed():
    """Weight of a post: positivity * (1 - doubt * max(0, positivity - 0.6) / 0.4), an inverted U."""
    weights = {}
    for positivity in (0.3, 0.6, 0.8, 1.0):
        engine = market(positivity=positivity, disclosed=False)
        while not engine.tables["posts_today"][0]:
            engine.step()
        one = engine.influencers[0]
        weights[positivity] = engine.tables["post_weight"][0] / one.authenticity / one.fit
    doubt = engine.parameters["influencers"]["doubt"]
    for positivity, weight in weights.items():
        assert weight == pytest.approx(positivity * (1 - doubt * max(0.0, positivity - 0.6) / 0.4))
    assert weights[1.0] < weights[0.6]


def test_authenticity_is_half_restored_after_its_half_life():
    engine = market(days=60)
    engine.set_parameters({"influencers.recovery": 60.0, "influencers.grudge": 0.0})
    base = engine.influencers[0].authenticity
    engine.tables["authenticity"][:] = base - 0.4
    for _ in range(60):
        engine.step()
    assert engine.tables["authenticity"][0] == pytest.approx(base - 0.2)


def test_there_is_a_posting_rate_beyond_which_more_posts_carry_less():
    heard = []
    for rate in (0.25, 0.5, 1.0, 2.0, 5.0):
        engine = market(days=600, posts_per_week=rate, positivity=0.6)
        engine.set_parameters({"influencers.grudge": 1.0})
        evidence = 0.0
        for _ in range(600):
            engine.step()
            evidence += engine.tables["post_weight"][: engine.tables["posts_today"][0]].sum()
        heard.append(evidence)
    assert heard.index(max(heard)) not in (0, len(heard) - 1)


def test_sponsoring_wears_authenticity_and_more_so_if_disclosed():
    worn = {}
    for disclosed in (True, False):
        engine = market(days=30, positivity=0.6, disclosed=disclosed)
        for _ in range(30):
            engine.step()
        worn[disclosed] = engine.tables["authenticity"][0]
    assert worn[True] < worn[False] < engine.influencers[0].authenticity


def test_larger_tiers_engage_less():
    assert [one.engagement for one in TIERS.values()] == sorted(
        (one.engagement for one in TIERS.values()), reverse=True
    )
    assert live(quiet(days=1)).tables["posts_today"][0] == 0
