"""Write down which of sixteen bytes are not zero, at once: what a loop with a branch does ten times slower.

LLVM has a word for it from version 19 on (one instruction on processors with AVX-512, branch-free code elsewhere); before, and
in plain Python, a loop without branches does the same.
"""

from __future__ import annotations

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.kernels import rule

AT_ONCE = 16


def _one_by_one(mark, start, chosen, found):
    """Write the positions of those of mark[start : start + 16] that are not zero to chosen[found ...]; return how many."""
    many = found
    for j in range(start, start + AT_ONCE):
        chosen[many] = j
        many += np.int64(mark[j] != 0)
    return many - found


@intrinsic
def _at_once(typing, mark, start, chosen, found):
    """The same in LLVM's own words, for contiguous arrays of bytes and int32."""
    byte, whole, long = ir.IntType(8), ir.IntType(32), ir.IntType(64)
    bytes_, wholes, flags_ = (ir.VectorType(kind, AT_ONCE) for kind in (byte, whole, ir.IntType(1)))

    def generate(context, builder, signature, arguments):
        marks, begin, out, place = arguments
        marks = context.make_array(signature.args[0])(context, builder, marks).data
        out = context.make_array(signature.args[2])(context, builder, out).data
        read = builder.load(builder.bitcast(builder.gep(marks, [begin]), bytes_.as_pointer()), align=1)
        flags = builder.icmp_unsigned("!=", read, ir.Constant(bytes_, [0] * AT_ONCE))
        unset = ir.Constant(wholes, ir.Undefined)
        first = builder.insert_element(unset, builder.trunc(begin, whole), whole(0))
        first = builder.shuffle_vector(first, unset, ir.Constant(wholes, [0] * AT_ONCE))
        positions = builder.add(first, ir.Constant(wholes, list(range(AT_ONCE))))
        compress = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(wholes, [wholes, flags_, wholes]),
            f"llvm.experimental.vector.compress.v{AT_ONCE}i32",
        )
        packed = builder.call(compress, [positions, flags, unset])
        builder.store(packed, builder.bitcast(builder.gep(out, [place]), wholes.as_pointer()), align=4)
        return builder.zext(builder.ctpop(builder.bitcast(flags, ir.IntType(AT_ONCE))), long)

    return types.int64(mark, types.int64, chosen, types.int64), generate


_HAS_COMPRESS = llvmlite.binding.llvm_version_info[0] >= 19 and not numba.config.DISABLE_JIT  # type: ignore[attr-defined]
squeeze = _at_once if _HAS_COMPRESS else rule(_one_by_one)
"""squeeze(mark, start, chosen, found): `chosen` must have room for sixteen more entries, whatever is found."""
