"""Arms of a comparison: plans by name, from scenarios, files, shipped names, or dotted changes to the first arm."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.arms import PLAN

Arm = Scenario | str | os.PathLike[str] | Mapping[str, Any]
"""What an arm can be given as; a mapping is dotted changes to the first arm."""

SHOWN = 4
"""Differing paths that a refusal names."""


def resolve(arms: Mapping[str, Arm] | Scenario | str | os.PathLike[str]) -> dict[str, Scenario]:
    """The arms as scenarios, in the order given; the first is what the others are compared with.

    A single scenario (or its file) stands for its own plan and all its arms. Raises ScenarioError naming the arm.
    """
    if not isinstance(arms, Mapping):
        return arms_of(_one(arms, None))
    found: dict[str, Scenario] = {}
    if not arms:
        raise ScenarioError("there is nothing to compare; give arms such as {'today': 'launch', 'more': {...}}")
    for name, given in arms.items():
        try:
            found[str(name)] = _one(given, next(iter(found.values()), None))
        except ScenarioError as error:
            raise ScenarioError(f"arm '{name}': {error}") from None
    return found


def arms_of(scenario: Scenario, only: Sequence[str] = ()) -> dict[str, Scenario]:
    """The plans of one scenario file: its own, called "plan", then its arms; or only some, in the order given.

    Raises ScenarioError for unknown names, and if there is nothing but the plan.
    """
    if not scenario.arms and not only:
        raise ScenarioError(
            f"'{scenario.title}' has no arms to compare; write them under [arms.NAME], or give several scenarios"
        )
    return {name: scenario.arm(name) for name in only or (PLAN, *scenario.arms)}


def _one(given: Arm, base: Scenario | None) -> Scenario:
    if isinstance(given, Scenario):
        return given
    if isinstance(given, Mapping):
        if base is None:
            raise ScenarioError(
                "changes need a scenario to start from; give the first arm as a scenario, a file or a name"
            )
        return base.with_(given)
    if isinstance(given, str | os.PathLike):
        return load(given)
    raise ScenarioError(
        f"{type(given).__name__} is not an arm; give a scenario, a file, a shipped name, or a dict of changes"
    )


ADVICE = (
    "a plan is judged in one world: make these the same, or compare worlds on purpose with allow_world=True (--worlds)"
)


def refuse_other_worlds(arms: Mapping[str, Scenario], advice: str = ADVICE) -> None:
    """Raise ScenarioError if an arm differs from the first in more than the plan (title, question and seed aside)."""
    names = list(arms)
    for name in names[1:]:
        paths = [
            (path, mine, theirs)
            for path, mine, theirs in arms[names[0]].differences(arms[name])
            if path.split(".")[0] not in ("plan", "title", "question", "seed")
        ]
        if not paths:
            continue
        shown = "; ".join(f"{path} is {_said(mine)} and {_said(theirs)}" for path, mine, theirs in paths[:SHOWN])
        more = f"; and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
        raise ScenarioError(
            f"arms '{names[0]}' and '{name}' differ in more than the plan: {shown}{more}. {advice[:1].upper()}{advice[1:]}"
        )


def _said(value: Any) -> str:
    from sim.scenario.build import show

    return "nothing" if value is None else show(value)
