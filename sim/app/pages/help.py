"""Help: a tour in three steps, the words of the journey, keys, and what the model is not."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara

from sim.app import visit
from sim.app.pages import Page
from sim.app.parts import Actions, heading

TOUR = ("levers", "verdict", "losses", "compare")
TERMS = (
    "touchpoint",
    "journey",
    "word_of_mouth",
    "trust",
    "today",
    "pair",
    "interval",
    "too_close",
    "lever",
    "market",
    "study",
    "seed",
)
KEYS = ("slider", "event", "menu", "skip")
LIMITS = ("fitted", "period", "people")


@solara.component
def Help() -> None:
    """The page."""
    words = visit.words()
    heading(words("help.title"))
    with v.Html(tag="section", class_="stack"):
        v.Html(tag="h2", children=[words("help.tour")])
        with v.Html(tag="ol", class_="steps"):
            for step in TOUR:
                with v.Html(tag="li", class_="step"):
                    v.Html(tag="h3", children=[words(f"help.tour_{step}")])
                    v.Html(tag="p", children=[words(f"help.tour_{step}_text")])
        Actions([("whatif", words("help.start"), True)])
    with v.Html(tag="div", class_="help-grid"):
        _list(words("help.terms"), [(words(f"help.term_{one}"), words(f"help.term_{one}_text")) for one in TERMS])
        with v.Html(tag="div", class_="stack"):
            _list(words("help.keys"), [(words(f"help.key_{one}"), words(f"help.key_{one}_text")) for one in KEYS])
            _list(
                words("help.limits"), [(words(f"help.limit_{one}"), words(f"help.limit_{one}_text")) for one in LIMITS]
            )


def _list(title: str, rows: list[tuple[str, str]]) -> None:
    """Terms and what they mean."""
    with v.Html(tag="section", class_="card"):
        v.Html(tag="h2", children=[title])
        with v.Html(tag="dl", class_="terms"):
            for term, text in rows:
                with v.Html(tag="div"):
                    v.Html(tag="dt", children=[term])
                    v.Html(tag="dd", children=[text])


PAGE = Page("help", "help.name", "help.title", Help, order=90)
