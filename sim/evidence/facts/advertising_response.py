"""How sales respond to advertising: size, carry-over, saturation (facts A01 to A05, A08, A09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.spending import advertise
from sim.evidence.statistics import leave_one_out

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

MORE = 0.5
"""Increase of the budget; elasticities divide by it. (+10 % gives the same figures with wider intervals.)"""
MONTH, QUARTER, YEAR = 28, 91, 364
STARTS = {"coffee": 182, "launch": 28, "ebike": 420}
"""Markets, and the day the budget rises: coffee when it has settled, the launch in its second month. The e-bikes in the March of
their second year: in the first, nobody is on the long search for one yet as the simulation begins."""
SHORT = {"coffee": MONTH, "launch": MONTH, "ebike": QUARTER}
"""Days of the short run: four weeks, in which packaged goods are bought once; for e-bikes a quarter, as a search lasts 79 days
(J01), so that nobody whom an ad set out could have bought within four weeks."""
KINDS = {"coffee": "mature packaged good", "launch": "new packaged good", "ebike": "durable"}
JUDGED = ("launch", "ebike")
"""Markets in which an average elasticity is asked for, each for itself: a mature brand's is far below the average (A03)."""
SHARED = "more advertising"
SEEDS, QUICK = 160, 10


@dataclass(frozen=True)
class Response:
    """Units of the focal brand by day from the day the budget rises, (seeds, YEAR): with the rise, and without."""

    more: np.ndarray
    control: np.ndarray

    def elasticity(self, days: int) -> np.ndarray:
        """Pseudo-values of the relative change of units over the first `days`, per relative change of the budget."""
        return leave_one_out(lambda more, control: _elasticity(more, control, days), self.more, self.control)


def _elasticity(more: np.ndarray, control: np.ndarray, days: int) -> float:
    return float((more[:, :days].sum() / control[:, :days].sum() - 1) / MORE)


def response(lab: Lab, market: str, days: int = YEAR) -> Response:
    """One market with and without a lasting rise of the focal brand's budget; days: how many to live from the rise on."""
    start = STARTS[market]
    scenario = lab.market(market, days=start + YEAR)
    units = [
        lab.each(
            scenario,
            lambda life: life.daily_units()[start : start + days],
            before=advertise(times, start),
            until=start + days,
        )
        for times in (1 + MORE, 1.0)
    ]
    return Response(*units)


def responses(lab: Lab) -> dict[str, Response]:
    """Each market with and without a lasting rise of the focal brand's budget, lived once for all facts that ask."""
    return lab.once(SHARED, lambda: {market: response(lab, market) for market in STARTS})


