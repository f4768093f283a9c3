"""A new study: what to vary, where, how often, what to keep; what it will take; a few runs tried; and begun."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

import solara

from sim.app import plans, visit
from sim.app.jobs import Busy, desk
from sim.app.look import case_in, look_of
from sim.app.mistakes import mistakes_said
from sim.app.panels.study_words import option_unit, option_words, refused, size_words, time_words
from sim.app.parts import OfPlan
from sim.app.state import State
from sim.app.studies import StudyError, studies
from sim.app.studies.design import CONSUMERS, KINDS, arms_of, options, text_of
from sim.app.studies.folder import WORKERS
from sim.app.studies.review import Review, Trial, review, trial
from sim.app.studies.start import start_of
from sim.app.work import use_work
from sim.experiments.figures import FIGURES
from sim.experiments.sweep.reading import daily_series
from sim.scenario import Scenario, ScenarioError
from sim.scenario.arms import PLAN as PLAN_ITSELF

FIRST_OUTPUTS = ("units", "new_customers", "profit")


@solara.component_vue("../vue/study_form.vue")
def FormView(
    fresh: dict[str, Any], mark: str, start: str, options: list[dict[str, Any]], plans: list[str], kinds: list[str],
    figures: list[list[str]], series: list[str], mistakes: list[str], cost: str, tried: list[list[str]],
    tried_columns: list[str], ready: bool, tested: bool, testing: bool, words: dict[str, str],
    event_drafted: Callable[[dict[str, Any]], None], event_test: Callable[[Any], None], event_begin: Callable[[bool], None],
) -> None:  # fmt: skip
    """The form."""


@solara.component
def Designer(show: Callable[[str], None]) -> None:
    """The form for the visitor's case. show: open a study by its name."""
    OfPlan(
        lambda state: (*start_of(state), plans.planned(state)),
        lambda of: Form(of[0], of[1], of[2], show).key(of[2].fingerprint()),
        "study-form",
    )


@solara.component
def Form(start: str, own: Scenario | None, scenario: Scenario, show: Callable[[str], None]) -> None:
    """The form of one scenario."""
    words, look = visit.words(), look_of(visit.state.value)
    others = solara.use_memo(lambda: _plans(scenario, visit.state.value), [visit.state.value])
    text: solara.Reactive[str] = solara.use_reactive("")
    told: solara.Reactive[tuple[str, Review]] = solara.use_reactive(("", Review()))
    wanted: solara.Reactive[str] = solara.use_reactive("")
    tried: solara.Reactive[tuple[str, Trial]] = solara.use_reactive(("", Trial()))
    problem, tell = solara.use_state("")

    async def judge() -> None:
        now = text.value
        if now:
            try:
                told.value = (now, await asyncio.wrap_future(desk.call(review, now, own)))
                tell("")
            except Busy:
                tell(words("state.busy"))

    async def test() -> None:
        now = wanted.value
        if now and now != tried.value[0]:
            try:
                tried.value = (now, await asyncio.wrap_future(desk.call(trial, now, own)))
                visit.said.value = words("study.tried")
            except Busy:
                tell(words("state.busy"))
            wanted.value = ""

    use_work(judge, [text.value])
    testing = use_work(test, [wanted.value])

    def begin(run: bool) -> None:
        visitor = solara.get_session_id()
        if told.value[0] != text.value or told.value[1].mistakes:
            return  # changed since it was looked at
        try:
            name = studies().create(text.value, told.value[1], own, visitor)
            if run:
                studies().start(name, visitor)
        except StudyError as wrong:
            tell(refused(wrong, words))
            return
        show(name)

    current = told.value[0] == text.value and bool(text.value)
    one, test_of = told.value[1], tried.value[1] if tried.value[0] == text.value else None
    wrong = ScenarioError((*(one.mistakes if text.value else ()), *(test_of.mistakes if test_of else ())))
    mistakes = [*(mistakes_said(wrong, words).splitlines()), *([problem] if problem else [])]
    market = scenario.world.market
    FormView(
        fresh=_fresh(scenario),
        mark=scenario.fingerprint(),
        start=words("study.form_start", case=case_in(words, visit.state.value, scenario)),
        options=solara.use_memo(lambda: _options(scenario, look), [scenario.fingerprint(), visit.language.value]),
        plans=[PLAN_ITSELF, *others],
        kinds=list(KINDS),
        figures=[[name, look.figure(name, start=True)] for name in FIGURES],
        series=solara.use_memo(lambda: daily_series(scenario), [scenario.fingerprint()]),
        mistakes=mistakes,
        cost=_cost(one, test_of) if current and not one.mistakes else words("study.form_incomplete"),
        tried=_tried(test_of, one, look, market.currency) if test_of else [],
        tried_columns=[words("study.col_point"), words("study.col_seed"), words("study.col_seconds"),
                       *(look.figure(name, start=True) for name in one.outputs)],
        ready=current and not one.mistakes,
        tested=bool(test_of and test_of.runs and not any(run.error for run in test_of.runs)),
        testing=testing.pending and bool(wanted.value),
        words=words.part("study"),
        event_drafted=lambda form: text.set(text_of(form, start, others) if form.get("factors") else ""),
        event_test=lambda _: wanted.set(text.value),
        event_begin=lambda run: begin(bool(run)),
    )  # fmt: skip


