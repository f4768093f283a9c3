"""Look sixteen numbers up in a table at once: what a loop cannot, for the compiler must fear that what it writes is the table.

LLVM has a word for it (one instruction on processors with AVX2 or AVX-512, sixteen loads elsewhere); before its pointers lost
their types, and in plain Python, a loop does the same. The bounds of `journey.progress` take half as long as one by one.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding
import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.kernels import rule
from sim.squeeze import AT_ONCE


def _one_by_one(table, places, start, out):
    """Write table[places[n]] to out[n] for n from start to start + 16."""
    for n in range(start, start + AT_ONCE):
        out[n] = table[places[n]]


@intrinsic
def _at_once(typing, table, places, start, out):
    """The same in LLVM's own words, for contiguous arrays of float32, int32 and float32."""
    real, whole, flag = ir.FloatType(), ir.IntType(32), ir.IntType(1)
    reals, wholes, flags = (ir.VectorType(kind, AT_ONCE) for kind in (real, whole, flag))
    pointers = ir.VectorType(real.as_pointer(), AT_ONCE)

    def generate(context, builder, signature, arguments):
        first, where, written = (
            context.make_array(signature.args[n])(context, builder, arguments[n]).data for n in (0, 1, 3)
        )
        begin = arguments[2]
        read = builder.load(builder.bitcast(builder.gep(where, [begin]), wholes.as_pointer()), align=4)
        # llvmlite writes down one address by one place only; LLVM takes sixteen places for sixteen addresses.
        lanes = builder.gep(first, [whole(0)])
        lanes.indices, lanes.operands[1], lanes.type = [read], read, pointers
        look_up = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(reals, [pointers, whole, flags, reals]),
            f"llvm.masked.gather.v{AT_ONCE}f32.v{AT_ONCE}p0",
        )
        found = builder.call(
            look_up, [lanes, whole(4), ir.Constant(flags, [1] * AT_ONCE), ir.Constant(reals, ir.Undefined)]
        )
        builder.store(found, builder.bitcast(builder.gep(written, [begin]), reals.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(table, places, types.int64, out), generate


_HAS_PLAIN_POINTERS = llvmlite.binding.llvm_version_info[0] >= 17 and not numba.config.DISABLE_JIT  # type: ignore[attr-defined]
gather: Any = _at_once if _HAS_PLAIN_POINTERS else rule(_one_by_one)
"""gather(table, places, start, out): all sixteen places must be in the table."""
