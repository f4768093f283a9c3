"""What a study found: charts that grow while it runs, its runs page by page, and files to take with you."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import reacton.ipyvuetify as v
import solara

from sim.app import visit
from sim.app.charts.chart import Chart, Look, clipped
from sim.app.charts.study_effects import indices, tornado
from sim.app.charts.study_map import heat_map, many_axes
from sim.app.jobs import Busy, desk
from sim.app.look import look_of, made_with
from sim.app.panels.study_words import refused, titled
from sim.app.parts import Guard
from sim.app.picture import Choices, Picture
from sim.app.state import State
from sim.app.studies import Card, StudyError, studies
from sim.app.studies.check import NAME
from sim.app.studies.findings import BY_RUN, PAGE, SHOWN, Findings, Runs, findings, runs_of, scenario_of, settings_of
from sim.app.studies.folder import RUNNING, STOPPING
from sim.app.work import use_work
from sim.experiments.figures import FIGURES
from sim.scenario import ScenarioError

EVERY = 4.0
"""Seconds between readings of results while a study runs, at least; longer where a reading takes long."""
DRAW: dict[str, Callable[[Findings, Look], Chart | None]] = {
    "tornado": tornado,
    "indices": indices,
    "map": heat_map,
    "axes": many_axes,
}
CODE = {
    "tornado": 'pictures.main_effects(sweep, "{output}")',
    "indices": 'pictures.{kind}(sweep, "{output}")',
    "map": 'pictures.heat_map(sweep, "{across}", "{up}", "{output}")',
    "axes": 'sweep.points.sort_values("{output}")',
}
"""The same in a notebook."""


@solara.component_vue("../vue/study_runs.vue")
def RunsView(
    subtitle: str, only: str, sort: str, onlys: list[list[str]], sorts: list[list[str]], columns: list[str],
    state_column: int, rows: list[dict[str, Any]], page: int, pages: int, problem: str, words: dict[str, str],
    event_choose: Callable[[dict[str, Any]], None], event_inside: Callable[[int], None],
) -> None:  # fmt: skip
    """The table of runs."""


@solara.component
def Results(card: Card) -> None:
    """Charts of one figure, as far as the study is."""
    words, one = visit.words(), card.review
    title = titled(one, words)[0]
    output, set_output = solara.use_state(one.outputs[0])
    across, set_across = solara.use_state("")
    up, set_up = solara.use_state("")
    shown: solara.Reactive[tuple[Findings | None, str]] = solara.use_reactive((None, ""))
    running = card.state in (RUNNING, STOPPING)
    folder = studies().results(card.name)

    async def look() -> None:
        if not card.ok:
            return
        while True:
            began = time.monotonic()
            try:
                found = await asyncio.wrap_future(desk.call(findings, folder, output, across, up))
                shown.value = (found, "")
            except Busy:
                shown.value = (shown.value[0], words("state.busy"))
            except (ScenarioError, OSError) as problem:
                shown.value = (shown.value[0], words("study.cannot", why=str(problem).replace(str(folder), card.name)))
            if not running:
                return
            await asyncio.sleep(max(EVERY, 10 * (time.monotonic() - began)))

    depends = [card.name, output, across, up, running, bool(card.ok), card.ok if not running else -1]
    task = use_work(look, depends)
    found, problem = shown.value
    v.Html(tag="h2", class_="st-results", children=[words("study.results_title")])
    if not card.ok:
        v.Html(tag="p", class_="how", children=[words("study.results_wait")], attributes={"role": "status"})
        return
    names = [name for name, _ in one.factors]
    figure = look_of(visit.state.value).figure
    lists = [("output", output, [[name, figure(name, start=True)] for name in one.outputs])]
    if len(names) > 1:
        lists += [("across", found.across if found else names[0], [[name, name] for name in names]),
                  ("up", found.up if found else names[1], [[name, name] for name in names])]  # fmt: skip
    setters = {"output": set_output, "across": set_across, "up": set_up}
    label = {"output": "figure", "across": "across", "up": "up"}
    Choices(
        words("study.results_title"),
        [{"name": key, "label": words.or_else(f"study.{label[key]}", key), "value": value, "options": options}
         for key, value, options in lists],
        lambda key, value: setters[key](value),
        words("study.updated", done=words.number(found.done), points=words.number(found.points)) if found else "",
    )  # fmt: skip
    if problem:
        v.Html(tag="p", class_="note note-warning", children=[problem], attributes={"role": "status"})
    pending = task.pending and not running
    with v.Html(tag="div", class_="charts"):
        for name in DRAW:
            if not skipped(name, found):
                with v.Html(
                    tag="div", class_="wide" if name == "axes" or (name == "map" and found and found.indices) else ""
                ):
                    Guard(lambda name=name: Drawn(name, title, found, pending), name).key(name)  # type: ignore[misc]
    if found and found.why:
        v.Html(tag="p", class_="muted", children=[words("study.cannot", why=found.why)])
    Guard(lambda: Table(card), "runs")


def skipped(name: str, found: Findings | None) -> bool:
    """Whether a chart has nothing to say of this study."""
    if found is None:
        return name != "tornado"
    return (name == "indices" and not found.indices) or (name == "map" and not found.up)


@solara.component
def Drawn(name: str, title: str, found: Findings | None, pending: bool) -> None:
    """One chart of the study that has this title."""
    look = look_of(visit.state.value)
    depends = [id(found), visit.language.value, visit.dark.value]
    code = CODE[name].format(output=found.output, kind=found.kind, across=found.across, up=found.up) if found else ""
    draw = partial(DRAW[name], found) if found else None

    def source() -> tuple[str, ...]:
        return look.words("card.study", title=clipped(title, 60)), made_with(look.words)

    Picture(f"study-{name}", draw, look, depends, source, pending, code)


@solara.component
def Table(card: Card) -> None:
    """The study's runs, a page at a time; any of them can be looked into."""
    words, look, router = visit.words(), look_of(visit.state.value), solara.use_router()
    asked, ask = solara.use_state(("all", BY_RUN, 0))
    wanted: solara.Reactive[int] = solara.use_reactive(-1)
    problem, tell = solara.use_state("")
    place, one = studies(), card.review
    folder = place.results(card.name)
    runs: Runs = solara.use_memo(lambda: runs_of(folder, *asked), [asked, card.done, card.state])

    async def open_inside() -> None:
        found = settings_of(folder, wanted.value) if wanted.value >= 0 else None
        if found is None:
            return
        try:
            text = await asyncio.wrap_future(desk.call(scenario_of, place.place(card.name) / NAME, *found))
        except Busy:
            tell(words("state.busy"))
            return
        except (StudyError, ScenarioError) as wrong:
            tell(refused(wrong, words) if isinstance(wrong, StudyError) else str(wrong))
            return
        visit.change(State(case="", own=text))
        router.push(visit.address("inside"))

    use_work(open_inside, [wanted.value])

    def choose(event: dict[str, Any]) -> None:
        only, sort = str(event.get("only", asked[0])), str(event.get("sort", asked[1]))
        if only in SHOWN and sort in (BY_RUN, *one.outputs):
            ask((only, sort, int(event.get("page", 0))))

    names = [name for name, _ in one.factors]
    failed = any(row["error"] for row in runs.rows)
    columns = [words("study.col_run"), words("study.col_seed"), *names, words("study.col_state"),
               *(_head(name, look) for name in one.outputs)]  # fmt: skip
    RunsView(
        subtitle=words("study.runs_sub", shown=words.number(len(runs.rows)), all=words.number(runs.total)),
        only=asked[0],
        sort=asked[1],
        onlys=[[key, words(f"study.only_{key}")] for key in SHOWN],
        sorts=[[BY_RUN, words("study.by_run")], *([name, look.figure(name, start=True)] for name in one.outputs)],
        columns=[*columns, words("study.col_reason")] if failed else columns,
        state_column=2 + len(names),
        rows=[cells_of(row, names, one.outputs, failed, look) for row in runs.rows],
        page=runs.page,
        pages=-(-runs.total // PAGE),
        problem=problem,
        words=words.part("study"),
        event_choose=choose,
        event_inside=lambda run: wanted.set(int(run)),
    )


def _head(name: str, look: Look) -> str:
    """A figure as the head of a column."""
    return look.figure(name, start=True) + (" (%)" if FIGURES[name].unit == "share" else "")


def cells_of(
    row: dict[str, Any], names: list[str], outputs: tuple[str, ...], failed: bool, look: Look
) -> dict[str, Any]:
    """A run as the table shows it."""
    words = look.words

    def said(value: Any) -> str:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return words.short(value) if number else "" if value is None else str(value)

    figures = [row["figures"].get(name) for name in outputs]
    cells = [words.number(row["run"]), words.number(row["seed"]), *(said(row["values"].get(name)) for name in names),
             words(f"study.only_{row['status']}"),
             *("" if one is None else look.bare(name, one) for name, one in zip(outputs, figures))]  # fmt: skip
    return {"run": row["run"], "cells": [*cells, row["error"]] if failed else cells, "reason": bool(row["error"])}
