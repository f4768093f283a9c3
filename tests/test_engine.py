"""The engine as a whole: nothing is lost, nothing comes from nowhere, and a plan changes only what it touches."""

from __future__ import annotations

import csv
import random

import numpy as np
import pytest
from make_market import build, busy, diary, differing, live, quiet

import sim
from sim import arrows
from sim.columns import NEVER
from sim.mechanism import Mechanism, register, unregister
from sim.stages import OWNS

pytestmark = pytest.mark.usefixtures("warm")


@pytest.fixture(scope="module")
def followed():
    """A busy run in which everybody's touches and moves are logged."""
    return sim.run(busy(), panel=10**6)


# ------------------------------------------------------------------ conservation


def test_people_at_all_stages_are_everybody_every_day_in_every_segment(followed):
    people = followed.record.people
    segments = np.bincount(build(busy()).columns["segment"], minlength=people.shape[2])
    assert (people.sum(axis=3) == segments).all()
    assert people.min() >= 0


def test_people_change_by_transitions_in_less_transitions_out(followed):
    people, moves = followed.record.people.sum(axis=2), followed.record.transitions
    assert np.array_equal(np.diff(people, axis=0), moves.sum(axis=2) - moves.sum(axis=3))
    assert moves.sum() > 300, "hardly anything happened"


def test_moves_of_the_whole_run_have_one_cause_each(followed):
    assert np.array_equal(followed.record.causes.sum(axis=3), followed.record.transitions.sum(axis=0))


@pytest.mark.parametrize("category", ["repeat", "one-off", "subscription"])
def test_purchases_are_orders_and_every_new_owner_bought(category):
    arise = {} if category == "repeat" else {"need.arise": 0.1}
    engine = build(busy(paths={"world.market.category": category, **arise}), fused=False)
    owns = engine.stage_role & OWNS > 0
    ordered, customer = 0, engine.tables["customer_stage"][0]
    for day in range(engine.calendar.days):
        had = engine.columns["last_bought"] != NEVER
        engine.step()
        orders = np.concatenate([group.lists.orders[: group.lists.ordered[0]] for group in engine.groups])
        moves = np.concatenate([group.lists.moves[: group.lists.moved[0]] for group in engine.groups])
        first, repeat = engine.tallies["purchases_first"], engine.tallies["purchases_repeat"]
        for b in range(len(engine.brands)):
            assert first[b] + repeat[b] == (orders[:, 1] == b).sum()
            assert first[b] == ((orders[:, 1] == b) & (orders[:, 2] == 1)).sum()
        assert not had[orders[orders[:, 2] == 1, 1], orders[orders[:, 2] == 1, 0]].any(), "a first purchase came second"
        assert had[orders[orders[:, 2] == 0, 1], orders[orders[:, 2] == 0, 0]].all(), "a repeat purchase came first"
        entered = moves[owns[moves[:, 3]] & ~owns[moves[:, 2]]]
        assert (entered[:, 3] == customer).all()
        bought = {(row, brand) for row, brand in orders[:, :2].tolist()}
        assert all((row, brand) in bought for row, brand in entered[:, :2].tolist()), (
            f"an owner by no purchase, day {day}"
        )
        stage = engine.columns["stage"]
        newcomers = orders[orders[:, 2] == 1]
        assert owns[stage[newcomers[:, 1], newcomers[:, 0]]].all(), "a buyer is not an owner"
        ordered += len(orders)
    assert ordered > 20, "hardly anybody bought"
    units = engine.people_per_consumer
    assert engine.series["revenue"].sum() > 0
    assert np.isclose(engine.series["revenue"][-1].sum(), ((first + repeat) * units * engine.series["price"][-1]).sum())


def test_a_subscriber_has_one_brand_at_a_time():
    alone_known = {f"world.brands.{name}.buyers": 0.0 for name in ("Stor", "Billig")}
    engine = live(busy(paths={"world.market.category": "subscription", "need.arise": 0.2, **alone_known}))
    owns = engine.stage_role & OWNS > 0
    assert owns[engine.columns["stage"]].sum(axis=0).max() <= 1


def test_money_spent_and_unspent_is_the_plan():
    engine = live(busy(world__brands__Stor__reaction__to="none"))
    planned = engine.calendar.spend_by_channel()
    spent = engine.series["spend_media"] + engine.series["unspent"]
    assert np.allclose(spent, planned.sum(axis=2))
    assert np.allclose(engine.spend.sum(axis=2), engine.series["spend_media"])
    assert planned.sum() > 0


def test_money_that_finds_nobody_is_reported_unspent():
    plan = {"flights": [{"channel": "display", "weekly": 700.0, "stages": ["advocate"]}]}
    engine = live(quiet(days=5, plan=plan))
    assert np.allclose(engine.series["unspent"], 100.0)
    assert engine.series["spend_media"].sum() == engine.series["impressions"].sum() == 0.0


