"""The board report on the compare page: what is in it is chosen here, a worker writes it, and it leaves as PDF or HTML."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import solara

from sim.app import plans, visit
from sim.app.asking import Asked
from sim.app.charts import Look
from sim.app.jobs import Pairs, Size, seeds_of, sized
from sim.app.look import case_in
from sim.app.making import Order, Shelf, use_made
from sim.app.report import BLOCKS, Contents, Written, write
from sim.app.state import State
from sim.app.theme import LIGHT
from sim.app.words import LANGUAGES, Words
from sim.scenario import Scenario

LONGEST_TITLE = 120
SHELF = Shelf(most=20)


@solara.component_vue("../vue/report.vue")
def ReportView(
    titles: dict[str, str], blocks: list[list[str]], languages: dict[str, str], language: str, token: str,
    html: str, pdf: dict[str, str] | None, stem: str, busy: bool, text: str, problem: str, retry: str, words: dict[str, str],
    event_write: Callable[[dict[str, Any]], None], event_leave: Callable[[Any], None],
    event_fetch_pdf: Callable[[Any], None], event_again: Callable[[Any], None], event_shared: Callable[[Any], None],
) -> None:  # fmt: skip
    """Buttons for the link and the report, and the report's dialog with its preview."""


@dataclass(frozen=True)
class Wish:
    """What a visitor wants in the report: a title, a language, and blocks of `BLOCKS`."""

    title: str
    language: str
    blocks: tuple[str, ...]


def wish_of(asked: Mapping[str, Any], otherwise: Mapping[str, str]) -> Wish:
    """A wish as the browser sent it, made fit to use: unknown languages and blocks are left out, a title cut to length.

    otherwise: language -> title of a report without one.

    >>> wish_of({"title": " ", "language": "xx", "blocks": ["trust", "secrets", "plans"]}, {"en": "Plans"})
    Wish(title='Plans', language='en', blocks=('plans', 'trust'))
    """
    language = str(asked.get("language", ""))
    language = language if language in otherwise else next(iter(otherwise))
    title = " ".join(str(asked.get("title", "")).split())[:LONGEST_TITLE]
    blocks = asked.get("blocks") or ()
    return Wish(title or otherwise[language], language, tuple(one for one in BLOCKS if one in blocks))


def contents_of(
    wish: Wish, state: State, market: Scenario, chosen: Mapping[str, Mapping[str, float]], pairs: Pairs,
    names: Mapping[str, str], figure: str,
) -> Contents:  # fmt: skip
    """What the report is made of, from what is on the page.

    chosen: letter -> levers. names: key of a plan -> what it is called. Raises ScenarioError for levers that do not fit.
    """
    words, size = Words(wish.language), Size(pairs.consumers, pairs.count)
    return Contents(
        title=wish.title,
        today=sized(market, size),
        plans={letter: sized(plans.planned(state, levers), size) for letter, levers in chosen.items()},
        pairs=pairs,
        seeds=tuple(seeds_of(market, pairs.count)),
        look=Look(words, LIGHT, names),
        blocks=wish.blocks,
        figure=figure,
        code=plans.code(state, chosen, pairs.count, pairs.consumers),
        case=case_in(words, state, market),
        before=plans.case_of(state),
        made=date.today(),
    )


@solara.component
def BoardReport(market: Scenario, chosen: dict[str, dict[str, float]], asked: Asked, look: Look, figure: str) -> None:
    """The buttons, and the dialog while it is open."""
    state, words = visit.state.value, visit.words()
    wish: solara.Reactive[Wish | None] = solara.use_reactive(None)
    pdf: solara.Reactive[dict[str, str] | None] = solara.use_reactive(None)
    pairs, wanted = asked.answer.pairs, wish.value
    able = not asked.pending and pairs is not None and pairs.count > 1 and set(pairs.plans) == set(chosen)
    titles = {one: Words(one)("board.default", case=case_in(Words(one), state, market)) for one in LANGUAGES}
    key = (wanted, asked.answer.question, asked.answer.level, figure, tuple(sorted(look.names.items())), date.today())

    def order() -> dict[str, Order]:
        if wanted is None or not able or pairs is None:
            return {}
        return {"report": Order(key, write, (contents_of(wanted, state, market, chosen, pairs, look.names, figure),))}

    made = use_made(SHELF, solara.use_memo(order, [key, able]))
    written: Written | None = made.things.get("report")
    problem = "board.failed" if made.problem == "state.not_made" else made.problem or asked.problem
    busy = wanted is not None and not problem and (made.pending or not able or written is None)
    if busy:
        text = words("board.writing" if able else "board.waiting")
    else:
        text = words("board.ready", pairs=words.number(pairs.count)) if pairs and not problem else ""

    def fetch(_: Any) -> None:
        if written:
            pdf.value = {"bytes": base64.b64encode(written.pdf).decode(), "once": secrets.token_hex(4)}

    def leave(_: Any) -> None:
        wish.value = None
        pdf.value = None

    ReportView(
        titles=titles,
        blocks=[[one, words(f"report.name.{one}")] for one in BLOCKS],
        languages=LANGUAGES,
        language=visit.language.value,
        token=state.encode(),
        html=written.html if written and wanted else "",
        pdf=pdf.value,
        stem=f"journeysim-{written.stem}" if written else "",
        busy=busy,
        text=text,
        problem=words(problem) if problem else "",
        retry=words("failed.again"),
        words=words.part("board"),
        event_write=lambda asked_for: wish.set(wish_of(asked_for, titles)),
        event_leave=leave,
        event_fetch_pdf=fetch,
        event_again=lambda _: (made if made.problem else asked).again(),
        event_shared=lambda _: visit.said.set(words("whatif.shared")),
    )
