"""Compare: up to four plans in the same markets; the paired difference is the main chart."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.asking import use_answer
from sim.app.charts import TODAY, Look, build_up, difference, difference_builds_up, over_time, where_you_lose_them
from sim.app.jobs import Pairs
from sim.app.levers import levers
from sim.app.look import look_of
from sim.app.mistakes import mistakes_said
from sim.app.pages import Page
from sim.app.panels.answer import AnswerBlock, Maker, flow_of
from sim.app.panels.board_report import BoardReport
from sim.app.parts import Actions, Guard, Note, heading
from sim.app.says import TILES, lever_words, tiles
from sim.app.verdict import judge
from sim.scenario import Scenario, ScenarioError


@solara.component
def Compare() -> None:
    """The page."""
    words, state = visit.words(), visit.state.value
    try:
        market = plans.today(state)
        chosen = plans.compared(state)
        arms = {letter: plans.planned(state, moved) for letter, moved in chosen.items()}
    except ScenarioError as problem:
        heading(words("compare.title"))
        Note(mistakes_said(problem, words), bad=True)
        Actions([("whatif", words("compare.change"), False)])
        return
    if not chosen:
        heading(words("compare.title"))
        with v.Html(tag="section", class_="card empty"):
            v.Html(tag="h2", children=[words("compare.empty")])
            v.Html(tag="p", class_="muted", children=[words("compare.empty_text")])
            Actions([("whatif", words("compare.make"), True)])
        return
    Guard(lambda: Result(market, arms, chosen), "compare")


@solara.component
def Result(market: Scenario, arms: dict[str, Scenario], chosen: dict[str, dict[str, float]]) -> None:
    """Verdict, charts, and the plans side by side."""
    state, words = visit.state.value, visit.words()
    figure, set_figure = solara.use_state("units")
    look = look_of(state)
    asked = use_answer(market, arms)
    with v.Html(tag="div", class_="page-head"):
        heading(words("compare.title"))
        Guard(lambda: BoardReport(market, chosen, asked, look, figure), "board report")
    flow = flow_of(figure)
    charts: list[tuple[str, Maker]] = [
        ("difference_of_all", lambda runs, how: difference(runs, how, figure)),
        ("losses", lambda runs, how: where_you_lose_them(runs, how, judge(runs, how, figure).plan)),
        ("builds", lambda runs, how: difference_builds_up(runs, how, flow)),
        ("build_up", lambda runs, how: build_up(runs, how, flow)),
        ("trust", over_time),
    ]
    AnswerBlock(asked, look, figure, set_figure, charts, chosen)
    Guard(lambda: SideBySide(market, chosen, look, asked.answer.pairs, asked.pending), "plans side by side")


@solara.component
def SideBySide(
    market: Scenario, chosen: dict[str, dict[str, float]], look: Look, pairs: Pairs | None, pending: bool
) -> None:
    """A table: what each plan changes, and its headline figures."""
    words = look.words
    ready = pairs is not None and pairs.count > 1 and set(pairs.plans) == set(chosen)
    with v.Html(tag="section", class_="card" + (" is-pending" if pending else "")):
        v.Html(tag="h2", children=[words("compare.table")])
        v.Html(tag="p", class_="card-sub", children=[words("compare.table_sub")])
        region = {"tabindex": "0", "role": "region", "aria-label": words("compare.table")}
        with v.Html(tag="div", class_="table-box", attributes=region), v.Html(tag="table", class_="side"):
            with v.Html(tag="thead"), v.Html(tag="tr"):
                Head(words("chart.plan"), "")
                for name in TILES:
                    Head(look.figure(name, start=True), "num")
                Head(words("compare.changes"), "what")
            with v.Html(tag="tbody"):
                for key in (TODAY, *chosen):
                    Row(key, market, chosen.get(key, {}), look, pairs if ready else None)
        Actions([("whatif", words("compare.change"), False)])


@solara.component
def Head(text: str, classes: str) -> None:
    """Heading of a column."""
    v.Html(tag="th", class_=classes, attributes={"scope": "col"}, children=[text])


@solara.component
def Row(key: str, market: Scenario, moved: dict[str, float], look: Look, pairs: Pairs | None) -> None:
    """One plan."""
    words = look.words
    with v.Html(tag="tr"):
        with v.Html(tag="th", attributes={"scope": "row"}), v.Html(tag="span", class_="side-name"):
            badge = "" if key == TODAY else key
            v.Html(tag="b", class_="badge", children=[badge], attributes={"style": f"background:{look.colour(key)}"})
            v.Html(tag="span", children=[look.name(key)])
        shown = tiles(pairs, look, None if key == TODAY else key) if pairs else []
        for one in shown:
            with v.Html(tag="td", class_=f"num tone-{one.tone}"):
                v.Html(tag="span", class_="side-value", children=[one.value])
                if one.gap:
                    v.Html(tag="span", class_="tile-gap", children=[one.gap])
        for _ in TILES[len(shown) :]:
            v.Html(tag="td", class_="num", children=["…"])
        text = "; ".join(lever_words(look, market, one, moved[one.name]) for one in levers(market) if one.name in moved)
        v.Html(tag="td", class_="what", children=[text or (words("compare.nothing") if key == TODAY else "–")])


PAGE = Page("compare", "compare.name", "compare.title", Compare, order=20)
