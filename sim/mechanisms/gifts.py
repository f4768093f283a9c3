"""Gifts: what consumers are handed from outside the model (sim.outside) is used on the same day, like anything bought.

Nothing happens here unless an intervention gave something. Whether it was a free trial or a sale is a matter of money
only, which the tallies of purchases settle; experience, reviews, rewards and word of mouth follow alike.
"""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel
from sim.lists import place_order
from sim.mechanism import Mechanism, register

TABLES = {
    "gift_row": "who is given something today, ascending",
    "gift_brand": "the brand that each is given",
    "gift_first": "1 where it is the consumer's first unit of the brand",
    "gifts_today": "how many gifts there are today, one number",
}


@kernel
def hand_over(lo, hi, day, key, gift_row, gift_brand, gift_first, gifts_today, orders, ordered):
    """Lay today's gifts among the orders of these consumers."""
    rows = gift_row[: gifts_today[0]]
    n = np.searchsorted(rows, lo)
    while n < rows.size and rows[n] < hi:
        place_order(orders, ordered, rows[n], gift_brand[n], gift_first[n], -1)
        n += 1


def setup(engine):
    """No gifts, and room for a few; more is made when needed."""
    return {
        **{name: np.zeros(64, np.int32) for name in ("gift_row", "gift_brand", "gift_first")},
        "gifts_today": np.zeros(1, np.int64),
    }


register(Mechanism(name="gifts", phase="decide", kernels=(hand_over,), tables=TABLES, setup=setup))
