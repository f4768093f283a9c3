"""Figures on brand buying against cases that can be counted by hand, and the trivial models against their closed forms."""

import numpy as np
import pytest

from sim.evidence.benchmarks import Dirichlet
from sim.evidence.facts.word_of_mouth_effects import bare_logit
from sim.evidence.settled import ByChance, top_fifth


def test_the_heaviest_fifth_shares_its_last_places_among_equals():
    counts = np.array([9, 5, 5, 1, 1, 1, 1, 1, 1, 1, 0])  # ten buyers: two places
    assert top_fifth(counts).tolist() == [1.0, 0.5, 0.5] + [0.0] * 8


def test_if_all_buy_alike_the_fifth_is_spread_over_all():
    assert top_fifth(np.full(10, 3)) == pytest.approx(np.full(10, 0.2))


def test_purchases_by_chance_reach_as_many_as_the_dirichlet_says():
    model = Dirichlet(mean=1.456, shape=0.779, shares=(0.25, 0.1, 0.02), loyalty=1.485)
    panel = ByChance.of(model, consumers=20_000, period=91, days=182, seed=1)
    for first in (0, 91):
        reached = (panel.bought(first, first + 91) > 0).mean(axis=1)
        assert reached == pytest.approx(model.penetration(), abs=4 * np.sqrt(0.25 * 0.75 / 20_000))
    assert panel.bought().sum() == panel.bought(0, 100).sum() + panel.bought(100).sum()


def test_a_bare_logit_moves_most_where_it_stands_between_the_two():
    good, bad = bare_logit(0.5)[:, :10]
    assert good == pytest.approx(-bad[::-1], abs=1e-12)  # a word for one is a word against all else
    assert good[4:6].sum() / 2 == pytest.approx(1 / (1 + np.exp(-0.5)) - 0.5, abs=0.002)
