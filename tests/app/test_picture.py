"""A chart on a page: visitors who see the same one share it."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import replace

import pytest
from every_chart import CHARTS, NAMES

from sim.app.charts import Chart, Look
from sim.app.theme import LIGHT
from sim.app.words import Words

solara = pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")

from drawn_parts import every  # noqa: E402

from sim.app.picture import Picture, shown  # noqa: E402

LOOK = Look(Words("en"), LIGHT, NAMES)


def contents(same: Hashable, times: int = 3) -> tuple[list[str], int]:
    """What each of so many visitors gets of one chart, and how often it was drawn for them."""
    drawn: list[str] = []

    def draw(look: Look) -> Chart:
        drawn.append(look.words.language)
        return replace(CHARTS["losses"](look), title=f"Drawn {len(drawn)}")

    found = []
    for _ in range(times):
        box, tree = solara.render(Picture("losses", draw, LOOK, [1], tuple, same=same), handle_error=False)
        found.append(next(one.title for one in every(box) if hasattr(one, "numbers")))
        tree.close()
    return found, len(drawn)


@pytest.mark.parametrize("name", CHARTS)
def test_the_browser_gets_every_number_of_a_chart(name: str) -> None:
    chart = CHARTS[name](LOOK)
    there = shown(chart)
    assert json.loads(there.option) == json.loads(json.dumps(chart.option))
    assert json.loads(there.numbers) == json.loads(json.dumps({"columns": chart.columns, "rows": chart.rows}))


def test_visitors_who_see_the_same_chart_share_it() -> None:
    assert contents(("one question", "en")) == (["Drawn 1"] * 3, 1)
    assert contents(("another question", "en")) == (["Drawn 1"] * 3, 1)


def test_what_nobody_else_can_see_is_drawn_for_each() -> None:
    assert contents(None) == (["Drawn 1", "Drawn 2", "Drawn 3"], 3)
