"""Attribution: rules, models and tests that say what a channel sold, each against what it truly sold."""

from sim.experiments.attribution.found import Attribution
from sim.experiments.attribution.laboratory import attribution

__all__ = ["Attribution", "attribution"]
