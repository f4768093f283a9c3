"""The list of studies on this server, with upload and the door to a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import solara

from sim.app import visit
from sim.app.jobs import Busy, desk
from sim.app.mistakes import mistakes_said
from sim.app.panels.study_words import design_words, refused, runs_words, shipped_studies, shipped_words, titled
from sim.app.studies import Card, StudyError, studies
from sim.app.studies.check import LARGEST
from sim.app.studies.review import Review, review
from sim.app.studies.start import own_of
from sim.app.work import use_work
from sim.scenario import ScenarioError

BEAT = 2.0
"""Seconds between looks at the folder."""


@solara.component_vue("../vue/study_list.vue")
def ListView(
    rows: list[dict[str, Any]],
    shipped: list[list[str]],
    designing: bool,
    largest: int,
    problem: str,
    words: dict[str, str],
    event_show: Callable[[str], None],
    event_design: Callable[[bool], None],
    event_given: Callable[[dict[str, Any]], None],
    event_take: Callable[[str], None],
) -> None:
    """The table of studies."""


@solara.component
def List(designing: bool, design: Callable[[bool], None], show: Callable[[str], None]) -> None:
    """Every study with its state, looked at again every other second."""
    words, visitor = visit.words(), solara.get_session_id()
    cards: solara.Reactive[list[Card]] = solara.use_reactive([])
    problem, tell = solara.use_state("")
    given: solara.Reactive[tuple[int, str]] = solara.use_reactive((0, ""))

    async def look() -> None:
        while True:
            cards.value = studies().cards(visitor)
            await asyncio.sleep(BEAT)

    use_work(look, [])

    async def take() -> None:
        text = given.value[1]
        if not text:
            return
        try:
            own = own_of(visit.state.value)
            found: Review = await asyncio.wrap_future(desk.call(review, text, own))
            if found.mistakes:
                tell(mistakes_said(ScenarioError(found.mistakes), words))
                return
            name = studies().create(text, found, own, visitor)
        except Busy:
            tell(words("state.busy"))
        except StudyError as wrong:
            tell(refused(wrong, words))
        except ScenarioError as wrong:
            tell(mistakes_said(wrong, words))
        else:
            show(name)

    use_work(take, [given.value])

    def give(text: str) -> None:
        given.value = (given.value[0] + 1, text)  # counted, so that the same file may be given again

    def read(file: dict[str, Any]) -> None:
        tell("")
        if int(file.get("size", 0)) > LARGEST:
            tell(words("mistake.too_large", most=LARGEST // 1000))
            return
        give(str(file.get("text", "")))

    ListView(
        rows=[row(card) for card in cards.value],
        shipped=[[key, words("study.shipped", title=shipped_words(key, words))] for key in shipped_studies()],
        designing=designing,
        largest=LARGEST,
        problem=problem,
        words=words.part("study"),
        event_show=lambda name: show(str(name)),
        event_design=lambda on: design(bool(on)),
        event_given=read,
        event_take=lambda key: give(shipped_studies()[key][1]) if key in shipped_studies() else None,
    )


def row(card: Card) -> dict[str, Any]:
    """A study as the table shows it."""
    from sim.app.pages.study import study_address

    words, one = visit.words(), card.review
    title, _, scenario = titled(one, words)
    return {
        "name": card.name,
        "address": study_address(card.name),
        "title": title,
        "scenario": scenario,
        "state": card.state,
        "state_words": words(f"study.state.{card.state}"),
        "runs": runs_words(card, words),
        "failed": words("study.failed_runs", number=words.number(card.failed)) if card.failed else "",
        "design": design_words(card, words),
        "factors": ", ".join(name for name, _ in one.factors[:5]) + (" …" if len(one.factors) > 5 else ""),
        "created": card.created.replace("T", " "),
    }
