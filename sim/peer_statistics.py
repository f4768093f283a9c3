"""What a peer network is like: the statistics by which published networks are compared (facts N01-N05).

Definitions follow the usual ones (networkx agrees to rounding): consumers with fewer than two ties have clustering 0;
distances count hops between connected pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import kernel

if TYPE_CHECKING:
    from sim.peers import Ties

CLUSTERING_SAMPLE = 20_000
"""Consumers whose clustering is computed when there are more (standard error below 0.003)."""
_BATCH = 64  # one bit per source


@kernel(makes_arrays=True)
def count_triangles(start, to, sample, triangles):
    """Ties among the friends of each consumer in `sample`."""
    marked = np.full(len(start) - 1, -1, np.int32)
    for s in range(len(sample)):
        i = sample[s]
        for k in range(start[i], start[i + 1]):
            marked[to[k]] = i
        ends = 0
        for k in range(start[i], start[i + 1]):
            j = to[k]
            for other in range(start[j], start[j + 1]):
                ends += marked[to[other]] == i
        triangles[s] = ends // 2


@kernel(makes_arrays=True)
def count_distances(start, to, sources, pairs):
    """Add to `pairs[d]` the pairs (source, consumer) that are d hops apart; up to 64 sources, walked together."""
    people = len(start) - 1
    seen = np.zeros(people, np.uint64)
    here = np.zeros(people, np.uint64)
    following = np.zeros(people, np.uint64)
    every = np.uint64(0)
    for s in range(len(sources)):
        bit = np.uint64(1) << np.uint64(s)
        seen[sources[s]] |= bit
        here[sources[s]] |= bit
        every |= bit
    hops, found = 0, 1
    while found > 0:
        hops += 1
        found = 0
        for i in range(people):
            new = np.uint64(0)
            if seen[i] != every:
                for k in range(start[i], start[i + 1]):
                    new |= here[to[k]]
                new &= ~seen[i]
                seen[i] |= new
            following[i] = new
            while new != 0:
                new &= new - np.uint64(1)
                found += 1
        here, following = following, here
        pairs[min(hops, len(pairs) - 1)] += found


@kernel(makes_arrays=True)
def largest_component(start, to):
    """People in the largest group connected by ties."""
    people = len(start) - 1
    seen = np.zeros(people, np.bool_)
    queue = np.empty(people, np.int32)
    largest = 0
    for source in range(people):
        if seen[source]:
            continue
        seen[source] = True
        queue[0] = source
        done, size = 0, 1
        while done < size:
            i = queue[done]
            done += 1
            for k in range(start[i], start[i + 1]):
                if not seen[to[k]]:
                    seen[to[k]] = True
                    queue[size] = to[k]
                    size += 1
        largest = max(largest, size)
    return largest


@kernel
def compare_ends(start, to, segment, alike):
    """Consumers whose friends have more friends than they, on average; sum of degree products over all tie ends.

    `alike` (segments, 2) gets each segment's tie ends and those whose other end is in the same segment.
    """
    poorer, product = 0, 0.0
    for i in range(len(start) - 1):
        degree = start[i + 1] - start[i]
        friends = 0
        for k in range(start[i], start[i + 1]):
            j = to[k]
            friends += start[j + 1] - start[j]
            alike[segment[i], 0] += 1
            alike[segment[i], 1] += segment[i] == segment[j]
        poorer += friends > degree * degree
        product += float(degree) * friends
    return poorer, product


def statistics(ties: Ties, segment: np.ndarray | None = None, sources: int = 200, seed: int = 0) -> dict[str, float]:
    """How the market's network compares with real ones.

    degree_mean, degree_median, degree_p99, degree_max, mean_over_median; clustering (mean local) and transitivity, over
    all consumers or 20,000 sampled; path_mean and path_p90, hops from `sources` sampled consumers to all they reach;
    friends_have_more: share of people (with any ties) whose friends have more friends on average; assortativity:
    correlation of degrees over ties; largest_component: share of people; homophily: ties within segments beyond chance
    over the most there could be (Newman 2003, Phys. Rev. E 67, 026126), where `segment` uint8 (N) is given; top10_ties:
    share of tie ends held by the best connected 10 % of people. What is not defined (no ties, one segment) is nan.
    """
    people = ties.consumers
    degree = ties.degree
    ordered = np.sort(degree)
    groups = np.zeros(people, np.uint8) if segment is None else segment
    alike = np.zeros((256, 2), np.int64)
    poorer, product = compare_ends(ties.start, ties.to, groups, alike)
    mean, median = float(ordered.mean()), float(np.median(ordered))
    values = {
        "degree_mean": mean,
        "degree_median": median,
        "degree_p99": float(np.percentile(ordered, 99)),
        "degree_max": float(ordered[-1]),
        "mean_over_median": _ratio(mean, median),
    }
    rng = np.random.Generator(np.random.PCG64(seed))
    values |= _clustering(ties, rng)
    values |= _distances(ties, sources, rng)
    values["friends_have_more"] = _ratio(poorer, int((degree > 0).sum()))
    values["assortativity"] = _assortativity(ordered, product)
    values["largest_component"] = largest_component(ties.start, ties.to) / people
    ends = alike[:, 0].sum()
    chance = _ratio(float((alike[:, 0].astype(float) ** 2).sum()), float(ends) ** 2)
    values["homophily"] = _ratio(_ratio(alike[:, 1].sum(), ends) - chance, 1 - chance)
    values["top10_ties"] = _ratio(ordered[people - max(people // 10, 1) :].sum(dtype=np.int64), ends)
    return {name: float(value) for name, value in values.items()}


def _ratio(top: float | np.integer, below: float | np.integer) -> float:
    return float(top) / float(below) if below else float("nan")


def _clustering(ties: Ties, rng: np.random.Generator) -> dict[str, float]:
    people = ties.consumers
    if people <= CLUSTERING_SAMPLE:
        sample = np.arange(people)
    else:
        sample = rng.choice(people, CLUSTERING_SAMPLE, replace=False, shuffle=False)
    triangles = np.zeros(len(sample), np.int64)
    count_triangles(ties.start, ties.to, sample, triangles)
    degree = ties.degree[sample].astype(float)
    possible = degree * (degree - 1) / 2
    local = np.divide(triangles, possible, out=np.zeros(len(sample)), where=possible > 0)
    return {"clustering": float(local.mean()), "transitivity": _ratio(triangles.sum(), possible.sum())}


def _distances(ties: Ties, sources: int, rng: np.random.Generator) -> dict[str, float]:
    people = ties.consumers
    chosen = np.arange(people) if sources >= people else rng.choice(people, sources, replace=False)
    pairs = np.zeros(1024, np.int64)
    for low in range(0, len(chosen), _BATCH):
        count_distances(ties.start, ties.to, chosen[low : low + _BATCH], pairs)
    hops = np.arange(len(pairs))
    reached = np.cumsum(pairs)
    p90 = float(np.searchsorted(reached, 0.9 * reached[-1])) if reached[-1] else float("nan")
    return {"path_mean": _ratio((pairs * hops).sum(), reached[-1]), "path_p90": p90}


def _assortativity(degree: np.ndarray, product: float) -> float:
    """Pearson correlation of the degrees at the two ends of a tie."""
    power = degree.astype(float)
    ends = power.sum()
    mean = _ratio((power**2).sum(), ends)
    return _ratio(_ratio(product, ends) - mean**2, _ratio((power**3).sum(), ends) - mean**2)
