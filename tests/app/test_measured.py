"""What channels do: pictures of the lab's attribution and response, as they were measured."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from every_chart import answered, channels, credited

from sim.app.charts import Look
from sim.app.charts.credit import TRUTH, credit
from sim.app.charts.returns import returns, synergy
from sim.app.measured import response_to_money, true_credit
from sim.app.theme import LIGHT
from sim.app.words import LANGUAGES, Words
from sim.experiments.engines import crew


def test_credit_shows_the_truth_and_the_rules() -> None:
    for language in LANGUAGES:
        chart = credit(credited(), Look(Words(language), LIGHT))
        json.dumps(chart.option, allow_nan=False)
        assert all(len(row) == len(chart.columns) for row in chart.rows)
    found = credited()
    chart = credit(found, Look(Words("en"), LIGHT))
    true = sorted((float(found.claims[TRUTH][:, c].mean()) for c in range(len(found.channels))), reverse=True)
    drawn = next(one for one in chart.option["series"] if one.get("name") == "True effect")["data"]
    assert np.allclose([value for value, _ in drawn], true, rtol=1e-3)


def test_returns_begin_at_none_and_mark_today() -> None:
    found = answered()
    chart = returns(found, Look(Words("en"), LIGHT))
    json.dumps(chart.option, allow_nan=False)
    lines = [one for one in chart.option["series"] if one["type"] == "line"]
    dots = [one for one in chart.option["series"] if one["type"] == "scatter"]
    assert lines
    for line, dot in zip(lines, dots):
        assert line["data"][0][1] == 0
        assert dot["data"][0] == line["data"][found.today]


def test_synergy_says_no_number_of_what_is_within_luck() -> None:
    measured = answered()
    pairs = len(measured.synergy)
    apart = np.array([-1.0, 1.0, 0.5, -0.5])
    for found, sure in (
        (replace(measured, synergy=dict.fromkeys(measured.synergy, apart)), 0),
        (replace(measured, synergy=dict.fromkeys(measured.synergy, apart + 900.0)), pairs),
    ):
        chart = synergy(found, Look(Words("en"), LIGHT))
        json.dumps(chart.option, allow_nan=False)
        labels = [cell["label"]["formatter"] for cell in chart.option["series"][0]["data"]]
        assert len(chart.rows) == len(labels) == pairs
        assert labels.count("+900") == [row[-1] for row in chart.rows].count("beyond luck") == sure
        assert labels.count("–") == pairs - sure
        assert chart.subtitle.startswith("No pair of channels helps") == (not sure)


@pytest.mark.parametrize("days", [1, 12])
def test_a_market_of_a_few_days_is_measured_and_drawn_too(days: int) -> None:
    """A geo test begins in the fifth week; the page makes none, so that it asks for no such time."""
    short, look = channels().with_(days=days), Look(Words("en"), LIGHT)
    with crew(1) as workers:
        charts = [credit(true_credit(short, workers, lambda *_: None), look)]
        found = response_to_money(short, workers, lambda *_: None)
        charts += [returns(found, look), synergy(found, look)]
    for chart in charts:
        json.dumps(chart.option, allow_nan=False)
        assert chart.alt
        assert "nan" not in chart.alt
    assert len(charts[0].rows) == 2
