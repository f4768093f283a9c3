"""Markets in which everybody is followed, made by the workers and remembered for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import solara
from solara.lab import use_task

from sim.app.jobs import Busy, desk, sized
from sim.app.jobs import Size as MarketSize
from sim.app.journeys import Journeys, follow
from sim.scenario import Scenario

FOLLOWED = MarketSize(1_500, 1)
"""Consumers of a market whose journeys are followed: enough for paths that one in a hundred takes, about 2 MB a year."""
REMEMBERED = 16
DEBOUNCE = 0.15
_memory: OrderedDict[str, Journeys] = OrderedDict()


@dataclass(frozen=True)
class Followed:
    """Journeys by key of the plan; pending: others are on their way; problem: key of what went wrong, or ""."""

    journeys: Mapping[str, Journeys]
    pending: bool
    problem: str = ""


def remembered(scenario: Scenario) -> Journeys | None:
    """Journeys that were followed before."""
    found = _memory.get(scenario.fingerprint())
    if found is not None:
        _memory.move_to_end(scenario.fingerprint())
    return found


async def followed(scenario: Scenario) -> Journeys:
    """Journeys in a market, from memory or from a worker. Raises Busy if too many wait."""
    known = remembered(scenario)
    if known is not None:
        return known
    found: Journeys = await asyncio.wrap_future(desk.call(follow, scenario, scenario.seed))
    _memory[scenario.fingerprint()] = found
    while len(_memory) > REMEMBERED:
        _memory.popitem(last=False)
    return found


def use_followed(plans: Mapping[str, Scenario]) -> Followed:
    """Journeys under some plans, on the same seed; the last ones stay until all new ones are there."""
    small = {key: sized(plan, FOLLOWED) for key, plan in plans.items()}
    question = "|".join(f"{key}:{plan.fingerprint()}" for key, plan in small.items())
    there: solara.Reactive[tuple[str, Followed]] = solara.use_reactive(("", Followed({}, True)))

    async def work() -> None:
        await asyncio.sleep(DEBOUNCE)
        try:
            found = {key: await followed(plan) for key, plan in small.items()}
        except Busy:
            there.value = (question, Followed({}, False, "state.busy"))
            return
        except asyncio.CancelledError:
            raise
        except Exception:  # a worker failed: its own log has the reason, the page says that it failed
            there.value = (question, Followed({}, False, "state.run_failed"))
            return
        there.value = (question, Followed(found, False))

    use_task(work, dependencies=[question], raise_error=False)
    of, now = there.value
    return now if of == question else Followed(now.journeys, True)
