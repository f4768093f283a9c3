"""Seeding: whom to give the product first, and how far the word of single posts carries (facts I05, I06)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.evidence.bridges import betweenness
from sim.evidence.experiment import Finding, Measure, fact

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Lab

SHARE, WINDOW = 0.10, 30
"""Share of consumers who are given the product on day 0, and days after which adopters and referrals are counted."""

STRATEGIES = ("hubs", "bridges", "random", "fringe")


class Spread(NamedTuple):
    """What seeding brought within the window: first purchases by those who were not seeds, and people told by friends."""

    adopters: float
    told: float


def seeds(engine: Engine, strategy: str, share: float = SHARE) -> np.ndarray:
    """Rows of the consumers to seed: those with most ties, most shortest paths, fewest ties (one at least), or any."""
    rng = np.random.Generator(np.random.PCG64(engine.seed))
    luck, degree = rng.random(engine.consumers), np.diff(engine.ties.start)
    rank = {
        "hubs": lambda: luck - degree,
        "bridges": lambda: -betweenness(engine.ties, rng),
        "random": lambda: luck,
        "fringe": lambda: np.where(degree > 0, degree, engine.consumers) + luck,
    }[strategy]()
    return np.sort(np.argsort(rank, kind="stable")[: round(share * engine.consumers)])


def _give(engine: Engine, rows: np.ndarray) -> None:
    """On the first morning, hand these consumers one unit of the focal brand for nothing."""
    if engine.day == 0:
        for row in rows.tolist():
            engine.outside.give(engine, engine.focal, row, paid=False)


def _spread(lab: Lab, seed: int) -> dict[str, Spread]:
    """What each strategy adds to a launch in which nobody is given anything, on one seed."""
    scenario = lab.market("launch")
    control = lab.live(scenario, seed, until=WINDOW + 1)
    before, engine = _bought_later(control.first_day()), control.engine
    told = control.record.series["told"][:, control.focal].sum()
    found = {}
    for strategy in STRATEGIES:
        rows = seeds(engine, strategy)
        life = lab.live(scenario, seed, before=partial(_give, rows=rows), until=WINDOW + 1)
        others = np.ones(engine.consumers, bool)
        others[rows] = False
        now = _bought_later(life.first_day())
        found[strategy] = Spread(
            float(np.count_nonzero(now & others) - np.count_nonzero(before & others)),
            float(life.record.series["told"][:, life.focal].sum() - told),
        )
    return found


def _bought_later(first_day: np.ndarray) -> np.ndarray:
    return first_day > 0


@fact(
    "I05",
    market="launch",
    change="a tenth of the consumers are given the product on day 0: hubs, bridges, anybody, or the fringe",
    control="nobody is given anything",
    seeds=100,
    quick=12,
)
def seeding(lab: Lab) -> Finding:
    """Referrals and adopters 30 days after seeding hubs (most ties), bridges (most shortest paths), anybody, or the fringe.

    Referrals are people told by friends; adopters are buyers who were not seeded; both over the same market without seeds.
    Ratios of sums over seeds. Persuasion per contact: adopters per person told. Published: hubs and bridges up to eight times
    the fringe and half as much again as random seeds, by taking part more, at equal influence on peers (Hinz et al. 2011).
    """
    runs = [_spread(lab, seed) for seed in lab.seeds]
    adopters = {name: np.array([run[name].adopters for run in runs]) for name in STRATEGIES}
    told = {name: np.array([run[name].told for run in runs]) for name in STRATEGIES}
    connected = adopters["hubs"] + adopters["bridges"]
    reached = told["hubs"] + told["bridges"]
    measures = [
        Measure.of_ratio("referrals, hubs over fringe", told["hubs"], told["fringe"], 1.5, 8.0, 8.0),
        Measure.of_ratio("referrals, bridges over fringe", told["bridges"], told["fringe"], 1.5, 8.0),
        Measure.of_ratio("referrals, hubs over random", told["hubs"], told["random"], 1.1, 4.0, 1.52),
        Measure.of_ratio("adopters, hubs and bridges over fringe", connected, 2 * adopters["fringe"], 1.5, 8.0, 8.0),
        Measure.of_ratio("adopters, hubs and bridges over random", connected, 2 * adopters["random"], 1.1, 4.0, 1.52),
        Measure.of_ratio(
            "adopters per person told, well connected over random",
            connected * told["random"].sum() / reached.sum(),
            adopters["random"],
            0.5,
            2.0,
            1.0,
        ),
    ]

    def draw(axes):
        for k, (name, values) in enumerate((("people told", told), ("adopters", adopters))):
            mean = np.array([values[one].mean() for one in STRATEGIES])
            axes.bar(np.arange(4) + (k - 0.5) * 0.38, mean / values["random"].mean(), 0.36, label=name)
        axes.axhline(1.52, color="0.3", linestyle="--", label="published, well connected")
        axes.set_xticks(range(4), STRATEGIES)
        axes.set(ylabel="relative to random seeds")
        axes.legend(frameon=False)

    return Finding(measures, draw)


def _posts_of_people(lab: Lab, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Public posts by consumers in the order of a year: reposts, ties of the author, and reposts of the author's last posts.

    The last is the mean over the author's earlier posts, nan for a first post.
    """
    life = lab.live(lab.market("launch"), seed)
    count = int(life.engine.tables["cascade_count"][0])
    root, cascades = life.engine.tables["cascade_root"][:count], life.record.cascades
    assert cascades is not None
    people = root >= 0
    root, reposts = root[people], cascades["size"][people] - 1.0
    sums, posts = np.zeros(life.engine.consumers), np.zeros(life.engine.consumers)
    past = np.full(len(root), np.nan)
    for n, (author, size) in enumerate(zip(root.tolist(), reposts.tolist(), strict=True)):
        if posts[author]:
            past[n] = sums[author] / posts[author]
        sums[author] += size
        posts[author] += 1
    return reposts, np.diff(life.engine.ties.start)[root].astype(float), past


