"""What-if: move levers, see within half a second what they do to the same people, and soon after how sure that is."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.asking import use_answer
from sim.app.charts import build_up, difference, over_time, touchpoints, where_you_lose_them
from sim.app.look import letter_of, look_of
from sim.app.mistakes import mistakes_said
from sim.app.pages import Page
from sim.app.panels.answer import AnswerBlock, Maker, flow_of
from sim.app.panels.lever_panel import Levers
from sim.app.panels.plan_bar import Plans
from sim.app.panels.timeline import Timeline
from sim.app.parts import Guard, Note, OfPlan, heading
from sim.scenario import Scenario, ScenarioError


@solara.component
def WhatIf() -> None:
    """The page."""
    heading(visit.words()("whatif.title"))
    Guard(lambda: Plans(), "plans")
    OfPlan(plans.today, Bench, "bench")


@solara.component
def Bench(market: Scenario) -> None:
    """Levers beside what they do, and the time line. market: the case with today's plan."""
    locked: solara.Reactive[frozenset[str]] = solara.use_reactive(frozenset())
    with v.Html(tag="div", class_="bench"):
        with v.Html(tag="div", class_="bench-levers"):
            Guard(lambda: Levers(market, locked), "levers")
        with v.Html(tag="div", class_="bench-results"):
            Guard(lambda: Results(market, locked.value), "results")
    Guard(lambda: Timeline(market), "timeline")


@solara.component
def Results(market: Scenario, locked: frozenset[str]) -> None:
    """Verdict, progress and charts of the plan under edit against today's."""
    state = visit.state.value
    figure, set_figure = solara.use_state("units")
    letter = letter_of(state)
    problem = ""
    compared: dict[str, Scenario] = {}
    try:
        plan = plans.planned(state)
        if plan.fingerprint() != market.fingerprint():
            compared = {letter: plan}
    except ScenarioError as wrong:
        problem = mistakes_said(wrong, visit.words())
    asked = use_answer(None if problem else market, compared, likely=lambda: plans.a_move_away(state, locked))
    if problem:
        Note(problem, bad=True)
    figures = flow_of(figure)
    charts: list[tuple[str, Maker]] = [
        ("build_up", lambda runs, how: build_up(runs, how, figures)),
        ("losses", where_you_lose_them),
        ("touches", touchpoints),
        ("trust", over_time),
    ]
    if compared:
        charts.insert(0, ("difference", lambda runs, how: difference(runs, how, figure)))
    AnswerBlock(asked, look_of(state), figure, set_figure, charts, {letter: dict(state.levers)} if compared else {})


PAGE = Page("whatif", "whatif.name", "whatif.title", WhatIf, order=10)
