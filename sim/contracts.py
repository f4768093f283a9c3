"""What a mechanism's source may and may not say, checked with file and line.

A kernel writes only columns that its mechanism owns, or whose owner names it as a writer; inboxes are open to all; traits to
nobody. Nothing that would make results depend on anything but the scenario and the seed may appear in a kernel.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.columns import Column
from sim.mechanism import Mechanism, arguments, is_wired, registry
from sim.population import TRAITS

FORBIDDEN_CALLS = ("random", "time", "perf_counter", "default_rng", "hash", "id", "set", "prange", "now", "urandom")
IN_PLACE = ("fill", "sort", "partition", "put", "setfield", "resize")
MOVES_STAGE = ("move",)  # helpers of sim.lists that write columns for the kernel: their first two arguments


def _tree(kernel: Callable) -> tuple[ast.AST, str, int]:
    function = getattr(kernel, "py_func", kernel)
    lines, first = inspect.getsourcelines(function)
    return ast.parse(textwrap.dedent("".join(lines))), Path(inspect.getfile(function)).name, first


def writes(kernel: Callable) -> Iterator[tuple[str, int]]:
    """(argument, line) of every write through an argument: to its elements, to a slice or another name of it, or in place."""
    tree, _, first = _tree(kernel)
    names = set(arguments(kernel))
    known_as = _other_names(tree)

    def owner(node: ast.expr) -> str:
        while isinstance(node, ast.Subscript):
            node = node.value
        name = node.id if isinstance(node, ast.Name) else ""
        for _ in range(len(known_as)):
            name = name if name in names else known_as.get(name, name)
        return name if name in names else ""

    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            for target in node.targets:
                targets += target.elts if isinstance(target, ast.Tuple) else [target]
        elif isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MOVES_STAGE:
            yield from ((owner(argument), first + node.lineno - 1) for argument in node.args[:2] if owner(argument))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in IN_PLACE:
            yield from ((name, first + node.lineno - 1) for name in [owner(node.func.value)] if name)
        for target in targets:
            if isinstance(target, ast.Subscript) and owner(target):
                yield owner(target), first + target.lineno - 1


def _other_names(tree: ast.AST) -> dict[str, str]:
    """Local names of whole arrays and slices: name -> the array it stands for."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for target, value in zip(targets, values):
                while isinstance(value, ast.Subscript):
                    value = value.value
                if isinstance(target, ast.Name) and isinstance(value, ast.Name) and target.id != value.id:
                    known[target.id] = value.id
    return known


def written_names(kernel: Callable) -> list[str]:
    """Arguments that a kernel writes through, in order of appearance."""
    return list(dict.fromkeys(name for name, _ in writes(kernel)))


def declared_columns() -> dict[str, tuple[str, Column]]:
    """Every column: name -> (owner, column). Traits belong to "population"."""
    found = {name: ("population", column) for name, column in TRAITS.items()}
    for one in registry().values():
        found |= {name: (one.name, column) for name, column in one.columns.items()}
    return found


def faults(mechanism: Mechanism) -> list[str]:
    """What is wrong with a mechanism's kernels, one sentence each with file and line; empty if all is well."""
    columns, said = declared_columns(), []
    hooks = [hook for hook in (mechanism.dawn, mechanism.dusk) if hook and is_wired(hook)]
    for kernel in (*mechanism.kernels, *mechanism.spread, *(kernel for _, kernel in mechanism.early), *hooks):
        tree, file, first = _tree(kernel)
        for name, line in writes(kernel):
            if name not in columns:
                continue
            owner, column = columns[name]
            may = column.kind == "inbox" or owner == mechanism.name or mechanism.name in column.writers
            if column.kind == "trait" or not may:
                said.append(
                    f"{file}:{line}: '{mechanism.name}' writes {column.kind} '{name}', which belongs to '{owner}'"
                    + (
                        "; traits never change"
                        if column.kind == "trait"
                        else "; add it to the column's writers or use an inbox"
                    )
                )
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in FORBIDDEN_CALLS:
                    said.append(
                        f"{file}:{first + node.lineno - 1}: '{mechanism.name}' calls {called}() in kernel '{kernel.__name__}'; "
                        "draw from sim.draws instead"
                    )
    return said
