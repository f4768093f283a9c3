"""Experience: satisfaction from quality against expectation, and its evidence, computed on paper."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.experience import satisfaction_of

pytestmark = pytest.mark.usefixtures("warm")


def buyers(quality=0.8, spread=0.0, problems=0.0, trust_for=0.0, consumers=2000, **parameters):
    """A day on which nearly all of a market's people buy for the first time; who did."""
    brand = {"quality": quality, "quality_spread": spread, "problem_rate": problems, "availability": 1.0}
    mechanisms = alone("events", "perception", journey={"pace": 0.0}, purchase={"decide": 5.0, "appeal": 20.0},
                       experience={"match": 0.0, **parameters})  # fmt: skip
    engine = build(
        quiet(days=1, consumers=consumers, brand=brand, market={"category": "one-off"}, mechanisms=mechanisms)
    )
    engine.columns["stage"][:] = [one.name for one in engine.stages].index("intending")
    engine.columns["motivation"][:] = 1.0
    engine.columns["evidence_for"][:] = trust_for
    engine.touched()
    engine.step()
    return engine, engine.columns["last_bought"][0] == 0


def test_satisfaction_is_quality_and_disconfirmation():
    assert satisfaction_of(0.5, 0.5, 0.7, 0.6) == 0.5
    assert satisfaction_of(0.7, 0.5, 0.7, 0.6) == pytest.approx(0.5 + 0.7 * 0.2 + 0.6 * 0.2)
    assert satisfaction_of(0.7, 0.9, 0.7, 0.6) == pytest.approx(0.5 + 0.7 * 0.2 - 0.6 * 0.2)
    assert satisfaction_of(5.0, 0.5, 0.7, 0.6) == 1.0
    assert satisfaction_of(-5.0, 0.5, 0.7, 0.6) == 0.0


@pytest.mark.parametrize(("quality", "trust_for"), [(0.8, 0.0), (0.6, 6.0), (0.2, 2.0)])
def test_a_first_use_sets_satisfaction_and_leaves_its_evidence(quality, trust_for):
    engine, bought = buyers(quality, trust_for=trust_for)
    values, perception = engine.parameters["experience"], engine.parameters["perception"]
    trust = (trust_for + perception["prior_for"]) / (trust_for + perception["prior_for"] + perception["prior_against"])
    expected = 0.5 + values["promise"] * (trust - 0.5)
    felt = float(np.clip(0.5 + values["level"] * (quality - 0.5) + values["gap"] * (quality - expected), 0, 1))
    assert bought.mean() > 0.95
    assert engine.columns["satisfaction"][0, bought] == pytest.approx(felt, rel=1e-5)
    assert engine.columns["satisfaction"][0, ~bought] == pytest.approx(0.5)
    good, bad = (values["weight"] * max(sign * (2 * felt - 1), 0.0) for sign in (1, -1))
    assert engine.columns["evidence_for"][0, bought] == pytest.approx(trust_for + good, rel=1e-4)
    assert engine.columns["evidence_against"][0, bought] == pytest.approx(bad * perception["negativity"], rel=1e-4)
    assert engine.columns["awareness"][0, bought] == pytest.approx(1 - np.exp(-values["salience"]), rel=1e-5)


@pytest.mark.parametrize("problems", [0.0, 0.3, 1.0])
def test_problems_come_at_their_rate_and_open_complaints(problems):
    engine, bought = buyers(problems=problems, trouble=0.15)
    number = bought.sum()
    complaints = engine.tallies["complaints"][0]
    assert abs(complaints - number * problems) <= 4 * np.sqrt(number * problems * (1 - problems))
    troubled = engine.columns["complaint"][0] == 1
    assert troubled.sum() == complaints
    if complaints:
        assert engine.columns["satisfaction"][0, troubled].max() <= 0.15 + 1e-6


def test_experience_spreads_around_the_brands_quality():
    engine, bought = buyers(0.5, spread=0.1, level=1.0, gap=0.0, consumers=20_000)
    felt = engine.columns["satisfaction"][0, bought].astype(float)
    assert felt.mean() == pytest.approx(0.5, abs=4 * 0.1 / np.sqrt(bought.sum()))
    assert felt.std() == pytest.approx(0.1, rel=0.03)


def test_a_brand_is_better_for_those_whose_taste_it_meets():
    engine, bought = buyers(0.6, level=1.0, gap=0.0, match=0.1)
    taste = engine.columns["taste"][0, bought]
    assert engine.columns["satisfaction"][0, bought] == pytest.approx(np.clip(0.6 + 0.1 * taste, 0.0, 1.0), abs=1e-5)
    assert taste.std() > 0.3
