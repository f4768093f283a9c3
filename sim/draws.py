"""Chance as a pure function: every draw is keyed by (seed, mechanism, day, index, consumer), never by call order.

The same consumer therefore meets the same luck under every plan, so the difference between two plans is the plan's
doing; bits depend neither on threads nor on the order of work. The mixer is SplitMix64's finaliser (Steele, Lea &
Flood 2014, OOPSLA, doi:10.1145/2660193.2660195) with the stream entering twice, so that streams of different days are
not windows of one sequence.

    >>> bool(key(7, "purchase") == key(7, "purchase")), bool(key(7, "purchase") == key(8, "purchase"))
    (True, False)
"""

from __future__ import annotations

from hashlib import blake2b
from math import log, sqrt

import numpy as np

from sim.kernels import kernel, rule

STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_DAY = np.uint64(0xD1342543DE82EF95)
_INDEX = np.uint64(0xA0761D6478BD642F)
_REST = np.uint64(0xD6E8FEB86659FD93)  # added to a stream for what follows the first 16 bits of a screened draw
_30, _27, _31, _32, _11, _37, _2, _3, _4 = (np.uint64(n) for n in (30, 27, 31, 32, 11, 37, 2, 3, 4))
_TO_UNIT = 2.0**-53
_1, _56 = np.uint64(1), np.uint64(56)
_GUMBELS = np.array([-np.inf, *(-log(-log(k / 256)) for k in range(1, 256)), np.inf])
"""Gumbel numbers at the ends of 256 equal parts of [0, 1], between which that of a draw lies."""
_ROUNDED = 1e-12  # more than what rounding may add to one


def key(seed: int, name: str) -> np.uint64:
    """The root of all draws that one mechanism makes in one run: 64 bits from (seed, name)."""
    return np.uint64(int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "little"))


def number_of(name: str) -> int:
    """A number (40 bits) that stands for a name in draws: new names do not shift the draws of the others."""
    return int.from_bytes(blake2b(name.encode(), digest_size=5).digest(), "little")


@rule
def _mix(x):
    x = (x ^ (x >> _30)) * _FIRST
    x = (x ^ (x >> _27)) * _SECOND
    return x ^ (x >> _31)


@rule
def stream(key, day, index):
    """The stream of one day and one purpose (`index`: brand, channel, ...) under a mechanism's key."""
    return _mix(_mix(key + np.uint64(day) * _DAY) + np.uint64(index) * _INDEX)


@rule
def bits(stream, row):
    """64 random bits of one consumer in a stream."""
    return mixed(stream, count_from(stream, row))


@rule
def count_from(stream, row):
    """What is mixed into the bits of one consumer in a stream; for each row further it is greater by STEP."""
    return stream + np.uint64(row) * STEP


@rule
def mixed(stream, counter):
    """64 random bits of the consumer whose counter this is: passes over many rows count up, which saves a product each."""
    x = (counter ^ (counter >> _30)) * _FIRST
    x = x ^ ((stream << _32) | (stream >> _32))
    x = (x ^ (x >> _27)) * _SECOND
    return x ^ (x >> _31)


@rule
def uniform(stream, row):
    """A number in [0, 1) for one consumer in a stream (53 bits)."""
    return float(bits(stream, row) >> _11) * _TO_UNIT


@rule
def first_bits(stream, row):
    """16 random bits of one consumer: four neighbours share out the 64 bits of a draw, lowest first.

    A pass over everybody that only asks who is below some bound (sim.screens) needs no more, and a quarter of the draws.
    """
    place = np.uint64(row)
    return np.uint16(bits(stream, place >> _2) >> ((place & _3) << _4))


@rule
def screened(stream, row):
    """A number in [0, 1) for one consumer in a stream (53 bits) that begins with his `first_bits`; the rest is drawn apart."""
    return completed(stream, row, first_bits(stream, row))


@rule
def completed(stream, row, first):
    """The same where his first bits are at hand, which saves every other draw."""
    rest = bits(stream + _REST, row) >> _27
    return float((np.uint64(first) << _37) | rest) * _TO_UNIT


@rule
def pick(stream, row, many):
    """A whole number below `many` (at most 2**31) for one consumer in a stream."""
    return np.int64((bits(stream, row) >> _32) * np.uint64(many) >> _32)


@rule
def normal(stream, row):
    """A standard normal number by inversion (Acklam's rational approximation, relative error below 1.2e-9)."""
    p = (float(bits(stream, row) >> _11) + 0.5) * _TO_UNIT
    if 0.02425 < p < 0.97575:
        q = p - 0.5
        r = q * q
        top = ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.3577518672690) * r
               - 30.66479806614716) * r + 2.506628277459239  # fmt: skip
        low = ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r
               - 13.28068155288572) * r + 1.0  # fmt: skip
        return q * top / low
    tail = p if p < 0.5 else 1.0 - p
    q = sqrt(-2.0 * log(tail))
    top = ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q
           + 4.374664141464968) * q + 2.938163982698783  # fmt: skip
    low = (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
    return top / low if p < 0.5 else -top / low


@rule
def gumbel(stream, row):
    """A standard Gumbel number: the noise of multinomial logit choice."""
    return -log(-log((float(bits(stream, row) >> _11) + 0.5) * _TO_UNIT))


@rule
def most_gumbel(stream, row):
    """A bound that `gumbel` of one consumer does not exceed, without its logarithms: by the first eight bits of the draw."""
    return _GUMBELS[(bits(stream, row) >> _56) + _1] + _ROUNDED


@rule
def least_gumbel(stream, row):
    """A bound that `gumbel` of one consumer is not below."""
    return _GUMBELS[bits(stream, row) >> _56] - _ROUNDED


@rule
def poisson(u, mean):
    """Poisson count by inversion of one uniform `u`: a higher mean never gives the same person fewer."""
    term = np.exp(-mean)
    total = term
    n = 0
    while u >= total and n < 255:
        n += 1
        term *= mean / n
        total += term
    return n


@rule
def poisson_above(u, mean):
    """Poisson count that is 1 or more where `u` is small: n such that u < P(N >= n), the largest.

    The most frequent answers, 1 and 0, need no exponential: mean - mean**2 / 2 < P(N >= 1) < mean, and P(N >= 2) < mean**2 / 2.
    """
    if u >= mean:
        return 0
    square = 0.5 * mean * mean
    if square <= u < mean - square:
        return 1
    return poisson(1.0 - u, mean)


@kernel
def single(key, day, index, row):
    """One consumer's uniform number, for calls from Python."""
    return uniform(stream(key, day, index), row)


@kernel(makes_arrays=True)
def uniforms(key, index, rows):
    """One uniform number for each of `rows` consumers, for set-up."""
    out = np.empty(rows)
    today = stream(key, 0, index)
    for i in range(rows):
        out[i] = uniform(today, i)
    return out
