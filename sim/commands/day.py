"""`journeysim day`: what happens in a day, in order, and what each part costs."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sim.commands.asked import load_mechanisms, open_scenario, told_plainly
from sim.commands.terminal import console

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.mechanism import Mechanism

ENOUGH = 20_000
"""Consumers for a measurement that takes about a second."""
WIDE_ENOUGH = 130
"""Columns of a terminal on which the table can be read."""
LISTS = ("letters", "errands", "moves", "orders")
"""The day's lists (`sim.lists`), by which mechanisms meet."""
DAYS = 60
"""Days lived for a measurement; the second half is timed, when people know, talk and buy."""


@dataclass(frozen=True)
class Step:
    """One thing that happens in a day. `nanoseconds` per consumer-day, None if not measured."""

    phase: str
    mechanism: str
    kernel: str
    what: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    nanoseconds: float | None = None


def show_day(file: str, consumers: int | None, time: bool | None, mechanisms: Sequence[Path]) -> None:
    """Print the table of a scenario's day."""
    with told_plainly():
        load_mechanisms(mechanisms)
        scenario = open_scenario(file)
        wanted = consumers or min(scenario.world.market.consumers, ENOUGH)
        scenario = scenario.with_(consumers=wanted, days=min(scenario.horizon.days, DAYS))
        from sim.engine import Engine
        from sim.kernels import is_warm

        timed = is_warm() if time is None else time
        engine = Engine(scenario, fused=False)
    steps = steps_of_day(engine, measure(engine) if timed else {})
    title = f"One day of '{scenario.title}'"
    if timed:
        title += f", measured with {engine.consumers:,} consumers on day {engine.day // 2 + 1} to {engine.day}"
    _show(steps, title)
    _say_mechanisms(engine)


def steps_of_day(engine: Engine, cost: dict[tuple[str, str, str], float] | None = None) -> list[Step]:
    """Everything that happens in a day of a market: hooks at dawn, kernels by phase, hooks at dusk.

    `cost`: nanoseconds per consumer-day by (phase, mechanism, kernel), as `measure` gives them.
    """
    from sim.mechanism import reads_and_writes

    cost, steps = cost or {}, []

    def add(
        phase: str, one: Mechanism, call: Callable, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()
    ) -> None:
        name = call.__name__
        what, spent = first_sentence(_doc(call)), cost.get((phase, one.name, name))
        steps.append(Step(phase, one.name, name, what, reads, writes, spent))

    for one in engine.mechanisms.values():
        if one.dawn:
            add("dawn", one, one.dawn)
    for phase, one, kernel in engine.schedule():
        alone = replace(one, kernels=(kernel,), spread=(), early=())
        columns, lists = reads_and_writes(alone), _lists(kernel)
        add(phase, one, kernel, columns[0] + lists[0], columns[1] + lists[1])
    for one in engine.mechanisms.values():
        if one.dusk:
            add("dusk", one, one.dusk)
    return steps


