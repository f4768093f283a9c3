"""A study's files to take away: the study, its scenario, runs, daily series, a notebook, pictures and tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import visit
from sim.app.jobs import desk
from sim.app.studies import Card, studies
from sim.app.studies.findings import report_of, table_of


@solara.component
def Files(card: Card, code: str) -> None:
    """A row of downloads; each file is made when it is asked for."""
    words, place, name = visit.words(), studies(), card.name
    own = solara.use_memo(lambda: place.scenario_text(name), [name])

    def made(form: str) -> Callable[[], Coroutine[Any, Any, bytes]]:
        async def make() -> bytes:
            folder = place.results(name)
            work = (
                desk.call(report_of, folder, card.review.outputs[:3])
                if form == "zip"
                else desk.call(table_of, folder, form)
            )
            return await asyncio.wrap_future(work)

        return make

    wanted: list[tuple[str, str, Any]] = [("study", "study.toml", place.text(name))]
    if own:
        wanted.append(("scenario", "scenario.toml", own))
    if card.done:
        wanted += [("csv", f"{name}.csv", made("csv")), ("parquet", f"{name}.parquet", made("parquet"))]
        if card.review.daily:
            wanted.append(("series", f"{name}-series.parquet", made("series")))
        if card.ok:
            wanted.append(("pictures", f"{name}.zip", made("zip")))
    wanted.append(("notebook", f"{name}.ipynb", notebook(card.review.title, code)))
    with v.Html(tag="section", class_="card", attributes={"aria-label": words("study.downloads")}):
        v.Html(tag="h2", children=[words("study.downloads")])
        with v.Html(tag="div", class_="actions st-files"):
            for key, file, data in wanted:
                with solara.FileDownload(data, filename=file).key(f"{key}-{card.done if callable(data) else ''}"):
                    v.Html(tag="button", class_="button", children=[words.part("study")[f"down_{key}"]],
                           attributes={"type": "button"})  # fmt: skip


def notebook(title: str, code: str) -> str:
    """A Jupyter notebook (format 4.5) with one cell of text and one of code.

    >>> json.loads(notebook("A", "import sim"))["cells"][1]["source"]
    'import sim'
    """
    cells = [
        {"cell_type": "markdown", "id": "about", "metadata": {}, "source": f"# {title}"},
        {"cell_type": "code", "id": "study", "metadata": {}, "execution_count": None, "outputs": [], "source": code},
    ]
    return json.dumps(
        {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5},
        indent=1,
    )
