"""The day's figures: means of what people feel and know, and everything that follows from the day's moves.

Means are summed in whole numbers (2**-20 of a unit), and moves are counted one by one, so that no figure depends on how the
population is cut into groups.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import ask_for_people
from sim.kernels import kernel, rule
from sim.mechanism import Mechanism, register
from sim.mechanisms.perception import trust_of
from sim.screens import is_among, stages_with
from sim.stages import OWNS

GRAIN = 2**20
_IN_32_BITS = 1024  # grains of so many ones

TALLIES = {
    "sum_awareness": ("brand",),
    "sum_trust": ("brand",),
    "sum_satisfaction": ("brand",),
    "sum_habit": ("brand",),
    "sum_motivation": ("one",),
}

TABLES = {
    "people": "consumers by (brand, segment, stage), now",
    "transitions": "today's moves by (brand, from, to)",
    "causes": "moves of the whole run by (brand, from, to, kind of last touch; the last for none)",
    "audience_use": "sum of media use in bytes by (brand, channel, segment, stage)",
    "audience_interest": "the same weighted by interest",
}


@rule
def sum_all(values):
    """Sum of numbers from 0 to 1, in grains; 1,024 of them fit a sum of 32 bits, which is summed twice as wide as one of 64."""
    grain, every = np.float32(GRAIN), np.int64(0)
    for first in range(0, values.size, _IN_32_BITS):
        some, summed = values[first : first + _IN_32_BITS], np.int32(0)
        for i in range(some.size):
            summed = np.int32(summed + np.int32(some[i] * grain))
        every += summed
    return every


@rule
def sum_among(values, stage, stages):
    """The same over people at some stages."""
    grain, every = np.float32(GRAIN), np.int64(0)
    for first in range(0, values.size, _IN_32_BITS):
        some, at, summed = values[first : first + _IN_32_BITS], stage[first : first + _IN_32_BITS], np.int32(0)
        for i in range(some.size):
            summed = np.int32(summed + (np.int32(some[i] * grain) if is_among(stages, at[i]) else np.int32(0)))
        every += summed
    return every


@rule
def sum_trust_of(evidence_for, evidence_against, prior_for, prior_against):
    """The same of what people trust."""
    grain, every = np.float32(GRAIN), np.int64(0)
    for first in range(0, evidence_for.size, _IN_32_BITS):
        r, s = evidence_for[first : first + _IN_32_BITS], evidence_against[first : first + _IN_32_BITS]
        summed = np.int32(0)
        for i in range(r.size):
            summed = np.int32(summed + np.int32(trust_of(r[i], s[i], prior_for, prior_against) * grain))
        every += summed
    return every


@kernel
def sum_up(lo, hi, day, key, awareness, evidence_for, evidence_against, satisfaction, habit, motivation, stage, stage_role,
           sum_awareness, sum_trust, sum_satisfaction, sum_habit, sum_motivation, perception__prior_for,
           perception__prior_against):  # fmt: skip
    """Sum what people feel and know."""
    prior_for, prior_against = np.float32(perception__prior_for), np.float32(perception__prior_against)
    owners = stages_with(stage_role, OWNS)
    sum_motivation[0] += sum_all(motivation[lo:hi])
    for b in range(awareness.shape[0]):
        at = stage[b, lo:hi]
        sum_awareness[b] += sum_all(awareness[b, lo:hi])
        sum_trust[b] += sum_trust_of(evidence_for[b, lo:hi], evidence_against[b, lo:hi], prior_for, prior_against)
        sum_satisfaction[b] += sum_among(satisfaction[b, lo:hi], at, owners)
        sum_habit[b] += sum_among(habit[b, lo:hi], at, owners)


@kernel
def count_moves(lo, hi, day, key, moves, moved, segment, media_use, interest, people, transitions, causes, audience_use,
                audience_interest):  # fmt: skip
    """Count the group's moves, and keep audiences up to date."""
    none = causes.shape[3] - 1
    ask_for_people(moves, moved, segment)
    ask_for_people(moves, moved, interest)
    ask_for_people(moves, moved, media_use)
    for n in range(moved[0]):
        i, b, left, to, cause = moves[n, 0], moves[n, 1], moves[n, 2], moves[n, 3], moves[n, 4]
        g = segment[i]
        people[b, g, left] -= 1
        people[b, g, to] += 1
        transitions[b, left, to] += 1
        causes[b, left, to, cause if cause >= 0 else none] += 1
        for c in range(media_use.shape[0]):
            use = np.int64(media_use[c, i])
            audience_use[b, c, g, left] -= use
            audience_use[b, c, g, to] += use
            audience_interest[b, c, g, left] -= use * interest[i]
            audience_interest[b, c, g, to] += use * interest[i]


@kernel
def count_everybody(stage, segment, media_use, interest, people, audience_use, audience_interest):
    """Count all consumers and audiences afresh."""
    people[:] = 0
    audience_use[:] = 0
    audience_interest[:] = 0
    for b in range(stage.shape[0]):
        for i in range(stage.shape[1]):
            people[b, segment[i], stage[b, i]] += 1
        for c in range(media_use.shape[0]):
            for i in range(stage.shape[1]):
                use = np.int64(media_use[c, i])
                audience_use[b, c, segment[i], stage[b, i]] += use
                audience_interest[b, c, segment[i], stage[b, i]] += use * interest[i]


def setup(engine):
    """Empty counts; the engine counts everybody when the first day begins."""
    brands, channels, segments, stages = (
        len(engine.brands), len(engine.channels), len(engine.segments), len(engine.stages)
    )  # fmt: skip
    return {
        "people": np.zeros((brands, segments, stages), np.int64),
        "transitions": np.zeros((brands, stages, stages), np.int64),
        "causes": np.zeros((brands, stages, stages, len(engine.kinds) + 1), np.int64),
        "audience_use": np.zeros((brands, channels, segments, stages), np.int64),
        "audience_interest": np.zeros((brands, channels, segments, stages), np.int64),
        "customer_owned": (engine.owned_stages).astype(np.int64),
    }


@kernel
def dawn(day, key, transitions):
    """Start today's count of moves."""
    transitions[:] = 0


@kernel
def dusk(day, key, people, customer_owned, media_use, sum_awareness, sum_trust, sum_satisfaction, sum_habit, sum_motivation,
         season_today, daily_awareness, daily_trust, daily_satisfaction, daily_habit, daily_motivation,
         daily_season):  # fmt: skip
    """Turn sums into means: over everybody, satisfaction and habit over customers."""
    everybody = float(media_use.shape[1] * GRAIN)
    for b in range(people.shape[0]):
        customers = 0
        for g in range(people.shape[1]):
            for at in range(people.shape[2]):
                customers += people[b, g, at] * customer_owned[at]
        owners = float(max(customers, 1) * GRAIN)
        daily_awareness[day, b], daily_trust[day, b] = sum_awareness[b] / everybody, sum_trust[b] / everybody
        daily_satisfaction[day, b], daily_habit[day, b] = sum_satisfaction[b] / owners, sum_habit[b] / owners
    daily_motivation[day], daily_season[day] = sum_motivation[0] / everybody, season_today[0]


register(
    Mechanism(
        name="record",
        phase="forget",
        kernels=(sum_up,),
        spread=(count_moves,),
        tables=TABLES,
        tallies=TALLIES,
        setup=setup,
        dawn=dawn,
        dusk=dusk,
        after=("forgetting",),
    )
)
