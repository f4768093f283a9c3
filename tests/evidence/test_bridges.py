"""Betweenness against networkx."""

import networkx
import numpy as np
import pytest

from sim.evidence.bridges import betweenness
from sim.peers import generate
from sim.scenario.models import Peers


def test_betweenness_agrees_with_networkx_where_all_are_sources():
    ties, _ = generate(300, Peers(degree=5.0), [1.0], 3)
    graph = networkx.Graph()
    graph.add_nodes_from(range(300))
    graph.add_edges_from((i, int(j)) for i in range(300) for j in ties.to[ties.start[i] : ties.start[i + 1]])
    expected = networkx.betweenness_centrality(graph, normalized=False)
    found = betweenness(ties, np.random.default_rng(1), sources=300) * 300 / 2
    assert found == pytest.approx([expected[i] for i in range(300)], rel=1e-9, abs=1e-9)
