"""Scenarios as values: changing, comparing, writing, hashing."""

import copy
import pickle
import subprocess
import sys
from datetime import date
from timeit import timeit
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError, load, schema
from sim.scenario.defaults import ARROWS, CHANNELS, arrows, channels, stages
from sim.scenario.models import PAID_CHANNELS


def mechanisms():
    negativity = SimpleNamespace(default=1.8, low=1.0, high=10.0, unit="factor", meaning="weight of bad", source="S01")
    return {"word_of_mouth": SimpleNamespace(params={"negativity": negativity}, columns={})}


@pytest.fixture(scope="module")
def launch():
    return load("launch")


def test_scenarios_are_complete(launch):
    assert tuple(one.name for one in channels(launch)) == PAID_CHANNELS
    assert len(stages(launch)) == 9
    assert arrows(launch) == ARROWS
    assert Scenario.make().world.brands[0].focal
    plan = {"loyalty": {"reward": 0.5}}
    brand = {"name": "A", "loyalty": {"thanks": 0.3}}
    loyalty = Scenario.make(plan=plan, world={"brands": [brand]}).plan.loyalty
    assert (loyalty.reward, loyalty.thanks) == (0.5, 0.3)


def test_given_channels_override_fields_and_new_ones_follow():
    given_channels = [{"name": "radio", "cpm": 4.0}, {"name": "display", "cpm": 10.0}]
    found = channels(Scenario.make(world={"channels": given_channels}))
    assert [one.name for one in found] == [*PAID_CHANNELS, "radio"]
    assert (found[3].cpm, found[3].trust) == (10.0, CHANNELS[3].trust)


def test_arrows_can_be_removed_from_files_and_values(launch):
    removed = launch.with_("world.journey.remove", ["aware>customer"])
    assert len(removed.world.journey.arrows) == len(ARROWS) - 1
    assert removed == launch.with_({"world.journey": {"remove": ["aware>customer"]}})
    with pytest.raises(ScenarioError, match=r"world.journey.remove\[0\]: there is no arrow 'aware>customer' to remove"):
        removed.with_("world.journey.remove", ["aware>customer"])


def test_with_changes_one_value_and_shares_the_rest(launch):
    other = launch.with_("plan.flights.0.weekly", 3000)
    assert (other.plan.flights[0].weekly, launch.plan.flights[0].weekly) == (3000.0, 24_000.0)
    assert other.plan.flights[1] is launch.plan.flights[1]
    assert launch.differences(other) == [("plan.flights.0.weekly", 24_000.0, 3000.0)]
    assert launch.with_() is launch


def test_with_takes_many_shapes_of_path(launch):
    changes = {
        "plan.flights[1].from": date(2025, 3, 10),
        "world.brands.Fjord.price": np.float64(3.5),
        "world.brands.Fjord.reviews": np.int64(7),
        "world.journey.arrows.aware>considering.rate": 0.5,
        "plan.loyalty.reward": 0.5,
        "plan.promotions.1": {"from": 20, "to": 30},
        "plan.sponsorships": [],
    }
    other = launch.with_(changes, consumers=500, seed=3, title="Other")
    assert other.plan.flights[1].from_ == date(2025, 3, 10)
    assert (other.world.brands[0].price, other.world.brands[0].reviews) == (3.5, 7)
    assert (
        next(one for one in other.world.journey.arrows if (one.from_, one.to) == ("aware", "considering")).rate == 0.5
    )
    assert (other.plan.loyalty.reward, other.plan.loyalty.cost_share) == (0.5, 0.03)
    assert len(other.plan.promotions) == 2
    assert other.plan.sponsorships == ()
    assert (other.world.market.consumers, other.seed, other.title) == (500, 3, "Other")


def test_a_path_may_begin_with_a_mechanism(launch):
    other = launch.with_({"word_of_mouth.negativity": 2, "word_of_mouth.on": False}, registry=mechanisms)
    assert other.world.mechanisms == {"word_of_mouth": {"negativity": 2.0, "on": False}}
    assert launch.world.mechanisms == {}
    path = "word_of_mouth.negativity"
    same = launch.with_({path: 2.0, "word_of_mouth.on": False}, registry=mechanisms)
    assert same == other
    changed = other.with_(path, 3, registry=mechanisms)
    assert other.differences(changed) == [(path, 2.0, 3.0)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("plan.loyality.reward", "'plan.loyality.reward': 'loyality' is not a key here; did you mean 'loyalty'?"),
        ("plann.loyalty", "'plann.loyalty': there is no 'plann'; did you mean 'plan'?"),
        (
            "word_of_mouht.negativity",
            "'word_of_mouht.negativity': there is no 'word_of_mouht'; did you mean 'word_of_mouth'?",
        ),
        ("word_of_mouth", "'word_of_mouth': give a mechanism and one of its parameters, such as word_of_mouth.on"),
        (
            "word_of_mouth.negatvity",
            "world.mechanisms.word_of_mouth.negatvity: 'negatvity' is not a parameter of word_of_mouth; did you mean "
            "'negativity'?",
        ),
        ("world.brands.Fiord.price", "'world.brands.Fiord.price': there is no 'Fiord'; did you mean 'Fjord'?"),
        ("plan.flights.9.weekly", "'plan.flights.9.weekly': there is no number 9; the list has 3"),
        ("plan.loyalty.rewrd", "plan.loyalty: 'rewrd' is not a key here; did you mean 'reward'?"),
        ("seed.x", "'seed.x': nothing lies inside a single value such as 7"),
    ],
)
def test_unknown_paths_name_the_nearest(launch, path, said):
    with pytest.raises(ScenarioError) as caught:
        launch.with_({path: 1}, registry=mechanisms)
    assert str(caught.value) == said


