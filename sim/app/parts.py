"""Parts of pages that every page uses: the boundary around what may fail, cards, and the components of `vue/`."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.asking import Asked
from sim.app.charts.chart import Chart, Look
from sim.app.jobs import PREVIEW, Pairs, seeds_of
from sim.app.look import source_of
from sim.app.making import Made
from sim.app.mistakes import mistakes_said
from sim.app.picture import Picture
from sim.app.state import State
from sim.scenario import ScenarioError

log = logging.getLogger("journeysim.app")


@solara.component_vue("vue/frame.vue")
def Frame(
    links: list[dict[str, Any]],
    here: str,
    words: dict[str, str],
    languages: dict[str, str],
    language: str,
    dark: bool,
    token: str,
    said: str,
    event_go: Callable[[str], None],
    event_speak: Callable[[str], None],
    event_shade: Callable[[bool], None],
) -> None:
    """The bar at the top: links, language, theme; it also keeps the address and the spoken notes."""


@solara.component_vue("vue/failed.vue")
def Failed(title: str, text: str, button: str, event_again: Callable[[Any], None]) -> None:
    """A red note with a button."""


@solara.component_vue("vue/progress.vue")
def ProgressBar(
    share: float,
    text: str,
    busy: bool,
    stoppable: bool,
    offer: str,
    words: dict[str, str],
    event_stop: Callable[[Any], None],
    event_more: Callable[[Any], None],
) -> None:
    """A thin bar with words and a button."""


@solara.component_vue("vue/actions.vue")
def ActionLinks(links: list[dict[str, Any]], event_go: Callable[[str], None]) -> None:
    """Links that look like buttons."""


@solara.component
def Note(text: str, bad: bool = False) -> None:
    """A note across the page: what could not be done and how to mend it (bad), or what is worth knowing."""
    kind, role = ("bad", "alert") if bad else ("warning", "status")
    v.Html(tag="p", class_=f"note note-{kind}", children=[text], attributes={"role": role})


@solara.component
def Button(label: str, press: Callable[[], None]) -> None:
    """A button."""
    button = v.Html(tag="button", class_="button", children=[label], attributes={"type": "button"})
    v.use_event(button, "click", lambda *_: press())


@solara.component
def NotMade(made: Made | Asked) -> None:
    """Why a thing was not made, or a question not answered, with a button that tries again."""
    words = visit.words()
    with v.Html(tag="div", class_="note note-warning note-more", attributes={"role": "status"}):
        v.Html(tag="span", children=[words(made.problem)])
        Button(words("failed.again"), made.again)


@solara.component
def Actions(ways: list[tuple[str, str, bool]]) -> None:
    """Ways to other pages with the visitor's plan: path, label, whether it is the main one."""
    router = solara.use_router()
    links = [{"path": path, "label": label, "main": main, "address": visit.address(path)} for path, label, main in ways]
    ActionLinks(links=links, event_go=lambda path: router.push(visit.address(path)))


@solara.component
def ProgressLine(asked: Asked) -> None:
    """How far the runs are, or why there are none. Alone in reading the progress, so that a step of it redraws nothing else."""
    if asked.problem:
        NotMade(asked)
        return
    words, now, pairs = visit.words(), asked.progress.value, asked.answer.pairs
    said = words.part("progress") | ({} if asked.paired else words.part("progress_alone"))
    count = words.number(pairs.count) if pairs else "0"
    offer = ""
    if now.busy:
        text = said["queue"].format(place=now.place) if now.place and not now.done else said[
            f"busy_{now.level}"].format(done=words.number(now.done), total=words.number(now.total))  # fmt: skip
    elif now.stopped:
        text, offer = said["stopped"].format(pairs=count), said["more"]
    elif asked.pending or not asked.answer.level:
        text = said["updating"]
    else:
        short = asked.answer.level == "preview" and pairs is not None and pairs.wanted < PREVIEW.pairs
        text = said["done_short" if short else f"done_{asked.answer.level}"].format(pairs=count)
        offer = said["more"] if asked.answer.level == "good" else ""
    ProgressBar(
        share=now.done / now.total if now.busy and now.total else float(not asked.pending and bool(asked.answer.level)),
        text=text,
        busy=now.busy,
        stoppable=now.level in ("good", "fine"),
        offer=offer,
        words=words.part("progress_bar"),
        event_stop=lambda _: asked.stop(),
        event_more=lambda _: asked.finer(),
    )


@solara.component
def ChartCard(
    name: str, make: Callable[[Pairs, Look], Chart], asked: Asked, look: Look, depends: list[Any], code: str
) -> None:
    """A chart of an answer; a skeleton until there is one, dimmed while another is on its way.

    depends: all that it is drawn from besides the pairs, and the question that these answer: visitors for whom it is the same
    share the chart.
    """
    state, pairs = visit.state.value, asked.answer.pairs
    draw = partial(make, pairs) if pairs and pairs.count else None

    def source() -> tuple[str, ...]:
        today = plans.today(state)
        return source_of(look.words, state, today, seeds_of(today, pairs.count if pairs else 0))

    same = (*depends, pairs.wanted, pairs.count) if pairs else None
    Picture(name, draw, look, depends, source, asked.pending, code, same)


@solara.component_vue("vue/verdict.vue")
def VerdictCard(
    tone: str, letter: str, name: str, colour: str, text: str, more: str, tiles: list[dict[str, str]],
    figure: str, figures: list[list[str]], pending: bool, words: dict[str, str], event_choose: Callable[[str], None],
) -> None:  # fmt: skip
    """The answer in a sentence, and headline figures."""


@solara.component
def Drawn(draw: Callable[[], Any]) -> None:
    """A part of a page as a component of its own: a guard catches what its components raise, not what it raises itself."""
    draw()


@solara.component
def Guard(draw: Callable[[], Any], where: str) -> None:
    """Draw a part of a page; if that fails, say so with a number that is also in the log, and let the rest live.

    where: what failed, for the log.
    """
    problem, clear = solara.use_exception()

    def note() -> str:
        number = secrets.token_hex(3).upper()
        if problem is not None:
            log.error("failure %s in %s\n%s", number, where, "".join(traceback.format_exception(problem)))
        return number

    number = solara.use_memo(note, [problem])
    if problem is None:
        Drawn(draw)
        return
    words = visit.words()
    Failed(
        title=words("failed.title"),
        text=words("failed.text", number=number),
        button=words("failed.again"),
        event_again=lambda _: clear(),
    )


@solara.component
def OfPlan(build: Callable[[State], Any], draw: Callable[[Any], Any], where: str) -> None:
    """A part of a page about what the visitor's plan comes to: `draw(build(state))` in a guard, or what is wrong with the plan.

    build: makes a scenario or several of what was set, as in `plans`; may raise ScenarioError. where: what failed, for the log.
    """
    try:
        built = build(visit.state.value)
    except ScenarioError as problem:
        Note(mistakes_said(problem, visit.words()), bad=True)
        return
    Guard(lambda: draw(built), where)


def heading(title: str, lead: str = "") -> None:
    """A page's question and the lines below it."""
    v.Html(tag="h1", children=[title])
    if lead:
        v.Html(tag="p", class_="lead", children=[lead])


def tag(name: str, *children: Any, classes: str = "", **attributes: Any) -> Any:
    """An HTML element around other elements."""
    return v.Html(tag=name, class_=classes, children=list(children), attributes=attributes)
