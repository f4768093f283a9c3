"""Who knows whom: the made network beside recorded ones (facts N01 to N05). No market is lived here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.contagion import STRONG
from sim.evidence.experiment import Finding, Measure, fact
from sim.peers import Ties, generate, statistics

if TYPE_CHECKING:
    from sim.evidence.lab import Lab

SIZES = (1_000, 10_000, 100_000)
HOW: dict[str, Any] = {
    "market": "launch",
    "change": "the network of the shipped market, as made",
    "seeds": 6,
    "quick": 2,
    "shares": "networks",
}
FACEBOOK = {"path": 4.74, "clustering": 0.14, "skew": 1.9, "friends": 0.875}


def network(lab: Lab, seed: int, consumers: int) -> Ties:
    """The launch's peer network at another size."""
    world = lab.market("launch").world
    return generate(consumers, world.peers, [one.share for one in world.segments], seed)[0]


def figures(lab: Lab, consumers: int) -> dict[str, np.ndarray]:
    """What networks of a size are like, each figure an array over seeds; made once for all facts that ask."""

    def make() -> dict[str, np.ndarray]:
        rows = []
        for seed in lab.seeds:
            ties = network(lab, seed, consumers)
            near = np.add.reduceat(np.append(ties.strength > 255 * STRONG, 0), ties.start[:-1]) * (ties.degree > 0)
            rows.append({**statistics(ties), "strong": float(near.mean())})
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}

    found: dict[str, np.ndarray] = lab.once(f"network of {consumers}", make)
    return found


@fact("N01", control="none: hops between people, at three sizes of the market", **HOW)
def small_world(lab: Lab) -> Finding:
    """Mean number of hops between two consumers, in markets of 1,000, 10,000 and 100,000.

    Over all pairs that hang together, from 200 consumers drawn at random. Published: 4.74 among 721 million people with 190
    friends each (Backstrom et al. 2012), 3.7 in a sample of 4,039.
    """
    sizes = SIZES[:2] if lab.quick else SIZES
    path = {size: figures(lab, size)["path_mean"] for size in sizes}

    def draw(axes) -> None:
        axes.semilogx(sizes, [one.mean() for one in path.values()], "o-", label="simulated, 10 ties each")
        axes.plot([4_039, 721e6], [3.7, FACEBOOK["path"]], "s", color="0.5", label="Facebook: sample, and all")
        axes.axhspan(2.5, 5.0, color="C0", alpha=0.12, linewidth=0)
        axes.set(xlabel="people", ylabel="hops between two people", ylim=(0, 6))
        axes.legend(frameon=False)

    return Finding(
        [Measure(f"hops, {size:,} consumers", path[size], low=2.5, high=5.0, unit="hops") for size in sizes], draw
    )


@fact("N02", control="a random network of as many people and ties", **HOW)
def clustering(lab: Lab) -> Finding:
    """How often two friends of a consumer are friends: mean local clustering, and against a random network.

    A random network of N people with mean degree k has clustering k / (N - 1). Published: 0.14 at the median degree of
    Facebook (Ugander et al. 2011), 0.33 to 0.41 in surveyed villages and among doctors.
    """
    found = figures(lab, lab.consumers)
    chance = found["degree_mean"] / (lab.consumers - 1)

    def draw(axes) -> None:
        bars = [found["clustering"].mean(), chance.mean(), FACEBOOK["clustering"], 0.37, 0.61]
        axes.bar(range(5), bars, color=["C0", "0.8", "0.5", "0.5", "0.5"], width=0.6)
        axes.set_xticks(
            range(5), ["simulated", "random", "Facebook,\nmedian", "villages,\ndoctors", "Facebook,\nsample"]
        )
        axes.axhspan(0.1, 0.6, color="C0", alpha=0.12, linewidth=0)
        axes.set(ylabel="mean local clustering")

    return Finding(
        [
            Measure("clustering", found["clustering"], low=0.1, high=0.6, published=FACEBOOK["clustering"]),
            Measure("over a random network's", found["clustering"] / chance, low=5.0),
        ],
        draw,
    )


@fact("N03", control="none: the spread of degrees", **HOW)
def skewed_degrees(lab: Lab) -> Finding:
    """How unequally ties are spread: mean over median degree, and the share of tie ends held by the top tenth.

    Published: 1.9 on Facebook, mean 191 and median 99 (Ugander et al. 2011); 1.8 in a sample of 4,039.
    """
    found = figures(lab, lab.consumers)

    def draw(axes) -> None:
        degree = np.sort(network(lab, lab.seeds[0], lab.consumers).degree)
        axes.loglog(degree[::-1] + 0.0, np.arange(1, len(degree) + 1) / len(degree))
        axes.axvline(degree.mean(), color="C1", linewidth=0.9, label="mean")
        axes.axvline(np.median(degree), color="0.5", linewidth=0.9, linestyle="--", label="median")
        axes.set(xlabel="ties", ylabel="share of people with as many or more", xlim=(0.9, None))
        axes.legend(frameon=False)

    return Finding(
        [
            Measure(
                "mean over median degree", found["mean_over_median"], low=1.2, high=2.5, published=FACEBOOK["skew"]
            ),
            Measure("ties of the best connected tenth", found["top10_ties"], unit="share"),
        ],
        draw,
    )


@fact("N04", control="none: each consumer beside the own friends", **HOW)
def friendship_paradox(lab: Lab) -> Finding:
    """Share of consumers whose friends have more friends than they, on average.

    Published: 87.5 % in a sample of Facebook friendships (computed from McAuley & Leskovec 2012).
    """
    found = figures(lab, lab.consumers)
    share = Measure("friends have more friends", found["friends_have_more"], 0.6, None, FACEBOOK["friends"], "share")
    return Finding([share, Measure("assortativity of degrees", found["assortativity"])])


@fact("N05", control="none: ties stronger than one half", **HOW)
def contacts_that_count(lab: Lab) -> Finding:
    """How many people a consumer is tied to closely: ties stronger than one half.

    Published: 2.3 to 4.8 names in three surveys of who is asked for advice (Valente 1995).
    """
    strong = figures(lab, lab.consumers)["strong"]
    return Finding([Measure("close contacts", strong, low=2.0, high=8.0, published=3.5, unit="people")])
