"""A study: what to vary, where, on which seeds, and what to keep; read from a file or made in Python, and checked.

study = load_study("scenarios/studies/launch_levers.toml")
study = Study.make(scenario="launch", consumers=1000, factors={"word_of_mouth.rate": (0.1, 1.0)}, design={"kind": "sobol"})
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.experiments.sweep.designs import Points, how_many, lay
from sim.experiments.sweep.factors import Factor, plain
from sim.experiments.sweep.models import DesignTable, StudyFile
from sim.scenario import Scenario, ScenarioError
from sim.scenario.build import field_mistakes
from sim.scenario.errors import nearest
from sim.scenario.read import Source, freeze, read, shipped_folder


@dataclass(frozen=True, eq=False)
class Study:
    """A checked study.

    base: the scenario every run starts from, at the study's size. arms: scenarios by name, instead of the base; empty without
    arms. rows: the points of a list design. source: the file it came from, if any; text: what that file says.
    """

    title: str
    question: str
    base: Scenario
    arms: dict[str, Scenario]
    factors: tuple[Factor, ...]
    design: DesignTable
    rows: tuple[dict[str, Any], ...]
    seeds: tuple[int, ...]
    outputs: tuple[str, ...]
    daily: tuple[str, ...]
    mechanisms: tuple[Path, ...] = ()
    source: Path | None = None
    text: str = ""

    @classmethod
    def make(
        cls,
        scenario: Scenario | str | os.PathLike[str],
        factors: Mapping[str, Any] | Sequence[Mapping[str, Any]] = (),
        design: Mapping[str, Any] | str = "latin_hypercube",
        folder: str | os.PathLike[str] = ".",
        **tables: Any,
    ) -> Study:
        """A study from Python, with the keys of a study file.

        factors: tables as in the file, or path -> (low, high) for a range, [values] for levels, or a table. design: a table, or
        its kind. Raises ScenarioError with every mistake.
        """
        from sim.experiments.sweep.reading import build_study

        if isinstance(factors, Mapping):
            factors = [_factor(path, given) for path, given in factors.items()]
        given = scenario if isinstance(scenario, Scenario) else None
        data = {
            "scenario": "" if given else os.fspath(scenario),  # type: ignore[arg-type]
            "factors": [dict(one) for one in factors],
            "design": {"kind": design} if isinstance(design, str) else dict(design),
            **tables,
        }
        return build_study(_checked(Source(freeze(data))), Source({}), Path(folder), given)

    @cached_property
    def points(self) -> Points:
        """The points of its design, made when first asked for."""
        return lay(self.design, self.factors, self.rows)

    @property
    def size(self) -> int:
        """Runs it has: points times seeds."""
        return how_many(self.design, self.factors, len(self.rows)) * len(self.seeds)

    @property
    def name(self) -> str:
        """A name for its folder."""
        if self.source is not None:
            return self.source.stem
        letters = "".join(one if one.isalnum() else "-" for one in self.title.lower())
        return "-".join(part for part in letters.split("-") if part)[:60] or "study"

    def scenario_at(self, point: Sequence[Any]) -> Scenario:
        """The scenario of a point (values in the order of the factors). Raises ScenarioError for what does not fit together."""
        changes: dict[str, Any] = {}
        start = self.base
        for factor, value in zip(self.factors, point):
            if factor.path:
                changes[factor.path] = value
            else:
                start = self.arms[value]
        return start.with_(changes)

    def with_(self, **changes: Any) -> Study:
        """The same study with fields replaced, such as seeds=(1, 2)."""
        return replace(self, **changes)

    @cached_property
    def identity(self) -> dict[str, Any]:
        """All that decides what its runs give, as plain data: the same on every machine, whatever it is called."""
        from sim.version import model_version

        return {
            "model": model_version(),
            "scenario": self.base.fingerprint(),
            "arms": {name: one.fingerprint() for name, one in self.arms.items()},
            "mechanisms": {path.name: _digest(path.read_bytes()) for path in self.mechanisms},
            "factors": {one.name: one.identity() | {"steps": one.steps} for one in self.factors},
            "design": plain(self.design.model_dump(exclude={"file", "rows"})),
            "points": _digest(json.dumps(plain(self.points.values)).encode()),
            "seeds": list(self.seeds),
            "outputs": list(self.outputs),
            "daily": list(self.daily),
        }


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _factor(path: str, given: Any) -> dict[str, Any]:
    """A factor given briefly in Python: a pair is a range, a list its levels."""
    if isinstance(given, Mapping):
        return {"path": path, **given}
    if isinstance(given, tuple):
        return {"path": path, "range": given}
    return {"path": path, "levels": given}


def _checked(source: Source) -> StudyFile:
    """The study's tables, each field of the right type. Raises ScenarioError with every mistake."""
    try:
        return StudyFile.model_validate(source.data, strict=True)
    except ValidationError as problem:
        mistakes = field_mistakes(problem, source, StudyFile)
        raise ScenarioError(sorted(mistakes, key=lambda one: one.line or 0)) from None


def studies_folder() -> Path:
    """Where the shipped studies are."""
    return shipped_folder() / "studies"


def find_study(path_or_name: str | os.PathLike[str]) -> Path:
    """The study file meant by a path, or by the bare name of a shipped study. Raises ScenarioError if there is none."""
    text = os.fspath(path_or_name)
    path = Path(text).expanduser()
    if path.is_file():
        return path
    shipped = {one.stem: one for one in sorted(studies_folder().glob("*.toml"))}
    if text in shipped:
        return shipped[text]
    if path.suffix == ".toml" or path.name != text:
        others = [one.name for one in sorted(path.parent.glob("*.toml"))] if path.parent.is_dir() else []
        raise ScenarioError(f"there is no study file '{path}'{nearest(path.name, others) if others else ''}")
    raise ScenarioError(f"there is no study '{text}' and no such file{nearest(text, shipped)}")


def load_study(path_or_name: str | os.PathLike[str]) -> Study:
    """Read a study file, or a shipped study by its bare name. Raises ScenarioError with every mistake, file and line."""
    from sim.experiments.sweep.reading import build_study

    path = find_study(path_or_name)
    source = read(path)
    study = build_study(_checked(source), source, path.parent)
    return replace(study, source=path, text=path.read_text("utf-8-sig"))


def mechanism_files(paths: Sequence[Path]) -> None:
    """Import mechanism files into this process; done once for each."""
    if paths:
        from sim.commands.asked import load_mechanisms

        load_mechanisms(paths)
