"""Look inside one market: everybody on the network week by week, and one consumer's story with its causes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.charts.chart import Look
from sim.app.charts.flow import way_of
from sim.app.fetching import use_fetched
from sim.app.inside import MOST_PEOPLE, TABLES, Inside, Step, look_inside, packed, story, worth_meeting
from sim.app.jobs import desk
from sim.app.look import look_of, segment_in, source_of
from sim.app.making import Order, Shelf, use_made
from sim.app.pages import Page
from sim.app.paper import KINDS, Crowd, picture_of_crowd
from sim.app.parts import Button, Guard, Note, NotMade, OfPlan, heading
from sim.app.theme import LIGHT, stage_colours
from sim.scenario import Scenario

SHELF = Shelf(most=12)


@solara.component_vue("../vue/cascade.vue")
def CascadeView(
    crowd: dict[str, Any] | None,
    legend: list[dict[str, Any]],
    subtitle: str,
    ring: str,
    ink: str,
    dark: bool,
    chosen: int,
    words: dict[str, str],
    file: dict[str, Any] | None,
    busy: str,
    problem: str,
    event_pick: Callable[[int], None],
    event_fetch_file: Callable[[str], None],
) -> None:
    """The player: people as dots, played in the browser from data sent once."""


@solara.component_vue("../vue/story.vue")
def StoryView(
    who: str,
    steps: list[dict[str, str]],
    people: list[dict[str, Any]],
    chosen: int,
    words: dict[str, str],
    name: str,
    columns: list[str],
    event_pick: Callable[[int], None],
) -> None:
    """One consumer's way, step by step."""


@solara.component
def InsidePage() -> None:
    """The page."""
    words = visit.words()
    heading(words("inside.title"), words("inside.lead"))
    OfPlan(plans.planned, Market, "inside")


@solara.component
def Market(plan: Scenario) -> None:
    """One run, its player and the story of whoever was picked; another run is another throw of luck."""
    words = visit.words()
    seed, other = solara.use_state(plan.seed)
    picked, pick = solara.use_state(-1)
    small = (
        plan
        if plan.world.market.consumers <= MOST_PEOPLE or plan.world.peers.file
        else plan.with_(consumers=MOST_PEOPLE)
    )
    too_large = small.world.market.consumers > 4 * MOST_PEOPLE

    orders = {} if too_large else {"market": Order((small.fingerprint(), seed), look_inside, (small, seed))}
    made = use_made(SHELF, orders)
    inside: Inside | None = made.things.get("market")

    def meet() -> None:
        if inside:
            pick(next(iter(worth_meeting(inside.journeys).values()), 0))

    solara.use_effect(meet, [id(inside)])
    if too_large:
        Note(words("inside.too_large"))
        return
    if made.problem:
        NotMade(made)
        return
    look = look_of(visit.state.value)
    with v.Html(tag="div", class_="runs"):
        Button(words("inside.another"), lambda: other(seed + 1))
        said = words("inside.updating") if made.pending else words("inside.luck", number=seed)
        v.Html(tag="span", children=[said], attributes={"role": "status"})
    with v.Html(tag="div", class_="charts inside"):
        Guard(lambda: Player(inside, small, seed, look, picked, pick), "player")
        Guard(lambda: Story(inside, look, picked, pick), "story")


