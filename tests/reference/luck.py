"""Chance for the plain market: the draws of `sim.draws`, worked out again in whole numbers of any size.

A draw is a pure function of (seed, mechanism, day, purpose, consumer). Numbers are cut to 64 bits where the compiled
ones wrap around by themselves.

    >>> luck = Luck(7)
    >>> luck.uniform("purchase", 3, 0, 12) == luck.uniform("purchase", 3, 0, 12)
    True
    >>> luck.uniform("purchase", 3, 0, 12) == luck.uniform("purchase", 4, 0, 12)
    False
"""

from __future__ import annotations

import math
from hashlib import blake2b

MASK = 2**64 - 1
NEXT_FRIEND = 0x632BE59BD9B4E019
"""Added to a stream for each further friend of a conversation, and for each letter with another salt."""
NEXT_COPY = 0x9FB21C651E98DF25
"""Added to a stream for each further copy of one letter."""

REST = 0xD6E8FEB86659FD93
"""Added to a stream for what follows the first 16 bits of a screened draw."""
LESSON = 0xD1B54A32D192ED03
"""Added to a letter's stream for the draw whether it teaches the name."""


def number_of(name: str) -> int:
    """A number of 40 bits that stands for a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=5).digest(), "little")


def mix(x: int) -> int:
    """Scramble 64 bits (finaliser of SplitMix64, Steele, Lea & Flood 2014)."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def bits(stream: int, row: int) -> int:
    """64 random bits of one consumer in a stream; the stream enters twice."""
    x = (stream + row * 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x ^= ((stream << 32) | (stream >> 32)) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def pick(stream: int, row: int, many: int) -> int:
    """A whole number below `many` for one row in a stream."""
    return (bits(stream, row) >> 32) * many >> 32


def uniform(stream: int, row: int) -> float:
    """A number in [0, 1) from the upper 53 of the 64 bits."""
    return (bits(stream, row) >> 11) * 2.0**-53


def screened(stream: int, row: int) -> float:
    """A number in [0, 1): 16 bits of a draw that four neighbours share out, lowest first, then 37 bits of the own."""
    first = bits(stream, row // 4) >> 16 * (row % 4) & 0xFFFF
    return (first * 2**37 + (bits(stream + REST & MASK, row) >> 27)) * 2.0**-53


def _polynomial(x: float, *factors: float) -> float:
    """A polynomial by Horner's rule, highest power first."""
    value = 0.0
    for factor in factors:
        value = value * x + factor
    return value


def normal_quantile(p: float) -> float:
    """The standard normal number below which the share `p` lies (Acklam's approximation), 0 < p < 1."""
    if 0.02425 < p < 0.97575:
        q = p - 0.5
        top = _polynomial(q * q, -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690,
                          -30.66479806614716, 2.506628277459239)  # fmt: skip
        low = _polynomial(q * q, -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
                          -13.28068155288572, 1.0)  # fmt: skip
        return q * top / low
    q = math.sqrt(-2.0 * math.log(min(p, 1.0 - p)))
    top = _polynomial(q, -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
                      4.374664141464968, 2.938163982698783)  # fmt: skip
    low = _polynomial(q, 0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
    return top / low if p < 0.5 else -top / low


def poisson(u: float, mean: float) -> int:
    """Poisson count from one uniform number: the first n whose cumulative chance lies above `u` (255 at most)."""
    term = cumulative = math.exp(-mean)
    n = 0
    while u >= cumulative and n < 255:
        n += 1
        term *= mean / n
        cumulative += term
    return n


class Luck:
    """All the luck of one run, from its seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys: dict[str, int] = {}
        self._streams: dict[tuple[str, int, int], int] = {}

    def new_day(self) -> None:
        """Forget yesterday's streams (they are kept only so as not to be mixed anew for each consumer)."""
        self._streams.clear()

    def key(self, mechanism: str) -> int:
        """The root of all draws of one mechanism."""
        if mechanism not in self._keys:
            digest = blake2b(f"{self.seed}/{mechanism}".encode(), digest_size=8).digest()
            self._keys[mechanism] = int.from_bytes(digest, "little")
        return self._keys[mechanism]

    def stream(self, mechanism: str, day: int, purpose: int) -> int:
        """Where the draws of one mechanism, day and purpose (brand, channel, ...) come from."""
        at = mechanism, day, purpose
        if at not in self._streams:
            daily = mix((self.key(mechanism) + day * 0xD1342543DE82EF95) & MASK)
            self._streams[at] = mix((daily + purpose * 0xA0761D6478BD642F) & MASK)
        return self._streams[at]

    def uniform(self, mechanism: str, day: int, purpose: int, row: int) -> float:
        """A number in [0, 1)."""
        return uniform(self.stream(mechanism, day, purpose), row)

    def screened(self, mechanism: str, day: int, purpose: int, row: int) -> float:
        """A number in [0, 1), of which everybody's first 16 bits are looked at together."""
        return screened(self.stream(mechanism, day, purpose), row)

    def normal(self, mechanism: str, day: int, purpose: int, row: int) -> float:
        """A standard normal number."""
        return normal_quantile(((bits(self.stream(mechanism, day, purpose), row) >> 11) + 0.5) * 2.0**-53)

    def gumbel(self, mechanism: str, day: int, purpose: int, row: int) -> float:
        """A standard Gumbel number, the noise of choice."""
        p = ((bits(self.stream(mechanism, day, purpose), row) >> 11) + 0.5) * 2.0**-53
        return -math.log(-math.log(p))
