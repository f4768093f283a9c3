"""The sealed truth: what it says is what living the market without a channel shows, and carry-over is found where it is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

import sim
from sim.bridges.export import export_weekly
from sim.bridges.truth import ALL, Truth, carry_over, true_effects
from sim.bridges.weekly import roles_of, weekly_table
from sim.scenario import ScenarioError


@pytest.fixture(scope="module")
def scenario() -> sim.Scenario:
    return sim.load("launch").with_(consumers=800, days=90)


@pytest.fixture(scope="module")
def truth(scenario: sim.Scenario) -> Truth:
    return true_effects(scenario, seeds=(7, 8, 9))


def test_gained_is_the_plan_less_the_plan_without_the_channel(scenario: sim.Scenario, truth: Truth) -> None:
    without = scenario.with_("plan.flights.0.weekly", 0.0)
    sold = [weekly_table(sim.run(one, seed=7))["revenue"] for one in (scenario, without)]
    assert np.allclose(truth.revenue["television"][0], sold[0] - sold[1])
    assert truth.gained("television").here == pytest.approx((sold[0] - sold[1]).sum())
    spend = weekly_table(sim.run(scenario, seed=7))["television_spend"].sum()
    assert truth.returned("television").here == pytest.approx(truth.gained("television").here / spend)


def test_it_knows_the_channels_of_the_table_and_an_interval_around_its_mean(
    scenario: sim.Scenario, truth: Truth
) -> None:
    assert set(truth.channels) == set(roles_of(weekly_table(sim.run(scenario))).channels)
    for channel in (*truth.channels, ALL):
        found = truth.returned(channel)
        assert found.low <= found.mean <= found.high
        assert found.mean == pytest.approx((truth.revenue[channel].sum(1) / (sum(truth.spend.values()).sum(1)
                                           if channel == ALL else truth.spend[channel].sum(1))).mean())  # fmt: skip
    assert np.isnan(true_effects(scenario, seeds=(7,)).returned("television").low), "one seed has no interval"


def test_a_channel_that_found_nobody_is_left_out_and_one_without_effect_has_no_carry_over(
    scenario: sim.Scenario,
) -> None:
    unweighed = {"perception.curiosity": 0.0, "world.journey.arrows.aware>considering.rate": 0.0}
    early = {"days": 28, "consumers": 60, "world.peers.degree": 5}
    found = true_effects(scenario.with_(early | unweighed), seeds=2)
    assert "display" not in found.channels, "it reaches those who weigh the brand, and nobody does"
    assert found.told()["channels"]["television"]["carry_over"]["retained"] is None


def test_the_number_of_workers_changes_nothing(scenario: sim.Scenario, truth: Truth) -> None:
    again = true_effects(scenario, seeds=(7, 8, 9), workers=2)
    assert again.told() == truth.told()


def test_a_plan_without_media_has_no_truth_to_seal(scenario: sim.Scenario) -> None:
    with pytest.raises(ScenarioError, match="spends nothing on media"):
        true_effects(scenario.with_({"plan.flights": [], "plan.sponsorships": []}), seeds=2)


def test_the_seal_is_the_only_place_where_truth_is_told(scenario: sim.Scenario, truth: Truth, tmp_path: Path) -> None:
    export_weekly(sim.run(scenario), tmp_path, truth)
    told = json.loads((tmp_path / "sealed" / "truth.json").read_text("utf-8"))
    assert set(told["channels"]) == set(truth.channels)
    assert told["channels"]["television"]["return_on_spend"]["mean"] == pytest.approx(truth.returned("television").mean)
    assert {one.name for one in (tmp_path / "sealed").iterdir()} == {"truth.json", "truth.csv", "truth_weekly.csv"}
    outside = "".join(one.read_text("utf-8") for one in tmp_path.iterdir() if one.is_file())
    assert "gained" not in outside
    assert f"{truth.returned('television').mean:.4g}" not in outside


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 9).map(lambda tenths: tenths / 10),
    st.lists(st.sampled_from([0.0, 10.0, 25.0]), min_size=12, max_size=40).filter(lambda spend: sum(spend) > 0),
)
def test_a_geometric_adstock_is_found_exactly(retained: float, spend: list[float]) -> None:
    money = np.array([*spend[:6], *spend])
    money[0] = 10.0
    found = carry_over(money, 3.0 * lfilter([1.0], [1.0, -retained], money))
    if np.ptp(money) > 0 or retained > 0:
        assert found.retained == pytest.approx(retained, abs=1e-6)
        assert found.fit == pytest.approx(1.0, abs=1e-6)


def test_what_comes_after_the_last_spend_is_counted_without_a_model() -> None:
    spend, effect = np.array([5.0, 5.0, 0.0, 0.0]), np.array([1.0, 2.0, 2.0, 1.0])
    assert carry_over(spend, effect).after_spend == pytest.approx(0.5)
    assert np.isnan(carry_over(spend, np.zeros(4)).retained), "no effect has no carry-over"