def _plans(scenario: Scenario, state: State) -> dict[str, dict[str, Any]]:
    """The visitor's other plans, today's among them, each as what differs from the plan under edit."""
    saved = {plan.name or letter: plans.planned(state, plan.levers) for letter, plan in state.saved.items()}
    others = {
        "today": plans.today(state),
        **{name.replace('"', ""): plan for name, plan in saved.items() if name != PLAN_ITSELF},
    }
    return {name: changes for name, changes in arms_of(scenario, others).items() if changes}


def _fresh(scenario: Scenario) -> dict[str, Any]:
    """A form with nothing to vary yet."""
    return {
        "title": "",
        "question": "",
        "consumers": min(CONSUMERS, scenario.world.market.consumers),
        "days": scenario.horizon.days,
        "seeds": 2,
        "kind": KINDS[0],
        "number": 64,
        "second_order": False,
        "factors": [],
        "outputs": list(FIRST_OUTPUTS),
        "daily": [],
    }


def _options(scenario: Scenario, look: Any) -> list[dict[str, Any]]:
    """What can be varied, as the form shows it."""
    currency = scenario.world.market.currency

    def end(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return [
        {
            "path": one.path,
            "name": one.name,
            "group": one.group,
            "label": option_words(one, look, currency),
            "unit": option_unit(one, look.words, currency),
            "now": float(f"{one.now:.6g}"),
            "low": one.low,
            "high": one.high,
            "least": end(one.least),
            "most": end(one.most),
        }
        for one in options(scenario)
    ]


def _cost(one: Review, test: Trial | None) -> str:
    """Runs, time and disk before anything begins."""
    words = visit.words()
    said = words(
        "study.cost",
        points=words.number(one.points),
        seeds=words.number(one.seeds),
        runs=words.number(one.runs),
        disk=size_words(test.disk if test and test.disk else one.disk, words),
    )
    if test is None or not test.seconds:
        return f"{said} {words('study.cost_untimed')}"
    workers = min(WORKERS, one.runs)
    time = words(
        "study.cost_time",
        seconds=words.number(test.seconds, 2),
        workers=words.number(workers),
        time=time_words(one.runs * test.seconds / workers, words),
    )
    return f"{said} {time}"


def _tried(test: Trial, one: Review, look: Any, currency: str) -> list[list[str]]:
    """The runs tried: point, seed, seconds and figures, or why a run failed."""
    words = look.words
    rows = []
    for run in test.runs:
        where = ", ".join(f"{name} {words.short(value) if isinstance(value, int | float) else value}"
                          for name, value in run.values.items())  # fmt: skip
        figures = [look.amount(name, run.figures.get(name, math.nan), currency) for name in one.outputs]
        rows.append([run.error or where, str(run.seed), words.number(run.seconds, 2), *figures])
    return rows
