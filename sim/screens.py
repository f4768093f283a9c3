"""Cheap exact filters: find the few whom something may concern today, before any expensive rule is asked.

An event with chance p happens when a uniform draw u is below p. Where p has an upper bound that is cheap (by stage, by media
use, ...), a dense pass compares the top 32 bits of everybody's draw with the bound; only those below it go on to the rule,
which looks at the same draw in full. Nobody is missed and nobody is added: the result is exact. The passes are branch-free, so
the compiler makes them wide (0.2 to 0.6 ns a consumer).
"""

from __future__ import annotations

import numpy as np

from sim.draws import bits
from sim.kernels import rule

_TOP = np.uint64(32)
_EVERYBODY = 4294967295.0
SLACK = 1.0001
"""Bounds are raised by this, so that rounding to single precision can never hide anyone."""


@rule
def limit(chance):
    """A chance as an upper bound on the top 32 bits of a draw."""
    return np.uint32(min(_EVERYBODY, chance * 4294967296.0 * SLACK + 1.0)) if chance > 0.0 else np.uint32(0)


@rule
def fill(stream, lo, luck):
    """The top 32 bits of everybody's draw in a stream, for rows lo, lo + 1, ..."""
    first = np.uint64(lo)
    for j in range(luck.size):
        luck[j] = np.uint32(bits(stream, first + np.uint64(j)) >> _TOP)


@rule
def mark_by_code(luck, code, limits, bit, mark):
    """Set `bit` for rows whose draw lies below the limit of their code (a stage)."""
    for j in range(luck.size):
        mark[j] = mark[j] | (bit if luck[j] < limits[np.uint8(code[j])] else np.uint8(0))


@rule
def mark_by_share(luck, share, bound, mark):
    """Mark rows whose draw lies below bound * share (bytes); `bound` is a chance per 1/255 of the share."""
    scaled = np.float32(bound * 4294967296.0 * SLACK)
    for j in range(luck.size):
        mark[j] = np.uint8(np.float32(luck[j]) < scaled * np.float32(share[j]))


@rule
def mark_by_code_and_share(luck, code, share, bounds, mark):
    """The same with a bound for each code (a stage)."""
    scale = np.float32(4294967296.0 * SLACK)
    for j in range(luck.size):
        mark[j] = np.uint8(np.float32(luck[j]) < scale * bounds[np.uint8(code[j])] * np.float32(share[j]))


@rule
def collect(mark, rows, chosen):
    """Write the positions of marked rows to `chosen` and return how many there are.

    `mark` has a multiple of 8 entries of which the first `rows` count.
    """
    words = mark.view(np.uint64)
    found = 0
    for w in range((rows + 7) // 8):
        if words[w] != 0:
            for j in range(w * 8, min(rows, w * 8 + 8)):
                chosen[found] = j
                found += mark[j] != 0
    return found


@rule
def wipe(mark):
    """Take all marks away."""
    for j in range(mark.size):
        mark[j] = np.uint8(0)
