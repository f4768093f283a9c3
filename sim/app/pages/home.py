"""Home: the question, and the shipped cases to choose from."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara

from sim.app import visit
from sim.app.pages import Page


@solara.component
def Home() -> None:
    """The headline."""
    words = visit.words()
    v.Html(tag="h1", children=[words("home.title")])
    v.Html(tag="p", class_="lead", children=[words("home.lead")])


PAGE = Page("", "home.name", "home.title", Home, order=0)
