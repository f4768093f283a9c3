"""Social proof: how many friends are customers, and who of them left lately.

Those who become or cease to be a customer are counted by their friends; the count is exact, and what it does is in the
journey's covariate `social_proof` and in the utility of choice (D08). Who leaves is remembered for a while: each leaving adds
the strength of the tie, and the memory halves every `memory` days,

    farewells x = sum over friends who left of strength * 2 ** (-days since / memory),    departures = x / (x + 1/2),

the journey's covariate that makes leaving catching: strongest at once, fading exponentially, stronger for close ties
(Nitzan & Libai 2011, Journal of Marketing 75(6)). x is kept in whole numbers, so that the order in which friends leave on one
night cannot matter, and is halved only when somebody looks.
"""

from __future__ import annotations

from sim.ahead import ask_for_ties
from sim.columns import NEVER, Column
from sim.kernels import kernel, rule
from sim.lists import moves_in_or_out
from sim.mechanism import Mechanism, register
from sim.params import Param
from sim.stages import OWNS

GRAIN = 1 << 12
"""Farewells are kept in this many parts of a byte of tie strength."""

WHOLE = 1.0 / (255.0 * GRAIN)

PARAMS = {
    "memory": Param(
        30.0, 1, 3650, "days", "days in which a friend's leaving loses half its weight",
        "Nitzan & Libai 2011: strongest in the first month, size assumed",
    ),
}  # fmt: skip

COLUMNS = {
    "friends_owning": Column("uint16", 0, 0, 65535, "friends who are customers of the brand", per="brand"),
    "farewells": Column(
        "uint32", 0, 0, 2**32 - 1, "friends who left lately, by tie strength, as of the last one's leaving", per="brand"
    ),
    "last_farewell": Column("int16", NEVER, NEVER, 32767, "day on which a friend last left the brand", per="brand"),
}


@rule
def remembered(farewells, days, memory):
    """Farewells (in grains) as they weigh `days` after the last one: the sum of tie strengths, 0 or more."""
    return farewells * WHOLE * 2.0 ** (-days / memory)


@rule
def departures_of(farewells, days, memory):
    """How much friends' leaving is felt, in [0, 1): half for one friend of ordinary closeness who left today."""
    x = remembered(farewells, days, memory)
    return x / (x + 0.5)


@kernel(makes_arrays=True)
def pass_word(lo, hi, day, key, moves, moved, stage_role, tie_start, tie_to, tie_strength, friends_owning, farewells,
              last_farewell, memory):  # fmt: skip
    """Tell friends about today's moves into and out of being a customer."""
    known = moves_in_or_out(moves, moved, stage_role, OWNS)
    ask_for_ties(moves, known, tie_start, tie_to)
    for n in known:
        i, b, owns = moves[n, 0], moves[n, 1], stage_role[moves[n, 3]] & OWNS
        for at in range(tie_start[i], tie_start[i + 1]):
            j = tie_to[at]
            if owns:
                friends_owning[b, j] += 1
                continue
            friends_owning[b, j] -= 1
            if last_farewell[b, j] != day:
                if farewells[b, j] > 0:
                    left = remembered(farewells[b, j], day - last_farewell[b, j], memory)
                    farewells[b, j] = int(left / WHOLE + 0.5)
                last_farewell[b, j] = day
            farewells[b, j] += int(tie_strength[at]) * GRAIN


register(Mechanism(name="social_proof", phase="spread", spread=(pass_word,), params=PARAMS, columns=COLUMNS))
