"""Have the next block's columns on their way from memory while this block lives its day.

Kernels that concern few people read columns here and there, which the processor cannot foresee: each such read of a large
market would wait some hundred nanoseconds. Asking for the lines beforehand costs next to nothing and changes no result.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.kernels import rule

_LINE = 64  # bytes of a cache line


def _nothing(array, place):
    """Plain Python has nothing to fetch."""


def _asking(level):
    """What asks for the cache line of one entry of a contiguous array, counted flat. level: 3 nearest the processor, 2 next."""

    @intrinsic
    def ask(typing, array, place):
        def generate(context, builder, signature, arguments):
            start = context.make_array(signature.args[0])(context, builder, arguments[0]).data
            whole, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
            prefetch = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(ir.VoidType(), [pointer, whole, whole, whole]), "llvm.prefetch.p0"
            )
            line = builder.bitcast(builder.gep(start, [arguments[1]]), pointer)
            builder.call(prefetch, [line, whole(0), whole(level), whole(1)])  # to be read; level; data
            return context.get_dummy_value()

        return types.void(array, types.int64), generate

    return ask


fetch: Any = _nothing if numba.config.DISABLE_JIT else _asking(2)  # type: ignore[attr-defined]
"""fetch(array, place): have what is read in this block brought to the second-level cache."""
fetch_near: Any = _nothing if numba.config.DISABLE_JIT else _asking(3)  # type: ignore[attr-defined]
"""fetch_near(array, place): what is read some fifty steps later, to the first-level one; more would push one another out."""


@rule
def look_ahead(column, lo, hi):
    """Ask for the rows [lo, hi) of a column, of every brand or channel if it has several."""
    step = _LINE // column.itemsize
    for first in range(lo, column.size, column.shape[-1]):
        for place in range(first, first + hi - lo, step):
            fetch(column, place)


@rule
def ask_for_people(people, many, column):
    """Ask for a column of the consumers people[:many, 0], of every brand or channel if it has several."""
    for first in range(0, column.size, column.shape[-1]):
        for n in range(many[0]):
            fetch(column, first + people[n, 0])


@rule
def ask_for_ties(people, places, tie_start, tie_to):
    """Ask for the ties of the consumers people[places, 0] all together, so as not to wait for each in turn."""
    for n in places:
        fetch(tie_start, people[n, 0])
    for n in places:
        first, end = tie_start[people[n, 0]], tie_start[people[n, 0] + 1]
        fetch(tie_to, first)
        fetch(tie_to, end - 1)
