"""Journeys of all consumers add up to the run they are from, however they are filtered."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from every_chart import journeys
from make_pairs import market

import sim
from sim.app.charts import Look, journey_flow, path_table, through_the_year
from sim.app.charts.paths import KINDS, chosen
from sim.app.theme import LIGHT
from sim.app.words import Words


def look() -> Look:
    return Look(Words("en"), LIGHT)


def test_moves_are_those_of_the_run() -> None:
    run = sim.run(market(), seed=3)
    found, focal, each = journeys(), run.record.focal, run.people_per_consumer
    whole = found.travelled()
    assert np.array_equal(whole.moves, run.record.transitions[:, focal].sum(axis=0) * each)
    assert np.array_equal(whole.start, run.record.people[0, focal].sum(axis=0) * each)
    by_segment = sum(found.travelled(segment).moves for segment in range(len(found.segments)))
    assert np.array_equal(by_segment, whole.moves)
    halves = found.travelled(last=80).moves + found.travelled(first=81).moves
    assert np.array_equal(halves, whole.moves)
    later = found.travelled(first=81)
    assert np.array_equal(later.start, run.record.people[81, focal].sum(axis=0) * each)
    rival = found.travelled(brand=1 - min(focal, 1))
    assert not np.array_equal(rival.moves, whole.moves)


def test_quarters_keep_everybody() -> None:
    found = journeys()
    flows = found.quarters()
    everybody = len(found.segment) * found.each
    assert flows.sum(axis=(1, 2)) == pytest.approx(np.full(4, everybody))
    for before, after in pairwise(flows):
        assert np.array_equal(before.sum(axis=0), after.sum(axis=1))


def test_ways_lead_from_a_start_to_a_purchase() -> None:
    found = journeys()
    ways = found.ways()
    owners = {found.stages[stage] for stage in found.owners}
    assert sum(way.share for way in ways) == pytest.approx(1)
    for way in ways:
        assert way.stages[-1] in owners
        assert owners.isdisjoint(way.stages[:-1])
        assert 0 < way.per_hundred <= 100
        assert way.days >= 0
    run = sim.run(market(), seed=3)
    first = run.record.series["purchases_first"][:, run.record.focal].sum() * run.people_per_consumer
    assert sum(way.people for way in ways) <= first + 1e-6
    assert chosen(ways, "loop") == [way for way in ways if len(set(way.stages)) < len(way.stages)][:6]
    assert len(chosen(ways, "short")[0].stages) == min(len(way.stages) for way in ways)
    with pytest.raises(ValueError, match="no kind of path"):
        chosen(ways, "scenic")


def test_pictures_of_journeys_are_plain() -> None:
    found = journeys()
    whole, ways = found.travelled(), found.ways()
    charts = [
        journey_flow(whole, look(), whole.weeks),
        journey_flow(found.travelled(0), look(), whole.weeks, whole),
        through_the_year(found.quarters(), whole, look()),
        *(path_table(ways, look(), kind) for kind in KINDS),
        path_table([], look()),
    ]
    for chart in charts:
        json.dumps(chart.option, allow_nan=False)
        assert all(len(row) == len(chart.columns) for row in chart.rows)
        assert chart.alt
        assert chart.how
    blue = [one for one in charts[0].option["series"][0]["links"] if one["lineStyle"]["color"] == LIGHT.forward]
    assert {(one["source"], one["target"]) for one in blue} >= {("unaware", "aware"), ("aware", "considering")}


def test_nobody_moves_in_a_segment_that_is_empty() -> None:
    found = journeys()
    assert found.travelled(segment=99).moves.sum() == 0
    assert found.ways(segment=99) == []