def test_impressions_delivered_are_those_bought():
    """Poisson numbers around what the money buys: within four standard deviations, in real people."""
    plan = {"flights": [{"channel": "television", "weekly": 700.0}]}
    engine = build(quiet(days=30, consumers=2000, plan=plan, people=20_000))
    delivered = 0
    for _ in range(30):
        engine.step()
        delivered += engine.tallies["delivered"].sum()
    bought = engine.series["impressions"].sum()
    assert np.isclose(bought * engine.people_per_consumer, 30 * 100.0 / engine.channels[0].cpm * 1000)
    assert abs(delivered - bought) < 4 * np.sqrt(bought)


# ------------------------------------------------------------------ no cause, no effect


def test_without_spend_or_talk_nobody_hears_of_a_new_brand():
    """Nor if nobody shops: a brand that is sold is seen on shelves."""
    engine = live(quiet(days=60, consumers=2000, mechanisms={"shelf": {"on": False}}))
    assert engine.columns["awareness"].max() == 0.0
    assert (engine.columns["stage"] == 0).all(), (
        f"{(engine.columns['stage'] > 0).sum()} of 2000 know a brand never shown"
    )
    assert engine.columns["evidence_for"].max() == engine.columns["evidence_against"].max() == 0.0


def test_nobody_buys_before_the_launch():
    engine = live(busy(paths={"world.brands.Ny.launch": 12}), days=12)
    assert not (engine.stage_role[engine.columns["stage"][0]] & OWNS).any()
    assert (engine.columns["last_bought"][0] == NEVER).all()
    assert engine.series["revenue"][:, 0].sum() == 0


# ------------------------------------------------------------------ paired counterfactuals

ALONE = {  # whatever ties people to one another: talk, posts, reviews, invitations, the service queue, rivals
    "world.influencers": (), "plan.sponsorships": (), "world.peers.degree": 0.001,
    "word_of_mouth.on": False, "posts.on": False, "reviews.on": False, "referral.on": False, "social_proof.on": False,
    "world.brands.Ny.service.capacity": 1000.0, "world.brands.Stor.service.capacity": 1000.0,
    "world.brands.Stor.reaction.to": "none", "world.brands.Billig.reaction.to": "none",
    "world.brands.Billig.service.capacity": 1000.0, "world.flights": (),
    "plan.flights": ({"channel": "television", "weekly": 900.0}, {"channel": "out_of_home", "weekly": 300.0}),
}  # fmt: skip


def test_more_money_in_one_channel_leaves_those_it_does_not_reach_as_they_were():
    base = busy(paths=ALONE)
    lived = [live(scenario, panel=0) for scenario in (base, base.with_("plan.flights.1.weekly", 330.0))]
    logs = [
        sim.run(scenario, engine=build(scenario, panel=10**6)).record.panel["touches"]
        for scenario in (base, base.with_("plan.flights.1.weekly", 330.0))
    ]
    posters = lived[0].kinds.index(next(kind for kind in lived[0].kinds if kind.name == "out_of_home"))
    met = []
    for log in logs:
        mine = log["kind"] == posters
        met.append(
            np.bincount(log["consumer"][mine], log["count"][mine] * (1.0 + log["day"][mine] * 100), lived[0].consumers)
        )
    same = met[0] == met[1]
    assert 0 < (~same).sum() < 0.5 * same.sum(), "the extra money reached nobody, or too many"
    for name, column in lived[0].columns.items():
        changed = np.atleast_2d(column != lived[1].columns[name])[:, same]
        assert not changed.any(), (
            f"{name} of {changed.any(axis=0).sum()} people changed though no more ads reached them"
        )
    assert (lived[0].columns["awareness"][0, ~same] != lived[1].columns["awareness"][0, ~same]).any()


def test_more_money_never_means_fewer_impressions_for_anybody():
    base = busy(days=20, paths={**ALONE, "journey.pace": 0.0, "purchase.on": False})
    counts = []
    for weekly in (300.0, 600.0):
        scenario = base.with_("plan.flights.1.weekly", weekly)
        log = sim.run(scenario, engine=build(scenario, panel=10**6)).record.panel["touches"]
        mine = log["kind"] == 4
        counts.append(np.bincount(log["day"][mine] * 900 + log["consumer"][mine], log["count"][mine], 20 * 900))
    assert (counts[1] >= counts[0]).all()
    assert counts[1].sum() > 1.5 * counts[0].sum()


# ------------------------------------------------------------------ events, failures


