"""The inside of a market: everybody placed, every week told, stories that add up."""

from __future__ import annotations

import base64
import csv
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from drawn import assert_legible, drawn_texts
from make_pairs import market

from sim.app.charts import Look
from sim.app.charts.paths import FRIENDS
from sim.app.inside import TABLES, Inside, look_inside, packed, places, story, worth_meeting
from sim.app.pages.inside import crowd_of
from sim.app.paper.crowd import crowd_figure
from sim.app.theme import LIGHT
from sim.app.words import LANGUAGES, Words


@cache
def inside() -> Inside:
    return look_inside(market(), 3)


def test_everybody_has_a_place_of_their_own_beside_their_circle() -> None:
    x, y = inside().x, inside().y
    assert x.min() == y.min() == 0
    assert x.max() == y.max() == 1
    assert len({(round(a, 4), round(b, 4)) for a, b in zip(x, y)}) == len(x)
    one, other = places(np.zeros(10, int))
    assert len(set(zip(one, other))) == 10


def test_weeks_are_those_of_the_journeys() -> None:
    found = inside()
    journeys = found.journeys
    assert found.stages.shape == (25, 500)
    assert np.array_equal(found.stages[-1], journeys.stage_on(journeys.days, journeys.focal))
    moved = (found.stages[1:] != found.stages[:-1]).any(axis=0).sum()
    assert moved > 0
    assert found.talked.sum() > 0
    assert (found.ties[:, 0] < found.ties[:, 1]).all()
    assert len({tuple(tie) for tie in found.ties}) == len(found.ties)


def test_what_is_sent_is_what_there_is_and_small() -> None:
    found, sent = inside(), packed(inside())
    stages = np.frombuffer(base64.b64decode(sent["stages"]), "u1").reshape(found.stages.shape)
    assert np.array_equal(stages, found.stages)
    ties = np.frombuffer(base64.b64decode(sent["ties"]), "<u2").reshape(-1, 2)
    assert np.array_equal(ties, found.ties)
    assert sum(len(value) for value in sent.values() if isinstance(value, str)) < 300_000


def test_a_story_begins_and_ends_where_its_consumer_does() -> None:
    found = inside()
    journeys, focal = found.journeys, found.journeys.focal
    told = 0
    for consumer in range(0, 500, 7):
        steps = [step for step in story(journeys, consumer) if step.origin != step.target]
        if not steps:
            continue
        told += 1
        assert steps[0].origin == journeys.stages[journeys.start[consumer, focal]]
        assert steps[-1].target == journeys.stages[found.stages[-1][consumer]]
        assert all(one.target == other.origin for one, other in pairwise(steps))
        assert [step.day for step in steps] == sorted(step.day for step in steps)
    assert told > 10
    seen = sum(count for consumer in range(500) for step in story(journeys, consumer) for _, count in step.noticed)
    assert 0 < seen <= len(journeys.touches["day"])


def test_whom_to_meet_is_what_it_says() -> None:
    found = inside()
    people = worth_meeting(found.journeys)
    assert "restless" in people
    if "friend" in people:
        owners = {found.journeys.stages[stage] for stage in found.journeys.owners}
        steps = story(found.journeys, people["friend"])
        assert any(step.target in owners and step.origin not in owners and step.cause in FRIENDS for step in steps)


def test_people_and_ties_leave_as_tables() -> None:
    found = inside()
    for week in (0, 7):
        rows = list(csv.DictReader(TABLES["people"](found, week).splitlines()))
        stages = found.journeys.stages
        assert [row["stage"] for row in rows] == [stages[stage] for stage in found.stages[week]]
        assert sum(int(row["friends"]) for row in rows) == 2 * len(found.ties)
        assert sum(int(row["moved_after_talk"]) for row in rows) == (found.talked[week - 1].sum() if week else 0)
    ties = list(csv.DictReader(TABLES["ties"](found, 7).splitlines()))
    assert [(int(row["person"]) - 1, int(row["friend"]) - 1) for row in ties] == [
        tuple(tie) for tie in found.ties.tolist()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_is_a_legible_picture_with_everybody_in_it(language: str) -> None:
    found, words = inside(), Words(language)
    crowd = crowd_of(found, 12, Look(words, LIGHT), "500 people")
    figure = crowd_figure(crowd, ("seed 3", "Journeysim"), language)
    assert_legible(figure)
    assert figure.texts[0].get_text() == words("inside.picture", week="12", weeks="24")
    dots = [line for line in figure.axes[0].lines if line.get_markersize() < 6]
    assert sum(len(np.asarray(line.get_xdata())) for line in dots) == 500
    written = [text for text, _ in drawn_texts(figure)]
    for stage, name, _ in crowd.key:
        assert f"{name}  {(found.stages[12] == stage).sum()}" in written
