"""How much people talk, who talks, how, and of what (facts W07, W09, W11, W12, W15, W17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.interventions import WITHOUT_PEERS
from sim.lists import POST, TELL

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab

SETTLED, QUARTERS = 182, 182
"""Days the coffee market settles, and days in which talk is counted."""

TALK = "a half-year of talk about coffee"

CALM = 20
"""A message of less feeling than this (in hundredths of full feeling) counts as mixed or neutral (assumed)."""


def _said_today(engine: Engine) -> np.ndarray:
    """Tonight's conversations and posts, int32 (n, 4): row, brand, act, tone in hundredths."""
    found = []
    for group in engine.groups:
        errands = group.lists.errands[: group.lists.planned[0]]
        found.append(errands[np.isin(errands[:, 2], (TELL, POST))].copy())
    return np.concatenate(found)


def _talk(lab: Lab) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Of each seed: tones of conversations, messages by consumer, and how often people were told of a brand."""

    def one(seed: int) -> tuple[np.ndarray, np.ndarray, float]:
        told = 0.0

        def evening(engine: Engine) -> np.ndarray:
            nonlocal told
            told += float(engine.tallies["told"].sum()) if engine.day > SETTLED else 0.0
            return _said_today(engine)

        life = lab.live(lab.market("coffee", days=SETTLED + QUARTERS), seed, each_day=evening)
        # A post loses its tone when it goes up (its place then says which post it is), so tones are those of conversations.
        said = np.concatenate(life.watched[SETTLED:])
        return said[said[:, 2] == TELL, 3], np.bincount(said[:, 0], minlength=life.engine.consumers), told

    return lab.once(TALK, lambda: [one(seed) for seed in lab.seeds])


@fact(
    "W11",
    market="coffee",
    change="none: conversations in a settled market of satisfactory products",
    control="none",
    seeds=8,
    shares=TALK,
)
def valence_of_talk(lab: Lab) -> Finding:
    """Shares of conversations that are positive and negative, and their ratio.

    Tone of all private conversations in half a year; less than a fifth of full feeling either way counts as mixed. Published:
    62-66 % positive, 8-9 % mostly negative (Keller Fay 2006).
    """
    tones = [tones for tones, _, _ in _talk(lab)]
    good, bad = (np.array([np.mean(side * one > CALM) for one in tones]) for side in (1, -1))

    def draw(axes):
        axes.hist(np.concatenate(tones) / 100, bins=np.arange(-1, 1.05, 0.1), density=True)
        axes.axvspan(-CALM / 100, CALM / 100, color="0.9", zorder=0)
        axes.set(xlabel="feeling told, -1 to 1", ylabel="share of conversations")

    return Finding(
        [
            Measure("positive", good, low=0.5, high=0.8, published=0.64),
            Measure("negative", bad, low=0.05, high=0.25, published=0.085),
            Measure.of_ratio("positive to negative", good, bad, low=3.0, high=10.0, published=6.0),
        ],
        draw,
    )


@fact(
    "W12",
    market="coffee",
    change="none: conversations in a settled market",
    control="none",
    seeds=8,
    shares=TALK,
)
def positive_to_negative(lab: Lab) -> Finding:
    """Positive conversations for each negative one, however weak the feeling.

    As W11, but every conversation counts as one or the other, as in surveys that ask for advice for or against a brand.
    Published: 3 to 1 over 15 studies (East, Hammond & Wright 2007).
    """
    tones = [tones for tones, _, _ in _talk(lab)]
    good, bad = [float(np.sum(one > 0)) for one in tones], [float(np.sum(one < 0)) for one in tones]
    ratio = Measure.of_ratio("positive to negative", good, bad, low=2.0, high=10.0, published=3.0)

    def draw(axes):
        both = np.array([np.sum(good), np.sum(bad)])
        axes.bar(["for", "against"], 100 * both / both.sum())
        axes.set(ylabel="conversations, %")

    return Finding([ratio], draw)


@fact(
    "W15",
    market="coffee",
    change="none: a settled market",
    control="none",
    seeds=8,
    shares=TALK,
)
def concentration_of_talk(lab: Lab) -> Finding:
    """Share of all conversations and posts that come from the most talkative tenth, and from the most talkative 15 %.

    People ranked by what they said in half a year. Published: 8-10 % say three times as much as others, 15 % about a third
    (Bughin, Doogan & Vetvik 2010; Keller Fay 2006).
    """
    ranked = [np.sort(by_consumer)[::-1] for _, by_consumer, _ in _talk(lab)]

    def share(part: float) -> np.ndarray:
        return np.array([one[: round(part * one.size)].sum() / one.sum() for one in ranked])

    def draw(axes):
        one = np.mean(ranked, axis=0)
        axes.plot(np.arange(1, one.size + 1) / one.size * 100, np.cumsum(one) / one.sum() * 100)
        axes.plot([15], [33], "D", color="0.5", label="published")
        axes.set(xlabel="most talkative people, %", ylabel="of all they said, %")
        axes.legend(frameon=False)

    return Finding(
        [
            Measure("most talkative 10 %", share(0.10), low=0.20, high=0.45),
            Measure("most talkative 15 %", share(0.15), low=0.30, high=0.50, published=0.33),
        ],
        draw,
    )


@fact("W09", market="coffee", change="none: a settled market", control="none", seeds=8, shares=TALK)
def mentions_per_week(lab: Lab) -> Finding:
    """Brands of the category mentioned to or by a person in a week.

    Conversations and posts emitted plus friends' words received, per person and week, six brands of one category. Published:
    56 to 78 mentions of all brands of all categories (Keller Fay); the band is the share of one category.
    """
    weeks = QUARTERS / 7
    values = np.array([(by.sum() + told) / by.size / weeks for _, by, told in _talk(lab)])

    def draw(axes):
        axes.bar(["simulated"], [values.mean()])
        axes.axhspan(0.1, 1.5, color="0.9", zorder=0)
        axes.set(ylabel="mentions a person and week")

    return Finding([Measure("mentions", values, low=0.1, high=1.5)], draw)


@fact(
    "W17",
    market="coffee",
    change="nobody advertises",
    control="all brands as they do",
    seeds=8,
    diagnosis="Ads feed talk only through what people who do not own a brand hear and know of it (hearsay), and "
    "that is a small part of talk in a settled market.",
)
def talk_fed_by_ads(lab: Lab) -> Finding:
    """Share of conversations and posts that are lost when all brands stop advertising.

    Paid media and influencers left out from day 0; talk of days 182 to 545. Published: 20 % of conversations refer to paid
    advertising (Keller & Fay 2009).
    """
    scenario = lab.market("coffee")

    def talk(without: tuple[str, ...]) -> np.ndarray:
        return np.array([_volume(lab, seed, without) for seed in lab.seeds])

    with_ads, silent = talk(()), talk(("paid_media", "influencers"))
    lost = Measure.of_ratio("share lost", with_ads - silent, with_ads, low=0.10, high=0.50, published=0.20)

    def draw(axes):
        weeks = (scenario.horizon.days - SETTLED) / 7
        axes.bar(["with ads", "without"], [one.mean() / lab.consumers / weeks for one in (with_ads, silent)])
        axes.set(ylabel="messages a person and week")

    return Finding([lost], draw)


def _volume(lab: Lab, seed: int, without: tuple[str, ...]) -> float:
    """Conversations and posts after the market has settled."""

    def today(engine: Engine) -> float:
        return float(engine.tallies["talk_positive"].sum() + engine.tallies["talk_negative"].sum())

    life = lab.live(lab.market("coffee"), seed, each_day=today, without=without)
    return float(sum(life.watched[SETTLED:]))


@fact(
    "W07",
    market="launch, ebike, app",
    change="nobody influences anybody: no talk, posts, reviews, invitations, no sight of what friends have",
    control="the markets as they are",
    seeds=6,
    diagnosis="Categories differ more than published: of a cheap drink that shoppers come upon, friends bring a seventh; an "
    "app that people invite each other to lives on them, and so does an e-bike whose ads teach its name slowly.",
)
def purchases_owed_to_peers(lab: Lab) -> Finding:
    """Share of first purchases of the focal brand that are lost without word of mouth, over three categories.

    First purchases over each whole scenario, with and without every channel between peers; a new drink, an e-bike and an app,
    each judged, and their mean. Published: word of mouth drives 20-50 % of purchases, more of first and of expensive ones
    (Bughin, Doogan & Vetvik 2010).
    """
    names = ("launch", "ebike", "app")
    kept = {name: lab.each(lab.market(name), _first_purchases) for name in names}
    alone = {name: lab.each(lab.market(name), _first_purchases, **WITHOUT_PEERS) for name in names}
    by_market = [Measure.of_ratio(name, kept[name] - alone[name], kept[name], low=0.15, high=0.6) for name in names]
    whole = Measure(
        "share lost, mean of the markets", np.mean([one.values for one in by_market], axis=0), low=0.15, high=0.6,
        published=0.35,
    )  # fmt: skip

    def draw(axes):
        axes.bar(names, [100 * one.estimate for one in by_market])
        axes.axhspan(15, 60, color="0.9", zorder=0)
        axes.set(ylabel="first purchases lost, %")

    return Finding([whole, *by_market], draw)


def _first_purchases(life):
    return life.daily_units(first_only=True).sum()