def test_a_set_event_changes_parameters_and_gives_them_back():
    events = [{"kind": "set", "on": 4, "days": 3, "set": {"word_of_mouth.rate": 3.0, "platform.virality": 0.6}}]
    engine = build(quiet(days=10, events=events, mechanisms={"word_of_mouth": {"rate": 0.7}}))
    seen = []
    for _ in range(10):
        engine.step()
        seen.append((engine.parameters["word_of_mouth"]["rate"], float(engine.tables["pass_chance"][0])))
    usual = 0.7, engine.scenario.world.platform.virality
    assert seen == [usual] * 4 + [(3.0, 0.6)] * 3 + [usual] * 3


def test_a_set_event_reaches_the_kernels():
    events = [{"kind": "set", "on": 1, "days": 1, "set": {"need.base": 1.0, "need.half_life": 0.5}}]
    engine = build(quiet(days=3, events=events, mechanisms={"need": {"half_life": 365.0}}))
    felt = []
    for _ in range(3):
        engine.step()
        felt.append(engine.columns["motivation"].copy())
    assert (felt[0] < 0.5).all()
    assert (felt[1] > 0.7).all()
    assert (felt[2] < felt[1]).all()


def test_a_day_that_fails_marks_the_market_failed():
    def stumble(engine):
        if engine.day == 2:
            raise ZeroDivisionError("a stone")

    register(Mechanism(name="stumbling", phase="forget", dusk=stumble))
    try:
        engine = build(quiet())
        engine.step()
        engine.step()
        with pytest.raises(ZeroDivisionError):
            engine.step()
    finally:
        unregister("stumbling")
    assert engine.failed == "ZeroDivisionError: a stone"
    assert engine.day == 2
    with pytest.raises(RuntimeError, match=r"failed on day 2 \(ZeroDivisionError: a stone\)"):
        engine.step()


def test_the_day_after_the_last_is_refused():
    engine = build(quiet(days=2))
    engine.step()
    engine.step()
    with pytest.raises(IndexError, match="ends after 2 days"):
        engine.step()
    assert engine.failed == ""


def test_a_bad_parameter_is_refused_by_name_or_range():
    engine = build(quiet())
    with pytest.raises(ValueError, match=r"need\.base: 2 is out of range; allowed is 0 to 1"):
        engine.set_parameters({"need.base": 2})
    with pytest.raises(ValueError, match=r"no parameter 'need\.bas'"):
        engine.set_parameters({"need.bas": 0.2})


# ------------------------------------------------------------------ the panel


def test_replaying_each_followed_consumer_ends_where_the_run_did(followed):
    engine = live(busy())
    names = [one.name for one in engine.stages]
    for consumer in range(engine.consumers):
        assert followed.replay(consumer) == [names[at] for at in engine.columns["stage"][:, consumer]]


def test_touches_of_a_panel_of_everybody_add_up_to_the_tallies(followed):
    record = followed.record
    log = record.panel["touches"]
    for column, tally in (("count", record.delivered), ("noticed", record.noticed)):
        total = np.zeros(tally.shape[:3], np.int64)
        np.add.at(total, (log["day"], log["brand"], log["kind"]), log[column])
        assert np.array_equal(total, tally.sum(axis=3)), column
    moves = record.panel["moves"]
    total = np.zeros(record.transitions.shape, np.int64)
    np.add.at(total, (moves["day"], moves["brand"], moves["from"], moves["to"]), 1)
    assert np.array_equal(total, record.transitions)


def test_a_panel_changes_nothing_and_a_smaller_one_is_part_of_a_larger():
    assert differing(diary(busy(), panel=0), diary(busy(), panel=300)) == []
    small, large = (np.flatnonzero(build(busy(), panel=size).watched) for size in (20, 60))
    assert small.size == 20
    assert np.isin(small, large).all()


# ------------------------------------------------------------------ the network


def test_the_order_of_rows_in_an_edge_list_does_not_matter(tmp_path):
    draw = random.Random(4)
    edges = [(one, other) for one in range(300) for other in draw.sample(range(300), 3) if one != other]
    diaries = []
    for name in ("one.csv", "other.csv"):
        with open(tmp_path / name, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["source", "target"])
            writer.writerows(edges)
        (tmp_path / f"{name}.toml").write_text(busy(consumers=300).to_toml())
        scenario = sim.load(tmp_path / f"{name}.toml").with_("world.peers.file", name)
        diaries.append(diary(scenario))
        draw.shuffle(edges)
        edges = [(other, one) for one, other in edges]
    assert differing(*diaries) == []
    assert diaries[0]["tally told"].sum() > 0


def test_counts_are_taken_afresh_after_writing_from_outside():
    engine = build(busy())
    engine.step()
    engine.columns["stage"][1] = 4
    engine.touched()
    engine.step()
    assert (engine.tables["people"].sum(axis=(1, 2)) == engine.consumers).all()
    people = np.array([np.bincount(engine.columns["stage"][b], minlength=len(engine.stages)) for b in range(3)])
    assert np.array_equal(engine.tables["people"].sum(axis=1), people)


