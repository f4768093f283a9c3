"""Libraries of the `research` extra, loaded when they are needed, with a plain word where they are missing."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from sim.scenario.errors import ScenarioError

HOW = "pip install 'journeysim[research]'"


def salib(module: str) -> Any:
    """A module of SALib, such as "analyze.sobol". Raises ScenarioError if it is not installed."""
    try:
        return import_module(f"SALib.{module}")
    except ImportError:
        raise ScenarioError(f"Sobol and Morris designs and indices need the package SALib: {HOW}") from None


def prim() -> Any:
    """The patient rule induction of the EMA workbench. Raises ScenarioError if it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what else the workbench could use is not our concern
            return import_module("ema_workbench.analysis.prim")
    except ImportError:
        raise ScenarioError(f"scenario discovery needs the package ema-workbench: {HOW}") from None
