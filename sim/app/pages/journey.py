"""How do people move? The journey of everybody in one market: flow, losses, through the year, and paths to the purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.charts import TODAY, Chart, Look, drop_off, journey_flow, path_table, through_the_year
from sim.app.charts.paths import KINDS
from sim.app.following import FOLLOWED, use_followed
from sim.app.journeys import Journeys
from sim.app.look import look_of, segment_in, source_of
from sim.app.making import Made
from sim.app.pages import Page
from sim.app.parts import Guard, NotMade, OfPlan, heading
from sim.app.picture import Choices, Picture
from sim.app.state import State
from sim.app.words import Words
from sim.scenario import Scenario

EDITED = "edited"
PARTS = ("all", "1", "2", "3", "4")
"""Which part of the run is shown: all of it, or one of its quarters."""


@dataclass(frozen=True)
class Chosen:
    """What the visitor looks at: a plan, alone or as the change from today's, a segment, a brand, a part of the run, paths."""

    plan: str = ""
    view: str = "plan"
    segment: str = ""
    brand: str = ""
    part: str = "all"
    paths: str = "common"


def shown_plans(state: State) -> dict[str, Scenario]:
    """Plans that can be looked at: today's, the one under edit if it differs, and those put aside."""
    found = {TODAY: plans.today(state)}
    found |= {letter: plans.planned(state, plan.levers) for letter, plan in state.saved.items()}
    edited = plans.planned(state)
    if all(edited != plan for plan in found.values()):
        found[EDITED] = edited
    return found


@solara.component
def Journey() -> None:
    """The page."""
    words = visit.words()
    heading(words("journey.title"), words("journey.lead", consumers=words.number(FOLLOWED.consumers)))
    OfPlan(shown_plans, Views, "journey")


@solara.component
def Views(every: Mapping[str, Scenario]) -> None:
    """Choices and charts."""
    chosen, choose = solara.use_state(Chosen())
    words = visit.words()
    key = chosen.plan if chosen.plan in every else list(every)[-1]
    market = every[TODAY]
    found = use_followed({one: every[one] for one in dict.fromkeys((TODAY, key))})
    if found.problem:
        NotMade(found)
    look = look_of(visit.state.value)
    look = replace(look, names={**look.names, EDITED: words("whatif.my_plan")})
    Choices(
        words("journey.choices"),
        _choices(words, look, every, market, replace(chosen, plan=key)),
        lambda name, value: choose(replace(chosen, **{name: value})),
        words("journey.updating") if found.pending else "",
    )
    rows: tuple[tuple[tuple[str, Any], ...], ...] = (
        (("flow", _flow),),
        (("losses", _losses), ("year", _year)),
        (("paths", _paths),),
    )
    for row in rows:
        with v.Html(tag="div", class_="charts"):
            for name, draw in row:
                Guard(partial(Shown, name, draw, found, look, replace(chosen, plan=key)), name).key(name)


def _choices(
    words: Words, look: Look, every: Mapping[str, Scenario], market: Scenario, chosen: Chosen
) -> list[dict[str, Any]]:
    """The row of lists."""
    focal = market.world.brands[market.focal].name
    segments = [["", words("journey.all_segments")],
                *([one.name, segment_in(words, visit.state.value, one.name)] for one in market.world.segments)]  # fmt: skip
    brands = [["", focal], *([one.name, one.name] for one in market.world.brands if one.name != focal)]
    lists = [("plan", [[key, look.name(key)] for key in every])]
    if len(segments) == 2:  # everybody, twice
        del segments[1]
    if chosen.plan != TODAY:
        lists.append(("view", [[one, words(f"journey.view_{one}")] for one in ("plan", "change")]))
    lists += [
        ("segment", segments),
        ("brand", brands),
        (
            "part",
            [[one, words("journey.part_all") if one == "all" else words("journey.part_n", part=one)] for one in PARTS],
        ),
        ("paths", [[one, words(f"chart.paths.{one}")] for one in KINDS]),
    ]
    return [
        {"name": name, "label": words(f"journey.{name}"), "value": getattr(chosen, name), "options": options}
        for name, options in lists
        if len(options) > 1
    ]


@solara.component
def Shown(name: str, draw: Any, found: Made, look: Look, chosen: Chosen) -> None:
    """One chart, drawn again only if what it shows changed."""
    mine = found.things.get(chosen.plan)
    today = found.things.get(TODAY)
    depends = [id(mine), id(today), chosen, visit.language.value, visit.dark.value]
    state = visit.state.value
    make = partial(draw, mine, today, chosen=chosen) if mine and today else None

    def source() -> tuple[str, ...]:
        market = plans.today(state)
        return source_of(look.words, state, market, [market.seed])

    Picture(name, make, look, depends, source, found.pending)


def _span(journeys: Journeys, part: str) -> tuple[int, int]:
    """First and last day of a part of the run."""
    if part == "all":
        return 0, journeys.days - 1
    number = int(part)
    return round(journeys.days * (number - 1) / 4), round(journeys.days * number / 4) - 1


def _which(journeys: Journeys, chosen: Chosen) -> tuple[int | None, int]:
    """Numbers of the segment and the brand; names that this market does not have mean all, and the focal brand."""
    segment = journeys.segments.index(chosen.segment) if chosen.segment in journeys.segments else None
    brand = journeys.brands.index(chosen.brand) if chosen.brand in journeys.brands else journeys.focal
    return segment, brand


def _flow(mine: Journeys, today: Journeys, look: Look, chosen: Chosen) -> Chart:
    first, last = _span(mine, chosen.part)
    moved = mine.travelled(*_which(mine, chosen), first, last)
    against = (
        today.travelled(*_which(today, chosen), first, last) if chosen.view == "change" and mine is not today else None
    )
    return journey_flow(moved, look, moved.weeks, against)


def _losses(mine: Journeys, today: Journeys, look: Look, chosen: Chosen) -> Chart:
    first, last = _span(mine, chosen.part)
    moved = mine.travelled(*_which(mine, chosen), first, last)
    others = () if mine is today else (today.travelled(*_which(today, chosen), first, last),)
    return drop_off((moved,), look, others=others)


def _year(mine: Journeys, today: Journeys, look: Look, chosen: Chosen) -> Chart:
    segment, brand = _which(mine, chosen)
    return through_the_year(mine.quarters(segment, brand), mine.travelled(segment, brand), look)


def _paths(mine: Journeys, today: Journeys, look: Look, chosen: Chosen) -> Chart:
    return path_table(mine.ways(*_which(mine, chosen), *_span(mine, chosen.part)), look, chosen.paths)


PAGE = Page("journey", "journey.name", "journey.title", Journey, order=30)
