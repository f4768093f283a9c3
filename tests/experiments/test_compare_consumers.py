"""Who buys under one plan and not the other: person by person, exact, and far from what was changed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from make_market import busy, quiet
from make_record import make_run

import sim
from sim.experiments import consumers
from sim.experiments.consumers import changed_touches, classes_by_ties, steps_from
from sim.ledger import Ledger
from sim.running import run


@pytest.fixture(scope="module")
def market():
    return busy(days=30, consumers=500)


@pytest.fixture(scope="module")
def found(market):
    return sim.compare({"today": market, "more": {"plan.flights.0.weekly": 9000.0}}, seeds=3)


def test_a_ledger_changes_nothing_and_agrees_with_the_books(market):
    plain, kept = run(market), run(market, ledger=True)
    plain.record.seconds = kept.record.seconds = {}
    assert plain.record == kept.record
    assert plain.ledger is None
    record, ledger, focal = kept.record, kept.ledger, kept.record.focal
    bought = record.series["purchases_first"][:, focal] + record.series["purchases_repeat"][:, focal]
    assert ledger.units.sum() == bought.sum()
    new = (ledger.first >= 0) & ~ledger.before
    assert np.array_equal(np.bincount(ledger.first[new], minlength=30), record.series["purchases_first"][:, focal])
    delivered = record.delivered[:, focal].sum(axis=(0, 2))
    for number, kind in enumerate(ledger.kinds):
        assert (delivered[number] > 0) == ledger.met_any([kind]).any()
        assert ledger.met_any([kind]).sum() <= delivered[number]
    assert make_run().ledger is None


def test_the_groups_add_up_to_the_differences_on_every_seed(found):
    scale = found.people_per_consumer
    table = consumers.by(found.who[:, 0], "everybody")[..., 0]
    heads, mine, theirs, _ = np.moveaxis(table, 1, 0)
    number = {name: at for at, name in enumerate(consumers.GROUPS)}
    assert np.array_equal(heads.sum(axis=1), np.full(3, 500))
    assert ((theirs - mine).sum(axis=1) * scale).tolist() == pytest.approx(found.gaps("more", "units").tolist())
    gained = (heads[:, number["won"]] - heads[:, number["lost"]]) * scale
    assert gained.tolist() == pytest.approx(found.gaps("more", "new_customers").tolist())
    assert heads[:, number["won"]].any()
    for by in ("segment", "ties", "distance"):
        assert np.array_equal(consumers.by(found.who[:, 0], by).sum(axis=-1), table)
    assert found.timing["units"].sum() == pytest.approx(found.rows["more", "units"].interval.mean)


def test_nobody_far_from_an_ad_is_moved_where_nobody_talks():
    """Two segments; ads reach one only, and no message passes between people: the other segment buys as it did."""
    segments = [
        {"name": "reached", "share": 0.5, "media": {"paid_social": 0.9}},
        {"name": "hidden", "share": 0.5, "media": {"paid_social": 0.0}},
    ]
    silent = {name: {"on": False} for name in ("word_of_mouth", "posts", "reviews", "referral", "social_proof")}
    plan = {"flights": [{"channel": "paid_social", "weekly": 500.0, "segments": ["reached"]}]}
    scenario = quiet(days=40, consumers=400, brand={"known": 0.5, "buyers": 0.1}, segments=segments, plan=plan,
                     mechanisms=silent, market={"purchase_cycle": 10.0})  # fmt: skip
    found = sim.compare({"some": scenario, "more": {"plan.flights.0.weekly": 5000.0}}, seeds=2)
    rows = found.consumers.query("by == 'segment'").set_index("who")
    assert rows.loc["reached", "units"] > 0
    assert rows.loc["hidden", ["won", "lost", "earlier", "later", "units"]].eq(0).all()
    far = found.consumers.query("by == 'distance' and distance > 0")
    assert far["people"].sum() >= 0.5 * scenario.world.market.people
    assert not far["units"].any()
    assert "never met paid social under either plan; among them +0 new customers" in found.answer()


def test_talk_carries_a_plan_to_people_who_never_met_it():
    """The same two segments with lively talk: some of those whom no ad can reach are won."""
    segments = [
        {"name": "reached", "share": 0.5, "media": {"paid_social": 0.9}, "talkativeness": 0.9},
        {"name": "hidden", "share": 0.5, "media": {"paid_social": 0.0}},
    ]
    plan = {"flights": [{"channel": "paid_social", "weekly": 10.0, "segments": ["reached"]}]}
    loud = {"word_of_mouth": {"rate": 8.0, "hearsay": 4.0}}
    scenario = quiet(days=90, consumers=1000, segments=segments, plan=plan, market={"purchase_cycle": 7.0},
                     mechanisms=loud, peers={"homophily": 0.0})  # fmt: skip
    found = sim.compare({"some": scenario, "more": {"plan.flights.0.weekly": 800.0}}, seeds=3)
    assert found.consumers.query("by == 'segment' and who == 'hidden'")["gained"].iloc[0] > 0


def test_steps_are_those_of_the_network():
    """A line of six people, 0 - 1 - 2 - 3 - 4 - 5: steps from the first."""
    ties = SimpleNamespace(start=np.array([0, 1, 3, 5, 7, 9, 10]), to=np.array([1, 0, 2, 1, 3, 2, 4, 3, 5, 4]))
    assert steps_from(ties, np.arange(6) == 0).tolist() == [0, 1, 2, 3, 3, 3]
    assert steps_from(ties, np.zeros(6, bool)).tolist() == [3] * 6
    assert np.bincount(classes_by_ties(ties)).tolist() == [3, 2, 1]


def test_what_a_plan_changes_is_named(market):
    def changed(**paths):
        return changed_touches(market, market.with_({key.replace("__", "."): value for key, value in paths.items()}))

    assert changed() == ([], [])
    assert changed(plan__flights__0__weekly=1.0) == (["television"], [])
    assert changed(plan__emails_per_week=1.0, plan__sponsorships=()) == (["email", "influencer"], [])
    assert changed(plan__promotions=(), plan__service__skill=0.1) == ([], ["promotions", "service"])


def test_a_market_with_too_many_kinds_of_touch_has_no_ledger():
    engine = SimpleNamespace(focal=0, consumers=1, kinds=[SimpleNamespace(name=str(n)) for n in range(65)])
    with pytest.raises(ValueError, match="room for 64 kinds of touch; this market has 65"):
        Ledger(engine)
