"""The time line: campaigns of the plan, and events that a visitor puts there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from sim.app import happenings, visit
from sim.app.calendars import fixed_events, lanes
from sim.app.look import look_of
from sim.app.state import MOST_EVENTS
from sim.scenario import Scenario


@solara.component_vue("../vue/timeline.vue")
def TimelineCard(
    days: int, first_day: str, lanes: list[dict[str, Any]], fixed: list[dict[str, Any]], placed: list[dict[str, Any]],
    kinds: list[dict[str, str]], full: bool, words: dict[str, str], language: str,
    event_add: Callable[[str], None], event_change: Callable[[dict[str, Any]], None], event_remove: Callable[[int], None],
) -> None:  # fmt: skip
    """The plan's campaigns and the events on one line of time."""


@solara.component
def Timeline(market: Scenario) -> None:
    """Campaigns and events; events of the visitor hit every plan."""
    state, words = visit.state.value, visit.words()
    look = look_of(state)
    days = market.horizon.days
    event_words = {kind: words(f"events.{kind}.name") for kind in happenings.KINDS}

    def add(kind: str) -> None:
        if len(visit.state.value.events) < MOST_EVENTS and kind in happenings.KINDS:
            now = visit.state.value
            visit.adjust(events=happenings.put(now, happenings.new(kind, days)))
            visit.said.value = words("events.added", name=event_words[kind])

    def change(asked: dict[str, Any]) -> None:
        now, place = visit.state.value, int(asked["id"])
        if 0 <= place < len(now.events):
            old = now.events[place]
            lasts = None if old.days is None else int(asked["days"] or old.days)
            visit.adjust(
                events=happenings.put(
                    now, happenings.Happening(old.kind, int(asked["day"]), lasts, float(asked["size"])), place
                )
            )

    def remove(place: int) -> None:
        if 0 <= int(place) < len(visit.state.value.events):
            visit.adjust(events=happenings.drop(visit.state.value, int(place)))

    TimelineCard(
        days=days,
        first_day=market.horizon.start.isoformat(),
        lanes=[{"label": look.kind(name), "bars": bars} for name, bars in lanes(market)],
        fixed=[
            {"day": day, "text": label or words.or_else(f"events.{kind}.name", kind)}
            for day, kind, label in fixed_events(market, len(state.events))
        ],
        placed=[
            {
                "id": number,
                "label": event_words[one.kind],
                "day": one.day,
                "days": one.days,
                "size": one.size,
                "sizes": [
                    [size, words(f"events.{one.kind}.size.{place}")]
                    for place, size in enumerate(happenings.KINDS[one.kind].sizes)
                ],
            }
            for number, one in enumerate(state.events)
            if one.kind in happenings.KINDS and one.day < days
        ],
        kinds=[{"key": kind, "label": label} for kind, label in event_words.items()],
        full=len(state.events) >= MOST_EVENTS,
        words=words.part("timeline"),
        language=visit.language.value,
        event_add=add,
        event_change=change,
        event_remove=remove,
    )
