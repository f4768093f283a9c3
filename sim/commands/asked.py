"""What was asked for, made ready: scenarios with changes, mechanism files; and mistakes told in one line each."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.scenario.errors import ScenarioError, meant

if TYPE_CHECKING:
    from sim.scenario import Scenario

EXAMPLE = "word_of_mouth.rate=0.7 or plan.flights.0.weekly=3000"


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what is wrong with the input into lines on stderr, one a mistake, and exit code 2.

    ScenarioError, MechanismError and PeerFileError are ValueErrors; so is a parameter out of range.
    """
    try:
        yield
    except ValueError as problem:
        complain(str(problem))
    except OSError as problem:
        where = f" '{problem.filename}'" if problem.filename else ""
        complain(f"cannot use{where}: {problem.strerror}" if problem.strerror else str(problem))


def complain(message: str) -> None:
    """Print what is wrong and leave with exit code 2."""
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def open_scenario(file: str, settings: Sequence[str] = (), **shortcuts: int | None) -> Scenario:
    """The scenario of a file or shipped name, with --set changes and what is given of consumers, days and seed.

    Raises ScenarioError.
    """
    from sim.scenario import load

    scenario = load(file)
    given = {name: value for name, value in shortcuts.items() if value is not None}
    changes = read_settings(settings) | given
    return scenario.with_(changes) if changes else scenario


def read_settings(settings: Sequence[str]) -> dict[str, Any]:
    """PATH=VALUE texts as path -> value; values as TOML writes them, and text also without quotes.

    Raises ScenarioError for every text that is not of this form.
    """
    from sim.scenario.read import read_value

    changes, wrong = {}, []
    for text in settings:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not path or not value:
            wrong.append(f"--set '{text}': give a path and a value, such as {EXAMPLE}{_bare_hint(path)}")
        elif "." not in path and _owners(path):
            wrong.append(f"--set '{text}': give the mechanism too{_bare_hint(path)}")
        else:
            changes[path] = read_value(value)
    if wrong:
        raise ScenarioError("\n".join(wrong))
    return changes


def _owners(parameter: str) -> list[str]:
    """Mechanisms with a parameter of this name, as "mechanism.parameter"."""
    from sim.mechanism import registry

    return [f"{name}.{parameter}" for name, one in registry().items() if parameter in one.params]


def _bare_hint(path: str) -> str:
    """The nearest right name for a path that came without mechanism or value."""
    from sim.mechanism import registry

    owners = _owners(path)
    if owners:
        return f"; there is {', '.join(owners)}"
    known = [f"{name}.{parameter}" for name, one in registry().items() for parameter in one.params]
    return meant(path, known)


def engine_of(workers: str) -> str:
    """The engine that --workers names: so many processes, or one by its name.

    >>> engine_of("1"), engine_of("4"), engine_of("threads:2")
    ('inline', 'processes:4', 'threads:2')
    """
    return workers if not workers.isdecimal() else "inline" if workers == "1" else f"processes:{workers}"


def load_mechanisms(files: Sequence[Path]) -> None:
    """Import mechanism files from anywhere; what they register is part of every market of this process.

    A file is a module of its own, named by its place, so that its compiled kernels are found again next time. Raises
    ScenarioError naming the file, and the line where it goes wrong, for files that cannot be used.
    """
    for file in files:
        _load_mechanism(file.expanduser().absolute(), str(file))


def _load_mechanism(path: Path, shown: str) -> None:
    from hashlib import blake2b
    from importlib.util import module_from_spec, spec_from_file_location

    from sim.mechanism import registry

    if not path.is_file() or path.suffix != ".py":
        raise ScenarioError(f"'{shown}' is not a mechanism file: give a Python file (.py) that is there")
    before = dict(registry())
    name = f"journeysim_{path.stem}_{blake2b(str(path).encode(), digest_size=4).hexdigest()}"
    if name in sys.modules:
        return
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        after = registry()
    except Exception as problem:  # the file is a user's program: whatever it raises is told, with its line
        del sys.modules[name]
        raise ScenarioError(f"{shown}:{_line(problem, path)}: {_reason(problem)}") from None
    if all(before.get(key) is one for key, one in after.items()):
        del sys.modules[name]
        raise ScenarioError(f"'{shown}' registers no mechanism; it must call sim.register(Mechanism(...))")


def _line(problem: Exception, path: Path) -> int:
    """Line of a file at which an exception left it."""
    if isinstance(problem, SyntaxError) and problem.lineno:
        return problem.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    return (lines[-1] if lines else None) or 1


def _reason(problem: Exception) -> str:
    text = " ".join(str(problem.msg if isinstance(problem, SyntaxError) else problem).split())
    return text if isinstance(problem, ValueError) else f"{type(problem).__name__}: {text}"
