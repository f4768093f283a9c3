"""Statistics of paired differences: intervals that hold at their rates, regret, worst tenths, how many seeds are needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments import intervals

OUTCOMES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30).map(np.array)


def missed(gaps: np.ndarray, first: int, step: int, anytime: bool) -> bool:
    """Whether an interval that is looked at again and again ever leaves out zero."""
    return any(
        found.low > 0 or found.high < 0
        for n in range(first, len(gaps) + 1, step)
        for found in [intervals.interval(gaps[:n], anytime)]
    )


def test_an_interval_is_students():
    found = intervals.interval(np.array([1.0, 2.0, 3.0, 6.0]))
    assert found.mean == 3.0
    assert found.half == pytest.approx(3.182446 * np.sqrt(14 / 3) / 2, rel=1e-5)
    assert intervals.interval(np.array([1.0, np.nan, 3.0])).seeds == 2


def test_no_spread_is_no_doubt_and_one_seed_is_no_interval():
    assert intervals.interval(np.zeros(5))[:3] == (0.0, 0.0, 0.0)
    assert intervals.interval(np.full(3, 0.1))[1:3] == pytest.approx((0.1, 0.1))
    assert np.isnan(intervals.interval(np.array([2.0])).low)
    assert intervals.interval(np.array([np.nan])).seeds == 0


def test_intervals_for_a_fixed_number_of_seeds_miss_one_time_in_twenty():
    """1,000 trials of 12 normal gaps: 50 misses expected, over 80 once in 30,000."""
    rng = np.random.Generator(np.random.PCG64(1))
    misses = sum(missed(rng.normal(size=12), 12, 1, anytime=False) for _ in range(1000))
    assert 25 < misses < 80


def test_intervals_looked_at_after_every_fourth_seed_miss_at_most_one_time_in_twenty():
    """400 trials, up to 120 seeds, 29 looks: at most 20 misses expected, over 36 once in 2,000; Student's would miss 100."""
    rng = np.random.Generator(np.random.PCG64(2))
    trials = [rng.normal(size=120) for _ in range(400)]
    assert sum(missed(gaps, 8, 4, anytime=True) for gaps in trials) <= 36
    assert sum(missed(gaps, 8, 4, anytime=False) for gaps in trials) > 60


@given(spread=st.floats(1e-3, 1e6), seeds=st.integers(8, 500), anytime=st.booleans())
def test_more_seeds_never_widen_an_interval_and_looking_often_costs_width(spread, seeds, anytime):
    assert intervals.half_width(spread, seeds + 20, anytime) < intervals.half_width(spread, seeds, anytime)
    assert intervals.half_width(spread, seeds, True) > intervals.half_width(spread, seeds, False)


@given(half=st.floats(0.05, 3.0), anytime=st.booleans())
def test_the_seeds_asked_for_are_the_fewest_that_do(half, anytime):
    seeds = intervals.seeds_for(half, 1.0, anytime)
    if seeds is None:
        assert intervals.half_width(1.0, intervals.MOST_SEEDS, anytime) >= half
    else:
        assert intervals.half_width(1.0, seeds, anytime) < half <= intervals.half_width(1.0, seeds - 1, anytime)


@given(outcomes=OUTCOMES, better=st.sampled_from([-1, 1]))
def test_the_worst_tenth_is_no_better_than_the_mean_and_no_worse_than_the_worst(outcomes, better):
    found = better * intervals.worst_tenth(outcomes, better)
    slack = 1e-9 * np.abs(outcomes).max()
    assert (better * outcomes).min() - slack <= found <= (better * outcomes).mean() + slack


@given(one=OUTCOMES, shift=st.floats(0, 1e3))
def test_the_better_plan_of_every_seed_has_no_regret(one, shift):
    losses = intervals.regret(np.array([one, one + shift]))
    assert losses[1] == 0
    assert losses[0] == pytest.approx(shift, rel=1e-6, abs=1e-6)
    assert intervals.regret(np.array([one, one + shift]), better=-1)[0] == 0


def test_shares_of_seeds_count_ties_half():
    assert intervals.chance_above(np.array([1.0, 0.0, -1.0, 2.0])) == 0.625
    assert intervals.best_share(np.array([[1.0, 2.0], [1.0, 1.0]])).tolist() == [0.75, 0.25]
