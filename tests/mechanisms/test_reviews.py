"""Reviews: the pleased and the angry write; people who consider read them."""

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


@pytest.mark.parametrize(
    ("reviews", "score", "praise", "blame"),
    [(40, 4.5, 0.55, 0.0), (10, 2.0, 0.0, 0.7), (1000, 5.0, 0.8, 0.0), (3, 1.0, 0.0, 1.2), (200, 3.5, 0.15, 0.1)],
)
def test_reading_carries_what_good_and_bad_reviews_say(reviews, score, praise, blame):
    """A score between two stars is so many reviews of the one and so many of the other; 3.4 stars say nothing."""
    engine = reader(reviews, score)
    params = engine.parameters["reviews"]
    assert engine.tables["score_today"][0] == pytest.approx(score)
    volume = reviews / (reviews + params["half_volume"])
    assert engine.tables["volume_today"][0] == pytest.approx(volume)
    fit = next(one.fit for one in engine.stages if one.name == "considering")
    weight, negativity = params["persuasion"] * volume, engine.parameters["perception"]["negativity"]
    assert engine.columns["evidence_for"][0] == pytest.approx(weight * praise * fit[1], rel=1e-5)
    assert engine.columns["evidence_against"][0] == pytest.approx(weight * blame * negativity, rel=1e-5)
    review = [kind.name for kind in engine.kinds].index("review")
    assert engine.tallies["delivered"][0, review].sum() == engine.tallies["noticed"][0, review].sum() == 500


def browsers(consumers=4000, **parameters):
    """Everybody considers A and reads of it on one day; B and C are known to all, and have 280 and 80 reviews to A's 40."""
    rivals = [{"name": name, "price": 1.0, "reviews": reviews, "score": score, "known": 1.0}
              for name, reviews, score in (("B", 280, 4.4), ("C", 80, 2.0))]  # fmt: skip
    values = {"reading": 1.0, **parameters}
    scenario = quiet(days=1, consumers=consumers, brand={"reviews": 40},
                     mechanisms=alone("perception", journey={"pace": 0.0}, reviews=values))  # fmt: skip
    brands = [scenario.world.brands[0].model_dump(exclude_unset=True, by_alias=True) | {"focal": True}, *rivals]
    engine = build(scenario.with_({"world.brands": brands}))
    names = [one.name for one in engine.stages]
    engine.columns["stage"][:] = names.index("aware")
    engine.columns["stage"][0] = names.index("considering")
    engine.columns["motivation"][:] = 0.8
    engine.columns["trust_reviews"][:] = 255
    engine.touched()
    engine.step()
    return engine, names


@pytest.mark.parametrize("browsing", [1.0, 0.5, 0.0])
def test_brands_are_met_beside_by_their_share_of_all_reviews(browsing):
    engine, _ = browsers(browsing=browsing)
    review = [kind.name for kind in engine.kinds].index("review")
    reading = engine.parameters["reviews"]["reading"] * np.float32(0.8)
    read = engine.tallies["delivered"][:, review].sum(axis=1)
    chances = reading * np.array([1.0, browsing * 280 / 400, browsing * 80 / 400])
    assert (np.abs(read - 4000 * chances) <= 4 * np.sqrt(4000 * chances * (1 - chances))).all(), read


def test_good_reviews_met_beside_make_some_weigh_the_brand_and_bad_ones_none():
    engine, names = browsers()
    weighing = (engine.columns["stage"] == names.index("considering")).sum(axis=1)
    praise = engine.tables["praise_today"][1]
    chance = 0.8 * 280 / 400 * engine.parameters["perception"]["curiosity"] * 0.8 * (1 - np.exp(-praise))
    assert abs(weighing[1] - 4000 * chance) <= 4 * np.sqrt(4000 * chance * (1 - chance))
    assert weighing[2] == 0
    assert engine.columns["evidence_against"][2].max() > 0


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
    assert np.isclose(engine.tables["stars_so_far"].sum(), 77)
