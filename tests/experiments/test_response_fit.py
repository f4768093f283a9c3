"""Curves are found back where they made the points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.response.defaults import assumed
from sim.experiments.response.fit import Curve, fit_decay, fit_hill, half_life, jackknifed, straight

LADDER = np.array([0, 0.25, 0.5, 1, 1.5, 2]) * 1000.0


@pytest.mark.parametrize(("half", "slope"), [(800.0, 1.0), (1500.0, 1.8), (400.0, 0.8)])
def test_hill_curve_is_found_back(half, slope):
    made = Curve(5e4, half, slope)
    found = fit_hill(LADDER, made.at(LADDER), np.full(6, 100.0), 1000.0)
    assert found.at(LADDER) == pytest.approx(made.at(LADDER), rel=0.01, abs=50)
    assert found.half == pytest.approx(half, rel=0.1)
    assert found.slope == pytest.approx(slope, rel=0.1)


def test_a_straight_line_is_told_from_saturation():
    assert straight(fit_hill(LADDER, 3 * LADDER, np.full(6, 10.0), 1000.0), 1000.0)
    assert not straight(fit_hill(LADDER, Curve(1e4, 800, 1).at(LADDER), np.full(6, 10.0), 1000.0), 1000.0)


def test_marginal_return_is_the_slope_of_the_curve():
    curve = Curve(5e4, 700.0, 1.4)
    step = 1e-3
    assert curve.marginal(900.0) == pytest.approx((curve.at(900 + step) - curve.at(900 - step)) / (2 * step), rel=1e-6)


def test_saturation_point_by_hand():
    # Concave: marginal return goes as (half + s)**-2, and has halved where half + s has grown by the root of two.
    curve = Curve(1.0, 500.0, 1.0)
    assert curve.saturates_at(2000.0) == pytest.approx((500 + 20) * 2**0.5 - 500, rel=0.02)
    assert curve.saturates_at(100.0) == float("inf")


def test_a_curve_needs_three_points_with_spend():
    with pytest.raises(ValueError, match="2 points with spend"):
        fit_hill(np.array([0.0, 1, 2]), np.array([0.0, 1, 2]), np.ones(3), 1.0)


@given(st.floats(0.0, 0.95), st.floats(0.1, 1e5))
def test_decay_is_found_back(decay, size):
    assert fit_decay(size * decay ** np.arange(13)) == pytest.approx(decay, abs=1e-3)


def test_decay_of_what_never_fades_and_of_nothing():
    assert half_life(fit_decay(np.ones(13))) == np.inf
    assert half_life(fit_decay(np.arange(13.0))) == np.inf
    assert np.isnan(fit_decay(np.zeros(13)))
    assert half_life(0.8) == pytest.approx(3.106, abs=1e-3)


def test_jackknife_of_a_mean_is_the_usual_interval():
    values = np.array([1.0, 2.0, 6.0, 3.0])
    found = jackknifed(lambda use: float(values[use].mean()), 4, -np.inf, np.inf)
    assert found == pytest.approx((3.0, 3.0 - 3.182 * 1.0801, 3.0 + 3.182 * 1.0801, 4), abs=2e-3)
    assert np.isnan(jackknifed(lambda use: float(values[:2][use].mean()), 2, 0, 9).low)


def test_what_packages_assume_depends_on_the_medium():
    robyn = {name: assumed(name)[0].decay for name in ("television", "out_of_home", "paid_social")}
    assert robyn == {"television": (0.3, 0.8), "out_of_home": (0.1, 0.4), "paid_social": (0.0, 0.3)}
    assert all(one.slope[0] <= one.slope[1] for one in assumed("search"))
