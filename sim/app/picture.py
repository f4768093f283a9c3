"""A chart on a page, with all that comes with it, and a row of choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from sim.app import visit
from sim.app.charts.chart import Chart, Look
from sim.app.state import LETTERS, State
from sim.app.theme import palette


@solara.component_vue("vue/card.vue")
def ChartView(
    title: str,
    subtitle: str,
    option: dict[str, Any] | None,
    alt: str,
    columns: list[str],
    rows: list[list[Any]],
    how: str,
    code: str,
    name: str,
    height: int,
    least: int,
    pending: bool,
    words: dict[str, str],
    language: str,
    dark: bool,
) -> None:
    """A chart with its title, table, downloads and how to read it."""


def look_here(state: State) -> Look:
    """How charts speak to this visitor: language, colours, names of the plans."""
    names = {letter: plan.name for letter, plan in state.saved.items() if plan.name}
    letter = state.editing or state.free_letter() or LETTERS[-1]
    names.setdefault(letter, visit.words()("journey.my_plan"))
    return Look(visit.words(), palette(visit.dark.value), names)


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
def Picture(chart: Chart | None, name: str, pending: bool = False, code: str = "") -> None:
    """A chart with its table, downloads and how to read it; a skeleton until there is one."""
    words = visit.words()
    ChartView(
        title=chart.title if chart else words("card.waiting"),
        subtitle=chart.subtitle if chart else "",
        option=chart.option if chart else None,
        alt=chart.alt if chart else words("card.waiting"),
        columns=chart.columns if chart else [],
        rows=chart.rows if chart else [],
        how=chart.how if chart else "",
        code=code,
        name=f"journeysim-{name}",
        height=chart.height if chart else 320,
        least=chart.least if chart else 0,
        pending=pending,
        words=words.part("card"),
        language=visit.language.value,
        dark=visit.dark.value,
    )
