"""The event log: every noticed touch and move of the panel once, in order, in columns that process-mining tools read."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from make_market import busy

import sim
from sim.bridges.events import COLUMNS, event_log
from sim.bridges.export import csv_text


@pytest.fixture(scope="module")
def run() -> sim.Run:
    return sim.run(busy(days=30, consumers=500), panel=40)


def test_every_touch_and_move_is_there_once(run: sim.Run) -> None:
    log = event_log(run, "all", missed=True)
    panel = run.panel
    assert list(log) == list(COLUMNS)
    assert (log["what"] == "move").sum() == (panel["what"] == "move").sum()
    assert (log["what"] == "touch").sum() == (panel["what"] == "touch").sum()
    assert log["case:concept:name"].nunique() == 40 * len(run.record.brands)
    noticed = event_log(run, "all")
    assert (noticed["what"] == "touch").sum() == ((panel["what"] == "touch") & (panel["noticed"] > 0)).sum()
    assert not noticed["concept:name"].str.startswith("misses").any()


def test_by_default_it_is_the_focal_brand_s_journeys(run: sim.Run) -> None:
    log = event_log(run)
    assert set(log["brand"]) == {run.brand}
    assert log["case:concept:name"].nunique() == 40
    assert set(log["case:segment"]) <= {"young", "old"}


def test_replaying_a_case_ends_where_the_consumer_ends(run: sim.Run) -> None:
    log = event_log(run)
    for case, story in log.groupby("case:concept:name"):
        times = story["time:timestamp"]
        assert times.is_monotonic_increasing
        assert times.is_unique, "sorting by time must keep the order"
        assert story["what"].iloc[0] == "start"
        assert story[story["what"] != "touch"]["to"].iloc[-1] == run.replay(int(case))[run.record.focal]
        moves = story[story["what"] != "touch"]
        assert (moves["from"].iloc[1:].to_numpy() == moves["to"].iloc[:-1].to_numpy()).all()


def test_segments_are_those_people_have_in_the_market(run: sim.Run) -> None:
    engine = sim.Engine(run.scenario, run.seed)
    names = [one.name for one in engine.segments]
    for case, story in event_log(run).groupby("case:concept:name"):
        assert set(story["case:segment"]) == {names[engine.columns["segment"][int(case)]]}
    assert "case:segment" not in event_log(run, segments=False)


def test_it_survives_a_csv_file(run: sim.Run) -> None:
    log = event_log(run)
    read = pd.read_csv(io.StringIO(csv_text(log)), parse_dates=["time:timestamp"], dtype={"case:concept:name": str})
    assert (read["time:timestamp"] == log["time:timestamp"]).all()
    assert read["concept:name"].tolist() == log["concept:name"].tolist()
    assert np.array_equal(read["count"], log["count"])


def test_what_cannot_be_exported_is_told(run: sim.Run) -> None:
    with pytest.raises(ValueError, match="followed nobody"):
        event_log(sim.run(busy(days=10, consumers=300)))
    with pytest.raises(ValueError, match="did you mean 'Stor'"):
        event_log(run, "Stpr")
