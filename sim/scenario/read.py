"""Reading scenario files: TOML, `extends` chains, and how a child's tables merge into its parent's.

Tables merge key by key. In arrays of tables, an element that bears the `name` of one of the parent's merges into it,
an arrow takes the place of the parent's with the same `from` and `to`, and any other element is appended. All other
values replace the parent's. `replace = ["plan.flights"]` at the top of the child drops those parts of the parent first.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from numbers import Integral, Real
from pathlib import Path as FilePath
from typing import Any

import sim
from sim.scenario.errors import Mistake, Path, ScenarioError, meant, nearest
from sim.scenario.lines import find_lines
from sim.scenario.models import ScenarioFile, Table
from sim.scenario.syntax import explain

Place = tuple[str, int]
"""A file as the user named it, and a line."""


@dataclass
class Source:
    """What was read: plain data, and where each path of it stands."""

    data: dict[str, Any]
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> tuple[str | None, int | None]:
        """File and line of a path, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        if () in self.places:
            return self.places[()]
        return None, None

    def located(self, mistake: Mistake) -> Mistake:
        """The same mistake with its file and line."""
        if mistake.file is not None:
            return mistake
        return Mistake(mistake.path, mistake.message, *self.place(mistake.path))


def shipped_folder() -> FilePath:
    """Where the shipped scenarios are: beside the package in a checkout, inside it when installed."""
    installed = FilePath(next(iter(sim.__path__))) / "_scenarios"
    return installed if installed.is_dir() else installed.parent.parent / "scenarios"


def shipped() -> dict[str, FilePath]:
    """The shipped scenarios by name."""
    return {path.stem: path for path in sorted(shipped_folder().glob("*.toml"))}


def find(path_or_name: str | os.PathLike[str], beside: FilePath | None = None) -> FilePath:
    """The file meant by a path, or by the bare name of a shipped scenario. Raises ScenarioError if there is none."""
    if not isinstance(path_or_name, str | os.PathLike):
        raise ScenarioError(f"a scenario is read from a file or by its name, not from {type(path_or_name).__name__}")
    text = os.fspath(path_or_name)
    path = FilePath(text) if beside is None else beside / text
    if path.is_file():
        return path
    if text in shipped():
        return shipped()[text]
    if path.suffix == ".toml" or path.name != text:
        raise ScenarioError(f"there is no scenario file '{path}'{_nearest_file(path)}")
    names = list(shipped())
    raise ScenarioError(
        f"there is no scenario '{text}' and no such file{meant(text, names)} (shipped: {', '.join(names)})"
    )


def _nearest_file(path: FilePath) -> str:
    others = [one.name for one in sorted(path.parent.glob("*.toml"))] if path.parent.is_dir() else []
    return nearest(path.name, others) if others else f"; its folder '{path.parent}' has no scenario files"


