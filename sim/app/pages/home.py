"""Home: the question, the cases to choose from, and the answer for today's plan already drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import plans, uploads, visit
from sim.app.asking import use_answer
from sim.app.charts import Chart, Look, drop_off
from sim.app.jobs import Pairs
from sim.app.pages import Page
from sim.app.parts import Actions, ChartCard, OfPlan, ProgressLine, heading
from sim.app.theme import palette
from sim.app.words import Words
from sim.scenario import Scenario


@solara.component_vue("../vue/cases.vue")
def CaseList(cases: list[dict[str, Any]], label: str, event_choose: Callable[[str], None]) -> None:
    """Cards of the cases, one of them chosen."""


@solara.component
def Home() -> None:
    """The page."""
    words = visit.words()
    with v.Html(tag="div", class_="hero"):
        heading(words("home.title"), words("home.lead"))
    with v.Html(tag="div", class_="home-grid"):
        with v.Html(tag="section", class_="stack"):
            v.Html(tag="h2", children=[words("home.choose")])
            CaseList(
                cases=[_card(name, words) for name in plans.cases()],
                label=words("home.choose"),
                event_choose=lambda name: (
                    visit.change(visit.state.value.on_case(name)) if name in plans.cases() else None
                ),
            )
        with v.Html(tag="section", class_="home-answer"):
            OfPlan(plans.today, Today, "home")
    with v.Html(tag="section", class_="stack"):
        v.Html(tag="h2", children=[words("home.how")])
        with v.Html(tag="ol", class_="steps"):
            for step in ("case", "levers", "compare"):
                with v.Html(tag="li", class_="step"):
                    v.Html(tag="h3", children=[words(f"home.step.{step}")])
                    v.Html(tag="p", children=[words(f"home.step.{step}_text")])


def _card(name: str, words: Words) -> dict[str, Any]:
    market = uploads.case(name)
    return {
        "key": name,
        "title": words.or_else(f"case.{name}.title", market.title),
        "question": words.or_else(f"case.{name}.question", market.question),
        "facts": words(
            "home.facts",
            brands=words.number(len(market.world.brands)),
            people=words.short(market.world.market.people),
            days=words.number(market.horizon.days),
        ),
        "chosen": visit.state.value.case == name and not visit.state.value.own,
    }


@solara.component
def Today(market: Scenario) -> None:
    """Where the chosen case loses its customers with today's plan, and the way on."""
    words = visit.words()
    asked = use_answer(market, {})
    look = Look(words, palette(visit.dark.value))

    def draw(pairs: Pairs, how: Look) -> Chart:
        return drop_off(pairs.today, how)

    what = [asked.answer.question, asked.answer.level, visit.language.value, visit.dark.value]
    ChartCard("drop-off", draw, asked, look, what, "")
    ProgressLine(asked)
    Actions([("whatif", words("home.try"), True)])


PAGE = Page("", "home.name", "home.title", Home, order=0)
