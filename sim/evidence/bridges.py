"""Who bridges a network: betweenness of consumers, from the shortest paths of some (Brandes 2001, Brandes & Pich 2007)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import kernel

if TYPE_CHECKING:
    from sim.peers import Ties

SOURCES = 256
"""Consumers whose shortest paths are followed (assumed: enough to tell the top few percent from the rest)."""


@kernel(makes_arrays=True)
def add_paths(start, to, sources, between):
    """Add to `between` the share of shortest paths from each source that lead through each consumer."""
    people = start.size - 1
    order = np.empty(people, np.int64)
    hops = np.empty(people, np.int64)
    paths, share = np.empty(people), np.empty(people)
    for source in sources:
        hops[:] = -1
        paths[:] = 0.0
        share[:] = 0.0
        hops[source], paths[source], order[0] = 0, 1.0, source
        head, tail = 0, 1
        while head < tail:
            i = order[head]
            head += 1
            for k in range(start[i], start[i + 1]):
                j = to[k]
                if hops[j] < 0:
                    hops[j] = hops[i] + 1
                    order[tail] = j
                    tail += 1
                if hops[j] == hops[i] + 1:
                    paths[j] += paths[i]
        for n in range(tail - 1, 0, -1):
            j = order[n]
            for k in range(start[j], start[j + 1]):
                i = to[k]
                if hops[i] == hops[j] - 1:
                    share[i] += paths[i] / paths[j] * (1.0 + share[j])
            between[j] += share[j]


def betweenness(ties: Ties, rng: np.random.Generator, sources: int = SOURCES) -> np.ndarray:
    """Betweenness of every consumer, float64 (consumers,): mean over the sources of shortest paths through them."""
    people = len(ties.start) - 1
    chosen = rng.choice(people, size=min(sources, people), replace=False)
    between = np.zeros(people)
    add_paths(ties.start, ties.to, chosen.astype(np.int64), between)
    return between / len(chosen)
