"""The claims of the source articles as preset scenarios: under which conditions would they hold?

The articles promise gains "of up to" so many percent without saying for whom. Each claim is tried on a small grid of conditions
over the shipped markets: the plan with and without what the article recommends, on the same consumers with the same luck. The
table says what came out under each condition, and where, if anywhere in the grid, the promised figure is reached. What
is recommended is translated into the model as each claim's `how` says; other translations are possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.evidence.lab import Lab, Life
    from sim.scenario import Scenario

ARTICLES = "article 3 (Danish customer-journey article, 2 December 2024)"
NORWEGIAN = "article 1 (Norwegian agency article)"


@dataclass(frozen=True)
class Row:
    """One condition of a claim. effect: relative change (0.1: 10 % more), or a share; interval: 95 % over seeds."""

    condition: str
    effect: float
    interval: tuple[float, float]
    reached: bool
    """Whether the effect is as large as the promised figure."""


@dataclass(frozen=True)
class ClaimResult:
    """What came out for one claim: a row a condition, a picture of them, and one sentence."""

    rows: tuple[Row, ...]
    draw: Callable[[Axes], None]
    sentence: str


@dataclass(frozen=True)
class Claim:
    """A claim of an article. figure: the promised effect. how: what it was translated into. run(lab): try it."""

    id: str
    statement: str
    figure: float
    source: str
    how: str
    run: Callable[[Lab], ClaimResult]


@dataclass(frozen=True)
class Condition:
    """Two plans in one market. changes, control: by dotted path, on top of `market`."""

    name: str
    market: str
    changes: Mapping[str, Any]
    control: Mapping[str, Any]


def compared(lab: Lab, conditions: Sequence[Condition], outcome: Callable[[Life], float], figure: float) -> list[Row]:
    """The relative change of an outcome under each condition, paired by seed; a control that returns is lived once."""
    lived: dict[Scenario, np.ndarray] = {}

    def values(market: str, changes: Mapping[str, Any]) -> np.ndarray:
        scenario = lab.market(market, changes)
        if scenario not in lived:
            lived[scenario] = lab.each(scenario, outcome)
        return lived[scenario]

    rows = []
    for one in conditions:
        control = values(one.market, one.control)
        gain = values(one.market, {**one.control, **one.changes}) - control
        rows.append(_row(one.name, Measure.of_ratio(one.name, gain, control), figure))
    return rows


def _row(condition: str, measure: Measure, figure: float) -> Row:
    return Row(condition, measure.estimate, measure.interval, measure.estimate >= figure)


def revenue(life: Life) -> float:
    """Revenue of the focal brand over the whole run."""
    return float(life.record.series["revenue"][:, life.focal].sum())


def kept(life: Life) -> float:
    """Loyal customers and advocates of the focal brand on the last evening."""
    stages = list(life.record.stages)
    people = life.record.people[-1, life.focal].sum(axis=0)
    return float(people[stages.index("loyal")] + people[stages.index("advocate")])


def _result(rows: Sequence[Row], figure: float, what: str) -> ClaimResult:
    """Rows, their picture, and the sentence that says where the promised figure is reached."""
    low, high = min(row.effect for row in rows), max(row.effect for row in rows)
    where = [row.condition for row in rows if row.reached]
    reached = "; ".join(where) if where else "nowhere in this grid"
    sentence = (
        f"{what}: {low:+.0%} to {high:+.0%} over {len(rows)} conditions; {figure:+.0%} is reached with: {reached}."
    )

    def draw(axes: Axes) -> None:
        at = -np.arange(len(rows))
        effects = np.array([100 * row.effect for row in rows])
        ends = 100 * np.array([row.interval for row in rows])
        axes.hlines(at, np.clip(ends[:, 0], -200, 300), np.clip(ends[:, 1], -200, 300), color="0.6")
        axes.plot(effects, at, "o")
        axes.axvline(100 * figure, color="0.2", linestyle="--")
        axes.axvline(0, color="0.8", zorder=0)
        axes.set_yticks(at, [row.condition for row in rows], fontsize=6)
        axes.set(xlabel=f"{what.lower()}, % (dashed: promised)")

    return ClaimResult(tuple(rows), draw, sentence)


# ------------------------------------------------------------------ the plans

MARKETS = ("launch", "coffee", "ebike", "app")


def flights_of(scenario: Scenario) -> list[dict[str, Any]]:
    """The plan's flights as tables that may be changed."""
    return [one.model_dump(by_alias=True, exclude_unset=True) for one in scenario.plan.flights]


