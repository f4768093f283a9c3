"""Forgetting: exactly half is left after a half-life, of each thing by its own."""

from __future__ import annotations

import pytest
from make_market import alone, build, quiet

pytestmark = pytest.mark.usefixtures("warm")

WHAT = {
    "awareness_half_life": ("awareness",),
    "evidence_half_life": ("evidence_for", "evidence_against"),
    "fatigue_half_life": ("fatigue",),
    "memory_half_life": ("ad_memory",),
    "glimpse_half_life": ("ad_glimpse",),
    "habit_half_life": ("habit",),
}


@pytest.mark.parametrize("parameter", WHAT)
@pytest.mark.parametrize("half_life", [1.0, 7.0, 30.0])
def test_half_is_left_after_a_half_life_and_the_rest_is_not_touched(parameter, half_life):
    values = {name: half_life if name == parameter else 1e5 for name in WHAT}
    engine = build(quiet(days=30, consumers=100, mechanisms=alone(forgetting=values)))
    for columns in WHAT.values():
        for name in columns:
            engine.columns[name][:] = 0.8
    for _ in range(int(half_life)):
        engine.step()
    for name, columns in WHAT.items():
        for column in columns:
            left = 0.4 if name == parameter else 0.8
            assert engine.columns[column][0] == pytest.approx(left, rel=1e-3 if left == 0.8 else 1e-5), column
