"""What the source articles say in words (fact Z08). Their borrowed figures are measured where they are from (T01, J01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.engine import Engine
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
        lambda life: life.units(),
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


SETTLED, MONTH = 60, 28
"""Days until answers become slow or fast, and days in which they are."""


def _late(lab: Lab) -> np.ndarray:
    """How much less satisfied those are who complained if answers take three days than if they take an hour, relative, per seed.

    Satisfaction at the end of a month of such answers. Complainers are the same people in both arms: those who complain in a
    month in which nobody is answered.
    """
    market = lab.market("coffee")

    def satisfaction(seed: int, hours: float, people: np.ndarray) -> float:
        life = lab.live(market, seed, before=_answering(hours), until=SETTLED + MONTH)
        return float(life.engine.columns["satisfaction"][life.focal, people].mean())

    found = []
    for seed in lab.seeds:
        silent = lab.live(market, seed, before=_answering(np.inf), each_day=_complaining, until=SETTLED + MONTH)
        people = np.unique(np.concatenate(silent.watched[SETTLED:]))
        slow, fast = (satisfaction(seed, hours, people) for hours in (72.0, 1.0))
        found.append(1.0 - slow / fast)
    return np.array(found)


def _answering(hours: float) -> Callable[[Engine], None]:
    """From a day on the focal brand answers every complaint after so many hours, never if that is infinite."""

    def before(engine: Engine) -> None:
        if engine.day == SETTLED:
            engine.tables["answer_hours"][engine.focal] = hours
            engine.tables["answer_speed"][engine.focal] = min(1.0, 24.0 / hours)
            engine.tables["service_capacity"][engine.focal] = 1000.0

    return before


def _complaining(engine: Engine) -> np.ndarray:
    """Who complained of the focal brand today."""
    return np.flatnonzero(engine.columns["complaint"][engine.focal] == engine.day)


@fact(
    "Z08",
    market="launch, coffee, ebike, app, crisis",
    change="one pair of markets for each statement",
    control="the other of the pair",
    seeds=120,
    quick=4,
    diagnosis="Ads are weak, so that half of a personal ad's effect is little beside all purchases: were ads of strength 0.2 in "
    "place of 0.15, openness would be worth 0.013 of them.",
)
def articles_in_words(lab: Lab) -> Finding:
    """The articles' statements without figures, one paired experiment each: relative change in the direction that they say.

    A bad experience can go viral; switching is easy; speed, transparency and personalisation are expected; overload and
    algorithms limit brands; social proof moves people to decide. Each is read where its numeric counterpart is: bad news in posts
    (S03), speed among those who complain (S07), openness about data in purchases (X02). A change of less than a hundredth does
    not count.
    """
    changes = {"bad news travels further than good": _viral(lab)}
    changes["speed is expected: slow answers cost complainers' satisfaction"] = _late(lab)
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
