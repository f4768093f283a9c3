"""What the model assumes: every parameter to read and change, how far published facts are met, and what it cannot do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.assumptions import Assumption, assumptions, facts, in_words, rules_in_words
from sim.app.look import case_in
from sim.app.pages import Page
from sim.app.parts import Guard, OfPlan, heading


@solara.component_vue("../vue/assumptions.vue")
def AssumptionsView(
    rows: list[dict[str, Any]],
    rules: list[list[str]],
    counts: str,
    words: dict[str, str],
    event_change: Callable[[dict[str, Any]], None],
    event_reset: Callable[[str | None], None],
) -> None:
    """The table of parameters: search, filters, a field for each, reset."""


@solara.component_vue("../vue/facts.vue")
def FactsView(rows: list[dict[str, Any]], title: str, words: dict[str, str]) -> None:
    """The table of published facts."""


@solara.component
def Assumptions() -> None:
    """The page."""
    words = visit.words()
    heading(words("assumptions.title"), words("assumptions.lead"))
    OfPlan(lambda state: assumptions(plans.case_of(state)), Parameters, "parameters")
    Guard(lambda: Facts(), "facts")
    Guard(lambda: Limits(), "limits")


@solara.component
def Parameters(known: Mapping[str, Assumption]) -> None:
    """Every number of the model, in the case at hand, with the visitor's changes."""
    words, state = visit.words(), visit.state.value
    changed = {name: value for name, value in state.assumptions.items() if name in known}

    def change(event: dict[str, Any]) -> None:
        name, value = str(event.get("name")), float(event.get("value", "nan"))
        if name in known and known[name].low <= value <= known[name].high:
            after = {**changed, name: value}
            visit.adjust(assumptions={key: one for key, one in after.items() if one != known[key].value})

    def reset(name: str | None) -> None:
        visit.adjust(assumptions={key: one for key, one in changed.items() if name is not None and key != name})

    every = list(known.values())
    counts = words(
        "assumptions.counts",
        all=words.number(len(every)),
        published=words.number(sum(not one.assumed for one in every)),
        assumed=words.number(sum(one.assumed for one in every)),
        changed=words.number(len(changed)),
    )
    case = case_in(words, state, plans.case_of(state))

    def row(one: Assumption) -> dict[str, Any]:
        ends = {end: words.exact(value) for end, value in (("from", one.low), ("to", one.high), ("before", one.value))}
        return (
            asdict(in_words(one, words, case))
            | ends
            | {"assumed": one.assumed, "now": changed.get(one.name, one.value)}
        )

    AssumptionsView(
        rows=[row(one) for one in every],
        rules=rules_in_words(words),
        counts=counts,
        words=words.part("assumptions"),
        event_change=change,
        event_reset=reset,
    )


@solara.component
def Facts() -> None:
    """Published facts beside what the model does."""
    words = visit.words()
    every = facts(words.language)
    held = sum(one.verdict == "holds" for one in every)
    title = words("assumptions.facts_count", held=words.number(held), all=words.number(len(every)))
    FactsView(rows=[asdict(one) for one in every], title=title, words=words.part("assumptions"))


@solara.component
def Limits() -> None:
    """What the model is not."""
    words = visit.words()
    with v.Html(tag="section", class_="card"):
        v.Html(tag="h2", children=[words("assumptions.limits_title")])
        with v.Html(tag="ul", class_="limits"):
            for number in range(1, 6):
                v.Html(tag="li", children=[words(f"assumptions.limit_{number}")])


PAGE = Page("assumptions", "assumptions.name", "assumptions.title", Assumptions, order=70)
