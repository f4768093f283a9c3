"""How advertising works on people: memory, repetition, targeting (facts A06, A10 to A14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, NotMeasurable, fact
from sim.evidence.spending import everything_but

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life

SETTLED = 182
FILM, OUTDOOR, DIGITAL = "television", "out_of_home", ("online_video", "paid_social", "display")
TESTED, TEST_DAYS = 200, 28
"""First day and length of the campaign that is tested against ghost ads, after the launch's film is over."""
GHOST = 1e-6
"""Creative quality of an ad that is served and counted, and does nothing."""


def half_life(extra: np.ndarray) -> float:
    """Half-life, in days, of a geometric decay fitted by least squares: x[d + 1] = theta * x[d]; 0 if nothing is kept.

    >>> round(half_life(2.0 ** -(np.arange(30) / 7.0)), 6)
    7.0
    """
    theta = float((extra[1:] * extra[:-1]).sum() / (extra[:-1] ** 2).sum())
    return float(np.log(0.5) / np.log(theta)) if 0 < theta < 1 else (0.0 if theta <= 0 else float("inf"))


@fact(
    "A06",
    market="coffee",
    change="one week of the focal brand's advertising in one medium",
    control="no advertising by the focal brand",
    seeds=30,
)
def decay_by_medium(lab: Lab) -> Finding:
    """Half-life of what a week of advertising leaves in mind, by medium.

    Adstock, as it was first fitted: to how far a brand's ads are in mind (mean of both traces over people), less the same
    without the week. The plan is that week alone, 60,000 in each medium. Published: weekly carry-over of television 0.3-0.8,
    outdoor, print and radio 0.1-0.4, digital 0-0.3 (Robyn).
    """
    start, after = 7, 42
    media = (FILM, OUTDOOR, *(DIGITAL[:1] if lab.quick else DIGITAL))

    def in_mind(engine):
        columns, focal = engine.columns, engine.focal
        return columns["ad_memory"][focal].mean() + columns["ad_glimpse"][focal].mean()

    def stock(medium: str | None) -> np.ndarray:
        flights = [{"channel": medium, "weekly": 60_000, "from": start, "to": start + 6}] if medium else []
        scenario = lab.market("coffee", {"plan.flights": flights}, days=start + 7 + after)
        return lab.each(scenario, lambda life: np.array(life.watched[start + 6 :]), each_day=in_mind)

    none = stock(None)
    extra = {medium: stock(medium) - none for medium in media}
    weeks = {medium: np.array([half_life(one) for one in paths]) / 7 for medium, paths in extra.items()}
    digital = np.max([weeks[one] for one in media[2:]], axis=0)

    def draw(axes):
        for medium, paths in extra.items():
            mean = paths.mean(0)
            axes.plot(np.arange(mean.size) / 7, mean / mean[0], label=medium.replace("_", " "))
        axes.axhline(0.5, color="0.4", linestyle="--")
        axes.set(xlabel="weeks after the last ad", ylabel="ads in mind, share of the first day", ylim=(0, 1.02))
        axes.legend(frameon=False)

    return Finding(
        [
            Measure("half-life, television", weeks[FILM], low=0.6, high=5.0, unit="weeks"),
            Measure("half-life, slowest digital medium", digital, low=0.0, high=1.0, unit="weeks"),
            Measure("television minus outdoor", weeks[FILM] - weeks[OUTDOOR], low=0.0, unit="weeks", sign=True),
            Measure("outdoor minus digital", weeks[OUTDOOR] - digital, low=0.0, unit="weeks", sign=True),
        ],
        draw,
    )


