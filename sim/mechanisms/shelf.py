"""The shelf: who shops for the category comes upon brands he did not know.

In a repeat category every purchase takes place in front of all the brands of a shop; where people consider long, they visit
shops before (owned). On each such occasion one product catches the shopper's eye with chance `sight`, of any brand in proportion
to how widely it is sold; if he did not know it, what he saw makes the name known with `salience`, as a message does (perception),
a buyer's on the next morning. So a new brand is tried without any advertising, too, first by those who shop most: that
people know a brand follows from advertising and from distribution side by side (NEWS: Pringle, Wilson & Brody 1982, Marketing
Science 1(1); what is looked at on a shelf: Chandon, Hutchinson, Bradlow & Young 2009, J. Marketing 73(6)).
"""

from __future__ import annotations

import numpy as np

from sim.draws import stream, uniform
from sim.kernels import kernel, rule, total
from sim.lists import send
from sim.mechanism import Mechanism, Response, register
from sim.params import Param
from sim.screens import collect, wipe
from sim.stages import KNOWS

PARAMS = {
    "sight": Param(0.025, 0, 1, "chance", "that a product beside the one sought catches a shopper's eye"),
    "salience": Param(0.3, 0, 5, "exponent", "how much having seen it on the shelf makes a brand known"),
}

_REPEAT = 0  # purchase's code of the category, which cannot be imported from there


@rule
def beside(u, sight, available):
    """The brand that catches a shopper's eye, given a uniform draw u; -1: none."""
    if u >= sight:  # on most occasions: before what is sold is added up
        return -1
    every = total(available)
    if every <= 0.0:
        return -1
    left = u / sight * every
    for b in range(available.size - 1):
        if left < available[b]:
            return b
        left -= available[b]
    return available.size - 1


@rule
def newly_seen(u, sight, available, stage, stage_role, i):
    """The brand that catches the eye of shopper i although he does not know it, given a uniform draw u; -1: none."""
    b = beside(u, sight, available)
    return b if b >= 0 and not stage_role[np.uint8(stage[b, i])] & KNOWS else -1


@rule
def mark_shoppers(last_purchase, yesterday, mark):
    """Mark who bought something of the category yesterday."""
    for j in range(last_purchase.size):
        mark[j] = np.uint8(last_purchase[j] == yesterday)


@kernel
def meet(lo, hi, day, key, category_code, last_purchase, available, stage, stage_role, letters, effects, sent, mark, chosen,
         kind_shop, sight, salience):  # fmt: skip
    """Yesterday's shoppers remember what they saw beside what they took."""
    if category_code[0] != _REPEAT or sight <= 0.0:
        return
    wipe(mark)
    mark_shoppers(last_purchase[lo:hi], np.int16(day - 1), mark)
    today = stream(key, day, 0)
    for n in range(collect(mark, hi - lo, chosen)):
        i = np.uint32(lo + chosen[n])
        b = newly_seen(uniform(today, i), sight, available, stage, stage_role, i)
        if b >= 0:
            send(letters, effects, sent, i, b, kind_shop, 1, 0, salience, 0.0, 0.0, 0.0)


register(
    Mechanism(
        name="shelf",
        phase="expose",
        kernels=(meet,),
        params=PARAMS,
        off={"sight": 0.0},
        responses=(Response("sight", "awareness", 1),),
    )
)
