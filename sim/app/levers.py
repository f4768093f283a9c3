"""Levers: what a strategist can move, with sensible ranges; a budget whose sum stays; and a plan with levers moved.

Values are what a lever stands at: money a week (a mean over the run), hours, shares. A lever that is not named stays as the
plan has it. Money levers share one budget: moving one takes from the others, or gives to them, to the cent.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sim.calendar import Calendar
from sim.experiments.channels import INFLUENCERS, MOST_POSTS_A_WEEK, scaled
from sim.scenario import Scenario
from sim.scenario.errors import ScenarioError, nearest
from sim.scenario.models import TIERS as SMALLEST_FIRST

MONEY, FRIENDS, AFTER, CONTENT, PRICE = "money", "friends", "after", "content", "price"
GROUPS = (MONEY, FRIENDS, AFTER, CONTENT, PRICE)
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Lever:
    """One thing to move.

    name: "spend.television", "service.answer_hours"; its words are under the same key. group: where it stands. value: where the
    plan has it. low, high, step: its range. unit: "money", "money_each", "share", "hours", "per_week", "per_day", "factor".
    """

    name: str
    group: str
    value: float
    low: float
    high: float
    step: float
    unit: str

    @property
    def budgeted(self) -> bool:
        """Whether it shares the budget."""
        return self.group == MONEY


@lru_cache(maxsize=256)
def levers(scenario: Scenario) -> tuple[Lever, ...]:
    """The levers of a scenario's plan, each where the plan has it, group by group."""
    return (*_money(scenario), *_friends(scenario), *_after(scenario), *_content(scenario), *_price(scenario))


def _money(scenario: Scenario) -> list[Lever]:
    """Every paid channel of the market, in the plan or not, and influencers where there are any."""
    weekly = weekly_spend(scenario)
    total = sum(weekly.values())
    high = nice_above(max(total, 1.2 * max(weekly.values(), default=0.0), 0.002 * scenario.world.market.people))
    step = grain(high)
    used = [name for name, money in weekly.items() if money]
    order = [*used, *(name for name in weekly if name not in used)]
    return [Lever(f"spend.{name}", MONEY, cents(weekly[name]), 0.0, high, step, "money") for name in order]


def weekly_spend(scenario: Scenario) -> dict[str, float]:
    """Money a week for each channel of the market and "influencers", a mean over the run, as planned."""
    calendar = Calendar(scenario)
    weeks = calendar.days / DAYS_A_WEEK
    media = calendar.spend_by_channel()[:, scenario.focal].sum(axis=0) / weeks
    found = {one.name: float(money) for one, money in zip(scenario.world.channels, media)}
    if scenario.world.influencers:
        fees = _fees(scenario)
        found[INFLUENCERS] = sum(
            float(one.posts_per_day.sum()) * float(fees[one.influencers].sum()) / weeks
            for one in calendar.sponsorships
            if one.brand == scenario.focal
        )
    return found


def _fees(scenario: Scenario) -> np.ndarray:
    """Fee a sponsored post of each single influencer, float64, in the order of the calendar."""
    from sim.mechanisms.influencers import TIERS

    return np.array(
        [
            one.fee
            if one.fee is not None
            else (one.followers or TIERS[one.tier].followers) * TIERS[one.tier].price / 1000
            for one in scenario.world.influencers
            for _ in range(one.count)
        ]
    )


def _friends(scenario: Scenario) -> list[Lever]:
    focal = scenario.world.brands[scenario.focal]
    table = scenario.plan.referral or focal.referral
    high = nice_above(
        max(focal.price * (2.0 if scenario.world.market.category == "subscription" else 1.0), table.reward)
    )
    return [
        Lever("referral.appeal", FRIENDS, table.appeal, 0.0, 1.0, 0.05, "share"),
        Lever("referral.reward", FRIENDS, table.reward, 0.0, high, grain(high), "money_each"),
    ]


def _after(scenario: Scenario) -> list[Lever]:
    focal, plan = scenario.world.brands[scenario.focal], scenario.plan
    service, loyalty = plan.service or focal.service, plan.loyalty or focal.loyalty
    return [
        Lever("service.answer_hours", AFTER, service.answer_hours, 0.5, max(72.0, service.answer_hours), 0.5, "hours"),
        Lever("service.capacity", AFTER, service.capacity, 0.0, max(100.0, service.capacity), 5.0, "per_day"),
        Lever("loyalty.thanks", AFTER, loyalty.thanks, 0.0, 1.0, 0.05, "share"),
        Lever("loyalty.reward", AFTER, loyalty.reward, 0.0, 1.0, 0.05, "share"),
    ]


