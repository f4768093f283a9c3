"""The answer to a comparison: the verdict, headline figures, progress, and charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

import reacton.ipyvuetify as v
import solara

from sim.app import plans, visit
from sim.app.asking import Asked
from sim.app.charts import TODAY, Chart, Look
from sim.app.jobs import Pairs
from sim.app.parts import ChartCard, Guard, ProgressLine, VerdictCard
from sim.app.says import TILES, tiles, tone_of
from sim.app.verdict import Verdict, judge
from sim.experiments.figures import FIGURES
from sim.scenario import ScenarioError

Maker = Callable[[Pairs, Look], Chart]
"""Draws one chart of an answer."""
WIDE = ("difference_of_all",)
"""Charts that take the whole width."""


def flow_of(figure: str) -> str:
    """The figure whose build-up is drawn: the one judged by if it flows, else sales."""
    return figure if figure in ("units", "new_customers", "revenue") else "units"


@solara.component
def AnswerBlock(
    asked: Asked,
    look: Look,
    figure: str,
    choose: Callable[[str], None],
    charts: Sequence[tuple[str, Maker]],
    chosen: Mapping[str, Mapping[str, float]],
) -> None:
    """Verdict, progress and charts; skeletons until the first runs are there.

    figure: what plans are judged by. chosen: letter -> levers of the plans compared, for the code that repeats it.
    """
    words = visit.words()
    pairs = asked.answer.pairs if asked.answer.pairs and asked.answer.pairs.count else None
    what = [asked.answer.question, asked.answer.level, visit.language.value, visit.dark.value, figure]
    what.append(tuple(sorted(look.names.items())))
    verdict = solara.use_memo(lambda: _verdict(pairs, look, figure), what)
    about = verdict.plan if pairs and verdict.plan in pairs.plans else None
    glance = solara.use_memo(lambda: [asdict(one) for one in tiles(pairs, look, about)] if pairs else [], what)

    def tell() -> None:
        if about and not asked.pending and pairs and pairs.count > 1:
            visit.said.value = verdict.sentence

    solara.use_effect(tell, [*what, asked.pending])
    VerdictCard(
        tone=tone_of(verdict.kind, FIGURES[figure].better) if about else "neutral",
        letter=about or "",
        name=look.name(about or TODAY),
        colour=look.colour(about or TODAY),
        text=verdict.sentence,
        more=verdict.detail,
        tiles=glance,
        figure=figure,
        figures=[[name, look.figure(name, start=True)] for name in TILES],
        pending=asked.pending,
        words=words.part("verdict_card"),
        event_choose=lambda name: choose(name) if name in TILES else None,
    )
    ProgressLine(asked)

    def code() -> str:
        try:
            return plans.code(visit.state.value, chosen, pairs.wanted, pairs.consumers) if pairs and chosen else ""
        except ScenarioError:
            return ""

    python = solara.use_memo(code, what)  # of the plan that is answered: it changes with the answer
    with v.Html(tag="div", class_="charts"):
        wide = {name for name, _ in charts if name in WIDE}
        if (len(charts) - len(wide)) % 2:
            wide.add(charts[-1][0])  # nothing stands alone beside a gap
        for name, make in charts:
            with v.Html(tag="div", class_="wide" if name in wide else "").key(name):
                Guard(partial(ChartCard, name, make, asked, look, what, python), name)


def _verdict(pairs: Pairs | None, look: Look, figure: str) -> Verdict:
    words = look.words
    if pairs is None:
        return Verdict("unknown", 0, TODAY, words("whatif.wait"), "")
    if not pairs.plans:
        return Verdict("unknown", 0, TODAY, words("whatif.today"), words("whatif.move"))
    return judge(pairs, look, figure)
