"""Every kind of mistake in a scenario gives exactly one line, with the file, the line, the field and what to do."""

import pickle
from types import SimpleNamespace

import pytest
from wrong_scenarios import ARROW, FIELDS, FLIGHT, JOURNEY, NAMES

from sim.scenario import Scenario, ScenarioError, load

BASE = """\
[[world.brands]]
name = "Nordlys"

[[world.brands]]
name = "Rival"
known = 0.5

[[world.segments]]
name = "young"

[[world.influencers]]
tier = "micro"
name = "Ada"

"""
FIRST = BASE.count("\n") + 1
"""Line of the file on which the snippet of a test begins."""


def mechanisms():
    negativity = SimpleNamespace(default=1.8, low=1.0, high=10.0, unit="factor", meaning="weight", source="S01")
    talk = SimpleNamespace(params={"negativity": negativity}, columns={"warmth": None})
    return {"word_of_mouth": talk}


def mistakes(tmp_path, text):
    path = tmp_path / "market.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path, registry=mechanisms)
    return str(caught.value).replace(str(tmp_path) + "/", "").split("\n")


@pytest.mark.parametrize(("snippet", "line", "said"), [*FIELDS, *NAMES, *JOURNEY], ids=lambda value: str(value)[:40])
def test_one_mistake_one_line(tmp_path, snippet, line, said):
    found = mistakes(tmp_path, BASE + snippet)
    assert len(found) == 1, found
    if "aware>lost" in snippet:  # which name is nearest is not what this is about
        found, said = [one.split(";")[0] for one in found], said.split(";")[0]
    assert found == [f"market.toml:{FIRST + line - 1}: {said}"]


def test_all_mistakes_come_at_once_in_line_order(tmp_path):
    text = (
        BASE
        + '[[plan.flights]]\nchannel = "radio"\nweekly = -1\n\n[[plan.flights]]\nweeky = 3\n\n[horizon]\ndays = 0\n'
    )
    found = mistakes(tmp_path, text)
    assert [one.split(": ")[0] for one in found] == [f"market.toml:{FIRST + line}" for line in (1, 2, 4, 5, 8)]
    assert "no channel 'radio'" in found[0]
    assert "'channel' is missing" in found[2]


@pytest.mark.parametrize("horizon", ["days = 0", "days = 9000", 'start = "soon"'])
def test_a_bad_horizon_makes_up_no_mistakes_of_dates(tmp_path, horizon):
    flight = FLIGHT + "weekly = 1\nfrom = 2020-01-06\nto = 2031-01-06\n"
    (found,) = mistakes(tmp_path, f"[horizon]\n{horizon}\n{BASE}{flight}")
    assert found.startswith("market.toml:2: horizon.")


@pytest.mark.parametrize("days", [0, -3])
def test_too_few_days_are_the_only_mistake(days):
    with pytest.raises(ScenarioError) as caught:
        load("launch").with_(days=days)
    assert str(caught.value) == f"horizon.days: {days} is not allowed; give a whole number from 1 to 7300"


def test_a_name_given_twice_is_offered_once(tmp_path):
    brands = '[[world.brands]]\nname = "A"\n[[world.brands]]\nname = "A"\n'
    found = mistakes(tmp_path, brands + '[[world.events]]\nkind = "crisis"\non = 3\nbrand = "Z"\n')
    assert [one.split(": ", 2)[2] for one in found] == [
        "there is already a brand 'A'; give each its own name",
        "there is no brand 'Z'; there is A",
    ]


def test_a_missing_name_hides_no_other_mistake_and_makes_none_up(tmp_path):
    found = mistakes(tmp_path, BASE + "[[world.events]]\non = 3\n\n[[world.promotions]]\nfrom = 5\n")
    assert [one.split(": ", 1)[1] for one in found] == [
        "world.events[0]: 'kind' is missing",
        "world.promotions[0]: 'to' is missing",
        "world.promotions[0].brand: is missing: say which rival; there is Rival",
    ]


