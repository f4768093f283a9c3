"""Brand buying in a settled market of packaged goods (facts B01, B04 to B06, B08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.settled import MONTHS, PERIODS, QUICK, RUNS, SEEDS, beside_memoryless, settled, top_fifth

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

PLAIN: dict[str, Any] = {
    "market": "coffee",
    "change": "none: the market as it settles",
    "control": "none",
    "shares": RUNS,
}


@fact("B01", **PLAIN, seeds=SEEDS, quick=QUICK)
@beside_memoryless
def double_jeopardy(lab: Lab) -> Finding:
    """Double jeopardy: penetration and purchases per buyer of brands of very different size, over a year.

    After half a year to settle, one year of purchases. Correlations over the eight brands; CV: standard deviation over mean.
    Published: the theory of Goodhardt, Ehrenberg & Chatfield (1984) and tables of Sharp (2010).
    """
    share, reach, often = (np.array(rows) for rows in zip(*[_sizes(one.year) for one in settled(lab)]))
    spread = [each.std(axis=1) / each.mean(axis=1) for each in (reach, often)]
    measures = [
        Measure("correlation of share and penetration", _correlations(share, reach), low=0.9),
        Measure("correlation of share and purchases per buyer", _correlations(share, often), low=0.3),
        Measure("CV of penetration over CV of purchases per buyer", spread[0] / spread[1], low=3.0),
    ]

    def draw(axes):
        often_bought = often.mean(axis=0)
        axes.plot(100 * reach.mean(axis=0), often_bought, "o", label="simulated brands")
        axes.axhline(often_bought.max(), ls="--", color="0.5", label="if all were bought as often")
        axes.set(xlabel="people who buy it in a year, %", ylabel="purchases per buyer and year", ylim=(0, None))
        axes.legend(frameon=False, loc="lower right")

    return Finding(measures, draw)


@fact(
    "B04",
    **PLAIN,
    seeds=SEEDS,
    quick=QUICK,
    diagnosis="People keep their rate of buying and their tastes for life: no household grows, nobody moves. So slightly too "
    "many of a brand's heavy buyers are heavy a year later.",
)
@beside_memoryless
def heavy_buyers(lab: Lab) -> Finding:
    """Heavy buyers: purchases made by the heaviest fifth of a brand's buyers in a year, and how many are so again a year later.

    Mean over brands; where equals share the last places of the fifth, each has a part of one. Published: about 60 % of
    purchases in 17 categories, and half are not heavy the next year (Sharp, Romaniuk & Graham 2019).
    """
    part, again = [], []
    for one in settled(lab):
        heavy = [(top_fifth(now), top_fifth(then), now) for now, then in zip(one.year, one.next_year)]
        part.append(np.mean([(fifth * now).sum() / now.sum() for fifth, _, now in heavy]))
        again.append(np.mean([(fifth * then).sum() / fifth.sum() for fifth, then, _ in heavy]))
    measures = [
        Measure("share of purchases by the top 20 % of buyers", np.array(part), low=0.45, high=0.70, published=0.6),
        Measure("share of them in the top 20 % a year later", np.array(again), low=0.35, high=0.70, published=0.5),
    ]

    def draw(axes):
        for one in settled(lab)[:1]:
            for counts in one.year:
                ranked = np.sort(counts[counts > 0])[::-1]
                axes.plot(100 * np.arange(1, len(ranked) + 1) / len(ranked), 100 * ranked.cumsum() / ranked.sum(), lw=1)
        axes.axvline(20, ls=":", color="0.5")
        axes.plot([20], [60], "k*", label="published")
        axes.set(xlabel="heaviest buyers of a brand, %", ylabel="of its purchases, %")
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact("B05", **PLAIN, seeds=SEEDS, quick=QUICK)
@beside_memoryless
def small_brand(lab: Lab) -> Finding:
    """A small settled brand: how often it is bought, and how much of its buyers' needs it meets.

    The smallest brand, over a quarter, in which about 5 % of people buy it. The source speaks of a year; here a pack is bought
    every three weeks, so that brand reaches in a quarter what one of a slower category reaches in a year, and these figures
    depend on purchases made, not on the calendar (Ehrenberg 1991, Int. J. Market Research 33(4)).
    """
    rows = []
    for one in settled(lab):
        counts = one.quarter.astype(int)
        brand, leader = counts.sum(axis=1).argmin(), counts.sum(axis=1).argmax()
        mine, all_bought = counts[brand], counts.sum(axis=0)
        buys = mine > 0
        rows.append(
            (
                buys.mean(),
                (mine[buys] == 1).mean(),
                mine.sum() / all_bought[buys].sum(),
                (mine[buys] == all_bought[buys]).mean(),
                mine.sum() / buys.sum(),
                (counts[leader][buys] > 0).mean(),
            )
        )
    reach, once, met, sole, often, leader_too = np.array(rows).T
    measures = [
        Measure("buyers who buy it once", once, low=0.35, high=0.65, published=0.5),
        Measure("share of its buyers' category purchases", met, low=0.2, high=0.5, published=0.33),
        Measure("buyers who buy nothing else", sole, low=0.05, high=0.25, published=0.1),
        Measure("penetration", reach, published=0.05),
        Measure("purchases per buyer", often, published=3.0),
        Measure("buyers who also buy the leader", leader_too, published=0.4),
    ]

    def draw(axes):
        names = ["once only", "share of needs", "sole buyers", "also leader"]
        shown, known = [once, met, sole, leader_too], [0.5, 0.33, 0.1, 0.4]
        axes.bar(np.arange(4) - 0.2, [100 * one.mean() for one in shown], 0.4, label="simulated")
        axes.bar(np.arange(4) + 0.2, 100 * np.array(known), 0.4, color="0.75", label="published")
        axes.set_xticks(range(4), names)
        axes.set(ylabel="%")
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact("B06", **PLAIN, seeds=SEEDS, quick=QUICK)
@beside_memoryless
def repeat_by_period(lab: Lab) -> Finding:
    """Repeat buying from one period to the next, for periods of 1, 4, 12 and 52 weeks.

    Buyers of a brand in a period who buy it again in the next, over all brands. Rising: the least rise from one length to the
    next longer. Bending: the least fall of the rise per week. Published: NBD example 0.17, 0.41, 0.62, 0.80.
    """
    rates = np.array([one.repeat for one in settled(lab)])
    slopes = np.diff(rates, axis=1) / np.diff(PERIODS)
    measures = [
        Measure("least rise", np.diff(rates, axis=1).min(axis=1), low=0.0, sign=True),
        Measure("least fall of the rise per week", -np.diff(slopes, axis=1).max(axis=1), low=0.0, sign=True),
        Measure("repeat rate over 12 weeks", rates[:, 2], low=0.35, high=0.75, published=0.62),
    ]

    def draw(axes):
        axes.plot(PERIODS, rates.mean(axis=0), "o-", label="simulated")
        axes.plot(PERIODS, [0.17, 0.41, 0.62, 0.80], "s--", color="0.5", label="published example")
        axes.set(
            xlabel="length of the period, weeks", ylabel="buyers who buy again in the next", ylim=(0, 1), xscale="log"
        )
        axes.set_xticks(PERIODS, PERIODS)
        axes.legend(frameon=False)

    return Finding(measures, draw)


@fact("B08", **PLAIN, seeds=SEEDS, quick=QUICK)
@beside_memoryless
def winning_back(lab: Lab) -> Finding:
    """Chance that a past buyer buys the brand within a month, by months since the last purchase of it.

    Months of 30 days, all brands, read over a year. Falling and bending are read at 1, 3, 6 and 12 months. Published: computed
    from the CDNOW customers (0.22, 0.096, 0.051, 0.020); levels depend on how often a category is bought, the decay less.
    """
    returns = np.array([one.returns for one in settled(lab)])
    at = np.array([1, 3, 6, 12])
    falls = -np.diff(returns[:, at - 1], axis=1) / np.diff(at)
    measures = [
        Measure("least fall per month", falls.min(axis=1), low=0.0, sign=True),
        Measure("least easing of the fall", -np.diff(falls, axis=1).max(axis=1), low=0.0, sign=True),
        Measure(
            "chance after 6 months over 1 month", returns[:, 5] / returns[:, 0], low=0.1, high=0.45, published=0.23
        ),
    ]
    cdnow = [0.2228, 0.1321, 0.0958, 0.0756, 0.0631, 0.0513, 0.0409, 0.0366, 0.0316, 0.0269, 0.0228, 0.0199]

    def draw(axes):
        months = np.arange(1, MONTHS + 1)
        axes.plot(months, returns.mean(axis=0) / returns[:, 0].mean(), "o-", label="simulated")
        axes.plot(months, np.array(cdnow) / cdnow[0], "s--", color="0.5", label="CDNOW")
        axes.set(xlabel="months since the last purchase", ylabel="chance to buy, relative to month 1", ylim=(0, 1.05))
        axes.legend(frameon=False)

    return Finding(measures, draw)


def _sizes(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of purchases, penetration and purchases per buyer of each brand."""
    bought, buyers = counts.sum(axis=1, dtype=float), (counts > 0).sum(axis=1)
    return bought / bought.sum(), buyers / counts.shape[1], bought / buyers


def _correlations(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Correlation over brands, one for each seed."""
    return np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(one, other)])
