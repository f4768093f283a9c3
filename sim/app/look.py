"""How charts speak to the visitor: language, colours, and what the plans are called."""

from __future__ import annotations

from sim.app import visit
from sim.app.charts import Look
from sim.app.state import LETTERS, State
from sim.app.theme import palette


def letter_of(state: State) -> str:
    """Letter of the plan under edit: the one that was opened, or the next free one."""
    return state.editing or state.free_letter() or LETTERS[-1]


def look_of(state: State) -> Look:
    """How charts speak to this visitor: language, colours, names of the plans."""
    words = visit.words()
    letter = letter_of(state)
    names = {key: plan.name for key, plan in state.saved.items() if plan.name}
    names.setdefault(letter, words("whatif.my_plan"))
    return Look(words, palette(visit.dark.value), names)
