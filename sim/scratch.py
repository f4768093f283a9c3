"""Scratch of a kernel on the stack, arrays that are gone when it returns; and tables looked at as one long row.

`np.empty` in a kernel asks for memory from the heap, some forty nanoseconds for each array and block; each slice of such an array
and each call it is handed to counts its references with locked instructions; and as the compiler cannot know that two of them
lie apart, each wide loop begins by looking whether they overlap. An array on the stack costs nothing, is counted by nobody, and
is known to lie apart from all others.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

_ALIGNED = 64  # a cache line, and the widest vector


@intrinsic(prefer_literal=True)
def _on_stack(typing, shape: Any, dtype):
    several = isinstance(shape, types.BaseTuple)
    axes = shape.types if several else (shape,)
    known = all(isinstance(axis, types.IntegerLiteral) for axis in axes)
    kind = types.Array(dtype.dtype, len(axes), "C")

    def generate(context, builder, signature, arguments):
        asked = cgutils.unpack_tuple(builder, arguments[0]) if several else [arguments[0]]
        long = context.get_value_type(types.intp)
        lengths = [context.cast(builder, value, axis, types.intp) for value, axis in zip(asked, axes)]
        entry = context.get_data_type(dtype.dtype)
        size = context.get_abi_sizeof(entry)
        strides = [long(size)]
        for length in reversed(lengths[1:]):
            strides.insert(0, builder.mul(strides[0], length))
        if known:
            entries = int(np.prod([axis.literal_value for axis in axes]))
            place = cgutils.alloca_once(builder, ir.ArrayType(entry, entries))
        else:
            entries = builder.udiv(builder.mul(strides[0], lengths[0]), long(size))
            place = builder.alloca(entry, entries)
        place.align = _ALIGNED
        array = context.make_array(kind)(context, builder)
        data = builder.bitcast(place, entry.as_pointer())
        populate_array(array, data=data, shape=lengths, strides=strides, itemsize=long(size), meminfo=None)
        return array._getvalue()

    return kind(shape, dtype), generate


scratch: Any = np.empty if numba.config.DISABLE_JIT else _on_stack  # type: ignore[attr-defined]
"""scratch(shape, dtype): at the top of a kernel, never in a loop; numbers in `shape` that are known beforehand cost least."""


def _in_a_row(array):
    """A contiguous table as plain Python looks at it."""
    return array.reshape(-1)


@intrinsic
def _flat(typing, array):
    """The same without counting references: it must not outlive what it is made of."""
    row = types.Array(array.dtype, 1, "C")

    def generate(context, builder, signature, arguments):
        table = context.make_array(array)(context, builder, arguments[0])
        size = table.itemsize
        made = context.make_array(row)(context, builder)
        populate_array(made, data=table.data, shape=[table.nitems], strides=[size], itemsize=size, meminfo=None)
        return made._getvalue()

    return row(array), generate


flat: Any = _in_a_row if numba.config.DISABLE_JIT else _flat  # type: ignore[attr-defined]
"""flat(table): entry [b, i] of a contiguous table is entry b * table.shape[1] + i of its row, a place worked out once for all
tables of one shape."""
