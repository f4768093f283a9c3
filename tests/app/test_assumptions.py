"""Assumptions can be read, changed within their range, sent along in an address, and never reach anything else."""

from __future__ import annotations

import pytest

import sim
from sim.app import plans
from sim.app.assumptions import assumptions, facts, rules, with_assumptions
from sim.app.state import State, decode
from sim.app.words import Words
from sim.evidence.kept import kept, kept_facts
from sim.scenario import ScenarioError


def test_every_parameter_is_there_with_range_and_source() -> None:
    from sim.mechanism import registry

    known = assumptions(sim.load("launch"))
    assert len(known) == sum(len(rule.params) for rule in registry().values())
    for one in known.values():
        assert one.low <= one.value <= one.high
        assert one.meaning
        assert one.source
    assert 0 < sum(one.assumed for one in known.values()) < len(known)
    assert rules().keys() == set(registry())
    assert all(text and "\n" not in text for text in rules().values())


def test_a_case_that_sets_a_number_says_so() -> None:
    case = sim.load("ebike")
    one = assumptions(case)["purchase.decide"]
    assert one.value == case.world.mechanisms["purchase"]["decide"]
    assert one.source == case.title


def test_a_change_moves_one_number_and_nothing_else() -> None:
    case = sim.load("launch")
    after = with_assumptions(case, {"word_of_mouth.eagerness": 4.0})
    before, now = assumptions(case), assumptions(after)
    assert [name for name in before if before[name].value != now[name].value] == ["word_of_mouth.eagerness"]
    assert [path.partition(".")[0] for path, _, _ in case.differences(after)] == ["word_of_mouth"]
    same = assumptions(case)["word_of_mouth.eagerness"].value
    assert with_assumptions(case, {"word_of_mouth.eagerness": same}) is case


@pytest.mark.parametrize(
    ("name", "value"),
    [("world.market.consumers", 2e7), ("horizon.days", 7000.0), ("word_of_mouth.on", 0.0), ("word_of_mouth.rate", 1e9),
     ("word_of_mouth.rate", float("nan"))],
)  # fmt: skip
def test_nothing_but_a_parameter_in_its_range_is_taken(name: str, value: float) -> None:
    with pytest.raises(ScenarioError, match=name.replace(".", r"\.")):
        with_assumptions(sim.load("minimal"), {name: value})


def test_changes_travel_with_the_address_and_hold_for_every_plan() -> None:
    state = State(case="minimal", assumptions={"word_of_mouth.rate": 0.9}, levers={"price": 0.9})
    again = decode(state.encode())
    assert again == state
    for scenario in (plans.today(again), plans.planned(again)):
        assert assumptions(scenario)["word_of_mouth.rate"].value == 0.9
    assert plans.case_of(again) == sim.load("minimal")
    assert "word_of_mouth.rate" in plans.code(again, {"A": again.levers}, 5, 800)


def test_facts_are_those_of_the_shipped_report() -> None:
    found = facts()
    assert len({one.id for one in found}) == len(found) > 50
    assert {one.verdict for one in found} <= {"holds", "misses", "undecided", "not measurable yet"}
    assert {one.id: one.verdict for one in found} == {
        one["id"]: one["verdict"] for one in kept_facts(kept("results.json"))
    }
    words = Words("en").part("assumptions")
    assert all(f"fact_{one.verdict.split()[0]}" in words for one in found)
    assert all(one.claim for one in found)
    assert all(one.measured for one in found if one.verdict != "not measurable yet")