@fact(
    "A10",
    market="launch",
    change="0 to 30 ads of an unknown brand noticed by people who meet nothing else and forget nothing",
    control="the same people after fewer ads",
    seeds=4,
    quick=2,
)
def repetition(lab: Lab) -> Finding:
    """Number of noticed ads at which attitude to a new brand is highest, and recall up to the eighth.

    A laboratory: all mechanisms off but advertising and perception. Attitude is trust, recall is awareness; both are read at
    the same people (those who notice 30) after each number of ads. Published: attitude highest at about ten exposures,
    recall rising to at least eight (Schmidt & Eisend 2015).
    """
    exposures, days = np.arange(31), 120
    plan = [{"channel": "paid_social", "weekly": 200_000}]
    changes = {"plan": {"flights": plan}, "world.flights": [], "world.promotions": [], "world.influencers": []}
    scenario = lab.market("launch", changes, days=days)

    def looked(engine):
        state = {name: engine.columns[name][engine.focal].copy() for name in ("fatigue", "awareness")}
        prior = engine.parameters["perception"]
        good = engine.columns["evidence_for"][engine.focal] + prior["prior_for"]
        against = engine.columns["evidence_against"][engine.focal] + prior["prior_against"]
        return state["fatigue"], state["awareness"], good / (good + against)

    def curves(life: Life) -> np.ndarray:
        seen, recall, attitude = (np.array(part) for part in zip(*life.watched))
        people = np.flatnonzero(seen[-1] >= exposures[-1])
        paths = [[np.interp(exposures, seen[:, i], path[:, i]) for path in (attitude, recall)] for i in people.tolist()]
        return np.mean(paths, axis=0)

    found = lab.each(scenario, curves, each_day=looked, without=everything_but("paid_media", "perception"))
    attitude, recall = found[:, 0], found[:, 1]
    best = attitude.argmax(axis=1)

    def draw(axes):
        axes.plot(exposures, attitude.mean(0), label="attitude (trust)")
        axes.plot(exposures, recall.mean(0), label="recall (awareness)")
        axes.axvspan(5, 15, color="0.9", zorder=0)
        axes.set(xlabel="ads noticed (published peak of attitude: shaded)", ylabel="attitude, recall")
        axes.legend(frameon=False)

    return Finding(
        [
            Measure("ads at the best attitude", best, low=5, high=15, published=10),
            Measure("attitude, best minus at 30", attitude.max(axis=1) - attitude[:, -1], low=0.0, sign=True),
            Measure("smallest step of recall up to 8", np.diff(recall[:, :9], axis=1).min(axis=1), low=0.0, sign=True),
        ],
        draw,
    )


@fact(
    "A11",
    market="launch",
    change="four weeks of paid social, targeted as in the plan, or at random",
    control="the same impressions of an ad that does nothing (ghost ads)",
    seeds=30,
    diagnosis="Four weeks of one channel add less than a hundredth to what the people it reaches buy anyway: the true lift is so "
    "small that its ratio to the naive one is many times the published three, and at random too noisy to tell.",
)
def naive_attribution(lab: Lab) -> Finding:
    """Ad lift as read off exposed against unexposed people, over the true lift among the exposed.

    Purchases of the focal brand in the four weeks by everybody who was served an ad. True lift: against the same people under
    ghost ads, drawn by the same luck. Naive: against people not served. Targeted: families and students, heavy category users
    most (look-alike 1); at random: nobody in particular, everybody equally often in the feed; about one, as elsewhere, is 0.85 to
    1.18. Published: naive lift about three times the true one in half of 15 experiments (Gordon et al. 2019).
    """
    last = TESTED + TEST_DAYS
    aims = {"targeted": {"segments": ["students", "families"], "lookalike": 1.0}, "at random": {}}

    def rates(life: Life) -> list[float]:
        assert life.record.panel is not None
        touches = life.record.panel["touches"]
        mine = (touches["brand"] == life.focal) & (touches["kind"] == life.record.kinds.index("paid_social"))
        exposed = np.zeros(life.engine.consumers, bool)
        exposed[touches["consumer"][mine & (touches["day"] >= TESTED)]] = True
        bought = life.bought(TESTED, last)[life.focal]
        return [bought[exposed].mean(), bought[~exposed].mean()]

    def equal_use(engine):
        if engine.day == TESTED:
            engine.columns["media_use"][[one.name for one in engine.channels].index("paid_social")] = 128
            engine.touched()

    def arm(name: str, creative: float) -> np.ndarray:
        plan = [{"channel": "television", "weekly": 24_000, "to": 83}]
        plan.append({"channel": "paid_social", "weekly": 12_000, "from": TESTED, "creative": creative, **aims[name]})
        scenario = lab.market("launch", {"plan.flights": plan}, days=last)
        return lab.each(scenario, rates, before=equal_use if name == "at random" else None, panel=lab.consumers)

    found = {name: (arm(name, 1.0), arm(name, GHOST)) for name in aims}
    naive = {name: real[:, 0] / real[:, 1] - 1 for name, (real, _) in found.items()}
    true = {name: real[:, 0] / ghost[:, 0] - 1 for name, (real, ghost) in found.items()}

    def draw(axes):
        at = np.arange(len(aims))
        for shift, lifts, label in ((-0.2, naive, "exposed against unexposed"), (0.2, true, "against ghost ads")):
            axes.bar(at + shift, [100 * lifts[name].mean() for name in aims], 0.36, label=label)
        axes.set_xticks(at, list(aims))
        axes.set(ylabel="lift of purchases, %")
        axes.legend(frameon=False)

    return Finding(
        [
            Measure.of_ratio(
                "naive / true lift, targeted", naive["targeted"], true["targeted"], low=1.3, published=3.0
            ),
            Measure("naive minus true lift, targeted", naive["targeted"] - true["targeted"], low=0.0, sign=True),
            Measure.of_ratio("naive / true lift, at random", naive["at random"], true["at random"], 0.85, 1.18, 1.0),
            *(Measure(f"true lift, {name}", lift, unit="share") for name, lift in true.items()),
        ],
        draw,
    )


