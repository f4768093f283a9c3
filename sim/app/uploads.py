"""A visitor's own scenario file, checked before it is used: it may not read this machine's files nor ask too much of it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sim.scenario import Scenario, ScenarioError
from sim.scenario.arms import build_with_arms
from sim.scenario.check import installed
from sim.scenario.errors import Mistake, Sentence
from sim.scenario.lines import find_lines
from sim.scenario.read import Source, freeze, read, shipped, shipped_folder
from sim.scenario.syntax import explain

LARGEST = 300_000
"""Bytes of a scenario file; the largest shipped one, written out in full, has about 30,000."""
MOST: dict[str, tuple[tuple[str, ...], float]] = {
    "days": (("horizon", "days"), 1_100),
    "consumers": (("world", "market", "consumers"), 100_000),
    "ties": (("world", "peers", "degree"), 60),
}
"""What a run on a shared machine may ask for: name -> (path, at most). Three years are 1,096 days."""
LONGEST_LISTS = {"segments": 12, "brands": 8, "channels": 24, "flights": 120, "sponsorships": 60, "promotions": 60,
                 "prices": 60, "events": 60, "influencers": 60, "spend": 8, "stages": 24, "arrows": 150}  # fmt: skip
MOST_INFLUENCERS = 1_000
NAME = "your file"


@cache
def case(name: str) -> Scenario:
    """A shipped scenario. Raises ScenarioError if there is none of that name."""
    if name not in shipped():
        raise ScenarioError(Sentence("no_case", name=name[:40], names=", ".join(shipped())))
    from sim.scenario import load

    return load(name)


def own(text: str) -> Scenario:
    """The scenario of a visitor's file, given as text. Raises ScenarioError saying every mistake in words.

    Refused are: `extends` of anything but a shipped scenario's bare name, files other than those of the shipped scenarios,
    and markets too large for a shared machine.
    """
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise too_large()
    source = _source(text)
    mistakes = [source.located(one) for one in too_much(source.data)]
    if mistakes:
        raise ScenarioError(mistakes)
    file, notes, arms = build_with_arms(source, shipped_folder(), installed)
    return Scenario(file, None, shipped_folder(), notes, arms)


def too_large() -> ScenarioError:
    """What to raise for a file that is not even read."""
    return ScenarioError(Sentence("too_large", most=LARGEST // 1000))


def _source(text: str) -> Source:
    """The file's tables, on top of the shipped scenario that it extends, if any."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        reason, line = explain(problem, text)
        said = Sentence("not_toml", problem=reason.removeprefix("this is not TOML: "))
        raise ScenarioError([Mistake((), said, NAME, line)]) from None
    except RecursionError as problem:
        raise ScenarioError([Mistake((), Sentence("not_toml", problem=str(problem)), NAME, None)]) from None
    source = Source(freeze(data), {(): (NAME, 1), **{at: (NAME, line) for at, line in find_lines(text).items()}})
    wrong = [source.located(one) for one in foreign_files(source.data)]
    if wrong:
        raise ScenarioError(wrong)
    parent = source.data.get("extends")
    return source if parent is None else _extended(str(parent), source, text)


def _extended(parent: str, source: Source, text: str) -> Source:
    """As the command line would read it beside the shipped scenarios. The text goes to a folder of its own and is gone."""
    from tempfile import TemporaryDirectory

    if parent not in shipped():
        message = Sentence("extends_only", names=", ".join(shipped()))
        raise ScenarioError([source.located(Mistake(("extends",), message))])
    with TemporaryDirectory(prefix="journeysim-") as folder:
        path = Path(folder).resolve() / "own.toml"
        path.write_text(text, "utf-8")
        try:
            merged = read(path)
        except ScenarioError as error:
            raise ScenarioError([Mistake(one.path, one.message, NAME, one.line) for one in error.mistakes]) from None
        home = shipped_folder().resolve()
        for table, key in _file_places(merged.data):
            here = (path.parent / table[key]).resolve()
            if here.is_relative_to(home):
                table[key] = here.relative_to(home).as_posix()
    merged.places = {at: (NAME if Path(name) == path else Path(name).name, line)
                     for at, (name, line) in merged.places.items()}  # fmt: skip
    return merged


def _file_places(data: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Every table with a file's name in it, and the key."""
    found: list[tuple[dict[str, Any], str]] = []
    for half in ("world", "plan"):
        tables = data.get(half)
        if not isinstance(tables, dict):
            continue
        peers = tables.get("peers")
        if half == "world" and isinstance(peers, dict):
            found += [(peers, key) for key in ("file", "nodes") if key in peers]
        spend = tables.get("spend", ())
        found += [
            (one, "file")
            for one in (spend if isinstance(spend, tuple) else ())
            if isinstance(one, dict) and "file" in one
        ]
    return found


@cache
def shipped_files() -> frozenset[str]:
    """Names of the data files that shipped scenarios use, relative to their folder."""
    names = set()
    for path in shipped().values():
        source = read(path)
        names |= {table[key] for table, key in _file_places(source.data) if isinstance(table[key], str)}
    return frozenset(names)


def foreign_files(data: Any, at: tuple[str | int, ...] = ()) -> list[Mistake]:
    """A mistake for each file that is not a shipped scenario's own data, wherever in the tables it is named.

    Arms may name things by dotted paths, so what a key ends with is looked at.
    """
    mistakes = []
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, tuple) else ()
    for key, value in pairs:
        name = str(key).rpartition(".")[2].strip('"')
        if name in ("file", "nodes") and value not in shipped_files():
            mistakes.append(Mistake((*at, key), Sentence("foreign_file")))
        mistakes += foreign_files(value, (*at, key))
    return mistakes


def too_much(data: dict[str, Any]) -> list[Mistake]:
    """A mistake for each thing that is larger than a shared machine should carry."""
    mistakes = []
    for name, (path, most) in MOST.items():
        value: Any = data
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, int | float) and value > most:
            mistakes.append(Mistake(path, Sentence("too_many", count=value, name=name, most=most)))
    for half in ("world", "plan"):
        tables = data.get(half)
        if not isinstance(tables, dict):
            continue
        journey = tables.get("journey")
        for key, inner in [*tables.items(), *(journey.items() if isinstance(journey, dict) else ())]:
            longest = LONGEST_LISTS.get(key)
            if longest is not None and isinstance(inner, tuple) and len(inner) > longest:
                message = Sentence("too_many", count=len(inner), name=key, most=longest)
                mistakes.append(Mistake((half, key), message))
    influencers = data.get("world", {}).get("influencers", ()) if isinstance(data.get("world"), dict) else ()
    counts = [one.get("count", 1) for one in influencers if isinstance(one, dict)] if influencers else []
    total = sum(one for one in counts if isinstance(one, int))
    if total > MOST_INFLUENCERS:
        message = Sentence("too_many", count=total, name="influencers", most=MOST_INFLUENCERS)
        mistakes.append(Mistake(("world", "influencers"), message))
    return mistakes
