"""Service: what an answer repairs, how fast the queue moves, and what silence does."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.service import contenting

pytestmark = pytest.mark.usefixtures("warm")


def complaining(days=20, capacity=1000.0, hours=6.0, skill=0.8, consumers=1000, **parameters):
    """All are customers, dissatisfied, and complained on the first day."""
    brand = {"known": 1.0, "buyers": 1.0, "service": {"capacity": capacity, "answer_hours": hours, "skill": skill}}
    engine = build(
        quiet(days=days, consumers=consumers, brand=brand, mechanisms=alone("perception", service=parameters))
    )
    engine.columns["stage"][:] = [one.name for one in engine.stages].index("customer")
    engine.columns["satisfaction"][:] = 0.1
    for name in ("evidence_for", "evidence_against"):
        engine.columns[name][:] = 0.0
    engine.columns["complaint"][:] = 1
    engine.touched()
    return engine


def test_an_answer_contents_the_skilled_share_and_half_of_it_after_patience():
    assert contenting(0.8, 0.0, 3.0) == pytest.approx(0.8)
    assert contenting(0.8, 3.0, 3.0) == pytest.approx(0.4)
    assert contenting(0.8, 9.0, 3.0) == pytest.approx(0.2)
    assert contenting(0.0, 1.0, 3.0) == 0.0


def test_a_service_with_room_answers_everybody_at_once_and_contents_its_share():
    engine = complaining(hours=1.0, patience=1.0)
    engine.step()
    values = engine.parameters["service"]
    content = engine.columns["complaint"][0] == 0
    assert engine.tallies["answered"][0] == 1000
    assert abs(content.sum() - 400) < 4 * np.sqrt(1000 * 0.4 * 0.6)
    assert engine.columns["satisfaction"][0, content] == pytest.approx(values["ceiling"])
    assert engine.columns["evidence_for"][0, content] == pytest.approx(values["relief"])
    assert (engine.columns["complaint"][0, ~content] < 0).all()
    assert engine.columns["satisfaction"][0, ~content] == pytest.approx(0.1)


def test_who_was_answered_in_vain_is_not_answered_again_and_gives_up_in_the_end():
    engine = complaining(skill=0.0, despair=3.0)
    answered = []
    for _ in range(5):
        engine.step()
        answered.append(int(engine.tallies["answered"][0]))
        assert engine.tallies["unanswered"][0] == engine.tallies["open_complaints"][0] == 0
    assert answered == [1000, 0, 0, 0, 0]
    harm = engine.parameters["service"]["silence"] * engine.parameters["perception"]["negativity"]
    assert engine.columns["evidence_against"][0] == pytest.approx(harm, rel=1e-5)
    assert (engine.columns["complaint"] == 0).all()


def test_recovery_does_not_make_a_failure_better_than_none():
    engine = complaining(skill=1.0, hours=0.001, patience=1000.0)
    engine.step()
    assert engine.columns["satisfaction"].max() <= engine.parameters["service"]["ceiling"] + 1e-6
    happy = complaining(skill=1.0, hours=0.001)
    happy.columns["satisfaction"][:] = 0.9
    happy.step()
    assert happy.columns["satisfaction"][0] == pytest.approx(0.9)


def test_a_slow_service_answers_the_share_of_a_day():
    engine = complaining(hours=96.0, consumers=8000)
    engine.step()
    assert abs(engine.tallies["answered"][0] - 2000) < 4 * np.sqrt(8000 * 0.25 * 0.75)


def test_a_queue_beyond_capacity_moves_by_capacity():
    """100 a day per 1,000 customers against 8,000 waiting: from the second day about 800 are answered a day."""
    engine = complaining(days=6, capacity=100.0, consumers=8000, despair=300.0)
    engine.step()  # the queue is known the day after
    engine.columns["complaint"][:] = 1
    engine.tables["waiting_complaints"][:] = 8000
    for _ in range(5):
        engine.step()
        assert abs(engine.tallies["answered"][0] - 800) < 4 * np.sqrt(800)


def test_silence_turns_people_against_the_brand_after_despair():
    engine = complaining(capacity=0.0, despair=5.0)
    engine.tables["waiting_complaints"][:] = 1000
    closed = []
    for _ in range(8):
        engine.step()
        closed.append(int(engine.tallies["unanswered"][0]))
    assert closed == [0, 0, 0, 0, 0, 1000, 0, 0]
    harm = engine.parameters["service"]["silence"] * engine.parameters["perception"]["negativity"]
    assert engine.columns["evidence_against"][0] == pytest.approx(harm, rel=1e-5)
    assert (engine.columns["complaint"] == 0).all()


def test_a_service_without_capacity_answers_nobody():
    engine = complaining(capacity=0.0)
    engine.step()
    assert engine.tallies["answered"][0] == 0, "somebody was answered by a service that can answer nobody"
