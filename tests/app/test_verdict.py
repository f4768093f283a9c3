"""The verdict says what the interval says, in counts, and knows when it is too close to call."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from make_pairs import with_figures

import sim
from sim.app.charts import Look
from sim.app.luck import pairs_to_settle, verdict
from sim.app.theme import LIGHT
from sim.app.verdict import judge
from sim.app.words import LANGUAGES, Words
from sim.experiments.figures import headline

NAMES = {"A": "Film", "B": "Friends"}


def look(language: str = "en") -> Look:
    return Look(Words(language), LIGHT, NAMES)


def test_identical_mixes_are_too_close_to_call_in_95_of_100_trials() -> None:
    luck = np.random.Generator(np.random.PCG64(5))
    said = [verdict(luck.normal(0.0, 8.0, 40)) for _ in range(400)]
    assert 0.92 <= said.count("close") / len(said) <= 0.98


TRIALS, PAIRS = 200, 20


@cache
def sales_of_one_plan() -> np.ndarray:
    """Units that one and the same plan sells in 400 markets, each with its own luck."""
    market = sim.load("minimal").with_(consumers=60, days=45)
    return np.array([headline(sim.run(market, seed))["units"] for seed in range(400)], float)


def test_one_plan_under_two_names_is_not_told_apart_by_luck_alone() -> None:
    """Each pair of markets with luck of its own, as no page has it: the interval's 5 % of false alarms, and no more.

    Of 200 trials, 200 x 5 % = 10 are expected to call a winner; 17 are two standard errors above.
    """
    luck, sales = np.random.Generator(np.random.PCG64(11)), sales_of_one_plan()
    said = []
    for _ in range(TRIALS):
        drawn = luck.permutation(sales)[: 2 * PAIRS]
        said.append(judge(with_figures("units", drawn[:PAIRS], A=drawn[PAIRS:]), look()).kind)
    assert set(said) <= {"close", "more", "fewer"}
    assert said.count("close") >= TRIALS - 17
    assert np.ptp(sales) > 0


def test_one_plan_under_two_names_is_always_the_same_in_pairs_that_share_their_luck() -> None:
    """As pages have it: on one seed both names live the same market, so that no trial of 200 calls a winner."""
    market = sim.load("minimal").with_(consumers=60, days=45)
    again = np.array([headline(sim.run(market, seed))["units"] for seed in range(PAIRS)], float)
    assert np.array_equal(again, sales_of_one_plan()[:PAIRS])
    luck = np.random.Generator(np.random.PCG64(12))
    for _ in range(TRIALS):
        seeds = luck.permutation(400)[:PAIRS]
        drawn = sales_of_one_plan()[seeds]
        found = judge(with_figures("units", drawn, A=drawn, B=drawn), look())
        assert found.kind in ("same", "close")
        assert found.better == 0


def test_a_clear_gain_is_said_with_its_count() -> None:
    today = np.full(40, 1000.0)
    gaps = np.where(np.arange(40) < 37, 15.0, -4.0) + np.linspace(-1, 1, 40)
    found = judge(with_figures("units", today, A=today + gaps), look())
    assert found.kind == "more"
    assert found.better == 1
    assert "Film" in found.sentence
    assert "37 of 40" in found.detail


def test_more_of_what_is_bad_is_bad() -> None:
    today = np.full(10, 5.0)
    found = judge(
        with_figures("cost_per_new_customer", today, A=today + np.linspace(1, 2, 10)), look(), "cost_per_new_customer"
    )
    assert (found.kind, found.better) == ("more", -1)


def test_too_close_says_how_many_more_pairs() -> None:
    gaps = np.tile([30.0, -24.0], 10)
    found = judge(with_figures("units", np.full(20, 1000.0), A=1000 + gaps), look())
    assert found.kind == "close"
    assert found.more is not None
    assert found.more > 20
    assert str(found.more - 20) in found.detail
    assert pairs_to_settle(np.tile([30.0, -29.9], 10)) is None
    more = np.resize(gaps, found.more)
    assert verdict(more + (gaps.mean() - more.mean())) == "more"


def test_the_same_plan_is_the_same() -> None:
    today = np.arange(8.0)
    assert judge(with_figures("units", today, A=today), look()).kind == "same"
    assert judge(with_figures("units", today[:1], A=today[:1] + 3), look()).kind == "unknown"


def test_of_several_plans_the_best_is_named_only_if_it_beats_all() -> None:
    luck = np.random.Generator(np.random.PCG64(1))
    today, noise = np.full(40, 1000.0), luck.normal(0, 5, (2, 40))
    clear = judge(with_figures("units", today, A=today + 50 + noise[0], B=today + 14 + noise[1]), look())
    assert (clear.kind, clear.plan) == ("more", "A")
    assert "40 of 40" in clear.sentence
    tie = judge(with_figures("units", today, A=today + 14 + noise[0], B=today + 14.2 + noise[1]), look())
    assert tie.kind == "close"
    assert "Film" in tie.sentence
    assert "Friends" in tie.sentence
    assert tie.sentence.endswith("Both of them beat today's plan.")
    worse = judge(with_figures("units", today, A=today + 14 + noise[0], B=today + 14.2 + noise[1], C=today - 9), look())
    assert worse.sentence == tie.sentence
    three = judge(with_figures("units", today, A=today + 14 + noise[0], B=today + 14.2 + noise[1], C=today + 14 - noise[1]),
                  look())  # fmt: skip
    assert three.sentence.endswith("All three of them beat today's plan.")
    for language, last in {
        "en": "and today are",
        "nb": "og i dag til",
        "da": "og i dag til",
        "nl": "en nu liggen",
    }.items():
        spoken = replace(look(), words=Words(language))
        level = with_figures("units", today, A=today + noise[0], B=today + noise[1])
        assert last in judge(level, spoken).sentence
    worse = judge(with_figures("units", today, A=today - 30 + noise[0], B=today - 40 + noise[1]), look())
    assert (worse.plan, worse.better) == ("today", -1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_a_number(language: str) -> None:
    today = np.full(12, 1000.0)
    found = judge(with_figures("units", today, A=today + np.linspace(9, 11, 12)), look(language))
    assert "10" in found.sentence
    assert "12" in found.detail
