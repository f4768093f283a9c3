"""Personalisation: matched messages gain on the keen, and repel where a brand is not open about data."""

from __future__ import annotations

from math import exp

import pytest
from make_market import build, quiet

pytestmark = pytest.mark.usefixtures("warm")


@pytest.mark.parametrize(("depth", "transparency"), [(0.0, 0.0), (0.5, 0.0), (1.0, 0.5), (1.0, 1.0), (1.0, 0.0)])
def test_gain_and_reactance_on_channels_that_know_the_person(depth, transparency):
    engine = build(quiet(platform={"personalisation": depth}, brand={"transparency": transparency}))
    engine.step()
    values = engine.parameters["personalisation"]
    for c, channel in enumerate(engine.channels):
        knows = "lookalike" in channel.targets
        gain = values["gain"] * depth if knows else 0.0
        left = exp(-values["creep"] * depth**2 * (1 - transparency)) if knows else 1.0
        assert engine.tables["relevance"][0, c] == pytest.approx(gain)
        assert engine.tables["acceptance"][0, c] == pytest.approx(left)