def test_a_bad_rate_of_an_arrow_hides_no_wrong_name_in_it(tmp_path):
    arrow = '[[world.journey.arrows]]\nfrom = "awar"\nto = "lapsed"\nrate = -0.1\neffects = { motivaton = 1.0 }\n'
    assert [one.split(";")[0] for one in mistakes(tmp_path, arrow)] == [
        "market.toml:2: world.journey.arrows[0].from: there is no stage 'awar'",
        "market.toml:4: world.journey.arrows[0].rate: -0.1 is not allowed",
        "market.toml:5: world.journey.arrows[0].effects.motivaton: there is no covariate 'motivaton'",
    ]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ('to = "aware"', "1: world.journey.arrows[0]: 'from' is missing"),
        ('from = "aware"', "1: world.journey.arrows[0]: 'to' is missing"),
        ('from = "aware"\nto = 3', "3: world.journey.arrows[0].to: 3 is not allowed; give text in quotes"),
    ],
)
def test_an_arrow_without_an_end_is_told_once(tmp_path, ends, said):
    assert mistakes(tmp_path, f"[[world.journey.arrows]]\n{ends}\nrate = 0.1\n") == [f"market.toml:{said}"]


def test_an_event_of_no_known_kind_is_not_judged_by_another_kind(tmp_path):
    (found,) = mistakes(tmp_path, '[[world.events]]\nkind = "sett"\non = 3\nset = { "platform.virality" = 0.1 }\n')
    assert found.startswith("market.toml:2: world.events[0].kind: 'sett' is not allowed; give one of ")


def test_a_list_of_one_mistaken_entry_is_not_called_too_short(tmp_path):
    found = mistakes(tmp_path, '[[world.brands]]\nname = "Mine"\nprice = "cheap"\n')
    assert [one.split(": ", 1)[1] for one in found] == [
        "world.brands[0].price: 'cheap' is not allowed; give a number from 1e-06 to 1e+09"
    ]


def test_text_that_is_not_toml(tmp_path):
    (found,) = mistakes(tmp_path, 'title = "a"\nseed = = 3\n')
    assert found.startswith("market.toml:2: this is not TOML: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'world = { market = { consumers = 500 } }\n\n[[world.brands]]\nname = "Mine"\n',
            "3: 'world' is written in braces on line 1, so it cannot be added to below; write [world] there, and its keys on "
            "the lines under it",
        ),
        (
            "[world]\nmarket = { consumers = 500 }\n[world.market]\npeople = 500\n",
            "3: 'world.market' is written in braces on line 2, so it cannot be added to below; write [world.market] there, and "
            "its keys on the lines under it",
        ),
        (
            "world = { market = { consumers = 500 } }\nworld.seed = 3",
            "2: 'world' is written in braces on line 1, so it cannot be added to below; write [world] there, and its keys on "
            "the lines under it",
        ),
        (
            '[plan]\nflights = []\n[[plan.flights]]\nchannel = "display"\n',
            "3: 'plan.flights' is written in brackets on line 2, so it cannot be added to below; give each of its tables a "
            "header [[plan.flights]] instead",
        ),
        (
            "[world.market]\npeople = 500\n[horizon]\ndays = 9\n[world.market]\nconsumers = 50\n",
            "5: there is already a table [world.market] on line 1; put all its keys there",
        ),
        (
            '[[plan.flights]]\nchannel = "display"\n[plan.flights]\nweekly = 3\n',
            "3: 'plan.flights' is a list of tables: write [[plan.flights]], with double brackets",
        ),
    ],
)
def test_a_table_that_is_opened_again_says_how_to_write_it(tmp_path, text, said):
    assert mistakes(tmp_path, text) == [f"market.toml:{said}"]


def test_default_journey_covariates_may_be_columns_of_mechanisms(tmp_path):
    (tmp_path / "market.toml").write_text(BASE + ARROW.format("aware", "lapsed") + "effects = { warmth = 1.0 }")
    assert load(tmp_path / "market.toml", registry=mechanisms).world.journey.arrows[-1].effects == {"warmth": 1.0}


def test_people_may_stay_among_stages_of_which_one_owns_or_where_none_does():
    names = ("unaware", "aware", "lapsed")
    arrows = [{"from": one, "to": other, "rate": 0.1} for one, other in (names[:2], names[1:], ("lapsed", "aware"))]
    for owns in (True, False):
        bought = {"rate": 0.0, "by": "purchase"} if owns else {"rate": 0.1}
        ways = [*arrows[:1], arrows[1] | bought, *arrows[2:]]
        stages = [{"name": one, "knows": one != "unaware", "owns": owns and one == "lapsed"} for one in names]
        journey = {"default": False, "stages": stages, "arrows": ways}
        assert len(Scenario.make(world={"journey": journey}).world.journey.arrows) == 3


def test_errors_without_a_file_name_no_file():
    with pytest.raises(ScenarioError) as caught:
        Scenario.make(plan={"flights": [{"channel": "television", "weekly": -5}]})
    assert str(caught.value) == "plan.flights[0].weekly: -5 is not allowed; give a number from 0 to 1e+15"
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.mistakes == caught.value.mistakes
