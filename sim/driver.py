"""One compiled call lives a whole group's day: every kernel over a block of consumers while it is in the cache, then the next.

Between kernels, rows of the next block are asked for (sim.ahead), a few lines at a time: memory takes as many requests at
once as it takes, and a processor that has more waits for them.

Calling thirty kernels from Python for every few thousand consumers would cost more than the kernels do. So a small function
that calls them in the order of the day is written out, compiled and cached beside the kernels; its name carries the
fingerprint of every kernel's source, so that an edited mechanism never meets an old day.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numba

from sim.ahead import look_ahead
from sim.contracts import declared_columns
from sim.kernels import CACHE
from sim.mechanism import CLOCK, Mechanism, arguments, is_ours

SCRATCH = ("luck", "mark")
"""Lists that have one entry per row of a block; the day cuts them to the block it is at."""
BY_ROW = ("tie_start",)
"""What has one entry per consumer, besides columns: as they are, it is asked for ahead of the block that needs it."""
SELDOM = ("seen_from", "passed_on", "heard", "advised", "farewells", "last_farewell", "company", "vouched_on", "entered",
          "won_by", "referrer", "invited_on")  # fmt: skip
"""Columns of which so few rows are needed that asking for all costs more than waiting, or asking for these once known."""
PARTS = 4
"""In how many parts a column's rows of the next block are asked for."""

_compiled: dict[tuple[tuple[str, Callable], ...], tuple[Callable, list[str]]] = {}
_one_at_a_time = threading.Lock()  # markets are built on several threads at once

_HEAD = '''"""A day of the market, written by sim.driver: {title}."""

def live(lo, hi, block, night, day, {parameters}):
    for start in range(lo, hi, block):
        stop = min(hi, start + block)
        rows, further = stop - start, min(hi, stop + block)
        part = (further - stop + {parts} - 1) // {parts}
        block_luck, block_mark = luck[:rows], mark[: (rows + 15) // 16 * 16]
        sent[0] = ordered[0] = sought[0] = 0
'''
_ASK = "look_ahead({own}, min(further, stop + part * {nth}), min(further, stop + part * {nth} + part))"


def write_day(schedule: Sequence[tuple[str, Mechanism, Callable]]) -> tuple[str, list[str]]:
    """Source of the day's function, and the names of its arguments after (lo, hi, block, night, day).

    `night`: whether these are all consumers there are, so that what waits for everybody (`spread`) can follow at once.
    """
    names: list[str] = ["luck", "mark", "sent", "ordered", "sought"]
    by_day: list[str] = []
    by_night = ["    if night:", "        pass"]
    ahead = ({*declared_columns(), *BY_ROW}).difference(SELDOM)
    asked: list[str] = []
    for number, (phase, mechanism, kernel) in enumerate(schedule):
        at_night = phase == "spread"
        key = f"key_of_{mechanism.name}"
        passed = [key]
        for name in arguments(kernel)[len(CLOCK) :]:
            own = f"{mechanism.name}__{name}" if name in mechanism.params else name
            passed.append(f"block_{name}" if name in SCRATCH and not at_night else own)
            if own not in names:
                names.append(own)
                if own in ahead and not at_night:
                    asked += [f"        {_ASK.format(own=own, nth=nth)}" for nth in range(PARTS)]
        if key not in names:
            names.append(key)
        call = f"        kernel_{number}({'lo, hi' if at_night else 'start, stop'}, day, {', '.join(passed)})"
        (by_night if at_night else by_day).append(call)
    lines, calls = [], len(by_day)
    for number, call in enumerate(by_day):
        lines += [*asked[len(asked) * number // calls : len(asked) * (number + 1) // calls], call]
    title = ", ".join(dict.fromkeys(mechanism.name for _, mechanism, _ in schedule))
    head = _HEAD.format(title=title, parameters=", ".join(names), parts=PARTS)
    return head + "\n".join([*lines, *by_night, ""]), names


def compile_day(schedule: Sequence[tuple[str, Mechanism, Callable]]) -> tuple[Callable, list[str]]:
    """The compiled day and its argument names; compiled once for a set of mechanisms, then taken from the cache."""
    calls = tuple((mechanism.name, kernel) for _, mechanism, kernel in schedule)
    with _one_at_a_time:
        if calls not in _compiled:
            _compiled[calls] = _compile_day(schedule)
    return _compiled[calls]


def _compile_day(schedule: Sequence[tuple[str, Mechanism, Callable]]) -> tuple[Callable, list[str]]:
    source, names = write_day(schedule)
    kernels = {f"kernel_{number}": kernel for number, (_, _, kernel) in enumerate(schedule)}
    # A compiled day names the modules of its kernels and cannot be loaded without them: the same file elsewhere is another.
    homes = [inspect.getmodule(getattr(kernel, "py_func", kernel)) for kernel in kernels.values()]
    text = source + "".join(
        f"{home and home.__name__}{_source_of(kernel)}" for home, kernel in zip(homes, kernels.values())
    )
    module_name = f"journeysim_day_{blake2b(text.encode(), digest_size=8).hexdigest()}"
    if module_name not in sys.modules:
        path = CACHE / f"{module_name}.py"
        if not path.exists():
            fresh = path.with_suffix(f".{os.getpid()}.tmp")  # another process may be writing the same day
            fresh.write_text(source)
            fresh.replace(path)
        spec = importlib.util.spec_from_file_location(module_name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        vars(module).update(kernels, look_ahead=look_ahead)
        spec.loader.exec_module(module)
        # A cached day asks for its kernels' modules by name when it is loaded; only the package's own are sure to be there.
        ours = all(map(is_ours, kernels.values()))
        day = vars(module)
        day["live"] = numba.njit(nogil=True, cache=ours, error_model="numpy")(day["live"])
        sys.modules[module_name] = module
    return vars(sys.modules[module_name])["live"], names


def values_of(names: Sequence[str], known: Mapping[str, Any], keys: Callable[[str], Any]) -> tuple[Any, ...]:
    """What to pass for each name: a mechanism's key, or what is wired under that name."""
    prefix = "key_of_"
    return tuple(keys(name.removeprefix(prefix)) if name.startswith(prefix) else known[name] for name in names)


def _source_of(kernel: Callable) -> str:
    function = getattr(kernel, "py_func", kernel)
    try:
        return Path(inspect.getfile(function)).read_text()
    except (OSError, TypeError):  # typed into a notebook: the cell's own text
        return inspect.getsource(function)
