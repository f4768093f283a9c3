"""Measures and verdicts: means, intervals, bands, ratios over seeds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.evidence.battery import HOLDS, MISSES, NOT_YET, Order, chosen, experiments, judge
from sim.evidence.experiment import EXPERIMENTS, Experiment, Finding, Measure, NotMeasurable, fact
from sim.evidence.published import CALIBRATION, published


def test_interval_is_students():
    # Five values with mean 3 and standard deviation sqrt(2.5): t(0.975, 4 df) = 2.776, so 3 +- 2.776 sqrt(2.5 / 5).
    low, high = Measure("x", np.array([1.0, 2.0, 3.0, 4.0, 5.0])).interval
    assert (low, high) == pytest.approx((3 - 1.963, 3 + 1.963), abs=0.001)


def test_one_seed_gives_no_interval():
    assert Measure("x", np.array([1.0])).interval == (float("-inf"), float("inf"))


def test_a_band_is_met_by_the_mean_and_a_direction_by_the_whole_interval():
    values = np.array([-1.0, 1.0, 2.0, 3.0])
    assert Measure("x", values, low=0.0).met
    assert not Measure("x", values, low=0.0, sign=True).met
    assert Measure("x", values + 10, low=0.0, sign=True).met


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
    assert not (measure.contradicted and measure.met)


def test_a_finding_holds_if_all_that_is_judged_is_met():
    met, missed = Measure("a", np.ones(3), low=0), Measure("b", np.ones(3), low=2)
    shown = Measure("c", np.ones(3))
    assert Finding([met, shown]).holds
    assert not Finding([met, missed]).holds
    assert not Finding([shown]).holds, "what is only shown proves nothing"
    assert Finding([met, missed]).contradicted


def test_a_figure_that_is_none_is_missed():
    measure = Measure("a", np.array([np.nan, 1.0]), low=0)
    assert not measure.met
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
    assert (verdict != MISSES) or found.note == "the reason"


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
    assert {id for id, one in facts.items() if one.role == "calibration"} == CALIBRATION
    assert not any(facts[id].core for id in CALIBRATION), "core facts are held out"
