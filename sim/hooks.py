"""Hooks of the dawn and the dusk, ready to be called.

A hook is a plain function of the engine, or a kernel that names what it needs. Kernels that follow one another are called
together, in one compiled call (sim.driver): each alone would cost a market of a few hundred consumers as much as a rule does.
The order is the mechanisms' own, whichever way they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sim.driver import Schedule, compile_calls
from sim.mechanism import HOOK_CLOCK, check_names, is_wired, wire

if TYPE_CHECKING:
    from sim.engine import Engine


@dataclass(frozen=True)
class Hook:
    """What is called at dawn or dusk. calls: ("dawn" or "dusk", mechanism, its hook) that it stands for, one after another.

    function: what calls them. passed: what it is passed after the day; None: it is a function of the engine.
    held: the arrays that lie where a sheet it is passed says.
    """

    calls: Schedule
    function: Callable
    passed: tuple | None = None
    held: tuple = ()

    def __call__(self, engine: Engine) -> None:
        """Call the hooks."""
        if self.passed is None:
            self.function(engine)
        else:
            self.function(engine.day, *self.passed)


def hooks_of(engine: Engine, time: str, known: Mapping[str, Any]) -> list[Hook]:
    """Hooks of all mechanisms at a time, "dawn" or "dusk"; each alone if the engine is not fused.

    known: what is wired under each name. Raises MechanismError for a name that nobody declares.
    """
    every = [(time, one, getattr(one, time)) for one in engine.mechanisms.values() if getattr(one, time)]
    found: list[Hook] = []
    for wired, run in groupby(every, key=lambda call: is_wired(call[2])):
        calls = list(run)
        if not wired:
            found += [Hook([call], call[2]) for call in calls]
            continue
        if engine.fused:
            for _, one, hook in calls:
                check_names(one, hook, {**known, **engine.parameters[one.name]}, HOOK_CLOCK)
            together = compile_calls(calls, known)
            found.append(Hook(calls, together.function, together.passed, together.held))
            continue
        for call in calls:
            _, one, hook = call
            rest = wire(one, hook, {**known, **engine.parameters[one.name]}, HOOK_CLOCK)
            found.append(Hook([call], hook, (engine.key(one.name), *rest)))
    return found
