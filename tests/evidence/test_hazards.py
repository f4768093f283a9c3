"""Hazards: stratified ratios of rates against cases worked out by hand, and classes of equal size."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.hazards import fifths, rate_ratio_parts, strata


def test_without_strata_the_ratio_is_the_crude_one():
    events, time = np.array([6.0, 0.0, 4.0, 0.0]), np.array([10.0, 20.0, 30.0, 10.0])
    above, below = rate_ratio_parts(events, time, np.array([1, 1, 0, 0]), np.zeros(4, int))
    assert above / below == pytest.approx((6 / 30) / (4 / 40))


def test_a_confounder_that_is_stratified_away_leaves_the_true_ratio():
    # Exposure is common where the rate is high; within either stratum it doubles the rate.
    events, time = np.array([40.0, 5.0, 2.0, 10.0]), np.array([200.0, 50.0, 100.0, 1000.0])
    exposed, stratum = np.array([1, 0, 1, 0]), np.array([0, 0, 1, 1])
    above, below = rate_ratio_parts(events, time, exposed, stratum)
    assert above / below == pytest.approx(2.0)
    crude = rate_ratio_parts(events, time, exposed, np.zeros(4, int))
    assert crude[0] / crude[1] > 5.0


def test_strata_tell_all_combinations_apart():
    codes = strata(np.array([0, 0, 1, 1, 0]), np.array([0, 3, 0, 3, 3]))
    assert codes.tolist() == [0, 1, 2, 3, 1]


def test_fifths_are_equally_large():
    assert np.bincount(fifths(np.random.Generator(np.random.PCG64(1)).random(1000))).tolist() == [200] * 5
