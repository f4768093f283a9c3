"""A budget whose sum stays to the cent; locks that hold; levers that do what they say and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.app import plans
from sim.app.levers import GROUPS, applied, grain, levers, moved, nice_above, reach, weekly_spend, with_total
from sim.app.words import Words
from sim.scenario import ScenarioError

AMOUNTS = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 2))
BUDGETS = st.dictionaries(st.sampled_from(list("abcdefg")), AMOUNTS, min_size=1)


def in_cents(values: dict[str, float]) -> int:
    return sum(round(100 * value) for value in values.values())


@given(st.data(), BUDGETS, st.floats(-1e7, 1e7), st.sampled_from([0.0, 50.0, 500.0]))
def test_moving_a_lever_keeps_the_sum_and_the_locks(
    data: st.DataObject, values: dict[str, float], wanted: float, step: float
) -> None:
    name = data.draw(st.sampled_from(sorted(values)))
    locked = data.draw(st.sets(st.sampled_from(sorted(values))))
    after = moved(values, name, wanted, locked, step)
    assert after.keys() == values.keys()
    assert in_cents(after) == in_cents(values)
    assert all(value >= 0 for value in after.values())
    assert all(after[key] == values[key] for key in locked)
    if name in locked or locked | {name} == values.keys():
        assert after == values
    elif 0 <= wanted <= values[name]:
        assert after[name] == pytest.approx(wanted, abs=0.005)


@given(st.data(), BUDGETS, st.floats(0, 1e7), st.sampled_from([0.0, 500.0]))
def test_a_lever_stops_where_its_reach_ends_and_nowhere_else(
    data: st.DataObject, values: dict[str, float], wanted: float, step: float
) -> None:
    name = data.draw(st.sampled_from(sorted(values)))
    locked = data.draw(st.sets(st.sampled_from(sorted(values))))
    least, most = reach(values, name, locked)
    after = moved(values, name, wanted, locked, step)
    assert after[name] == pytest.approx(min(max(wanted, least), most), abs=0.005)


@given(st.data(), BUDGETS, AMOUNTS, st.sampled_from([0.0, 50.0]))
def test_another_total_is_met_unless_locks_forbid(
    data: st.DataObject, values: dict[str, float], total: float, step: float
) -> None:
    locked = data.draw(st.sets(st.sampled_from(sorted(values))))
    after = with_total(values, total, locked, step)
    assert all(value >= 0 for value in after.values())
    assert all(after[key] == values[key] for key in locked)
    fixed = in_cents({key: values[key] for key in locked})
    if locked != values.keys():
        assert in_cents(after) == max(round(100 * total), fixed)


@given(BUDGETS)
def test_a_lever_moved_there_and_back_leaves_a_sum_that_is_the_same(values: dict[str, float]) -> None:
    name = sorted(values)[0]
    there = moved(values, name, 0.0)
    assert in_cents(moved(there, name, values[name])) == in_cents(values)


def test_a_lever_that_stays_moves_no_other() -> None:
    values = {"a": 0.0, "b": 123.45, "c": 10.0}
    assert moved(values, "a", 0.0, step=200.0) == moved(values, "b", 123.45, step=200.0) == values


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(["launch", "coffee", "minimal"]))
def test_every_move_within_a_levers_room_changes_the_plan(data: st.DataObject, case: str) -> None:
    """Else a visitor who asks for it would wait for an answer to another question, which never comes."""
    known, values = levers(sim.load(case)), {}
    for _ in range(6):
        lever = data.draw(st.sampled_from(known))
        least, most = plans.room(known, values, lever.name)
        wanted = data.draw(st.sampled_from([least, most]))
        after = plans.with_lever(known, values, lever.name, wanted)
        assert after.get(lever.name, lever.value) == pytest.approx(wanted)
        assert (after == values) == (values.get(lever.name, lever.value) == pytest.approx(wanted))
        values = after


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_money_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        moved({"a": value, "b": 1.0}, "b", 2.0)


@pytest.mark.parametrize("case", ["launch", "app", "ebike", "coffee", "flagship", "minimal"])
def test_levers_stand_where_the_plan_has_them(case: str) -> None:
    scenario = sim.load(case)
    found = levers(scenario)
    words = Words("en")
    assert applied(scenario, {one.name: one.value for one in found}) is scenario
    for one in found:
        assert one.group in GROUPS
        assert one.low <= one.value <= one.high
        assert 10 <= (one.high - one.low) / one.step <= 200
        assert words("kind." + one.name.removeprefix("spend.") if one.budgeted else "lever." + one.name)
        assert one.budgeted or words("lever_help." + one.name)
    assert len({one.name for one in found}) == len(found)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(["launch", "flagship", "ebike"]))
def test_the_plan_spends_what_the_levers_say(data: st.DataObject, case: str) -> None:
    scenario = sim.load(case)
    money = {one.name: one.value for one in levers(scenario) if one.budgeted}
    name = data.draw(st.sampled_from(sorted(money)))
    after = moved(money, name, data.draw(st.floats(0, 20_000)), step=100.0)
    spent = weekly_spend(applied(scenario, after))
    for key, value in after.items():
        assert spent[key.removeprefix("spend.")] == pytest.approx(value, rel=1e-6, abs=0.02)


def test_each_other_lever_changes_its_own_part_of_the_plan() -> None:
    scenario = sim.load("launch")
    for one in levers(scenario):
        if one.budgeted:
            continue
        value = one.low if one.value > one.low else one.high
        after = applied(scenario, {one.name: value})
        paths = {path for path, _, _ in scenario.differences(after)}
        part = {"price": "plan.prices", "promotion": "plan.promotions"}.get(one.name, "plan." + one.name.split(".")[0])
        assert paths
        assert all(path.startswith(part) for path in paths)
        back = {other.name: other.value for other in levers(after)}
        assert one.name == "price" or back[one.name] == pytest.approx(value)


def test_an_unknown_lever_and_a_bad_value_are_named() -> None:
    scenario = sim.load("launch")
    with pytest.raises(ScenarioError, match=r"spend.radio.*nearest|no lever 'spend.radio'"):
        applied(scenario, {"spend.radio": 1.0})
    for value in (-1.0, float("nan"), 1e12):
        with pytest.raises(ScenarioError, match=r"service\.answer_hours"):
            applied(scenario, {"service.answer_hours": value})


def test_ranges_end_on_round_numbers() -> None:
    for value in (0.3, 1.0, 7.2, 999.0, 38_400.0):
        assert value <= nice_above(value) <= 2 * value
        assert 50 <= nice_above(value) / grain(nice_above(value)) <= 100
