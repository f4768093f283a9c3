"""Personalised messages: better aimed, and creepy where a brand is not open about its data.

On channels that know the person (those that allow look-alike targeting), a message speaks to interest:

    relevance = 1 + gain * depth * (2 * interest - 1),

depth being the platform's personalisation. Matched ads sold up to 1.5 times what mismatched ones did (X01, Matz, Kosinski, Nave
& Stillwell 2017, PNAS 114(48)): that is (1 + gain) / (1 - gain), the keenest person's, so gain is 0.2. All that a message does
is scaled by it, being noticed as one's own included (self-reference: Rogers, Kuiper & Kirker 1977, Journal of Personality and
Social Psychology 35(9)), and worn by reactance where the brand is not transparent:

    acceptance = exp(-creep * depth**2 * (1 - transparency)).

Control over their data nearly doubled people's response to personalised ads (X02, Tucker 2014, J. Marketing Research 51(5)):
creep is log 2. People avoid ads that know too much (Baek & Morimoto 2012, Journal of Advertising 41(1)).
"""

from __future__ import annotations

import numpy as np

from sim.mechanism import Mechanism, Response, register
from sim.params import Param

PARAMS = {
    "gain": Param(
        0.2, 0, 5, "factor", "extra effect at full depth on the keenest, and as much less on the least keen", "X01"
    ),
    "creep": Param(0.7, 0, 5, "exponent", "how strongly full depth without transparency is resented", "X02"),
}

TABLES = {
    "relevance": "gain of messages by channel from matching interest, (brand, channel)",
    "acceptance": "share of effect left after privacy reactance, (brand, channel)",
}


def setup(engine):
    """Start from messages that are neither matched nor resented."""
    shape = len(engine.brands), len(engine.channels)
    return {
        "relevance": np.zeros(shape, np.float32),
        "acceptance": np.ones(shape, np.float32),
        "_depth": [(0.0, 0.0, 0.0)],
    }


def dawn(engine):
    """Today's depth of personalisation, by channel and brand."""
    params = engine.parameters["personalisation"]
    depth = engine.platform.personalisation
    now = depth, params["gain"], params["creep"]
    if now == engine.tables["_depth"][0]:
        return
    engine.tables["_depth"][0] = now
    for c, channel in enumerate(engine.channels):
        knows_person = "lookalike" in channel.targets
        for b, brand in enumerate(engine.brands):
            engine.tables["relevance"][b, c] = params["gain"] * depth if knows_person else 0.0
            resented = params["creep"] * depth**2 * (1.0 - brand.transparency) if knows_person else 0.0
            engine.tables["acceptance"][b, c] = np.exp(-resented)


register(
    Mechanism(
        name="personalisation",
        phase="events",
        params=PARAMS,
        tables=TABLES,
        setup=setup,
        dawn=dawn,
        after=("events",),
        off={"gain": 0.0, "creep": 0.0},
        responses=(Response("creep", "awareness", -1),),
    )
)