def with_social(scenario: Scenario, share: float) -> list[dict[str, Any]]:
    """Flights in which a share of every flight's money goes to paid social on the same days, to everybody; the total stays.

    Money that is in paid social already stays where it is.
    """
    return [*_scaled(scenario, 1.0 - share, spare=("paid_social",)), *_moved(scenario, share)]


def _scaled(scenario: Scenario, factor: float, spare: Iterable[str] = ()) -> list[dict[str, Any]]:
    flights = flights_of(scenario)
    for one in flights:
        for key in ("weekly", "total"):
            if one.get(key) is not None and one["channel"] not in spare:
                one[key] *= factor
    return flights


def _moved(scenario: Scenario, share: float) -> list[dict[str, Any]]:
    if share == 0.0:
        return []
    keys = ("weekly", "total", "from", "to", "pulse")
    return [
        {key: one[key] for key in keys if key in one}
        | {"channel": "paid_social"}
        | {key: one[key] * share for key in ("weekly", "total") if one.get(key) is not None}
        for one in flights_of(scenario)
        if one["channel"] != "paid_social"
    ]


def contradictory(scenario: Scenario, factor: float) -> list[dict[str, Any]]:
    """Flights in which every message but the first flight's persuades only by a factor, as it gainsays the first."""
    flights = flights_of(scenario)
    for one in flights[1:] or flights:
        one["creative"] = one.get("creative", 1.0) * factor
    return flights


def _focal(lab: Lab, market: str) -> Any:
    scenario = lab.market(market)
    return scenario.world.brands[scenario.focal]


def _brand(lab: Lab, market: str, **values: Any) -> dict[str, Any]:
    return {f"world.brands.{_focal(lab, market).name}.{key}": value for key, value in values.items()}


def _service_up(lab: Lab, market: str, notches: float = 1.0) -> dict[str, Any]:
    """Service one notch up: answers in half the time, half again as many of them, and a tenth more skill."""
    now = _focal(lab, market).service
    better = {
        "capacity": now.capacity * 1.5**notches,
        "answer_hours": now.answer_hours * 0.5**notches,
        "skill": min(1.0, now.skill + 0.1 * notches),
    }
    return {"plan.service": better}


# ------------------------------------------------------------------ the claims


def coherence(lab: Lab, factors: Sequence[float] = (0.75, 0.5, 0.25)) -> ClaimResult:
    """Z03: the same money with one message throughout, against messages that gainsay the first flight's."""
    markets = ("launch", "app") if lab.quick else ("launch", "ebike", "app")
    conditions = [
        Condition(
            f"{market}: others persuade by {factor:.0%} if they contradict",
            market,
            {"plan.flights": flights_of(lab.market(market))},
            {"plan.flights": contradictory(lab.market(market), factor)},
        )
        for market in markets
        for factor in factors
    ]
    return _result(compared(lab, conditions, kept, 0.9), 0.9, "Loyal customers at the end")


def experience(lab: Lab, notches: float = 1.0) -> ClaimResult:
    """Z04: better customer experience: service one notch up, fewer problems, a better product, and all of these."""
    conditions = []
    for market in ("coffee", "ebike", "app"):
        brand = _focal(lab, market)
        steps = {
            "service": _service_up(lab, market, notches),
            "half the problems": _brand(lab, market, problem_rate=brand.problem_rate * 0.5**notches),
            "quality + 0.05": _brand(lab, market, quality=min(1.0, brand.quality + 0.05 * notches)),
        }
        every = {path: value for changes in steps.values() for path, value in changes.items()}
        steps["all three"] = every
        conditions += [Condition(f"{market}: {name}", market, changes, {}) for name, changes in steps.items()]
    return _result(compared(lab, conditions, revenue, 0.15), 0.15, "Revenue")


def retention(lab: Lab, shares: Sequence[float] = (0.25, 0.5)) -> ClaimResult:
    """Z05: part of the media money goes into keeping customers: thanks and rewards, e-mail, and service one notch up."""
    conditions = []
    for market in ("launch", "coffee", "app"):
        for share in shares:
            keeping: dict[str, Any] = {"plan.flights": _scaled(lab.market(market), 1.0 - share)}
            if share > 0.0:
                loyalty = {"reward": share, "thanks": share}
                keeping |= {"plan.loyalty": loyalty, **_service_up(lab, market)}
                keeping["plan.emails_per_week"] = _focal(lab, market).emails_per_week * (1.0 + 2.0 * share)
            days = {"horizon.days": 730}
            conditions.append(Condition(f"{market}: {share:.0%} of media into retention", market, keeping, days))
    return _result(compared(lab, conditions, revenue, 0.25), 0.25, "Revenue over two years")


