"""Events: bad news reaches the share it says, and everything an event changes comes back."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, live, quiet

pytestmark = pytest.mark.usefixtures("warm")


@pytest.mark.parametrize(("reach", "size"), [(0.0, 1.0), (0.2, 0.5), (0.5, 1.0), (1.0, 2.0)])
def test_a_crisis_is_heard_of_by_reach_times_size(reach, size):
    events = [{"kind": "crisis", "on": 2, "size": size, "days": 1}]
    engine = build(quiet(consumers=4000, events=events, mechanisms=alone("perception", events={"reach": reach})))
    heard = []
    for _ in range(5):
        engine.step()
        heard.append(engine.tallies["delivered"].sum())
    chance = min(1.0, reach * size)
    assert heard[:2] == heard[3:] == [0, 0]
    assert abs(heard[2] - 4000 * chance) <= 4 * np.sqrt(4000 * chance * (1 - chance))


def test_noticed_news_carries_its_evidence_and_makes_known():
    """Without clutter everybody notices: s = negativity * harm * size, a = 1 - exp(-salience * fit)."""
    events = [{"kind": "crisis", "on": 0, "size": 1.0, "days": 1}]
    parameters = {"events": {"reach": 1.0}, "perception": {"clutter": 0.0}}
    scenario = quiet(events=events, platform={"clutter": 0.0}, segments=[{"name": "all", "attention": 1e6}],
                     mechanisms=alone(**parameters))  # fmt: skip
    engine = live(scenario, 1)
    values = engine.parameters
    noticed = engine.columns["last_touch"][0] >= 0
    assert noticed.mean() > 0.99
    harm = values["perception"]["negativity"] * values["events"]["harm"]
    assert engine.columns["evidence_against"][0, noticed] == pytest.approx(harm, rel=1e-6)
    known = 1 - np.exp(-values["events"]["salience"] * engine.stages[0].fit[0])
    assert engine.columns["awareness"][0, noticed] == pytest.approx(known, rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "size", "table", "factor"),
    [("price", 1.5, "price_today", 1.5), ("outage", 0.4, "available", 0.6), ("trend", 1.7, "season_today", 1.7),
     ("algorithm", 0.5, "reach_today", 0.5)],
)  # fmt: skip
def test_an_event_changes_a_number_of_the_day_and_gives_it_back(kind, size, table, factor):
    engine = build(quiet(days=6, events=[{"kind": kind, "on": 2, "days": 2, "size": size}]))
    seen = []
    for _ in range(6):
        engine.step()
        seen.append(float(engine.tables[table][0]))
    usual = seen[0]
    assert seen == pytest.approx([usual, usual, usual * factor, usual * factor, usual, usual], rel=1e-6)


def test_a_brand_cannot_be_bought_before_its_launch():
    engine = build(quiet(days=4, brand={"launch": 2, "availability": 0.8}))
    seen = []
    for _ in range(4):
        engine.step()
        seen.append(float(engine.tables["available"][0]))
    assert seen == pytest.approx([0, 0, 0.8, 0.8])
