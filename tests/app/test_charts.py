"""Every chart is plain JSON, has words and a table for what it draws, and speaks every language."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from every_chart import CHARTS, MADE_BY, NAMES, makers
from make_pairs import market, pairs, with_figures

from sim.answers import leaks
from sim.app.charts import Look, difference
from sim.app.charts.chart import apart, round_range
from sim.app.charts.losses import fates
from sim.app.digest import digest
from sim.app.theme import DARK, LIGHT, Palette, contrast
from sim.app.words import LANGUAGES, Words


def look(language: str = "en", colours: Palette = LIGHT) -> Look:
    return Look(Words(language), colours, NAMES)


def test_every_chart_of_the_app_is_tested() -> None:
    assert makers() == {function.__name__ for function in MADE_BY}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_plain_json_without_motion_and_with_words(name: str) -> None:
    chart = CHARTS[name](look())
    text = json.dumps(chart.option, allow_nan=False)
    assert chart.option["animation"] is False
    assert "function" not in text
    assert len(text) < 40_000
    assert all(part.strip() and "nan" not in part for part in (chart.title, chart.subtitle, chart.alt, chart.how))
    assert chart.rows
    assert all(len(row) == len(chart.columns) for row in chart.rows)
    assert 150 <= chart.height <= 700


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_speaks_every_language_in_both_themes(name: str) -> None:
    said = {chart.title + chart.how for chart in (CHARTS[name](look(code)) for code in LANGUAGES)}
    assert len(said) == len(LANGUAGES)
    light, dark = (CHARTS[name](look(colours=colours)) for colours in (LIGHT, DARK))
    assert light.rows == dark.rows
    assert {LIGHT.ink, LIGHT.muted}.isdisjoint(re.findall(r"#[0-9A-F]{6}", json.dumps(dark.option)))


def test_the_difference_shows_every_pair_and_its_mean() -> None:
    gaps = np.array([10.0, 20.0, 30.0, 40.0])
    chart = difference(with_figures("units", np.full(4, 1000.0), A=1000 + gaps), look())
    dots = [one["value"][0] for one in chart.option["series"][0]["data"]]
    assert dots == sorted(gaps)
    assert chart.rows[0][1] == 25
    assert chart.rows[0][4:] == [4, 4]
    assert chart.option["xAxis"]["min"] == -chart.option["xAxis"]["max"]


def test_a_figure_without_meaning_is_a_dash_not_a_failure() -> None:
    nothing = with_figures("cost_per_new_customer", np.full(3, np.nan), A=np.full(3, np.nan))
    chart = difference(nothing, look(), "cost_per_new_customer")
    json.dumps(chart.option, allow_nan=False)
    assert chart.rows[0][1:4] == [None, None, None]


def test_losses_are_those_of_the_answers() -> None:
    import sim

    run = sim.run(market(), seed=3)
    told = {entry["stage"]: entry for entry in leaks(run)}
    found = fates(digest(run))
    for place, stage in enumerate(found.stages):
        entry = told[run.record.stages[stage]]
        assert found.visits[place] == pytest.approx(entry["visits"])
        assert found.away[place] == pytest.approx(entry["share_lost"] or 0.0)
        assert found.visits[place] * found.forward[place] == pytest.approx(entry["forward"])


def test_a_tip_never_takes_a_plans_name_for_html() -> None:
    tips: list[str] = []

    def gather(node: Any) -> None:
        if isinstance(node, dict):
            if "tooltip" in node and isinstance(node["tooltip"], dict) and "formatter" in node["tooltip"]:
                tips.append(node["tooltip"]["formatter"])
            for one in node.values():
                gather(one)
        elif isinstance(node, list):
            for one in node:
                gather(one)

    gather(difference(pairs(), look()).option)
    assert tips
    assert not any("<script" in tip for tip in tips)


def test_names_at_line_ends_have_room() -> None:
    moves = apart([100.0, 101.0, 102.0, 300.0])
    places = [one + move for one, move in zip([100.0, 101.0, 102.0, 300.0], moves)]
    assert min(np.diff(sorted(places))) > 14
    assert moves[3] == 0
    assert round_range(5.0, 5.0)[0] < 5.0 < round_range(5.0, 5.0)[1]
    assert round_range(float("nan"), 1.0) == (0.0, 1.0, 0.25)


def test_colours_of_plans_can_be_read_on_their_ground() -> None:
    for colours in (LIGHT, DARK):
        for mix in ("today", "a", "b", "c"):
            assert contrast(colours.mix(mix), colours.surface) >= 4.5
