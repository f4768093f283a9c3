"""Markets nobody thought of: whatever a scenario may say, no run breaks, leaves its bounds or loses anybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_market import columns_out_of_range, diary, differing

import sim
from sim import Engine, Scenario
from sim.columns import NEVER
from sim.mechanism import registry
from sim.stages import OWNS

pytestmark = pytest.mark.usefixtures("warm")
DAYS = 15
CHANNELS = ("television", "online_video", "paid_social", "display", "out_of_home", "search")
TARGETS = {"paid_social", "display"}
PARAMS = [(name, key, param) for name, one in registry().items() for key, param in one.params.items()]
THOROUGH = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

share = st.floats(0, 1, width=16)
days = st.integers(0, DAYS - 1)


@st.composite
def spans(draw):
    """A first and a last day."""
    first = draw(days)
    return {"from": first, "to": draw(st.integers(first, DAYS - 1))}


@st.composite
def flights(draw, brand=None):
    channel = draw(st.sampled_from(CHANNELS))
    flight = {
        "channel": channel,
        draw(st.sampled_from(["weekly", "total"])): draw(st.sampled_from([0.0, 1.0, 900.0, 1e7])),
    }
    if draw(st.booleans()):
        flight |= draw(spans())
    if channel in TARGETS:
        flight["lookalike"] = draw(share)
        flight["stages"] = draw(st.sampled_from([[], ["unaware"], ["considering", "advocate"]]))
    return flight | ({"brand": brand} if brand else {})


@st.composite
def brands(draw, number):
    known = draw(share)
    return {
        "name": f"B{number}", "price": draw(st.sampled_from([0.01, 9.0, 11.0, 1e4])), "margin": draw(share),
        "quality": draw(share), "quality_spread": draw(share), "problem_rate": draw(share), "availability": draw(share),
        "known": known, "buyers": known * draw(share), "reviews": draw(st.sampled_from([0, 1, 5000])),
        "score": draw(st.floats(1, 5, width=16)), "launch": draw(st.sampled_from([None, 0, 7])), "consent": draw(share),
        "emails_per_week": draw(st.sampled_from([0.0, 3.0, 14.0])),
        "posts_per_week": draw(st.sampled_from([0.0, 50.0])),
        "community": draw(share), "transparency": draw(share),
        "service": {"capacity": draw(st.sampled_from([0.0, 10.0, 1e4])),
                    "answer_hours": draw(st.sampled_from([0.1, 90.0]))},
        "loyalty": {"reward": draw(share), "thanks": draw(share)},
        "referral": {"reward": 3.0, "appeal": draw(share)},
        "reaction": {"to": draw(st.sampled_from(["none", "price", "share"])), "strength": draw(share), "delay": 2},
    }  # fmt: skip


@st.composite
def events(draw, names):
    kind = draw(st.sampled_from(["crisis", "algorithm", "trend", "outage", "price", "set"]))
    event = {
        "kind": kind,
        "on": draw(days),
        "days": draw(st.sampled_from([None, 1, 5])),
        "brand": draw(st.sampled_from(names)),
    }
    if kind == "set":
        name, key, param = draw(st.sampled_from(PARAMS))
        return event | {"set": {f"{name}.{key}": draw(st.sampled_from([float(param.low), float(param.high)]))}}
    return event | {"size": draw(share) if kind == "outage" else draw(st.sampled_from([0.1, 0.9, 4.0]))}


@st.composite
def scenarios(draw):
    """A scenario of one to four brands with anything a file may say about them, on 15 days and 60 to 200 consumers."""
    made = [draw(brands(number)) for number in range(draw(st.integers(1, 4)))]
    names = [one["name"] for one in made]
    made[0]["focal"] = True
    chosen = draw(st.lists(st.sampled_from(PARAMS), max_size=8, unique_by=lambda one: one[:2]))
    mechanisms: dict[str, dict[str, float]] = {}
    for name, key, param in chosen:
        mechanisms.setdefault(name, {})[key] = draw(st.sampled_from([float(param.low), float(param.high)]))
    rivals = [draw(flights(name)) for name in names[1:] if draw(st.booleans())]
    influencers = draw(st.sampled_from([[], [{"count": 3, "followers": 9000, "posts_per_week": 20.0}]]))
    sponsored = [{"tier": "micro", "posts_per_week": 10.0, "positivity": draw(share)}] if influencers else []
    return Scenario.make(
        title="Anything", seed=draw(st.integers(0, 2**32)), horizon={"days": DAYS},
        world={
            "market": {
                "people": 50_000, "consumers": draw(st.integers(60, 200)),
                "category": draw(st.sampled_from(["repeat", "one-off", "subscription"])),
                "purchase_cycle": draw(st.sampled_from([0.5, 7.0, 3000.0])),
                "trend": draw(st.sampled_from([-0.5, 0.0, 5.0])),
            },
            "segments": [{"name": "a", "share": 0.3, "susceptibility": draw(share), "talkativeness": draw(share),
                          "impulsiveness": draw(share)}, {"name": "b", "share": 0.7}],
            "brands": made, "mechanisms": mechanisms, "flights": rivals, "influencers": influencers,
            "events": draw(st.lists(events(names), max_size=4)),
            "peers": {"degree": draw(st.sampled_from([0.1, 3.0, 20.0]))},
            "platform": {"organic_reach": draw(share), "virality": draw(share), "one_tap": draw(share),
                         "personalisation": draw(share), "clutter": draw(st.sampled_from([0.0, 50.0]))},
        },
        plan={
            "flights": draw(st.lists(flights(), max_size=4)), "sponsorships": sponsored,
            "promotions": [draw(spans()) | {"cut": draw(share)}] if draw(st.booleans()) else [],
            "prices": draw(st.sampled_from([[], [{"from": 4, "price": 0.5}], [{"from": 0, "price": 300.0}]])),
        },
    )  # fmt: skip


@given(scenarios())
@THOROUGH
def test_no_market_breaks_leaves_its_bounds_or_loses_anybody(scenario):
    engine = Engine(scenario, panel=20)
    for day in range(DAYS):
        before = engine.tables["people"].sum(axis=1)
        engine.step()
        people, moves = engine.tables["people"], engine.tables["transitions"]
        assert people.min() >= 0
        assert (people.sum(axis=(1, 2)) == engine.consumers).all()
        assert np.array_equal(people.sum(axis=1) - before, moves.sum(axis=1) - moves.sum(axis=2))
        assert columns_out_of_range(engine) == [], f"day {day}"
        assert (engine.tallies["noticed"] <= engine.tallies["delivered"]).all()
        for group in engine.groups:
            for count, rows in (
                ("planned", "errands"),
                ("moved", "moves"),
                ("ordered", "orders"),
                ("touched", "touches"),
            ):
                assert getattr(group.lists, count)[0] < len(getattr(group.lists, rows)), (
                    f"{rows} overflowed on day {day}"
                )
    for name, series in (engine.series | engine.market_series).items():
        assert np.isfinite(series).all(), f"series {name}"
    stage, bought = engine.columns["stage"], engine.columns["last_bought"]
    owns = engine.stage_role[stage] & OWNS > 0
    assert (bought[owns] != NEVER).all(), "an owner who never bought"
    spent = engine.series["spend_media"] + engine.series["unspent"]
    planned = engine.calendar.spend_by_channel().sum(axis=2)
    assert (spent >= planned * (1 - 1e-9)).all(), "money disappeared"


@given(scenarios())
@settings(parent=THOROUGH, max_examples=25)
def test_the_same_market_gives_the_same_bits_in_any_groups(scenario):
    assert differing(diary(scenario, 8), diary(scenario, 8, group=37, threads=2)) == []


@given(scenarios(), st.sampled_from([("plan.emails_per_week", 3.0), ("seed", 9), ("world.market.season", (2.0,) * 12)]))
@settings(parent=THOROUGH, max_examples=40)
def test_a_scenario_survives_changing_back_and_writing_down(tmp_path_factory, scenario, change):
    folder = tmp_path_factory.mktemp("written")
    (folder / "one.toml").write_text(scenario.to_toml())
    assert sim.load(folder / "one.toml") == scenario
    path, value = change
    other = scenario.with_(path, value)
    (path, mine, theirs), *rest = scenario.differences(other)
    assert not rest
    assert other.with_(path, mine) == scenario
    assert scenario.with_(path, theirs) == other
    assert other != scenario
