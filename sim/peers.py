"""Who knows whom: ties between consumers, made here or read from a file, and who follows which influencer.

The generator is a configuration model in communities. Sociability is log-normal (hubs); each consumer places a share of
the ties in the own community, partly by closing triangles (Holme & Kim 2002, Phys. Rev. E 65, 026107), and the rest at
random across communities, so that the market is a small world (Watts & Strogatz 1998, Nature 393). What a community has
no room for, hubs place outside. No consumer has more than sqrt(degree * N) ties: beyond it a random network cannot
place them without repeats (Catanzaro, Boguñá & Pastor-Satorras 2005, Phys. Rev. E 71, 027103).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim import peer_kernels as kernels
from sim.draws import key, uniforms
from sim.peer_files import PeerFileError, line_of_segment, read, read_again
from sim.peer_statistics import statistics
from sim.scenario.check import bounds, too_many_ties
from sim.scenario.errors import Mistake, ScenarioError, nearest
from sim.scenario.models import Market
from sim.ties import Ties

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.models import Peers

__all__ = ["PeerFileError", "Ties", "followers", "from_file", "generate", "meet", "read", "sample", "statistics"]

COMMUNITY_SPREAD = 0.6
"""Log standard deviation of community sizes (assumed: the largest of 1,000 is then about five times the mean)."""
ROOM = 0.8
"""Largest share of the other members of a community that one consumer is tied to (assumed)."""
STRENGTH_GAP = 0.6
"""Difference between mean strength inside and outside, over what the range allows (assumed; Granovetter 1973: ties
between circles are weak). With the default mean of 0.5 four to five ties are stronger than 0.5, as in N05 (2-8)."""
HOME_PULL = 4.0
"""How much likelier the home segment is to follow an influencer than others of equal interest (assumed)."""


def quotas(people: int, shares: Sequence[float]) -> np.ndarray:
    """People in each segment: shares scaled to `people`, rounded by largest remainder; int64 summing to `people`."""
    exact = np.asarray(shares, float) * (people / sum(shares))
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: people - counts.sum()]] += 1
    return counts


def generate(n: int, peers: Peers, shares: Sequence[float], seed: int) -> tuple[Ties, np.ndarray]:
    """Make the peer network of `n` consumers and give each a segment; consumers are numbered community by community.

    `shares` are the segments' shares (any scale, 1 to 255 of them). Homophily h: a consumer has the community's segment
    with chance sqrt(h) and a share h of outside ties is kept inside the segment, so that the measured excess of ties
    within segments is about h. Returns the ties and the segments, uint8 (n). Raises ValueError where the mean degree
    is more than half of what `n` consumers allow, or the shares cannot be used.
    """
    crowded = too_many_ties(peers.degree, n)
    if crowded:
        raise ValueError(f"world.peers.degree: {crowded}")
    if not 1 <= len(shares) <= 255 or min(shares) < 0 or sum(shares) <= 0:
        raise ValueError(f"segment shares {list(shares)}: allowed are 1 to 255 numbers of at least 0, not all 0.")
    community = np.empty(n, np.int32)
    first = np.empty(n // kernels.SMALLEST + 2, np.int64)
    count = kernels.settle(key(seed, "peers.community"), float(peers.community), COMMUNITY_SPREAD, community, first)
    first = first[: count + 1].copy()
    segment = np.zeros(n, np.uint8)
    if len(shares) > 1:
        homely = float(np.sqrt(peers.homophily))
        by_size = np.argsort(-np.diff(first), kind="stable")
        kernels.assign_segments(key(seed, "peers.segment"), first, by_size, homely, quotas(n, shares), segment)
    row, near = _plan(n, peers, first, seed)
    filled = np.zeros(n, np.int32)
    slots = np.empty(row[n], np.int32)
    kernels.knit_inside(key(seed, "peers.inside"), first, row, near, peers.clustering, filled, slots)
    del near
    bound = np.zeros(len(shares) + 2, np.int64)
    pools = (key(seed, "peers.pools"), row, filled, segment, peers.homophily, bound)
    kernels.sort_loose_ends(*pools, np.empty(0, np.int32))
    loose = np.empty(bound[-1], np.int32)
    kernels.sort_loose_ends(*pools, loose)
    kernels.knit_outside(key(seed, "peers.outside"), bound, loose, community, row, filled, slots)
    del loose
    ends, ends_inside = kernels.tidy(row, filled, slots, community)
    slots.resize(ends, refcheck=False)
    strength = np.empty(ends, np.uint8)
    limits = _strength_limits(peers.strength, ends_inside / max(ends, 1))
    kernels.weigh(key(seed, "peers.strength"), row, slots, community, *limits, strength)
    return Ties(row, slots, strength, community), segment


def _plan(n: int, peers: Peers, first: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Ties each consumer will have, as running sum int64 (n + 1), and how many of them inside the community."""
    sociability = np.empty(n, np.float32)
    kernels.draw_sociability(key(seed, "peers.sociability"), peers.tail, sociability)
    most = min(float(np.sqrt(peers.degree * n)), n - 1.0)
    scale = kernels.fit_scale(sociability, peers.degree * n, most)
    inside = peers.inside if len(first) > 2 else 1.0  # one community: there is no outside
    row, near = np.empty(n + 1, np.int64), np.empty(n, np.int32)
    kernels.plan_ties(key(seed, "peers.ties"), sociability, scale, most, first, inside, ROOM, row, near)
    return row, near


