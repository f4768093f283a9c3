"""What good relations with customers are worth (facts L03, L06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.lists import POST, TELL

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

SETTLED, YEAR = 182, 364
FANS = ("loyal", "advocate")
"""Stages whose people count as promoters."""
DISSATISFIED = 0.5
"""Satisfaction below which a customer counts as a detractor: the neutral point."""
BETTER = {
    "plan.service": {"capacity": 60.0, "answer_hours": 1.0, "skill": 0.8},
    "world.brands.{focal}.problem_rate": 0.03,
    "world.brands.{focal}.site": 0.7,
}
"""One notch: complaints answered in one hour for six, by twice the people, a tenth more to content; fewer problems by a quarter
(0.04); a tenth better site (0.6)."""


@fact("L03", market="coffee", change="none: customers as they are after half a year", control="none", seeds=12, quick=3)
def promoters_and_detractors(lab: Lab) -> Finding:
    """Promoters and detractors: what they buy in the next year, and who speaks well and ill of the brand.

    Asked are the focal brand's buyers of the half-year before. Promoters: at the stages loyal and advocate; detractors:
    dissatisfied. Value: purchases of the brand in the year after; talk: conversations and posts of everybody in that year, by
    what the speaker is on that day. Published by Bain (a consultancy): value 3 to 8 times, 80 % of referrals, 80 % of
    negative talk.
    """
    scenario = lab.market("coffee", days=SETTLED + YEAR)
    rows = lab.each(scenario, _worth, each_day=_talk)
    fans, foes, good, bad = rows.T
    measures = [
        Measure("promoters' share of favourable talk", good, low=0.5, high=0.9, published=0.8),
        Measure.of_ratio("value of a promoter over a detractor", fans, foes, low=2.0, high=10.0, published=5.0),
        Measure("detractors' share of unfavourable talk", bad, published=0.8),
    ]

    def draw(axes):
        axes.bar([0, 1], [fans.mean(), foes.mean()], 0.5)
        axes.set_xticks([0, 1], ["promoters", "detractors"])
        axes.set(ylabel="purchases in the next year, per head")

    return Finding(measures, draw)


def _groups(engine: Engine) -> tuple[np.ndarray, np.ndarray]:
    """Who is a promoter of the focal brand today, and who dissatisfied with it."""
    stages = [number for number, one in enumerate(engine.stages) if one.name in FANS]
    content = engine.columns["satisfaction"][engine.focal] >= DISSATISFIED
    return np.isin(engine.columns["stage"][engine.focal], stages) & content, ~content


def _talk(engine: Engine) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray] | None]:
    """Favourable talk by promoters, by all; unfavourable talk by the dissatisfied, by all; on the day of asking, who is what."""
    counts = np.zeros(4)
    fans, foes = _groups(engine)
    for group in engine.groups:
        plans = group.lists.errands[: group.lists.planned[0]]
        talk = plans[((plans[:, 2] == TELL) | (plans[:, 2] == POST)) & (plans[:, 1] == engine.focal)]
        good, bad = talk[talk[:, 3] > 0, 0], talk[talk[:, 3] < 0, 0]
        counts += (fans[good].sum(), len(good), foes[bad].sum(), len(bad))
    return counts, (fans, foes) if engine.day == SETTLED else None


def _worth(life: Life) -> tuple[float, float, float, float]:
    asked = life.bought(0, SETTLED)[life.focal] > 0
    fans, foes = life.watched[SETTLED - 1][1]
    later = life.bought(SETTLED)[life.focal]
    talk = sum(counts for counts, _ in life.watched[SETTLED:])
    return later[asked & fans].mean(), later[asked & foes].mean(), talk[0] / talk[1], talk[2] / talk[3]


@fact(
    "L06",
    market="coffee",
    change="service and site of the focal brand one notch better: faster, more skilled, fewer problems",
    control="as they are",
    seeds=8,
    quick=3,
)
def better_experience(lab: Lab) -> Finding:
    """Better customer experience: revenue over two years after service, speed and site were all raised by one notch.

    The product's quality stays as it is. Published by McKinsey (a consultancy): 5 to 10 % more revenue, later 2 to 7 %, in two to
    three years.
    """
    days = SETTLED + 2 * YEAR
    focal = lab.market("coffee").focal
    better = lab.market("coffee", {path.format(focal=focal): value for path, value in BETTER.items()}, days=days)
    arms = {"as it is": lab.market("coffee", days=days), "better": better}
    units = lab.arms(
        arms, lambda life: [life.units(first=day, last=day + YEAR // 2) for day in range(SETTLED, days, YEAR // 2)]
    )
    whole = {name: each.sum(axis=1) for name, each in units.items()}
    gain = whole["better"] - whole["as it is"]
    measures = [Measure.of_ratio("change of revenue", gain, whole["as it is"], low=0.02, high=0.15, published=0.05)]

    def draw(axes):
        change = 100 * (units["better"].sum(axis=0) / units["as it is"].sum(axis=0) - 1)
        axes.plot(np.arange(1, len(change) + 1) / 2, change, "o-")
        axes.axhspan(2, 10, color="0.9", label="published")
        axes.set(xlabel="years since", ylabel="change of revenue, %", ylim=(0, None))
        axes.legend(frameon=False)

    return Finding(measures, draw)
