"""Figures on brand buying against cases that can be counted by hand."""

import numpy as np
import pytest

from sim.evidence.settled import top_fifth


def test_the_heaviest_fifth_shares_its_last_places_among_equals():
    counts = np.array([9, 5, 5, 1, 1, 1, 1, 1, 1, 1, 0])  # ten buyers: two places
    assert top_fifth(counts).tolist() == [1.0, 0.5, 0.5] + [0.0] * 8


def test_if_all_buy_alike_the_fifth_is_spread_over_all():
    assert top_fifth(np.full(10, 3)) == pytest.approx(np.full(10, 0.2))