def _strength_limits(mean: float, inside: float) -> tuple[float, float, float, float]:
    """Lowest strength and width of its range inside and outside a community, such that the overall mean is `mean`."""
    gap = STRENGTH_GAP * min(mean, 1 - mean)
    centres = mean + (1 - inside) * gap, mean - inside * gap
    halves = [min(centre, 1 - centre) for centre in centres]
    return centres[0] - halves[0], 2 * halves[0], centres[1] - halves[1], 2 * halves[1]


def meet(scenario: Scenario, seed: int) -> tuple[Ties, np.ndarray]:
    """The peer network of a scenario and everybody's segment, uint8 (N). Raises what `generate` and `from_file` raise."""
    world = scenario.world
    shares = [one.share for one in world.segments]
    if world.peers.file is None:
        return generate(world.market.consumers, world.peers, shares, seed)
    ties, rows, labels, people = from_file(scenario, seed)
    if labels is not None:
        names = [one.name for one in world.segments]
        return ties, np.array([names.index(labels[row]) for row in rows], np.uint8)
    edges = np.cumsum(shares) / np.sum(shares)
    chance = uniforms(key(seed, "segments"), 0, people)[rows]  # people keep their segment in a sample
    return ties, np.minimum(np.searchsorted(edges, chance, side="right"), len(shares) - 1).astype(np.uint8)


def from_file(scenario: Scenario, seed: int) -> tuple[Ties, np.ndarray, list[str] | None, int]:
    """Read the network that a scenario's `peers.file` names, cut to the scenario's number of consumers.

    Returns the ties, the rows of the file's people that were kept, int64 (N), the segment label of each of the file's
    people (None without labels), and how many these are. Raises PeerFileError for a file that cannot be used,
    ScenarioError for one with fewer people than the scenario has consumers, or with labels that are no segments, with file
    and line where the scenario has them.
    """
    world, folder = scenario.world, scenario.folder
    nodes = world.peers.nodes and folder / world.peers.nodes
    ties, labels = read_again(folder / str(world.peers.file), nodes or None, world.peers.strength)
    people, wanted = ties.consumers, world.market.consumers
    mistakes = [*_too_few(world.peers.file, people, wanted), *_strange_segments(scenario, labels or ())]
    if mistakes:
        raise ScenarioError(scenario.located(one) for one in mistakes)
    kept, rows = sample(ties, wanted, seed)
    return kept, rows, labels, people


def _too_few(name: str | None, people: int, wanted: int) -> Iterator[Mistake]:
    """Fewer people in a network than the market is to have consumers, or than any market must have."""
    fewest, _ = bounds(Market, "consumers")
    if fewest is not None and people < fewest:
        message = (
            f"'{name}' has {people} people; give a network of {fewest} or more, for a market has no fewer consumers"
        )
        yield Mistake(("world", "peers", "file"), message)
    elif wanted > people:
        message = f"{wanted} is more than the {people} people in '{name}'; give at most {people}"
        yield Mistake(("world", "market", "consumers"), message)


def _strange_segments(scenario: Scenario, labels: Sequence[str]) -> Iterator[Mistake]:
    """Every segment of a node list that the scenario has not, with the line that names it first."""
    world, segments = scenario.world, [one.name for one in scenario.world.segments]
    for label in dict.fromkeys(labels):
        if label not in segments:
            line = line_of_segment(scenario.folder / str(world.peers.nodes), label)
            message = (
                f"line {line} of '{world.peers.nodes}' names the segment '{label}', which is not in world.segments"
            )
            yield Mistake(("world", "peers", "nodes"), f"{message}{nearest(label, segments)}")


def sample(ties: Ties, keep: int, seed: int) -> tuple[Ties, np.ndarray]:
    """A smaller network that is as tightly knit: `keep` people found friend by friend, and the ties among them.

    Snowball: breadth first from a keyed random start in the largest component, then in the next largest. It favours the
    well connected (Lee, Kim & Jeong 2006, Phys. Rev. E 73, 016102), but people picked at random would lose the share
    1 - keep / N of their friends. Returns the ties and the kept rows, int64 (keep), ascending. Raises ValueError unless
    1 <= keep <= N.
    """
    whole = ties.consumers
    if not 1 <= keep <= whole:
        raise ValueError(f"{keep} people out of {whole}: give a number from 1 to {whole}.")
    if keep == whole:
        return ties, np.arange(keep)
    inside = _snowball(ties, keep, seed)
    rows, number = np.flatnonzero(inside), np.cumsum(inside) - 1
    own = np.repeat(np.arange(whole), ties.degree)
    both = inside[own] & inside[ties.to]
    start = np.concatenate(([0], np.cumsum(np.bincount(number[own[both]], minlength=keep))))
    to = number[ties.to[both]].astype(np.int32)
    return Ties(start, to, ties.strength[both], ties.community[rows]), rows


