"""Keyed draws: pure functions of (seed, name, day, index, consumer), the same on every machine."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from sim import draws, kernel
from sim.screens import fill, limit


def test_documented_examples_hold():
    assert doctest.testmod(draws).failed == 0


def test_a_draw_depends_on_seed_name_day_index_and_consumer_and_on_nothing_else():
    def draw(seed=1, name="need", day=3, index=2, row=10):
        return draws.single(draws.key(seed, name), day, index, row)

    assert draw() == draw()
    others = {draw(seed=2), draw(name="talk"), draw(day=4), draw(index=3), draw(row=11)}
    assert len(others) == 5
    assert draw() not in others


def test_draws_are_the_same_numbers_on_every_machine():
    """Written down once; whoever changes the mixer changes every published result."""
    assert int(draws.key(7, "purchase")) == 10_293_836_972_745_047_561
    found = [round(draws.single(draws.key(1, "example"), 0, 0, row), 12) for row in range(3)]
    assert found == [0.995926316194, 0.478881176674, 0.154905995685]


def test_compiled_draws_are_those_of_whole_number_arithmetic():
    """The mixer written out in Python's unbounded whole numbers, cut to 64 bits."""
    mask, golden, first, second = 2**64 - 1, 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
    day_step, index_step = 0xD1342543DE82EF95, 0xA0761D6478BD642F

    def mix(x):
        x = (x ^ (x >> 30)) * first & mask
        x = (x ^ (x >> 27)) * second & mask
        return x ^ (x >> 31)

    def bits(s, row):
        x = (s + row * golden) & mask
        x = (x ^ (x >> 30)) * first & mask
        x ^= ((s << 32) | (s >> 32)) & mask
        x = (x ^ (x >> 27)) * second & mask
        return x ^ (x >> 31)

    root = draws.key(3, "check")
    for day, index, row in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (364, 17, 999_999), (7299, 2**40 + 5, 19_999_999)]:
        today = mix((mix((int(root) + day * day_step) & mask) + index * index_step) & mask)
        assert int(draws.stream(root, day, index)) == today
        assert int(draws.bits(np.uint64(today), row)) == bits(today, row)
        assert draws.single(root, day, index, row) == (bits(today, row) >> 11) * 2.0**-53


@pytest.mark.parametrize(("lo", "rows"), [(0, 16), (1, 15), (2, 9), (3, 1), (5, 2), (7, 30), (10**6 + 1, 5), (4, 0)])
def test_a_pass_over_everybody_sees_the_first_bits_of_each_draw(lo, rows):
    today, luck = np.uint64(draws.stream(draws.key(5, "many"), 2, 1)), np.empty(rows, np.uint16)
    _fill(today, lo, luck)
    whole = [draws.screened(today, lo + j) for j in range(rows)]
    assert luck.tolist() == [draws.first_bits(today, lo + j) for j in range(rows)]
    assert luck.tolist() == [int(u * 65536) for u in whole]
    assert whole == [draws.completed(today, lo + j, luck[j]) for j in range(rows)]


@kernel
def _fill(stream, lo, luck):
    fill(stream, lo, luck)


@pytest.mark.parametrize("chance", [0.0, 1e-9, 1 / 65536, 0.1, 0.5, 1.0 - 1e-12, 1.0])
def test_a_limit_hides_nobody_below_a_chance(chance):
    below = np.nextafter(chance, 0.0)
    assert int(below * 65536) <= limit(chance)
    assert limit(chance) <= chance * 65536 * 1.0001


def test_many_draws_at_once_are_the_single_ones():
    root = draws.key(5, "many")
    assert np.array_equal(draws.uniforms(root, 4, 50), [draws.single(root, 0, 4, row) for row in range(50)])


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 3.0, 20.0])
def test_poisson_inverts_its_distribution(mean):
    """The count at u is the smallest n whose cumulative probability exceeds u (scipy's, to rounding)."""
    from scipy.stats import poisson

    chances = np.linspace(0.0005, 0.9995, 1000)
    counts = np.array([draws.poisson(u, mean) for u in chances])
    assert np.array_equal(counts, np.maximum(0, poisson.ppf(chances, mean)) if mean else np.zeros(1000))
    assert (np.diff(counts) >= 0).all(), "a luckier draw gave fewer"


def test_more_money_never_gives_the_same_person_fewer_impressions():
    for u in np.linspace(0, 0.9999, 50):
        counts = [draws.poisson(u, mean) for mean in np.linspace(0, 10, 60)]
        assert counts == sorted(counts)


def test_normal_inverts_its_distribution():
    from scipy.stats import norm

    today = np.uint64(draws.stream(draws.key(2, "bell"), 0, 0))
    for row in range(3000):
        p = ((int(draws.bits(today, row)) >> 11) + 0.5) * 2.0**-53
        assert draws.normal(today, row) == pytest.approx(norm.ppf(p), rel=2e-9, abs=2e-9)


def test_gumbel_inverts_its_distribution():
    today = np.uint64(draws.stream(draws.key(2, "choice"), 0, 0))
    for row in range(300):
        p = ((int(draws.bits(today, row)) >> 11) + 0.5) * 2.0**-53
        assert draws.gumbel(today, row) == pytest.approx(-np.log(-np.log(p)), rel=1e-12)


def test_gumbel_numbers_lie_between_their_bounds():
    """Bounds that need no logarithm, of a hundred thousand draws; the first and the last part of [0, 1] have one bound only."""
    luck = draws.stream(draws.key(1, "bounds"), 1, 1)
    found = np.array(
        [[f(luck, row) for f in (draws.least_gumbel, draws.gumbel, draws.most_gumbel)] for row in range(100_000)]
    )
    assert (found[:, 0] <= found[:, 1]).all()
    assert (found[:, 1] <= found[:, 2]).all()
    inner = np.isfinite(found).all(axis=1)
    assert 0.99 < inner.mean() < 0.994  # 254 of 256 parts
    assert (found[inner, 2] - found[inner, 0]).max() < 0.72
