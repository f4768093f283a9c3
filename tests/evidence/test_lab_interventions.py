"""Interventions of the laboratory on reviews and posts."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.evidence.interventions import echo_posts, louder, raised, reviewed_as, show_posts
from sim.evidence.lab import Lab

STARS = np.arange(1, 6)


@pytest.mark.parametrize("stars", [[2, 1, 5, 20, 12], [0, 0, 0, 10, 0], [7, 0, 0, 0, 1]])
def test_raised_ratings_keep_their_number(stars):
    given = np.array(stars, float)
    found = raised(given, 1.1)
    assert found.sum() == pytest.approx(given.sum())
    assert found @ STARS == pytest.approx(1.1 * (given @ STARS))


def test_ratings_end_at_five_stars():
    assert raised(np.array([0, 0, 0, 1.0, 9.0]), 1.1).tolist() == [0, 0, 0, 0, 10]
    assert raised(np.array([0, 0, 0, 0, 3.0]), 1.1).tolist() == [0, 0, 0, 0, 3]


def test_new_reviews_join_those_shown():
    engine = SimpleNamespace(day=0, focal=0, tables={"stars_so_far": np.array([[0, 0, 0, 4.0, 2.0]])})
    before = reviewed_as(lambda stars: 2 * stars, 1)
    before(engine)
    assert engine.tables["stars_so_far"][0].tolist() == [0, 0, 0, 4, 2]
    engine.day = 1
    before(engine)
    assert engine.tables["stars_so_far"][0].tolist() == [0, 0, 0, 8, 4]
    engine.tables["stars_so_far"][0, 0] += 1  # one angry buyer wrote
    engine.day = 2
    before(engine)
    assert engine.tables["stars_so_far"][0].tolist() == [2, 0, 0, 8, 4]


def test_a_second_life_starts_from_its_own_reviews():
    before = reviewed_as(lambda stars: 2 * stars, 0)
    for given in (3.0, 5.0):
        engine = SimpleNamespace(day=0, focal=0, tables={"stars_so_far": np.array([[0, 0, 0, given, 0]])})
        before(engine)
        assert engine.tables["stars_so_far"][0, 3] == 2 * given


def test_every_post_is_echoed_in_its_own_tone():
    tones = []

    def before(engine):
        log = engine.cascades.tables
        many = int(log["cascade_count"][0])
        posted = [
            n
            for n in range(many)
            if log["cascade_brand"][n] == engine.focal
            and log["cascade_day"][n] == engine.day - 1
            and log["cascade_root"][n] >= 0
        ]
        echo_posts(engine, 1.0)
        added = range(many, int(log["cascade_count"][0]))
        tones.append(
            ([int(log["cascade_tone"][n]) for n in posted], [int(log["cascade_tone"][n]) for n in added]),
        )

    lab = Lab(500, (1,))
    lab.live(lab.market("app"), 1, before=before, until=40)
    assert sum(len(posted) for posted, _ in tones) > 0
    assert all(posted == added for posted, added in tones)


def test_people_are_louder_for_a_while_only():
    def rates(engine):
        return engine.parameters["word_of_mouth"]["rate"], engine.parameters["referral"]["invite"]

    market = Lab(consumers=200).market("minimal")
    lived = Lab(consumers=200).live(market, 1, before=louder(1.5, 2, 4), each_day=rates, until=6).watched
    for rate in zip(*lived, strict=True):
        assert [one / rate[0] for one in rate] == pytest.approx([1, 1, 1.5, 1.5, 1, 1])


def test_of_several_posts_a_viewer_meets_the_first_and_none_who_met_another_before():
    log = {f"cascade_{name}": np.zeros(8, np.int64) for name in ("count", "brand", "tone", "root", "day")}
    log["cascade_count"][0] = 2
    columns = {"seen_post": np.array([0, 0, 0, 1, 0]), "seen_from": np.full(5, -1)}
    engine = SimpleNamespace(day=4, columns=columns, cascades=SimpleNamespace(tables=log))
    viewers, whose = np.array([0, 2, 3, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1])
    assert show_posts(engine, np.array([11, 12]), np.array([0.5, -1.0]), viewers, whose, brand=1) == 2
    assert columns["seen_post"].tolist() == [3, 4, 3, 1, 0]
    assert columns["seen_from"].tolist() == [11, 12, 11, -1, -1]
    written = {name: log[f"cascade_{name}"][:5].tolist() for name in ("brand", "tone", "root", "day")}
    assert written == {
        "brand": [0, 0, 1, 1, 0],
        "tone": [0, 0, 50, -100, 0],
        "root": [0, 0, 11, 12, 0],
        "day": [0, 0, 3, 3, 0],
    }
    assert log["cascade_count"][0] == 4
