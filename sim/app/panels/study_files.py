"""A study's files to take away: the study, its scenario, runs, daily series, a notebook, pictures and tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import solara

from sim.app import visit
from sim.app.fetching import use_fetched
from sim.app.jobs import desk
from sim.app.panels.study_words import refused
from sim.app.studies import Card, StudyError, studies
from sim.app.studies.findings import report_of, table_of
from sim.scenario import ScenarioError

NAMES = {
    "study": "study.toml",
    "scenario": "scenario.toml",
    "csv": "{name}.csv",
    "parquet": "{name}.parquet",
    "series": "{name}-series.parquet",
    "pictures": "{name}.zip",
    "notebook": "{name}.ipynb",
}
"""What each file is called."""


@solara.component_vue("../vue/study_files.vue")
def FilesView(
    files: list[list[str]], busy: str, file: dict[str, Any] | None, problem: str, words: dict[str, str],
    event_fetch_file: Callable[[str], None],
) -> None:  # fmt: skip
    """A row of buttons."""


@solara.component
def Files(card: Card, code: str) -> None:
    """A row of downloads; each file is made when it is asked for, of the runs done by then."""
    words, name = visit.words(), card.name

    async def make(key: str) -> tuple[str, bytes]:
        return NAMES[key].format(name=name), await content_of(card, key, code)

    def said(wrong: Exception) -> str:
        if isinstance(wrong, StudyError):
            return refused(wrong, words)
        known = isinstance(wrong, ScenarioError | OSError)
        return words("study.cannot", why=str(wrong).replace(f"{studies().root}", "")) if known else ""

    fetched = use_fetched(make, said)
    offered = solara.use_memo(lambda: files_of(card), [name, bool(card.done), bool(card.ok)])

    FilesView(
        files=[[key, words.part("study")[f"down_{key}"]] for key in offered],
        busy=fetched.busy,
        file=fetched.file,
        problem=fetched.problem,
        words=words.part("study"),
        event_fetch_file=lambda key: fetched.ask(key) if key in offered else None,
    )


def files_of(card: Card) -> list[str]:
    """Files that there are to take."""
    there = {
        "study": True,
        "scenario": bool(studies().scenario_text(card.name)),
        "csv": bool(card.done),
        "parquet": bool(card.done),
        "series": bool(card.done and card.review.daily),
        "pictures": bool(card.ok),
        "notebook": True,
    }
    return [key for key, one in there.items() if one]


async def content_of(card: Card, key: str, code: str) -> bytes:
    """A file's bytes. Raises StudyError, StoreError, ScenarioError, Busy."""
    place = studies()
    if key == "study":
        return place.text(card.name).encode()
    if key == "scenario":
        return place.scenario_text(card.name).encode()
    if key == "notebook":
        return notebook(card.review.title, code).encode()
    folder = place.results(card.name)
    work = (
        desk.call(report_of, folder, card.review.outputs[:3]) if key == "pictures" else desk.call(table_of, folder, key)
    )
    found: bytes = await asyncio.wrap_future(work)
    return found


def notebook(title: str, code: str) -> str:
    """A Jupyter notebook (format 4.5) with one cell of text and one of code.

    >>> json.loads(notebook("A", "import sim"))["cells"][1]["source"]
    'import sim'
    """
    cells = [
        {"cell_type": "markdown", "id": "about", "metadata": {}, "source": f"# {title}"},
        {"cell_type": "code", "id": "study", "metadata": {}, "execution_count": None, "outputs": [], "source": code},
    ]
    about = {"metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({"cells": cells, **about}, indent=1)
