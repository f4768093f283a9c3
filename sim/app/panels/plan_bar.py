"""Case, saved plans, undo, link and file: the bar on top of what-if."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from sim.app import plans, uploads, visit
from sim.app.mistakes import mistakes_said
from sim.app.state import State
from sim.app.theme import palette
from sim.scenario import ScenarioError


@solara.component_vue("../vue/plans.vue")
def PlansBar(
    cases: list[list[str]], chosen: str, plans: list[dict[str, Any]], words: dict[str, str], suggestion: str,
    can_save: bool, can_update: bool, can_undo: bool, can_reset: bool, can_drop: bool,
    save_label: str, update_label: str, drop_label: str, token: str, largest: int, problem: str,
    download: dict[str, str] | None,
    event_pick: Callable[[str], None], event_open: Callable[[str], None], event_save: Callable[[str], None],
    event_update: Callable[[Any], None], event_drop: Callable[[Any], None], event_undo: Callable[[Any], None],
    event_reset: Callable[[Any], None], event_shared: Callable[[Any], None], event_given: Callable[[dict[str, Any]], None],
    event_fetch_file: Callable[[Any], None],
) -> None:  # fmt: skip
    """Case, saved plans, undo, link and file."""


@solara.component
def Plans() -> None:
    """Case, saved plans, undo, link and file."""
    state, words = visit.state.value, visit.words()
    problem, set_problem = solara.use_state("")
    download: solara.Reactive[dict[str, str] | None] = solara.use_reactive(None)
    letter, colours = state.free_letter(), palette(visit.dark.value)
    titles = [[name, case_title(name)] for name in plans.cases()]
    if state.own:
        titles = [["", words("whatif.own", title=own_title(state))], *titles]
    shown = [{"letter": "", "short": "", "name": words("chart.today"), "colour": colours.mix("today"),
              "current": not state.editing and not state.levers}]  # fmt: skip
    shown += [
        {
            "letter": key,
            "short": key,
            "name": plan.name or key,
            "colour": colours.mix(key),
            "current": key == state.editing,
        }
        for key, plan in state.saved.items()
    ]

    def save(name: str) -> None:
        if letter:
            visit.change(state.save(letter, name))
            visit.said.value = words("whatif.saved", letter=letter)

    def update(_: Any) -> None:
        visit.change(state.save(state.editing, state.saved[state.editing].name))

    def given(file: dict[str, Any]) -> None:
        set_problem("")
        try:
            if file["size"] > uploads.LARGEST:
                raise uploads.too_large()
            uploads.own(file["text"])
        except ScenarioError as wrong:
            set_problem(mistakes_said(wrong, words))
            return
        visit.change(state.on_case("", file["text"]))
        visit.said.value = words("whatif.read", name=str(file["name"])[:60])

    def fetch(_: Any) -> None:
        plan = plans.planned(state)
        download.set({"name": f"{state.case or 'scenario'}-plan.toml", "text": plan.to_toml(), "key": state.encode()})

    PlansBar(
        cases=titles,
        chosen=state.case,
        plans=shown,
        words=words.part("plans"),
        suggestion=words("whatif.my_plan") if not letter else words("whatif.plan_name", letter=letter),
        can_save=bool(letter) and bool(state.levers),
        can_update=bool(state.editing) and dict(state.saved[state.editing].levers) != dict(state.levers),
        can_undo=bool(visit.past.value),
        can_reset=bool(state.levers or state.events),
        can_drop=bool(state.editing),
        save_label=words("whatif.save_as", letter=letter) if letter else "",
        update_label=words("whatif.update", letter=state.editing),
        drop_label=words("whatif.drop", letter=state.editing),
        token=state.encode(),
        largest=uploads.LARGEST,
        problem=problem,
        download=download.value,
        event_pick=lambda name: visit.change(state.on_case(name)) if name else None,
        event_open=lambda key: visit.change(state.open(key)),
        event_save=save,
        event_update=update,
        event_drop=lambda _: visit.change(state.drop(state.editing)),
        event_undo=lambda _: visit.undo(),
        event_reset=lambda _: visit.adjust(levers={}, events=(), editing=""),
        event_shared=lambda _: visit.said.set(words("whatif.shared")),
        event_given=given,
        event_fetch_file=fetch,
    )


def case_title(name: str) -> str:
    """What a shipped case is called in the visitor's language."""
    return visit.words().or_else(f"case.{name}.title", uploads.case(name).title)


def own_title(state: State) -> str:
    """What the visitor's own scenario is called."""
    try:
        return uploads.own(state.own).title
    except ScenarioError:
        return "?"
