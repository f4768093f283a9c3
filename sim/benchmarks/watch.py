"""Where a day's time goes: the compiled day with a clock read after each kernel, so that the cache works as always.

Timing kernels one by one from Python would time calls and cold caches: a kernel needs a few microseconds for a block, a
call with thirty arrays as long. So the day's function is written out as sim.driver writes it, with one reading of the
system's clock (about 25 ns) behind each kernel.
"""

from __future__ import annotations

import ctypes
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np

from sim.ahead import look_ahead
from sim.driver import write_day
from sim.engine import Engine
from sim.mechanism import Mechanism

_MONOTONIC = getattr(time, "CLOCK_MONOTONIC", 0)
_compiled: dict[str, Callable] = {}


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
        self.ticks = np.zeros(len(self.schedule), np.int64)
        self.outside: dict[tuple[str, str, str], int] = {}
        engine._live = _timed_day(self.schedule)
        for group in engine.groups:
            group.whole = (self.ticks, *group.whole)
            night = [call for call in self.schedule if call[0] == "spread"]
            group.spread[:] = [
                (self._timed(kernel, (one.name, phase, kernel.__name__)), rest)
                for (phase, one, _), (kernel, rest) in zip(night, group.spread, strict=True)
            ]
        for name, one in engine.mechanisms.items():
            dawn = self._timed(one.dawn, (name, "dawn", "dawn")) if one.dawn else None
            dusk = self._timed(one.dusk, (name, "dusk", "dusk")) if one.dusk else None
            engine.mechanisms[name] = replace(one, dawn=dawn, dusk=dusk)

    def _timed(self, function: Callable, label: tuple[str, str, str]) -> Callable:
        def call(*arguments: Any) -> None:
            started = time.perf_counter_ns()
            function(*arguments)
            self.outside[label] = self.outside.get(label, 0) + time.perf_counter_ns() - started

        return call

    def days(self, number: int) -> list[Share]:
        """Live some days and return the median day's time of each part, in the order of the day."""
        inside, outside = [], []
        for _ in range(number):
            self.ticks[:] = 0
            self.outside.clear()
            self.engine.step()
            inside.append(self.ticks.copy())
            outside.append(dict(self.outside))
        labels = [(one.name, phase, kernel.__name__) for phase, one, kernel in self.schedule]
        spent = [part for part in zip(labels, np.median(inside, axis=0).tolist()) if part[0] not in self.outside]
        for label in dict.fromkeys(label for day in outside for label in day):
            spent.append((label, float(np.median([day.get(label, 0) for day in outside]))))
        return [Share(*label, ns=ticks / self.engine.consumers) for label, ticks in spent]


def _timed_day(schedule: list[tuple[str, Mechanism, Callable]]) -> Callable:
    """The compiled day with the clock read after each kernel; its first argument after the day holds the sums."""
    source, _ = write_day(schedule)
    source, heads = re.subn(r"(?m)^def live\(lo, hi, block, night, day, ", r"\g<0>ticks, ", source)
    clock = r"    clock = np.zeros(3, np.int64)\n    tell(clock)\n\g<0>"
    source, starts = re.subn(r"(?m)^ +for start in .*$", clock, source)
    source, calls = re.subn(r"(?m)^( +)kernel_(\d+)\(.*\)$", r"\g<0>\n\1note(ticks, \2, clock)", source)
    if (heads, starts, calls) != (1, 1, len(schedule)):
        raise RuntimeError("the day is no longer written as the benchmark expects; see sim.driver.write_day")
    if source not in _compiled:
        names: dict[str, Any] = {"np": np, "look_ahead": look_ahead, "tell": _tell(), "note": _note()}
        names |= {f"kernel_{number}": kernel for number, (_, _, kernel) in enumerate(schedule)}
        exec(compile(source, "<timed day>", "exec"), names)
        _compiled[source] = numba.njit(nogil=True, error_model="numpy")(names["live"])
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
