"""A chart on a page, with all that comes with it, and a row of choices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import solara

from sim.app import visit
from sim.app.charts.chart import Chart, Look
from sim.app.fetching import use_fetched
from sim.app.jobs import desk
from sim.app.making import Shelf
from sim.app.paper import KINDS, picture_of
from sim.app.theme import LIGHT


@dataclass(frozen=True)
class Shown:
    """What a browser gets of a chart (`Chart`), in words. option: JSON of what is drawn; numbers: JSON of its columns and rows.

    As texts they are written once for all who see the chart; Solara would look for components among their numbers at every
    turn. The browser reads the second only where somebody opens the table or saves it.
    """

    title: str
    subtitle: str
    option: str
    numbers: str
    alt: str
    how: str
    height: int
    least: int
    stiff: bool


SHOWN = Shelf(most=300)
"""Charts that visitors were shown, by what they show."""


def shown(chart: Chart) -> Shown:
    """A chart as a browser gets it. Raises ValueError for a number that JSON does not have."""

    def written(part: Any) -> str:
        return json.dumps(part, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    numbers = written({"columns": chart.columns, "rows": chart.rows})
    return Shown(chart.title, chart.subtitle, written(chart.option), numbers, chart.alt, chart.how, chart.height, chart.least,
                 chart.stiff)  # fmt: skip


@solara.component_vue("vue/card.vue")
def ChartView(
    title: str,
    subtitle: str,
    option: str,
    numbers: str,
    alt: str,
    how: str,
    code: str,
    name: str,
    height: int,
    least: int,
    stiff: bool,
    pending: bool,
    words: dict[str, str],
    language: str,
    dark: bool,
    file: dict[str, Any] | None,
    busy: str,
    problem: str,
    event_fetch_file: Callable[[str], None],
) -> None:
    """A chart with its title, table, downloads and how to read it."""


@solara.component_vue("vue/choices.vue")
def ChoicesView(
    title: str, choices: list[dict[str, Any]], note: str, event_choose: Callable[[dict[str, str]], None]
) -> None:
    """Labelled lists to choose from, in a row."""


@solara.component
def Choices(title: str, choices: list[dict[str, Any]], choose: Callable[[str, str], None], note: str = "") -> None:
    """Lists to choose from. choices: name, label, value, options as pairs of value and text; choose(name, value)."""

    def chosen(event: dict[str, str]) -> None:
        allowed = {one["name"]: {option[0] for option in one["options"]} for one in choices}
        if event.get("value") in allowed.get(event.get("name", ""), set()):
            choose(event["name"], event["value"])

    ChoicesView(title=title, choices=choices, note=note, event_choose=chosen)


@solara.component
def Picture(
    name: str,
    draw: Callable[[Look], Chart | None] | None,
    look: Look,
    depends: list[Any],
    source: Callable[[], tuple[str, ...]],
    pending: bool = False,
    code: str = "",
    same: Hashable = None,
) -> None:
    """A chart with its table, downloads and how to read it; a skeleton until there is one.

    draw: makes it, None until there is something to draw; it is called again when one of `depends` changes. source: where it is
    from, for the foot of its picture on paper, which has the light colours. same: what is equal for visitors who see the same
    chart, who then share it; None where nobody else can.
    """
    words = visit.words()

    def drawn() -> Shown | None:
        known: Shown | None = SHOWN.find((name, same)) if draw and same else None
        if draw and known is None and (made := draw(look)) is not None:
            known = shown(made)
            if same:
                SHOWN.put((name, same), known)
        return known

    chart = solara.use_memo(drawn, depends)

    async def picture(kind: str) -> tuple[str, bytes]:
        light = draw(replace(look, palette=LIGHT)) if draw else None
        if light is None:
            raise ValueError("there is no chart to take along yet")
        work = desk.call(picture_of, light, source(), look.words.language, kind)
        content: bytes = await asyncio.wrap_future(work)
        return f"journeysim-{name}.{kind}", content

    fetched = use_fetched(picture)
    ChartView(
        title=chart.title if chart else words("card.waiting"),
        subtitle=chart.subtitle if chart else "",
        option=chart.option if chart else "",
        numbers=chart.numbers if chart else "",
        alt=chart.alt if chart else words("card.waiting"),
        how=chart.how if chart else "",
        code=code,
        name=f"journeysim-{name}",
        height=chart.height if chart else 320,
        least=chart.least if chart else 0,
        stiff=bool(chart and chart.stiff),
        pending=pending,
        words=words.part("card"),
        language=visit.language.value,
        dark=visit.dark.value,
        file=fetched.file,
        busy=fetched.busy,
        problem=fetched.problem,
        event_fetch_file=lambda kind: fetched.ask(kind) if kind in KINDS else None,
    )
