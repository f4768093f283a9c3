"""Plans compared under the same luck."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import busy

import sim
from sim import ScenarioError


@pytest.fixture(scope="module")
def market():
    return busy(days=20, consumers=400)


def test_the_same_plan_twice_differs_by_exactly_nothing(market):
    found = sim.compare({"today": market, "same": {"title": "the same"}}, seeds=2)
    assert not np.any(found.differences[["difference", "low", "high"]].to_numpy())


def test_a_dearer_plan_costs_more_under_any_number_of_workers(market):
    arms = {"today": market, "more": {"plan.flights.0.weekly": 9000.0}}
    one, two = (sim.compare(arms, seeds=(3, 5), workers=workers) for workers in (1, 2))
    assert one.runs.equals(two.runs)
    spend = one.differences.query("figure == 'spend'").iloc[0]
    assert spend.low > 0


def test_arms_in_different_worlds_are_refused_by_path_unless_asked_for(market):
    arms = {"today": market, "cheap": {"world.brands.Stor.price": 3.0}}
    with pytest.raises(
        ScenarioError, match=r"'today' and 'cheap' differ in more than the plan: world.brands.Stor.price is 11 and 3"
    ):
        sim.compare(arms, seeds=1)
    assert sim.compare(arms, seeds=1, allow_world=True).seeds == (1,)
