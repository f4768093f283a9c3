"""What does each channel really do? True effects against what rules of attribution say, returns, synergies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.charts.credit import credit
from sim.app.charts.returns import returns, synergy
from sim.app.jobs import sized
from sim.app.look import look_of, source_of
from sim.app.making import Made, Order, Shelf, Way, use_made
from sim.app.measured import MEASURED, response_to_money, true_credit
from sim.app.pages import Page
from sim.app.parts import Guard, Note, NotMade, OfPlan, ProgressBar, heading
from sim.app.picture import Picture
from sim.experiments.channels import plan_channels
from sim.scenario import Scenario

SHELF = Shelf(most=40)
Work = Callable[..., Any]


@solara.component
def Channels() -> None:
    """The page."""
    words = visit.words()
    heading(words("channels.title"), words("channels.lead"))
    OfPlan(lambda state: sized(plans.planned(state), MEASURED), Measurements, "channels")


@solara.component
def Measurements(plan: Scenario) -> None:
    """Both measurements, each remembered for itself."""
    if not plan_channels(plan):
        Note(visit.words()("channels.none"))
        return
    with v.Html(tag="div", class_="charts"):
        Guard(lambda: Measured(plan, "credit", true_credit, {"credit": credit}), "credit")
    with v.Html(tag="div", class_="charts"):
        Guard(
            lambda: Measured(plan, "response", response_to_money, {"returns": returns, "synergy": synergy}), "response"
        )


@solara.component
def Measured(plan: Scenario, name: str, work: Work, draw: dict[str, Callable[..., Any]]) -> None:
    """Charts of one measurement; it is made when the page is opened and remembered."""
    made = use_made(SHELF, {name: Order((plan.fingerprint(), name), work, (plan,), many=True)})
    if made.problem:
        NotMade(made)
        return
    found = made.things.get(name)
    look = look_of(visit.state.value)
    if made.pending:
        with v.Html(tag="div", class_="wide"):
            Measuring(made)
    alone = len(plan_channels(plan)) < 2
    for one, make in draw.items():
        if alone and one == "synergy":
            continue
        depends = [id(found), visit.language.value, visit.dark.value]
        Drawn(one, make, found, look, depends, made.pending).key(one)


@solara.component
def Measuring(made: Made) -> None:
    """How far a measurement is. Alone in reading that, so that a step of it redraws nothing else."""
    words, now = visit.words(), Way() if made.way is None else made.way.value
    text = words("channels.measuring")
    if now.stopped:
        text = words("channels.stopped")
    elif now.place and not now.done:
        text = words("progress.queue", place=now.place)
    elif now.total:
        text = words("channels.runs", done=words.number(now.done), total=words.number(now.total))
    ProgressBar(
        share=now.done / now.total if now.total else 0.0,
        text=text,
        busy=not now.stopped,
        stoppable=True,
        offer=words("channels.again") if now.stopped else "",
        words=words.part("progress_bar"),
        event_stop=lambda _: made.stop(),
        event_more=lambda _: made.again(),
    )


@solara.component
def Drawn(name: str, make: Callable[..., Any], found: Any, look: Any, depends: list[Any], pending: bool) -> None:
    """One chart of a measurement."""
    state = visit.state.value

    def source() -> tuple[str, ...]:
        return source_of(look.words, state, found.scenario, found.seeds)

    Picture(name, partial(make, found) if found else None, look, depends, source, pending)


PAGE = Page("channels", "channels.name", "channels.title", Channels, order=40)
