"""Scenario files: the shipped ones load, children merge into parents, and every value can be found in its file."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Calendar
from sim.scenario import ScenarioError, load
from sim.scenario.lines import find_lines
from sim.scenario.read import shipped


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_scenarios_load_and_have_a_calendar(name):
    scenario = load(name)
    assert scenario.question
    assert scenario.source == shipped()[name]
    assert Calendar(scenario).price.shape == (scenario.horizon.days, len(scenario.world.brands))
    assert scenario.with_(days=30, consumers=60).horizon.days == 30


def test_overrides_are_applied_on_loading():
    scenario = load("minimal", {"plan.flights.0.weekly": 9, "seed": 4})
    assert (scenario.plan.flights[0].weekly, scenario.seed) == (9.0, 4)


def test_unknown_scenarios_name_the_shipped_ones(tmp_path):
    with pytest.raises(
        ScenarioError, match=r"no scenario 'launhc'.*did you mean 'launch'\?.*shipped: .*coffee.*minimal"
    ):
        load("launhc")
    (tmp_path / "market.toml").write_text("")
    with pytest.raises(ScenarioError, match=r"no scenario file '.*markt.toml'; did you mean 'market.toml'\?"):
        load(tmp_path / "markt.toml")


PARENT = """\
title = "Parent"
seed = 5
[world.market]
people = 1000
season = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]
[[world.brands]]
name = "A"
price = 3
[[world.brands]]
name = "B"
price = 4
quality = 0.9
[[world.journey.arrows]]
from = "aware"
to = "lapsed"
rate = 0.1
effects = { trust = 1.0 }
[[plan.flights]]
channel = "television"
weekly = 1
"""

CHILD = """\
extends = "parent.toml"
title = "Child"
[world.market]
consumers = 100
[[world.brands]]
name = "B"
price = 5
[[world.brands]]
name = "C"
[[world.channels]]
name = "television"
cpm = 99
[[world.journey.arrows]]
from = "aware"
to = "lapsed"
rate = 0.2
[[plan.flights]]
channel = "display"
weekly = 2
"""


@pytest.fixture
def family(tmp_path):
    (tmp_path / "parent.toml").write_text(PARENT)
    (tmp_path / "child.toml").write_text(CHILD)
    return tmp_path


def test_children_merge_into_parents(family):
    child = load(family / "child.toml")
    assert (child.title, child.seed) == ("Child", 5)
    assert (child.world.market.people, child.world.market.consumers) == (1000, 100)
    assert [(one.name, one.price, one.quality) for one in child.world.brands] == [
        ("A", 3, 0.7),
        ("B", 5, 0.9),
        ("C", 20, 0.7),
    ]
    assert [one.channel for one in child.plan.flights] == ["television", "display"]
    arrow = next(one for one in child.world.journey.arrows if (one.from_, one.to) == ("aware", "lapsed"))
    assert (arrow.rate, arrow.effects) == (0.2, {})
    television = child.world.channels[0]
    assert (television.cpm, television.trust) == (99, 0.63)


def test_replace_drops_parts_of_the_parent(family):
    (family / "bare.toml").write_text('replace = ["plan.flights", "world.market.season"]\n' + CHILD)
    bare = load(family / "bare.toml")
    assert [one.channel for one in bare.plan.flights] == ["display"]
    assert bare.world.market.season == (1.0,) * 12
    (family / "bare.toml").write_text('replace = ["plan.flight", "plan.spend", "wold"]\n' + CHILD)
    with pytest.raises(ScenarioError) as caught:
        load(family / "bare.toml")
    flight, world = str(caught.value).split("\n")
    assert "bare.toml:1: replace[0]: 'plan.flight': 'flight' is not a key here; did you mean" in flight
    assert "bare.toml:1: replace[2]: 'wold': 'wold' is not a key here; did you mean 'world'?" in world


def test_mistakes_are_told_where_they_stand_in_the_chain(family):
    (family / "parent.toml").write_text(PARENT.replace("price = 4", "price = -4").replace("weekly = 1", "weekly = -1"))
    (family / "child.toml").write_text(CHILD.replace("price = 5", "margin = 5").replace("weekly = 2", "weekly = -2"))
    with pytest.raises(ScenarioError) as caught:
        load(family / "child.toml")
    told = [(one.file.rsplit("/")[-1], one.line, one.path) for one in caught.value.mistakes]
    assert sorted(told) == [
        ("child.toml", 7, ("world", "brands", 1, "margin")),
        ("child.toml", 19, ("plan", "flights", 1, "weekly")),
        ("parent.toml", 11, ("world", "brands", 1, "price")),
        ("parent.toml", 20, ("plan", "flights", 0, "weekly")),
    ]


def test_circles_and_missing_parents_are_named(family):
    (family / "parent.toml").write_text('extends = "child.toml"\n' + PARENT)
    with pytest.raises(ScenarioError, match=r"in a circle: child.toml > parent.toml > child.toml"):
        load(family / "child.toml")
    (family / "parent.toml").write_text('extends = "parnt.toml"\n')
    with pytest.raises(ScenarioError, match=r"parent.toml:1: extends: there is no .*did you mean 'parent.toml'\?"):
        load(family / "parent.toml")


def test_a_shipped_scenario_can_be_extended_from_anywhere(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "launch"\nseed = 99\n')
    mine = load(tmp_path / "mine.toml")
    assert mine == load("launch", {"seed": 99})
    assert mine.folder == tmp_path


def test_files_of_a_parent_elsewhere_are_still_found(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "spend.csv").write_text("date,tv\n2025-01-06,7\n2025-01-13,7\n")
    parent = '[[plan.spend]]\nfile = "spend.csv"\ncolumns = { tv = "television" }\n'
    (tmp_path / "a" / "parent.toml").write_text(parent)
    (tmp_path / "b" / "child.toml").write_text('extends = "../a/parent.toml"\n')
    child = load(tmp_path / "b" / "child.toml")
    assert child.plan.spend[0].file == "../a/spend.csv"
    assert Calendar(child).spend_by_channel().sum() == pytest.approx(14)


TRICKY = """\
# a comment with = and [brackets]
a.b = 1
"quoted.key" = 'x # y = ['
text = \"\"\"
c = 3
[not.a.table]\\
\"\"\"
array = [
  1, # one
  { x = 1, y = [2,
    3] },
]
[table] # comment
'k' = { p.q = 1 }
[[table.list]]
z = 1979-05-27
[[table.list]]
[table.list.sub]
z = "\\" ] }"
"""


def test_lines_of_a_tricky_file():
    tomllib.loads(TRICKY)
    lines = find_lines(TRICKY)
    expected = {
        ("a", "b"): 2,
        ("quoted.key",): 3,
        ("text",): 4,
        ("array",): 8,
        ("array", 0): 9,
        ("array", 1): 10,
        ("array", 1, "y"): 10,
        ("array", 1, "y", 1): 11,
        ("table",): 13,
        ("table", "k", "p", "q"): 14,
        ("table", "list", 0): 15,
        ("table", "list", 0, "z"): 16,
        ("table", "list", 1): 17,
        ("table", "list", 1, "sub"): 18,
        ("table", "list", 1, "sub", "z"): 19,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert ("not",) not in lines
    assert ("c",) not in lines


def _paths(value, at=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from _paths(one, (*at, key))


@given(st.lists(st.sampled_from([*TRICKY.split("\n")[1:3], '"\\"" = {"#"=[1,[]]}', "_ = ''"]), unique=True))
def test_every_path_has_a_line(pieces):
    text = "\r\n".join(pieces)
    assert set(_paths(tomllib.loads(text))) <= set(find_lines(text))


def test_every_path_of_the_shipped_files_has_a_line():
    for path in shipped().values():
        text = path.read_text(encoding="utf-8")
        lines = find_lines(text)
        assert set(_paths(tomllib.loads(text))) <= set(lines)
        assert max(lines.values()) <= text.count("\n") + 1