@fact(
    "A12",
    market="coffee",
    change="four weeks of ads shown only to loyal customers, or only to people who do not know the brand or have left it",
    control="neither",
    seeds=800,
    diagnosis="In a settled market few of those whom four weeks of ads reach are new or lapsed and about to buy.",
)
def whom_ads_move(lab: Lab) -> Finding:
    """Extra purchases by impression: ads to people who are new or lapsed, against ads to loyal customers.

    Paid social aimed at stages, on top of the plan; units over sixteen weeks from the campaign's start, over impressions served.
    Published: brand-name search ads move new and infrequent users only (Blake, Nosko & Tadelis 2015).
    """
    days, weeks = SETTLED + 112, 4
    aims = {"new or lapsed": ["unaware", "aware", "lapsed"], "loyal": ["loyal", "advocate"]}
    base = lab.market("coffee", days=days)
    plan = [one.model_dump(by_alias=True, exclude_none=True) for one in base.plan.flights]

    def outcome(life: Life) -> list[float]:
        served = life.record.delivered[:, life.focal, life.record.kinds.index("paid_social")].sum()
        return [life.units(first=SETTLED), float(served)]

    def arm(stages: list[str]) -> np.ndarray:
        flight = {"channel": "paid_social", "weekly": 40_000, "from": SETTLED, "to": SETTLED + 7 * weeks - 1}
        return lab.each(base.with_({"plan.flights": [*plan, {**flight, "stages": stages}]}), outcome)

    control = lab.each(base, outcome)
    found = {name: arm(stages) for name, stages in aims.items()}
    gain = {name: 1000 * (one[:, 0] - control[:, 0]) / one[:, 1] for name, one in found.items()}

    def draw(axes):
        for row, one in enumerate(gain.values()):
            measure = Measure("", one)
            axes.plot(measure.interval, [row, row], color="0.5")
            axes.plot([measure.estimate], [row], "o")
        axes.axvline(0, color="0.4", linestyle="--")
        axes.set_yticks(range(len(gain)), list(gain))
        axes.set(xlabel="extra purchases per 1,000 impressions", ylim=(-0.5, len(gain) - 0.5))

    return Finding(
        [
            Measure("new or lapsed minus loyal", gain["new or lapsed"] - gain["loyal"], low=0.0, sign=True),
            Measure("new or lapsed", gain["new or lapsed"], unit="per 1,000 impressions"),
            Measure("loyal", gain["loyal"], unit="per 1,000 impressions"),
        ],
        draw,
    )


@fact("A13", market="ebike", change="ads that show the very product looked at", control="general ads of the brand")
def specific_retargeting(lab: Lab) -> Finding:
    """Conversion by ads that show the very product, over general ads, early and late in the journey."""
    raise NotMeasurable(
        "a brand is one product here, so an ad cannot show the very product that somebody has looked at"
    )


@fact("A14", market="launch", change="ads that name friends who are customers", control="the same ads without names")
def friend_cues(lab: Lab) -> Finding:
    """Response to an ad by the number of friends whom it names, and by strength of the tie."""
    raise NotMeasurable("ads do not name friends: what friends own is felt as social proof, whoever advertises")
