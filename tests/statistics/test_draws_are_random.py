"""Statistical tests of the keyed draws: across consumers, days, streams and seeds.

Every test has a fixed seed, so it passes or fails for good, and the stated error rate ALPHA: a sound generator fails
any of some fifty checks at 1e-4 each with chance 0.5 %.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from sim import draws

ALPHA = 1e-4
MANY = 1_000_000
WAYS = ("consumers", "days", "streams", "names")


def stream(seed: int, name: str, day: int, index: int) -> np.uint64:
    """A stream, as the unsigned number that compiled code hands on (Python would make it an int)."""
    return np.uint64(draws.stream(draws.key(seed, name), day, index))


@numba.njit(cache=False)
def _walk_rows(root, n, out):
    today = draws.stream(root, 5, 3)
    for i in range(n):
        out[i] = draws.bits(today, i)


@numba.njit(cache=False)
def _walk_days(root, n, out):
    for i in range(n):
        out[i] = draws.bits(draws.stream(root, i, 3), 12_345)


@numba.njit(cache=False)
def _walk_streams(root, n, out):
    for i in range(n):
        out[i] = draws.bits(draws.stream(root, 5, i), 12_345)


def sequence(way: str, seed: int, n: int = MANY) -> np.ndarray:
    """n draws, 64 bits each, met by walking along consumers, days, streams (brands, channels) or seeds."""
    out = np.empty(n, np.uint64)
    if way == "names":
        n = 100_000
        today = [stream(number, "name", 5, 3) for number in range(seed * n, seed * n + n)]
        return np.array([draws.bits(one, 7) for one in today], np.uint64)
    {"consumers": _walk_rows, "days": _walk_days, "streams": _walk_streams}[way](draws.key(seed, "test"), n, out)
    return out


@pytest.fixture(scope="module", params=WAYS)
def bits(request):
    return sequence(request.param, 1)


def uniform(bits: np.ndarray) -> np.ndarray:
    return (bits >> np.uint64(11)) * 2.0**-53


def _passes_chi_square(counts, expected, lost=1):
    statistic = ((counts - expected) ** 2 / expected).sum()
    tail = chi2.sf(statistic, counts.size - lost)
    assert ALPHA < tail < 1 - ALPHA, (
        f"chi-square {statistic:.1f} on {counts.size - lost} degrees of freedom, p {tail:.2g}"
    )


def test_every_bit_is_fair(bits):
    ones = np.array([((bits >> np.uint64(place)) & np.uint64(1)).sum() for place in range(64)], float)
    scores = (ones - bits.size / 2) / np.sqrt(bits.size / 4)
    assert np.abs(scores).max() < norm.isf(ALPHA / 128)
    assert ALPHA < chi2.sf((scores**2).sum(), 64) < 1 - ALPHA


def test_bits_do_not_go_together(bits):
    """Correlation of every pair of bits within a draw."""
    places = (bits[:100_000, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    together = np.corrcoef(places.astype(np.float32).T)[np.triu_indices(64, 1)]
    assert np.abs(together).max() * np.sqrt(100_000) < norm.isf(ALPHA / 2 / together.size)


def test_numbers_fill_the_unit_interval_evenly(bits):
    u = uniform(bits)
    _passes_chi_square(np.bincount((u * 1000).astype(int), minlength=1000), u.size / 1000)
    assert kstest(u[:200_000], "uniform").pvalue > ALPHA


@pytest.mark.parametrize("lag", [1, 2, 3, 7, 64])
def test_neighbours_are_unrelated(bits, lag):
    u = uniform(bits)
    score = np.corrcoef(u[:-lag], u[lag:])[0, 1] * np.sqrt(u.size - lag)
    assert abs(score) < norm.isf(ALPHA / 2), f"serial correlation at lag {lag}: {score:.2f} standard errors"


def test_pairs_of_neighbours_fill_the_square(bits):
    u = uniform(bits)
    cells = (u[0::2] * 32).astype(int) * 32 + (u[1::2] * 32).astype(int)
    _passes_chi_square(np.bincount(cells, minlength=1024), cells.size / 1024)


def test_runs_up_and_down_have_the_right_number(bits):
    """Turning points: expected 2 (n - 2) / 3, variance (16 n - 29) / 90 (Bienaymé)."""
    u = uniform(bits)
    turns = ((u[1:-1] > u[:-2]) == (u[1:-1] > u[2:])).sum()
    score = (turns - 2 * (u.size - 2) / 3) / np.sqrt((16 * u.size - 29) / 90)
    assert abs(score) < norm.isf(ALPHA / 2)


NEIGHBOURS = [
    ((1, "need", 0, 0), (1, "need", 1, 0)), ((1, "need", 0, 0), (1, "need", 0, 1)),
    ((1, "need", 0, 0), (2, "need", 0, 0)), ((1, "need", 0, 0), (1, "posts", 0, 0)),
    ((1, "need", 1, 0), (1, "need", 0, 1)), ((1, "need", 3, 64), (1, "need", 4, 64)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), NEIGHBOURS)
def test_streams_next_to_one_another_are_unrelated(one, other):
    """Correlation of two streams at the same consumer and up to two consumers off, and of their single bits."""
    found = []
    for seed, name, day, index in (one, other):
        out = np.empty(300_000, np.uint64)
        _rows_of(stream(seed, name, day, index), out)
        found.append(out)
    u, v = (uniform(each) for each in found)
    bound = norm.isf(ALPHA / 10)
    for shift in range(-2, 3):
        a, b = u[max(0, shift) : u.size + min(0, shift)], v[max(0, -shift) : v.size - max(0, shift)]
        assert abs(np.corrcoef(a, b)[0, 1]) * np.sqrt(a.size) < bound, f"at shift {shift}"
    differ = np.array([((found[0] ^ found[1]) >> np.uint64(place) & np.uint64(1)).mean() for place in range(64)])
    assert np.abs(differ - 0.5).max() * 2 * np.sqrt(u.size) < norm.isf(ALPHA / 128)


@numba.njit(cache=False)
def _rows_of(today, out):
    for i in range(out.size):
        out[i] = draws.bits(today, i)


@numba.njit(cache=False)
def _screened(root, along_days, out):
    for i in range(out.size):
        today = draws.stream(root, i if along_days else 5, 3)
        out[i] = draws.screened(today, 12_345 if along_days else i)


@pytest.fixture(scope="module", params=["consumers", "days"])
def found(request):
    """Screened draws: the first 16 bits are shared out among four neighbours, the other 37 are drawn apart."""
    out = np.empty(MANY)
    _screened(draws.key(1, "test"), request.param == "days", out)
    return out


def test_screened_draws_fill_the_unit_interval_evenly(found):
    _passes_chi_square(np.bincount((found * 1000).astype(int), minlength=1000), found.size / 1000)
    assert kstest(found[:200_000], "uniform").pvalue > ALPHA


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 5, 64])
def test_neighbours_who_share_a_draw_are_unrelated(found, lag):
    score = np.corrcoef(found[:-lag], found[lag:])[0, 1] * np.sqrt(found.size - lag)
    assert abs(score) < norm.isf(ALPHA / 2), f"serial correlation at lag {lag}: {score:.2f} standard errors"


def test_every_bit_of_a_screened_draw_is_fair_and_on_its_own(found):
    whole = (found * 2.0**53).astype(np.uint64)
    places = (whole[:, None] >> np.arange(53, dtype=np.uint64)) & np.uint64(1)
    scores = (places.sum(axis=0) - found.size / 2) / np.sqrt(found.size / 4)
    assert np.abs(scores).max() < norm.isf(ALPHA / 106)
    together = np.corrcoef(places[:100_000].astype(np.float32).T)[np.triu_indices(53, 1)]
    assert np.abs(together).max() * np.sqrt(100_000) < norm.isf(ALPHA / 2 / together.size)


def test_the_four_who_share_a_draw_fill_their_squares():
    """Each pair of places among four neighbours, by the first five bits of each."""
    out = np.empty(MANY)
    _screened(draws.key(2, "test"), False, out)
    four = (out * 32).astype(int).reshape(-1, 4)
    for one, other in zip(*np.triu_indices(4, 1)):
        _passes_chi_square(np.bincount(four[:, one] * 32 + four[:, other], minlength=1024), four.shape[0] / 1024)


@numba.njit(cache=False)
def _normals(today, out):
    for i in range(out.size):
        out[i] = draws.normal(today, i)


@numba.njit(cache=False)
def _gumbels(today, out):
    for i in range(out.size):
        out[i] = draws.gumbel(today, i)


@numba.njit(cache=False)
def _poissons(today, mean, out):
    for i in range(out.size):
        out[i] = draws.poisson(draws.uniform(today, i), mean)


def _close(value, expected, error):
    assert abs(value - expected) < norm.isf(ALPHA / 2) * error, (
        f"{value} against {expected}, standard error {error:.2g}"
    )


def test_normal_draws_have_normal_moments():
    out = np.empty(MANY)
    _normals(stream(1, "bell", 0, 0), out)
    for power, expected, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        _close((out**power).mean(), expected, np.sqrt(variance / MANY))
    assert kstest(out[:200_000], "norm").pvalue > ALPHA


def test_gumbel_draws_have_gumbel_moments():
    out = np.empty(MANY)
    _gumbels(stream(1, "choice", 0, 0), out)
    _close(out.mean(), np.euler_gamma, np.sqrt(np.pi**2 / 6 / MANY))
    fourth = (3 + 12 / 5) * (np.pi**2 / 6) ** 2
    _close(out.var(), np.pi**2 / 6, np.sqrt((fourth - (np.pi**2 / 6) ** 2) / MANY))
    assert kstest(out[:200_000], "gumbel_r").pvalue > ALPHA


@pytest.mark.parametrize("mean", [0.02, 0.5, 4.0])
def test_poisson_draws_have_poisson_moments(mean):
    out = np.empty(MANY)
    _poissons(stream(1, "ads", 0, 0), mean, out)
    _close(out.mean(), mean, np.sqrt(mean / MANY))
    _close(out.var(), mean, np.sqrt((mean + 2 * mean**2) / MANY))


def test_the_largest_gumbel_chooses_by_multinomial_logit():
    """Shares of the best of three utilities against the closed form exp(V) / sum exp(V)."""
    values = np.array([0.0, 0.7, -1.1])
    noise = np.empty((3, MANY))
    for option in range(3):
        _gumbels(stream(4, "mnl", 9, option), noise[option])
    counts = np.bincount((values[:, None] + noise).argmax(axis=0), minlength=3)
    _passes_chi_square(counts, MANY * np.exp(values) / np.exp(values).sum())
