"""Need: relaxes with its half-life to a target that rises as the last purchase wears off."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, live, quiet

from sim.mechanisms.need import target

pytestmark = pytest.mark.usefixtures("warm")


def test_the_target_goes_from_base_to_full_urgency():
    assert target(0, 0.1, 1.0, 0.2, 0.5) == pytest.approx(0.2)
    assert target(5, 0.1, 1.0, 0.2, 0.5) == pytest.approx(0.2 + 0.8 * 0.5 * 0.5)
    assert target(10, 0.1, 1.0, 0.2, 0.5) == pytest.approx(0.6)
    assert target(500, 0.1, 1.0, 0.2, 0.5) == pytest.approx(0.6)
    assert target(500, 0.1, 9.0, 0.2, 0.5) == 1.0


def test_a_wish_that_nothing_feeds_is_half_gone_after_its_half_life():
    scenario = quiet(days=6, mechanisms=alone(need={"base": 0.0, "urgency": 0.0, "half_life": 6.0, "arise": 0.0}))
    engine = build(scenario)
    engine.columns["motivation"][:] = 0.8
    for _ in range(6):
        engine.step()
    assert engine.columns["motivation"] == pytest.approx(0.4, rel=1e-5)


@pytest.mark.parametrize("arise", [0.0, 0.15, 1.0])
def test_need_arises_with_its_hazard(arise):
    mechanisms = alone(need={"base": 0.0, "urgency": 0.0, "arise": arise, "jump": 1.0})
    felt = live(quiet(days=1, consumers=4000, mechanisms=mechanisms)).columns["motivation"] == 1.0
    chance = 1 - np.exp(-arise)
    assert abs(felt.sum() - 4000 * chance) <= 4 * np.sqrt(4000 * chance * (1 - chance))
