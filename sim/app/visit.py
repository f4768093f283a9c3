"""One visitor's page: what is set, in which language and colours. Solara keeps these apart for every open tab."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, urlencode

import solara

from sim.app.state import BadAddress, State, decode
from sim.app.words import LANGUAGES, Words, first_choice

state = solara.reactive(State())
past: solara.Reactive[tuple[State, ...]] = solara.reactive(())
language = solara.reactive("en")
dark = solara.reactive(False)
said = solara.reactive("")
"""What a screen reader is told, politely: results that arrived, steps that were undone."""
notice = solara.reactive("")
"""Key of a note at the top of the page, such as "state.bad_address"; "" for none."""
MOST_STEPS = 100


def words() -> Words:
    """The visitor's language."""
    return Words(language.value)


def begin(search: str | None, cookies: dict[str, str], accepted: str) -> None:
    """Take up what the address, this browser's own choices and its language say."""
    asked = parse_qs(search or "")
    wanted = asked.get("lang", [cookies.get("journeysim-language", "")])[0]
    language.value = wanted if wanted in LANGUAGES else first_choice(accepted)
    dark.value = cookies.get("journeysim-theme") == "dark"
    adopt(search)


def adopt(search: str | None) -> None:
    """Take up the plan that an address holds; a damaged one leaves the plan as it is and says so."""
    token = parse_qs(search or "").get("s", [""])[0]
    if token == state.value.encode():
        return
    try:
        state.value = decode(token)
    except BadAddress:
        notice.value = "state.bad_address"


def change(after: State) -> None:
    """Go to another state; the step can be undone."""
    before = state.value
    if after != before:
        past.value = (*past.value, before)[-MOST_STEPS:]
        state.value = after


def adjust(**values: object) -> None:
    """Change some of what is set."""
    change(dataclasses.replace(state.value, **values))  # type: ignore[arg-type]


def undo() -> None:
    """Take the last step back."""
    if past.value:
        state.value = past.value[-1]
        past.value = past.value[:-1]


def address(path: str) -> str:
    """Where a page is, with the visitor's plan: "whatif" -> "/whatif?s=..."."""
    token = state.value.encode()
    return f"/{path}" + (f"?{urlencode({'s': token})}" if token else "")
