"""Journeysim: an agent-based consumer-journey simulator for paired what-ifs about the marketing mix.

import sim
run = sim.run(sim.load("launch"))
print(run.answer())
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.experiments.attribution import attribution
    from sim.experiments.compare import compare
    from sim.experiments.comparison import Comparison
    from sim.experiments.response import response
    from sim.experiments.sweep.results import Sweep
    from sim.experiments.sweep.runner import sweep
    from sim.kernels import kernel, rule
    from sim.market import Market
    from sim.mechanism import Mechanism, register
    from sim.params import Param
    from sim.results import Run
    from sim.running import run
    from sim.scenario import Scenario, ScenarioError, load

__all__ = ["Comparison", "Engine", "Market", "Mechanism", "Param", "Run", "Scenario", "ScenarioError", "Sweep", "attribution",
           "compare", "kernel", "load", "register", "response", "rule", "run", "sweep"]  # fmt: skip

_HOME = {
    "attribution": "sim.experiments.attribution",
    "response": "sim.experiments.response",
    "Comparison": "sim.experiments.comparison",
    "compare": "sim.experiments.compare",
    "Engine": "sim.engine",
    "Market": "sim.market",
    "Mechanism": "sim.mechanism",
    "register": "sim.mechanism",
    "Param": "sim.params",
    "Run": "sim.results",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "load": "sim.scenario",
    "kernel": "sim.kernels",
    "rule": "sim.kernels",
    "Sweep": "sim.experiments.sweep.results",
    "sweep": "sim.experiments.sweep.runner",
    "run": "sim.running",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import sim` costs nothing, and Mesa is loaded only for Market."""
    if name in _HOME:
        from importlib import import_module

        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sim' has no attribute '{name}'; it has {', '.join(__all__)}")