def test_fewer_days_cut_what_is_dated():
    flights = [
        {"channel": "television", "total": 700, "to": 99},
        {"channel": "display", "weekly": 5, "from": 60},
    ]
    world = {"events": [{"kind": "crisis", "on": 80}]}
    scenario = Scenario.make(world=world, plan={"flights": flights}).with_(days=50)
    assert len(scenario.plan.flights) == 1
    assert (scenario.plan.flights[0].total, scenario.plan.flights[0].to) == (350.0, 49)
    assert scenario.world.events == ()
    assert scenario.notes == (
        "plan.flights[1] begins after the last day and is left out",
        "world.events[0] begins after the last day and is left out",
    )


def test_written_scenarios_load_to_equal_ones(tmp_path):
    for name in ("launch", "app", "crisis", "coffee"):
        scenario = load(name)
        path = tmp_path / f"{name}.toml"
        path.write_text(scenario.to_toml(), encoding="utf-8")
        again = load(path)
        assert again == scenario
        assert again.tables == scenario.tables
        assert again.to_toml() == scenario.to_toml()


words = st.text(min_size=1, max_size=12).filter(str.strip)
numbers = st.floats(0.01, 1e9, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(
    name=words,
    label=st.text(max_size=20),
    price=numbers,
    weekly=numbers,
    rate=st.floats(0, 10),
    seed=st.integers(0, 2**40),
)
def test_any_change_survives_writing(tmp_path_factory, name, label, price, weekly, rate, seed):
    scenario = load("launch").with_(
        {
            "world.brands.1.price": price,
            "plan.flights.0.weekly": weekly,
            "world.journey.arrows.aware>unaware.rate": rate,
            "world.segments.0.name": name,
            "world.segments.0.taste": {"Kilde": -rate},
            "plan.flights.1.segments": [name],
            "world.influencers": [{"name": name, "segment": name}, {"tier": "micro"}],
            "world.events": [{"kind": "set", "on": 3, "set": {"platform.virality": 0.5}, "label": label}],
        },
        seed=seed,
    )
    path = tmp_path_factory.mktemp("written") / "scenario.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8", newline="")
    again = load(path)
    assert again == scenario
    assert again.differences(scenario) == []


def test_differences_can_be_made_up_for(launch):
    changes = {"plan.referral.reward": 2.0, "world.market.trend": 0.5}
    other = launch.with_(changes).with_("world.brands.Kilde.loyalty.reward", 0.1)
    found = launch.differences(other)
    assert ("world.brands.Kilde.loyalty.reward", 0.0, 0.1) in found
    assert launch.with_({path: theirs for path, _, theirs in found}) == other


def test_differences_in_lists_match_by_name(launch):
    brands = [one for one in launch.world.brands if one.name != "Kilde"]
    other = launch.with_({"world.brands": brands, "world.flights": []})
    found = {path: theirs for path, _, theirs in launch.differences(other)}
    assert found == {"world.brands.Kilde": None, "world.flights.0": None, "world.flights.1": None}


def test_fingerprints_tell_scenarios_apart_by_content(tmp_path):
    for folder, amount in (("a", 7), ("b", 7), ("c", 8)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "spend.csv").write_text(f"date,tv\n2025-01-06,{amount}\n2025-01-13,7\n")
        text = '[[plan.spend]]\nfile = "spend.csv"\ncolumns = { tv = "television" }\n'
        (tmp_path / folder / "market.toml").write_text(text)
    a, b, c = (load(tmp_path / folder / "market.toml") for folder in "abc")
    assert a == b
    assert hash(a) == hash(b)
    assert a != c
    assert a.fingerprint() != a.with_(seed=2).fingerprint()
    assert len(a.fingerprint()) == 32


def test_scenarios_are_picklable_values(launch):
    again = pickle.loads(pickle.dumps(launch))
    assert again == launch
    assert copy.deepcopy(launch) == launch
    with pytest.raises(AttributeError):
        launch.source = None
    assert repr(launch) == "Scenario('Launch of a sparkling tea': 4 brands, 20,000 consumers, 365 days, seed 7)"


def test_periods_outside_the_horizon_are_noted(tmp_path):
    (tmp_path / "spend.csv").write_text("date,tv\n2024-12-30,7\n2025-01-06,7\n2025-01-13,7\n")
    table = {"file": "spend.csv", "columns": {"tv": "television"}}
    scenario = Scenario.make(folder=tmp_path, plan={"spend": [table]}, horizon={"days": 10})
    assert scenario.notes == (
        "plan.spend[0]: of 3 periods in 'spend.csv', 1 lie outside the horizon and are left out, 1 stick out and count "
        "for their days inside",
    )


def test_a_change_of_one_number_costs_far_less_than_reading_the_file(launch):
    launch.with_("plan.flights.0.weekly", 1.0)
    change = min(timeit(lambda: launch.with_("plan.flights.0.weekly", 3000.0), number=20) / 20 for _ in range(10))
    reading = min(timeit(lambda: load("launch"), number=1) for _ in range(10))
    assert change < reading / 4


def test_the_schema_knows_files_and_mechanisms():
    found = schema(mechanisms)
    assert {"extends", "replace", "world", "plan"} <= set(found["properties"])
    table = found["$defs"]["World"]["properties"]["mechanisms"]["properties"]["word_of_mouth"]["properties"]
    assert table["on"]["type"] == "boolean"
    assert (table["negativity"]["minimum"], table["negativity"]["maximum"]) == (1.0, 10.0)
    assert "Source: S01." in table["negativity"]["description"]


def test_importing_and_loading_stay_light():
    code = (
        "import sys, sim.scenario; sim.scenario.load('launch').with_('plan.flights.0.weekly', 5).fingerprint(); "
        "print([name for name in ('numba', 'mesa', 'pandas', 'numpy') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
