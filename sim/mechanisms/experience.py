"""Experience: quality against what was expected makes satisfaction; what was lived through is the strongest evidence.

A purchase brings quality q ~ Normal(mean + match * taste, spread): the brand's, and better for those whose taste it meets
(experience goods are matched to people, Erdem & Keane 1996, Marketing Science 15(1); so those stay whom it suits). Expected
was e = 0.5 + promise * (trust - 0.5). Satisfaction of this use, neutral at 0.5, is

    0.5 + level * (q - 0.5) + gap * (q - e)        (expectancy-disconfirmation, Oliver 1980, JMR 17(4))

within [0, 1]; with chance problem_rate something goes wrong, and it is `trouble` at most and a complaint is open. Lasting
satisfaction moves towards it by `learning` (all the way on first use). Evidence: weight * |v| for or, times negativity,
against.
"""

from __future__ import annotations

import numpy as np

from sim.columns import Column
from sim.draws import normal, stream, uniform
from sim.kernels import kernel, rule
from sim.mechanism import Mechanism, Response, register
from sim.mechanisms.perception import trust_of
from sim.params import Param

PARAMS = {
    "promise": Param(0.6, 0, 2, "quality per trust", "how much trust raises what is expected"),
    "match": Param(0.05, 0, 1, "quality per utility", "how much better a brand serves those whose taste it meets"),
    "level": Param(0.7, 0, 5, "satisfaction per quality", "weight of quality itself"),
    "gap": Param(
        0.6, 0, 5, "satisfaction per quality", "weight of quality against expectation", "Oliver 1980, size assumed"
    ),
    "trouble": Param(0.1, 0, 0.5, "satisfaction", "satisfaction with a use that went wrong, at most"),
    "learning": Param(0.3, 0.01, 1, "share", "how far one more use moves lasting satisfaction"),
    "weight": Param(3.0, 0, 50, "evidence", "evidence in one use of full feeling"),
    "salience": Param(0.5, 0, 5, "exponent", "how much using a brand keeps it in mind"),
}

COLUMNS = {
    "satisfaction": Column(
        "float32",
        0.5,
        0,
        1,
        "lasting satisfaction, 0.5 neutral",
        per="brand",
        writers=("service", "loyalty", "forgetting"),
    ),
    "complaint": Column(
        "int16",
        0,
        -32767,
        32767,
        "day a complaint was opened + 1, negative once answered without contenting; 0: none",
        per="brand",
        writers=("service",),
    ),
}

TABLES = {
    "quality_mean": "mean quality of experience, per brand",
    "quality_spread": "its standard deviation, per brand",
    "problem_rate": "share of uses that go wrong, per brand",
}

TALLIES = {"complaints": ("brand",)}


@rule
def satisfaction_of(quality, expected, level, gap):
    """Satisfaction with one use."""
    return min(1.0, max(0.0, 0.5 + level * (quality - 0.5) + gap * (quality - expected)))


@kernel
def use(lo, hi, day, key, orders, ordered, quality_mean, quality_spread, problem_rate, taste, evidence_for,
        evidence_against, satisfaction, complaint, awareness, complaints, perception__prior_for, perception__prior_against,
        perception__negativity, promise, match, level, gap, trouble, learning, weight, salience):  # fmt: skip
    """Buyers use what they bought."""
    for n in range(ordered[0]):
        i, b, first = orders[n, 0], orders[n, 1], orders[n, 2]
        quality = quality_mean[b] + match * taste[b, i] + quality_spread[b] * normal(stream(key, day, b), i)
        trust = trust_of(evidence_for[b, i], evidence_against[b, i], perception__prior_for, perception__prior_against)
        felt = satisfaction_of(quality, 0.5 + promise * (trust - 0.5), level, gap)
        if uniform(stream(key, day, 64 + b), i) < problem_rate[b]:
            felt = min(felt, trouble)
            if complaint[b, i] == 0:
                complaint[b, i] = day + 1
                complaints[b] += 1
        step = 1.0 if first else learning
        satisfaction[b, i] += np.float32(step * (felt - satisfaction[b, i]))
        feeling = 2.0 * felt - 1.0
        if feeling >= 0.0:
            evidence_for[b, i] += np.float32(weight * feeling)
        else:
            evidence_against[b, i] -= np.float32(weight * perception__negativity * feeling)
        awareness[b, i] += (np.float32(1.0) - awareness[b, i]) * np.float32(1.0 - np.exp(-salience))


def setup(engine):
    """What using each brand is like."""
    return {
        "quality_mean": np.array([one.quality for one in engine.brands]),
        "quality_spread": np.array([one.quality_spread for one in engine.brands]),
        "problem_rate": np.array([one.problem_rate for one in engine.brands]),
    }


register(
    Mechanism(
        name="experience",
        phase="live",
        kernels=(use,),
        params=PARAMS,
        columns=COLUMNS,
        tables=TABLES,
        tallies=TALLIES,
        setup=setup,
        responses=(Response("level", "satisfaction", 1),),
    )
)