def elasticities(lab: Lab, days: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Elasticity over the first days of each market, pseudo-values by seed."""
    return {market: one.elasticity(days[market]) for market, one in responses(lab).items()}


def each_market(name: str, values: dict[str, np.ndarray], low: float, high: float) -> list[Measure]:
    """A figure of every kind of market: the new good and the durable are judged, the mature one is shown (A03 judges it)."""
    found = [Measure(f"{name}, {KINDS[one]}", values[one], low=low, high=high) for one in JUDGED]
    return [*found, *(Measure(f"{name}, {KINDS[one]}", values[one]) for one in values if one not in JUDGED)]


def draw_elasticities(axes, by_market, published, low, high):
    """Elasticity by kind of market with intervals, the band and the published mean."""
    for row, (market, values) in enumerate(by_market.items()):
        measure = Measure(market, values)
        axes.plot(measure.interval, [row, row], color="0.5")
        axes.plot([measure.estimate], [row], "o")
    axes.axvspan(low, high, color="0.9", zorder=0)
    axes.axvline(published, color="0.4", linestyle="--")
    axes.set_yticks(range(len(KINDS)), list(KINDS.values()))
    axes.set(xlabel="% units per % of budget (shaded: band; dashed: published)")
    axes.set_ylim(-0.6, len(KINDS) - 0.4)


@fact(
    "A01",
    market="coffee, launch, ebike",
    change="50 % more advertising of the focal brand, from a day on",
    control="the budget as it was",
    seeds=SEEDS,
    quick=QUICK,
    shares=SHARED,
)
def short_run(lab: Lab) -> Finding:
    """Short-run advertising elasticity: units in the first weeks of a larger budget, in three kinds of market.

    A mature packaged good, a new one and a durable: the mean of the meta-analysis, too, is over such kinds. Their mean must lie
    in the band, and so must the new good and the durable by themselves, or a mean could pass that no market does. Its studies
    use weekly to yearly data; four weeks, and a quarter for the durable that takes so long to choose, are within.
    Elasticity = relative change of units / relative change of the budget.
    Published: 0.12 over 751 estimates (Sethuraman, Tellis & Briesch 2011).
    """
    by_market = elasticities(lab, SHORT)
    mean = np.mean(list(by_market.values()), axis=0)
    return Finding(
        [
            Measure("elasticity, short run", mean, low=0.02, high=0.22, published=0.12),
            *each_market("short run", by_market, 0.02, 0.22),
        ],
        lambda axes: draw_elasticities(axes, by_market, 0.12, 0.02, 0.22),
    )


@fact(
    "A02",
    market="coffee, launch, ebike",
    change="50 % more advertising of the focal brand, for a year",
    control="the budget as it was",
    seeds=SEEDS,
    quick=QUICK,
    shares=SHARED,
)
def long_run(lab: Lab) -> Finding:
    """Long-run advertising elasticity: units over a year of a larger budget, and against the short run.

    Markets and arms as in A01, and judged as there; long run: cumulated units over the year; short run: as in A01. Published:
    0.24 over 402 estimates, twice the short run (Sethuraman, Tellis & Briesch 2011).
    """
    markets = responses(lab)
    series = [part for one in markets.values() for part in (one.more, one.control)]

    def ratio(*series: np.ndarray, days: Sequence[int] = tuple(SHORT.values())) -> float:
        pairs = list(zip(series[::2], series[1::2], strict=True))
        long = sum(_elasticity(*pair, YEAR) for pair in pairs)
        short = sum(_elasticity(*pair, first) for pair, first in zip(pairs, days, strict=True))
        return long / short if short else float("nan")  # a handful of small markets may not answer at all

    years = elasticities(lab, dict.fromkeys(markets, YEAR))
    ratios = {
        market: leave_one_out(partial(ratio, days=[SHORT[market]]), one.more, one.control)
        for market, one in markets.items()
    }

    def draw(axes):
        weeks = np.arange(1, YEAR // 7 + 1)
        for market, one in markets.items():
            more, control = (
                part.sum(0)[: YEAR // 7 * 7].reshape(-1, 7).sum(1).cumsum() for part in (one.more, one.control)
            )
            axes.plot(weeks, (more / np.maximum(control, 1) - 1) / MORE, label=KINDS[market])
        axes.axhspan(0.05, 0.41, color="0.9", zorder=0)
        axes.axhline(0.24, color="0.4", linestyle="--")
        axes.set(xlabel="weeks of the larger budget", ylabel="elasticity so far")
        axes.legend(frameon=False)

    return Finding(
        [
            Measure("elasticity, a year", np.mean(list(years.values()), axis=0), low=0.05, high=0.41, published=0.24),
            Measure("long run / short run", leave_one_out(ratio, *series), low=1.5, high=3.0, published=2.0),
            *each_market("a year", years, 0.05, 0.41),
            *each_market("long / short", ratios, 1.5, 3.0),
        ],
        draw,
    )


@fact(
    "A03",
    market="coffee",
    change="50 % more advertising of the focal brand, from a day on",
    control="the budget as it was",
    seeds=SEEDS,
    quick=QUICK,
    shares=SHARED,
)
def mature_brand(lab: Lab) -> Finding:
    """Advertising elasticity of a mature, well-known packaged good, and how much higher that of a new one is.

    Units over a year, as the published figure is of a stock of advertising. Published: median 0.014, mean 0.023 over 288
    brands (Shapiro, Hitsch & Tuchman 2021).
    """
    years = elasticities(lab, dict.fromkeys(STARTS, YEAR))
    mature, new = years["coffee"], years["launch"]
    return Finding(
        [
            Measure("elasticity, mature", mature, low=0.005, high=0.06, published=0.023),
            Measure("new minus mature", new - mature, low=0.0, sign=True),
        ],
        lambda axes: draw_elasticities(axes, years, 0.023, 0.005, 0.06),
    )


@fact(
    "A04",
    market="coffee, launch, ebike",
    change="50 % more advertising of the focal brand, from a day on",
    control="the budget as it was",
    seeds=SEEDS,
    quick=QUICK,
    shares=SHARED,
)
def stage_and_kind(lab: Lab) -> Finding:
    """Advertising elasticity of a new brand, and of a durable, over that of a mature packaged good.

    Units in the short run, as in A01; the elasticity less 1.2 times the mature one's, which is near nothing, so that their
    ratio has no steady value. Published: higher early in the life cycle and for durables (Sethuraman, Tellis & Briesch 2011;
    Henningsen, Heuke & Clement 2011).
    """
    elasticity = elasticities(lab, SHORT)
    mature = elasticity["coffee"]
    return Finding(
        [
            Measure("new minus 1.2 x mature", elasticity["launch"] - 1.2 * mature, low=0.0, sign=True),
            Measure("durable minus 1.2 x mature", elasticity["ebike"] - 1.2 * mature, low=0.0, sign=True),
            *(Measure(f"short run, {KINDS[market]}", values) for market, values in elasticity.items()),
        ],
        lambda axes: draw_elasticities(axes, elasticity, 0.12, 0.02, 0.22),
    )


@fact(
    "A05",
    market="coffee",
    change="one week with nine times the focal brand's advertising",
    control="an ordinary week",
    seeds=20,
    diagnosis="A week of ads teaches the name at once, but half a year later those who learned it still begin to weigh the brand "
    "more than half as often as in the first month, so new buyers keep coming. Leaving is not slow: a quarter of those won by "
    "ads leave within three months, three in five within a year. Two forms were tried and left it as long: "
    "leaving that hangs on taste as weighing does, and weighing in proportion to how easily the name comes to mind.",
)
def duration(lab: Lab) -> Finding:
    """Weeks until 90 % of what one week of advertising sells has been sold, repeat purchases included.

    Extra units cumulate over the year after the week, all seeds together; the first week in which they reach 90 % of the year's
    sum. Published: six to nine months (Leone 1995).
    """
    start, weeks = STARTS["coffee"], 52
    scenario = lab.market("coffee", days=start + 7 * weeks)
    pulse, control = (
        lab.each(scenario, lambda life: life.daily_units()[start:], before=advertise(times, start, start + 7))
        for times in (9.0, 1.0)
    )
    extra = (pulse - control).reshape(len(pulse), weeks, 7).sum(2)

    def weeks_to_most(extra: np.ndarray) -> float:
        sold = extra.mean(0).cumsum()
        return float(np.argmax(sold >= 0.9 * sold[-1]) + 1)

    def draw(axes):
        sold = extra.mean(0).cumsum()
        axes.plot(np.arange(1, weeks + 1), 100 * sold / sold[-1])
        axes.axhline(90, color="0.4", linestyle="--")
        axes.axvspan(26, 39, color="0.9", zorder=0)
        axes.set(xlabel="weeks after the week of advertising (published: shaded)", ylabel="extra units so far, %")

    return Finding([Measure("weeks to 90 %", leave_one_out(weeks_to_most, extra), low=4, high=39, published=32)], draw)


@fact(
    "A08",
    market="coffee",
    change="the focal brand stops advertising",
    control="it goes on",
    seeds=8,
    quick=3,
)
def awareness_holds(lab: Lab) -> Finding:
    """Awareness lost in the first three weeks after a brand stops advertising.

    Awareness is the share of people who know the brand, as a survey would find it; loss relative to the paired market that
    goes on. Published: it holds for about three weeks (Aravindakshan & Naik 2011).
    """
    start, weeks = STARTS["coffee"], 12
    scenario = lab.market("coffee", days=start + 7 * weeks)

    def known(life):
        people = life.record.people[start::7, life.focal].sum(axis=1)
        return 1 - people[:, 0] / people.sum(axis=1)

    stopped, control = (lab.each(scenario, known, before=advertise(times, start)) for times in (0.0, 1.0))
    kept = stopped / control

    def draw(axes):
        axes.plot(range(kept.shape[1]), 100 * kept.mean(0), "o-")
        axes.axvline(3, color="0.4", linestyle="--")
        axes.axhline(85, color="0.4", linestyle="--")
        axes.set(xlabel="weeks without advertising", ylabel="people who know it, % of control", ylim=(0, 105))

    return Finding([Measure("lost in 3 weeks", 1 - kept[:, 3], low=0.0, high=0.15, unit="share")], draw)


@fact(
    "A09",
    market="launch",
    change="the focal brand's budget times 1/4, 1/2, 1, 2, 4",
    control="no advertising by the focal brand",
    seeds=40,
    diagnosis="Names are learned in proportion to the messages met, and most people of a launch have not met many.",
)
def diminishing_returns(lab: Lab) -> Finding:
    """Diminishing returns: first purchases of a new brand in its first year by size of budget.

    Lift(x) = first purchases at x times the plan's budget less those without advertising. Published: concave response
    (Robyn's and Meridian's documented ranges).
    """
    budgets = (1.0, 2.0, 4.0) if lab.quick else (0.25, 0.5, 1.0, 2.0, 4.0)
    scenario = lab.market("launch")

    def triers(times: float) -> np.ndarray:
        return lab.each(scenario, lambda life: life.daily_units(first_only=True).sum(), before=advertise(times))

    none = triers(0.0)
    lift = {times: triers(times) - none for times in budgets}
    more, most = lift[2.0] - lift[1.0], lift[4.0] - lift[2.0]

    def draw(axes):
        axes.plot(
            [0, *budgets], [0, *(one.mean() / lift[1.0].mean() for one in lift.values())], "o-", label="simulated"
        )
        axes.plot([0, 2], [0, 2], ":", color="0.5", label="in proportion")
        axes.set(xlabel="budget, times the plan's", ylabel="extra first buyers, times the plan's")
        axes.legend(frameon=False)

    return Finding(
        [
            Measure.of_ratio("lift 2x / lift 1x", lift[2.0], lift[1.0], low=1.1, high=1.9),
            Measure.of_ratio("gain 2x to 4x / gain 1x to 2x", most, more, high=2.0, sign=True),
        ],
        draw,
    )
