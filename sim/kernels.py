"""How rules and kernels are compiled: numba, cached by the fingerprint of every source file they are made of.

A *rule* is a scalar function (a hazard, a weight); a *kernel* is a loop over the rows [lo, hi) that calls rules. numba's
own cache does not notice a change in a function that a kernel calls from another file, so the cache folder is named by
the fingerprint of all kernel sources: editing any of them starts a fresh cache, and old ones are swept away.
"""

from __future__ import annotations

import dis
import os
import shutil
from collections.abc import Callable
from functools import cache, partial
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.core.codegen import get_host_cpu_features
from numba.extending import intrinsic

from sim.mechanism import is_ours
from sim.scratch import scratch

_KEPT_CACHES = 8


@cache
def fingerprint() -> str:
    """Fingerprint of the compiled part of the model: every file of `sim/` and `sim/mechanisms/` with compiled code."""
    here = Path(__file__).parent
    digest = blake2b(digest_size=8)
    for path in sorted([*here.glob("*.py"), *(here / "mechanisms").glob("*.py")]):
        source = path.read_bytes()
        if any(mark in source for mark in (b"@rule", b"@kernel", b"@numba", b"@intrinsic")):
            digest.update(path.name.encode())
            digest.update(source)
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where compiled kernels of this version are kept: under NUMBA_CACHE_DIR if set, else the user's cache folder."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    system = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    root = Path(chosen) if chosen else Path(system) / "journeysim"
    return root / f"kernels-{fingerprint()}"


def _open_cache() -> Path:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        old = sorted(folder.parent.glob("kernels-*"), key=lambda path: path.stat().st_mtime)
        for path in old[:-_KEPT_CACHES]:
            shutil.rmtree(path, ignore_errors=True)
    except OSError:  # a read-only home: compile for this process only, into a folder that goes with it
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="journeysim-kernels-"))
    vars(numba.config)["CACHE_DIR"] = str(folder)
    return folder


def _put_off_blas() -> None:
    """Load numba's array functions without scipy, which takes a tenth of a start and which no kernel here needs.

    numba looks for the BLAS in scipy once when it is loaded, and again whenever it compiles `np.dot` or the like.
    """
    import numba.np.linalg as algebra

    ask = algebra.ensure_blas
    vars(algebra)["ensure_blas"] = lambda: None
    try:
        import_module("numba.np.arraymath")
    finally:
        vars(algebra)["ensure_blas"] = ask


def features_for(host: str) -> str | None:
    """What LLVM is told of a processor with these features, so that it uses vectors of 512 bits; None: nothing more than it sees.

    Where there are such vectors, LLVM still prefers 256 bits, as the first processors that had them slowed down for them. Those
    with AVX512-VBMI2 do not any more (Ice Lake and Zen 4 onwards): there a day takes 3 to 5 % less. Results are the same bits.
    """
    return f"{host},-prefer-256-bit" if "+avx512vbmi2" in host.split(",") else None


def _widen() -> None:
    """Have numba compile for the widest vectors, unless the user has told it for which processor to compile."""
    settings = vars(numba.config)
    if settings["CPU_FEATURES"] is None and settings["CPU_NAME"] is None:
        settings["CPU_FEATURES"] = features_for(get_host_cpu_features())


_put_off_blas()
_widen()
CACHE = _open_cache()
"""Where this process keeps compiled kernels."""


def is_warm() -> bool:
    """Whether kernels of this version have been compiled on this machine before (the first run compiles them)."""
    return any(CACHE.rglob("*.nbi"))


def _compile(function: Callable, **options) -> Callable:
    """A compiled function, kept in the cache if it is the package's own.

    A user's is compiled by each process: the cache asks for the module by the name under which it was compiled, and a mechanism
    file has another name when it is imported; nor would the cache notice an edit in a second file that the kernel calls.
    """
    return numba.njit(cache=is_ours(function), error_model="numpy", **options)(function)


def _looks_into_arrays(function: Callable) -> bool:
    """Whether a function takes entries of arrays, or asks for their sizes."""
    return any(
        one.opname in ("BINARY_SUBSCR", "STORE_SUBSCR", "BINARY_SLICE", "STORE_SLICE")
        or (one.opname == "BINARY_OP" and one.argrepr.startswith("["))  # Python 3.14 calls it so
        or one.argval in ("size", "shape")
        for one in dis.get_instructions(function)
    )


