"""Posts: who sees them, who passes them on, and the shape of the cascades they make."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.cascades import Cascades
from sim.mechanisms.posts import MEAN_TALKATIVENESS, sharing

pytestmark = pytest.mark.usefixtures("warm")


def market(reach=1.0, virality=0.0, days=4):
    """One customer of 500 who posts on the first day, talkative people all round."""
    talk = {"rate": 20.0, "hearsay": 0.0, "online": 1.0, "asking": 0.0}
    engine = build(quiet(days=days, consumers=500, platform={"organic_reach": reach, "virality": virality},
                          mechanisms=alone("perception", "posts", "platform", word_of_mouth=talk)))  # fmt: skip
    root = int(np.diff(engine.ties.start).argmax())
    engine.columns["stage"][0, root] = [one.name for one in engine.stages].index("customer")
    engine.columns["satisfaction"][0, root] = 1.0
    engine.columns["last_bought"][0, root] = -1
    engine.columns["talkativeness"][:] = 255
    engine.touched()
    return engine, root


def test_feeling_and_bad_news_are_passed_on_more():
    mean = float(MEAN_TALKATIVENESS)
    assert sharing(0.1, mean, 0, 0.7, 1.3) == pytest.approx(0.1)
    assert sharing(0.1, mean, 100, 0.7, 1.3) == pytest.approx(0.17)
    assert sharing(0.1, mean, -100, 0.7, 1.3) == pytest.approx(0.17 * 1.3)
    assert sharing(0.1, 0.0, 100, 0.7, 1.3) == 0.0


def test_at_full_reach_every_tie_sees_a_post_and_nobody_else_does():
    engine, root = market()
    engine.step()
    ties = engine.ties.to[engine.ties.start[root] : engine.ties.start[root + 1]]
    assert np.array_equal(np.flatnonzero(engine.columns["seen_post"]), np.sort(ties))
    assert (engine.columns["seen_from"][ties] == root).all()
    engine.columns["stage"][:] = 0
    engine.touched()
    engine.step()
    assert engine.tallies["delivered"].sum() == ties.size
    assert engine.tallies["shares"].sum() == 0


def test_without_reach_nobody_sees_a_post():
    engine, _ = market(reach=0.0)
    engine.step()
    assert engine.tallies["posts"][0] == 1
    assert not engine.columns["seen_post"].any()


def test_where_all_is_passed_on_a_post_goes_through_the_whole_component():
    """Full reach, everybody passes on: generation g of the cascade is the people g ties away from the root."""
    engine, root = market(virality=1.0, days=12)
    engine.step()
    engine.columns["stage"][:] = 0
    engine.touched()
    for _ in range(11):
        engine.step()
    tables = engine.cascades.tables
    sharers = tables["share_row"][: tables["share_count"][0]]
    network = nx.Graph(
        (i, int(j)) for i in range(500) for j in engine.ties.to[engine.ties.start[i] : engine.ties.start[i + 1]]
    )
    distance = nx.single_source_shortest_path_length(network, root)
    assert np.unique(sharers).size == sharers.size, "somebody passed a post on twice"
    assert set(sharers.tolist()) | {root} == set(distance)
    table = engine.cascades.table()
    assert table["size"][0] == len(distance)
    assert table["depth"][0] == max(distance.values())


def made(edges, root=0):
    """Cascades.table of one cascade written by hand: (who shared, whose sharing they saw)."""
    cascades = Cascades(50, 1)
    tables = cascades.tables
    tables["cascade_count"][0], tables["cascade_brand"][0], tables["cascade_tone"][0] = 1, 0, 50
    tables["cascade_root"][0], tables["cascade_day"][0] = root, 3
    for s, (row, parent) in enumerate(edges):
        for name, value in (("share_cascade", 0), ("share_row", row), ("share_parent", parent)):
            tables[name][s] = value
    tables["share_count"][0] = len(edges)
    return {name: values[0] for name, values in cascades.table().items()}


TREES = {
    "alone": [],
    "star": [(1, 0), (2, 0), (3, 0), (4, 0)],
    "chain": [(1, 0), (2, 1), (3, 2)],
    "mixed": [(1, 0), (2, 0), (3, 1), (4, 1), (5, 4), (6, 5), (7, 2)],
}


@pytest.mark.parametrize("name", TREES)
def test_the_shape_of_a_hand_made_cascade(name):
    """Size, depth, largest broadcast and structural virality (mean distance of all pairs) against networkx."""
    edges, found = TREES[name], made(TREES[name])
    tree = nx.Graph(edges)
    tree.add_node(0)
    n = tree.number_of_nodes()
    assert found["size"] == n
    assert found["depth"] == max(nx.single_source_shortest_path_length(tree, 0).values())
    children = nx.DiGraph((parent, row) for row, parent in edges)
    assert found["largest_broadcast"] == max((degree for _, degree in children.out_degree()), default=0)
    virality = nx.average_shortest_path_length(tree) if n > 1 else 0.0
    assert found["structural_virality"] == pytest.approx(virality)
    assert (found["brand"], found["day"]) == (0, 3)


def test_structural_virality_has_its_known_values():
    """Star of n: 2 (n - 1) / n. Chain of n: (n + 1) / 3 (Goel et al. 2016)."""
    assert made(TREES["star"])["structural_virality"] == pytest.approx(2 * 4 / 5)
    assert made(TREES["chain"])["structural_virality"] == pytest.approx(5 / 3)


def test_passing_on_twice_counts_once():
    assert made([(1, 0), (1, 0), (2, 1)])["size"] == 3
