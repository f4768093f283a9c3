"""Referral: satisfied customers invite friends, friends hear of it, and rewards are paid for those who come in time."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.journey import vouched_of
from sim.mechanisms.referral import accompany

pytestmark = pytest.mark.usefixtures("warm")


def programme(stage="customer", satisfaction=1.0, appeal=1.0, days=2, consumers=2000, **parameters):
    values = {"invite": 1.4, **parameters}
    scenario = quiet(days=days, consumers=consumers, brand={"referral": {"appeal": appeal, "reward": 5.0}},
                     mechanisms=alone("perception", referral=values))  # fmt: skip
    engine = build(scenario)
    engine.columns["stage"][:] = [one.name for one in engine.stages].index(stage)
    engine.columns["satisfaction"][:] = satisfaction
    engine.touched()
    return engine


@pytest.mark.parametrize(
    ("stage", "satisfaction", "appeal"), [("customer", 1.0, 1.0), ("loyal", 0.75, 0.5), ("advocate", 1.0, 1.0)]
)
def test_invitations_come_at_their_rate(stage, satisfaction, appeal):
    engine = programme(stage, satisfaction, appeal)
    engine.step()
    values = engine.parameters["referral"]
    chance = values["invite"] / 7 * appeal * (2 * satisfaction - 1) * (values["zeal"] if stage == "advocate" else 1.0)
    willing = int((np.diff(engine.ties.start) > 0).sum())
    assert abs(engine.tallies["invitations"][0] - willing * chance) < 4 * np.sqrt(willing * chance * (1 - chance))


@pytest.mark.parametrize("change", [{"stage": "aware"}, {"satisfaction": 0.5}, {"appeal": 0.0}, {"invite": 0.0}])
def test_nobody_invites_without_a_brand_a_feeling_or_a_programme(change):
    engine = programme(**change)
    engine.step()
    assert engine.tallies["invitations"][0] == 0


def test_an_invitation_reaches_a_friend_of_the_inviter_and_carries_its_evidence():
    engine = programme(invite=20.0)
    engine.columns["stage"][0, ::2] = 0  # every other is no customer yet
    engine.columns["trust_friends"][:] = 255
    engine.touched()
    engine.step()
    invited = np.flatnonzero(engine.columns["invited"][0])
    for row in invited[:200]:
        inviter = engine.columns["invited"][0, row] - 1
        assert row in engine.ties.to[engine.ties.start[inviter] : engine.ties.start[inviter + 1]]
        assert inviter % 2 == 1
    engine.step()
    fresh = invited[invited % 2 == 0]
    values, fit = engine.parameters["referral"], engine.stages[0].fit
    assert engine.columns["awareness"][0, fresh] == pytest.approx(1 - np.exp(-values["salience"] * fit[0]), rel=1e-5)
    assert engine.columns["evidence_for"][0, fresh] == pytest.approx(values["persuasion"] * fit[1], rel=1e-5)
    assert (engine.columns["referrer"][0, fresh] >= 0).all()
    assert (engine.columns["invited_on"][0, fresh] == 1).all()
    assert (engine.columns["evidence_for"][0, 1::2] == 0).all(), "an owner was persuaded by an invitation"


@pytest.mark.parametrize(("ago", "counts"), [(3, True), (10, True), (11, False)])
def test_a_reward_is_paid_within_the_window(ago, counts):
    brand = {"availability": 1.0, "referral": {"appeal": 1.0, "reward": 5.0}}
    mechanisms = alone("events", journey={"pace": 0.0}, referral={"window": 10.0, "invite": 0.0},
                       purchase={"decide": 5.0, "appeal": 20.0})  # fmt: skip
    engine = build(quiet(days=1, consumers=500, brand=brand, market={"category": "one-off"}, mechanisms=mechanisms))
    engine.columns["stage"][:] = [one.name for one in engine.stages].index("intending")
    engine.columns["motivation"][:] = 1.0
    engine.columns["invited_on"][:] = -ago
    engine.touched()
    engine.step()
    bought = int(engine.tallies["purchases_first"][0])
    assert engine.tallies["referred"][0] == (bought if counts else 0)
    assert engine.series["spend_programmes"].sum() == pytest.approx(5.0 * 10 * bought * counts)


def test_company_lasts_while_host_and_guest_are_customers():
    engine = programme("aware", consumers=300, days=6, invite=0.0)
    names = [one.name for one in engine.stages]
    aware, customer, lapsed = (names.index(name) for name in ("aware", "customer", "lapsed"))
    host = int(np.argmax(np.diff(engine.ties.start)))
    guests = engine.ties.to[engine.ties.start[host] : engine.ties.start[host + 1]][:3]
    columns = engine.columns
    columns["stage"][0, host] = customer
    columns["referrer"][0, guests] = host
    columns["invited_on"][0, guests] = (0, 0, -1000)  # the last one came long after the invitation

    def go(rows, start, end):
        columns["stage"][0, rows] = end
        moves = np.array([[row, 0, start, end, -1] for row in rows], np.int32)
        accompany(0, engine.consumers, 5, engine.key("referral"), moves, np.array([len(moves)]), columns["stage"],
                  engine.stage_role, engine.ties.start, engine.ties.to, columns["referrer"], columns["invited_on"],
                  columns["company"], 60.0)  # fmt: skip
        return columns["company"][0, guests].tolist()

    assert go(guests, aware, customer) == [1, 1, 0]
    assert go(guests[:1], customer, lapsed) == [0, 1, 0]
    assert go([host], customer, lapsed) == [0, 0, 0]
    assert go([host], lapsed, customer) == [0, 0, 0], "company that ended came back"


def test_who_invites_is_noted_and_bound_for_a_while():
    engine = programme(invite=1.4, days=1)
    engine.step()
    vouched = engine.columns["vouched_on"][0] == 0
    assert vouched.mean() == pytest.approx(0.2, abs=0.04)
    assert vouched_of(0, 180.0) == 1.0
    assert vouched_of(360, 180.0) == pytest.approx(0.25)


def test_those_are_invited_whom_the_brand_suits():
    tastes = []
    for minds in (1, 8):
        engine = programme(days=1, consumers=3000, minds=minds)
        engine.step()
        tastes.append(engine.columns["taste"][0, engine.columns["invited"][0] > 0].mean())
    assert tastes[0] == pytest.approx(0.0, abs=0.15)
    assert tastes[1] > 0.5


def test_who_was_invited_invites_more():
    engine = programme(days=1, consumers=20_000, example=3.0, invite=0.7)
    engine.columns["referrer"][0, ::2] = 0
    engine.touched()
    engine.step()
    told = engine.columns["vouched_on"][0] == 0
    assert told[::2].mean() == pytest.approx(0.3, abs=0.02)
    assert told[1::2].mean() == pytest.approx(0.1, abs=0.015)
