"""How charts speak to the visitor: language, colours, what the plans are called, and where a chart is from."""

from __future__ import annotations

from collections.abc import Sequence

import sim
from sim.app import visit
from sim.app.charts import Look
from sim.app.charts.chart import clipped
from sim.app.state import LETTERS, State
from sim.app.theme import palette
from sim.app.words import Words
from sim.scenario import Scenario
from sim.version import model_version


def letter_of(state: State) -> str:
    """Letter of the plan under edit: the one that was opened, or the next free one."""
    return state.editing or state.free_letter() or LETTERS[-1]


def look_of(state: State) -> Look:
    """How charts speak to this visitor: language, colours, names of the plans."""
    words = visit.words()
    names = {key: plan.name for key, plan in state.saved.items() if plan.name}
    names.setdefault(letter_of(state), words("whatif.my_plan"))
    return Look(words, palette(visit.dark.value), names)


def case_in(words: Words, state: State, market: Scenario) -> str:
    """What the market is called in a language; the visitor's own has one name."""
    return words.or_else(f"case.{state.case}.title", market.title) if state.case else market.title


def segment_in(words: Words, state: State, name: str) -> str:
    """What a segment is called in a language; those of the visitor's own market have the names of its file."""
    return name if state.own else words.or_else(f"segment.{name}", name.replace("_", " "))


def source_of(words: Words, state: State, market: Scenario, seeds: Sequence[int]) -> tuple[str, ...]:
    """Where a chart is from, for the foot of its picture: the market, its scenario, the seeds of its runs, the model."""
    said = f"{seeds[0]} … {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])
    return (
        words("card.market", title=clipped(case_in(words, state, market), 60)),
        words("card.seeds", seeds=said),
        words("card.scenario", hash=market.fingerprint()[:8]),
        made_with(words),
    )


def made_with(words: Words) -> str:
    """The program and the model that made a chart."""
    return f"Journeysim {sim.__version__}, {words('card.model', hash=model_version()[:8])}"
