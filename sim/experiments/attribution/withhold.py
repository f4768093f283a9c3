"""Withholding: ads of one channel kept from chosen consumers while the market lives on; who they are, users or regions.

A real experiment does this in the ad server. Here each segment gets a twin that nobody belongs to, equal in everything; those
to be held out are moved to the twin of their segment on the first day of the test, and the focal brand's flights in the channel
do not aim at twins. Segments matter to nothing else once people are drawn, so the test changes nothing but who is served.
The money of these flights shrinks with the audience: the others see what they would have seen without the test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.draws import uniforms
from sim.scenario.errors import ScenarioError

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.scenario import Scenario

TWIN = " (held out)"


def with_twins(scenario: Scenario) -> Scenario:
    """The same market, with an empty twin of every segment; whoever aims at a segment aims at its twin.

    Raises ScenarioError where there are too many segments for twins.
    """
    world = scenario.world
    tables = [one.model_dump(by_alias=True) for one in world.segments]
    if 2 * len(tables) > 255:
        raise ScenarioError(
            f"an experiment needs a twin of each segment; {len(tables)} are too many, at most 127 can be"
        )
    twins = [one | {"name": one["name"] + TWIN, "share": 0.0} for one in tables]
    changes: dict[str, Any] = {"world.segments": tables + twins}
    for half in ("world", "plan"):
        flights = [one.model_dump(by_alias=True) for one in getattr(scenario, half).flights]
        for one in flights:
            one["segments"] = [*one["segments"], *(name + TWIN for name in one["segments"])]
        changes[f"{half}.flights"] = flights
    return scenario.with_(changes)


def withhold(
    channel: str, held: Callable[[Engine], np.ndarray], first: int = 0, last: int | None = None
) -> Callable[[Engine], None]:
    """What keeps the focal brand's ads in a channel from consumers on days [first, last): call it every morning.

    held(engine): bool (N), who is held out. The scenario must have twins of its segments.
    """
    moved = np.zeros(0, bool)

    def before(engine: Engine) -> None:
        nonlocal moved
        segments = len(engine.segments) // 2
        if engine.day == first:
            moved = held(engine)
            _aim_away(engine, channel, moved, segments, last)
            engine.columns["segment"][moved] += np.uint8(segments)
            engine.touched()
        elif engine.day == last:
            engine.columns["segment"][moved] -= np.uint8(segments)
            engine.touched()

    return before


def _aim_away(engine: Engine, channel: str, held: np.ndarray, segments: int, last: int | None) -> None:
    """Aim the flights at no twin, and cut their money to the share of the audience that is left."""
    tables, number = engine.tables, [one.name for one in engine.channels].index(channel)
    mine = (tables["flight_brand"] == engine.focal) & (tables["flight_channel"] == number)
    use, at = engine.columns["media_use"][number].astype(float), engine.columns["segment"]
    premium = 0.0 if engine.channels[number].type == "search" else engine.parameters["paid_media"]["premium"]
    for flight in np.flatnonzero(mine):
        aimed = tables["flight_segments"][flight]
        audience = use * aimed[at]
        share = audience[~held].sum() / max(audience.sum(), 1e-12)
        tables["flight_spend"][engine.day : last, flight] *= share ** (
            1.0 - premium
        )  # a narrower aim costs more a head
        aimed[segments:] = 0.0
        tables["flight_aim"][flight, segments:] = 0.0


def random_users(share: float) -> Callable[[Engine], np.ndarray]:
    """Each consumer held out with the same chance, by a keyed draw of the market's seed."""

    def held(engine: Engine) -> np.ndarray:
        return uniforms(engine.key("lift test"), 0, engine.consumers) < share

    return held


def random_regions(region: np.ndarray, share: float) -> Callable[[Engine], np.ndarray]:
    """A share of all regions (rounded, at least one and not all) held out, by keyed draws. region: int (N)."""

    def held(engine: Engine) -> np.ndarray:
        many = int(region.max()) + 1
        order = np.argsort(uniforms(engine.key("geo test"), 0, many), kind="stable")
        return np.isin(region, order[: min(max(1, round(share * many)), many - 1)])

    return held
