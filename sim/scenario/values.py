"""A scenario: everything a run needs to know, as one value that never changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from sim.scenario.arms import PLAN, Arms, build_with_arms
from sim.scenario.build import build
from sim.scenario.change import changed, differences, shorten
from sim.scenario.check import Registry, focal_number, installed
from sim.scenario.errors import Mistake, ScenarioError, dotted, nearest
from sim.scenario.models import Horizon, Plan, ScenarioFile, World
from sim.scenario.read import Source, find, freeze, read
from sim.scenario.write import arms_to_toml, fingerprint, to_toml


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """A market and a plan for its focal brand, checked and complete: channels and journey are the full tables.

    tables: every field. source: the file it came from, if any. folder: where its relative file names start. notes: what
    was clipped on the way, in sentences. arms: further plans of the file, name -> changes by dotted path (`arm` makes
    them). Two scenarios are equal if they say the same, arms aside (files count by content).
    """

    tables: ScenarioFile
    source: Path | None = None
    folder: Path = Path()
    notes: tuple[str, ...] = ()
    arms: Arms = field(default_factory=dict)

    @classmethod
    def make(cls, *, folder: str | os.PathLike[str] = ".", registry: Registry = installed, **tables: Any) -> Scenario:
        """A scenario from tables in Python, shaped like the file: Scenario.make(world={...}, plan={...}).

        Raises ScenarioError with every mistake.
        """
        file, notes, arms = build_with_arms(Source(freeze(tables)), Path(folder), registry)
        return cls(file, None, Path(folder), notes, arms)

    @property
    def title(self) -> str:
        """Its name in reports."""
        return self.tables.title

    @property
    def question(self) -> str:
        """The question it answers."""
        return self.tables.question

    @property
    def seed(self) -> int:
        """Seed of every random draw."""
        return self.tables.seed

    @property
    def horizon(self) -> Horizon:
        """First day and number of days."""
        return self.tables.horizon

    @property
    def world(self) -> World:
        """What nobody decides."""
        return self.tables.world

    @property
    def plan(self) -> Plan:
        """What the strategist decides for the focal brand."""
        return self.tables.plan

    @cached_property
    def focal(self) -> int:
        """Position of the focal brand among world.brands."""
        return focal_number(self.tables)

    def with_(
        self,
        changes: Mapping[str, Any] | str | None = None,
        value: Any = None,
        *,
        registry: Registry = installed,
        **more: Any,
    ) -> Scenario:
        """The same scenario with some values changed: with_("plan.flights.0.weekly", 3000) or with_({path: value}).

        A path may begin with a mechanism's name (word_of_mouth.negativity). Shortcuts: consumers=, seed=, days=; days=
        shortens everything dated to fit and says so in `notes`. Raises ScenarioError for unknown paths and bad values.
        """
        wanted = dict([(changes, value)] if isinstance(changes, str) else changes or ())
        wanted.update(more)
        if "consumers" in wanted:
            wanted["world.market.consumers"] = wanted.pop("consumers")
        notes: tuple[str, ...] = ()
        if "days" in wanted:
            cut = shorten(self.tables, freeze(wanted.pop("days")))
            wanted, notes = {**cut.changes, **wanted}, cut.notes
        if not wanted:
            return self
        file, found = build(Source(changed(self.tables, wanted, registry)), self.folder, registry)
        return Scenario(file, self.source, self.folder, notes + found, self.arms)

    def arm(self, name: str, *, registry: Registry = installed) -> Scenario:
        """The same market under another plan of the file; "plan" is the file's own. Raises ScenarioError if there is none."""
        if name not in (PLAN, *self.arms):
            raise ScenarioError(f"there is no arm '{name}'{nearest(name, [PLAN, *self.arms])}")
        chosen = self.with_(self.arms.get(name), registry=registry)
        return Scenario(chosen.tables, self.source, self.folder, chosen.notes)

    def differences(self, other: Scenario) -> list[tuple[str, Any, Any]]:
        """Where two scenarios differ: (path, mine, theirs), None where one has nothing. Paths work in `with_`."""
        if not isinstance(other, Scenario):
            raise ScenarioError(f"a scenario can be compared with a scenario, not with {type(other).__name__}")
        mine, theirs = (one.tables.model_dump(by_alias=True) for one in (self, other))
        return list(differences(mine, theirs))

    def located(self, mistake: Mistake) -> Mistake:
        """The same mistake with file and line, if the file that this came from still says what it is about."""
        if self.source is None:
            return mistake
        value_of = attrgetter(dotted(mistake.path))
        try:
            same = value_of(load(self.source).tables) == value_of(self.tables)
            return read(self.source).located(mistake) if same else mistake
        except (ScenarioError, AttributeError):  # another file by now; or a value that is found by more than names
            return mistake

    def to_toml(self) -> str:
        """The scenario as run, everything said outright, and its arms; loads to an equal one from the same folder."""
        return to_toml(self.tables) + arms_to_toml(self.arms)

    def fingerprint(self) -> str:
        """Hash of everything the scenario says, 32 hex digits: the same on every machine."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.tables, self.folder)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.fingerprint() == other.fingerprint()

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def __repr__(self) -> str:
        market, brands = self.world.market, len(self.world.brands)
        size = f"{brands} brand{'s' * (brands != 1)}, {market.consumers:,} consumers, {self.horizon.days} days"
        return f"Scenario({self.title!r}: {size}, seed {self.seed})"


def load(
    path_or_name: str | os.PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    *,
    registry: Registry = installed,
) -> Scenario:
    """Read a scenario from a TOML file, or a shipped one by its bare name: load("launch").

    overrides: dotted path -> value, as in `Scenario.with_`. Raises ScenarioError with every mistake, one a line.
    """
    path = find(path_or_name)
    file, notes, arms = build_with_arms(read(path), path.parent, registry)
    scenario = Scenario(file, path, path.parent, notes, arms)
    return scenario.with_(overrides, registry=registry) if overrides else scenario
