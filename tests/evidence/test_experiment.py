"""Measures and verdicts: means, intervals, bands, ratios over seeds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.evidence.battery import HOLDS, MISSES, NOT_YET, Order, chosen, experiments, figure_of, judge
from sim.evidence.experiment import (
    EXPERIMENTS,
    MET,
    MISSED,
    UNDECIDED,
    Experiment,
    Finding,
    Measure,
    NotMeasurable,
    beside,
    fact,
)
from sim.evidence.published import CALIBRATED, CALIBRATION, HELD_OUT, INPUT, SEEN, inputs, published
from sim.evidence.untested import UNTESTED


def test_interval_is_students():
    # Five values with mean 3 and standard deviation sqrt(2.5): t(0.975, 4 df) = 2.776, so 3 +- 2.776 sqrt(2.5 / 5).
    low, high = Measure("x", np.array([1.0, 2.0, 3.0, 4.0, 5.0])).interval
    assert (low, high) == pytest.approx((3 - 1.963, 3 + 1.963), abs=0.001)


def test_one_seed_gives_no_interval():
    assert Measure("x", np.array([1.0])).interval == (float("-inf"), float("inf"))


def test_a_band_is_met_by_the_mean_and_a_direction_by_the_whole_interval():
    values = np.array([-1.0, 1.0, 2.0, 3.0])
    assert Measure("x", values, low=0.0).outcome == MET
    assert Measure("x", values - 2, low=0.0).outcome == MISSED
    assert Measure("x", values, low=0.0, sign=True).outcome == UNDECIDED
    assert Measure("x", values - 10, low=0.0, sign=True).outcome == MISSED
    assert Measure("x", values + 10, low=0.0, sign=True).outcome == MET


def test_an_interval_wider_than_the_band_decides_nothing_unless_it_lies_outside():
    values = np.array([-1.0, 1.0, 2.0, 3.0])  # 1.25 +- 2.7
    assert Measure("x", values, low=0.0, high=5.0).outcome == UNDECIDED
    assert Measure("x", values, low=-1.0, high=6.0).outcome == MET
    assert Measure("x", values, low=5.0, high=6.0).outcome == MISSED
    assert figure_of(Measure("x", values, low=0.0, high=6.0)).remark == "its interval leaves the band"
    assert figure_of(Measure("x", values, low=0.0, high=5.0)).remark == "its interval is wider than the band"
    assert figure_of(Measure("x", values, low=0.0, sign=True)).remark == "its interval crosses the limit"
    assert figure_of(Measure("x", values, low=2.0)).remark == "its interval reaches the band"


def test_a_figure_far_from_the_published_one_is_remarked_upon():
    assert figure_of(Measure("x", np.full(3, 9.0), low=1.0, published=3.0)).remark == "3 times the published figure"
    assert figure_of(Measure("x", np.full(3, 5.0), low=1.0, published=3.0)).remark == ""


def test_what_a_trivial_model_gives_stands_beside_the_measure_of_the_same_name():
    mine, other = Measure("x", np.ones(3), low=0), Measure("x", np.full(3, 2.0))
    assert [one.trivial for one in beside([mine], [other])] == [2.0]
    with pytest.raises(ValueError, match="measure 'x' stands beside 'y'"):
        beside([mine], [Measure("y", np.ones(3))])


def test_ratio_of_sums_and_its_jackknife():
    above, below = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    exact = Measure.of_ratio("x", above, below)
    assert exact.estimate == pytest.approx(0.5)
    assert np.ptp(exact.interval) == pytest.approx(0.0, abs=1e-12)
    # Pseudo-values by hand for (1, 5) over (1, 2): 2 * 6/3 - 5/2 = 1.5 and 2 * 6/3 - 1/1 = 3.
    assert Measure.of_ratio("x", [1.0, 5.0], [1.0, 2.0]).values == pytest.approx([1.5, 3.0])


@given(some.lists(some.floats(-1e3, 1e3), min_size=2, max_size=20), some.floats(-10, 10), some.floats(0, 10))
def test_what_is_contradicted_is_not_met_as_a_direction(values, low, width):
    measure = Measure("x", np.array(values), low=low, high=low + width, sign=True)
    assert not (measure.contradicted and measure.outcome == MET)


def test_a_finding_holds_if_all_that_is_judged_is_met():
    met, missed = Measure("a", np.ones(3), low=0), Measure("b", np.ones(3), low=2)
    shown = Measure("c", np.ones(3))
    assert Finding([met, shown]).holds
    assert not Finding([met, missed]).holds
    assert not Finding([shown]).holds, "what is only shown proves nothing"
    unsure = Measure("d", np.array([-1.0, 2.0]), low=0, sign=True)
    assert Finding([met, unsure]).outcome == UNDECIDED
    assert Finding([missed, unsure]).outcome == MISSED
    assert Finding([met, missed]).contradicted


def test_a_figure_that_is_none_is_missed():
    measure = Measure("a", np.array([np.nan, 1.0]), low=0)
    assert measure.outcome == MISSED
    assert measure.contradicted


def test_a_second_experiment_on_a_fact_is_refused():
    experiments()
    with pytest.raises(ValueError, match="has an experiment already"):
        fact("P01", market="coffee", change="", control="")(lambda lab: Finding([]))
    with pytest.raises(ValueError, match="no published fact 'Q99'"):
        fact("Q99", market="coffee", change="", control="")(lambda lab: Finding([]))


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (lambda lab: Finding([Measure("x", np.ones(len(lab.seeds)), low=0)]), HOLDS),
        (lambda lab: Finding([Measure("x", np.ones(len(lab.seeds)), low=2)]), MISSES),
        (lambda lab: Finding([Measure("x", np.arange(len(lab.seeds)) - 1.0, low=0, sign=True)]), UNDECIDED),
        (lambda lab: (_ for _ in ()).throw(NotMeasurable("there is no moon")), NOT_YET),
    ],
)
def test_verdicts(monkeypatch, outcome, verdict):
    experiments()
    one = Experiment("A07", outcome, "coffee", "", "", 30, 3, "A07", "the reason")
    monkeypatch.setitem(EXPERIMENTS, "A07", one)
    found = judge("A07", Order(("A07",), quick=True))
    assert found.verdict == verdict
    assert found.seeds == 3
    assert (found.note == "the reason") == (verdict in (MISSES, UNDECIDED))


def test_chosen_by_id_theme_tier_and_core():
    assert chosen(["P01"]) == ("P01",)
    assert set(chosen([])) == set(experiments())
    assert "P01" in chosen(["price"])
    assert all(published()[id].tier == 1 for id in chosen(["tier1"]))
    with pytest.raises(ValueError, match="there is no fact or theme 'pricing'"):
        chosen(["pricing"])


def test_every_fact_has_a_tier_and_the_split_is_the_documented_one():
    facts = published()
    assert len(facts) == 132
    assert sum(one.core for one in facts.values()) == 15
    assert {id for id, one in facts.items() if one.role == CALIBRATED} == CALIBRATION
    assert not any(facts[id].core for id in CALIBRATION), "core facts are held out"


def test_roles_say_what_a_fact_has_to_do_with_how_the_model_came_about():
    facts = published()
    assert facts["V07"].role == INPUT, "the source of posts.arousal names it"
    assert facts["I04"].role == INPUT, "the table of influencers' sizes is its table"
    assert facts["B07"].role == INPUT, "its experiment has four numbers of its own"
    assert {"A10", "B02", "I08", "P03", "S08"} <= inputs()
    assert facts["W13"].role == INPUT, "the source of a friend's word's weight names it"
    assert facts["V05"].role == SEEN
    assert facts["V01"].role == HELD_OUT


def test_every_fact_has_an_experiment_or_a_reason_why_not():
    assert experiments().keys().isdisjoint(UNTESTED)
    assert experiments().keys() | UNTESTED.keys() == published().keys()
