"""Events that a visitor can put on the time line: a bad review that spreads, a feed change, a trend, empty shelves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.app.state import Happening, State
from sim.scenario import Scenario


@dataclass(frozen=True)
class Kind:
    """One kind of event: how long it lasts at first (None: for good) and its sizes, mild to strong, in the model's unit."""

    days: int | None
    sizes: tuple[float, ...]

    @property
    def usual(self) -> float:
        """The size it has at first."""
        return self.sizes[len(self.sizes) // 2]


KINDS: dict[str, Kind] = {
    "crisis": Kind(14, (0.2, 0.5, 1.0)),
    "algorithm": Kind(None, (0.75, 0.5, 0.25)),
    "trend": Kind(91, (0.7, 0.85, 1.2, 1.5)),
    "outage": Kind(21, (0.25, 0.5, 1.0)),
}
"""Sizes: crisis, strength of bad news; algorithm and trend, factors on organic reach and on demand; outage, share of sales
occasions lost. 12 % to 6 % organic reach was seen in 2013-14 (Social@Ogilvy); the others are assumed."""


def new(kind: str, days: int) -> Happening:
    """An event of a kind as it is first put on the time line, in the middle of it."""
    one = KINDS[kind]
    lasts = None if one.days is None else min(one.days, max(days // 2, 1))
    return Happening(kind, days // 2 // 7 * 7, lasts, one.usual)


def with_events(scenario: Scenario, events: Sequence[Happening]) -> Scenario:
    """The scenario's world with more events in it; those after its last day cannot happen and are left out."""
    within = [one.tables() for one in events if one.day < scenario.horizon.days]
    if not within:
        return scenario
    return scenario.with_("world.events", (*scenario.world.events, *within))


def put(state: State, event: Happening, place: int | None = None) -> tuple[Happening, ...]:
    """The visitor's events with one more, or with the one at a place changed."""
    if place is None:
        return (*state.events, event)
    return (*state.events[:place], event, *state.events[place + 1 :])


def drop(state: State, place: int) -> tuple[Happening, ...]:
    """The visitor's events without one."""
    return (*state.events[:place], *state.events[place + 1 :])
