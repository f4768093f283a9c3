"""A mechanism is a value that says what one rule of the market needs, writes and does; this file registers and wires it.

A kernel's argument names are its wiring. First the clock (`lo, hi, day, key`), then in any order: columns, its own
parameters, its tables and tallies, and the day's lists. Names are resolved once, when a market is built; an unknown name
raises with the mechanism, the kernel, the argument and the nearest names there are.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

from sim.columns import Column
from sim.params import Param

PHASES = ("events", "need", "expose", "talk", "perceive", "decide", "live", "forget", "spread")
CLOCK = ("lo", "hi", "day", "key")
HOOK_CLOCK = ("day", "key")


class MechanismError(ValueError):
    """A mechanism that cannot be registered or wired; the message says which, where and what would do."""


@dataclass(frozen=True)
class Kind:
    """A kind of touchpoint. pushed: competes for attention (others were sought, and are noticed). ad: tires by repetition.

    discussed: a personal word, weighed against what the listener believes and has lived through. convinces: experience of
    others, of which what speaks for a brand can make one weigh it at once.
    """

    name: str
    meaning: str
    pushed: bool = True
    ad: bool = False
    discussed: bool = False
    convinces: bool = False


@dataclass(frozen=True)
class Response:
    """What must happen when a parameter rises, everything else equal: tested on common random numbers."""

    parameter: str
    measure: str
    sign: int


@dataclass(frozen=True)
class Mechanism:
    """One rule of the market.

    name: its namespace for parameters and draws. phase: when in the day its kernels run (over groups of consumers).
    setup(engine) makes the tables its kernels name; dawn sets today's numbers in them, before any kernel; spread kernels
    run once the whole population has had its day, group after group, in fixed order, and may write to other people's
    rows; dusk closes the day. dawn and dusk are functions of the engine, or kernels whose arguments are (day, key) and
    then names as for all kernels, tallies being those of the whole market; these cost the day next to nothing.
    off: parameter values at which the mechanism does nothing.
    early: (phase, kernel) for kernels that run in another phase of the day than the rest.
    tallies: name -> shape in words ("brand", "kind", ...) of whole-number totals, reset at dawn, added up over groups.
    """

    name: str
    phase: str
    kernels: tuple[Callable, ...] = ()
    spread: tuple[Callable, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    tallies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
    setup: Callable[[Any], Mapping[str, Any]] | None = None
    dawn: Callable[..., None] | None = None
    dusk: Callable[..., None] | None = None
    off: Mapping[str, float] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    responses: tuple[Response, ...] = ()
    early: tuple[tuple[str, Callable], ...] = ()
    doc: str = ""

    def __post_init__(self) -> None:
        if self.phase not in PHASES:
            raise MechanismError(
                f"mechanism '{self.name}': phase '{self.phase}' is not one of {', '.join(PHASES)}{_nearest(self.phase, PHASES)}"
            )
        for name in self.off:
            if name not in self.params:
                raise MechanismError(
                    f"mechanism '{self.name}': off value for '{name}', which is not one of its parameters"
                )
        if not self.doc:
            # The docstring of the file that makes the value: __post_init__ <- __init__ <- that file.
            object.__setattr__(self, "doc", sys._getframe(2).f_globals.get("__doc__") or "")


_registry: dict[str, Mechanism] = {}


def register(mechanism: Mechanism) -> Mechanism:
    """Add a mechanism to every market built from now on; registering a name again replaces it.

    Raises MechanismError if it claims a column or touch kind of another mechanism.
    """
    for other in _registry.values():
        if other.name == mechanism.name:
            continue
        for shared in set(mechanism.columns) & set(other.columns):
            raise MechanismError(f"mechanism '{mechanism.name}': column '{shared}' belongs to '{other.name}'")
        for shared in {kind.name for kind in mechanism.kinds} & {kind.name for kind in other.kinds}:
            raise MechanismError(f"mechanism '{mechanism.name}': touch kind '{shared}' belongs to '{other.name}'")
    _registry[mechanism.name] = mechanism
    return mechanism


def unregister(name: str) -> None:
    """Forget a mechanism (for tests and notebooks)."""
    _registry.pop(name, None)


@cache
def _discover() -> None:
    import sim.mechanisms

    for module in sorted(pkgutil.iter_modules(sim.mechanisms.__path__), key=lambda found: found.name):
        importlib.import_module(f"sim.mechanisms.{module.name}")
    for entry in sorted(importlib.metadata.entry_points(group="journeysim.mechanisms"), key=lambda found: found.name):
        entry.load()


def registry() -> dict[str, Mechanism]:
    """All mechanisms by name, in the order of the day: by phase, then `after`, then name."""
    _discover()
    return {mechanism.name: mechanism for mechanism in in_order(_registry.values())}


def in_order(mechanisms: Iterable[Mechanism]) -> list[Mechanism]:
    """Mechanisms in the order of the day."""
    waiting = sorted(mechanisms, key=lambda one: (PHASES.index(one.phase), one.name))
    names = {one.name for one in waiting}
    done: list[Mechanism] = []
    while waiting:
        placed = {one.name for one in done}
        for one in waiting:
            earlier = [other for other in one.after if other in names and other not in placed]
            same_phase = waiting[0].phase == one.phase
            if same_phase and not earlier:
                done.append(one)
                waiting.remove(one)
                break
        else:
            raise MechanismError(
                f"mechanisms of phase '{waiting[0].phase}' wait for one another: "
                + "; ".join(f"{one.name} after {', '.join(one.after)}" for one in waiting if one.after)
            )
    return done


@cache
def arguments(kernel: Callable) -> tuple[str, ...]:
    """Argument names of a kernel, compiled or not."""
    return tuple(inspect.signature(getattr(kernel, "py_func", kernel)).parameters)


def is_ours(kernel: Callable) -> bool:
    """Whether a kernel is the package's own, compiled or not, not a user's."""
    home = inspect.getmodule(getattr(kernel, "py_func", kernel))
    return home is not None and home.__name__.startswith("sim.")


def is_wired(hook: Callable) -> bool:
    """Whether a hook of the dawn or dusk is a kernel, wired by the names of its arguments, not a function of the engine."""
    return arguments(hook)[: len(HOOK_CLOCK)] == HOOK_CLOCK


def wire(
    mechanism: Mechanism, kernel: Callable, known: Mapping[str, Any], clock: tuple[str, ...] = CLOCK
) -> tuple[Any, ...]:
    """What to pass for each argument after the clock, of which `known` says what is wired under each name.

    Raises MechanismError as `check_names` does.
    """
    check_names(mechanism, kernel, known, clock)
    return tuple([known[name] for name in arguments(kernel)[len(clock) :]])


def check_names(
    mechanism: Mechanism, kernel: Callable, known: Mapping[str, Any], clock: tuple[str, ...] = CLOCK
) -> None:
    """Raise MechanismError for a kernel that does not begin with the clock, and for a name that nobody declares."""
    names = arguments(kernel)
    title = f"mechanism '{mechanism.name}', kernel '{kernel.__name__}'"
    if names[: len(clock)] != clock:
        raise MechanismError(f"{title}: the first arguments must be {', '.join(clock)}; found {', '.join(names[:4])}")
    for name in names[len(clock) :]:
        if name not in known:
            raise MechanismError(
                f"{title}: nothing is called '{name}': not a column, nor a parameter, table, tally or list of the day"
                f"{_nearest(name, known)}"
            )


def _nearest(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), n=3)
    return f"; did you mean {' or '.join(repr(one) for one in close)}?" if close else ""


def reads_and_writes(mechanism: Mechanism) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns that the kernels of a mechanism read and write, found in their source."""
    from sim.contracts import declared_columns, written_names

    columns = declared_columns()
    named: list[str] = []
    written: list[str] = []
    for kernel in mechanism.kernels + mechanism.spread:
        named += [name for name in arguments(kernel) if name in columns and name not in named]
        written += [name for name in written_names(kernel) if name in columns and name not in written]
    return tuple(named), tuple(written)
