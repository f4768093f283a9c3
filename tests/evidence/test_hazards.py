"""Hazards: stratified ratios of rates and regressions against known cases, and classes of equal size."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.hazards import fifths, log_hazard_ratios, rate_ratio_parts, strata


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


def leaving(effects, seed=2, n=40_000):
    """Persons in ten months of different hazards, exposed the more the higher a trait that makes them leave, too."""
    rng = np.random.Generator(np.random.PCG64(seed))
    period, trait = rng.integers(10, size=n), rng.normal(size=n)
    exposure = rng.binomial(2, 1.0 / (1.0 + np.exp(1.0 - trait)))
    hazard = 0.02 * (1 + period) * np.exp(0.7 * trait + np.array([0.0, *effects])[exposure])
    return (rng.random(n) < -np.expm1(-hazard)).astype(float), exposure, trait[:, None], period


def test_the_regression_finds_ratios_of_hazards_that_a_trait_and_the_month_blur():
    event, exposure, trait, period = leaving(np.log([1.5, 2.0]))
    assert np.exp(log_hazard_ratios(event, exposure, trait, period)) == pytest.approx([1.5, 2.0], rel=0.07)
    nothing_controlled = log_hazard_ratios(event, exposure, trait[:, :0], period)
    assert np.exp(nothing_controlled)[1] > 3.0


def test_an_exposure_without_effect_has_ratio_one():
    found = np.array([log_hazard_ratios(*leaving([0.0, 0.0], seed, 10_000)) for seed in range(8)])
    assert np.abs(found.mean(axis=0)).max() < 0.05


def test_without_covariates_the_regression_compares_hazards_of_one_month():
    event, exposure = np.repeat([1.0, 0.0, 1.0, 0.0], [10, 90, 30, 70]), np.repeat([0, 0, 1, 1], [10, 90, 30, 70])
    found = log_hazard_ratios(event, exposure, np.empty((200, 0)), np.zeros(200, int))
    assert np.exp(found) == pytest.approx([np.log(0.7) / np.log(0.9)])


def test_months_and_exposures_in_which_nothing_happens_are_left_out():
    event, exposure, trait, period = leaving(np.log([1.5, 2.0]))
    known = log_hazard_ratios(event, exposure, trait, period)
    idle = np.zeros(500)
    more = (
        np.concatenate([event, idle, idle]),
        np.concatenate([exposure, idle.astype(int), np.full(500, 4)]),
        np.concatenate([trait, np.ones((1000, 1))]),
        np.concatenate([period, np.full(500, 12), np.full(500, 3)]),
    )
    assert log_hazard_ratios(*more) == pytest.approx([*known, np.nan, np.nan], nan_ok=True)


def test_hazards_without_a_finite_solution_have_no_ratio():
    event, exposure = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0, 1, 0, 1])
    found = log_hazard_ratios(event, exposure, event[:, None], np.zeros(4, int))
    assert np.isnan(found).all()
