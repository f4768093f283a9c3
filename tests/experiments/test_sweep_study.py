"""Study files: every mistake is one line with file, line, place and what to do; what is right becomes a study."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from make_study import TEXT, small

from sim.experiments.figures import FIGURES
from sim.experiments.sweep.reading import flat
from sim.experiments.sweep.study import Study, load_study, studies_folder
from sim.scenario import ScenarioError, load


def written(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_file_is_read(tmp_path):
    study = load_study(written(tmp_path, TEXT))
    assert (study.size, len(study.points), study.seeds) == (36, 12, (1, 2, 3))
    assert [one.name for one in study.factors] == ["talk", "money"]
    assert (study.base.world.market.consumers, study.base.horizon.days) == (100, 30)
    assert study.scenario_at((0.5, 5000)).world.mechanisms["word_of_mouth"]["rate"] == 0.5
    assert study.scenario_at((0.5, 5000)).plan.flights[0].weekly == 5000


def test_without_outputs_all_headline_figures_are_kept():
    assert small(outputs=()).outputs == tuple(FIGURES)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('path = "word_of_mouth.rate"', 'path = "word_of_mouth.rat"', 16, "did you mean 'rate'"),
        ('path = "word_of_mouth.rate"', 'path = "plan.flights.7.weekly"', 16, "there is no number 7"),
        ("range = [0.1, 1.0]", "range = [0.1, 1000.0]", 17, "1000"),
        ("range = [0.1, 1.0]", "range = [1.0, 0.1]", 17, "is not a range"),
        ("range = [0.1, 1.0]", "range = [0.0, 1.0]", 17, "above 0"),
        ("range = [0.1, 1.0]", "", 14, "either 'range'"),
        ("levels = [0, 5000, 20000]", "levels = [0, -5, 20000]", 23, "-5"),
        ("levels = [0, 5000, 20000]", "levels = [0, 0]", 23, "has a value twice"),
        ('name = "money"', 'name = "talk"', 20, "already a factor 'talk'"),
        ('name = "money"', 'name = "profit"', 21, "another column"),
        ('name = "money"', 'nam = "money"', 21, "did you mean 'name'"),
        ('"trust"', '"thrust"', 7, "did you mean 'trust'"),
        ('"awareness"', '"awarenes"', 8, "did you mean 'awareness'"),
        ('"latin_hypercube"', '"latin_hypercub"', 11, "did you mean 'latin_hypercube'"),
        ('"latin_hypercube"\npoints = 12', '"sobol"\npoints = 12', 12, "give 8 or 16"),
        ("seeds = 3", "seeds = 0", 6, "how many"),
        ("seeds = 3", "seeds = [1, 1]", 6, "different whole numbers"),
        ("consumers = 100", "consumers = 10", 4, "50 or more"),
        ('scenario = "minimal"', 'scenario = "minmal"', 3, "did you mean 'minimal'"),
        ("points = 12", 'points = 12\nfile = "points.csv"', 13, "makes its own points"),
    ],
)
def test_each_mistake_is_one_line_with_its_place(tmp_path, old, new, line, words):
    assert old in TEXT
    path = written(tmp_path, TEXT.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        load_study(path)
    told = str(caught.value).splitlines()
    assert len(told) == 1
    assert told[0].startswith(f"{path}:{line}: ")
    assert words in told[0]


def test_all_mistakes_are_told_at_once(tmp_path):
    text = TEXT.replace('"trust"', '"thrust"').replace("0.1, 1.0", "1.0, 0.1").replace("[0, 5000", "[-1, 5000")
    with pytest.raises(ScenarioError) as caught:
        load_study(written(tmp_path, text))
    assert len(caught.value.mistakes) == 3


def test_a_name_that_is_no_study_gets_the_nearest(tmp_path):
    with pytest.raises(ScenarioError, match="there is no study file"):
        load_study(tmp_path / "none.toml")
    with pytest.raises(ScenarioError, match="there is no study 'nothing_like_it'"):
        load_study("nothing_like_it")


ARMS = {"loud": {"posts_per_week": 20.0}, "rich": {"flights.0.weekly": 9000.0}}


def test_arms_are_plans_and_levels_of_a_factor():
    study = small(arms=ARMS, factors=[{"name": "which", "arms": ["plan", "loud", "rich"]}], design="grid")
    assert [one[0] for one in study.points.values] == ["plan", "loud", "rich"]
    assert study.scenario_at(("loud",)).plan.posts_per_week == 20.0
    assert study.scenario_at(("rich",)).plan.flights[0].weekly == 9000.0
    assert study.scenario_at(("plan",)) == study.base
    assert all(study.arms[name].world == study.base.world for name in study.arms)


def test_an_arm_that_changes_more_than_the_plan_is_told_with_its_line(tmp_path):
    path = written(tmp_path, TEXT + "\n[arms.other]\nworld = { market = { purchase_cycle = 3.0 } }\n")
    with pytest.raises(ScenarioError, match=r"mine\.toml:26: arms\.other: 'world' is not a key here"):
        load_study(path)


def test_arms_of_the_scenario_can_be_named(tmp_path):
    (tmp_path / "market.toml").write_text('extends = "minimal"\n[arms.loud]\nposts_per_week = 9\n')
    text = TEXT.replace('"minimal"', '"market.toml"').replace("levels = [0, 5000, 20000]", 'arms = ["plan", "loud"]')
    study = load_study(written(tmp_path, text.replace('path = "plan.flights.0.weekly"\n', "")))
    assert study.scenario_at((0.5, "loud")).plan.posts_per_week == 9
    assert study.scenario_at((0.5, "loud")).horizon.days == 30


def test_an_unknown_arm_and_a_factor_without_a_path_are_refused():
    with pytest.raises(ScenarioError, match="there is no arm 'lowd'; did you mean 'loud'"):
        small(arms=ARMS, factors=[{"name": "which", "arms": ["lowd"]}], design="grid")
    with pytest.raises(ScenarioError, match="'path' is missing"):
        small(factors=[{"name": "x", "range": (0.0, 1.0)}])
    with pytest.raises(ScenarioError, match="nothing to vary"):
        small(factors={})
    with pytest.raises(ScenarioError, match="same `seeds`"):
        small(factors={"seed": [1, 2]})


def test_whole_numbers_where_the_path_allows_no_others():
    study = small(factors={"consumers": (100, 130), "word_of_mouth.rate": (0.0, 1.0)})
    assert [one.whole for one in study.factors] == [True, False]
    assert all(type(values[0]) is int for values in study.points.values)
    with pytest.raises(ScenarioError, match="must be whole numbers"):
        small(factors={"consumers": (100.5, 130)})


def test_a_list_comes_from_a_table_or_a_csv_file(tmp_path):
    rows = [
        {"word_of_mouth.rate": 0.2, "plan.flights.0.weekly": 10},
        {"word_of_mouth.rate": 0.3, "plan.flights.0.weekly": 0},
    ]
    study = small(factors={}, design={"kind": "list", "rows": rows})
    assert study.points.values == [(0.2, 10), (0.3, 0)]
    (tmp_path / "points.csv").write_text("talk,word_of_mouth.asking\n0.2,0.5\n0.4,0.25\n")
    factors = [{"name": "talk", "path": "word_of_mouth.rate"}]
    study = small(factors=factors, design={"kind": "list", "file": "points.csv"}, folder=tmp_path)
    assert study.points.values == [(0.2, 0.5), (0.4, 0.25)]
    assert [one.path for one in study.factors] == ["word_of_mouth.rate", "word_of_mouth.asking"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("talk\n0.2,0.5\n", "has 2 values; the head has 1"),
        ("talk\n", "has no points"),
        ("tlak\n0.2\n", "there is no 'tlak'"),
        ("talk\n0.2\n77\n", "point 2, talk: .*77"),
    ],
)
def test_a_csv_file_that_is_wrong_is_told(tmp_path, text, words):
    (tmp_path / "points.csv").write_text(text)
    factors = [{"name": "talk", "path": "word_of_mouth.rate"}] if text.startswith("talk") else {}
    with pytest.raises(ScenarioError, match=words):
        small(factors=factors, design={"kind": "list", "file": "points.csv"}, folder=tmp_path)


def test_nested_changes_become_dotted_paths():
    assert flat({"plan": {"referral": {"appeal": 0.5}}, "word_of_mouth.rate": 1.0}) == {
        "plan.referral.appeal": 0.5, "word_of_mouth.rate": 1.0,
    }  # fmt: skip


def test_a_scenario_made_in_python_can_be_swept():
    scenario = load("minimal").with_({"consumers": 100, "days": 10})
    study = Study.make(scenario, {"word_of_mouth.rate": (0.1, 1.0)}, {"kind": "sobol", "points": 4}, title="Mine, now!")
    assert (study.name, study.size) == ("mine-now", 16)
    assert study.base.horizon.days == 10


def test_a_change_that_leads_nowhere_is_told():
    with pytest.raises(ScenarioError, match=r"changes: .*did you mean"):
        small(changes={"word_of_mouth": {"rat": 0.1}})


def test_shipped_studies_are_found_by_name_and_right():
    names = [path.stem for path in studies_folder().glob("*.toml")]
    assert "launch_levers" in names
    for name in names:
        study = load_study(name)
        assert study.question.endswith("?")
        assert study.size * study.base.world.market.consumers * study.base.horizon.days < 1e9  # a minute or two
    with pytest.raises(ScenarioError, match="did you mean 'launch_levers'"):
        load_study("launch_lever")


def test_the_example_of_the_page_is_a_study(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text("utf-8")
    block = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0]
    study = load_study(written(tmp_path, block))
    assert study.size == 128 * 4
    assert study.scenario_at((0.5, 2.4, "friends")).plan.referral.appeal == 0.6
