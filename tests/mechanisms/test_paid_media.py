"""Paid media: money buys impressions from those it is aimed at, at the price of the aim."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.paid_media import aim_weight

pytestmark = pytest.mark.usefixtures("warm")
TWO = [{"name": "young", "share": 0.3}, {"name": "old", "share": 0.7}]


def shown(flight, weekly=7000.0, days=5, stage=None, **world):
    """Impressions delivered by stage, and who saw any, for one flight in a market of 3,000 consumers."""
    plan = {"flights": [{**flight, "weekly": weekly}]}
    engine = build(
        quiet(days=days, consumers=3000, plan=plan, mechanisms=alone("perception", "paid_media"), **world), panel=3000
    )
    if stage is not None:
        engine.columns["stage"][0] = stage
        engine.touched()
    saw, delivered = np.zeros(3000, int), 0
    for _ in range(days):
        engine.step()
        delivered = delivered + engine.tallies["delivered"].sum(axis=(0, 1))
        for group in engine.groups:
            log = group.lists.touches[: group.lists.touched[0]]
            np.add.at(saw, log[:, 0], log[:, 3])
    return engine, delivered, saw


def test_weight_is_use_times_aim_times_interest():
    assert aim_weight(0.5, 1.0, 0.0, 0.9) == pytest.approx(0.5)
    assert aim_weight(0.5, 1.0, 1.0, 0.5) == pytest.approx(0.5)
    assert aim_weight(0.5, 1.0, 1.0, 1.0) == pytest.approx(1.0)
    assert aim_weight(0.5, 1.0, 1.0, 0.0) == aim_weight(0.5, 0.0, 0.0, 1.0) == 0.0


def test_without_money_nobody_sees_anything():
    _, delivered, _ = shown({"channel": "television"}, weekly=0.0)
    assert delivered.sum() == 0


def test_much_money_reaches_everybody_who_is_ever_there():
    engine, _, saw = shown({"channel": "television"}, weekly=500_000.0)
    use = engine.columns["media_use"][0]
    assert (saw[use > 60] > 0).all()
    assert (saw[use == 0] == 0).all()


def test_a_flight_reaches_only_the_segment_and_stages_it_is_aimed_at():
    engine, _, saw = shown({"channel": "paid_social", "segments": ["young"]}, segments=TWO)
    assert saw[engine.columns["segment"] == 1].sum() == 0
    assert saw[engine.columns["segment"] == 0].sum() > 0
    stage = np.arange(3000) % 3
    _, delivered, saw = shown({"channel": "display", "stages": ["considering"]}, stage=stage)
    assert saw[stage != 2].sum() == 0
    assert delivered[2] == delivered.sum() > 0


def test_a_narrow_aim_buys_fewer_impressions():
    aims = ([], ["young"])  # so little money that no frequency cap binds
    wide, narrow = (shown({"channel": "paid_social", "segments": aim}, 700.0, segments=TWO)[0] for aim in aims)
    bought = [engine.series["impressions"].sum() for engine in (wide, narrow)]
    use, segment = wide.columns["media_use"][2], wide.columns["segment"]
    share = use[segment == 0].sum() / use.sum(dtype=float)
    assert bought[1] / bought[0] == pytest.approx(share ** wide.parameters["paid_media"]["premium"], rel=1e-6)


def test_lookalike_finds_the_keen():
    engine, _, saw = shown({"channel": "paid_social", "lookalike": 1.0}, weekly=20_000.0)
    interest = engine.columns["interest"]
    keen, cool = saw[interest > 200].mean(), saw[interest < 55].mean()
    expected = interest[interest > 200].mean() / interest[interest < 55].mean()
    assert keen / cool == pytest.approx(expected, rel=0.25)


def test_search_finds_those_who_look_and_some_who_know():
    stage = np.arange(3000) % 3  # a third each unaware, aware, considering
    engine, delivered, saw = shown({"channel": "search"}, weekly=200_000.0, stage=stage)
    assert saw[stage == 0].sum() == 0
    expected = engine.parameters["paid_media"]["brand_search"]
    assert delivered[1] / delivered[2] == pytest.approx(expected, rel=0.3)


def test_a_persons_luck_with_one_flight_does_not_hang_on_another():
    plain = shown({"channel": "television"})[2]
    both = quiet(days=5, consumers=3000, mechanisms=alone("perception", "paid_media"),
                 plan={"flights": [{"channel": "television", "weekly": 7000.0},
                                   {"channel": "display", "weekly": 50.0}]})  # fmt: skip
    engine = build(both, panel=3000)
    saw = np.zeros(3000, int)
    for _ in range(5):
        engine.step()
        for group in engine.groups:
            log = group.lists.touches[: group.lists.touched[0]]
            np.add.at(saw, log[log[:, 2] == 0, 0], log[log[:, 2] == 0, 3])
    assert np.array_equal(saw, plain)
