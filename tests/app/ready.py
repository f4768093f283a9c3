"""Every page of the app, and what is on it once it has something to show."""

from __future__ import annotations

from sim.app.state import State

READY = {
    "": ".chart[data-ready='1']",
    "whatif": ".chart[data-ready='1']",
    "compare": ".chart[data-ready='1']",
    "journey": ".chart[data-ready='1']",
    "channels": ".chart[data-ready='1']",
    "inside": ".cascade[data-ready='1']",
    "study": ".st-form .st-cost",
    "assumptions": ".assumed tbody tr",
    "help": ".terms dd",
}
"""Path -> a selector. `tests/app/test_pages.py` holds it against the pages there are."""
PLAN = State(case="minimal").with_levers({"price": 0.8}).save("A", "Cheap").with_levers({"price": 0.9})
"""A market whose runs take hundredths of a second, a plan put aside and another under edit."""


def address_of(path: str, state: State = PLAN) -> str:
    """Where a page is with a plan; the page of studies with its form open."""
    return f"/{path}?s={state.encode()}" + ("&design=1" if path == "study" else "")
