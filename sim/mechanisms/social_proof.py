"""Social proof: how many friends are customers, kept up to date by those who become or cease to be one.

The count itself is exact; what it does is in the journey's covariate `social_proof` and in the utility of choice (D08).
"""

from __future__ import annotations

from sim.columns import Column
from sim.kernels import kernel
from sim.mechanism import Mechanism, register
from sim.stages import OWNS

COLUMNS = {
    "friends_owning": Column("uint16", 0, 0, 65535, "friends who are customers of the brand", per="brand"),
}


@kernel
def pass_word(lo, hi, day, key, moves, moved, stage_role, tie_start, tie_to, friends_owning):
    """Tell friends' counts about today's moves into and out of being a customer."""
    for n in range(moved[0]):
        i, b = moves[n, 0], moves[n, 1]
        owned, owns = stage_role[moves[n, 2]] & OWNS, stage_role[moves[n, 3]] & OWNS
        if owned == owns:
            continue
        for at in range(tie_start[i], tie_start[i + 1]):
            if owns:
                friends_owning[b, tie_to[at]] += 1
            else:
                friends_owning[b, tie_to[at]] -= 1


register(Mechanism(name="social_proof", phase="spread", spread=(pass_word,), columns=COLUMNS))
