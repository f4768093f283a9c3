"""Reviews: the pleased and the angry write; people who consider read the score and its volume."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, live, quiet

from sim.mechanisms.reviews import writing

pytestmark = pytest.mark.usefixtures("warm")


def test_extreme_feelings_are_written_down():
    assert writing(0.0, 0.1, 0.2) == pytest.approx(0.02)
    assert writing(1.0, 0.1, 0.2) == writing(-1.0, 0.1, 0.2) == pytest.approx(0.1)
    assert writing(0.5, 0.1, 0.2) == pytest.approx(0.1 * (0.2 + 0.8 * 0.25))


def reader(reviews=40, score=4.5, **parameters):
    """Everybody considers, wants it and reads on one day."""
    values = {"reading": 1.0, **parameters}
    scenario = quiet(days=2, consumers=500, brand={"reviews": reviews, "score": score},
                     mechanisms=alone("perception", journey={"pace": 0.0}, reviews=values))  # fmt: skip
    engine = build(scenario)
    engine.columns["stage"][:] = [one.name for one in engine.stages].index("considering")
    engine.columns["motivation"][:] = 1.0
    engine.columns["trust_reviews"][:] = 255
    engine.touched()
    engine.step()
    return engine


@pytest.mark.parametrize(("reviews", "score"), [(40, 4.5), (10, 2.0), (1000, 5.0), (3, 1.0)])
def test_reading_carries_score_times_volume(reviews, score):
    engine = reader(reviews, score)
    params = engine.parameters["reviews"]
    assert engine.tables["score_today"][0] == pytest.approx(score)
    volume = reviews / (reviews + params["half_volume"])
    assert engine.tables["volume_today"][0] == pytest.approx(volume)
    news = (
        params["persuasion"] * volume * (score - params["expected"]) / 2 + params["popularity"]
    )  # it has most reviews
    fit = next(one.fit for one in engine.stages if one.name == "considering")
    if news > 0:
        assert engine.columns["evidence_for"][0] == pytest.approx(news * fit[1], rel=1e-5)
    else:
        bad = -news * engine.parameters["perception"]["negativity"]
        assert engine.columns["evidence_against"][0] == pytest.approx(bad, rel=1e-5)
    review = [kind.name for kind in engine.kinds].index("review")
    assert engine.tallies["delivered"][0, review].sum() == engine.tallies["noticed"][0, review].sum() == 500


def test_many_reviews_are_a_sign_of_many_buyers():
    rivals = [{"name": name, "price": 1.0, "reviews": reviews} for name, reviews in (("B", 0), ("C", 280))]
    scenario = quiet(days=1, consumers=50, brand={"reviews": 40})
    brands = [scenario.world.brands[0].model_dump(exclude_unset=True, by_alias=True) | {"focal": True}, *rivals]
    engine = build(scenario.with_({"world.brands": brands}))
    engine.step()
    assert engine.tables["many_today"] == pytest.approx([np.log(2) / np.log(8), 0.0, 1.0])


def test_without_reviews_there_is_nothing_to_read():
    assert reader(reviews=0).tallies["delivered"].sum() == 0


def test_stars_follow_satisfaction_and_add_to_the_score_in_real_people():
    """All buy and all write: everybody fully pleased gives five stars, each standing for ten people."""
    brand = {"known": 1.0, "quality": 1.0, "quality_spread": 0.0, "problem_rate": 0.0, "availability": 1.0}
    mechanisms = alone("journey", "events", experience={"level": 5.0}, reviews={"rate": 1.0, "calm": 1.0},
                       purchase={"decide": 5.0, "appeal": 20.0})  # fmt: skip
    engine = build(quiet(days=2, consumers=500, brand=brand, mechanisms=mechanisms))
    engine.columns["stage"][:] = [one.name for one in engine.stages].index("intending")
    engine.columns["motivation"][:] = 1.0
    engine.touched()
    engine.step()
    bought = engine.tallies["purchases_first"][0]
    assert bought > 400
    assert engine.tallies["stars"][0].tolist() == [0, 0, 0, 0, bought]
    assert engine.tallies["reviews"][0] == bought
    engine.step()
    assert engine.tables["score_today"][0] == 5.0
    params = engine.parameters["reviews"]
    assert engine.tables["volume_today"][0] == pytest.approx(10 * bought / (10 * bought + params["half_volume"]))


@pytest.mark.parametrize("score", [1.0, 1.4, 3.0, 4.999, 5.0])
def test_the_score_before_the_first_day_is_the_one_given(score):
    engine = live(quiet(days=1, brand={"reviews": 77, "score": score}))
    assert engine.tables["score_today"][0] == pytest.approx(score)
    assert np.isclose(engine.tables["_stars"].sum(), 77)
