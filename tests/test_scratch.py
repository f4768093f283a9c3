"""Scratch on the stack, and tables as one row: what they hold, and that plain Python gives the same."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernels import kernel
from sim.scratch import _flat, _in_a_row, _on_stack

_KNOWN = 5


@kernel
def _fill_on_the_stack(table, rows):
    alone, grid = _on_stack(_KNOWN, np.float32), _on_stack((rows, _KNOWN), np.int64)
    for column in range(_KNOWN):
        alone[column] = 0.5 * column
    for row in range(rows):
        for column in range(_KNOWN):
            grid[row, column] = 10 * row + column
    for row in range(rows):
        for column in range(_KNOWN):
            table[row, column] = grid[row, column] + alone[column]
    return alone.size, grid.shape


@kernel
def _raise_in_a_row(table, place):
    _flat(table)[place] += 1
    return _flat(table).size


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_scratch_has_its_shape_and_keeps_what_is_written(rows):
    table = np.zeros((rows, _KNOWN))
    size, shape = _fill_on_the_stack(table, rows)
    assert (size, tuple(shape)) == (_KNOWN, (rows, _KNOWN))
    assert (table == 10 * np.arange(rows)[:, None] + 1.5 * np.arange(_KNOWN)).all()


@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 4)])
def test_an_entry_of_the_row_is_the_table_s(shape):
    table = np.zeros(shape, np.float32)
    assert _raise_in_a_row(table, np.uint64(5)) == table.size
    _in_a_row(table)[5] += 1
    assert table.ravel()[5] == 2
    assert table.sum() == 2
