"""The floor: what a day must cost at least, counted in bytes moved and draws made by the passes over everybody.

Counted from the kernels' own source: a column sliced from lo to hi, or read at the head of a loop over the rows from lo
to hi, is read for every consumer; one that is written through such a slice is written for every consumer; each call of
`fill` (sim.screens) makes one draw for every consumer. What concerns few people a day has no floor here: it is what a
mechanism does above it. A block of consumers stays in the second-level cache while all kernels pass over it, so a
kernel's floor is its bytes at the cache's bandwidth and its draws; the whole day's is the sum of these and every such
column from memory and back once.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import prod
from time import perf_counter

import numpy as np

from sim.engine import Engine
from sim.kernels import kernel
from sim.mechanism import Mechanism
from sim.screens import fill


@dataclass(frozen=True)
class Work:
    """What one kernel does for every consumer every day: columns it reads and writes, draws it makes."""

    reads: frozenset[str]
    writes: frozenset[str]
    draws: int


@dataclass(frozen=True)
class Bandwidth:
    """What one core does here: gigabytes a second from memory and from the second-level cache, ns for a draw."""

    memory: float
    cache: float
    draw_ns: float


def work_of(function: Callable, engine: Engine) -> Work:
    """Passes over everybody in one kernel, found in its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(function, "py_func", function))))
    alias = {name: column for name, column in _aliases(tree) if column in engine.declared}
    alias = {name: name for name in engine.declared} | alias
    reads, writes, draws = set(), set(), 0
    for node, around in _walk(tree, ()):
        if isinstance(node, ast.Subscript) and _column(node, alias) and _is_whole(node):
            reads.add(_column(node, alias))
        elif isinstance(node, ast.For) and _calls(node.iter, "range") and _names(node.iter) == ["lo", "hi"]:
            if not any(isinstance(one, ast.If) for one in around):
                reads |= {_column(one, alias) for one in _unconditional(node) if _column(one, alias)}
        elif _calls(node, "fill"):
            draws += prod(_turns(one, engine) for one in around if isinstance(one, ast.For))
        elif isinstance(node, ast.Assign | ast.AugAssign) and not any(isinstance(one, ast.If) for one in around):
            target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
            sliced = {name for name, column in _aliases(tree, whole=True)}
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id in sliced:
                writes.add(alias[target.value.id])
    return Work(frozenset(reads | writes), frozenset(writes), draws)


def _walk(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node with what encloses it."""
    for child in ast.iter_child_nodes(node):
        yield child, around
        yield from _walk(child, (*around, child))


def _aliases(tree: ast.AST, whole: bool = False) -> Iterator[tuple[str, str]]:
    """(name, column) for names given to a part of an argument; `whole`: only to all rows from lo to hi."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, values = _each(node.targets[0]), _each(node.value)
            for name, part in zip(targets, values) if len(targets) == len(values) else ():
                if not isinstance(name, ast.Name) or not isinstance(part, ast.Subscript):
                    continue
                if isinstance(part.value, ast.Name) and (_is_whole(part) or not whole):
                    yield name.id, part.value.id


def _each(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _column(node: ast.AST, alias: dict[str, str]) -> str:
    found = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and alias.get(node.value.id)
    return found or ""


def _is_whole(node: ast.Subscript) -> bool:
    last = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) else node.slice
    return isinstance(last, ast.Slice) and _names(last) == ["lo", "hi"]


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _names(node: ast.AST) -> list[str]:
    return [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and one.id != "range"]


def _unconditional(loop: ast.For) -> Iterator[ast.AST]:
    """What the loop looks at for every row: everything up to, and including, the first condition."""
    for statement in loop.body:
        if isinstance(statement, ast.If):
            yield from ast.walk(statement.test)
            return
        yield from ast.walk(statement)


def _turns(loop: ast.For, engine: Engine) -> int:
    """How often a loop runs: once for each flight, or for each brand."""
    return len(engine.calendar.flights) if "flight" in ast.unparse(loop.iter) else len(engine.brands)


def bytes_of(names: Iterable[str], engine: Engine) -> int:
    """Bytes of a consumer in these columns; of a channel's columns only as many channels as there are flights."""
    channels = len({one.channel for one in engine.calendar.flights})
    sizes = {"consumer": 1, "brand": len(engine.brands), "channel": channels}
    return sum(engine.columns[name].itemsize * sizes[engine.declared[name].per] for name in names)


def moved(works: Iterable[Work], engine: Engine) -> int:
    """Bytes that must come from memory and go back for these kernels together, per consumer and day."""
    works = list(works)
    read = {name for one in works for name in one.reads}
    written = {name for one in works for name in one.writes}
    return bytes_of(read, engine) + bytes_of(written, engine)


def floor_ns(work: Work, engine: Engine, machine: Bandwidth) -> float:
    """Least time of a kernel per consumer and day: its bytes at the cache's bandwidth, and its draws."""
    return moved([work], engine) / machine.cache + work.draws * machine.draw_ns


def day_floor_ns(schedule: Iterable[tuple[str, Mechanism, Callable]], engine: Engine, machine: Bandwidth) -> float:
    """Least time of a whole day per consumer: all kernels' floors, and every column they pass over from memory once."""
    works = [work_of(one, engine) for _, _, one in schedule]
    return sum(floor_ns(one, engine, machine) for one in works) + moved(works, engine) / machine.memory


@kernel
def _draw(stream, rows, times, luck):
    for turn in range(times):
        fill(stream + np.uint64(turn), 0, luck[:rows])


def measure_machine() -> Bandwidth:
    """Bandwidth and the price of a draw on one core, the best of several tries."""
    return Bandwidth(memory=_triad(32 << 20, 5), cache=_triad(1 << 15, 400), draw_ns=_draw_ns())


def _triad(size: int, times: int) -> float:
    """Gigabytes a second of a + b -> c over float64 arrays of `size` numbers."""
    a, b, c = (np.ones(size) for _ in range(3))
    np.add(a, b, out=c)
    best = np.inf
    for _ in range(times):
        started = perf_counter()
        np.add(a, b, out=c)
        best = min(best, perf_counter() - started)
    return 3 * c.nbytes / best / 1e9


def _draw_ns() -> float:
    rows, times = 4096, 200
    luck = np.empty(rows, np.uint16)
    best = np.inf
    for _ in range(20):
        started = perf_counter()
        _draw(np.uint64(1), rows, times, luck)
        best = min(best, perf_counter() - started)
    return best / rows / times * 1e9
