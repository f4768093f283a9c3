"""The weekly table, the geo panel, the roles of their columns: nothing lost or counted twice, no market changed by regions."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_market import busy

import sim
from sim.bridges.export import MEANINGS, csv_text, export_geo, export_weekly, meaning
from sim.bridges.geo import Panel, geo_panel
from sim.bridges.weekly import column_name, roles_of, weekly_table
from sim.regions import crossing_ties, regions

DAYS = 45


@pytest.fixture(scope="module")
def scenario() -> sim.Scenario:
    return busy(days=DAYS, consumers=900).with_({"world.brands.Billig.launch": 17})


@pytest.fixture(scope="module")
def run(scenario: sim.Scenario) -> sim.Run:
    return sim.run(scenario)


@pytest.fixture(scope="module")
def panel(scenario: sim.Scenario) -> Panel:
    return geo_panel(scenario, 4)


def test_weeks_add_up_to_the_days_of_the_run(run: sim.Run) -> None:
    table = weekly_table(run)
    mine = run.daily[(run.daily["brand"] == run.brand) & (run.daily["day"] < 42)]
    assert len(table) == 6
    assert table["date"].tolist() == [str(one.date()) for one in pd.to_datetime(run.record.dates[:42:7])]
    assert np.isclose(table["revenue"].sum(), mine["revenue"].sum())
    assert np.isclose(table["units"].sum(), mine["purchases_first"].sum() + mine["purchases_repeat"].sum())
    assert np.isclose(table["new_customers"].sum(), mine["purchases_first"].sum())
    spend = [one for one in table if one.endswith("_spend") and one not in ("rival_spend", "influencers_spend")]
    assert np.isclose(table[spend].to_numpy().sum(), mine["spend_media"].sum())
    assert np.isclose(table["influencers_spend"].sum(), mine["spend_influencers"].sum())
    touches = run.touches[(run.touches["brand"] == run.brand) & (run.touches["day"] < 42)]
    for channel in ("television", "search"):
        reached = touches[touches["kind"] == channel]["delivered"].sum()
        assert np.isclose(table[f"{channel}_impressions"].sum(), reached)


def test_prices_promotions_events_and_launches_are_what_the_scenario_says(run: sim.Run) -> None:
    table = weekly_table(run)
    assert np.isclose(table["promotion"].iloc[0], 0.3 * 5 / 7)  # days 2 to 6 of the first week
    assert np.isclose(table["promotion"].iloc[2:], 0.0).all()
    assert table["price"].iloc[0] == pytest.approx((6 * 10 + 9) / 7)  # a new regular price from day 6 on
    assert table["price"].iloc[-1] == pytest.approx(9.0)
    assert table["event_crisis"].tolist()[:3] == pytest.approx([4 / 7, 0, 0])
    assert table["launch_billig"].tolist()[:4] == pytest.approx([0, 0, 4 / 7, 1])
    assert (table["rival_spend"] > 0).all()


def test_what_never_changes_is_left_out(run: sim.Run) -> None:
    table = weekly_table(
        sim.run(
            sim.load("launch").with_(
                {"consumers": 500, "days": 60, "plan.promotions": [{"from": 3, "to": 20, "cut": 0.13}]}
            )
        )
    )
    assert "price" not in table, "the regular price is the same, whatever the arithmetic of price cuts leaves"
    table = pd.read_csv(io.StringIO(csv_text(table)))
    roles = roles_of(table)
    assert all(table[name].nunique() > 1 for name in (*roles.controls, *roles.treatments))


def test_roles_speak_each_library_s_words_and_name_columns_that_are_there(run: sim.Run, panel: Panel) -> None:
    for table in (weekly_table(run), panel.table):
        told = roles_of(table).told()
        named = re.findall(r'"([^"]+)"', json.dumps(told))
        flat = {one for one in named if one in table}
        assert {"date", "units", "revenue", "television_spend", "television_impressions", "promotion"} <= flat
        pymc, meridian = told["pymc_marketing"], told["meridian"]["coord_to_columns"]
        assert set(pymc["channel_columns"] + pymc["control_columns"]) <= set(table)
        assert set(meridian["media"] + meridian["media_spend"] + meridian["controls"]) <= set(table)
        assert set(told["meridian"]["media_to_channel"].values()) == set(roles_of(table).channels)
        assert ("geo" in meridian) == ("geo" in table) == ("dims" in pymc)
        assert "email_touches" not in flat, "what follows sales is no control"
    assert "robyn" in roles_of(weekly_table(run)).told()
    assert "robyn" not in roles_of(panel.table).told(), "Robyn reads no regions"


def test_columns_can_be_read_by_python_and_r(run: sim.Run) -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in weekly_table(run))
    assert column_name("Recall: of 1 batch!") == "recall_of_1_batch"


def test_a_run_without_weeks_or_media_is_refused(scenario: sim.Scenario) -> None:
    with pytest.raises(ValueError, match="28 days or more; this run has 20"):
        weekly_table(sim.run(scenario.with_("horizon.days", 20)))
    idle = busy(days=30, consumers=300).with_({"plan.flights": [], "plan.sponsorships": []})
    with pytest.raises(ValueError, match="spent nothing on media"):
        weekly_table(sim.run(idle))


# ------------------------------------------------------------------ regions


def test_regions_change_nothing_and_add_up_to_the_nation(run: sim.Run, panel: Panel) -> None:
    assert np.array_equal(panel.run.record.people, run.record.people)
    assert np.array_equal(panel.run.record.delivered, run.record.delivered)
    nation = weekly_table(run)
    summed = panel.table.groupby("date")[["revenue", "units", "new_customers", "population"]].sum()
    assert np.allclose(summed[["revenue", "units", "new_customers"]], nation[["revenue", "units", "new_customers"]])
    assert np.allclose(summed["population"], run.scenario.world.market.people)
    for channel in roles_of(nation).channels:
        for column in (f"{channel}_spend", f"{channel}_impressions"):
            assert np.allclose(panel.table.groupby("date")[column].sum(), nation[column]), column
    assert len(panel.table) == 4 * len(nation)
    assert panel.table["geo"].is_monotonic_increasing


def test_communities_stay_together_and_most_of_their_ties_inside() -> None:
    engine = sim.Engine(sim.load("launch").with_(consumers=3_000))
    whole, loose = (regions(engine.ties, 5, 1, by) for by in ("community", "chance"))
    communities = engine.ties.community
    assert all(len(set(whole[communities == one])) == 1 for one in set(communities.tolist()))
    assert crossing_ties(engine.ties, whole) < 0.5 < crossing_ties(engine.ties, loose)
    sizes = np.bincount(whole)
    assert (np.diff(sizes) < 0).all(), "from large to small"
    assert np.array_equal(whole, regions(engine.ties, 5, 1)), "same seed, same regions"
    even = np.bincount(regions(engine.ties, 5, 1, uneven=0.0))
    assert even.min() > 0.7 * even.max(), "of about one size if asked for"
    assert not np.array_equal(loose, regions(engine.ties, 5, 2, "chance"))


def test_where_communities_are_not_known_or_too_few_regions_are_grown_from_friend_to_friend() -> None:
    ties = sim.Engine(sim.load("launch").with_(consumers=1_000)).ties
    unknown = replace(ties, community=np.zeros_like(ties.community))
    grown = regions(unknown, 4, 1)
    assert np.bincount(grown).tolist() == [250] * 4
    assert crossing_ties(unknown, grown) < crossing_ties(unknown, regions(unknown, 4, 1, "chance"))
    few = replace(ties, community=(np.arange(1_000) // 200).astype(np.int32))
    assert np.bincount(regions(few, 10, 1)).tolist() == [100] * 10


@pytest.mark.parametrize(("count", "by", "said"), [(900, "community", "can be parted"), (1, "chance", "2 to 200"),
                                                   (3, "weather", "community and chance")])  # fmt: skip
def test_impossible_regions_are_told(count: int, by: str, said: str) -> None:
    engine = sim.Engine(busy(consumers=900))
    with pytest.raises(ValueError, match=said):
        regions(engine.ties, count, 1, by)


# ------------------------------------------------------------------ folders


def test_an_exported_folder_explains_every_column_and_reads_back(run: sim.Run, panel: Panel, tmp_path: Path) -> None:
    export_weekly(run, tmp_path / "w")
    export_geo(panel, tmp_path / "g")
    for folder, name, table in (("w", "weekly.csv", weekly_table(run)), ("g", "geo.csv", panel.table)):
        read = pd.read_csv(tmp_path / folder / name)
        assert list(read) == list(table)
        assert np.allclose(read["revenue"], table["revenue"], rtol=1e-6)
        readme = (tmp_path / folder / "README.txt").read_text("utf-8")
        assert all(re.search(rf"^{one} +\S", readme, re.MULTILINE) for one in table)
        assert not (tmp_path / folder / "sealed").exists()
        assert json.loads((tmp_path / folder / "columns.json").read_text("utf-8")) == roles_of(table).told()
    assert not list(tmp_path.rglob("*unfinished*"))


def test_every_column_there_can_be_has_a_meaning(run: sim.Run, panel: Panel) -> None:
    for table in (weekly_table(run), panel.table):
        assert all(meaning(one, roles_of(table)) for one in table)
    assert {"geo", "population", "season"} <= set(MEANINGS)
