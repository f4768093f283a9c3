"""What the peer network of a run is like: degree, clustering, homophily and communities, as they came out.

It is made from the scenario and the seed alone, so it is measured when somebody asks (or saves the run), not in every run.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.ties import Ties

Network = dict[str, float | None]


def network_of(scenario: Scenario, seed: int) -> Network:
    """Statistics of who knows whom in a market, made once more for it. Raises what `sim.peers.meet` raises."""
    from sim.peers import meet

    return measure(*meet(scenario, seed))


def measure(ties: Ties, segment: np.ndarray) -> Network:
    """Statistics of ties among N consumers in segments, uint8 (N): `sim.peers.statistics` but for path lengths, and communities.

    communities: how many; ties_inside: share of ties within one; modularity: that share beyond what degrees alone would give
    (Newman & Girvan 2004, Phys. Rev. E 69, 026113). Exact for any N, but for clustering and transitivity above 20,000 consumers
    (a sample of so many). What is not defined or not known (one segment; one community, or a network from a file) is None.
    """
    from sim.peers import statistics

    found = statistics(ties, segment, sources=0)
    values = {name: value for name, value in found.items() if not name.startswith("path_")} | _communities(ties)
    return {name: None if isnan(value) else value for name, value in values.items()}


def _communities(ties: Ties) -> dict[str, float]:
    count, ends = int(ties.community.max()) + 1, len(ties.to)
    if count == 1 or not ends:
        return dict.fromkeys(("communities", "ties_inside", "modularity"), float("nan"))
    inside = float((np.repeat(ties.community, ties.degree) == ties.community[ties.to]).mean())
    held = np.bincount(ties.community, weights=ties.degree) / ends
    return {"communities": count, "ties_inside": inside, "modularity": inside - float((held**2).sum())}
