"""Cheap exact filters: find the few whom something may concern today, before any expensive rule is asked.

An event with chance p happens when a uniform draw u is below p. Where p has an upper bound that is cheap (by stage, by media
use, ...), a dense pass compares the first 16 bits of everybody's draw with the bound; only those below it go on to the rule,
which looks at the same draw in full (`draws.screened`). Nobody is missed and nobody is added: the result is exact. The passes
are branch-free, so the compiler makes them wide, and four neighbours share the bits of one draw.
"""

from __future__ import annotations

import numpy as np

from sim.draws import STEP, count_from, first_bits, mixed, uniform
from sim.kernels import rule
from sim.squeeze import AT_ONCE, squeeze

_EVERYBODY = 65535.0
SCALE = 65536.0 * 1.0001
"""A chance times this bounds the first 16 bits of draws below it: raised, so that rounding to single precision hides nobody."""


@rule
def limit(chance):
    """The most that the first 16 bits of a draw below a chance can be."""
    return np.uint16(min(_EVERYBODY, chance * SCALE))


@rule
def fill(stream, lo, luck):
    """The first 16 bits of everybody's draw in a stream, for rows lo, lo + 1, ...; four rows share the bits of one draw."""
    begin = min(-lo & 3, luck.size)
    fours = (luck.size - begin) >> 2
    for j in range(begin):
        luck[j] = first_bits(stream, lo + j)
    words = luck[begin : begin + 4 * fours].view(np.uint64)
    counter = count_from(stream, (lo + begin) >> 2)
    for n in range(fours):
        words[n] = mixed(stream, counter)
        counter += STEP
    for j in range(begin + 4 * fours, luck.size):
        luck[j] = first_bits(stream, lo + j)


@rule
def stages_with(stage_role, role):
    """Stages that have any of the role's bits, as bits: bit k is stage k."""
    found = np.uint32(0)
    for at in range(stage_role.size):
        if stage_role[at] & role:
            found = np.uint32(found | np.uint32(1) << np.uint32(at))
    return found


@rule
def is_among(stages, at):
    """Whether a stage is among some, given as bits (at most 32). Wide where a table looked up by stage would not be.

    Every step is held to 32 bits: shifts of 64 need the widest vectors, and beside these a processor does all else at two thirds
    of its pace. The bounds of `journey.progress` take a fifth less time so.
    """
    return np.uint32(np.uint32(stages) >> np.uint32(np.uint8(at) & np.uint8(31))) & np.uint32(1) != 0


@rule
def mark_stages(stage, stages, mark):
    """Mark everybody at one of some stages, and nobody else.

    In a pass for each of these stages, of which there are few: bytes alone are compared by dozens, which takes half as long as
    asking of each person whether his is among them.
    """
    wipe(mark)
    left, at = np.uint32(stages), np.int8(0)
    while left:
        if left & 1:
            for j in range(stage.size):
                mark[j] |= np.uint8(stage[j] == at)
        left, at = np.uint32(left >> 1), np.int8(at + 1)


@rule
def mark_at_stages(luck, stage, stages, below, mark):
    """Mark rows at one of some stages whose draw lies within a limit, and no others."""
    mark_stages(stage, stages, mark)
    for j in range(luck.size):
        mark[j] &= np.uint8(luck[j] <= below)


@rule
def mark_nonzero(values, mark):
    """Mark rows where something is to be read."""
    for j in range(values.size):
        mark[j] = np.uint8(values[j] != 0)


@rule
def mark_bit(flags, place, mark):
    """Mark rows that have one bit set, and no others."""
    bit = np.uint8(1 << place)
    for j in range(flags.size):
        mark[j] = flags[j] & bit
    for j in range(flags.size, mark.size):
        mark[j] = np.uint8(0)


@rule
def end_of_run(pairs, first, many, most):
    """Where the run of pairs (row, brand) of one brand ends that begins at `first`, of `many` pairs; at most `most` further."""
    end, last = first + 1, min(many, first + most)
    while end < last and pairs[end, 1] == pairs[first, 1]:
        end += 1
    return end


@rule
def mark_the_motivated(stream, people, motivation, chance, mark):
    """Mark those of some people whose draw lies below a chance in proportion to their motivation, and nobody after them.

    One in ten is marked, and nobody can foresee who: a loop that branched on it would take twice as long.
    """
    for n in range(people.size):
        mark[n] = np.uint8(uniform(stream, people[n]) < chance * motivation[people[n]])
    for n in range(people.size, min(people.size + AT_ONCE, mark.size)):
        mark[n] = np.uint8(0)


@rule
def mark_by_share(luck, share, bound, mark):
    """Mark rows whose draw lies below bound * share (bytes); `bound` is a chance per 1/255 of the share."""
    scaled = np.float32(bound * SCALE)
    for j in range(luck.size):
        mark[j] = np.uint8(np.float32(luck[j]) < scaled * np.float32(share[j]))


@rule
def mark_by_stage_and_share(luck, stage, share, likely, most, stages, less, mark):
    """The same with a bound for some stages, a lower one for others, and 0 elsewhere. A bound for each would not be wide."""
    high, low, nobody = np.float32(most * SCALE), np.float32(less * SCALE), np.float32(0.0)
    for j in range(luck.size):
        bound = high if is_among(likely, stage[j]) else low if is_among(stages, stage[j]) else nobody
        mark[j] = np.uint8(np.float32(luck[j]) < bound * np.float32(share[j]))


@rule
def collect(mark, rows, chosen):
    """Write the positions of marked rows to `chosen` and return how many there are.

    `mark` has a multiple of 16 entries, those beyond `rows` without a mark; `chosen` has room for 16 more than there are rows.
    """
    found = 0
    for start in range(0, rows, AT_ONCE):
        found += squeeze(mark, start, chosen, found)
    return found


@rule
def wipe(mark):
    """Take all marks away."""
    for j in range(mark.size):
        mark[j] = np.uint8(0)
