"""Social proof: the running count of friends who are customers is the one a graph library finds."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from make_market import build, busy

from sim.stages import OWNS

pytestmark = pytest.mark.usefixtures("warm")


def test_counts_of_friends_who_own_are_those_of_networkx():
    engine = build(busy(), group=200)
    network = nx.Graph()
    network.add_nodes_from(range(engine.consumers))
    for i in range(engine.consumers):
        network.add_edges_from((i, int(j)) for j in engine.ties.to[engine.ties.start[i] : engine.ties.start[i + 1]])
    changed = 0
    for day in range(20):
        before = engine.columns["friends_owning"].copy()
        if day % 5 == 0:
            for b in range(3):
                owns = engine.stage_role[engine.columns["stage"][b]] & OWNS > 0
                counts = [sum(owns[j] for j in network[i]) for i in range(engine.consumers)]
                assert np.array_equal(engine.columns["friends_owning"][b], counts), f"day {day}, brand {b}"
        engine.step()
        changed += (engine.columns["friends_owning"] != before).sum()
    assert changed > 500, "hardly anybody's friends changed"
