"""The day's figures: means of what people feel and know, and everything that follows from the day's moves.

Means are summed in whole numbers (2**-20 of a unit), and moves are counted one by one, so that no figure depends on how the
population is cut into groups.
"""

from __future__ import annotations

import numpy as np

from sim.ahead import ask_for_people
from sim.kernels import kernel
from sim.mechanism import Mechanism, register
from sim.mechanisms.perception import trust_of

GRAIN = 2**20

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


@kernel
def sum_up(lo, hi, day, key, awareness, evidence_for, evidence_against, satisfaction, habit, motivation, stage, customer_owned,
           sum_awareness, sum_trust, sum_satisfaction, sum_habit, sum_motivation, perception__prior_for,
           perception__prior_against):  # fmt: skip
    """Sum what people feel and know."""
    grain, prior_for, prior_against = (
        np.float32(GRAIN),
        np.float32(perception__prior_for),
        np.float32(perception__prior_against),
    )
    felt = motivation[lo:hi]
    total = np.int64(0)
    for i in range(felt.size):
        total += np.int32(felt[i] * grain)
    sum_motivation[0] += total
    for b in range(awareness.shape[0]):
        a, r, s = awareness[b, lo:hi], evidence_for[b, lo:hi], evidence_against[b, lo:hi]
        known = trusted = np.int64(0)
        for i in range(a.size):
            known += np.int32(a[i] * grain)
            trusted += np.int32(trust_of(r[i], s[i], prior_for, prior_against) * grain)
        sum_awareness[b] += known
        sum_trust[b] += trusted
        at, liked, used = stage[b, lo:hi], satisfaction[b, lo:hi], habit[b, lo:hi]
        pleased = settled = np.int64(0)
        for i in range(at.size):
            owns = customer_owned[at[i]]
            pleased += np.int32(liked[i] * grain) * owns
            settled += np.int32(used[i] * grain) * owns
        sum_satisfaction[b] += pleased
        sum_habit[b] += settled


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
