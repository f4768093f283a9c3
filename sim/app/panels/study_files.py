"""A study's files to take away: the study, its scenario, runs, daily series, a notebook, pictures and tables."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import solara

from sim.app import visit
from sim.app.jobs import Busy, desk
from sim.app.panels.study_words import refused
from sim.app.studies import Card, StudyError, studies
from sim.app.studies.findings import report_of, table_of
from sim.app.work import use_work
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
    asked: solara.Reactive[tuple[int, str]] = solara.use_reactive((0, ""))
    file: solara.Reactive[dict[str, Any] | None] = solara.use_reactive(None)
    problem, tell = solara.use_state("")

    async def make() -> None:
        number, key = asked.value
        if not key:
            return
        try:
            content = await content_of(card, key, code)
        except Busy:
            tell(words("state.busy"))
        except StudyError as wrong:
            tell(refused(wrong, words))
        except (ScenarioError, OSError) as wrong:
            tell(words("study.cannot", why=str(wrong).replace(f"{studies().root}", "")))
        else:
            letters = base64.b64encode(content).decode()
            file.value = {"name": NAMES[key].format(name=name), "content": letters, "number": number}
        asked.value = (number, "")

    task = use_work(make, [asked.value])
    offered = solara.use_memo(lambda: files_of(card), [name, bool(card.done), bool(card.ok)])

    def ask(key: str) -> None:
        tell("")
        if key in offered:
            asked.value = (asked.value[0] + 1, key)

    FilesView(
        files=[[key, words.part("study")[f"down_{key}"]] for key in offered],
        busy=asked.value[1] if task.pending else "",
        file=file.value,
        problem=problem,
        words=words.part("study"),
        event_fetch_file=lambda key: ask(str(key)),
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
