"""The calendar spends exactly what the plan says, on the days it says."""

from datetime import date
from timeit import timeit

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calendar import Calendar
from sim.scenario import Scenario, load

BRANDS = [{"name": "A"}, {"name": "B", "price": 5.0, "launch": 30}]


def calendar(world=None, plan=None, days=180, **horizon):
    return Calendar(
        Scenario.make(world={"brands": BRANDS, **(world or {})}, plan=plan or {}, horizon={"days": days, **horizon})
    )


def test_weekly_spend_is_a_seventh_a_day_inside_the_flight():
    flight = {"channel": "television", "weekly": 700, "from": 10, "to": date(2025, 1, 30)}
    (found,) = calendar(plan={"flights": [flight]}).flights
    assert found.brand == 0
    assert np.flatnonzero(found.spend).tolist() == list(range(10, 25))
    assert set(found.spend[10:25]) == {100.0}


def test_pulses_count_weeks_from_the_start_of_the_flight():
    flight = {"channel": "television", "weekly": 7, "from": 3, "pulse": [1, 2]}
    (found,) = calendar(plan={"flights": [flight]}, days=40).flights
    assert np.flatnonzero(found.spend).tolist() == [*range(3, 10), *range(24, 31)]


@settings(max_examples=40, deadline=None)
@given(
    total=st.floats(0, 1e9),
    first=st.integers(0, 90),
    length=st.integers(1, 90),
    pulse=st.one_of(st.none(), st.tuples(st.integers(1, 4), st.integers(0, 4))),
)
def test_totals_are_spent_to_the_cent(total, first, length, pulse):
    flight = {"channel": "display", "total": total, "from": first, "to": first + length - 1, "pulse": pulse}
    found = calendar(plan={"flights": [flight, flight]})
    assert found.spend_by_channel().sum() == pytest.approx(2 * total, rel=1e-12)
    assert found.spend_by_channel()[:, 0, 3].sum() == pytest.approx(2 * total, rel=1e-12)
    assert found.spend_by_channel()[:first].sum() == 0


def test_spend_files_spread_each_period_over_its_days(tmp_path):
    rows = "date,tv,web\n2025-01-13,14,1\n2025-01-06,7,2\n2025-01-27,70,3\n"
    (tmp_path / "spend.csv").write_text(rows)
    table = {"file": "spend.csv", "columns": {"tv": "television", "web": "display"}, "scale": 2.0}
    scenario = Scenario.make(folder=tmp_path, plan={"spend": [table]}, horizon={"days": 30})
    tv, web = Calendar(scenario).flights
    assert (tv.channel, web.channel) == (0, 3)
    np.testing.assert_allclose(tv.spend, [2.0] * 7 + [2.0] * 14 + [10.0] * 9)
    assert web.spend[:21].sum() == pytest.approx(2 * 3.0)
    assert tv.segments.all()
    assert tv.stages.all()


def test_targets_become_masks():
    world = {"segments": [{"name": "young"}, {"name": "old"}]}
    flight = {
        "channel": "paid_social",
        "weekly": 1,
        "segments": ["old"],
        "stages": ["loyal", "aware"],
        "lookalike": 0.4,
    }
    (found,) = calendar(world, {"flights": [flight]}).flights
    assert found.segments.tolist() == [False, True]
    assert np.flatnonzero(found.stages).tolist() == [1, 5]
    assert (found.lookalike, found.creative) == (0.4, 1.0)


def test_prices_promotions_and_launches():
    plan = {
        "prices": [{"from": 50, "price": 30}, {"from": 20, "price": 25}],
        "promotions": [{"from": 5, "to": 9, "cut": 0.1}, {"from": 8, "to": 12, "cut": 0.3}],
    }
    found = calendar({"prices": [{"brand": "B", "from": 0, "price": 6}]}, plan)
    assert found.price[[0, 19, 20, 49, 50, 179], 0].tolist() == [20, 20, 25, 25, 30, 30]
    assert set(found.price[:, 1]) == {6.0}
    assert found.promotion[4:14, 0].tolist() == [0, 0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0]
    assert not found.promotion[:, 1].any()
    assert found.launch.tolist() == [0, 30]


def test_rivals_spend_under_their_own_name():
    world = {"flights": [{"brand": "B", "channel": "television", "weekly": 7}]}
    spend = calendar(world, {"flights": [{"channel": "television", "weekly": 14}]}).spend_by_channel()
    assert spend.shape == (180, 2, 6)
    assert (spend[0, :, 0] == [2.0, 1.0]).all()


def test_the_season_passes_through_each_month_in_its_middle():
    season = [1.0, 2.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    found = calendar({"market": {"season": season}}, days=730, start=date(2025, 1, 1))
    assert found.season.dtype == np.float32
    assert found.season[found.day_of(date(2025, 2, 14))] == pytest.approx(2.0, abs=0.03)
    assert found.season[found.day_of(date(2025, 3, 16))] == pytest.approx(3.0, abs=0.04)
    assert np.abs(np.diff(found.season)).max() < 0.1
    growing = calendar({"market": {"trend": 0.1}}, days=731)
    assert growing.season[0] == 1.0
    assert growing.season[-1] == pytest.approx(1.1 ** (730 / 365.25))


def test_sponsored_posts_name_single_influencers():
    world = {"influencers": [{"name": "Ada", "tier": "mega"}, {"tier": "nano", "count": 3}, {"tier": "nano"}]}
    plan = {"sponsorships": [{"tier": "nano", "posts_per_week": 3.5, "from": 7, "to": 13}, {"influencer": "Ada"}]}
    found = calendar(world, plan)
    nano, ada = found.sponsorships
    assert found.entry.tolist() == [0, 1, 1, 1, 2]
    assert nano.influencers.tolist() == [1, 2, 3, 4]
    assert ada.influencers.tolist() == [0]
    assert np.flatnonzero(nano.posts_per_day).tolist() == list(range(7, 14))
    assert nano.posts_per_day.sum() == pytest.approx(3.5)


def test_events_know_their_days():
    events = [
        {"kind": "crisis", "on": date(2025, 1, 16), "brand": "B"},
        {"kind": "algorithm", "on": 20},
        {"kind": "price", "on": 178, "days": 9, "size": 0.8},
    ]
    crisis, algorithm, price = calendar({"events": events}).events
    assert (crisis.first, crisis.last, crisis.brand) == (10, 17, 1)
    assert (algorithm.first, algorithm.last, algorithm.brand) == (20, 180, 0)
    assert (price.first, price.last, price.size) == (178, 180, 0.8)


def test_days_are_counted_from_the_start():
    found = calendar(start=date(2025, 3, 5))
    assert found.day_of(date(2025, 3, 5)) == 0
    assert found.day_of(12) == 12
    assert found.weekday == 2
    assert found.dates[1] == np.datetime64("2025-03-06")


def test_a_calendar_costs_far_less_than_reading_the_file():
    scenario = load("launch").with_(days=180)
    making = min(timeit(lambda: Calendar(scenario), number=1) for _ in range(10))
    assert making < min(timeit(lambda: load("launch"), number=1) for _ in range(5)) / 4
