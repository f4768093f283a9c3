"""Studies: many runs over many settings, designed here, computed by a process of their own, looked at while they run."""

from __future__ import annotations

from urllib.parse import parse_qs

import reacton.ipyvuetify as v
import solara

from sim.app import visit
from sim.app.pages import Page
from sim.app.panels.study_form import Designer
from sim.app.panels.study_list import List
from sim.app.panels.study_run import One
from sim.app.parts import Guard


@solara.component
def StudyPage() -> None:
    """The list of studies, or the one that the address names."""
    words, router = visit.words(), solara.use_router()
    designing, design = solara.use_state(False)
    name = parse_qs(router.search or "").get("study", [""])[0]
    v.Html(tag="h1", children=[words("study.title")])
    v.Html(tag="p", class_="lead", children=[words("study.lead")])

    def show(wanted: str) -> None:
        design(False)
        router.push(study_address(wanted))

    if name:
        Guard(lambda: One(name, show), "study").key(f"study-{name}")
        return
    Guard(lambda: List(designing, design, show), "studies")
    if designing:
        Guard(lambda: Designer(show), "study-form")


def study_address(name: str) -> str:
    """Where a study is, with the visitor's plan: "" is the list."""
    here = visit.address("study")
    return f"{here}{'&' if '?' in here else '?'}study={name}" if name else here


PAGE = Page("study", "study.name", "study.title", StudyPage, order=60)