def social(lab: Lab, shares: Sequence[float] = (0.1, 0.25, 0.5)) -> ClaimResult:
    """Z06: part of the money moves into paid social at the same total, for brands as they are, unknown, or known."""
    conditions = []
    for market in MARKETS:
        nobody = {"known": 0.0, "buyers": 0.0, "considering": 0.0, "intending": 0.0}
        known: dict[str, dict[str, Any]] = {"as it is": {}}
        if _focal(lab, market).known > 0.0:
            known["unknown"] = _brand(lab, market, **nobody)
        if not lab.quick:
            known["known by 90 %"] = _brand(lab, market, known=0.9)
        for name, control in known.items():
            for share in shares:
                moved = {"plan.flights": with_social(lab.market(market), share)}
                conditions.append(Condition(f"{market}, brand {name}: {share:.0%} into social", market, moved, control))
    return _result(compared(lab, conditions, revenue, 0.32), 0.32, "Revenue")


SOCIAL = ("paid_social", "influencer", "post", "brand_post", "community")
"""Touchpoints met in a social feed."""


def young_feeds(lab: Lab, shares: Sequence[float] = (0.0, 0.5)) -> ClaimResult:
    """Z07: share of what reaches the youngest segment, of ads and posts, that comes through social feeds."""
    rows = []
    for market in ("launch", "ebike", "app"):
        for share in shares:
            scenario = lab.market(market, {"plan.flights": with_social(lab.market(market), share)})
            values = [_fed(lab.live(scenario, seed, panel=min(lab.consumers, 2_000), until=182)) for seed in lab.seeds]
            name = f"{market}, {scenario.world.segments[0].name}: {share:.0%} moved into social"
            rows.append(_row(name, Measure(name, np.array(values)), 0.75))
    return _result(rows, 0.75, "Share of messages from social feeds")


def _fed(life: Life) -> float:
    """Share of ads, posts and news to the first segment's panel that social feeds brought."""
    panel = life.record.panel
    assert panel is not None
    touches, kinds = panel["touches"], life.record.kinds
    young = life.engine.columns["segment"][touches["consumer"]] == 0
    media = np.array([kind.ad or kind.name in SOCIAL for kind in life.engine.kinds]) & (np.array(kinds) != "email")
    counted = touches["count"] * (young & media[touches["kind"]])
    fed = np.isin(touches["kind"], [kinds.index(name) for name in SOCIAL])
    return float(counted[fed].sum() / max(counted.sum(), 1))


def every() -> list[Claim]:
    """All claims with a number that the shipped markets can be asked about."""
    return [
        Claim(
            "Z03",
            "Coherent touchpoints raise loyalty by up to 90 %",
            0.9,
            ARTICLES,
            "the same flights with one message throughout, against messages after the first flight's at 75, 50 or 25 % of their "
            "effect, as they gainsay it; loyal customers and advocates on the last day",
            coherence,
        ),
        Claim(
            "Z04",
            "Better customer experience brings 15 to 20 % more revenue",
            0.15,
            ARTICLES,
            "service one notch up (half the hours, half again the capacity, a tenth more skill), half the problems, 0.05 more "
            "quality, all three; their cost is not counted",
            experience,
        ),
        Claim(
            "Z05",
            "Focus on loyalty and experience brings up to 25 % more revenue",
            0.25,
            ARTICLES,
            "a quarter or a half of the media money cut for a programme of thanks and rewards, more e-mail and service one notch "
            "up, over two years",
            retention,
        ),
        Claim(
            "Z06",
            "Strategic use of social media brings up to 32 % more revenue",
            0.32,
            ARTICLES,
            "10, 25 or 50 % of the other flights' money moved to paid social on the same days, for the brand as it is, for one "
            "that nobody knows, and for one that nearly all know",
            social,
        ),
        Claim(
            "Z07",
            "Three of four young people have social media as their main source",
            0.75,
            NORWEGIAN,
            "share of ads and posts met by the youngest segment that came through social feeds, with the plan as it is and with "
            "half of its money moved there",
            young_feeds,
        ),
    ]
