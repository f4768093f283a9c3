"""How sales answer to money: response curves, carry-over and synergy of a plan's channels."""

from sim.experiments.response.found import Response
from sim.experiments.response.measure import response

__all__ = ["Response", "response"]