@solara.component
def Player(
    inside: Inside | None, market: Scenario, seed: int, look: Look, picked: int, pick: Callable[[int], None]
) -> None:
    """The network, of a run of the market with this seed."""
    words, state = visit.words(), visit.state.value
    crowd = solara.use_memo(lambda: packed(inside) if inside else None, [id(inside)])
    legend: list[dict[str, Any]] = []
    subtitle = ""
    if inside:
        one = inside.journeys
        colours = stage_colours(visit.dark.value, one.order, one.lost)
        legend = [
            {"index": i, "name": look.stage(one.stages[i]), "colour": colours[i]} for i in (*one.order, *one.lost)
        ]
        subtitle = words(
            "inside.subtitle",
            people=words.number(len(inside.x)),
            ties=words.number(len(inside.ties)),
            brand=one.brands[one.focal],
        )

    async def make(wish: str) -> tuple[str, bytes]:
        kind, _, number = wish.partition(" ")
        if inside is None or kind not in (*KINDS, *TABLES) or not 0 <= int(number) <= inside.weeks:
            raise ValueError(f"'{wish}' is nothing that can be taken along")
        if kind in TABLES:
            return f"journeysim-{kind}.csv", TABLES[kind](inside, int(number)).encode()
        crowd = crowd_of(inside, int(number), look, subtitle)
        source = source_of(words, state, market, [seed])
        work = desk.call(picture_of_crowd, crowd, source, words.language, kind)
        content: bytes = await asyncio.wrap_future(work)
        return f"journeysim-inside-{number}.{kind}", content

    fetched = use_fetched(make)
    CascadeView(
        crowd=crowd,
        legend=legend,
        subtitle=subtitle,
        ring=look.palette.back,
        ink=look.palette.ink,
        dark=visit.dark.value,
        chosen=picked,
        words=words.part("inside") | words.part("card"),
        file=fetched.file,
        busy=fetched.busy,
        problem=fetched.problem,
        event_pick=lambda consumer: pick(int(consumer)),
        event_fetch_file=lambda wish: fetched.ask(str(wish)),
    )


def crowd_of(inside: Inside, week: int, look: Look, subtitle: str) -> Crowd:
    """Everybody at the end of a week (0: before the first), in the light colours of paper."""
    one, words = inside.journeys, look.words
    colours = stage_colours(False, one.order, one.lost)
    talked = inside.talked[week - 1] if week else np.zeros(len(inside.x), np.uint8)
    return Crowd(
        words("inside.picture", week=words.number(week), weeks=words.number(inside.weeks)),
        subtitle, inside.x, inside.y, inside.ties, inside.stages[week], talked,
        tuple((stage, look.stage(one.stages[stage]), colours[stage]) for stage in (*one.order, *one.lost)),
        (words("inside.talked"), LIGHT.back),
    )  # fmt: skip


@solara.component
def Story(inside: Inside | None, look: Look, picked: int, pick: Callable[[int], None]) -> None:
    """One consumer."""
    words = visit.words()
    steps: list[dict[str, str]] = []
    people: list[dict[str, Any]] = []
    who = ""
    if inside and 0 <= picked < len(inside.x):
        one = inside.journeys
        steps = [told(step, inside, look) for step in story(one, picked)]
        people = [{"name": name, "consumer": number, "label": words(f"inside.meet_{name}")}
                  for name, number in worth_meeting(one).items()]  # fmt: skip
        friends = int((inside.ties == picked).sum())
        segment = segment_in(words, visit.state.value, one.segments[one.segment[picked]])
        alike = len(one.segments) == 1
        who = words("inside.who_alike" if alike else "inside.who", number=picked + 1, segment=segment, friends=friends)
    StoryView(
        who=who,
        steps=steps,
        people=people,
        chosen=picked,
        words=words.part("inside") | words.part("card"),
        name=f"journeysim-person-{picked + 1}",
        columns=[words(f"inside.col_{one}") for one in ("when", "move", "cause", "noticed")],
        event_pick=lambda number: pick(int(number)),
    )


def told(step: Step, inside: Inside, look: Look) -> dict[str, str]:
    """A step in words: when, from where to where, what came last before it, and what else was noticed."""
    words = look.words
    noticed = ", ".join(f"{words.number(count)} × {look.kind(kind)}" for kind, count in step.noticed)
    move, way, text = "", "", words("inside.since")
    if step.origin != step.target:
        one = inside.journeys
        way = way_of(one, one.stages.index(step.origin), one.stages.index(step.target))
        move = f"{look.stage(step.origin)} → {look.stage(step.target)}"
        text = words("inside.no_cause") if step.cause == "none" else words("inside.cause", kind=look.kind(step.cause))
    return {
        "when": words("inside.when", week=words.number(step.day // 7 + 1), day=words.number(step.day + 1)),
        "move": move,
        "way": way,
        "text": text,
        "noticed": words("inside.noticed", what=noticed) if noticed else "",
    }


PAGE = Page("inside", "inside.name", "inside.title", InsidePage, order=50)