def read(path: FilePath, above: tuple[FilePath, ...] = ()) -> Source:
    """A file with everything it extends merged in. `above`: the files that led here, to notice cycles.

    Raises ScenarioError on bad TOML, a missing parent, a cycle, or an unknown name in `replace`.
    """
    name = os.fspath(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except OSError as problem:
        raise ScenarioError(f"cannot read '{name}': {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise ScenarioError([Mistake((), f"byte {problem.start} is not UTF-8 text", name)]) from None
    except tomllib.TOMLDecodeError as problem:
        message, line = explain(problem, text)
        raise ScenarioError([Mistake((), message, name, line)]) from None
    places: dict[Path, Place] = {where: (name, line) for where, line in find_lines(text).items()}
    source = Source(freeze(data), {(): (name, 1), **places})
    parent_name = source.data.pop("extends", None)
    dropped = source.data.pop("replace", ())
    if parent_name is None:
        if dropped:
            mistake = Mistake(("replace",), "there is nothing to replace without 'extends'")
            raise ScenarioError([source.located(mistake)])
        return source
    parent = _parent(parent_name, path, source, above)
    _drop(parent, dropped, source)
    _rebase(parent.data, parent_folder=FilePath(parent.places[()][0]).parent, folder=path.parent)
    merged = Source(parent.data, {**parent.places, (): (name, 1)})
    _merge(merged, (), source, (), source.data)
    return merged


def _parent(parent_name: Any, path: FilePath, source: Source, above: tuple[FilePath, ...]) -> Source:
    if not isinstance(parent_name, str):
        raise ScenarioError([source.located(Mistake(("extends",), f"{parent_name!r} is not a file name in quotes"))])
    try:
        parent_path = find(parent_name, beside=path.parent)
    except ScenarioError as error:
        raise ScenarioError([source.located(Mistake(("extends",), one.message)) for one in error.mistakes]) from None
    chain = (*above, path)
    if any(parent_path.resolve() == one.resolve() for one in chain):
        circle = " > ".join(one.name for one in (*chain, parent_path))
        mistake = Mistake(("extends",), f"the files extend one another in a circle: {circle}")
        raise ScenarioError([source.located(mistake)])
    return read(parent_path, chain)


def read_value(text: str) -> Any:
    """The value that a text stands for in TOML (number, true or false, date, list, quoted text); any other text is itself.

    >>> read_value("0.5"), read_value("[1, 2]"), read_value("word of mouth")
    (0.5, [1, 2], 'word of mouth')
    """
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return found["value"] if len(found) == 1 else text


def freeze(value: Any) -> Any:
    """Plain data with tuples for lists and Python's own numbers, ready for strict checking; tables are copied."""
    if isinstance(value, Table | bool | str | datetime | date | time) or value is None:
        return value
    if isinstance(value, Mapping):
        return {key: freeze(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return tuple(freeze(one) for one in value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def _drop(parent: Source, dropped: Any, child: Source) -> None:
    """Take out of the parent what the child's `replace` names. Raises ScenarioError with every name that is none."""
    names = dropped if isinstance(dropped, tuple) else (dropped,)
    found = [(number, _unknown_table(text)) for number, text in enumerate(names)]
    wrong = [child.located(Mistake(("replace", number), problem)) for number, problem in found if problem]
    if wrong:
        raise ScenarioError(wrong)
    for text in names:
        *outer, last = path = tuple(text.split("."))
        node: Any = parent.data
        for step in outer:
            node = node.get(step, {}) if isinstance(node, dict) else {}
        if isinstance(node, dict):
            node.pop(last, None)
        parent.places = {where: place for where, place in parent.places.items() if where[: len(path)] != path}


def _unknown_table(text: Any) -> str | None:
    """What is wrong with a name in `replace`, if anything."""
    if not isinstance(text, str):
        return f"{text!r} is not the name of a part in quotes, such as 'plan.flights'"
    if text.split(".")[0] == "arms":
        return None  # arms have any name, and what is in them is checked later
    node: Any = ScenarioFile
    for step in text.split("."):
        if not (isinstance(node, type) and issubclass(node, Table)):
            return None  # inside a free table such as world.mechanisms: any name goes
        keys = {info.alias or key: info.annotation for key, info in node.model_fields.items()}
        if step not in keys:
            return f"'{text}': '{step}' is not a key here{nearest(step, keys)}"
        node = keys[step]
    return None


def _rebase(data: dict[str, Any], parent_folder: FilePath, folder: FilePath) -> None:
    """Make the parent's file names relative to the child's folder."""
    if parent_folder.resolve() == folder.resolve():
        return

    def moved(table: Any, key: str) -> None:
        if isinstance(table, dict) and isinstance(table.get(key), str):
            target = os.path.relpath((parent_folder / table[key]).resolve(), folder.resolve())
            table[key] = FilePath(target).as_posix()

    world = data.get("world", {})
    for key in ("file", "nodes"):
        moved(world.get("peers") if isinstance(world, dict) else None, key)
    arms = data.get("arms")
    for half in (world, data.get("plan"), *(arms.values() if isinstance(arms, dict) else ())):
        tables = half.get("spend", ()) if isinstance(half, dict) else ()
        for table in tables if isinstance(tables, tuple) else ():
            moved(table, "file")


def _identity(table: Any) -> Any:
    """What makes two elements of arrays of tables the same thing, or None."""
    if not isinstance(table, dict):
        return None
    if isinstance(table.get("name"), str):
        return ("name", table["name"])
    if ("rate" in table or "by" in table) and isinstance(table.get("from"), str) and isinstance(table.get("to"), str):
        return ("arrow", table["from"], table["to"])
    return None


def _merge(into: Source, at: Path, child: Source, child_at: Path, tables: dict[str, Any]) -> None:
    """Merge a child's table into the table at `at` of the merged data, with its places."""
    target: Any = into.data
    for step in at:
        target = target[step]
    for key, value in tables.items():
        _note(into, (*at, key), child, (*child_at, key), value, deep=False)
        mine = target.get(key)
        if isinstance(value, dict) and isinstance(mine, dict):
            _merge(into, (*at, key), child, (*child_at, key), value)
        elif _is_tables(value) and _is_tables(mine):
            elements = target[key] = list(mine)
            known = {_identity(one): number for number, one in enumerate(elements) if _identity(one) is not None}
            for number, one in enumerate(value):
                here = known.get(_identity(one))
                if here is None:
                    elements.append(one)
                    _note(into, (*at, key, len(elements) - 1), child, (*child_at, key, number), one)
                elif _identity(one)[0] == "arrow":
                    elements[here] = one  # a new rate with the old effects would be a third thing nobody wrote
                    _note(into, (*at, key, here), child, (*child_at, key, number), one)
                else:
                    into.places[(*at, key, here)] = child.places[(*child_at, key, number)]
                    _merge(into, (*at, key, here), child, (*child_at, key, number), one)
            target[key] = tuple(elements)
        else:
            target[key] = value
            _note(into, (*at, key), child, (*child_at, key), value)


def _is_tables(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(one, dict) for one in value)


def _note(into: Source, at: Path, child: Source, child_at: Path, value: Any, deep: bool = True) -> None:
    """Take over the child's places for a value and, if deep, everything in it."""
    if child_at in child.places:
        into.places[at] = child.places[child_at]
    if not deep:
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for key, one in inner:
        _note(into, (*at, key), child, (*child_at, key), one)
