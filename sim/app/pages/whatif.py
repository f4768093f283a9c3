"""What-if: move levers, see within half a second what they do to the same people, and soon after how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.asking import Asked, use_answer
from sim.app.charts import Chart, Look, build_up, difference, over_time, touchpoints, where_you_lose_them
from sim.app.jobs import Pairs
from sim.app.look import letter_of, look_of
from sim.app.pages import Page
from sim.app.panels.lever_panel import Levers
from sim.app.panels.plan_bar import Plans
from sim.app.panels.timeline import Timeline
from sim.app.parts import ChartCard, Guard, ProgressLine, VerdictCard
from sim.app.says import TILES, tiles, tone_of
from sim.app.state import State
from sim.app.verdict import Verdict, judge
from sim.experiments.figures import FIGURES
from sim.scenario import Scenario, ScenarioError


@solara.component
def WhatIf() -> None:
    """The page."""
    state = visit.state.value
    words = visit.words()
    locked: solara.Reactive[frozenset[str]] = solara.use_reactive(frozenset())
    v.Html(tag="h1", children=[words("whatif.title")])
    Guard(lambda: Plans(), "plans")
    try:
        market = plans.today(state)
    except ScenarioError as problem:
        v.Html(tag="p", class_="note note-bad", children=[str(problem)], attributes={"role": "alert"})
        return
    with v.Html(tag="div", class_="bench"):
        with v.Html(tag="div", class_="bench-levers"):
            Guard(lambda: Levers(market, locked), "levers")
        with v.Html(tag="div", class_="bench-results"):
            Guard(lambda: Results(market), "results")
    Guard(lambda: Timeline(market), "timeline")


@solara.component
def Results(market: Scenario) -> None:
    """Verdict, progress and charts of the plan under edit against today's."""
    state, words = visit.state.value, visit.words()
    figure, set_figure = solara.use_state("units")
    letter = letter_of(state)
    problem = ""
    compared: dict[str, Scenario] = {}
    try:
        plan = plans.planned(state)
        if plan.fingerprint() != market.fingerprint():
            compared = {letter: plan}
    except ScenarioError as wrong:
        problem = str(wrong)
    asked = use_answer(None if problem else market, compared)
    if problem:
        v.Html(tag="p", class_="note note-bad", children=[problem], attributes={"role": "alert"})
    if asked.answer.problem:
        v.Html(
            tag="p", class_="note note-warning", children=[words(asked.answer.problem)], attributes={"role": "status"}
        )
    Said(asked, figure, letter)
    Charts(asked, figure, letter, set_figure)


def shown_key(pairs: Pairs | None) -> str | None:
    """The one plan beside today's in an answer, if any."""
    return next(iter(pairs.plans), None) if pairs else None


@solara.component
def Said(asked: Asked, figure: str, letter: str) -> None:
    """Tell a screen reader the verdict when it is there."""
    state, pairs = visit.state.value, asked.answer.pairs
    key = shown_key(pairs)

    def tell() -> None:
        if pairs and pairs.count > 1 and key and not asked.pending:
            visit.said.value = judge(pairs, look_of(state), figure).sentence

    solara.use_effect(tell, [asked.answer.question, asked.answer.level, figure, asked.pending])


@solara.component
def Charts(asked: Asked, figure: str, letter: str, choose: Callable[[str], None]) -> None:
    """The verdict and the charts; skeletons until the first runs are there."""
    state, words = visit.state.value, visit.words()
    look = look_of(state)
    pairs, pending = asked.answer.pairs, asked.pending
    key = shown_key(pairs)
    ready = pairs is not None and pairs.count > 0
    what = [
        asked.answer.question,
        asked.answer.level,
        visit.language.value,
        visit.dark.value,
        figure,
        look.names.get(letter),
    ]
    verdict, tone = Verdict("unknown", 0, "", words("whatif.wait"), ""), "neutral"
    if ready and pairs is not None:
        verdict = (
            judge(pairs, look, figure)
            if key
            else Verdict("unknown", 0, "", words("whatif.today"), words("whatif.move"))
        )
        tone = tone_of(verdict.kind, FIGURES[figure].better) if key else "neutral"
    at_a_glance = solara.use_memo(
        lambda: [asdict(one) for one in tiles(pairs, look, key)] if ready and pairs else [], what
    )
    VerdictCard(
        tone=tone,
        letter=key or "",
        name=look.name(key or "today"),
        colour=look.colour(key or "today"),
        text=verdict.sentence,
        more=verdict.detail,
        tiles=at_a_glance,
        figure=figure,
        figures=[[name, look.figure(name, start=True)] for name in TILES],
        pending=pending,
        words=words.part("verdict_card"),
        event_choose=choose,
    )
    ProgressLine(asked)
    code = solara.use_memo(lambda: _code(state, pairs), [*what, state.encode()])
    flow = figure if figure in ("units", "new_customers", "revenue") else "units"
    makers: list[tuple[str, Callable[[Pairs, Look], Chart]]] = [
        ("build_up", lambda runs, how: build_up(runs, how, flow)),
        ("losses", where_you_lose_them),
        ("touches", touchpoints),
        ("trust", over_time),
    ]
    if key:
        makers.insert(0, ("difference", lambda runs, how: difference(runs, how, figure)))
    with v.Html(tag="div", class_="charts"):
        for name, make in makers:
            Guard(partial(ChartCard, name, make, asked, look, [*what, flow], code), name).key(name)


def _code(state: State, pairs: Pairs | None) -> str:
    if pairs is None:
        return ""
    try:
        return plans.code(state, pairs.wanted, pairs.consumers)
    except ScenarioError:
        return ""


PAGE = Page("whatif", "whatif.name", "whatif.title", WhatIf, order=10)