def _content(scenario: Scenario) -> list[Lever]:
    focal, plan = scenario.world.brands[scenario.focal], scenario.plan
    emails = focal.emails_per_week if plan.emails_per_week is None else plan.emails_per_week
    posts = focal.posts_per_week if plan.posts_per_week is None else plan.posts_per_week
    return [
        Lever("emails_per_week", CONTENT, emails, 0.0, max(7.0, emails), 0.25, "per_week"),
        Lever("posts_per_week", CONTENT, posts, 0.0, max(14.0, posts), 0.5, "per_week"),
    ]


def _price(scenario: Scenario) -> list[Lever]:
    found = [Lever("price", PRICE, 1.0, 0.7, 1.3, 0.01, "factor")]
    if scenario.plan.promotions:
        cut = max(one.cut for one in scenario.plan.promotions)
        found.append(Lever("promotion", PRICE, cut, 0.0, max(0.6, cut), 0.05, "share"))
    return found


def applied(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with levers moved; what stands as it stood changes nothing, so an untouched plan is the same plan.

    Raises ScenarioError for a lever that the scenario does not have or a value that is not a number within its range.
    """
    known = {one.name: one for one in levers(scenario)}
    moved = {}
    for name, value in values.items():
        if name not in known:
            raise ScenarioError(f"there is no lever '{name}'{nearest(name, known)}")
        lever = known[name]
        if not (math.isfinite(value) and 0 <= value <= max(lever.high, lever.value) * (100 if lever.budgeted else 1)):
            raise ScenarioError(f"lever '{name}' cannot stand at {value}; allowed is {lever.low:g} to {lever.high:g}")
        if value != lever.value:
            moved[name] = float(value)
    if not moved:
        return scenario
    money = {name.removeprefix("spend."): value for name, value in moved.items() if name.startswith("spend.")}
    scenario = _spending(scenario, money) if money else scenario
    changes = _changes(scenario, {name: value for name, value in moved.items() if not name.startswith("spend.")})
    return scenario.with_(changes) if changes else scenario


def _spending(scenario: Scenario, wanted: Mapping[str, float]) -> Scenario:
    """Money a week by channel: what the plan has is multiplied, what it has not runs evenly from the first day to the last."""
    now = weekly_spend(scenario)
    factors = {name: value / now[name] for name, value in wanted.items() if now[name] > 0}
    new = {name: value for name, value in wanted.items() if name not in factors and value > 0}
    media = {name: factor for name, factor in factors.items() if name != INFLUENCERS}
    changed = scaled(scenario, media) if media else scenario
    changes: dict[str, Any] = {}
    flights = [{"channel": name, "weekly": value} for name, value in new.items() if name != INFLUENCERS]
    if flights:
        changes["plan.flights"] = (*changed.plan.flights, *flights)
    if INFLUENCERS in factors:
        tables = [one.model_dump(by_alias=True) for one in changed.plan.sponsorships]
        changes["plan.sponsorships"] = tuple(
            part for one in tables for part in _campaigns(one, one["posts_per_week"] * factors[INFLUENCERS])
        )
    elif INFLUENCERS in new:
        changes["plan.sponsorships"] = (*changed.plan.sponsorships, *_first_campaigns(scenario, new[INFLUENCERS]))
    return changed.with_(changes) if changes else changed


def _campaigns(table: dict[str, Any], posts: float) -> list[dict[str, Any]]:
    """One sponsorship with so many posts a week, as several where one may not hold them all; none for no posts."""
    count = math.ceil(posts / MOST_POSTS_A_WEEK)
    return [table | {"posts_per_week": posts / count} for _ in range(count)]


def _first_campaigns(scenario: Scenario, weekly: float) -> list[dict[str, Any]]:
    """Sponsored posts for so much money a week by the smallest influencers there are, who are believed most."""
    influencers = scenario.world.influencers
    tier = next(name for name in SMALLEST_FIRST if any(one.tier == name for one in influencers))
    tiers = [one.tier for one in influencers for _ in range(one.count)]
    fees = sum(fee for fee, name in zip(_fees(scenario), tiers) if name == tier)
    return _campaigns({"tier": tier}, weekly / fees if fees else 1.0)


def _changes(scenario: Scenario, moved: Mapping[str, float]) -> dict[str, Any]:
    """Levers without a budget as changes of the plan."""
    focal, plan = scenario.world.brands[scenario.focal], scenario.plan
    changes: dict[str, Any] = {}
    for part in ("referral", "service", "loyalty"):
        mine = {name.partition(".")[2]: value for name, value in moved.items() if name.startswith(part + ".")}
        if mine:
            changes[f"plan.{part}"] = (getattr(plan, part) or getattr(focal, part)).model_dump() | mine
    changes |= {f"plan.{name}": moved[name] for name in ("emails_per_week", "posts_per_week") if name in moved}
    if "price" in moved:
        factor = moved["price"]
        later = [one.model_dump(by_alias=True) for one in plan.prices]
        changes["plan.prices"] = (
            {"from": 0, "price": focal.price * factor},
            *(one | {"price": one["price"] * factor} for one in later),
        )
    if "promotion" in moved:
        deepest = max(one.cut for one in plan.promotions)
        changes["plan.promotions"] = tuple(
            one.model_dump(by_alias=True)
            | {"cut": one.cut / deepest * moved["promotion"] if deepest else moved["promotion"]}
            for one in plan.promotions
        )
    return changes


def moved(
    values: Mapping[str, float], name: str, wanted: float, locked: Collection[str] = (), step: float = 0.0
) -> dict[str, float]:
    """Budget values after one was moved: the unlocked others give or take in proportion, the sum stays to the cent.

    values: money of every lever of the budget; they may not be negative. step: the others stand at multiples of it as far as the
    sum allows. The moved lever stops where the others have nothing left to give; if all others are locked it does not move.
    Where it stays as it is, so do the others.
    Locked levers never move, and a locked lever cannot be moved.

    >>> moved({"a": 60.0, "b": 30.0, "c": 10.0}, "a", 80.0)
    {'a': 80.0, 'b': 15.0, 'c': 5.0}
    """
    whole = {key: _in_cents(value) for key, value in values.items()}
    others = [key for key in whole if key != name and key not in locked]
    if name in locked or not others:
        return {key: value / 100 for key, value in whole.items()}
    total = sum(whole[key] for key in others) + whole[name]
    mine = min(_in_cents(max(wanted, 0.0)), total)
    if mine == whole[name]:
        return {key: value / 100 for key, value in whole.items()}
    shared = _shares(total - mine, {key: whole[key] for key in others}, _in_cents(step))
    return {key: {**whole, **shared, name: mine}[key] / 100 for key in whole}


def reach(values: Mapping[str, float], name: str, locked: Collection[str] = ()) -> tuple[float, float]:
    """Least and most that one of the budget can be moved to while the sum stays (`moved`): what the unlocked ones have together.

    >>> reach({"a": 60.0, "b": 30.0, "c": 10.0}, "a", locked={"c"})
    (0.0, 90.0)
    """
    others = [key for key in values if key != name and key not in locked]
    if name in locked or not others:
        return values[name], values[name]
    return 0.0, cents(sum(values[key] for key in (name, *others)))


def with_total(
    values: Mapping[str, float], total: float, locked: Collection[str] = (), step: float = 0.0
) -> dict[str, float]:
    """Budget values for another total: the unlocked ones grow or shrink in proportion; locked ones are the least there can be."""
    whole = {key: _in_cents(value) for key, value in values.items()}
    free = {key: value for key, value in whole.items() if key not in locked}
    if not free:
        return {key: value / 100 for key, value in whole.items()}
    fixed = sum(value for key, value in whole.items() if key in locked)
    shared = _shares(max(_in_cents(total) - fixed, 0), free, _in_cents(step))
    return {key: {**whole, **shared}[key] / 100 for key in whole}


def _shares(money: int, before: Mapping[str, int], step: int) -> dict[str, int]:
    """Cents divided in proportion to what was there, evenly if nothing was; what rounding leaves goes to the largest."""
    weights = before if sum(before.values()) else dict.fromkeys(before, 1)
    every = sum(weights.values())
    grid = step if step > 1 else 1
    found = {key: money * weight // every // grid * grid for key, weight in weights.items()}
    left = money - sum(found.values())
    order = sorted(weights, key=lambda key: (-(money * weights[key] / every - found[key]), key))
    for key in order:  # whole steps first, to those who lost most by rounding
        if left >= grid:
            found[key] += grid
            left -= grid
    found[max(weights, key=lambda key: (weights[key], key))] += left
    return found


def _in_cents(value: float) -> int:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{value} is no amount of money; give a number of 0 or more")
    return round(100 * value)


def cents(value: float) -> float:
    """An amount of money, to the cent."""
    return round(value, 2)


def nice_above(value: float) -> float:
    """A round number at or above a value, for the end of a range.

    >>> nice_above(38_400), nice_above(2.2), nice_above(0)
    (40000.0, 2.5, 1.0)
    """
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return float(next(one * size for one in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if one * size >= value * (1 - 1e-9)))


def grain(high: float) -> float:
    """A step of about a hundredth of a range, a round number: visitors who pick similar values share results.

    >>> grain(40_000), grain(2.5)
    (500.0, 0.05)
    """
    size = 10.0 ** math.floor(math.log10(high / 100))
    return float(round(next(one * size for one in (1, 2, 5, 10) if one * size >= high / 100 * (1 - 1e-9)), 10))
