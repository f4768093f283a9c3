"""What customers are worth by how they were won (fact W19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.hazards import joined_today
from sim.evidence.statistics import leave_one_out

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab, Life

JOINING, YEAR, SHORT = 182, 365, 28
"""Days in which customers may join, and days over which each is followed: in the long and in the short run."""

BY_FRIENDS = ("friend", "advice", "referral", "post")
"""Kinds of touchpoint that a person one is tied to is behind."""

AD, FRIEND = 0, 1


@dataclass(frozen=True)
class Won:
    """Customers won in one seed, joiners first. source: AD, FRIEND, or -1 for others. own, brought: purchases of the
    first 4 weeks and of the first 12 months, own and those of people they brought, float64 (2, joiners)."""

    source: np.ndarray
    own: np.ndarray
    brought: np.ndarray

    def total(self, source: int) -> np.ndarray:
        """People, and their own and brought purchases in either time: float64 (5,)."""
        these = self.source == source
        return np.array([these.sum(), *self.own[:, these].sum(axis=1), *self.brought[:, these].sum(axis=1)])


def _credits(engine: Engine) -> np.ndarray:
    """Who may have brought today's new customers: float64 (n, 3), newcomer, customer, share of the credit.

    The inviter, if there was an invitation in the programme's window; else each friend who was a customer, alike.
    """
    new = np.concatenate([group.lists.orders[: group.lists.ordered[0]] for group in engine.groups])
    new = new[(new[:, 1] == engine.focal) & (new[:, 2] == 1), 0]
    hosts = {row: host for row, host, _ in joined_today(engine).tolist() if host >= 0}
    owns = engine.owned_stages[engine.columns["stage"][engine.focal]]
    owns[new] = False
    found = []
    for row in new.tolist():
        friends = engine.ties.to[engine.ties.start[row] : engine.ties.start[row + 1]]
        thanked = [hosts[row]] if row in hosts else friends[owns[friends]].tolist()
        found += [(row, host, 1 / len(thanked)) for host in thanked]
    return np.array(found, float).reshape(-1, 3)


def _won(life: Life) -> Won:
    """Customers who joined in time, and what they bought and brought."""
    kinds, people, days = [one.name for one in life.engine.kinds], life.engine.consumers, life.engine.calendar.days
    source = np.full(len(kinds) + 1, -1)  # the last entry: no touchpoint noticed
    source[[kinds.index(one) for one in BY_FRIENDS]] = FRIEND
    source[: len(life.engine.channels)] = AD
    day, row, _, first, _ = life.orders[life.orders[:, 2] == life.focal].astype(np.int64).T
    joined, heard_by = np.full(people, -1), np.full(people, -1)
    joined[row[first == 1]] = day[first == 1]
    when, who, cause = _first_heard(life).T
    in_time = when <= joined[who]
    heard_by[who[in_time]] = cause[in_time]
    bought = np.sort(row * days + day)

    def until(who: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Purchases of each of these people before a day of each."""
        return np.searchsorted(bought, who * days + last) - np.searchsorted(bought, who * days)

    members = np.flatnonzero((joined >= 0) & (joined < JOINING))
    credits = np.concatenate(life.watched)
    new, host, share = credits[:, 0].astype(int), credits[:, 1].astype(int), credits[:, 2]
    friends = (source[heard_by[new]] == FRIEND) & np.isin(host, members)
    new, host, share = new[friends], host[friends], share[friends]
    times = (SHORT, YEAR)
    own = [until(members, joined[members] + time) for time in times]
    brought = [np.bincount(host, share * until(new, joined[host] + time), minlength=people) for time in times]
    return Won(source[heard_by[members]], np.array(own, float), np.array(brought)[:, members])


def _first_heard(life: Life) -> np.ndarray:
    """When each consumer first came to know the focal brand, int64 (n, 3): day, row, kind of touchpoint noticed last."""
    knows = np.array([one.knows for one in life.engine.stages])
    moves = life.moves[life.moves[:, 2] == life.focal].astype(np.int64)
    heard = moves[~knows[moves[:, 3]] & knows[moves[:, 4]]]
    _, first = np.unique(heard[:, 1], return_index=True)
    return heard[first][:, [0, 1, 5]]


@fact(
    "W19",
    market="app",
    change="customers who first heard of the brand by a friend's word, an invitation or a post",
    control="customers who first heard of it by an ad",
    seeds=30,
    diagnosis=(
        "Who heard by a friend brings some four tenths more others, for his friends are alike and he invites more; but "
        "what a customer brings is little beside what he buys himself, and that does not differ: only those "
        "invited have company, and taste decides what is weighed whoever speaks of it."
    ),
)
def customers_won_by_word_of_mouth(lab: Lab) -> Finding:
    """Value of customers won by word of mouth against those won by ads: own purchases, and those of people they brought.

    An app, as the published firm served subscribers on the web. Who joins in the first half-year is followed for 12 months
    and for 4 weeks; what won them: what they noticed last when they came to know the brand, as the published customers said
    themselves how they had heard of it (those who knew it on the first day are left out). People won by friends are credited
    to their inviter, or in equal parts to those friends who were customers. Published: nearly twice as much in the long run,
    less in the short run (Villanueva, Yoo & Hanssens 2008).
    """
    scenario = lab.market("app", days=JOINING + YEAR)
    won = [_won(lab.live(scenario, seed, each_day=_credits, moves=True)) for seed in lab.seeds]
    by_ad, by_word = (np.array([one.total(source) for one in won]) for source in (AD, FRIEND))
    long_run = Measure("12 months", _times_worth(by_word, by_ad, (2, 4)), low=1.2, high=2.5, published=1.9)
    short_run = Measure("first 4 weeks", _times_worth(by_word, by_ad, (1, 3)), high=1.1)

    def draw(axes):
        for place, one in enumerate((by_word, by_ad)):
            own, brought = one[:, (2, 4)].sum(axis=0) / one[:, 0].sum()
            axes.bar(place, own, 0.5, color="C0", label="own" if place == 0 else None)
            axes.bar(
                place, brought, 0.5, bottom=own, color="C1", label="of people they brought" if place == 0 else None
            )
        axes.set_xticks([0, 1], ["won by word of mouth", "won by ads"])
        axes.set(ylabel="purchases a customer in 12 months")
        axes.legend(frameon=False)

    return Finding(
        [
            long_run,
            short_run,
            Measure("own purchases only, 12 months", _times_worth(by_word, by_ad, (2,))),
            Measure("purchases of people brought only, 12 months", _times_worth(by_word, by_ad, (4,))),
            Measure.of_ratio("won by word of mouth, against won by ads", by_word[:, 0], by_ad[:, 0]),
        ],
        draw,
    )


def _times_worth(by_word: np.ndarray, by_ad: np.ndarray, columns: tuple[int, ...]) -> np.ndarray:
    """Pseudo-values of purchases a customer, those won by word of mouth over those won by ads."""

    def ratio(word: np.ndarray, ad: np.ndarray) -> float:
        worth = [float(one[:, columns].sum() / one[:, 0].sum()) for one in (word, ad)]
        return worth[0] / worth[1]

    return leave_one_out(ratio, by_word, by_ad)
