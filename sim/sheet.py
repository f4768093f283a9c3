"""The sheet: where everything lies that compiled code needs, written down in one row of whole numbers.

Handing over an array from Python to compiled code costs some 65 ns, so the three hundred names of a day would cost as much as
the day of a few hundred consumers. Their places in memory seldom change. So they are written into a sheet when a market is
wired, a day is handed the sheet alone, and begins by reading from it:

    form            entries in the sheet                       as it is read
    dtype/axes      address, then the length of each axis      an array over the same memory
    real, whole     a parameter or other number                the same float or int
    key             root of a mechanism's draws                the same uint64

Whatever has another form (an array with gaps, a tuple) is handed over as it is. A sheet holds addresses, not arrays: whoever
keeps one keeps the arrays, too.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Sequence
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_DTYPES = {np.dtype(one): one for one in ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
                                         "float32", "float64")}  # fmt: skip
_NUMBERS = {float: "real", int: "whole", np.uint64: "key"}
_WRITTEN = {"real": struct.Struct("d").pack, "whole": struct.Struct("q").pack, "key": struct.Struct("Q").pack}


def form_of(value: Any) -> str:
    """How a value is written in a sheet; "" if it is not."""
    if isinstance(value, np.ndarray):
        flags = value.flags
        plain = flags.c_contiguous and flags.aligned and flags.writeable and value.ndim > 0 and value.dtype in _DTYPES
        return f"{_DTYPES[value.dtype]}/{value.ndim}" if plain else ""
    return _NUMBERS.get(type(value), "")


def write_sheet(values: Iterable[Any], forms: Iterable[str]) -> np.ndarray:
    """The sheet of some values, int64 (entries,); those of no form are left out."""
    entries = bytearray()
    for value, form in zip(values, forms, strict=True):
        if form in _WRITTEN:
            entries += _WRITTEN[form](value)
        elif form:
            entries += struct.pack(f"{1 + value.ndim}q", value.__array_interface__["data"][0], *value.shape)
    return np.frombuffer(entries, np.int64)


def read_sheet(names: Sequence[str], forms: Sequence[str]) -> list[str]:
    """Lines of source that read each name from a sheet called `sheet`; what they name is in `READERS`."""
    lines, at = [], 0
    for name, form in zip(names, forms, strict=True):
        dtype, _, axes = form.partition("/")
        if axes:
            lengths = "".join(f"sheet[{at + 1 + axis}], " for axis in range(int(axes)))
            kind = "np.bool_" if dtype == "bool" else f"np.{dtype}"
            lines.append(f"{name} = carray(address(sheet[{at}]), ({lengths.rstrip()}), {kind})")
            at += 1 + int(axes)
        elif form:
            bits = f"np.int64(sheet[{at}])"
            lines.append(
                f"{name} = {bits}" + {"real": ".view(np.float64)", "whole": "", "key": ".view(np.uint64)"}[form]
            )
            at += 1
    return lines


def _pointer(number):
    """An address as plain Python takes it."""
    return ctypes.c_void_p(int(number))


@intrinsic
def _address(typing, number):
    """A whole number as an address."""

    def generate(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


address: Any = _pointer if numba.config.DISABLE_JIT else _address  # type: ignore[attr-defined]
READERS = {"np": np, "carray": numba.carray, "address": address}
"""What the lines of `read_sheet` name."""
