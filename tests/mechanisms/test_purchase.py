"""Purchase: occasions at their hazard, and shares of brands by multinomial logit in its closed form."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet
from scipy.stats import chi2

from sim.stages import OWNS

pytestmark = pytest.mark.usefixtures("warm")
MANY = 20_000


def choosers(prices=(10.0, 10.0), stage="intending", category="one-off", motivation=1.0, availability=1.0, plan=None,
             one_tap=0.0, **parameters):  # fmt: skip
    """A day of many people, alike in taste and at one stage with every brand; at decide = 5 all have an occasion."""
    brands = [{"name": f"B{n}", "price": price, "availability": availability} for n, price in enumerate(prices)]
    values = {"decide": 5.0, "appeal": 0.0, **parameters}
    scenario = quiet(
        days=1, consumers=MANY, brands=brands, market={"category": category}, plan=plan or {},
        population={"taste_spread": 0.0, "sensitivity_spread": 0.0}, platform={"one_tap": one_tap},
        segments=[{"name": "all", "price_sensitivity": 2.0}],
        mechanisms=alone("events", journey={"pace": 0.0}, purchase=values),
    )  # fmt: skip
    engine = build(scenario)
    engine.columns["stage"][:] = [one.name for one in engine.stages].index(stage)
    engine.columns["motivation"][:] = motivation
    engine.touched()
    return engine


def _agree(engine, values):
    """Numbers who bought each brand or nothing against the logit, by chi-square at 1e-4."""
    engine.step()
    bought = engine.tallies["purchases_first"] + engine.tallies["purchases_repeat"]
    weights = np.exp([*values, 0.0])
    chances = (1 - np.exp(-5.0)) * weights[:-1] / weights.sum()
    observed = np.array([*bought, MANY - bought.sum()])
    expected = MANY * np.array([*chances, 1 - chances.sum()])
    assert chi2.sf(((observed - expected) ** 2 / expected).sum(), len(values)) > 1e-4, f"{observed} against {expected}"


@pytest.mark.parametrize("appeal", [-1.0, 0.0, 2.0])
def test_equal_brands_share_equally(appeal):
    _agree(choosers(appeal=appeal), [appeal, appeal])


def test_price_counts_by_its_logarithm():
    """V = -sensitivity log(price / reference), reference the mean of prices."""
    _agree(choosers((8.0, 10.0, 12.0)), [-2.0 * np.log(price / 10.0) for price in (8.0, 10.0, 12.0)])


def test_a_promotion_counts_as_price_and_as_promotion():
    engine = choosers(plan={"promotions": [{"from": 0, "to": 0, "cut": 0.3}]}, promotion_weight=1.5, usual_weight=0.5)
    _agree(engine, [-2.0 * np.log(0.7) * 1.5 + 1.5 * 0.3, 0.0])


def test_trust_habit_taste_and_friends_count_by_their_weights():
    engine = choosers(trust_weight=2.0, habit_weight=1.5, social_weight=3.0)
    engine.columns["evidence_for"][0] = 2.0  # trust 3 / 4
    engine.columns["habit"][1] = 0.4
    engine.columns["taste"][1] = -0.3
    _agree(engine, [2.0 * 0.25, 1.5 * 0.4 - 0.3])


def test_who_never_weighed_a_brand_is_reluctant():
    engine = choosers(strangeness=1.2)
    engine.columns["stage"][1] = 1  # only aware of it
    _agree(engine, [0.0, -1.2])


def test_who_stopped_buying_a_brand_is_no_stranger_to_it():
    """Lapsed people take it as customers do, on their next occasion, and are customers again."""
    engine = choosers(strangeness=1.2)
    names = [one.name for one in engine.stages]
    engine.columns["stage"][1] = names.index("lapsed")
    engine.columns["last_bought"][1] = -400
    _agree(engine, [0.0, 0.0])
    back = engine.tallies["purchases_repeat"][1]
    assert (engine.columns["stage"][1] == names.index("customer")).sum() == back > 0


def test_what_is_not_on_the_shelf_is_not_chosen():
    engine = choosers((10.0,), availability=0.25, appeal=20.0)
    engine.step()
    expected = MANY * 0.25 * (1 - np.exp(-5.0))
    assert abs(engine.tallies["purchases_first"][0] - expected) < 4 * np.sqrt(expected)


@pytest.mark.parametrize("stage", ["unaware", "rejecting"])
def test_who_does_not_know_or_refuses_a_brand_never_buys_it(stage):
    engine = choosers(stage=stage, appeal=20.0, category="repeat")
    engine.step()
    assert engine.tallies["purchases_first"].sum() == 0


@pytest.mark.parametrize("felt", [0.0, 0.3, 1.0])
def test_those_who_intend_have_an_occasion_at_their_hazard(felt):
    engine = choosers((10.0,), motivation=felt, decide=0.4, appeal=20.0)
    engine.step()
    chance = 1 - np.exp(-0.4 * felt)
    assert abs(engine.tallies["purchases_first"][0] - MANY * chance) <= 4 * np.sqrt(MANY * chance * (1 - chance)) + 1


def test_occasions_of_a_habit_come_at_the_own_rate():
    """Repeat category, need at the anchor, nobody intends: 1 - E exp(-rate), the Gamma's mean over these people."""
    engine = choosers(
        (10.0,), stage="aware", category="repeat", motivation=0.4, anchor=0.4, appeal=20.0, strangeness=0.0
    )
    chance = 1 - np.exp(-engine.columns["purchase_rate"].astype(float))
    engine.step()
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs(engine.tallies["purchases_first"][0] - chance.sum()) < 4 * spread


