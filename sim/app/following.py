"""Markets in which everybody is followed, for pages."""

from __future__ import annotations

from collections.abc import Mapping

from sim.app.jobs import Size as MarketSize
from sim.app.jobs import sized
from sim.app.journeys import follow
from sim.app.making import Made, Order, Shelf, use_made
from sim.scenario import Scenario

FOLLOWED = MarketSize(1_500, 1)
"""Consumers of a market whose journeys are followed: enough for paths that one in a hundred takes, about 2 MB a year."""
SHELF = Shelf(most=16)


def use_followed(plans: Mapping[str, Scenario]) -> Made:
    """`Journeys` under some plans, on the same seed."""
    small = {key: sized(plan, FOLLOWED) for key, plan in plans.items()}
    return use_made(SHELF, {key: Order(plan.fingerprint(), follow, (plan, plan.seed)) for key, plan in small.items()})
