"""What passes from friend to friend: notifications, invitations, recommendations, moods (facts V04, V07, V08)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.interventions import luck, notify_friends, recommend, show_post
from sim.evidence.statistics import jackknife

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

PER_WEEK = 2.0
"""Automatic posts a week by each user of the app (assumed: one for each use that is worth telling)."""
SHARED: dict[str, Any] = {"seeds": 30, "quick": 6, "shares": "notifications and invitations"}


def _app(lab: Lab) -> dict[str, np.ndarray]:
    """The app without either feature, with notifications, and with invitations as well, on every seed.

    First purchases, messages of the last feature, and purchases that invitations led to: arm -> (seeds, 3).
    """

    def outcome(life: Life) -> list[float]:
        names = [kind.name for kind in life.engine.kinds]
        delivered = np.sum([today[0] for today in life.watched], axis=0)
        referred = sum(today[1] for today in life.watched)
        return [
            life.daily_units(first_only=True).sum(),
            *delivered[[names.index("post"), names.index("referral")]],
            referred,
        ]

    def evening(engine: Engine) -> tuple[np.ndarray, int]:
        tallies, focal = engine.tallies, engine.focal
        return tallies["delivered"][focal].sum(axis=1), int(tallies["referred"][focal])

    def live() -> dict[str, np.ndarray]:
        alone = lab.market("app", {"plan.referral.appeal": 0.0})
        tell = partial(notify_friends, per_week=PER_WEEK)
        return {
            "neither": lab.each(alone, outcome, each_day=evening),
            "notifications": lab.each(alone, outcome, each_day=evening, before=tell),
            "both": lab.each(lab.market("app"), outcome, each_day=evening, before=tell),
        }

    found: dict[str, np.ndarray] = lab.once("features of the app", live)
    return found


@fact(
    "V04",
    market="app",
    change="the app tells friends of its users by itself, twice a week each; then also the referral programme as shipped",
    control="the app with neither feature",
    **SHARED,
)
def broadcast_and_invitations(lab: Lab) -> Finding:
    """New subscribers that automatic notifications bring, and those that personal invitations add.

    Notifications are posts in users' names to friends whom the feed shows them. Per message: new subscribers over messages
    delivered, by notification and by invitation. Published: +246 % adoption by friends from passive broadcasts, +98 % more with
    personal invitations, which work better per message (Aral & Walker 2011).
    """
    arms = _app(lab)
    none, passive, both = (arms[name][:, 0] for name in ("neither", "notifications", "both"))
    first, second = passive - none, both - passive
    posts = arms["notifications"][:, 1] - arms["neither"][:, 1]
    invitations = arms["both"][:, 2]

    def draw(axes) -> None:
        gains = [100 * (one.sum() / none.sum() - 1) for one in (passive, both)]
        axes.bar(["notifications", "+ invitations"], gains, width=0.5)
        axes.set(ylabel="new subscribers over neither, %")

    return Finding(
        [
            Measure("new subscribers: notifications less what invitations add", first - second, low=0.0, sign=True),
            Measure(
                "per message: invitation over notification",
                _per_message(second, invitations, first, posts),
                low=1.0,
                sign=True,
            ),
            Measure.of_ratio("gain by notifications", first, none, published=2.46, unit="share"),
            Measure.of_ratio("added by invitations", second, none, published=0.98, unit="share"),
        ],
        draw,
    )


def _per_message(gain: np.ndarray, sent: np.ndarray, other_gain: np.ndarray, other_sent: np.ndarray) -> np.ndarray:
    """Gain per message of one kind over that of another, with jackknife pseudo-values."""
    return jackknife(lambda a, b, c, d: float((a / b) / (c / d)), gain, sent, other_gain, other_sent)


DOSES = (0, 1, 2, 4, 8)
DOSED, WATCHED = 60, 60
"""Day on which people are recommended the brand, and days for which their purchases are watched."""


def _responses(lab: Lab) -> np.ndarray:
    """Share of people who buy the new brand within WATCHED days of as many recommendations as in DOSES, (seeds, doses)."""
    scenario = lab.market("launch").with_(days=DOSED + WATCHED)
    rows = []
    for seed in lab.seeds:
        given: list[np.ndarray] = []

        def dose(engine: Engine, given: list[np.ndarray] = given) -> None:
            if engine.day != DOSED:
                return
            people = np.flatnonzero(engine.columns["last_bought"][engine.focal] < 0)
            number = luck(engine, 2).integers(len(DOSES), size=people.size)
            recommend(engine, people, np.array(DOSES)[number], tone=0.6, strength=0.6)
            given += [people, number]

        life = lab.live(scenario, seed, before=dose)
        people, number = given
        bought = life.first_day()[people] >= DOSED
        rows.append(np.bincount(number, weights=bought) / np.bincount(number))
    return np.array(rows)


@fact(
    "V08",
    market="app, launch",
    change="in the app: none; in the launch: one, two, four or eight recommendations by friends in one night",
    control="as many people in the same market who get none",
    **SHARED,
)
def recommendations_are_weak_and_short(lab: Lab) -> Finding:
    """How many new customers a new customer brings in, and how the response to recommendations levels off.

    In the app, purchases that an invitation led to, over all first purchases: each is one link from a buyer to the next, so the
    ratio is the mean offspring of a recommendation chain. In the launch, people without the brand are drawn to hear 0 to 8
    favourable words of friends; the gain per word from 4 to 8, over that from 0 to 2. Published: 16 million recommendations
    of 4 million people bring little and soon stop, and more of them to one person add less (Leskovec et al. 2007).
    """
    app = _app(lab)["both"]
    response = _responses(lab)

    def levelling(mean: np.ndarray) -> float:
        return float((mean[4] - mean[3]) / 4 / ((mean[2] - mean[0]) / 2))

    def draw(axes) -> None:
        axes.plot(DOSES, 100 * response.mean(axis=0), "o-")
        axes.set(xlabel="recommendations by friends, in one night", ylabel="buy within 60 days, %", ylim=(0, None))

    return Finding(
        [
            Measure.of_ratio("new customers by each new customer", app[:, 3], app[:, 0], high=0.95),
            Measure(
                "gain per recommendation: 5th to 8th over first two",
                jackknife(levelling, response),
                high=1.0,
                sign=True,
            ),
            Measure(
                "gain of the first two", response[:, 2] - response[:, 0], low=0.0, unit="share of people", sign=True
            ),
        ],
        draw,
    )


EVERY, POSTS = 7, 12
"""Days between pairs of posts, and pairs of them."""


@fact(
    "V07",
    market="launch",
    change="posts of full feeling, seen by half of all people",
    control="neutral posts on the same evenings, seen by the other half",
    seeds=8,
    quick=3,
)
def arousing_posts_travel(lab: Lab) -> Finding:
    """How much likelier an arousing post is to be passed on than a neutral one, by those who saw the original.

    Every week two posts about the new brand, one of full favourable feeling and one neutral, are shown to one half of all
    people each, drawn afresh. Published: false and novel news is 70 % likelier to be shared (Vosoughi, Roy & Aral 2018).
    """
    scenario = lab.market("launch").with_(days=EVERY * (POSTS + 1))
    shared = []
    for seed in lab.seeds:
        pairs: list[tuple[int, int]] = []

        def pair(engine: Engine, pairs: list[tuple[int, int]] = pairs) -> None:
            if engine.day == 0 or engine.day % EVERY:
                return
            engine.columns["seen_post"][:] = 0
            half = luck(engine, 3).permutation(engine.consumers)
            middle = engine.consumers // 2
            calm = show_post(engine, 0, half[:middle], 0.0, engine.focal)
            pairs.append((calm, show_post(engine, 0, half[middle:], 1.0, engine.focal)))

        tables = lab.live(scenario, seed, before=pair).engine.cascades.tables
        count = int(tables["share_count"][0])
        cascade, parent = tables["share_cascade"][:count], tables["share_parent"][:count]
        shared.append([np.isin(cascade[parent == 0], [one[k] for one in pairs]).sum() for k in (0, 1)])
    calm, excited = np.array(shared, float).T

    def draw(axes) -> None:
        people = lab.consumers / 2 * POSTS * len(lab.seeds)
        axes.bar(["neutral", "arousing"], [100 * calm.sum() / people, 100 * excited.sum() / people], width=0.5)
        axes.set(ylabel="of those who see it pass it on, %")

    return Finding(
        [Measure.of_ratio("arousing over neutral", excited, calm, low=1.2, high=2.5, published=1.7)],
        draw,
    )