def _snowball(ties: Ties, keep: int, seed: int) -> np.ndarray:
    """Flags of `keep` people, bool (N), reached breadth first; friends in the order of those who name them."""
    from scipy.sparse import csgraph, csr_matrix

    _, component = csgraph.connected_components(csr_matrix((np.ones(len(ties.to), bool), ties.to, ties.start)), False)
    sizes = np.bincount(component)
    by_component, last = np.argsort(component, kind="stable"), np.cumsum(sizes)
    inside = np.zeros(ties.consumers, bool)
    for number in np.argsort(-sizes, kind="stable"):
        at = last[number] - 1 - int(key(seed, f"peers.sample.{number}")) % int(sizes[number])
        front = by_component[at : at + 1]
        while len(front):
            inside[front] = True
            keep -= len(front)
            if not keep:
                return inside
            known = ties.degree[front]
            ends = np.arange(known.sum()) + np.repeat(ties.start[front] - np.cumsum(known) + known, known)
            found, first = np.unique(ties.to[ends], return_index=True)
            fresh = ~inside[found]
            front = found[fresh][np.argsort(first[fresh])][:keep]
    return inside


def followers(
    n: int, audiences: Sequence[int], home: Sequence[int], segment: np.ndarray, interest: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw who follows each influencer: exactly min(audience, n) distinct consumers, the interested more likely.

    `audiences`: consumers following each of I influencers, >= 0; `home`: segment drawn to each, -1 for none; `segment`
    uint8 (n); `interest` (n), weights >= 0. Drawn one after another without replacement with weight interest x 4 in the
    home segment (assumed, `HOME_PULL`), interest x 1 elsewhere; people of no interest follow only where nobody else is
    left. Returns `start` int64 (I + 1) and `rows` int32, those of influencer j sorted in `rows[start[j]:start[j + 1]]`.
    Raises ValueError for lengths that do not fit, a negative audience, or weights that are negative or not finite.
    """
    if len(segment) != n or len(interest) != n or len(home) != len(audiences):
        raise ValueError(
            f"followers of {n} consumers and {len(audiences)} influencers: found {len(segment)} segments, "
            f"{len(interest)} interests and {len(home)} home segments; one per consumer, and one per influencer."
        )
    if min(audiences, default=0) < 0 or not (np.isfinite(interest).all() and interest.min(initial=0) >= 0):
        raise ValueError("followers: audiences and interest must be numbers of at least 0.")
    start = np.zeros(len(audiences) + 1, np.int64)
    start[1:] = np.cumsum(np.minimum(np.asarray(audiences, np.int64), n))
    rows = np.empty(start[-1], np.int32)
    order = np.argsort(segment, kind="stable").astype(np.int32)
    mean = float(interest.mean(dtype=np.float64)) if n else 0.0
    floor = 1e-9 * mean or 1.0  # somebody must follow even where nobody is interested
    weight = interest.astype(np.float64) + floor
    running = np.cumsum(weight[order])
    bound = np.concatenate(([0], np.cumsum(np.bincount(segment, minlength=256))))
    sums = np.bincount(segment, weights=weight, minlength=256)
    squares = np.bincount(segment, weights=weight**2, minlength=256)
    taken = np.full(n, -1, np.int32)
    root = key(seed, "peers.followers")
    for j, group in enumerate(home):
        own = rows[start[j] : start[j + 1]]
        at_home, square = (sums[group], squares[group]) if group >= 0 else (0.0, 0.0)
        total = sums.sum() + (HOME_PULL - 1) * at_home
        people = total**2 / (squares.sum() + (HOME_PULL**2 - 1) * square) if n else 0.0
        # With at most 1/8 of the people that the weights amount to, any set drawn so far holds at most sqrt(1/8) of the
        # weight (Cauchy-Schwarz), so fewer than two draws a follower are needed. Larger audiences: everybody races
        # (Efraimidis & Spirakis 2006), which has the same distribution.
        if len(own) <= people / 8:
            pull = (HOME_PULL - 1) * at_home / total
            low, high = (bound[group], bound[group + 1]) if group >= 0 else (0, 0)
            kernels.draw_followers(root, running, order, low, high, pull, j, taken, own)
            own.sort()
        elif len(own):
            finish = np.empty(n)
            kernels.race_to_follow(root, j, weight, segment, group, HOME_PULL, finish)
            last = np.partition(finish, len(own) - 1)[len(own) - 1]
            own[:] = np.flatnonzero(finish <= last)[: len(own)]
    return start, rows