def test_a_unit_given_from_outside_is_used_whether_or_not_the_day_is_one_call():
    engines = [build(busy(consumers=300), fused=fused) for fused in (True, False)]
    for engine in engines:
        row = int(np.flatnonzero(engine.columns["last_bought"][0] == NEVER)[0])
        engine.outside.give(engine, 0, row, paid=False)
        engine.step()
        assert engine.columns["evidence_for"][0, row] + engine.columns["evidence_against"][0, row] > 0, (
            "it was never used"
        )
    for name, column in engines[0].columns.items():
        assert np.array_equal(column, engines[1].columns[name]), name


# ------------------------------------------------------------------ the night


def nights():
    """Names of the spread kernels of a busy market, as they wait for one another."""
    from sim.groups import nights_of

    schedule = build(busy()).schedule()
    names = [kernel.__name__ for phase, _, kernel in schedule if phase == "spread"]
    return [{names[place] for place in one} for one in nights_of(schedule)]


def test_spread_kernels_of_one_mechanism_wait_for_one_another_and_no_kernel_is_forgotten():
    found = nights()
    assert sum(map(len, found)) == sum(len(one.spread) for one in build(busy()).mechanisms.values())
    for one in build(busy()).mechanisms.values():
        together = {kernel.__name__ for kernel in one.spread}
        assert not together or any(together <= night for night in found)


@pytest.mark.parametrize("ours", [True, False])
def test_spread_kernels_wait_for_what_they_name_and_those_of_users_for_everybody(ours, monkeypatch):
    def overhear(lo, hi, day, key, friends_owning):
        """Reads what another mechanism writes at night."""

    if ours:
        monkeypatch.setattr(overhear, "__module__", "sim.mechanisms.social_proof")
    apart = nights()
    assert len(apart) > 2, "nothing is done at the same time"
    register(Mechanism(name="overhearing", phase="spread", spread=(overhear,)))
    try:
        (night,) = (one for one in nights() if "overhear" in one)
    finally:
        unregister("overhearing")
    assert night == {"overhear", "pass_word"} if ours else night == {"overhear"}.union(*apart)


def test_remembered_bounds_give_the_same_market_as_those_worked_out_anew(monkeypatch):
    small = [sim.load(name).with_({"consumers": 300, "days": 120}) for name in ("launch", "app")]

    def people():
        return [sim.run(one, seed=3).record.people for one in (*small, *small)]

    arrows._bounds.cache_clear()
    remembered = people()
    assert arrows._bounds.cache_info().hits > 0
    monkeypatch.setattr(arrows, "_bounds", arrows._bounds.__wrapped__)
    for mine, anew in zip(remembered, people()):
        np.testing.assert_array_equal(mine, anew)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
@pytest.mark.parametrize("consumers", [1, 50, 2_000, 16_385, 100_000, 1_000_000])
def test_every_thread_has_as_many_groups_and_none_is_much_smaller(consumers: int, threads: int) -> None:
    """A thread with one group more than the other would keep it waiting every day."""
    from sim.groups import group_size

    size = group_size(consumers, threads)
    groups = -(-consumers // size)
    assert size <= 1 << 16
    if consumers >= 16_385:
        assert groups % threads == 0
    if consumers >= 100_000:
        assert consumers - (groups - 1) * size > 0.85 * size


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"threads": 0}, "threads: 0 is not allowed; give a whole number of 1 or more"),
        ({"seed": -1}, "seed: -1 is not allowed; give a whole number of 0 or more"),
        ({"seed": 1.0}, "seed: 1.0 is not allowed"),
        ({"panel": -5}, "panel: -5 is not allowed"),
    ],
)
def test_options_that_cannot_be_are_refused_in_a_sentence(options, said):
    for make in (sim.run, sim.Engine):
        with pytest.raises(ValueError, match=said):
            make(quiet(), **options)


def test_a_scenario_can_be_run_by_its_name(monkeypatch):
    monkeypatch.setattr("sim.running.load", lambda name: sim.load(name).with_(consumers=300, days=3))
    by_name, loaded = sim.run("minimal"), sim.run(sim.load("minimal").with_(consumers=300, days=3))
    assert by_name.scenario == loaded.scenario
    assert np.array_equal(by_name.record.people, loaded.record.people)
    with pytest.raises(sim.ScenarioError, match=r"there is no scenario 'minimul'.*did you mean 'minimal'"):
        sim.run("minimul")
    with pytest.raises(sim.ScenarioError, match="read from a file or by its name, not from int"):
        sim.run(5)
