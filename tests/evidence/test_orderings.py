"""Orderings that facts imply together; statistical, on fixed seeds."""

from __future__ import annotations

import pytest

from sim.evidence.experiment import MET
from sim.evidence.lab import Lab
from sim.evidence.orderings import NESTED, Nested, nested_contagion


@pytest.fixture(scope="module")
def nested() -> Nested:
    return nested_contagion(Lab(consumers=5_000, seeds=tuple(range(1, 25))))


def test_media_alikeness_and_influence_separate(nested: Nested) -> None:
    missed = [f"{one.name}: {one.estimate:.2f}, {one.interval}" for one in nested.measures if one.outcome != MET]
    assert not missed


def test_the_picture_has_a_line_for_each_market(nested: Nested) -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    nested.draw(axes)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(NESTED.values())
