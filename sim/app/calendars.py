"""What is on the time line of a scenario: stretches of every part of the plan, and the scenario's own events."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario
from sim.scenario.change import active_days
from sim.scenario.check import day_number


def lanes(scenario: Scenario) -> list[tuple[str, list[list[int]]]]:
    """Name of each part of the plan and the stretches [first day, day after the last] in which it runs.

    Channels by name, then "influencers" and "promotion"; at most eight.
    """
    found: dict[str, list[list[int]]] = {}
    for flight in scenario.plan.flights:
        days = list(active_days(scenario.horizon, flight, scenario.horizon.days))
        found.setdefault(flight.channel, []).extend(stretches(days))
    for name, tables in (("influencers", scenario.plan.sponsorships), ("promotion", scenario.plan.promotions)):
        for one in tables:
            found.setdefault(name, []).append(_ends(scenario, one))
    for file in scenario.plan.spend:
        for channel in file.columns.values():
            found.setdefault(channel, []).append([0, scenario.horizon.days])
    return list(found.items())[:8]


def _ends(scenario: Scenario, table: Any) -> list[int]:
    first = 0 if table.from_ is None else day_number(scenario.horizon, table.from_)
    last = scenario.horizon.days - 1 if table.to is None else day_number(scenario.horizon, table.to)
    return [first, min(last, scenario.horizon.days - 1) + 1]


def stretches(days: list[int]) -> list[list[int]]:
    """Days in a row as stretches.

    >>> stretches([0, 1, 2, 7, 8])
    [[0, 3], [7, 9]]
    """
    found: list[list[int]] = []
    for day in days:
        if found and found[-1][1] == day:
            found[-1][1] = day + 1
        else:
            found.append([day, day + 1])
    return found


def fixed_events(scenario: Scenario, added: int) -> list[tuple[int, str, str]]:
    """The scenario's own events, without the last `added` ones that a visitor put there: (day, kind, label)."""
    own = scenario.world.events[: len(scenario.world.events) - added] if added else scenario.world.events
    return [(day_number(scenario.horizon, one.on), one.kind, one.label) for one in own]
