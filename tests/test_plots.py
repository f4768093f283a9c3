"""Pictures: every one draws for every kind of run, all text inside the frame and apart, the title tells the finding."""

from __future__ import annotations

import doctest
import io
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from drawn import assert_legible
from hypothesis import given, settings
from hypothesis import strategies as st
from make_record import LONG_NAME, NAMES, STAGES, make_run
from matplotlib.figure import Figure

from sim import plots
from sim.plots import style
from sim.results import Run

MANY_EVENTS = [(40 * i, f"an event with a rather long label, number {i}", -1 if i % 2 else 1) for i in range(30)]
CASES: dict[str, dict] = {
    "year": {"days": 365, "brands": 3, "consumers": 2000},
    "long": {
        "days": 2000,
        "brands": 8,
        "consumers": 300,
        "segments": 1,
        "panel": 0,
        "names": (LONG_NAME, LONG_NAME + " II", *NAMES[2:]),
        "events": MANY_EVENTS,
    },
    "month": {"days": 30, "consumers": 2000},
    "day": {"days": 1, "brands": 2, "consumers": 2000, "panel": 0},
    "no day": {"days": 0, "panel": 0},
    "nothing": {"days": 90, "nothing": True},
    "nothing, three brands": {"days": 30, "brands": 3, "nothing": True},
    "three stages": {"days": 90, "stages": ("unaware", "aware", "customer"), "panel": 0},
    "added stages": {"days": 90, "stages": (*STAGES, "trial_with_a_very_long_name", "waiting"), "panel": 0},
    "same-day events": {"days": 60, "events": [(59, "the last day brings a long event", -1)] * 4},
}


@cache
def run_of(case: str) -> Run:
    title = LONG_NAME * 2 if case == "long" else "A made-up market"
    people = 38_000_000 if case == "long" else 10_000
    return make_run(people=people, title=title, **CASES[case])


@pytest.mark.parametrize("name", plots.FIGURES)
@pytest.mark.parametrize("case", CASES)
def test_every_figure_draws_with_all_text_inside_and_apart(name: str, case: str) -> None:
    figure = plots.FIGURES[name](run_of(case))
    assert tuple(figure.get_size_inches() * figure.dpi) == (1200, 750)
    assert_legible(figure)


def title_of(figure: Figure) -> str:
    return figure.texts[0].get_text().replace("\n", " ")


def test_titles_tell_the_finding() -> None:
    year, nothing = run_of("year"), run_of("nothing")
    titles = {name: title_of(draw(year)) for name, draw in plots.FIGURES.items()}
    assert titles["01_stages"].startswith("Customers of Nordlys went from 0 to ")
    assert "steps forward there are" in titles["02_journey_flow"]
    assert titles["03_where_you_lose_them"].startswith("3 in 5 visits to “considering” end in going back or leaving")
    assert titles["04_touchpoints_by_stage"].startswith("At the stage “considering”, people notice ")
    assert "after “factory scandal”" in titles["05_trust_and_tone"]
    assert "EUR per new customer" in titles["06_sales_and_spend"]
    assert "of units in the last 90 days, number" in titles["07_market_share"]
    assert title_of(plots.sales_and_spend(nothing)) == "Nordlys sold nothing"
    assert title_of(plots.journey_flow(nothing)) == "Nobody moved along the journey with Nordlys"


def test_source_is_at_the_foot() -> None:
    text = " ".join(text.get_text() for text in plots.stages_over_time(run_of("year")).texts)
    assert "Simulated market: A made-up market" in text
    assert "10,000 people (2,000 simulated), seed 1" in text
    assert "2025-01-06 to 2026-01-05" in text


def test_another_brand_can_be_shown() -> None:
    run = run_of("year")
    assert "Aurora" in title_of(plots.stages_over_time(run, "Aurora"))
    assert "Fjord" in title_of(plots.stages_over_time(run, 2))
    with pytest.raises(ValueError, match="brand 'Orora' is unknown; this run has Nordlys, Aurora, Fjord"):
        plots.stages_over_time(run, "Orora")


def test_pictures_are_the_same_drawn_or_saved_in_threads(tmp_path: Path) -> None:
    run = run_of("month")
    with ThreadPoolExecutor(2) as pool:
        drawing, saving = (
            pool.submit(plots.draw_all, run, tmp_path / "drawn"),
            pool.submit(run.save, tmp_path / "saved"),
        )
    drawn, saved = drawing.result(), sorted((saving.result() / "figures").iterdir())
    assert [path.stem for path in drawn] == [path.stem for path in saved] == list(plots.FIGURES)
    for first, second in zip(drawn, saved, strict=True):
        assert first.read_bytes() == second.read_bytes()
        assert struct.unpack(">II", first.read_bytes()[16:24]) == (1200, 750)


def test_pictures_do_not_start_pyplot() -> None:
    code = "import sys, sim.plots; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_stage_colours_stay_the_same() -> None:
    assert style.stage_colours(STAGES)[:2] == style.stage_colours(("unaware", "aware"))
    colours = style.stage_colours((*STAGES, "trial", "waiting"))
    assert len(set(colours)) == 11
    buffer = io.BytesIO()
    plots.stages_over_time(run_of("added stages")).savefig(buffer)
    assert buffer.tell() > 10_000


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(style).failed == 0


WIDE_TITLES = [
    "Where television is at least 19,100 and feeds is at least 10,800 and price_cut is at least 0.224, 82 % of the points are "
    "among the best 25 % in new customers",
    "WWWW MMMM " * 30,
    "W" * 200,
    "Money of $2 and $3 moves MORE THAN EVERY OTHER LEVER, in each of the twenty-four regions of Mid-Wales and Mecklenburg",
]


@pytest.mark.parametrize("finding", WIDE_TITLES, ids=["box", "wide words", "one word", "dollars"])
def test_a_title_stays_inside_whatever_its_letters(finding: str) -> None:
    figure, _ = style.titled_figure(finding, "what it shows", ["where it is from"])
    assert_legible(figure)
    title = figure.texts[0].get_text()
    assert title.count("\n") <= 1
    assert title.replace("\\$", "$").startswith(finding[:20])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.01, 0.3))
def test_labels_spread_in_order_without_touching(wanted: list[float], gap: float) -> None:
    places = style.spread(wanted, gap, 0.0, 1.0)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    fits = min(gap, 1 / max(len(wanted) - 1, 1))
    stacked = [places[i] for i in order]
    assert all(b - a >= fits - 1e-9 for a, b in pairwise(stacked))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (950, "950"), (999.7, "1k"), (12_345, "12.3k"), (1_250_000, "1.25M"), (0.25, "0.25")]
)
def test_short_numbers(value: float, text: str) -> None:
    assert style.short(value) == text


def test_shares_in_words() -> None:
    assert [style.in_words(s) for s in (0, 0.01, 0.6, 0.35, 0.99)] == [
        "none",
        "hardly any",
        "3 in 5",
        "1 in 3",
        "nearly all",
    ]


def test_bins_and_moving_sums_keep_totals() -> None:
    import numpy as np

    values = np.arange(30.0)
    edges, word = style.bins(30)
    assert word == "week"
    assert style.per_bin(values, edges).sum() == values[:28].sum()
    assert style.bins(2000)[1] == "4 weeks"
    np.testing.assert_allclose(style.moving_sum(values, 7)[6:], np.convolve(values, np.ones(7), "valid"))
