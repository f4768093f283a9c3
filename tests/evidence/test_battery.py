"""The quick form of the battery: what holds in the kept full report is not contradicted by a few seeds of today's model.

Contradicted: the whole 95 % interval of a judged measure lies outside its band. For a fact whose true value lies well inside,
that happens in far fewer than 2.5 of 100 changes of the luck; at the very edge of the band in 2.5 of 100.
"""

from __future__ import annotations

import pytest

from sim.evidence.battery import HOLDS, MISSES, NOT_YET, Order, chosen, experiments, judge_group, run
from sim.evidence.experiment import MISSED
from sim.evidence.kept import kept, kept_facts

HELD = [one["id"] for one in kept_facts(kept("results.json")) if one["verdict"] == HOLDS]


def groups() -> list[tuple[str, ...]]:
    """Facts that hold, those that share runs together."""
    found: dict[str, list[str]] = {}
    for id in HELD:
        found.setdefault(experiments()[id].shares, []).append(id)
    return [tuple(ids) for ids in found.values()]


@pytest.mark.parametrize("ids", groups(), ids=lambda ids: "+".join(ids))
def test_what_holds_is_not_contradicted(ids):
    order = Order(ids, quick=True)
    for verdict in judge_group(ids, order):
        told = [
            (one.name, one.estimate, one.interval, one.low, one.high)
            for one in verdict.figures
            if one.outcome == MISSED
        ]
        assert verdict.verdict != NOT_YET, verdict.note
        assert not (verdict.verdict == MISSES and verdict.contradicted), f"{verdict.id}: {told}"


def test_the_kept_report_covers_every_experiment():
    assert [one["id"] for one in kept("results.json")["facts"]] == list(chosen([])), "run `journeysim evidence` again"


def test_verdicts_do_not_depend_on_workers():
    order = Order(("N02", "T01", "T02"), consumers=1_000, seeds=2, quick=True)
    alone = {one.id: one.figures for one in run(order, workers=1)}
    assert {one.id: one.figures for one in run(order, workers=2)} == alone
