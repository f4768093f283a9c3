"""One study: how far it is, what can be done with it, and how to repeat it elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import visit
from sim.app.panels.study_files import Files
from sim.app.panels.study_list import BEAT
from sim.app.panels.study_results import Results
from sim.app.panels.study_words import design_words, factor_words, refused, runs_words, time_words, titled
from sim.app.parts import Button, Guard
from sim.app.studies import Card, StudyError, studies
from sim.app.studies.folder import DESIGNED, FAILED, FINISHED, RUNNING, STOPPED, STOPPING, WORKERS
from sim.app.work import use_work


@solara.component_vue("../vue/study_head.vue")
def HeadView(
    title: str, question: str, back: str, state: str, state_words: str, share: float, progress: str, note: str, problem: str,
    mine: bool, removable: bool, buttons: list[list[Any]], facts: list[list[str]], command: str, code: str, file: str,
    words: dict[str, str], event_press: Callable[[str], None], event_leave: Callable[[Any], None],
) -> None:  # fmt: skip
    """State, progress, buttons, facts, and the commands that do the same."""


@solara.component
def One(name: str, show: Callable[[str], None]) -> None:
    """A study by its name, looked at again every other second while it is open. show: open another; "" is the list."""
    words, visitor = visit.words(), solara.get_session_id()
    card: solara.Reactive[Card | None] = solara.use_reactive(None)
    problem, tell = solara.use_state("")
    poke, set_poke = solara.use_state(0)
    gone, set_gone = solara.use_state(False)

    async def look() -> None:
        while True:
            try:
                card.value = studies().card(name, visitor)
            except StudyError as wrong:
                tell(refused(wrong, words))
                set_gone(True)
                return
            await asyncio.sleep(BEAT)

    use_work(look, [name, poke])

    def press(what: str) -> None:
        tell("")
        try:
            if what == "copy":
                show(studies().copy(name, visitor))
                return
            act(what, name, visitor)
        except StudyError as wrong:
            tell(refused(wrong, words))
            return
        if what == "remove":
            show("")
        set_poke(poke + 1)

    if gone or card.value is None:
        said = problem or words("progress.updating")
        tone = "note note-warning" if gone else "muted"
        v.Html(tag="p", class_=tone, children=[said], attributes={"role": "status"})
        if gone:
            Button(words("study.list_title"), lambda: show(""))
        return
    now = card.value
    Head(now, problem, press, lambda: show(""))
    if now.state != DESIGNED:
        Guard(lambda: Results(now), "study-results")
    Guard(lambda: Files(now, code_of(name)), "study-files")


def act(what: str, name: str, visitor: str) -> None:
    """Do what a button says. Raises StudyError where that is not possible; an unknown word does nothing."""
    place = studies()
    if what in ("start", "resume"):
        place.start(name, visitor)
    elif what == "again":
        place.start(name, visitor, again=True)
    elif what in ("pause", "stop"):
        place.stop(name, visitor, at_once=what == "stop")
    elif what == "remove":
        place.remove(name, visitor)


BUTTONS = {
    DESIGNED: ("start",),
    RUNNING: ("pause", "stop"),
    STOPPING: ("stop",),
    STOPPED: ("resume",),
    FAILED: ("again",),
    FINISHED: (),
}
"""What can be done in each state."""


def ways(card: Card) -> list[str]:
    """What can be done with a study now; one begun with another version of the model can only be begun anew, as a copy."""
    found = [] if card.stale else list(BUTTONS[card.state])
    if card.state == STOPPED and card.failed and not card.stale:
        found.append("again")
    return [*found, "copy"]


@solara.component
def Head(card: Card, problem: str, press: Callable[[str], None], leave: Callable[[], None]) -> None:
    """State, progress and buttons."""
    words, one = visit.words(), card.review
    place, (title, question, scenario) = studies(), titled(one, words)
    still = card.state not in (RUNNING, STOPPING)
    buttons = [[what, words(f"study.button.{what}"), what in ("start", "resume")] for what in ways(card)]
    facts = [
        [words("study.col_design"), design_words(card, words)],
        [words("study.f_start"), scenario],
        [
            words("study.fact_size"),
            words("study.size", consumers=words.number(one.consumers), days=words.number(one.days)),
        ],
        *([words("study.varies", name=name), factor_words(values, words)] for name, values in one.factors),
    ]
    HeadView(
        title=title,
        question=question,
        back=visit.address("study"),
        state=card.state,
        state_words=words(f"study.state.{card.state}"),
        share=card.done / max(card.done + card.waiting, 1),
        progress=progress_words(card),
        note=words("study.stale") if card.stale else words("study.closing") if not still else "",
        problem=problem or (card.said if card.state == STOPPED else ""),
        mine=card.mine,
        removable=still,
        buttons=buttons,
        facts=[list(fact) for fact in facts],
        command=f"journeysim sweep study.toml --out {card.name} --workers {WORKERS}"
        + (" --resume" if card.done else ""),
        code=code_of(card.name),
        file=place.text(card.name),
        words=words.part("study"),
        event_press=press,
        event_leave=lambda _: leave(),
    )


def progress_words(card: Card) -> str:
    """Runs done, how fast, how long still, how many failed."""
    words = visit.words()
    said = [runs_words(card, words)]
    if card.state == RUNNING and card.done and card.rate:
        said.append(words("study.rate", number=words.number(card.rate, 1 if card.rate < 10 else 0)))
        said.append(words("study.left", time=time_words(card.left, words)))
    if card.state == RUNNING and not card.done:
        said.append(words("study.starting"))
    if card.failed:
        said.append(words("study.failed_runs", number=words.number(card.failed)))
    return " · ".join(said)


def code_of(name: str) -> str:
    """Python that computes, or only reads, the study in a notebook, and draws what follows."""
    return f'''import sim
from sim.experiments.sweep import analysis, pictures

sweep = sim.sweep("study.toml", "{name}")    # what is complete there is only read
sweep.points.head()
analysis.main_effects(sweep)
pictures.main_effects(sweep).savefig("effects.png")
'''
