"""The platform: today's reach, virality and clutter are the scenario's, unless an event says otherwise."""

from __future__ import annotations

import pytest
from make_market import build, quiet

pytestmark = pytest.mark.usefixtures("warm")


def test_the_platform_is_as_the_scenario_has_it():
    engine = build(quiet(platform={"organic_reach": 0.21, "virality": 0.03, "clutter": 4.5}))
    engine.step()
    found = [float(engine.tables[name][0]) for name in ("reach_today", "pass_chance", "platform_clutter")]
    assert found == [0.21, 0.03, 4.5]


def test_a_change_of_the_algorithm_multiplies_reach_while_it_lasts():
    events = [{"kind": "algorithm", "on": 1, "days": 2, "size": 0.5}, {"kind": "algorithm", "on": 2, "size": 0.4}]
    engine = build(quiet(days=5, events=events, platform={"organic_reach": 0.2}))
    seen = []
    for _ in range(5):
        engine.step()
        seen.append(float(engine.tables["reach_today"][0]))
    assert seen == pytest.approx([0.2, 0.1, 0.04, 0.08, 0.08])