def explained(outcome: np.ndarray, *causes: np.ndarray) -> float:
    """R2 of a least-squares regression with an intercept."""
    design = np.column_stack([np.ones(len(outcome)), *causes])
    left = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return float(1.0 - left.var() / outcome.var())


@fact(
    "I06",
    market="launch",
    change="none: public posts by consumers, of all brands, and who passed them on",
    control="none",
    seeds=200,
    quick=3,
)
def single_cascades(lab: Lab) -> Finding:
    """How far the reach of a single post can be foretold from its author's ties and the reach of the author's earlier posts.

    R2 of log(1 + reposts) on log ties and log(1 + mean of earlier reposts), posts after an author's first. Risk: coefficient of
    variation of all reposts that 1,000 ties buy, from authors with fewer ties than the median (many posts) or from the tenth
    with most (few posts). Published: single cascades are hardly predictable, many ordinary authors the safer choice (Bakshy,
    Hofman, Mason & Watts 2011).
    """
    runs = [_posts_of_people(lab, seed) for seed in lab.seeds]
    fits: list[float] = []
    small: list[float] = []
    large: list[float] = []
    for reposts, ties, past in runs:
        known = np.isfinite(past) & (ties > 0)
        fits.append(explained(np.log1p(reposts[known]), np.log(ties[known]), np.log1p(past[known])))
        for risks, chosen in ((small, ties < np.median(ties)), (large, ties >= np.quantile(ties, 0.9))):
            bought = 1000.0 / ties[chosen].mean()
            risks.append(reposts[chosen].std() / reposts[chosen].mean() / np.sqrt(bought))
    measures = [
        Measure("R2 of single cascades", np.array(fits), 0.0, 0.5),
        Measure("risk of few large minus many small", np.array(large) - np.array(small), low=0.0, sign=True),
    ]

    def draw(axes):
        sizes = np.concatenate([one[0] for one in runs])
        at = np.arange(0, 12)
        axes.plot(at, [np.mean(sizes >= k) for k in at], "o-", markersize=3)
        axes.set_yscale("log")
        axes.set(xlabel="reposts of one post", ylabel="share of posts with at least so many")

    return Finding(measures, draw)
