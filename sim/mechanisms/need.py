"""Felt need for the category: relaxes to a level that rises as the last purchase wears off.

Motivation m in [0, 1] relaxes with half-life `half_life` to the target

    season * (base + (1 - base) * urgency * min(1, d * rate)),

d days since the last purchase, rate the consumer's own purchases a day. In one-off and subscription categories need also
*arises*: a bicycle is stolen, a child is born. That happens with hazard `arise` x season a day, and lifts motivation by
`jump` of what is missing. Form: goal-gradient of replenishment (inventory depletion, Bell, Chiang & Padmanabhan 1999);
numbers assumed.
"""

from __future__ import annotations

import numpy as np

from sim.columns import NEVER, Column
from sim.draws import bits, stream
from sim.kernels import kernel, rule
from sim.mechanism import Mechanism, Response, register
from sim.params import Param

PARAMS = {
    "base": Param(0.1, 0, 1, "motivation", "need that is always there"),
    "urgency": Param(0.6, 0, 1, "share", "how much of full need the wearing-off of the last purchase makes up"),
    "half_life": Param(7.0, 0.5, 365, "days", "half-life of a wish that nothing feeds"),
    "arise": Param(0.0, 0, 1, "per day", "hazard that need arises by itself (one-off and subscription categories)"),
    "jump": Param(0.6, 0, 1, "share", "share of missing motivation that arising need adds"),
}

COLUMNS = {
    "motivation": Column(
        "float32", 0.1, 0, 1, "felt need for the category", writers=("perception", "purchase"), source="model.md"
    ),
    "last_purchase": Column(
        "int16", NEVER, NEVER, 32767, "day of the last purchase in the category", writers=("purchase",)
    ),
}

_TO_32 = np.uint64(32)


@rule
def target(days, rate, season, base, urgency):
    """Where motivation is heading, `days` after the last purchase."""
    worn = min(np.float32(1.0), np.float32(days) * rate)
    return min(np.float32(1.0), season * (base + (np.float32(1.0) - base) * urgency * worn))


@kernel
def feel(
    lo, hi, day, key, motivation, last_purchase, purchase_rate, season_today, base, urgency, half_life, arise, jump
):
    """Let need relax to its target; let it arise by chance."""
    pull = np.float32(1.0 - 2.0 ** (-1.0 / half_life))
    # In single precision, which is twice as wide.
    season, always, wearing = np.float32(season_today[0]), np.float32(base), np.float32(urgency)
    felt, last, rate = motivation[lo:hi], last_purchase[lo:hi], purchase_rate[lo:hi]
    for i in range(felt.size):
        goal = target(np.int32(np.int32(day) - np.int32(last[i])), rate[i], season, always, wearing)
        felt[i] += (goal - felt[i]) * pull
    if arise > 0.0:
        bound = np.uint64((1.0 - np.exp(-arise * season)) * 4294967296.0)
        today = stream(key, day, 0)
        for i in range(lo, hi):
            if (bits(today, i) >> _TO_32) < bound:
                motivation[i] += (np.float32(1.0) - motivation[i]) * jump


register(
    Mechanism(
        name="need",
        phase="need",
        kernels=(feel,),
        params=PARAMS,
        columns=COLUMNS,
        responses=(Response("urgency", "motivation", 1), Response("arise", "motivation", 1)),
    )
)