def measure(engine: Engine) -> dict[tuple[str, str, str], float]:
    """Nanoseconds per consumer-day of every step, over the second half of the days that the market has left.

    The first days load what is compiled and let the market warm up. Uses the market up; it must not be fused.
    """
    spent: dict[tuple[str, str, str], float] = {}

    def clocked(place: tuple[str, str, str], call: Callable) -> Callable:
        def timed(*arguments: Any) -> None:
            started = perf_counter()
            call(*arguments)
            spent[place] = spent.get(place, 0.0) + perf_counter() - started

        return timed

    schedule = [(phase, one.name, kernel.__name__) for phase, one, kernel in engine.schedule()]
    by_day = [place for place in schedule if place[0] != "spread"]
    by_night = [place for place in schedule if place[0] == "spread"]
    days = engine.calendar.days - engine.day
    for _ in range(days // 2):
        engine.step()
    for _ in range(days - days // 2):
        engine.bind()  # afresh each day: parameters that an event changes are bound anew
        for group in engine.groups:
            for calls, places in ((group.calls, by_day), (group.spread, by_night)):
                calls[:] = [(clocked(place, kernel), rest) for place, (kernel, rest) in zip(places, calls, strict=True)]
        for hooks in engine.hooks.values():
            for place, hook in enumerate(hooks):
                (time, one, call) = hook.calls[0]
                hooks[place] = replace(hook, function=clocked((time, one.name, call.__name__), hook.function))
        engine.step()
    timed_days = days - days // 2
    return {place: seconds * 1e9 / engine.consumers / timed_days for place, seconds in spent.items()}


def _lists(kernel: Callable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lists of the day that a kernel reads and those it writes: hands to a helper such as `send`, or assigns to."""
    from sim.contracts import written_names
    from sim.mechanism import arguments

    named = [name for name in LISTS if name in arguments(kernel)]
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(kernel, "py_func", kernel))))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    handed = {one.id for call in calls for one in call.args if isinstance(one, ast.Name)}
    written = tuple(name for name in named if name in handed or name in written_names(kernel))
    return tuple(name for name in named if name not in written), written


def _doc(call: Callable) -> str:
    return getattr(call, "py_func", call).__doc__ or ""


def first_sentence(text: str) -> str:
    """The first sentence of a docstring, on one line.

    >>> first_sentence("A day passes. And another.")
    'A day passes.'
    """
    flat = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.!?:;])\s", flat)[0].rstrip(":;")


def _say_mechanisms(engine: Engine) -> None:
    """What each mechanism is about, in a sentence."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False, title="Mechanisms", title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for one in engine.mechanisms.values():
        table.add_row(one.name, re.split(r"(?<=[.!?])\s", " ".join(one.doc.split()))[0])
    print()
    console(120).print(table)


def _show(steps: Sequence[Step], title: str) -> None:
    """The steps as a table, or one below the other where the terminal is narrow."""
    print_to = console()
    timed = any(one.nanoseconds is not None for one in steps)
    if print_to.width < WIDE_ENOUGH:
        print_to.print(title, style="bold")
        _list(steps, print_to)
    else:
        print_to.print(_table(steps, title, timed))
    if timed:
        print_to.print(f"all: {sum(one.nanoseconds or 0.0 for one in steps):.1f} ns", style="bold")
        said = (
            "ns: nanoseconds per consumer-day on one thread, called one by one; a run calls all in one, which is faster"
        )
        print_to.print(said, style="dim")


def _list(steps: Sequence[Step], print_to: Any) -> None:
    before = ""
    for one in steps:
        if one.phase != before:
            print_to.print(f"\n[bold]{one.phase}[/]")
        before = one.phase
        cost = "" if one.nanoseconds is None else f"  {one.nanoseconds:.1f} ns"
        print_to.print(f"  [bold]{one.mechanism}[/] {one.kernel}[dim]{cost}[/]")
        for word, text in (("", one.what), ("reads ", ", ".join(one.reads)), ("writes ", ", ".join(one.writes))):
            if text:
                indent = " " * 4
                print_to.print(
                    textwrap.fill(word + text, print_to.width, initial_indent=indent, subsequent_indent=indent * 2)
                )
    print_to.print()


def _table(steps: Sequence[Step], title: str, timed: bool) -> Any:
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for name in ("phase", "mechanism", "kernel"):
        table.add_column(name, no_wrap=name != "mechanism", style="bold" if name == "mechanism" else "")
    table.add_column("what", ratio=3)
    table.add_column("reads", ratio=4, style="dim")
    table.add_column("writes", ratio=3)
    if timed:
        table.add_column("ns", justify="right", no_wrap=True)
    before = ""
    for one in steps:
        cells = ["" if one.phase == before else one.phase, one.mechanism, one.kernel, one.what]
        cells += [", ".join(one.reads), ", ".join(one.writes)]
        if timed:
            cells.append(f"{one.nanoseconds or 0.0:.1f}")
        table.add_row(*cells)
        before = one.phase
    return table
