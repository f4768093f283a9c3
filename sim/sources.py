"""Every number behind a scenario: what it is, who set it, and where it is from. "assumed" is a source too.

>>> import sim
>>> for row in sources(sim.load("minimal"))[:1]:
...     print(row.part, row.name)
world.market people
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from sim.columns import NEVER
from sim.mechanism import registry
from sim.mechanisms.influencers import TIERS
from sim.population import TRAITS
from sim.scenario import Scenario
from sim.scenario.defaults import CHANNELS, ends
from sim.scenario.models import Table
from sim.scenario.read import Source, read

DEFAULT = "default"


@dataclass(frozen=True)
class Row:
    """One number. `set_by`: "default", or the file and line that set it; `source`: where the value is from."""

    part: str
    name: str
    value: float | int | str
    unit: str
    meaning: str
    set_by: str
    source: str


CHANNEL_SOURCES = {
    "television": {"trust": "Nielsen 2015: TV ads 63 %"},
    "online_video": {"trust": "Nielsen 2015: online video ads 48 %"},
    "paid_social": {
        "trust": "Nielsen 2015: social network ads 46 %",
        "cpm": "WordStream 2017: 1.72 a click x 0.9 % clicks",
    },
    "display": {
        "trust": "Nielsen 2015: online banner ads 42 %",
        "cpm": "WordStream 2023: 0.58 a click x 0.46 % clicks",
    },
    "out_of_home": {"trust": "Nielsen 2015: billboards and other outdoor 56 %"},
    "search": {
        "trust": "Nielsen 2015: search engine ads 47 %",
        "cpm": "WordStream: 4.66 a click (2024) x 3.17 % clicks (2018)",
    },
}
"""Published figures behind the default channels; what is not named here is assumed."""

TIER_SOURCES = {
    "followers": "Untapper 2026, middle of the band",
    "engagement": "I04: Untapper 2026, middle of the band",
    "price": "channel benchmarks for micro and macro; other tiers interpolated (assumed)",
}

WORLD_SOURCES = {
    ("population", "rate_shape"): "B02: Goodhardt, Ehrenberg & Chatfield 1984, NBD K of UK toothpaste 1973",
    ("platform", "organic_reach"): "X03: Social@Ogilvy 2013, 12 %",
}
"""Published figures behind other defaults of [world]."""

ARROW_SOURCES = {
    "unaware>aware": "calibrated on D01, D02, A01, then set by hand with A09 in view",
    "aware>unaware": "set by hand with A09 in view",
}
"""Where the rates of default arrows are from; the others are assumed."""

UNITS = {
    "cpm": "money per 1,000", "price": "money", "fee": "money", "people": "people", "consumers": "consumers",
    "purchase_cycle": "days", "answer_hours": "hours", "delay": "days", "degree": "ties", "community": "people",
    "followers": "people", "emails_per_week": "per week", "posts_per_week": "per week", "trend": "per year",
}  # fmt: skip


class _Places:
    """Who set a value: the line of a file and its comment, or nobody."""

    def __init__(self, scenario: Scenario) -> None:
        self.source: Source | None = read(scenario.source) if scenario.source else None
        self.lines: dict[str, list[str]] = {}

    def of(self, path: tuple[str | int, ...], default: str) -> tuple[str, str]:
        """(set by, source) of the value at a path of the file; `default`: the source if the file does not set it."""
        if self.source is None or path not in self.source.places:
            return DEFAULT, default
        file, line = self.source.places[path]
        if file not in self.lines:
            self.lines[file] = Path(file).read_text("utf-8-sig").splitlines()
        return f"{Path(file).name}:{line}", _comment(self.lines[file][line - 1]) or "the scenario, without comment"

    def number(self, key: str, **wanted: str) -> int:
        """Which element of a list of [world] has these values, -1 if the file has none."""
        tables: Any = self.source.data.get("world", {}) if self.source else {}
        for step in key.split("."):
            tables = tables.get(step, {})
        found = (n for n, one in enumerate(tables) if all(one.get(name) == value for name, value in wanted.items()))
        return next(found, -1)


def sources(scenario: Scenario) -> list[Row]:
    """Every number of a scenario's world and of the mechanisms that act in it, part by part.

    Numbers of the plan are decisions and have no source.
    """
    places = _Places(scenario)
    return [
        *_world(scenario, places),
        *_channels(scenario, places),
        *_tiers(scenario),
        *_arrows(scenario, places),
        *_columns(),
        *_parameters(scenario, places),
    ]


def _comment(line: str) -> str:
    """What is said behind a value: the text after a # that is not inside quotes."""
    for at, letter in enumerate(line):
        if letter == "#" and line[:at].count('"') % 2 == 0 and line[:at].count("'") % 2 == 0:
            return line[at + 1 :].strip()
    return ""


