"""Have the next block's columns on their way from memory while this block lives its day.

Kernels that concern few people read columns here and there, which the processor cannot foresee: each such read of a large
market would wait some hundred nanoseconds. Asking for the lines beforehand changes no result, but it is cheap only in small
portions: memory brings a line in some four nanoseconds and takes a dozen requests at once, and a processor that asks for more
waits. Asked for in one go, the lines of a consumer would take a seventh of the day. So what the next block needs is noted
down (`note_down`) when a block begins, and kernels ask for a few lines at a time in the midst of their work (`meanwhile`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.kernels import rule

_LINE = 64  # bytes of a cache line
_FIRST_LEVEL, _SECOND_LEVEL = 3, 2


def _ask(builder, address, level):
    """LLVM's word for having the cache line at an address brought to a level of the cache, to be read."""
    whole, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
    prefetch = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(ir.VoidType(), [pointer, whole, whole, whole]), "llvm.prefetch.p0"
    )
    builder.call(prefetch, [address, whole(0), whole(level), whole(1)])


@intrinsic
def _entry(typing, array, place):
    def generate(context, builder, signature, arguments):
        start = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.gep(start, [arguments[1]])
        _ask(builder, builder.bitcast(place, ir.IntType(8).as_pointer()), _SECOND_LEVEL)
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


@intrinsic
def _line(typing, address):
    def generate(context, builder, signature, arguments):
        _ask(builder, builder.inttoptr(arguments[0], ir.IntType(8).as_pointer()), _FIRST_LEVEL)
        return context.get_dummy_value()

    return types.void(types.int64), generate


def _nothing(*where):
    """Plain Python has nothing to fetch."""


fetch: Any = _nothing if numba.config.DISABLE_JIT else _entry  # type: ignore[attr-defined]
"""fetch(array, place): have the cache line of one entry of a contiguous array, counted flat, brought to the second level."""
_fetch_line: Any = _nothing if numba.config.DISABLE_JIT else _line  # type: ignore[attr-defined]
"""_fetch_line(address): the same by its address, to the first level, which takes in more lines at once."""

# Entries of a list of what to ask for: which is next, where the list ends, how often `meanwhile` was said since the block began,
# bytes to ask for each time; then the address where each piece of memory begins, or goes on, and where it ends.
_NEXT, _END, _SAID, _PORTION, _FIRST = range(5)
_SELDOM_SAID = 16  # a portion is never more than such a part of all: a market of few people may not say it at all


def blank_notes(columns: Iterable[np.ndarray]) -> np.ndarray:
    """An empty list with room for all of these columns, a piece for each brand or channel."""
    pieces = sum(column.size // column.shape[-1] for column in columns)
    return np.full(_FIRST + 2 * pieces, _FIRST, np.int64)


@rule
def forget(ahead):
    """Begin a new list."""
    ahead[_END] = _FIRST


@rule
def note_down(column, lo, hi, ahead):
    """Note that the rows [lo, hi) of a column are to be asked for, of every brand or channel if it has several."""
    for first in range(lo, column.size, column.shape[-1]):
        place = ahead[_END]
        ahead[place] = column.ctypes.data + first * column.itemsize
        ahead[place + 1] = ahead[place] + (hi - lo) * column.itemsize
        ahead[_END] = place + 2


@rule
def begin_to_ask(ahead):
    """All is noted down: ask for as much at a time as will do if `meanwhile` is said as often as in the block before."""
    noted = 0
    for place in range(_FIRST, ahead[_END], 2):
        noted += ahead[place + 1] - ahead[place]
    ahead[_PORTION] = noted // max(ahead[_SAID], _SELDOM_SAID) + _LINE
    ahead[_NEXT], ahead[_SAID] = _FIRST, 0


@rule
def meanwhile(ahead, step, every):
    """Ask for a few more lines of what is noted down; in a loop, on every so manieth step, some seventy nanoseconds apart."""
    if step % every != 0:
        return
    ahead[_SAID] += 1
    place = ahead[_NEXT]
    if place < ahead[_END]:
        line, end = ahead[place], ahead[place + 1]
        stop = min(end, line + ahead[_PORTION])
        while line < stop:
            _fetch_line(line)
            line += _LINE
        ahead[place] = line
        if line >= end:
            ahead[_NEXT] = place + 2


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
