"""Cascades of posts: how many spread, how far, and in what shape (facts V01, V02, V03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.experiment import Finding, Measure, fact
from sim.evidence.statistics import jackknife

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life
    from sim.scenario import Scenario

TOWN, TOWN_DAYS = 200_000, 60
"""People of a market in which every consumer is one person, so that cascades and followings have their real sizes."""
LARGE = 50
"""Smallest size of a large cascade, its seed included."""
DEEPEST = 6
HOW: dict[str, Any] = {
    "market": "launch",
    "control": "none: every post of the first year, of all brands",
    "shares": "cascades",
}


def levels(life: Life) -> np.ndarray:
    """How many posts and shares there are at each depth: seeds, shares of seeds, shares of those ... (DEEPEST + 1,)."""
    tables = life.engine.cascades.tables
    posts, shares = int(tables["cascade_count"][0]), int(tables["share_count"][0])
    root = tables["cascade_root"]
    depth: dict[tuple[int, int], int] = {}
    found = np.zeros(DEEPEST + 1)
    found[0] = posts
    for cascade, row, parent in zip(
        *(tables[f"share_{name}"][:shares].tolist() for name in ("cascade", "row", "parent"))
    ):
        if row == root[cascade] or (cascade, row) in depth:
            continue
        depth[cascade, row] = depth.get((cascade, parent), 0) + 1
        found[min(depth[cascade, row], DEEPEST)] += 1
    return found


def _posts(lab: Lab) -> tuple[np.ndarray, np.ndarray]:
    """Of the launch's first year on every seed: cascades with size 1, with depth beyond 1, and all (seeds, 3); levels."""

    def live() -> tuple[np.ndarray, np.ndarray]:
        counts, depths = [], []
        for seed in lab.seeds:
            life = lab.live(lab.market("launch"), seed)
            table = life.engine.cascades.table()
            counts.append(((table["size"] == 1).sum(), (table["depth"] > 1).sum(), len(table["size"])))
            depths.append(levels(life))
        return np.array(counts, float), np.array(depths)

    found: tuple[np.ndarray, np.ndarray] = lab.once("cascades of a launch", live)
    return found


def _draw_levels(axes, depths: np.ndarray) -> None:
    """Share of posts and shares at each depth, on a logarithmic scale."""
    share = depths.mean(axis=0) / depths.mean(axis=0).sum()
    axes.bar(range(len(share)), share, width=0.6)
    axes.set_yscale("log")
    axes.set(xlabel="steps from the seed", ylabel="share of posts and shares")


@fact("V01", change="none: posts as people write and pass them on", seeds=6, quick=2, **HOW)
def most_cascades_are_the_seed(lab: Lab) -> Finding:
    """Share of posts that nobody passes on, and of those that are passed on by somebody who saw a share.

    Every post by consumers and influencers is a tree of shares, each under the share that was seen. Published: on seven
    platforms 70 to 95 % of trees are the seed alone, and 1 to 4 % go beyond one step (Goel, Watts & Goldstein 2012).
    """
    counts, depths = _posts(lab)
    alone, beyond, all_of_them = counts.T
    return Finding(
        [
            Measure.of_ratio("the seed alone", alone, all_of_them, low=0.6, high=0.97, published=0.85, unit="share"),
            Measure.of_ratio("beyond one step", beyond, all_of_them, high=0.06, published=0.025, unit="share"),
        ],
        lambda axes: _draw_levels(axes, depths),
        f"{int(all_of_them.sum()):,} trees in all.",
    )


@fact("V02", change="none: posts as people write and pass them on", seeds=6, quick=2, **HOW)
def shares_lie_near_the_seed(lab: Lab) -> Finding:
    """Share of posts and shares that lie within one step of a seed.

    Published: nearly all adoptions do, and long chains account for a tiny share (Goel, Watts & Goldstein 2012).
    """
    depths = _posts(lab)[1]
    near = Measure.of_ratio("within one step", depths[:, :2].sum(axis=1), depths.sum(axis=1), low=0.85, unit="share")
    return Finding([near], lambda axes: _draw_levels(axes, depths))


def town(lab: Lab) -> Scenario:
    """The launch in a town of 200,000 (60,000 in the quick form), everybody simulated, with media money for as many."""
    whole = lab.market("launch")
    people = TOWN * 3 // 10 if lab.quick else TOWN
    part = people / whole.world.market.people
    changes: dict[str, Any] = {"world.market.people": people, "world.market.consumers": people}
    for where, flights in (("world", whole.world.flights), ("plan", whole.plan.flights)):
        changes |= {f"{where}.flights.{k}.weekly": (flight.weekly or 0.0) * part for k, flight in enumerate(flights)}
    return whole.with_(changes).with_(days=TOWN_DAYS)


@fact(
    "V03",
    market="launch",
    change=f"a town of {TOWN:,} people instead of a sample of two million, for {TOWN_DAYS} days",
    control="none: large cascades against one another",
    seeds=5,
    quick=2,
)
def popular_by_broadcast(lab: Lab) -> Finding:
    """What makes a cascade large: one big broadcast, or many generations?

    Over cascades of at least 50: size against structural virality, the mean distance between two sharers in the tree, and
    size against the largest number who shared from one. Every consumer is one person here, for a cascade counts people.
    Published: popularity comes from the largest broadcast, and virality says little about size (Goel et al. 2016).
    """
    size, virality, broadcast, seeds = (np.concatenate(column) for column in zip(*_large_cascades(lab)))
    rows = [seeds == seed for seed in lab.seeds]

    def of_each(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        terms = np.column_stack([first, second, first**2, second**2, first * second, np.ones_like(first)])
        return jackknife(_correlation, np.array([terms[mine].sum(axis=0) for mine in rows]))

    def draw(axes) -> None:
        axes.semilogx(size, virality, ".", alpha=0.5, label="cascades of 50 and more")
        axes.axhline(2.0, color="0.5", linestyle="--", linewidth=0.9, label="one pure broadcast")
        axes.set(xlabel="size of the cascade, people", ylabel="structural virality", ylim=(0, None))
        axes.legend(frameon=False)

    return Finding(
        [
            Measure("size and virality, correlation", of_each(size, virality), high=0.4, published=0.0),
            Measure(
                "size and largest broadcast, correlation of logs", of_each(np.log(size), np.log(broadcast)), low=0.5
            ),
            Measure("structural virality", np.array([virality[mine].mean() for mine in rows]), unit="steps"),
        ],
        draw,
        f"{len(size):,} cascades of {LARGE} and more.",
    )


def _large_cascades(lab: Lab) -> list[tuple[np.ndarray, ...]]:
    """Size, structural virality, largest broadcast and seed of the market of every large cascade, seed by seed."""
    found = []
    for seed in lab.seeds:
        table = lab.live(town(lab), seed).engine.cascades.table()
        large = table["size"] >= LARGE
        columns = (table[name][large].astype(float) for name in ("size", "structural_virality", "largest_broadcast"))
        found.append((*columns, np.full(int(large.sum()), seed)))
    return found


def _correlation(terms: np.ndarray) -> float:
    """Pearson correlation from sums of x, y, x^2, y^2, xy and of ones."""
    x, y, xx, yy, xy = terms[:5] / terms[5]
    return float((xy - x * y) / np.sqrt((xx - x * x) * (yy - y * y)))
