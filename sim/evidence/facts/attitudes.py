"""Bad news against good, and satisfaction against what people do (facts S03, S06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.interventions import tell_everybody
from sim.mechanisms.perception import trust_of
from sim.stages import CONSIDERS, INTENDS, OWNS

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

SETTLED, WEEK, QUARTER = 91, 7, 91
HEARING = 0.05
"""Share of consumers who hear the news from a friend on each day of the week."""


@fact(
    "S03",
    market="coffee",
    change="for a week, one in twenty a day hears something bad about the focal brand from a friend; or something as good",
    control="no such news",
    seeds=30,
)
def bad_news_travels(lab: Lab) -> Finding:
    """Bad news against equally large good news: how much more people then talk about the brand, and for how long.

    Volume: conversations and posts about the brand, good and bad, in the week of news and the four after, against the same
    market without news; baseline: volume 21 to 30 weeks after. Direction published by Hewett, Rand, Rust & van Heerde (2016).
    """
    scenario = lab.market("coffee", days=SETTLED + 30 * WEEK)

    def volume(tone: int) -> np.ndarray:
        def news(engine: Engine) -> None:
            if tone and SETTLED <= engine.day < SETTLED + WEEK:
                tell_everybody(engine, engine.focal, HEARING, tone)

        return lab.each(scenario, lambda life: _by_week(life), before=news, each_day=_talk)

    none, bad, good = volume(0), volume(-100), volume(100)
    first = [(arm - none)[:, :5].sum(axis=1) / none[:, :5].sum(axis=1) for arm in (bad, good)]
    late = bad[:, 20:].sum(axis=1), none[:, 20:].sum(axis=1)
    measures = [
        Measure("rise of volume after bad news less after good", first[0] - first[1], low=0.0, sign=True),
        Measure.of_ratio("volume half a year after bad news over none", *late, low=0.9, high=1.1),
        Measure("rise of volume after bad news", first[0]),
    ]

    def draw(axes):
        weeks = np.arange(1, none.shape[1] + 1)
        for arm, name in ((bad, "bad news"), (good, "good news")):
            axes.plot(weeks, 100 * (arm.sum(axis=0) / none.sum(axis=0) - 1), label=name)
        axes.axhline(0, color="0.5", lw=0.8)
        axes.set(xlabel="weeks from the start of the news", ylabel="change of talk about the brand, %")
        axes.legend(frameon=False)

    return Finding(measures, draw)


def _talk(engine: Engine) -> int:
    return int(engine.tallies["talk_positive"][engine.focal] + engine.tallies["talk_negative"][engine.focal])


def _by_week(life: Life) -> np.ndarray:
    return np.array(life.watched[SETTLED:], float).reshape(-1, WEEK).sum(axis=1)


@fact(
    "S06",
    market="coffee",
    change="none: customers as they are after half a year",
    control="none",
    seeds=12,
    diagnosis=(
        "Satisfaction acts on buying through trust, and through taste by the little that taste adds to quality; "
        "habit and price move intention beside it, so what people intend hangs slightly too little on how "
        "satisfied they are."
    ),
)
def satisfaction_and_behaviour(lab: Lab) -> Finding:
    """Satisfaction, the intention to buy again, and buying again: correlations over the focal brand's customers.

    Customers: buyers of the quarter before. Intention: systematic utility of the brand as they would now weigh it (taste, trust,
    habit, whether it is considered). Behaviour: whether they buy the brand in the next quarter. Published: 0.63 with repurchase
    intention, weak with repurchase (Curtis, Abratt, Rhoades & Dion 2011).
    """
    scenario = lab.market("coffee", days=SETTLED + 2 * QUARTER)
    intention, behaviour = lab.each(scenario, _correlations, each_day=_minds).T
    measures = [
        Measure("correlation with intention", intention, low=0.4, high=0.8, published=0.63),
        Measure("correlation with buying again", behaviour, low=0.1, high=0.5),
        Measure("the first less the second", intention - behaviour, low=0.0, sign=True),
    ]

    def draw(axes):
        axes.bar([0, 1], [intention.mean(), behaviour.mean()], 0.5)
        axes.plot([0], [0.63], "k*", label="published")
        axes.set_xticks([0, 1], ["intention", "buying again"])
        axes.set(ylabel="correlation with satisfaction")
        axes.legend(frameon=False)

    return Finding(measures, draw)


def _minds(engine: Engine) -> tuple[np.ndarray, np.ndarray] | None:
    """Everybody's satisfaction with the focal brand, and the systematic utility of it, on the day of asking."""
    if engine.day != SETTLED + QUARTER:
        return None
    b, columns = engine.focal, engine.columns
    weights, prior = engine.parameters["purchase"], engine.parameters["perception"]
    trust = trust_of(
        columns["evidence_for"][b], columns["evidence_against"][b], prior["prior_for"], prior["prior_against"]
    )
    strange = engine.stage_role[columns["stage"][b]] & (CONSIDERS | INTENDS | OWNS) == 0
    utility = columns["taste"][b] + weights["trust_weight"] * trust + weights["habit_weight"] * columns["habit"][b]
    return columns["satisfaction"][b].copy(), utility - weights["strangeness"] * strange


def _correlations(life: Life) -> tuple[float, float]:
    asked = SETTLED + QUARTER
    customers = life.bought(SETTLED, asked)[life.focal] > 0
    satisfaction, intention = (each[customers] for each in life.watched[asked - 1])
    again = life.bought(asked)[life.focal][customers] > 0
    return np.corrcoef(satisfaction, intention)[0, 1], np.corrcoef(satisfaction, again)[0, 1]
