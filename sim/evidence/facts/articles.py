"""What the source articles say in words (fact Z08). Their borrowed figures are measured where they are from (T01, J01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life


@dataclass(frozen=True)
class Statement:
    """One sentence of the articles as a pair of markets. rises: whether the outcome should rise or fall by the change."""

    said: str
    market: str
    changes: Mapping[str, Any]
    control: Mapping[str, Any]
    outcome: Callable[[Life], float]
    rises: bool
    days: int


def _mean(series: str, first: int = 0) -> Callable[[Life], float]:
    return lambda life: float(life.record.series[series][first:, life.focal].mean())


def _through_posts(life: Life) -> float:
    """Messages about the focal brand from unpaid posts: by people, influencers, and the brand itself."""
    kinds = [life.record.kinds.index(name) for name in ("post", "influencer", "brand_post", "community")]
    return float(life.record.delivered[:, life.focal, kinds].sum())


def _considered(life: Life) -> float:
    """Moves into considering a brand, of all brands."""
    return float(life.record.transitions[:, :, :, life.record.stages.index("considering")].sum())


NOTICED = 0.01
"""A change that counts: one in a hundred. Thirty paired seeds can tell far smaller ones, which no reader of the articles
means."""

SERVICE = {"capacity": 40.0, "skill": 0.7}
STATEMENTS = (
    Statement(
        "switching is easy: a rival's offer takes sales",
        "coffee",
        {"world.promotions": [{"brand": "Columbus", "from": 60, "to": 88, "cut": 0.3}]},
        {},
        lambda life: life.units(first=60, last=89),
        False,
        89,
    ),
    Statement(
        "speed is expected: slow answers cost satisfaction",
        "coffee",
        {"plan.service": {**SERVICE, "answer_hours": 72.0}},
        {"plan.service": {**SERVICE, "answer_hours": 1.0}},
        _mean("satisfaction", 60),
        False,
        180,
    ),
    Statement(
        "transparency is expected: openness saves trust in a crisis",
        "crisis",
        {"world.brands.Fjord.transparency": 0.9},
        {"world.brands.Fjord.transparency": 0.1},
        _mean("trust", 182),
        True,
        240,
    ),
    Statement(
        "personalisation must be open about data",
        "app",
        {"world.platform.personalisation": 0.9, "world.brands.Parla.transparency": 0.9},
        {"world.platform.personalisation": 0.9, "world.brands.Parla.transparency": 0.1},
        _mean("trust", 30),
        True,
        120,
    ),
    Statement(
        "overload limits brands: a fuller feed, less awareness",
        "launch",
        {"world.platform.clutter": 8.0},
        {"world.platform.clutter": 2.0},
        _mean("awareness"),
        False,
        120,
    ),
    Statement(
        "algorithms limit brands: less organic reach, fewer unpaid contacts",
        "launch",
        {"world.platform.organic_reach": 0.06},
        {"world.platform.organic_reach": 0.12},
        _through_posts,
        False,
        182,
    ),
    Statement(
        "social proof moves people to decide: considered less where nobody minds friends",
        "coffee",
        {f"world.segments.{name}.susceptibility": 0.0 for name in ("light", "heavy")},
        {},
        _considered,
        False,
        120,
    ),
)


def _change(lab: Lab, one: Statement) -> np.ndarray:
    """Relative change of the outcome, per seed, positive if it is the one that was said."""
    control = lab.market(one.market, one.control)
    changed = lab.market(one.market, {**one.control, **one.changes})
    before, after = (lab.each(arm, one.outcome, until=one.days) for arm in (control, changed))
    return (after - before) / before.mean() * (1.0 if one.rises else -1.0)


def _viral(lab: Lab) -> np.ndarray:
    """How much further posts by people about bad experiences travel than about good ones, relative, per seed."""
    found = []
    for seed in lab.seeds:
        life = lab.live(lab.market("coffee"), seed, until=182)
        tables, cascades = life.engine.tables, life.record.cascades
        assert cascades is not None
        count = int(tables["cascade_count"][0])
        reposts, tone = cascades["size"][:count] - 1.0, tables["cascade_tone"][:count]
        found.append(reposts[tone < 0].mean() / reposts[tone > 0].mean() - 1.0)
    return np.array(found)


@fact(
    "Z08",
    market="launch, coffee, ebike, app, crisis",
    change="one pair of markets for each statement",
    control="the other of the pair",
    seeds=30,
    quick=4,
    diagnosis="What touches few people moves a mean over all of them little: complaints are rare, so slow answers "
    "cost everybody's "
    "satisfaction a five-hundredth; and reactance to personal ads wears on what an ad does (X02), hardly on trust.",
)
def articles_in_words(lab: Lab) -> Finding:
    """The articles' statements without figures, one paired experiment each: relative change in the direction that they say.

    A bad experience can go viral; switching is easy; speed, transparency and personalisation are expected; overload and
    algorithms limit brands; social proof moves people to decide. A change of less than a hundredth does not count.
    """
    changes = {"bad news travels further than good": _viral(lab)}
    changes |= {one.said: _change(lab, one) for one in STATEMENTS}
    measures = [Measure(said, values, low=NOTICED, sign=True) for said, values in changes.items()]

    def draw(axes):
        at = -np.arange(len(measures))
        for y, one in zip(at, measures, strict=True):
            low, high = one.interval
            axes.hlines(y, 100 * max(low, -1.0), 100 * min(high, 3.0), color="0.6")
        axes.plot([100 * one.estimate for one in measures], at, "o")
        axes.axvline(0, color="0.7")
        axes.set_yticks(at, [one.name.split(":")[0] for one in measures], fontsize=6)
        axes.set(xlabel="change in the direction said, %")

    return Finding(measures, draw)
