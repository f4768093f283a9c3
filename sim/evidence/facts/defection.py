"""Contagion of leaving (fact W18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.hazards import fifths, indicators, joinings, leavings, log_hazard_ratios
from sim.evidence.interventions import unmoved_by_friends
from sim.evidence.statistics import jackknife

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

MONTH, MONTHS, SETTLING = 30, 24, 2
"""Days of a month; months of the run; months before the first in which a contact's leaving is looked at."""

MOST = 3
"""Contacts who left are told apart up to this number; the last class is this many or more."""


@fact(
    "W18",
    market="app",
    change="one contact left the brand last month",
    control="no contact left last month; and both again where nobody minds what friends say or do",
    seeds=40,
    diagnosis="Friends are alike in more than the covariates tell, so a part of the ratio is there without influence; what is "
    "left to friends is less than published.",
)
def contagion_of_leaving(lab: Lab) -> Finding:
    """Hazard of leaving next month with one contact newly gone against none, own satisfaction controlled.

    Customers of each brand at the start of each month; proportional hazards of leaving by how many contacts left the month
    before, with an effect of each brand's month, own satisfaction and habit (fifths), segment, tenure, number of ties, how many
    friends were customers, and how many had left the month before that. A regression, as in the study, for so many covariates
    would make strata of three or four people, who seldom find anybody to be compared with. With influence off, nobody minds what
    friends say or do: what the ratio shows there is likeness that the covariates leave, so contagion is the ratio with influence
    over that without, on the same seeds. Published: +80 % for each neighbour who left, fading after the first month
    (Nitzan & Libai 2011).
    """
    market = lab.market("app", days=MONTHS * MONTH)
    logs = np.array(
        [
            [
                _log_ratios(lab.live(market, seed, before, _this_evening, moves=True))
                for before in (None, unmoved_by_friends)
            ]
            for seed in lab.seeds
        ]
    )  # (seeds, arms, 1 to MOST contacts gone)
    on, off = (
        Measure(name, jackknife(_ratio, logs[:, arm, 0]), low=low, high=high, published=published)
        for arm, (name, low, high, published) in enumerate(
            (("one contact gone", 1.2, 2.5, 1.8), ("one contact gone, influence off", 0.85, 1.18, 1.0))
        )
    )
    net = jackknife(_ratio, logs[:, 0, 0] - logs[:, 1, 0])
    contagion = Measure("on over off", net, low=1.2, high=2.5, published=1.8)

    def draw(axes):
        for arm, label in ((0, "simulated"), (1, "influence off")):
            axes.plot(range(MOST + 1), [1.0, *np.exp(logs[:, arm].mean(axis=0))], "o-", label=label)
        axes.plot([1], [1.8], "D", color="0.5", label="published")
        axes.set(
            xlabel="contacts gone last month", ylabel="hazard of leaving, against none gone", xticks=range(MOST + 1)
        )
        axes.legend(frameon=False)

    return Finding([on, off, contagion], draw)


def _ratio(log: np.ndarray) -> float:
    return float(np.exp(log))


def _this_evening(engine: Engine) -> tuple[np.ndarray, ...] | None:
    """On the last evening of each month, by brand: who is a customer, satisfaction, habit, and friends who are customers."""
    if engine.day % MONTH:
        return None
    owns = engine.owned_stages[engine.columns["stage"]]
    return owns, *(engine.columns[name].copy() for name in ("satisfaction", "habit", "friends_owning"))


def _log_ratios(life: Life) -> np.ndarray:
    """Log hazard ratios of 1, 2 ... contacts gone last month against none, (MOST,); nan where they cannot be told."""
    engine = life.engine
    segment = engine.columns["segment"].astype(np.int64)
    found = [
        _at_risk(life, brand, month) for brand in range(len(engine.brands)) for month in range(SETTLING, MONTHS - 1)
    ]
    event, count, rows, satisfaction, habit, tenure, friends, earlier, when = (
        np.concatenate(part) for part in zip(*found)
    )
    classes = segment[rows], fifths(satisfaction), fifths(habit)
    sizes = (np.log1p(size) for size in (tenure, engine.ties.degree[rows], friends, earlier))
    ratios = np.full(MOST, np.nan)
    told = log_hazard_ratios(event, count, np.column_stack([*map(indicators, classes), *sizes]), when)
    ratios[: told.size] = told
    return ratios


def _at_risk(life: Life, brand: int, month: int) -> tuple[np.ndarray, ...]:
    """Who was a customer at the start and at the end of a month, one entry each.

    Whether he left in the next month, how many contacts left in this one and stayed away, row, satisfaction, habit, days since
    he last became a customer (since the start of the run for those who began as one), friends who were customers before,
    contacts who had left the month before, and a number for brand and month.
    """
    engine, ties = life.engine, life.engine.ties
    end = (month + 1) * MONTH
    owns, satisfaction, habit, _ = (column[brand] for column in life.watched[end - 1])
    before, _, _, friends = (column[brand] for column in life.watched[month * MONTH - 1])
    gone, left = leavings(life, brand), np.zeros((3, engine.consumers), bool)
    for later in (-1, 0, 1):  # the month before, this one, the next
        lo = (month + later) * MONTH
        left[later, gone[(gone[:, 0] >= lo) & (gone[:, 0] < lo + MONTH), 1]] = True
    owner = np.repeat(np.arange(engine.consumers), ties.degree)
    newly, earlier = (
        np.bincount(owner, (left[when] & ~owns)[ties.to], minlength=engine.consumers).astype(np.int64)
        for when in (0, -1)
    )
    rows = np.flatnonzero(owns & before)
    joined = np.zeros(engine.consumers, np.int64)
    come = joinings(life, brand)
    come = come[come[:, 0] < end]
    joined[come[:, 1]] = come[:, 0]  # in the order of days, so the last one stays
    event, count = left[1, rows].astype(float), np.minimum(newly[rows], MOST)
    known = satisfaction[rows], habit[rows], end - joined[rows], friends[rows].astype(np.int64), earlier[rows]
    return event, count, rows, *known, np.full(rows.size, brand * MONTHS + month)
