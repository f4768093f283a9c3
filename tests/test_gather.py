"""Sixteen numbers looked up at once are those that are looked up one by one."""

from __future__ import annotations

import numpy as np
import pytest

from sim.gather import gather
from sim.kernels import kernel
from sim.squeeze import AT_ONCE


@kernel
def look_up(table, places, out):
    """All places, sixteen at a time."""
    for start in range(0, places.size, AT_ONCE):
        gather(table, places, start, out)


@pytest.mark.parametrize("size", [1, 17, 9216])
def test_every_number_is_that_of_its_place(size):
    luck = np.random.default_rng(size)
    table = luck.random(size).astype(np.float32)
    places = luck.integers(0, size, 5 * AT_ONCE).astype(np.int32)
    places[:2] = 0, size - 1
    out = np.full(places.size + 1, -1.0, np.float32)
    look_up(table, places, out)
    assert (out[:-1] == table[places]).all()
    assert out[-1] == -1.0, "nothing is written beyond the last sixteen"
