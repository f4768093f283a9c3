"""The channels of a plan: what the strategist's money can be moved between, or be taken from.

Paid media, sponsored posts by influencers ("influencers"), and the programmes for customers ("referral", "loyalty") are
handled alike: each can be scaled by a factor, 0 removes it. A channel that is scaled keeps everybody's luck in all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import ScenarioError, nearest

if TYPE_CHECKING:
    from sim.results import Run
    from sim.scenario import Scenario

INFLUENCERS, REFERRAL, LOYALTY = "influencers", "referral", "loyalty"
MOST_POSTS_A_WEEK = 21.0
"""Most sponsored posts a week of one influencer that a plan may hold (`Sponsorship.posts_per_week`)."""


@dataclass(frozen=True)
class PlanChannel:
    """One channel of a plan.

    name: of the paid channel, or "influencers", "referral", "loyalty". sort: "media", "influencers" or "programme". touch: the
    kind of touch by which people meet it, None where they meet none. The money of a programme is not planned: it follows from
    what customers do, so programmes can be removed or scaled but no budget is moved to or from them.
    """

    name: str
    sort: str
    touch: str | None

    @property
    def budgeted(self) -> bool:
        """Whether the plan sets its money."""
        return self.sort != "programme"


def plan_channels(scenario: Scenario) -> tuple[PlanChannel, ...]:
    """The channels in the plan of the focal brand: paid media in the world's order, influencers, programmes."""
    plan, focal = scenario.plan, scenario.world.brands[scenario.focal]
    bought = {one.channel for one in plan.flights if one.weekly or one.total}
    bought |= {channel for table in plan.spend for channel in table.columns.values()}
    found = [PlanChannel(one.name, "media", one.name) for one in scenario.world.channels if one.name in bought]
    if any(one.posts_per_week for one in plan.sponsorships):
        found.append(PlanChannel(INFLUENCERS, "influencers", "influencer"))
    referral, loyalty = plan.referral or focal.referral, plan.loyalty or focal.loyalty
    if referral.appeal:
        found.append(PlanChannel(REFERRAL, "programme", "referral"))
    if loyalty.reward or loyalty.thanks:
        found.append(PlanChannel(LOYALTY, "programme", None))
    return tuple(found)


def chosen_channels(scenario: Scenario, names: tuple[str, ...] = ()) -> tuple[PlanChannel, ...]:
    """The plan's channels with these names, by default all. Raises ScenarioError for one that the plan does not have."""
    every = plan_channels(scenario)
    if not every:
        raise ScenarioError(
            f"the plan of '{scenario.title}' has no channel: no flight, spend file, sponsorship, programme"
        )
    known = [one.name for one in every]
    for name in names:
        if name not in known:
            raise ScenarioError(f"the plan has no channel '{name}'{nearest(name, known)}")
    return tuple(one for one in every if not names or one.name in names)


def scaled(scenario: Scenario, factors: Mapping[str, float]) -> Scenario:
    """The same world with some channels of the plan multiplied: 0 removes a channel, 2 doubles its money.

    Media: money; influencers: sponsored posts (at most 21 a week each); programmes: reward and appeal or thanks, shares up to
    their limit of 1. Raises ScenarioError for a channel that the plan does not have, or a negative factor.
    """
    chosen_channels(scenario, tuple(factors))
    for name, factor in factors.items():
        if not 0 <= factor < float("inf"):
            raise ScenarioError(f"channel '{name}' cannot be multiplied by {factor}; give a number of 0 or more")
    if all(factor == 1.0 for factor in factors.values()):
        return scenario
    plan, focal = scenario.plan, scenario.world.brands[scenario.focal]
    changes: dict[str, Any] = {
        "plan.flights": [_multiplied(one, ("weekly", "total"), factors.get(one.channel, 1.0)) for one in plan.flights],
        "plan.spend": [part for one in plan.spend for part in _split(one.model_dump(by_alias=True), factors)],
    }
    if INFLUENCERS in factors:
        posts = [_multiplied(one, ("posts_per_week",), factors[INFLUENCERS]) for one in plan.sponsorships]
        for one in posts:
            one["posts_per_week"] = min(one["posts_per_week"], MOST_POSTS_A_WEEK)
        changes["plan.sponsorships"] = posts
    for name, keys in ((REFERRAL, ("reward", "appeal")), (LOYALTY, ("reward", "thanks"))):
        if name in factors:
            table = _multiplied(getattr(plan, name) or getattr(focal, name), keys, factors[name])
            limits = ("appeal",) if name == REFERRAL else keys
            changes[f"plan.{name}"] = table | {key: min(1.0, table[key]) for key in limits}
    return scenario.with_(changes)


def spent(run: Run, channel: PlanChannel) -> float:
    """Money that the focal brand spent on a channel in a run; for a programme the cost of all programmes."""
    record = run.record
    if channel.sort == "media":
        return float(record.spend[:, record.focal, record.channels.index(channel.name)].sum())
    series = "spend_influencers" if channel.sort == "influencers" else "spend_programmes"
    return float(record.series[series][:, record.focal].sum())


def _multiplied(table: Any, keys: tuple[str, ...], factor: float) -> dict[str, Any]:
    values = table.model_dump(by_alias=True)
    return values | {key: values[key] * factor for key in keys if values[key] is not None}


def _split(table: dict[str, Any], factors: Mapping[str, float]) -> list[dict[str, Any]]:
    """A spend file as one table for each factor that its channels have; columns of removed channels are dropped."""
    by_factor: dict[float, dict[str, str]] = {}
    for column, channel in table["columns"].items():
        by_factor.setdefault(factors.get(channel, 1.0), {})[column] = channel
    return [
        table | {"columns": columns, "scale": table["scale"] * factor}
        for factor, columns in by_factor.items()
        if factor
    ]
