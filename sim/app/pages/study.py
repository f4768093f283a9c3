"""Studies: many runs over many settings, designed here, computed by a process of their own, looked at while they run."""

from __future__ import annotations

from urllib.parse import parse_qs

import solara

from sim.app import visit
from sim.app.pages import Page
from sim.app.panels.study_form import Designer
from sim.app.panels.study_list import List
from sim.app.panels.study_run import One
from sim.app.parts import Guard, heading

DESIGN = "design"
"""What an address says while a new study is designed."""


@solara.component
def StudyPage() -> None:
    """The list of studies, or the one that the address names."""
    words, router = visit.words(), solara.use_router()
    asked = parse_qs(router.search or "")
    name, designing = asked.get("study", [""])[0], DESIGN in asked
    heading(words("study.title"), words("study.lead"))

    def show(wanted: str) -> None:
        router.push(study_address(wanted))

    def design(on: bool) -> None:
        router.push(study_address(designing=on))

    if name:
        Guard(lambda: One(name, show), "study").key(f"study-{name}")
        return
    Guard(lambda: List(designing, design, show), "studies")
    if designing:
        Designer(show)


def study_address(name: str = "", designing: bool = False) -> str:
    """Where a study is, with the visitor's plan: "" is the list; designing: the list with the form of a new one.

    That the form is open stands in the address, so that a reload and the browser's back button find it; what is in it is kept
    by the browser tab (`study_form.vue`), as it may be longer than an address and is nobody else's yet.
    """
    here = visit.address("study")
    more = f"study={name}" if name else f"{DESIGN}=1" if designing else ""
    return f"{here}{'&' if '?' in here else '?'}{more}" if more else here


PAGE = Page("study", "study.name", "study.title", StudyPage, order=60)