def test_impulse_needs_one_tap():
    without, within = (
        choosers((10.0,), stage="aware", decide=0.0, impulse=1.0, appeal=20.0, one_tap=ease) for ease in (0, 1)
    )
    for engine in (without, within):
        engine.step()
    assert without.tallies["purchases_first"][0] == 0
    assert within.tallies["purchases_first"][0] > 0


def test_buying_satiates_and_builds_habit():
    engine = choosers(satiation=0.6, habit_gain=0.2, appeal=3.0)
    engine.columns["habit"][:] = 0.5
    engine.step()
    bought = engine.columns["last_bought"] == 0
    one, other = bought[0] & ~bought[1], bought[1] & ~bought[0]
    assert engine.columns["motivation"][one | other] == pytest.approx(0.4, rel=1e-5)
    assert engine.columns["motivation"][~(one | other)] == pytest.approx(1.0)
    assert engine.columns["habit"][0, one] == pytest.approx(0.5 + 0.5 * 0.2, rel=1e-5)
    assert engine.columns["habit"][1, one] == pytest.approx(0.5 * 0.8, rel=1e-5)
    owner = [one.name for one in engine.stages].index("customer")
    assert (engine.columns["stage"][0, one] == owner).all()
    assert not bought.all(axis=0).any(), "two brands on one occasion"


def subscribers(period, consumers=400):
    brand = {"known": 1.0, "buyers": 1.0, "availability": 1.0}
    return quiet(days=21, consumers=consumers, brand=brand,
                 market={"category": "subscription", "purchase_cycle": period},
                 mechanisms=alone("events", "purchase", journey={"pace": 0.0}))  # fmt: skip


def test_a_subscriber_renews_every_period_until_leaving():
    engine = build(subscribers(7))
    owns = engine.stage_role[engine.columns["stage"][0]] & OWNS > 0
    engine.columns["last_bought"][0, owns] = -1
    renewals = []
    for _ in range(21):
        engine.step()
        renewals.append(int(engine.tallies["purchases_repeat"][0]))
    assert owns.sum() > 200
    assert renewals == [owns.sum() if day in (6, 13, 20) else 0 for day in range(21)]
    assert engine.customers()[0] == owns.sum()


def test_subscriptions_there_were_before_the_first_day_fall_due_evenly():
    """One in seven of a weekly subscription's people renews on each of the first seven days."""
    engine = build(subscribers(7, consumers=4000))
    owners, renewals = engine.customers()[0], []
    for _ in range(7):
        engine.step()
        renewals.append(int(engine.tallies["purchases_repeat"][0]))
    assert sum(renewals) == owners
    assert max(renewals) < owners / 7 + 5 * np.sqrt(owners / 7), f"renewals a day {renewals} of {owners} subscribers"


def test_people_get_used_to_a_price():
    # A rise of 20 % on day 5, remembered with a half-life of 10 days: dear at first, half of that ten days on.
    brands = [{"name": "A", "price": 10.0}, {"name": "B", "price": 10.0}]
    scenario = quiet(
        days=16, consumers=100, brands=brands, plan={"prices": [{"from": 5, "price": 12.0}]},
        mechanisms={"purchase": {"usual_half_life": 10.0, "usual_weight": 2.0}},
    )  # fmt: skip
    engine, dear = build(scenario), []
    for _ in range(16):
        engine.step()
        tables = engine.tables
        dear.append((tables["dearness_today"] - tables["price_gap_today"])[engine.focal] / 2.0)
    assert dear[:5] == pytest.approx([0.0] * 5, abs=1e-6)
    assert dear[5] == pytest.approx(np.log(1.2))
    assert 1.2 * np.exp(-dear[15]) == pytest.approx(1.2 - 0.2 / 2)


@pytest.mark.parametrize(("stage", "eager"), [("customer", True), ("aware", False)])
def test_a_promotion_hastens_those_who_weigh_or_own_the_brand(stage, eager):
    """With appeal so high that every occasion is a purchase: occasions rise by exp(haste * cut), for whom it concerns."""
    bought = {}
    for cut in (0.0, 0.4):
        plan = {"promotions": [{"from": 0, "to": 0, "cut": cut}]}
        engine = choosers((10.0,), stage, "repeat", plan=plan, appeal=20.0, haste=2.0, decide=0.0, pull=0.0)
        engine.columns["purchase_rate"][:] = 0.05
        engine.step()
        bought[cut] = engine.tallies["purchases_first"].sum() + engine.tallies["purchases_repeat"].sum()
    expected = MANY * (1 - np.exp(-0.05 * (np.exp(0.8) if eager else 1.0)))
    assert bought[0.4] == pytest.approx(expected, abs=5 * np.sqrt(expected))
    assert bought[0.4] >= bought[0.0]


@pytest.mark.parametrize(("said", "days"), [(0.5, 0), (0.5, 14), (-0.5, 7)])
def test_what_friends_said_counts_by_its_weight_while_it_is_fresh(said, days):
    engine = choosers(word_weight=3.0)
    half_life = engine.parameters["perception"]["word_half_life"]
    engine.columns["friends_word"][0], engine.columns["last_word"][0] = said, -days
    _agree(engine, [3.0 * said * 2.0 ** (-days / half_life), 0.0])


def test_ads_in_mind_count_by_their_weight():
    engine = choosers(ad_weight=3.0)
    engine.columns["ad_memory"][0], engine.columns["ad_glimpse"][0] = 0.3, 0.1
    _agree(engine, [3.0 * 0.4, 0.0])
