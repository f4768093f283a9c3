"""The laboratory as a whole: all ways agree with the truth where they should, and do not where they cannot."""

import json

import numpy as np
import pytest
from one_channel import one_channel
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.experiments.attribution.found import TRUTH

WAYS = {"first touch", "last touch", "linear", "position", "time decay", "Markov", "Shapley", "mix model"}
TESTS = {"user-level test", "geo test"}


@pytest.fixture(scope="module")
def simple():
    return sim.attribution(one_channel(), seeds=4)


@pytest.fixture(scope="module")
def launch():
    """Two seeds of a small launch, with tests and budgets."""
    calls = []
    market = sim.load("launch").with_(consumers=1000, days=120)
    found = sim.attribution(market, seeds=2, progress=lambda done, total: calls.append((done, total)))
    return found, calls


def test_all_ways_agree_with_the_truth_without_carry_over_network_or_other_channels(simple):
    rows = {row["way"]: row for row in simple.channel_rows}
    assert set(rows) == {TRUTH, *WAYS, *TESTS}
    truth = simple.claims[TRUTH][:, 0]
    assert truth.tolist() == simple.sales.tolist()  # nobody buys without the channel
    for way in WAYS - {"mix model"}:
        assert simple.claims[way][:, 0] == pytest.approx(truth), way
    for way in (*TESTS, "mix model"):
        assert rows[way]["claimed"] == pytest.approx(rows[TRUTH]["claimed"], rel=0.1), way


def test_controls_of_a_market_without_a_network_are_not_spoiled(simple):
    spoiled = simple.interference["online_video"]
    assert not spoiled.heard.any()
    assert not spoiled.controls.any()
    assert np.abs(spoiled.predicted) == pytest.approx(0, abs=0.05 * simple.sales.mean())


def test_in_a_launch_the_ways_disagree_and_the_controls_hear_of_it(launch):
    found, _ = launch
    assert set(found.claims) == {TRUTH, *WAYS, *TESTS}
    names = [one.name for one in found.channels]
    assert names == ["television", "paid_social", "display", "influencers"]
    television = names.index("television")
    assert found.claims["last touch"][:, television].mean() < 0.5 * found.claims[TRUTH][:, television].mean()
    spoiled = found.interference["television"]
    assert spoiled.heard.mean() > spoiled.heard_anyway.mean()
    influencers = names.index("influencers")
    assert np.isnan(found.claims["user-level test"][:, influencers]).all()
    # Feeds have the same money every week, from which no regression can learn.
    assert np.isnan(found.claims["mix model"]).any(axis=0).tolist() == [False, True, False, False]


def test_recommended_budgets_are_today_s_money_and_the_truth_regrets_nothing(launch):
    found, _ = launch
    for way, factors in found.factors.items():
        assert (factors * found.spend).sum(axis=1) == pytest.approx(found.spend.sum(axis=1)), way
    assert len({tuple(row) for row in np.round(found.factors[TRUTH] * found.spend.mean(axis=0), -4)}) <= len(
        found.seeds
    )
    rows = {row["way"]: row for row in found.way_rows}
    assert rows[TRUTH]["regret"] == 0
    assert rows["last touch"]["regret"] == pytest.approx(
        float(np.mean(found.profits[TRUTH] - found.profits["last touch"]))
    )


def test_progress_counts_every_run_once(launch):
    found, calls = launch
    runs = 2 * (1 + 4 + 2 * 3) + 2 * len(found.claims)
    assert calls[-1] == (runs, runs)
    assert [done for done, _ in calls] == list(range(1, runs + 1))


def test_the_same_whatever_the_engine_and_the_order():
    market = one_channel(600)
    one, two = (sim.attribution(market, seeds=[2, 5], tests=False, workers=name) for name in ("inline", "threads:2"))
    for way, claims in one.claims.items():
        assert np.array_equal(claims, two.claims[way]), way


def test_stopping_keeps_complete_seeds():
    def stop_after_five(done, _):
        if done == 5:
            raise KeyboardInterrupt

    found = sim.attribution(one_channel(600), seeds=4, tests=False, workers="inline", progress=stop_after_five)
    assert found.stopped
    assert found.seeds == (1, 2)
    assert "stopped early" in found.answer()
    with pytest.raises(KeyboardInterrupt):
        sim.attribution(
            one_channel(600),
            4,
            tests=False,
            workers="inline",
            progress=lambda *_: (_ for _ in ()).throw(KeyboardInterrupt),
        )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"holdout": 1.5}, "holdout is 1.5; allowed here is 0.01 to 0.99"),
        (
            {"geo_from": 500},
            r"geo_from is 500.* or leave the lift tests out \(tests=False, --no-tests\)",
        ),
        ({"geo_from": -1, "tests": False}, "geo_from is -1"),
        ({"outcome": "joy"}, "outcome is 'joy'; allowed are units and new_customers"),
        ({"lokback": 3}, "'lokback' is not a setting"),
        ({"channels": ("radio",)}, "no channel 'radio'"),
        ({"seeds": ()}, "no seeds"),
    ],
)
def test_settings_out_of_range_are_refused_in_a_sentence(settings, message):
    with pytest.raises(sim.ScenarioError, match=message):
        sim.attribution(one_channel(600), **settings)


@pytest.mark.parametrize("days", [1, 6, 28])
def test_a_market_too_short_for_lift_tests_has_its_truth_told_without_them(days):
    short = one_channel(600).with_(days=days)
    with pytest.raises(sim.ScenarioError, match=r"geo_from is 28; allowed here is 0 to .* leave the lift tests out"):
        sim.attribution(short, 2)
    found = sim.attribution(short, 2, tests=False, workers="inline")
    assert np.isfinite(found.claims["truth"]).all()
    assert not {"user-level test", "geo test"} & set(found.claims)
    assert found.answer()


def test_saved_whole_and_nothing_else_replaced(launch, tmp_path):
    found, _ = launch
    place = found.save(tmp_path / "found")
    assert {one.name for one in place.iterdir()} == {
        "README.txt", "about.json", "answer.txt", "attribution.png", "channels.csv", "interference.csv", "scenario.toml",
        "seeds.csv", "ways.csv",
    }  # fmt: skip
    assert json.loads((place / "about.json").read_text())["seeds"] == [1, 2]
    assert sim.load(place / "scenario.toml") == found.scenario
    assert found.save(place, figures=False) == place
    assert not (place / "attribution.png").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="Nothing was changed"):
        found.save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "dear"
    assert {one.name for one in tmp_path.iterdir()} == {"found", "mine"}


def test_command_prints_words_and_a_table_and_saves(tmp_path):
    arguments = ["attribution", "minimal", "--consumers", "500", "--seeds", "2", "--engine", "inline", "--no-tests"]
    shown = CliRunner().invoke(app, [*arguments, "--set", "horizon.days=100", "--out", str(tmp_path / "out")])
    assert shown.exit_code == 0, shown.output
    assert "What would be lost without a channel" in shown.output
    assert "last touch" in shown.output
    assert (tmp_path / "out" / "attribution.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["launch", "--channels", "televison"], "no channel 'televison'"),
        (["launch", "--holdout", "2"], "holdout is 2.0"),
        (["launch", "--engine", "horses"], "there is no engine 'horses'"),
        (["nowhere.toml"], "nowhere.toml"),
    ],
)
def test_command_says_what_is_wrong_in_one_line(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(app, ["attribution", *arguments])
    assert shown.exit_code == 2
    assert message in shown.stderr
    assert "Traceback" not in shown.output
    assert not list(tmp_path.iterdir())
