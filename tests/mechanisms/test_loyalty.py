"""Loyalty: rewards are worth most to members without habit; thanks lift what satisfaction is missing."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

pytestmark = pytest.mark.usefixtures("warm")


def members(reward=0.0, thanks=0.0, consumers=2000, **parameters):
    """A day on which nearly all buy; who did."""
    brand = {"availability": 1.0, "margin": 0.5, "loyalty": {"reward": reward, "thanks": thanks, "cost_share": 0.1}}
    mechanisms = alone("events", journey={"pace": 0.0}, loyalty=parameters,
                       purchase={"decide": 5.0, "appeal": 20.0, "habit_gain": 0.2})  # fmt: skip
    engine = build(
        quiet(days=1, consumers=consumers, brand=brand, market={"category": "one-off"}, mechanisms=mechanisms)
    )
    engine.columns["stage"][:] = [one.name for one in engine.stages].index("intending")
    engine.columns["motivation"][:] = 1.0
    engine.touched()
    engine.step()
    return engine, engine.columns["last_bought"][0] == 0


def test_without_a_programme_nothing_happens():
    engine, bought = members()
    assert engine.columns["habit"][0, bought] == pytest.approx(0.2, rel=1e-5)
    assert engine.columns["satisfaction"][0] == pytest.approx(0.5)
    assert engine.series["spend_programmes"].sum() == 0


def test_a_reward_bonds_and_costs_its_share_of_revenue():
    engine, bought = members(reward=0.5, bond=0.4)
    assert engine.columns["habit"][0, bought] == pytest.approx(0.2 + 0.8 * 0.4 * 0.5, rel=1e-5)
    assert engine.series["spend_programmes"].sum() == pytest.approx(0.1 * 0.5 * engine.series["revenue"].sum())
    assert engine.tables["member_bonus"][0] == pytest.approx(0.5 * engine.parameters["loyalty"]["pull"])


@pytest.mark.parametrize("thanks", [0.3, 1.0])
def test_thanks_reach_their_share_and_lift_missing_satisfaction(thanks):
    engine, bought = members(thanks=thanks, gratitude=0.4)
    thanked = engine.columns["satisfaction"][0] > 0.5
    number = bought.sum()
    assert abs(thanked.sum() - number * thanks) <= 4 * np.sqrt(number * thanks * (1 - thanks))
    assert engine.columns["satisfaction"][0, thanked] == pytest.approx(0.5 + 0.5 * 0.4, rel=1e-5)
    assert not thanked[~bought].any()


def test_a_reward_pulls_nobody_who_earns_it_anyway():
    brand = {"availability": 1.0, "loyalty": {"reward": 1.0}}
    bought = {}
    for pull in (0.0, 5.0):
        mechanisms = alone("events", journey={"pace": 0.0}, loyalty={"pull": pull, "goal": 0.5, "bond": 0.0},
                           purchase={"appeal": -3.0})  # fmt: skip
        engine = build(
            quiet(days=1, consumers=2000, brand=brand, market={"purchase_cycle": 1.0}, mechanisms=mechanisms)
        )
        engine.columns["stage"][:] = [one.name for one in engine.stages].index("customer")
        engine.columns["purchase_rate"][:] = np.where(np.arange(2000) < 1000, 1.0, 0.1)
        engine.columns["habit"][:] = 0.5  # half of one a day is the pace of the reward, half of a tenth is far from it
        engine.touched()
        engine.step()
        bought[pull] = engine.columns["last_bought"][0] == 0
    assert (bought[0.0][:1000] == bought[5.0][:1000]).all()
    assert bought[5.0][1000:].sum() > bought[0.0][1000:].sum()
