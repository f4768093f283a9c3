"""Contagion of leaving (fact W18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.hazards import fifths, leavings, rate_ratio_parts, strata
from sim.evidence.interventions import unmoved_by_friends
from sim.evidence.statistics import jackknife

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

MONTH, MONTHS, SETTLING = 30, 24, 2
"""Days of a month; months of the run; months before the first in which a contact's leaving is looked at."""

MOST = 4
"""Contacts who left are told apart up to this number."""


@fact(
    "W18",
    market="app",
    change="one contact left the brand last month",
    control="no contact left last month; and both again where nobody minds what friends say or do",
    seeds=16,
    diagnosis="A part of the ratio is there without influence: friends are alike in more than the strata take out. "
    "What is left to "
    "friends is a little less than published.",
)
def contagion_of_leaving(lab: Lab) -> Finding:
    """Hazard of leaving next month with one contact newly gone against none, own satisfaction controlled.

    Customers of each brand at the start of each month; Mantel-Haenszel ratio of rates, stratified by brand, month, segment,
    own satisfaction (fifths), habit (thirds), how many friends were customers, and how many left the month before. With
    influence off, nobody minds what friends say or do: what the ratio shows there is likeness that the strata leave, so contagion
    is the ratio with influence over that without, on the same seeds. Published: +80 % for each neighbour who left, fading after
    the first month (Nitzan & Libai 2011).
    """
    parts = np.array(
        [
            [
                _ratios(lab.live(lab.market("app", days=MONTHS * MONTH), seed, before, _this_evening, moves=True))
                for before in (None, unmoved_by_friends)
            ]
            for seed in lab.seeds
        ]
    )  # (seeds, arms, number of contacts gone, two parts)
    on, off = (
        Measure.of_ratio(name, parts[:, arm, 1, 0], parts[:, arm, 1, 1], low=low, high=high, published=published)
        for arm, (name, low, high, published) in enumerate(
            (("one contact gone", 1.2, 2.5, 1.8), ("one contact gone, influence off", 0.85, 1.18, 1.0))
        )
    )

    def net(with_influence: np.ndarray, without: np.ndarray) -> float:
        return float((with_influence[0] / with_influence[1]) / (without[0] / without[1]))

    contagion = Measure("on over off", jackknife(net, parts[:, 0, 1], parts[:, 1, 1]), low=1.2, high=2.5, published=1.8)

    def draw(axes):
        pooled = parts.sum(axis=0)
        for arm, label in ((0, "simulated"), (1, "influence off")):
            axes.plot(range(MOST), [1.0, *(pooled[arm, 1:, 0] / pooled[arm, 1:, 1])], "o-", label=label)
        axes.plot([1], [1.8], "D", color="0.5", label="published")
        axes.set(xlabel="contacts gone last month", ylabel="hazard of leaving, against none gone", xticks=range(MOST))
        axes.legend(frameon=False)

    return Finding([on, off, contagion], draw)


def _this_evening(engine: Engine) -> tuple[np.ndarray, ...] | None:
    """On the last evening of each month, by brand: who is a customer, satisfaction, habit, and friends who are customers."""
    if engine.day % MONTH:
        return None
    owns = engine.owned_stages[engine.columns["stage"]]
    return owns, *(engine.columns[name].copy() for name in ("satisfaction", "habit", "friends_owning"))


def _ratios(life: Life) -> np.ndarray:
    """Parts of the ratio of rates for 0, 1, 2 ... contacts gone last month against none, (MOST, 2); 0 is left at 0."""
    engine = life.engine
    segment = engine.columns["segment"].astype(np.int64)
    found = [
        _at_risk(life, brand, month) for brand in range(len(engine.brands)) for month in range(SETTLING, MONTHS - 1)
    ]
    event, count, rows, satisfaction, habit, friends, earlier, when = (np.concatenate(part) for part in zip(*found))
    code = strata(when, segment[rows], fifths(satisfaction), fifths(habit, 3), np.minimum(friends, 11) // 2, earlier)
    parts = np.zeros((MOST, 2))
    for number in range(1, MOST):
        kept = (count == 0) | (count == number)
        parts[number] = rate_ratio_parts(event[kept], np.ones(kept.sum()), count[kept] == number, code[kept])
    return parts


def _at_risk(life: Life, brand: int, month: int) -> tuple[np.ndarray, ...]:
    """Who was a customer at the start and at the end of a month, one entry each.

    Whether he left in the next month, how many contacts left in this one and stayed away, row, satisfaction, habit, friends who
    were customers before, contacts who had left the month before, and a number for brand and month.
    """
    engine, ties = life.engine, life.engine.ties
    owns, satisfaction, habit, _ = (column[brand] for column in life.watched[(month + 1) * MONTH - 1])
    before, _, _, friends = (column[brand] for column in life.watched[month * MONTH - 1])
    gone, left = leavings(life, brand), np.zeros((3, engine.consumers), bool)
    for later in (-1, 0, 1):  # the month before, this one, the next
        lo = (month + later) * MONTH
        left[later, gone[(gone[:, 0] >= lo) & (gone[:, 0] < lo + MONTH), 1]] = True
    owner = np.repeat(np.arange(engine.consumers), np.diff(ties.start))
    newly, earlier = (
        np.bincount(owner, (left[when] & ~owns)[ties.to], minlength=engine.consumers).astype(np.int64)
        for when in (0, -1)
    )
    rows = np.flatnonzero(owns & before)
    event, count = left[1, rows].astype(float), np.minimum(newly[rows], MOST)
    when = np.full(rows.size, brand * MONTHS + month)
    known = satisfaction[rows], habit[rows], friends[rows].astype(np.int64), np.minimum(earlier[rows], 2)
    return event, count, rows, *known, when