def rule(function: Any = None, *, makes_arrays: bool | None = None) -> Any:
    """Compile a scalar rule: a pure function of numbers, testable and plottable alone, inlined where it is called.

    makes_arrays: as for `kernel`. A rule of numbers alone can also be asked of arrays of them, from Python, and makes the answer.
    """
    if function is None:
        return partial(rule, makes_arrays=makes_arrays)
    if makes_arrays is None:
        makes_arrays = not (is_ours(function) and _looks_into_arrays(function))
    return numba.njit(error_model="numpy", inline="never", **_counting(makes_arrays))(function)


def kernel(function: Any = None, *, makes_arrays: bool | None = None) -> Any:
    """Compile a kernel: a loop over rows that reads and writes columns named by its arguments.

    makes_arrays: whether it makes arrays with numpy, or a rule that it calls hands it one. Only then are references to arrays
    counted, with a locked instruction for each slice of a column too, which took a twentieth of the day. By default the
    package's own kernels do not count (an array made there would never be freed), all others do.
    """
    if function is None:
        return partial(kernel, makes_arrays=makes_arrays)
    if makes_arrays is None:
        makes_arrays = not is_ours(function)
    return _compile(function, nogil=True, **_counting(makes_arrays))


def _counting(counts: bool) -> dict[str, Any]:
    """numba's word for whether references to arrays are counted in a function."""
    return {"_nrt": counts}


UNIT = np.float32(1.0 / 255.0)
"""Share-like traits are stored as bytes: trait * UNIT is the share."""


@rule
def expm(x):
    """exp(x) in single precision by range reduction and a polynomial (relative error below 3e-7), for |x| < 87.

    numba from PyPI has no vector exp; this one vectorises and gives the same bits on every machine.
    """
    x = min(max(x, np.float32(-87.0)), np.float32(87.0))
    whole = np.floor(x * np.float32(1.44269504) + np.float32(0.5))
    r = x - whole * np.float32(0.693359375) + whole * np.float32(2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    p = p * r * r + r + np.float32(1.0)
    return p * np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)


@rule
def largest(values):
    """The largest of some numbers, at least one; numpy's own would make an array where these are part of a table."""
    most = values[0]
    for n in range(1, values.size):
        most = max(most, values[n])
    return most


@rule
def total(values):
    """Sum of `values` (n,) in the order in which numpy adds, so that the bits are those of `values.sum()`.

    Halves are added apart, and halves of these, down to 128 values (pairwise summation, Higham 1993).
    """
    if values.size <= 128:
        return _add_some(values, 0, values.size)
    left, waiting = scratch(64, np.float64), scratch(64, np.int64)
    waiting[:] = 0  # sums of left halves, and where their right halves end (0: none)
    first, last, depth = 0, values.size, 0
    while True:
        while last - first > 128:
            waiting[depth] = last
            half = (last - first) // 2
            last = first + half - half % 8
            depth += 1
        summed = _add_some(values, first, last)
        while depth > 0 and waiting[depth - 1] == 0:
            depth -= 1
            summed = left[depth] + summed
        if depth == 0:
            return summed
        left[depth - 1] = summed
        first, last = last, waiting[depth - 1]
        waiting[depth - 1] = 0


@rule
def dot_of_five(values, weights, rows):
    """values @ weights of five numbers each, one of `rows` such rows, with the bits of a matrix of them in numpy on x86.

    OpenBLAS keeps one running sum where there is one row, and two where there are more, and rounds a product and its sum once.
    Written out, it is the same on every machine.
    """
    if rows == 1:
        summed = values[0] * weights[0]
        for place in range(1, 5):
            summed = fused(values[place], weights[place], summed)
        return summed
    even, odd = values[0] * weights[0] + values[2] * weights[2], values[1] * weights[1] + values[3] * weights[3]
    return fused(values[4], weights[4], even + odd)


def _fused_in_python(x, y, z):
    """x * y + z; plain Python rounds twice."""
    return x * y + z


@intrinsic
def _fused(typing, x, y, z):
    """x * y + z, rounded once."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


fused: Any = _fused_in_python if numba.config.DISABLE_JIT else _fused  # type: ignore[attr-defined]


@rule
def _add_some(values, first, last):
    """Sum of values[first:last], at most 128 of them, in eight running sums as numpy keeps."""
    summed, whole = 0.0, first
    if last - first >= 8:
        a, b, c, d = values[first], values[first + 1], values[first + 2], values[first + 3]
        e, f, g, h = values[first + 4], values[first + 5], values[first + 6], values[first + 7]
        whole = last - (last - first) % 8
        for at in range(first + 8, whole, 8):
            a += values[at]
            b += values[at + 1]
            c += values[at + 2]
            d += values[at + 3]
            e += values[at + 4]
            f += values[at + 5]
            g += values[at + 6]
            h += values[at + 7]
        summed = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for at in range(whole, last):
        summed += values[at]
    return summed
