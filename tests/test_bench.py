"""The benchmark measures what it says. How fast anything is, is never asserted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from make_market import build

from sim import bench as bench_command
from sim.bench import Report, Row, bench, standard
from sim.benchmarks import floor, report, speed, watch
from sim.benchmarks.apart import measure_days, sizes
from sim.benchmarks.floor import Bandwidth, Work, work_of
from sim.benchmarks.speed import Part, Speed
from sim.mechanisms import forgetting, owned, paid_media

MACHINE = Bandwidth(memory=20.0, cache=100.0, draw_ns=0.2)


def a_report() -> Report:
    """A report of invented figures."""
    parts = (Part("need", "need", "feel", 1.0, 0.5), Part("platform", "dawn", "dawn", 0.1, None))
    return Report(
        quick=True,
        machine=report.describe_machine(),
        bandwidth=MACHINE,
        rows=[Row("a day", 20.0, "ns", "day_1"), Row("a year", None, "s", "year", "not here"), Row("other", 3.0, "s")],
        speeds=[Speed(1000, 1, 1.2, 1.1, 1.3, 0.6, 0.01, parts)],
    )


@pytest.mark.parametrize("brands", [1, 3])
def test_the_standard_market_buys_one_impression_per_person_and_week_for_each_brand(brands: int) -> None:
    engine = build(standard(2000, brands, 14))
    assert (len(engine.brands), len(engine.calendar.flights)) == (brands, 4 * brands)
    assert set(engine.mechanisms) == set(engine._every), "all mechanisms are on"
    for _ in range(14):
        engine.step()
    weekly = engine.series["impressions"][:14].sum(axis=0) / 2 / engine.consumers
    assert weekly == pytest.approx(np.ones(brands), rel=0.06)
    assert engine.series["spend_influencers"].sum() > 0


def test_followers_and_people_grow_with_the_market() -> None:
    small, large = standard(1000).world, standard(100_000).world
    assert large.market.people == 100 * small.market.people == 10_000_000
    assert [one.followers for one in large.influencers] == [100 * one.followers for one in small.influencers]


def test_work_on_everybody_is_found_in_the_source() -> None:
    engine = build(standard(200, 3, 2))
    faded = {"awareness", "evidence_for", "evidence_against", "fatigue", "ad_memory", "ad_glimpse", "habit"}
    assert work_of(forgetting.fade, engine) == Work(frozenset(faded), frozenset(faded), 0)
    assert work_of(paid_media.expose, engine).draws == 12, "one for each flight"
    shown = work_of(owned.hear_from_brand, engine)
    assert (shown.reads, shown.writes, shown.draws) == ({"stage"}, set(), 3)


def test_the_floor_counts_bytes_and_draws() -> None:
    engine = build(standard(200, 3, 2))
    work = Work(frozenset({"awareness", "motivation"}), frozenset({"motivation"}), 2)
    bytes_moved = 3 * 4 + 4 + 4  # three brands' awareness, motivation read, motivation written
    assert floor.floor_ns(work, engine, MACHINE) == pytest.approx(bytes_moved / 100.0 + 2 * 0.2)
    assert floor.day_floor_ns(engine.schedule(), engine, MACHINE) > 0


def test_a_consumers_bytes_are_those_of_the_arrays() -> None:
    engine = build(standard(300, 1, 2))
    ties = engine.ties
    assert sizes(engine)["ties"] == ties.start.nbytes + ties.to.nbytes + ties.strength.nbytes
    assert sizes(engine)["columns"] == sum(column.nbytes for column in engine.columns.values())


def test_the_day_can_be_written_with_a_clock_behind_each_kernel() -> None:
    engine = build(standard(200, 1, 2))
    days = [call for call in engine.schedule() if call[0] != "spread"]
    assert watch._timed_source(days, engine.wiring(0), hooks=False)
    together = [hook.calls for hooks in engine.hooks.values() for hook in hooks if len(hook.calls) > 1]
    assert together, "no hooks are called together"
    for calls in together:
        assert watch._timed_source(calls, engine.wiring(), hooks=True)


@pytest.mark.slow
def test_a_watched_market_lives_the_same_days() -> None:
    watched, plain = (build(standard(300, 1, 4)) for _ in range(2))
    parts = watch.Watch(watched).days(3)
    for _ in range(3):
        plain.step()
    assert all(np.array_equal(watched.columns[name], plain.columns[name]) for name in plain.columns)
    assert {one.mechanism for one in parts} == set(plain.mechanisms)
    assert all(one.ns >= 0 for one in parts)


@pytest.mark.slow
def test_days_are_measured_in_a_process_of_their_own() -> None:
    found, engine = measure_days(200, 3, 2, MACHINE), build(standard(200, 3, 2))
    assert found.floor_ns == floor.day_floor_ns(engine.schedule(), engine, MACHINE)
    assert 0 < found.fastest <= found.ns <= found.slowest


@pytest.mark.parametrize(
    ("target", "value", "mark"),
    [("day_1", 12.0, "aim"), ("day_1", 29.0, "must"), ("day_1", 31.0, "no"), ("mesa", 1200.0, "aim"),
     ("mesa", 299.0, "no"), ("threads", 1.7, "must"), ("", 5.0, ""), ("year", None, "")],
)  # fmt: skip
def test_figures_are_held_against_what_is_wanted(target: str, value: float | None, mark: str) -> None:
    assert Row("figure", value, "unit", target).mark == mark


def test_the_report_reads_as_table_json_and_markdown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(bench_command, "measure", lambda quick: a_report())
    assert bench(quick=True, as_json=False) == 0
    table = capsys.readouterr().out
    assert "must met" in table
    assert "not measured" in table
    assert bench(quick=True, as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["mark"] for row in rows] == ["must", "", ""]
    assert "| need | 1.00 | 0.50 | 2.0x | feel 1.00 |" in report.to_markdown(a_report())


def test_without_a_checkout_there_is_no_plain_market(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "plain_market", lambda: None)
    assert speed.measure_mesa(100, 1) is None
