"""The mix model finds back what made the sales."""

import numpy as np
import pytest

from sim.experiments.attribution.mix import adstock, fit_mix, hill


def weekly_spend(weeks=104, channels=2):
    luck = np.random.Generator(np.random.PCG64(11))
    return luck.gamma(1.0, 1000.0, (weeks, channels)) * (luck.random((weeks, channels)) < 0.6)


def test_adstock_keeps_the_money_and_decays_by_its_rate():
    spend = np.zeros(40)
    spend[3] = 10.0
    remembered = adstock(spend, 0.6)
    assert remembered.sum() == pytest.approx(10.0, rel=1e-6)
    assert remembered[5] / remembered[4] == pytest.approx(0.6)
    assert np.array_equal(adstock(np.column_stack([spend, spend]), np.array([0.0, 0.6]))[:, 0], spend)


def test_hill_is_half_at_half_and_grows_to_one():
    assert hill(np.array([0.0, 5.0, 1e12]), 5.0, 1.7) == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)


def test_mix_model_finds_the_contributions_of_its_own_kind_of_market():
    spend = weekly_spend()
    part = np.column_stack([900 * hill(adstock(spend[:, 0], 0.6), 900.0, 1.0), 300 * hill(spend[:, 1], 700.0, 1.0)])
    trend = np.linspace(0, 1, 104)
    luck = np.random.Generator(np.random.PCG64(5))
    sales = 400 - 80 * trend + part.sum(axis=1) + luck.normal(0, 10, 104)
    model = fit_mix(sales, spend, trend[:, None])
    assert model.contribution.sum(axis=0) == pytest.approx(part.sum(axis=0), rel=0.15)
    assert model.decay == pytest.approx([0.6, 0.0], abs=0.12)
    assert model.explained > 0.97
    assert model.varied.all()


def test_mix_model_is_reproducible_and_says_what_never_varied():
    spend = np.column_stack([weekly_spend(52, 1), np.full(52, 500.0)])
    sales = 100 + 0.05 * spend[:, 0]
    one, two = fit_mix(sales, spend), fit_mix(sales, spend)
    assert np.array_equal(one.contribution, two.contribution)
    assert one.varied.tolist() == [True, False]


def test_mix_model_of_no_sales_claims_nothing():
    assert fit_mix(np.zeros(30), weekly_spend(30)).contribution.sum() == pytest.approx(0.0, abs=1e-9)


def test_mix_model_refuses_too_few_weeks():
    with pytest.raises(ValueError, match="4 weeks or more"):
        fit_mix(np.ones(3), np.ones((3, 1)))
