"""Where a day's time goes: the compiled day with a clock read after each kernel, so that the cache works as always.

Timing kernels one by one from Python would time calls and cold caches: a kernel needs a few microseconds for a block, a
call with thirty arrays as long. So the day's function is written out as sim.driver writes it, with one reading of the
system's clock (about 25 ns) behind each kernel. Hooks that are kernels are timed in the same way.
"""

from __future__ import annotations

import ctypes
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numba
import numpy as np

from sim.driver import Schedule, globals_of, write_source
from sim.engine import Engine
from sim.hooks import Hook
from sim.mechanism import Mechanism

_MONOTONIC = getattr(time, "CLOCK_MONOTONIC", 0)
_START = r"    clock = np.zeros(3, np.int64)\n    tell(clock)\n\g<0>"
_compiled: dict[str, Callable] = {}
_Label = tuple[str, str, str]


@dataclass(frozen=True)
class Share:
    """What one part of a day took. part: "dawn", "dusk" or a kernel's name; ns per consumer and day."""

    mechanism: str
    phase: str
    part: str
    ns: float


def _clock() -> Callable[..., int] | None:
    """clock_gettime of the C library, None where there is none that numba can call."""
    try:
        found = ctypes.CDLL(None).clock_gettime
    except (AttributeError, OSError, TypeError):
        return None
    found.argtypes, found.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_int
    return found


def can_watch() -> bool:
    """Whether this system has the clock that kernels are timed with."""
    return _clock() is not None


class Watch:
    """Times every part of the days an engine lives from now on; the engine's own results stay the same bits."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.schedule = engine.schedule()
        self.outside: dict[_Label, int] = {}
        self._inside: list[tuple[list[_Label], np.ndarray]] = []
        live, ticks = _timed_source(self.schedule, engine.wiring(0), hooks=False), self._ticks_of(self.schedule)
        night = [call for call in self.schedule if call[0] == "spread"]
        for group in engine.groups:
            group.whole = replace(group.whole, function=live, passed=(ticks, *group.whole.passed))
            group.spread[:] = [
                (self._timed(kernel, _label(call)), rest)
                for call, (kernel, rest) in zip(night, group.spread, strict=True)
            ]
        for hooks in engine.hooks.values():
            hooks[:] = [self._timed_hook(hook) for hook in hooks]

    def _timed_hook(self, hook: Hook) -> Hook:
        if hook.passed is None:
            return replace(hook, function=self._timed(hook.function, _label(hook.calls[0])))
        function = _timed_source(hook.calls, self.engine.wiring(), hooks=True)
        return replace(hook, function=function, passed=(self._ticks_of(hook.calls), *hook.passed))

    def _ticks_of(self, schedule: Schedule) -> np.ndarray:
        """A place for the time of each call of a compiled function."""
        ticks = np.zeros(len(schedule), np.int64)
        self._inside.append(([_label(call) for call in schedule], ticks))
        return ticks

    def _timed(self, function: Callable, label: _Label) -> Callable:
        def call(*arguments: Any) -> None:
            started = time.perf_counter_ns()
            function(*arguments)
            self.outside[label] = self.outside.get(label, 0) + time.perf_counter_ns() - started

        return call

    def days(self, number: int) -> list[Share]:
        """Live some days and return the median day's time of each part, in the order of the day."""
        found: list[dict[_Label, int]] = []
        for _ in range(number):
            for _, ticks in self._inside:
                ticks[:] = 0
            self.outside.clear()
            self.engine.step()
            inside = {label: tick for labels, ticks in self._inside for label, tick in zip(labels, ticks.tolist())}
            found.append(inside | self.outside)
        spent = {
            label: float(np.median([day.get(label, 0) for day in found])) for label in dict.fromkeys(chain(*found))
        }
        return [Share(*label, ns=ticks / self.engine.consumers) for label, ticks in spent.items()]


def _label(call: tuple[str, Mechanism, Callable]) -> _Label:
    """(mechanism, phase, part) of a kernel, or of a hook, whose part is called as its time."""
    phase, one, kernel = call
    return one.name, phase, phase if phase in ("dawn", "dusk") else kernel.__name__


def _timed_source(schedule: Schedule, known: Mapping[str, Any], hooks: bool) -> Callable:
    """The compiled day, or compiled hooks, with the clock read after each call; the first argument after the day: the sums."""
    source = write_source(schedule, known)
    source, heads = re.subn(r"(?m)^(def \w+\(.*?day, )", r"\1ticks, ", source)
    source, starts = re.subn(r"(?m)^    for start in .*$" if not hooks else r"(?m)^    kernel_0\(", _START, source)
    source, calls = re.subn(r"(?m)^( +)kernel_(\d+)\(.*\)$", r"\g<0>\n\1note(ticks, \2, clock)", source)
    if (heads, starts, calls) != (1, 1, len(schedule)):
        raise RuntimeError("the day is no longer written as the benchmark expects; see sim.driver.write_source")
    if source not in _compiled:
        names = {**globals_of(schedule), "tell": _tell(), "note": _note()}
        exec(compile(source, "<timed day>", "exec"), names)
        _compiled[source] = numba.njit(nogil=True, error_model="numpy")(names["follow" if hooks else "live"])
    return _compiled[source]


def _tell() -> Callable:
    """Start the clock: clock[0], clock[1] are seconds and nanoseconds, clock[2] when it was last read."""
    read: Any = _clock()

    @numba.njit
    def tell(clock):
        read(_MONOTONIC, clock.ctypes)
        clock[2] = clock[0] * 1_000_000_000 + clock[1]

    return tell


def _note() -> Callable:
    """Add the time since the clock was last read to a kernel's sum."""
    read: Any = _clock()

    @numba.njit
    def note(ticks, number, clock):
        read(_MONOTONIC, clock.ctypes)
        now = clock[0] * 1_000_000_000 + clock[1]
        ticks[number] += now - clock[2]
        clock[2] = now

    return note
