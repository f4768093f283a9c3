"""The headline figures of a run."""

from __future__ import annotations

import math

import numpy as np
import pytest
from make_market import busy, quiet
from make_record import make_run

from sim.experiments.figures import FIGURES, YEARLY_DISCOUNT, headline, lifetime_value
from sim.running import run


@pytest.fixture(scope="module")
def lived():
    return run(busy(days=30))


def test_every_figure_is_given_and_agrees_with_the_summary(lived):
    found, facts = headline(lived), lived.summary()
    assert list(found) == list(FIGURES)
    for mine, theirs in (
        ("units", "units"),
        ("profit", "margin_after_marketing"),
        ("new_customers", "new_customers"),
        ("customers", "owners_end"),
        ("share", "share_units"),
        ("trust", "trust_end"),
    ):
        assert found[mine] == facts[theirs]
    assert found["cost_per_new_customer"] == pytest.approx(found["spend"] / found["new_customers"])
    assert all(math.isfinite(value) for value in found.values())


def test_a_market_without_sales_has_no_cost_per_customer_and_no_lifetime_value():
    found = headline(run(quiet(days=5)))
    assert found["units"] == 0
    for name in ("cost_per_new_customer", "lifetime_value", "satisfaction"):
        assert math.isnan(found[name])


def test_lifetime_value_is_that_of_a_market_computed_by_hand():
    """100 customers on every day, of whom one leaves and one comes, and twenty buy again at a margin of 4: a year's hazards."""
    run_ = make_run(days=40, consumers=1000, brands=1)
    record = run_.record
    owners = run_.path.owners
    record.people[:] = 0
    record.people[:, 0, 0, owners[0]], record.people[:, 0, 0, 0] = 100, 900
    record.transitions[:] = 0
    record.transitions[:, 0, owners[0], 0] = 1
    record.series["purchases_first"][:], record.series["purchases_repeat"][:] = 1.0, 20.0
    record.series["margin"][:] = 21 * 4.0 * run_.people_per_consumer
    discount = (1 + YEARLY_DISCOUNT) ** (1 / 365.25) - 1
    by_hand = 4.0 + sum(4.0 * 0.2 * 0.99**day / (1 + discount) ** day for day in range(1, 20_000))
    assert lifetime_value(run_) == pytest.approx(by_hand, rel=1e-6)


def test_figures_say_themselves_in_words():
    for figure in FIGURES.values():
        assert figure.says(math.nan) == "no meaning"
        assert figure.says(0.25)
    assert FIGURES["revenue"].says(1200.0, "NOK") == "1,200 NOK"
    assert np.isfinite([figure.better for figure in FIGURES.values()]).all()
