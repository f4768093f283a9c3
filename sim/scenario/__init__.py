"""Scenarios: what is asked of the simulation, read from TOML, checked, and kept as values that never change."""

from sim.scenario.errors import Mistake, ScenarioError
from sim.scenario.schema import schema
from sim.scenario.values import Scenario, load

__all__ = ["Mistake", "Scenario", "ScenarioError", "load", "schema"]
