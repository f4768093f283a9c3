"""What a study starts from: a shipped case by its name, or the case as the visitor has set it, written out beside the study."""

from __future__ import annotations

from sim.app import plans
from sim.app.state import State
from sim.app.studies.check import OWN
from sim.scenario import Scenario


def own_of(state: State) -> Scenario | None:
    """The case with the visitor's events, assumptions and plan; None where it is a shipped case as it came.

    Raises ScenarioError if it cannot be built.
    """
    plan = plans.planned(state)
    return None if not state.own and plan == plans.case_of(state) else plan


def start_of(state: State) -> tuple[str, Scenario | None]:
    """How a study file names what it starts from, and the scenario where that is not a shipped one. Raises ScenarioError."""
    own = own_of(state)
    return (state.case, None) if own is None else (OWN, own)
