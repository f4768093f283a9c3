"""What each channel truly does in a case, measured run by run at the desk: credit against the truth, returns, synergies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.app.jobs import Size

if TYPE_CHECKING:
    from sim.experiments.attribution import Attribution
    from sim.experiments.engines import Workers
    from sim.experiments.paired import Progress
    from sim.experiments.response import Response
    from sim.scenario import Scenario

MEASURED = Size(1_500, 4)
"""Consumers and seeds of a measurement: under a minute for a plan of five channels."""
LADDER = (0.0, 0.5, 1.0, 1.5, 2.0)


def true_credit(scenario: Scenario, workers: Workers, progress: Progress) -> Attribution:
    """Every rule of attribution beside the truth, on a few markets with the same luck."""
    from sim.experiments.attribution import attribution

    seeds = range(scenario.seed, scenario.seed + MEASURED.pairs)
    return attribution(scenario, seeds, tests=False, budgets=False, workers=workers, progress=progress)


def response_to_money(scenario: Scenario, workers: Workers, progress: Progress) -> Response:
    """Sales on a ladder of money for each channel, and of every two channels together."""
    from sim.experiments.response import response

    seeds = range(scenario.seed, scenario.seed + MEASURED.pairs)
    return response(scenario, seeds, ladder=LADDER, pairs=True, bursts=False, workers=workers, progress=progress)
