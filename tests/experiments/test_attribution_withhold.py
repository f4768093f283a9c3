"""Withholding ads in a lift test changes who is served, and nothing else."""

import numpy as np
import pytest

from sim import Engine, load
from sim.experiments.attribution.interference import exposure, map_exposure
from sim.experiments.attribution.withhold import random_regions, random_users, with_twins, withhold
from sim.experiments.channels import plan_channels, scaled
from sim.experiments.life import live
from sim.regions import regions
from sim.scenario import ScenarioError

CHANNEL = "paid_social"


@pytest.fixture(scope="module")
def market():
    return load("launch").with_(consumers=1500, days=70)


def test_twins_that_nobody_belongs_to_change_nothing(market):
    plain, twins = live(market, 3), live(with_twins(market), 3)
    assert np.array_equal(plain.orders, twins.orders)
    assert np.array_equal(plain.record.delivered, twins.record.delivered)


def served(life, channel=CHANNEL):
    """Impressions of the focal brand's ads in a channel, by day, and by consumer."""
    log = life.record.panel["touches"]
    mine = (log["brand"] == life.focal) & (log["kind"] == life.record.kinds.index(channel))
    consumers = life.engine.consumers
    return (
        np.bincount(log["day"][mine], weights=log["count"][mine], minlength=life.record.days),
        np.bincount(log["consumer"][mine], weights=log["count"][mine], minlength=consumers),
    )


def test_only_the_held_out_are_not_served_and_the_others_see_what_they_would_have_seen(market):
    users, first = random_users(0.5), 14
    full = live(market, 3, panel=1500)
    test = live(with_twins(market), 3, withhold(CHANNEL, users, first), panel=1500)
    held = users(test.engine)
    log = test.record.panel["touches"]
    ads = (log["brand"] == test.focal) & (log["kind"] == test.record.kinds.index(CHANNEL))
    assert not held[log["consumer"][ads & (log["day"] >= first)]].any()
    assert held[log["consumer"][ads & (log["day"] < first)]].any()
    rivals = log["brand"] != test.focal
    assert held[log["consumer"][rivals & (log["day"] >= first)]].any()
    # Ads of other channels still reach them, and the others' pressure is as it was.
    other = (log["brand"] == test.focal) & (log["kind"] == test.record.kinds.index("television"))
    assert held[log["consumer"][other & (log["day"] >= first)]].any()
    before, now = (served(one)[1][~held].sum() for one in (full, test))
    assert now == pytest.approx(before, rel=0.04)
    assert served(test)[0][:first].tolist() == served(full)[0][:first].tolist()


def test_withholding_ends_with_the_test(market):
    life = live(with_twins(market), 3, withhold(CHANNEL, random_users(0.5), 7, 21), panel=1500)
    held = random_users(0.5)(life.engine)
    log = life.record.panel["touches"]
    mine = (log["brand"] == life.focal) & (log["kind"] == life.record.kinds.index(CHANNEL)) & held[log["consumer"]]
    days = np.unique(log["day"][mine])
    assert not ((days >= 7) & (days < 21)).any()
    assert (life.engine.columns["segment"] < 3).all()


def test_holdout_share_is_as_asked_and_regions_keep_friends_together(market):
    engine = Engine(market, 1)
    assert random_users(0.2)(engine).mean() == pytest.approx(0.2, abs=0.03)
    region = regions(engine.ties, 10, 1, uneven=0.0)
    assert np.bincount(region).size == 10
    own = np.repeat(np.arange(engine.consumers), engine.ties.degree)
    together = (region[own] == region[engine.ties.to]).mean()
    assert together > 0.5  # by chance: 0.1
    off = random_regions(region, 0.5)(engine)
    assert len(np.unique(region[off])) == 5
    assert not set(region[off]) & set(region[~off])


def test_exposure_is_the_share_of_friends_treated_by_strength(market):
    ties = Engine(market, 1).ties
    treated = np.random.Generator(np.random.PCG64(1)).random(ties.consumers) < 0.3
    found = exposure(ties, treated)
    one = int(np.argmax(ties.degree))
    mine = slice(ties.start[one], ties.start[one + 1])
    weight = ties.strength[mine].astype(float)
    assert found[one] == pytest.approx((weight * treated[ties.to[mine]]).sum() / weight.sum())
    everyone = exposure(ties, np.ones(ties.consumers, bool))
    assert set(np.round(everyone[ties.degree > 0], 9)) <= {0.0, 1.0}  # 0: all ties are too weak to count
    assert everyone.mean() > 0.98


def test_exposure_mapping_finds_what_made_the_gains():
    luck = np.random.Generator(np.random.PCG64(2))
    treated, exposed = luck.random(4000) < 0.5, luck.random(4000)
    found = map_exposure(0.2 + 3.0 * treated + 1.0 * exposed, treated, exposed)
    assert found == pytest.approx((3.0, 1.0, 0.2))
    # All treated would gain 3 + 1 + 0.2 / 0.5; the test sees 3.
    assert found.bias(0.5) == pytest.approx(-1.4)


def test_scaling_a_channel_leaves_the_luck_of_the_others_alone(market):
    full, without = (live(one, 3, panel=1500) for one in (market, scaled(market, {CHANNEL: 0.0})))
    assert served(without)[1].sum() == 0
    assert served(without, "television")[1].tolist() == served(full, "television")[1].tolist()
    assert without.record.series["spend_influencers"].tolist() == full.record.series["spend_influencers"].tolist()
    assert scaled(market, {CHANNEL: 1.0}) is market


def test_scaling_a_spend_file_touches_only_its_channel():
    flagship = load("flagship").with_(consumers=500, days=150)
    names = [one.name for one in plan_channels(flagship)]
    assert names == ["television", "paid_social", "out_of_home", "search", "print", "influencers"]
    from sim.calendar import Calendar

    before = Calendar(flagship).spend_by_channel()[:, flagship.focal]
    after = Calendar(scaled(flagship, {"print": 0.0, "search": 2.0})).spend_by_channel()[:, flagship.focal]
    place = [one.name for one in flagship.world.channels].index
    assert not after[:, place("print")].any()
    assert after[:, place("search")] == pytest.approx(2 * before[:, place("search")])
    assert after[:, place("television")] == pytest.approx(before[:, place("television")])


def test_scaling_refuses_what_is_not_in_the_plan(market):
    with pytest.raises(ScenarioError, match=r"no channel 'paid_socal'.*paid_social"):
        scaled(market, {"paid_socal": 0.0})
    with pytest.raises(ScenarioError, match="multiplied by -1"):
        scaled(market, {CHANNEL: -1.0})
    with pytest.raises(ScenarioError, match="has no channel"):
        scaled(load("minimal").with_("plan.flights", []), {"television": 0.0})


def test_programmes_are_channels_too(market):
    rich = market.with_({"plan.referral": {"reward": 4.0, "appeal": 0.6}, "plan.loyalty": {"reward": 0.4}})
    assert [one.name for one in plan_channels(rich)][-2:] == ["referral", "loyalty"]
    double = scaled(rich, {"referral": 2.0, "loyalty": 0.0})
    assert (double.plan.referral.reward, double.plan.referral.appeal) == (8.0, 1.0)
    assert double.plan.loyalty.reward == 0.0
