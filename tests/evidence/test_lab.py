"""The laboratory writes down every purchase, and its arms are those of the what-if lab."""

import numpy as np
import pytest

import sim
from sim.evidence.experiment import Measure
from sim.evidence.lab import Lab, Life


def test_the_orders_of_all_blocks_are_written_down():
    lab = Lab(consumers=5_000)
    life = lab.live(lab.market("coffee", days=5), 1)
    tallied = life.engine.tallies["purchases_first"] + life.engine.tallies["purchases_repeat"]
    today = life.bought(4, 5).sum(axis=1)
    assert (today == tallied).all()
    assert today.sum() > 100


def test_arms_of_the_battery_differ_by_what_a_comparison_of_plans_says():
    """The same luck, the same purchases, the same interval: what facts are measured with is what plans are compared with."""
    lab = Lab(consumers=2_000, seeds=(1, 2, 3))
    today = lab.market("coffee", days=60)
    more = today.with_("plan.flights.0.weekly", 900_000)
    arms = lab.arms({"today": today, "more": more}, Life.units)
    each = today.world.market.people / lab.consumers
    gains = Measure("units", (arms["more"] - arms["today"]) * each)
    compared = sim.compare({"today": today, "more": more}, seeds=lab.seeds)
    assert np.abs(gains.values).max() > 0
    assert gains.values == pytest.approx(compared.gaps("more", "units"))
    assert gains.interval == pytest.approx(compared.rows["more", "units"].interval[1:3])
