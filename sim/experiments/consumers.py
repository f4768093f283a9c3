"""Who bought under one plan and not under the other: by segment, by place in the network, and how far from what was changed.

Two ledgers under one luck are compared person by person. Everybody is in one of these groups:

    won       bought for the first time under B, and not under A within the horizon        (expansion)
    lost      the other way round
    earlier   bought for the first time under both, sooner under B                        (acceleration)
    later     the other way round
    as_soon   bought for the first time under both on the same day
    never     did not buy under either
    before    had bought before the first day: whatever they buy, they are no new customers

New customers gained are won - lost, and the difference in units is the sum over the groups, exactly. That splits the difference
into expansion (won and lost) and acceleration (earlier, later) as Libai, Muller & Peres (2013, Journal of Marketing Research
50(2):161-176) split the value of seeding; what those add who buy as soon, and the customers from before, is repeat buying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sim.ledger import Ledger
    from sim.peers import Ties
    from sim.scenario import Scenario

GROUPS = ("won", "lost", "earlier", "later", "as_soon", "never", "before")
TIES = ("few ties (lower half)", "more ties (next four tenths)", "most ties (top tenth)")
DISTANCES = (
    "met what was changed",
    "a friend met it",
    "a friend of a friend met it",
    "further away",
)
"""Steps in the network to somebody who met a changed kind of touch under either plan."""
SUMS = ("people", "units_before", "units_after", "days_sooner")


def changed_touches(before: Scenario, after: Scenario) -> tuple[list[str], list[str]]:
    """Kinds of touch that the two plans bring differently by themselves, and what else differs, which touches nobody or all.

    Channels whose flights or spend differ, influencers, e-mail, posts, invitations; then such keys of the plan as prices.
    """
    kinds: set[str] = set()
    mine, theirs = before.plan, after.plan
    if mine.flights != theirs.flights:
        for channel in {one.channel for one in (*mine.flights, *theirs.flights)}:
            flights = [[one for one in plan.flights if one.channel == channel] for plan in (mine, theirs)]
            if flights[0] != flights[1]:
                kinds.add(channel)
    if mine.spend != theirs.spend:
        tables = [one for one in (*mine.spend, *theirs.spend) if one not in mine.spend or one not in theirs.spend]
        kinds |= {channel for one in tables for channel in one.columns.values()}
    for key, kind in (
        ("sponsorships", "influencer"),
        ("emails_per_week", "email"),
        ("posts_per_week", "brand_post"),
        ("referral", "referral"),
    ):
        if getattr(mine, key) != getattr(theirs, key):
            kinds.add(kind)
    others = [
        key for key in ("promotions", "prices", "service", "loyalty") if getattr(mine, key) != getattr(theirs, key)
    ]
    return sorted(kinds), others


def steps_from(ties: Ties, people: np.ndarray) -> np.ndarray:
    """Steps from each consumer to the nearest of some people, at most 3; int8 (consumers,). people: bool (consumers,)."""
    steps = np.full(len(people), 3, np.int8)
    steps[people] = 0
    source = np.repeat(np.arange(len(people)), np.diff(ties.start))
    for step in (1, 2):
        reached = np.zeros(len(people), bool)
        reached[ties.to[steps[source] == step - 1]] = True
        steps[reached & (steps > step)] = step
    return steps


def classes_by_ties(ties: Ties) -> np.ndarray:
    """Class of each consumer by the number of ties: lower half, next four tenths, top tenth; int8 (consumers,)."""
    degree = np.diff(ties.start)
    rank = np.empty(len(degree), np.int64)
    rank[np.lexsort((np.arange(len(degree)), degree))] = np.arange(len(degree))
    return np.searchsorted([0.5, 0.9], (rank + 0.5) / max(len(degree), 1), side="right").astype(np.int8)


def group_of(before: Ledger, after: Ledger) -> np.ndarray:
    """Each consumer's number in `GROUPS`, int8 (consumers,)."""
    a, b = before.first, after.first
    number = {name: i for i, name in enumerate(GROUPS)}
    group = np.full(len(a), number["never"], np.int8)
    group[(a < 0) & (b >= 0)] = number["won"]
    group[(a >= 0) & (b < 0)] = number["lost"]
    both = (a >= 0) & (b >= 0)
    for name, chosen in (("earlier", b < a), ("later", b > a), ("as_soon", b == a)):
        group[both & chosen] = number[name]
    group[before.before] = number["before"]
    return group


def tally(before: Ledger, after: Ledger, touches: list[str]) -> np.ndarray:
    """Sums over consumers by group, segment, ties and distance, int64 (sums, groups, segments, ties, distances).

    touches: changed kinds of touch; distances are counted from those who met one under either plan.
    """
    segments = int(before.segment.max(initial=0)) + 1
    group = group_of(before, after)
    if touches:
        distance = steps_from(before.ties, before.met_any(touches) | after.met_any(touches))
    else:
        distance = np.zeros(len(group), np.int8)
    shape = (len(GROUPS), segments, len(TIES), len(DISTANCES))
    cell = np.ravel_multi_index((group, before.segment, classes_by_ties(before.ties), distance), shape)
    both = (before.first >= 0) & (after.first >= 0)
    sooner = np.where(both, before.first.astype(np.int64) - after.first, 0)
    sums = (np.ones(len(group), np.int64), before.units, after.units, sooner)
    return np.stack(
        [np.bincount(cell, one, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape) for one in sums]
    )


def by(tallies: np.ndarray, what: str) -> np.ndarray:
    """Tallies (..., sums, groups, segments, ties, distances) summed to one of "everybody", "segment", "ties", "distance".

    Gives (..., sums, groups, classes).
    """
    axes: dict[str, Any] = {"everybody": (-3, -2, -1), "segment": (-2, -1), "ties": (-3, -1), "distance": (-3, -2)}
    found = tallies.sum(axis=axes[what])
    return found[..., None] if what == "everybody" else found
