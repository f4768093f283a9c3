"""Networks there and back: what leaves as a graph comes home as the same ties, strengths and segments."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_market import busy

import sim
from sim.bridges.network import (
    edge_table,
    from_igraph,
    from_networkx,
    node_table,
    to_igraph,
    to_networkx,
    write_graphml,
    write_network,
)
from sim.peers import read


@pytest.fixture(scope="module")
def scenario() -> sim.Scenario:
    return busy(consumers=400)


@pytest.fixture(scope="module")
def engine(scenario: sim.Scenario) -> sim.Engine:
    return sim.Engine(scenario)


def same(one: sim.Engine, other: sim.Engine) -> bool:
    """The same people, ties and strengths."""
    pairs = [(getattr(one.ties, name), getattr(other.ties, name)) for name in ("start", "to", "strength")]
    pairs.append((one.columns["segment"], other.columns["segment"]))
    return all(np.array_equal(*pair) for pair in pairs)


def test_a_market_lives_on_its_own_network_after_the_way_there_and_back(
    scenario: sim.Scenario, engine: sim.Engine, tmp_path: Path
) -> None:
    ways = {
        "networkx": from_networkx(to_networkx(engine), tmp_path / "nx"),
        "igraph": from_igraph(to_igraph(engine), tmp_path / "ig"),
        "files": write_network(engine, tmp_path / "files"),
    }
    for name, changes in ways.items():
        assert same(sim.Engine(scenario.with_(changes)), engine), name


def test_graphs_carry_what_the_market_knows(engine: sim.Engine) -> None:
    nx_graph, ig_graph = to_networkx(engine), to_igraph(engine)
    names = [one.name for one in engine.segments]
    assert nx_graph.number_of_nodes() == ig_graph.vcount() == 400
    assert nx_graph.number_of_edges() == ig_graph.ecount() == engine.ties.ties
    assert [nx_graph.degree(i) for i in range(400)] == ig_graph.degree() == engine.ties.degree.tolist()
    assert nx_graph.nodes[5]["segment"] == ig_graph.vs[5]["segment"] == names[engine.columns["segment"][5]]
    assert nx_graph.nodes[5]["community"] == engine.ties.community[5]
    assert "segment" not in node_table(engine.ties), "bare ties know no segments"
    market = sim.Market(engine.scenario)
    assert edge_table(market).equals(edge_table(engine))


graphs = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.dictionaries(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda tie: tie[0] < tie[1]),
            st.integers(0, 255).map(lambda byte: byte / 255),
            min_size=1,
        ),
    )
)


@settings(deadline=None, max_examples=40)
@given(graphs, st.booleans())
def test_any_graph_comes_back_as_it_went(
    given_graph: tuple[int, dict[tuple[int, int], float]], with_igraph: bool
) -> None:
    people, ties = given_graph
    with tempfile.TemporaryDirectory() as folder:
        if with_igraph:
            graph = igraph.Graph(n=people, edges=list(ties))
            graph.es["strength"] = list(ties.values())
            changes = from_igraph(graph, folder)
        else:
            graph = nx.Graph()
            graph.add_nodes_from(range(people))
            graph.add_edges_from((one, other, {"strength": value}) for (one, other), value in ties.items())
            changes = from_networkx(graph, folder)
        found, ids, labels = read(changes["world.peers.file"], nodes=changes["world.peers.nodes"])
    assert ids == list(range(people))
    assert labels is None
    back = to_networkx(found)
    assert set(back) == set(range(people))
    assert {tuple(sorted(tie)): back.edges[tie]["strength"] for tie in back.edges} == pytest.approx(ties, abs=1e-12)


def test_names_of_people_are_kept_and_order_them(tmp_path: Path) -> None:
    graph = nx.Graph([("Ola", "Kari"), ("Kari", "Åse")])
    nx.set_node_attributes(graph, {"Ola": "young", "Kari": "old", "Åse": "old"}, "segment")
    changes = from_networkx(graph, tmp_path)
    ties, ids, labels = read(changes["world.peers.file"], nodes=changes["world.peers.nodes"])
    assert ids == ["Kari", "Ola", "Åse"]
    assert labels == ["old", "young", "old"]
    assert ties.degree.tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        (nx.empty_graph(4), "no ties"),
        (nx.Graph([(1, 2, {"strength": 3.0})]), "strength 3.0; allowed are numbers from 0 to 1"),
        (nx.Graph([(1, 2, {"strength": 0.3}), (2, 3)]), "has no strength, but others have"),
        (nx.Graph([(1, "1")]), "the same name as text"),
    ],
)
def test_graphs_that_cannot_be_a_market_are_told(graph: nx.Graph, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        from_networkx(graph, tmp_path)


def test_half_known_segments_are_told(tmp_path: Path) -> None:
    graph = nx.Graph([(1, 2)])
    graph.nodes[1]["segment"] = "young"
    with pytest.raises(ValueError, match="node '2' has no segment"):
        from_networkx(graph, tmp_path)


def test_graphml_is_read_by_both_libraries(engine: sim.Engine, tmp_path: Path) -> None:
    write_graphml(to_networkx(engine), tmp_path / "net.graphml")
    assert nx.read_graphml(tmp_path / "net.graphml").number_of_edges() == engine.ties.ties
    assert igraph.Graph.Read_GraphML(str(tmp_path / "net.graphml")).vcount() == 400


def test_a_missing_library_is_told_with_how_to_get_it(engine: sim.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(ValueError, match=r"igraph is not installed; get it with: pip install 'journeysim\[research\]'"):
        to_igraph(engine)
