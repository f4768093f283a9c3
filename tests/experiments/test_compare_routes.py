"""Where a difference comes from: routes held at what they brought under the other plan, parts that sum to the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_market import busy

import sim
from sim.experiments.figures import FIGURES, headline
from sim.experiments.routes import DIRECT, PARTS, ROUTES, decompose, live_side_by_side, open_sets, shared_out

ALL = frozenset(ROUTES)
MORE = {"plan.flights.0.weekly": 9000.0, "plan.flights.1.weekly": 3000.0}


@pytest.fixture(scope="module")
def market():
    return busy(days=20, consumers=300)


@pytest.fixture(scope="module")
def lived(market):
    return live_side_by_side(market, market.with_(MORE), seed=3)


def bare(run):
    run.record.seconds = {}
    return run.record


def test_with_all_routes_open_it_is_the_plan_by_itself(market, lived):
    before, after = lived
    assert bare(before) == bare(sim.run(market, seed=3))
    assert bare(after[ALL]) == bare(sim.run(market.with_(MORE), seed=3))


def test_held_routes_of_the_same_plan_change_nothing(market):
    before, after = live_side_by_side(market, market, seed=4)
    assert set(after) == set(open_sets())
    assert all(bare(run) == bare(before) for run in after.values())


def test_held_talk_brings_the_words_that_it_brought_under_the_other_plan(market, lived):
    before, after = lived
    kinds = before.record.kinds
    for route, names in (("talk", ("friend", "advice", "post", "referral")), ("reviews", ("review",))):
        held = after[ALL - {route}].record.delivered.sum(axis=3)
        for name in names:
            number = kinds.index(name)
            assert np.array_equal(held[:, :, number], before.record.delivered.sum(axis=3)[:, :, number])
    friend = kinds.index("friend")
    opened = after[ALL].record.delivered.sum(axis=3)[:, :, friend]
    assert not np.array_equal(opened, before.record.delivered.sum(axis=3)[:, :, friend])


def test_parts_sum_to_the_difference_of_every_figure_on_every_seed(market):
    arms = {"today": market, "more": MORE}
    found = sim.compare(arms, seeds=3, why=2)
    assert found.why.shape == (2, 1, len(FIGURES), len(PARTS))
    for row, name in enumerate(FIGURES):
        gaps = found.gaps("more", name)[:2]
        assert found.why[:, 0, row].sum(axis=1).tolist() == pytest.approx(gaps.tolist(), rel=1e-9, abs=1e-6)
    spend = found.parts.query("figure == 'spend'").set_index("part")["mean"]
    assert spend[DIRECT] == pytest.approx(found.why[:, 0, list(FIGURES).index("spend")].sum(axis=1).mean(), rel=0.05)
    assert "where the difference in sales comes from (2 seeds)" in found.answer()


def test_without_talk_and_reviews_nothing_is_carried_by_them():
    silent = {
        f"world.mechanisms.{name}.on": False
        for name in ("word_of_mouth", "posts", "reviews", "referral", "social_proof")
    }
    market = busy(days=20, consumers=200, paths=silent)
    table = decompose(market, market.with_(MORE), seed=2)
    parts = dict(zip(PARTS, table[list(FIGURES).index("units")]))
    assert parts["talk"] == parts["reviews"] == 0
    assert parts[DIRECT] != 0


def test_a_plan_that_only_sends_mail_works_through_owned_touchpoints():
    market = busy(days=20, consumers=600, world__brands__0__buyers=0.5)
    table = decompose(market, market.with_({"plan.emails_per_week": 0.0}), seed=2)
    parts = dict(zip(PARTS, table[list(FIGURES).index("trust")]))
    assert abs(parts["owned"]) > abs(parts[DIRECT])


@given(st.lists(st.floats(-1e6, 1e6), min_size=9, max_size=9))
def test_shares_sum_to_the_whole_whatever_the_outcomes(values):
    outcome = dict(zip(open_sets(), values))
    parts = shared_out(outcome, values[8])
    assert sum(parts.values()) == pytest.approx(outcome[ALL] - values[8], rel=1e-9, abs=1e-6)
    assert parts[DIRECT] == outcome[frozenset()] - values[8]


def test_outcomes_of_a_side_by_side_run_are_headline_figures(lived):
    before, after = lived
    assert all(set(headline(run)) == set(FIGURES) for run in (before, *after.values()))
