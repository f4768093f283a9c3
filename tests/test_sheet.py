"""The sheet: compiled code reads from it the very arrays and numbers that were written."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from sim.sheet import READERS, form_of, read_sheet, write_sheet

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]


def reader(values, body: str):
    """A compiled function of the sheet of `values`, read as v0, v1, ..., and the sheet."""
    forms = [form_of(value) for value in values]
    names = [f"v{number}" for number in range(len(values))]
    lines = "\n    ".join([*read_sheet(names, forms), body])
    found = dict(READERS)
    exec(f"def read(sheet):\n    {lines}\n", found)
    return numba.njit(found["read"]), write_sheet(values, forms)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (0, 7)])
def test_an_array_is_read_where_it_lies(dtype, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    read, sheet = reader([1.0, array, 3], "return v1.copy(), v1.ctypes.data")
    copy, address = read(sheet)
    assert copy.dtype == array.dtype
    assert copy.shape == shape
    assert np.array_equal(copy, array)
    assert address == array.ctypes.data


def test_what_compiled_code_writes_is_written_to_the_array():
    array, total = np.zeros((2, 3), np.float32), np.zeros(1, np.int64)
    read, sheet = reader([array, total], "v0[1, 2] = 7.5\n    v1[0] += 4")
    read(sheet)
    assert array[1, 2] == 7.5
    assert total[0] == 4


@pytest.mark.parametrize("value", [0.1, -np.inf, 5, -(2**62), np.uint64(2**64 - 3)])
def test_numbers_keep_their_bits_and_kind(value):
    read, sheet = reader([np.ones(2), value], "return v1")
    found = read(sheet)
    assert found == value
    assert isinstance(found, float) == isinstance(value, float)


def test_a_value_without_a_form_is_left_out():
    locked = np.ones(3)
    locked.flags.writeable = False
    others = [np.ones((4, 4))[:, 1], locked, (1, 2), "text", None, True, np.array(["a"]), np.array(3.0)]
    assert [form_of(value) for value in others] == [""] * len(others)
    forms = ["", "float64/1", ""]
    assert write_sheet(["text", np.ones(6), None], forms)[1:].tolist() == [6]
    assert len(read_sheet(["a", "b", "c"], forms)) == 1
