"""Response curves are paired differences of runs, and say so."""

import numpy as np
import pytest
from one_channel import one_channel
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.experiments.channels import plan_channels, scaled
from sim.experiments.response.found import Response
from sim.experiments.response.measure import with_burst


def units(scenario, seed):
    record = sim.run(scenario, seed).record
    each = scenario.world.market.people / scenario.world.market.consumers
    return sum(record.series[name][:, record.focal].sum() for name in ("purchases_first", "purchases_repeat")) * each


@pytest.fixture(scope="module")
def launch():
    calls = []
    market = sim.load("launch").with_(consumers=800, days=120)
    found = sim.response(
        market, 2, ladder=(0.5, 2), channels=("television", "influencers"), progress=lambda *a: calls.append(a)
    )
    return found, calls


@pytest.fixture(scope="module")
def simple():
    return sim.response(one_channel(1000), 3, burst_day=70, burst=1.0)


def test_every_step_is_a_run_with_that_money(launch):
    found, _ = launch
    assert found.ladder.tolist() == [0, 0.5, 1, 2]
    market = found.scenario
    for c, name in enumerate(("television", "influencers")):
        for r, step in enumerate(found.ladder):
            assert found.sales[c, r, 1] == pytest.approx(units(scaled(market, {name: float(step)}), 2))
    assert found.spend[0].mean(axis=1) == pytest.approx(found.spend[0, 2].mean() * found.ladder)
    assert found.spend[:, 0].max() == 0


def test_synergy_is_the_effect_of_both_less_the_sum_of_each(launch):
    found, _ = launch
    market = found.scenario
    plans = [{"television": a, "influencers": b} for a, b in ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0))]
    both, without_tv, without_influencers, none = (units(scaled(market, one), 1) for one in plans)
    (values,) = found.synergy.values()
    assert values[0] == pytest.approx((both - none) - (without_influencers - none) - (without_tv - none))


def test_a_curve_without_a_bend_in_sight_has_no_half_saturation_and_is_not_saturated():
    """A power of spend: its best return lies wherever one begins to look, and half of it is no saturation."""
    market = sim.load("minimal")
    ladder = np.array([0, 0.5, 1, 2.0])
    spend = np.repeat(1000.0 * ladder[None, :, None], 3, axis=2)
    sales = 5000 + 100.0 * (spend / 1000) ** 0.8
    channels = tuple(plan_channels(market))[:1]
    found = Response(market, (1, 2, 3), channels, ladder, "units", sales, sales, spend)
    assert np.isinf([found.channel_rows[0]["half"], found.channel_rows[0]["saturates_at"]]).all()
    assert "not saturated in the tried range" in found.answer()


def test_runs_are_counted(launch):
    _, calls = launch
    runs = 2 * (1 + 2 * 3 + 1 + 2)
    assert calls[-1] == (runs, runs)


def test_burst_is_one_week_of_more_money(launch):
    market = launch[0].scenario
    television = launch[0].channels[0]
    from sim.calendar import Calendar

    number = [one.name for one in market.world.channels].index("television")
    now, more = (
        Calendar(one).spend_by_channel()[:, market.focal, number]
        for one in (market, with_burst(market, television, 28, 4.0))
    )
    extra = more - now
    assert extra[28:35] == pytest.approx(4 * 24_000 / 7)
    assert not extra[:28].any()
    assert not extra[35:].any()


def test_without_carry_over_what_a_burst_adds_is_over_with_it(simple):
    weekly = simple.extra["online_video"].mean(axis=0)
    assert weekly[0] > 0
    assert weekly[1:].max() < 0.05 * weekly[0]
    assert weekly[1:].min() > -0.2 * weekly[0]  # who bought on its last day does not on the next
    (row,) = simple.channel_rows
    assert row["decay"] < 0.1
    assert row["half_life_weeks"] < 0.4
    assert row["memory_half_life_weeks"] < 0.4


def test_where_nobody_buys_without_the_channel_the_curve_starts_at_no_sales(simple):
    assert not simple.sales[0, 0].any()
    gains = simple.gained[0].mean(axis=1)
    assert (np.diff(gains) > 0).all()
    steps = [row["marginal_per_1000"] for row in simple.curve_rows[1:]]
    assert np.dot(steps, np.diff(simple.spend[0].mean(axis=1))) == pytest.approx(1000 * gains[-1])
    assert simple.channel_rows[0]["per_1000"] == pytest.approx(1000 * gains[3] / simple.spend[0, 3].mean())


def test_the_same_whatever_the_engine():
    market = one_channel(500)
    one, two = (sim.response(market, [3, 4], ladder=(0.5, 2), workers=name) for name in ("inline", "threads:2"))
    assert np.array_equal(one.sales, two.sales)
    assert np.array_equal(one.extra["online_video"], two.extra["online_video"])


def test_stopping_keeps_complete_seeds():
    def stop(done, _):
        if done == 6:
            raise KeyboardInterrupt

    found = sim.response(one_channel(500), 4, ladder=(0.5, 2), workers="inline", progress=stop)
    assert found.stopped
    assert found.seeds == (1,)
    assert "stopped early" in found.answer()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ladder": (0.5,)}, "the ladder is 0, 0.5, 1; give"),
        ({"ladder": (-1, 0.5, 2)}, "from 0 to 100"),
        ({"outcome": "joy"}, "outcome is 'joy'"),
        ({"burst": 0}, "burst is 0"),
        ({"burst_day": 110}, "leaves no four weeks"),
        ({"channels": ("radio",)}, "no channel 'radio'"),
        ({"seeds": ()}, "no seeds"),
    ],
)
def test_what_is_out_of_range_is_refused_in_a_sentence(settings, message):
    with pytest.raises(sim.ScenarioError, match=message):
        sim.response(one_channel(500), **settings)


def test_saved_whole_with_pictures(launch, tmp_path):
    place = launch[0].save(tmp_path / "curves")
    names = {"curves", "channels", "assumed", "carry_over", "synergy"}
    assert {one.stem for one in place.glob("*.csv")} == names
    assert {one.name for one in place.glob("*.png")} == {"curves.png", "carry_over.png", "synergy.png"}
    assert sim.load(place / "scenario.toml") == launch[0].scenario


def test_command_prints_words_and_a_table_and_saves(tmp_path):
    arguments = ["response", "minimal", "--consumers", "500", "--seeds", "2", "--engine", "inline", "--ladder", "0.5,2"]
    shown = CliRunner().invoke(
        app, [*arguments, "--set", "horizon.days=90", "--no-figures", "--out", str(tmp_path / "out")]
    )
    assert shown.exit_code == 0, shown.output
    assert "What 1,000 EUR bring" in shown.output
    assert "half-saturation" in shown.output
    assert (tmp_path / "out" / "curves.csv").read_text().startswith("channel,step,spend")


def test_command_says_what_is_wrong_in_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments, message in (
        (["--ladder", "half"], "--ladder 'half'"),
        (["--channels", "radio"], "no channel 'radio'"),
    ):
        shown = CliRunner().invoke(app, ["response", "launch", *arguments])
        assert shown.exit_code == 2
        assert message in shown.stderr
    assert not list(tmp_path.iterdir())
