"""One compiled call lives a whole group's day: every kernel over a block of consumers while it is in the cache, then the next.

As a block begins, the rows that the next one needs are noted down, to be asked for a few lines at a time (sim.ahead).

Calling thirty kernels from Python for every few thousand consumers would cost more than the kernels do. So a small function
that calls them in the order of the day is written out, compiled and cached beside the kernels; its name carries the
fingerprint of every kernel's source, so that an edited mechanism never meets an old day. What it needs it reads from a sheet
(sim.sheet). Hooks that are kernels and follow one another at dawn or at dusk are called together in the same way.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numba

from sim.ahead import begin_to_ask, forget, note_down
from sim.contracts import declared_columns
from sim.kernels import CACHE
from sim.mechanism import CLOCK, HOOK_CLOCK, PHASES, Mechanism, arguments, is_ours
from sim.sheet import READERS, form_of, read_sheet, write_sheet

Schedule = Sequence[tuple[str, Mechanism, Callable]]
"""(phase, mechanism, kernel) in the order in which kernels are called."""

SCRATCH = ("luck", "mark")
"""Lists that have one entry per row of a block; the day cuts them to the block it is at."""
SELDOM = ("seen_from", "passed_on", "heard", "advised", "farewells", "last_farewell", "company", "vouched_on", "entered",
          "friends_word", "last_word", "won_by", "referrer", "invited_on", "invited", "price_sensitivity",
          "friends_owning")  # fmt: skip
"""Columns of which so few rows are needed that asking for all costs more than waiting, or asking for these once known."""
_ASKING = {"forget": forget, "note_down": note_down, "begin_to_ask": begin_to_ask}

_names: dict[tuple, tuple[str, ...]] = {}
_compiled: dict[tuple, Callable] = {}
_one_at_a_time = threading.Lock()  # markets are built on several threads at once

_DAY = '''"""A day of the market, written by sim.driver: {title}."""

def live(lo, hi, block, night, day, {passed}):
    {reading}
    for start in range(lo, hi, block):
        stop = min(hi, start + block)
        rows, further = stop - start, min(hi, stop + block)
        forget(ahead)
        {noted}
        begin_to_ask(ahead)
        block_luck, block_mark = luck[:rows], mark[: (rows + 15) // 16 * 16]
        sent[0] = ordered[0] = sought[0] = 0
        {calls}
    if night:
        {nightly}
'''
_HOOKS = '''"""Hooks that follow one another, written by sim.driver: {title}."""

def follow(day, {passed}):
    {reading}
    {calls}
'''


@dataclass(frozen=True)
class Compiled:
    """A compiled function and what it is passed after its clock. held: the arrays that lie where its sheet says."""

    function: Callable
    passed: tuple
    held: tuple


def compile_calls(schedule: Schedule, known: Mapping[str, Any]) -> Compiled:
    """The compiled day of a schedule, or the hooks of a schedule of hooks one after another, ready to be called.

    known: what is wired under each name. Compiled once for a set of kernels and forms, then taken from the cache.
    """
    calls = tuple((phase, mechanism.name, kernel) for phase, mechanism, kernel in schedule)
    with _one_at_a_time:
        if calls not in _names:
            _names[calls] = _needed(schedule)
        values = tuple([known[name] for name in _names[calls]])
        forms = tuple([form_of(value) for value in values])
        if (calls, forms) not in _compiled:
            _compiled[calls, forms] = _compile(schedule, write_source(schedule, known))
        function = _compiled[calls, forms]
    others = (value for value, form in zip(values, forms) if not form)
    return Compiled(function, (write_sheet(values, forms), *others), values)


def write_source(schedule: Schedule, known: Mapping[str, Any]) -> str:
    """Source of the function that calls the kernels of a schedule. known: what is wired under each name.

    A day is called with (lo, hi, block, night, day, ...), night: whether these are all consumers there are, so that what waits
    for everybody (`spread`) can follow at once. Hooks are called with (day, ...).
    """
    hooks, names = _are_hooks(schedule), _needed(schedule)
    forms = [form_of(known[name]) for name in names]
    by_day: list[str] = []
    by_night: list[str] = ["pass"]
    first_needed: dict[str, None] = {}
    for number, (phase, mechanism, kernel) in enumerate(schedule):
        at_night, passed = phase == "spread", _passed(mechanism, kernel, hooks)
        if not at_night:
            first_needed |= dict.fromkeys(passed)
            passed = [f"block_{name}" if name in SCRATCH else name for name in passed]
        rows = "" if hooks else "lo, hi, " if at_night else "start, stop, "
        (by_night if at_night else by_day).append(f"kernel_{number}({rows}day, {', '.join(passed)})")
    ahead = set(declared_columns()).difference(SELDOM)
    noted = [f"note_down({name}, stop, further, ahead)" for name in first_needed if name in ahead and not hooks]
    return (_HOOKS if hooks else _DAY).format(
        title=", ".join(dict.fromkeys(mechanism.name for _, mechanism, _ in schedule)),
        passed=", ".join(["sheet", *(name for name, form in zip(names, forms) if not form)]),
        reading="\n    ".join(read_sheet(names, forms)),
        noted="\n        ".join(noted),
        calls=("\n    " if hooks else "\n        ").join(by_day),
        nightly="\n        ".join(by_night),
    )


def globals_of(schedule: Schedule) -> dict[str, Any]:
    """What the source of a schedule names."""
    kernels = {f"kernel_{number}": kernel for number, (_, _, kernel) in enumerate(schedule)}
    return {**kernels, **_ASKING, **READERS}


def _are_hooks(schedule: Schedule) -> bool:
    return bool(schedule) and schedule[0][0] not in PHASES


def _needed(schedule: Schedule) -> tuple[str, ...]:
    """Names of all that the function of a schedule needs, each once."""
    hooks = _are_hooks(schedule)
    named = [name for _, mechanism, kernel in schedule for name in _passed(mechanism, kernel, hooks)]
    return tuple(dict.fromkeys(named if hooks else ["ahead", "luck", "mark", "sent", "ordered", "sought", *named]))


def _passed(mechanism: Mechanism, kernel: Callable, hook: bool) -> list[str]:
    """What a kernel is passed after the day, by the names that it has in a written function."""
    named = arguments(kernel)[len(HOOK_CLOCK if hook else CLOCK) :]
    own = [f"{mechanism.name}__{name}" if name in mechanism.params else name for name in named]
    return [f"key_of_{mechanism.name}", *own]


def _compile(schedule: Schedule, source: str) -> Callable:
    kernels = [kernel for _, _, kernel in schedule]
    # A compiled day names the modules of its kernels and cannot be loaded without them: the same file elsewhere is another.
    homes = [inspect.getmodule(getattr(kernel, "py_func", kernel)) for kernel in kernels]
    text = source + "".join(f"{home and home.__name__}{_source_of(kernel)}" for home, kernel in zip(homes, kernels))
    module_name = f"journeysim_day_{blake2b(text.encode(), digest_size=8).hexdigest()}"
    function = "follow" if _are_hooks(schedule) else "live"
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
        vars(module).update(globals_of(schedule))
        spec.loader.exec_module(module)
        # A cached day asks for its kernels' modules by name when it is loaded; only the package's own are sure to be there.
        ours = all(map(is_ours, kernels))
        written = vars(module)
        written[function] = numba.njit(nogil=True, cache=ours, error_model="numpy")(written[function])
        if ours and hasattr(written[function], "compile"):  # NUMBA_DISABLE_JIT leaves it as it is
            _compile_once(written[function], path.with_suffix(".lock"))
        sys.modules[module_name] = module
    return vars(sys.modules[module_name])[function]


def _compile_once(function: Any, lock: Path) -> None:
    """Of processes that need a function at the same time, let one compile it; the others then find it in the cache.

    Workers are started together and ask for the same day: compiling it in each would take each as long as all of them.
    """
    compile_or_load = function.compile

    def in_turn(signature: Any) -> Any:
        with _held(lock):
            return compile_or_load(signature)

    function.compile = in_turn


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    """Hold a file that one process can hold at a time; its end, however it comes, lets go."""
    try:
        import fcntl

        handle = lock.open("a")
    except (ImportError, OSError):
        # Windows, or a cache that others filled: each compiles for itself, or finds it there.
        yield
        return
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)  # closing would not do if a process was forked meanwhile


def _source_of(kernel: Callable) -> str:
    function = getattr(kernel, "py_func", kernel)
    try:
        return Path(inspect.getfile(function)).read_text()
    except (OSError, TypeError):  # typed into a notebook: the cell's own text
        return inspect.getsource(function)
