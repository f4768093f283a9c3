"""Who knows whom, as a graph of NetworkX or igraph, and such graphs as the files that a scenario reads.

    graph = to_networkx(sim.Engine(scenario))                 # or to_igraph; a Market or Ties do too
    changes = from_networkx(graph, "my-network")               # writes ties.csv and people.csv
    mine = sim.load("launch").with_(changes)                   # a market on that network

Nodes carry `segment` and `community`, edges `strength` (0 to 1). There and back is exact: the same ties, strengths and segments.
Communities do not survive the way through a file: a scenario reads none.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.files import write_whole

if TYPE_CHECKING:
    import igraph
    import networkx as nx
    import pandas as pd

    from sim.engine import Engine
    from sim.market import Market
    from sim.peers import Ties

TIES_FILE, PEOPLE_FILE = "ties.csv", "people.csv"
FULL = 255
"""A strength of 1, as the market keeps it."""


def edge_table(market: Engine | Market | Ties) -> pd.DataFrame:
    """The ties as rows: source, target (source below target), strength in [0, 1]; each tie once, in order."""
    import pandas as pd

    ties, _ = _ties_and_segments(market)
    source = np.repeat(np.arange(ties.consumers), ties.degree)
    once = source < ties.to
    return pd.DataFrame({"source": source[once], "target": ties.to[once], "strength": ties.strength[once] / FULL})


def node_table(market: Engine | Market | Ties) -> pd.DataFrame:
    """The people as rows: id (their row in the market), segment (not for bare ties), community."""
    import pandas as pd

    ties, segment = _ties_and_segments(market)
    table = {"id": np.arange(ties.consumers), "community": ties.community}
    if segment is not None:
        table["segment"] = segment
    return pd.DataFrame(table)[["id", *(["segment"] if segment is not None else []), "community"]]


def to_networkx(market: Engine | Market | Ties) -> nx.Graph:
    """The network as an undirected NetworkX graph; nodes are consumers' rows 0, 1, ..., isolated people included."""
    nx = _library("networkx")
    graph = nx.Graph()
    people = node_table(market)
    graph.add_nodes_from((int(row.pop("id")), row) for row in people.to_dict("records"))
    edges = edge_table(market)
    graph.add_weighted_edges_from(edges.itertuples(index=False, name=None), weight="strength")
    return graph


def to_igraph(market: Engine | Market | Ties) -> igraph.Graph:
    """The network as an undirected igraph graph; vertices in consumers' order, isolated people included."""
    igraph = _library("igraph")
    people, edges = node_table(market), edge_table(market)
    graph = igraph.Graph(n=len(people), edges=edges[["source", "target"]].to_numpy().tolist())
    for name in people.columns.drop("id"):
        graph.vs[name] = people[name].tolist()
    graph.es["strength"] = edges["strength"].tolist()
    return graph


def from_networkx(graph: nx.Graph, folder: str | os.PathLike[str], strength: str = "strength") -> dict[str, Any]:
    """Write a NetworkX graph as the files of a scenario's network, and return the changes that make a scenario read them.

    Nodes may bear any names; consumers are numbered by them (as numbers if all are whole numbers, else as text). All or none have
    a `segment`, one of the scenario's. strength: edge attribute with numbers from 0 to 1; where no edge has it, all get the
    scenario's mean strength. Direction is not kept, ties to oneself are dropped, of parallel ties the strongest stays.

    Returns {"world.peers.file": ..., "world.peers.nodes": ..., "world.market.consumers": people}. Raises ValueError for a graph
    without ties, a strength outside 0 to 1, segments or strengths that only some have, or names that are the same as text.
    """
    people = [(node, data.get("segment")) for node, data in graph.nodes(data=True)]
    ties = ((one, other, data.get(strength)) for one, other, data in graph.edges(data=True))
    return _write(people, ties, Path(folder))


def from_igraph(graph: igraph.Graph, folder: str | os.PathLike[str], strength: str = "strength") -> dict[str, Any]:
    """Write an igraph graph as the files of a scenario's network; people are numbered as vertices. See `from_networkx`."""
    known = graph.vs["segment"] if "segment" in graph.vs.attributes() else [None] * graph.vcount()
    given = graph.es[strength] if strength in graph.es.attributes() else [None] * graph.ecount()
    ties = ((one, other, value) for (one, other), value in zip(graph.get_edgelist(), given))
    return _write(list(enumerate(known)), ties, Path(folder))


def write_network(market: Engine | Market | Ties, folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Write a market's own network as the files that a scenario reads; returns the changes, as `from_networkx` does."""
    people, edges = node_table(market), edge_table(market)
    known = people["segment"].tolist() if "segment" in people else [None] * len(people)
    return _write(list(zip(people["id"].tolist(), known)), edges.itertuples(index=False, name=None), Path(folder))


def write_graphml(graph: nx.Graph, path: Path) -> None:
    """Write a graph as GraphML, which Gephi, Cytoscape, igraph and NetworkX read; whole or not at all."""
    nx = _library("networkx")
    write_whole(path, "\n".join(nx.generate_graphml(graph)) + "\n")


def _library(name: str) -> Any:
    """A graph library, imported when it is needed. Raises ValueError, saying how to get it, where it is missing."""
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise ValueError(f"{name} is not installed; get it with: pip install 'journeysim[research]'") from None


def _write(
    people: list[tuple[Hashable, str | None]], ties: Iterable[tuple[Any, Any, float | None]], folder: Path
) -> dict[str, Any]:
    """Both files, and the changes to a scenario."""
    import csv
    import io

    names = [str(node).strip() for node, _ in people]
    if len(set(names)) < len(names) or "" in names:
        raise ValueError("some nodes have the same name as text, or an empty one; give each node a name of its own")
    segments = [segment for _, segment in people]
    if any(one is None for one in segments) and any(one is not None for one in segments):
        lacking = names[segments.index(None)]
        raise ValueError(f"node '{lacking}' has no segment, but others have; give all nodes a segment or none")
    rows, some = [], False
    for one, other, value in ties:
        if value is not None and not 0 <= value <= 1:
            raise ValueError(
                f"the tie from '{one}' to '{other}' has the strength {value!r}; allowed are numbers from 0 to 1"
            )
        some = some or value is not None
        rows.append((str(one).strip(), str(other).strip(), value))
    if not rows:
        raise ValueError("this graph has no ties; a market needs people who know one another")
    if some and any(value is None for _, _, value in rows):
        one, other, _ = next(row for row in rows if row[2] is None)
        raise ValueError(
            f"the tie from '{one}' to '{other}' has no strength, but others have; give all ties one or none"
        )
    has_segment = bool(segments) and segments[0] is not None
    folder = folder.expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for name, header, table in (
        (TIES_FILE, ("source", "target", "strength")[: 3 if some else 2], rows),
        (PEOPLE_FILE, ("id", "segment")[: 2 if has_segment else 1], list(zip(names, segments))),
    ):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(row[: len(header)] for row in table)
        write_whole(folder / name, text.getvalue())
    return {
        "world.peers.file": str(folder / TIES_FILE),
        "world.peers.nodes": str(folder / PEOPLE_FILE),
        "world.market.consumers": len(people),
    }


def _ties_and_segments(market: Engine | Market | Ties) -> tuple[Ties, np.ndarray | None]:
    """The ties of whatever was given, and everybody's segment by name (None for bare ties)."""
    from sim.peers import Ties

    if isinstance(market, Ties):
        return market, None
    engine: Any = getattr(market, "engine", market)
    names = np.array([one.name for one in engine.segments], object)
    return engine.ties, names[engine.columns["segment"]]
