"""Arms: further plans inside a scenario file, checked as the file is, each mistake with its line."""

from __future__ import annotations

import pytest

from sim.scenario import Scenario, ScenarioError, load, schema

BASE = """\
[[world.brands]]
name = "Nordlys"
service = { capacity = 11, skill = 0.5 }

[[plan.flights]]
channel = "television"
weekly = 700

[[plan.flights]]
channel = "search"
weekly = 70

[plan.service]
capacity = 12

"""
FIRST = BASE.count("\n") + 1


def written(tmp_path, text, name="market.toml", base=BASE):
    path = tmp_path / name
    path.write_text(base + text, encoding="utf-8")
    return path


def refused(tmp_path, text):
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, text))
    return str(caught.value).replace(str(tmp_path) + "/", "").split("\n")


def test_a_file_with_arms_runs_as_its_own_plan(tmp_path):
    with_arms, without = (load(written(tmp_path, text)) for text in ("[arms.less]\nflights = []\n", ""))
    assert with_arms == without
    assert with_arms.arm("plan") == without
    assert list(with_arms.arms) == ["less"]
    assert Scenario.make(plan={}, arms={"mail": {"emails_per_week": 2.0}}).arm("mail").plan.emails_per_week == 2.0


def test_an_arm_replaces_lists_merges_tables_and_changes_single_values(tmp_path):
    text = """\
[arms.friends]
title = "By friends"
emails_per_week = 3
service = { skill = 0.9 }
referral = { appeal = 0.5 }
"flights.1.weekly" = 71
[[arms.film.flights]]
channel = "online_video"
total = 9000
"""
    scenario = load(written(tmp_path, text))
    friends, film = scenario.arm("friends"), scenario.arm("film")
    assert (friends.title, friends.plan.emails_per_week, friends.plan.referral.appeal) == ("By friends", 3.0, 0.5)
    assert (friends.plan.service.capacity, friends.plan.service.skill) == (12.0, 0.9)
    assert [one.weekly for one in friends.plan.flights] == [700.0, 71.0]
    assert [one.channel for one in film.plan.flights] == ["online_video"]
    assert {path.split(".")[0] for path, _, _ in scenario.differences(friends)} == {"title", "plan"}
    assert scenario.with_(consumers=77).arm("film").world.market.consumers == 77
    assert friends.arms == {}


def test_arms_are_written_with_the_scenario(tmp_path):
    text = """\
[arms."by mail"]
emails_per_week = 3
service = { skill = 0.9 }
"flights.1.weekly" = 71
[[arms."by mail".promotions]]
from = 2025-03-01
to = 60
[arms.none]
flights = []
"""
    scenario = load(written(tmp_path, text))
    again = load(written(tmp_path, "", "again.toml", base=scenario.to_toml()))
    assert again == scenario
    assert list(again.arms) == ["by mail", "none"]
    assert all(again.arm(name) == scenario.arm(name) != scenario for name in again.arms)


def test_arms_are_inherited_and_added_to(tmp_path):
    written(tmp_path, "[arms.a]\nemails_per_week = 1\n[arms.b]\nemails_per_week = 2\n", "parent.toml")
    child = 'extends = "parent.toml"\nreplace = ["arms.b"]\n[arms.a]\nposts_per_week = 5\n[arms.c]\nflights = []\n'
    scenario = load(written(tmp_path, child, "child.toml", base=""))
    assert list(scenario.arms) == ["a", "c"]
    assert (scenario.arm("a").plan.emails_per_week, scenario.arm("a").plan.posts_per_week) == (1.0, 5.0)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[arms.x]\nflihgts = []\n", 1, "arms.x: 'flihgts' is not a key here; did you mean 'flights'?"),
        ("[arms.x]\nemails_per_week = 99\n", 1, "arms.x.emails_per_week: 99 is not allowed; give a number from 0 to 14"),
        (
            '[[arms.x.flights]]\nchannel = "televison"\nweekly = 3\n',
            1,
            "arms.x.flights[0].channel: there is no channel 'televison'; did you mean 'television'?",
        ),
        ('[[arms.x.flights]]\nchannel = "search"\nweekly = -3\n', 2,
         "arms.x.flights[0].weekly: -3 is not allowed; give a number from 0 to 1e+15"),
        ('[arms.x]\n"flights.7.weekly" = 3\n', 1,
         "arms.x: 'plan.flights.7.weekly': there is no number 7; the list has 2"),
        ('[arms.x]\n"flights.0.weekly" = -3\n', 1,
         "arms.x.flights[0].weekly: -3 is not allowed; give a number from 0 to 1e+15"),
        ("[arms.plan]\nflights = []\n", 0,
         "arms.plan: 'plan' is what the file's own plan is called; give the arm another name"),
        ('[arms." "]\nflights = []\n', 0, "arms. : ' ' is not allowed; give the arm a name that can be seen"),
        ("[arms]\nx = 3\n", 1, "arms.x: 3 is not a plan; give a table, such as [arms.x]"),
    ],
)  # fmt: skip
def test_mistakes_in_arms_say_where_and_what(tmp_path, text, line, said):
    assert refused(tmp_path, text) == [f"market.toml:{FIRST + line}: {said}"]


def test_every_arm_is_checked_and_an_unknown_one_is_named(tmp_path):
    said = refused(tmp_path, "[arms.x]\nflihgts = []\n[arms.y]\nprizes = []\n")
    assert [one.split(":")[1] for one in said] == [str(FIRST + 1), str(FIRST + 3)]
    with pytest.raises(ScenarioError, match=r"there is no arm 'frends'; did you mean 'friends'\?"):
        load(written(tmp_path, "[arms.friends]\nflights = []\n")).arm("frends")


def test_the_schema_knows_arms():
    arm = schema()["properties"]["arms"]["additionalProperties"]
    assert {"flights", "service", "title"} <= set(arm["properties"])