def _world(scenario: Scenario, places: _Places) -> Iterator[Row]:
    """Numbers of the market, its people, brands, network, platform and influencers."""
    world = scenario.world
    for key in ("market", "population", "peers", "platform"):
        yield from _table(f"world.{key}", getattr(world, key), ("world", key), places)
    for key in ("segments", "brands", "influencers"):
        for number, one in enumerate(getattr(world, key)):
            name = one.name or f"{one.tier} {number + 1}"
            yield from _table(f"world.{key}", one, ("world", key, number), places, f"{name}.")


def _table(part: str, table: Table, path: tuple[str | int, ...], places: _Places, before: str = "") -> Iterator[Row]:
    """A row for every number in a table of the scenario, tables inside it included."""
    for key, info in type(table).model_fields.items():
        value, at = getattr(table, key), (*path, info.alias or key)
        if isinstance(value, Table):
            yield from _table(part, value, at, places, f"{before}{key}.")
        elif isinstance(value, Mapping):
            for inner, one in value.items():
                by, said = places.of((*at, inner), "assumed")
                yield Row(part, f"{before}{key}.{inner}", one, "", info.description or "", by, said)
        elif _is_number(value) or (isinstance(value, tuple) and value and all(map(_is_number, value))):
            shown = value if _is_number(value) else " ".join(f"{one:g}" for one in value)
            default = WORLD_SOURCES.get((str(path[-1]), key), "assumed")
            yield Row(part, before + key, shown, _unit(key, info), info.description or "", *places.of(at, default))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unit(key: str, info: FieldInfo) -> str:
    """Unit of a scenario's number: named, or a share where it runs from 0 to 1."""
    ends_at = {getattr(one, "le", None) for one in info.metadata}
    starts_at = {getattr(one, "ge", None) for one in info.metadata}
    return UNITS.get(key, "share" if 1 in ends_at and 0 in starts_at else "")


def _channels(scenario: Scenario, places: _Places) -> Iterator[Row]:
    shipped = {one.name for one in CHANNELS}
    for one in scenario.world.channels:
        at = places.number("channels", name=one.name)
        for key, info in type(one).model_fields.items():
            value = getattr(one, key)
            if not _is_number(value):
                continue
            default = CHANNEL_SOURCES.get(one.name, {}).get(key, "assumed") if one.name in shipped else "assumed"
            who = places.of(("world", "channels", at, key), default)
            yield Row("channels", f"{one.name}.{key}", value, _unit(key, info), info.description or "", *who)


def _tiers(scenario: Scenario) -> Iterator[Row]:
    meanings = {
        "followers": ("people", "people who follow, where an influencer does not say"),
        "price": ("money per 1,000", "fee of a sponsored post per 1,000 followers"),
        "engagement": ("share", "followers who react to a post"),
    }
    for name in TIERS:
        if any(one.tier == name for one in scenario.world.influencers):
            for key, (unit, meaning) in meanings.items():
                value = getattr(TIERS[name], key)
                yield Row("tiers", f"{name}.{key}", value, unit, meaning, DEFAULT, TIER_SOURCES[key])


def _arrows(scenario: Scenario, places: _Places) -> Iterator[Row]:
    for arrow in scenario.world.journey.arrows:
        if arrow.by == "purchase":
            continue  # fires by buying: no rate
        name, at = ends(arrow), places.number("journey.arrows", **{"from": arrow.from_, "to": arrow.to})
        path = ("world", "journey", "arrows", at)
        default = ARROW_SOURCES.get(name, "assumed")
        unit, meaning = "per day", "daily hazard where every covariate is 0"
        if arrow.by == "message":
            unit, meaning = (
                "factor",
                "how readily a message teaches the name: with chance 1 - exp(-rate * its awareness)",
            )
        yield Row("arrows", f"{name}.rate", arrow.rate, unit, meaning, *places.of((*path, "rate"), default))
        for covariate, effect in arrow.effects.items():
            who = places.of((*path, "effects", covariate), default) if at >= 0 else (DEFAULT, default)
            yield Row("arrows", f"{name}.{covariate}", effect, "log hazard", f"effect of {covariate}", *who)


def _columns() -> Iterator[Row]:
    """What every consumer starts with: traits drawn around the segment's means, all else from the value here."""
    owned = {"population": TRAITS} | {name: one.columns for name, one in registry().items()}
    for owner, columns in owned.items():
        for name, column in columns.items():
            start = "drawn" if column.kind == "trait" else "never" if column.default == NEVER else column.default
            unit = "share" if column.is_share else ""
            empty = column.kind != "trait" and column.default in (0, NEVER)
            said = column.source or ("empty at first" if empty else "assumed")
            yield Row(f"columns of {owner}", name, start, unit, column.meaning, DEFAULT, said)


def _parameters(scenario: Scenario, places: _Places) -> Iterator[Row]:
    for name, one in registry().items():
        given = scenario.world.mechanisms.get(name, {})
        if given.get("on", True) is False:
            who = places.of(("world", "mechanisms", name, "on"), "")
            yield Row(name, "on", "false", "", "the mechanism is switched off", *who)
            continue
        for key, param in one.params.items():
            who = places.of(("world", "mechanisms", name, key), param.source)
            yield Row(name, key, given.get(key, param.default), param.unit, param.meaning, *who)
