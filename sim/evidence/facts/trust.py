"""Trust in the sources of messages (facts T01, T02, I08 and the source articles' Z01).

How far a consumer trusts a source is a trait, set from the surveys themselves: these facts are calibration, and show only that
what was put in is what messages meet after a year in which ads tire, influencers wear and complaints are answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from sim.evidence.experiment import Finding, Measure, fact
from sim.kernels import UNIT

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab

PUBLISHED = {
    "friends": 0.83, "site": 0.70, "reviews": 0.66, "television": 0.63, "email": 0.56, "out_of_home": 0.56,
    "online_video": 0.48, "search": 0.47, "paid_social": 0.46, "display": 0.42,
}  # fmt: skip
"""Share of people who trust each format, Nielsen Global Trust in Advertising 2015, of the formats that the model has."""

MARKETS = ("launch", "coffee", "ebike", "app")


def trust_by_source(engine: Engine) -> dict[str, float]:
    """Mean weight that a message of each source meets today, in [0, 1].

    Ads: trust in ads times trust in the channel's, worn by today's reactance to personalisation. Influencers, where a market
    has any: the trait; and what is left of it for a sponsored post after today's authenticity.
    """
    columns, tables = engine.columns, engine.tables
    traits = {name: columns[f"trust_{name}"] * float(UNIT) for name in ("ads", "friends", "reviews", "owned")}
    found = {
        "friends": traits["friends"],
        "site": traits["owned"],
        "reviews": traits["reviews"],
        "email": traits["owned"],
    }
    for c, channel in enumerate(engine.channels):
        accepted = tables["acceptance"][engine.focal, c]
        found[channel.name] = np.minimum(1.0, traits["ads"] * tables["channel_trust"][c]) * accepted
    if engine.influencers:
        found["influencers"] = columns["trust_influencers"] * float(UNIT)
        found["sponsored posts"] = found["influencers"] * tables["authenticity"].mean()
    return {name: float(np.mean(weights)) for name, weights in found.items()}


def _watched(lab: Lab, market: str) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Trust by source on the first and the last evening of a year, for each seed; lived once for all facts."""

    def make() -> list[tuple[dict[str, float], dict[str, float]]]:
        scenario = lab.market(market, days=365)
        every = [lab.live(scenario, seed, each_day=_at_the_ends).watched for seed in lab.seeds]
        return [(watched[0], watched[-1]) for watched in every]

    return lab.once(f"trust in {market}", make)


def _at_the_ends(engine: Engine) -> dict[str, float] | None:
    return trust_by_source(engine) if engine.day in (1, engine.calendar.days) else None


def _gap(trust: dict[str, float]) -> float:
    """How far friends are ahead of the next most trusted source."""
    return trust["friends"] - max(value for name, value in trust.items() if name != "friends")


def trust_in_friends(lab: Lab) -> Finding:
    """Mean trust in friends at the start and after a year, and its lead over the next source, over four markets."""
    every = {market: _watched(lab, market) for market in MARKETS}
    measures = []
    for when, name in enumerate(("at the start", "after a year")):
        runs = [[run[when] for run in every[market]] for market in MARKETS]
        friends = np.mean([[trust["friends"] for trust in one] for one in runs], axis=0)
        lead = np.min([[_gap(trust) for trust in one] for one in runs], axis=0)
        measures += [
            Measure(f"trust in friends {name}", friends, 0.75, 0.92, 0.83, "share"),
            Measure(f"smallest lead over any source {name}", lead, low=0.0, unit="share", sign=True),
        ]

    def draw(axes):
        width = 0.35
        for when, name in enumerate(("first day", "after a year")):
            mean = [np.mean([run[when]["friends"] for run in every[market]]) for market in MARKETS]
            axes.bar(np.arange(len(MARKETS)) + (when - 0.5) * width, mean, width, label=name)
        axes.axhspan(0.75, 0.92, color="0.9", zorder=0)
        axes.set_xticks(range(len(MARKETS)), MARKETS)
        axes.set(ylabel="trust in friends", ylim=(0, 1))
        axes.legend(frameon=False, loc="lower right")

    return Finding(measures, draw)


@fact(
    "T01",
    market="launch, coffee, ebike, app",
    change="none: a year of exposure",
    control="the first day",
    seeds=4,
    quick=2,
    shares="trust",
)
def friends(lab: Lab) -> Finding:
    """Trust in recommendations of people one knows, on the first day and after a year, against every other source.

    Published: 83 % in 2015, 78 to 92 % in other years (Nielsen Global Trust in Advertising). Calibration: the trait is set on it.
    """
    return trust_in_friends(lab)


@fact(
    "T02",
    market="coffee (default trust), after a year",
    change="none: mean trust by source",
    control="none",
    seeds=4,
    quick=2,
    shares="trust",
)
def rank_of_sources(lab: Lab) -> Finding:
    """Rank order of trust by source: Spearman correlation with the survey, and friends over banners.

    Ten formats that the model and the survey share. Published: Nielsen 2015. Calibration: traits and channels are set on it.
    """
    after = [run[1] for run in _watched(lab, "coffee")]
    names = list(PUBLISHED)
    rank = [float(stats.spearmanr([one[name] for name in names], list(PUBLISHED.values())).statistic) for one in after]
    ratio = [one["friends"] / one["display"] for one in after]
    measures = [
        Measure("rank correlation with the survey", np.array(rank), low=0.9, published=1.0),
        Measure("trust in friends over banners", np.array(ratio), 1.6, 2.4, 83 / 42),
    ]

    def draw(axes):
        mean = [np.mean([one[name] for one in after]) for name in names]
        axes.plot([0.3, 0.9], [0.3, 0.9], color="0.8", zorder=0)
        axes.plot(list(PUBLISHED.values()), mean, "o")
        for name, x, y in zip(names, PUBLISHED.values(), mean, strict=True):
            axes.annotate(name.replace("_", " "), (x, y), xytext=(4, -8), textcoords="offset points", fontsize=7)
        axes.set(xlabel="share who trust the format, 2015", ylabel="simulated trust")

    return Finding(measures, draw)


@fact(
    "I08",
    market="launch, app",
    change="none: trust in what influencers say for money",
    control="trust in friends",
    seeds=4,
    quick=2,
    shares="trust",
)
def influencers_against_friends(lab: Lab) -> Finding:
    """Trust in sponsored posts by influencers over trust in friends, in the markets that have both.

    The trait is the share who trust advertising by influencers; shown beside it is the weight that is left to a sponsored post
    after a year of wear on authenticity. Published: 23 % (Nielsen 2021) against 83-89 % for friends.
    """
    measures: list[Measure] = []
    bars: dict[str, float] = {}
    for market in ("launch", "app"):
        after = {
            name: np.array([run[1][name] for run in _watched(lab, market)])
            for name in ("friends", "influencers", "sponsored posts")
        }
        measures += [
            Measure(f"influencers over friends, {market}", after["influencers"] / after["friends"], 0.2, 0.6, 0.277),
            Measure(f"worn sponsored posts over friends, {market}", after["sponsored posts"] / after["friends"]),
        ]
        bars |= {f"{name},\n{market}": float(trust.mean()) for name, trust in after.items()}

    def draw(axes):
        axes.bar(list(bars), list(bars.values()), width=0.6)
        axes.tick_params(axis="x", labelsize=6)
        axes.set(ylabel="mean trust")

    return Finding(measures, draw)
