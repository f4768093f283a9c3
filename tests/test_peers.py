"""The peer network: structure, reproducibility, what its parameters move, published facts, files, followers."""

from __future__ import annotations

import gzip
import os
import random
from textwrap import dedent

import networkx as nx
import numpy as np
import pytest

from sim import peer_files, peers
from sim.peers import PeerFileError, Ties
from sim.scenario.models import Peers

SHARES = [0.5, 0.3, 0.2]


def own_ends(ties: Ties) -> np.ndarray:
    """Consumer at the near end of every entry of `ties.to`."""
    return np.repeat(np.arange(ties.consumers), ties.degree)


def assert_sound(ties: Ties) -> None:
    own, to = own_ends(ties), ties.to.astype(np.int64)
    assert ties.start.dtype == np.int64
    assert (ties.to.dtype, ties.strength.dtype, ties.community.dtype) == (np.int32, np.uint8, np.int32)
    assert ties.start[0] == 0
    assert ties.start[-1] == len(to) == len(ties.strength) == 2 * ties.ties == ties.degree.sum()
    assert len(ties.community) == ties.consumers
    assert not (own == to).any()
    seen = own * ties.consumers + to
    assert (np.diff(seen) > 0).all()  # rows in order, each sorted, no tie twice
    back = np.argsort(to * ties.consumers + own)
    assert np.array_equal((to * ties.consumers + own)[back], seen)
    assert np.array_equal(ties.strength[back], ties.strength)


def measured(n: int = 5000, seed: int = 1, **changes: float) -> dict[str, float]:
    ties, segment = peers.generate(n, Peers(**changes), SHARES, seed)
    return peers.statistics(ties, segment, sources=64)


def inside_share(ties: Ties) -> float:
    return float((ties.community[own_ends(ties)] == ties.community[ties.to]).mean())


@pytest.mark.parametrize(
    ("n", "changes"),
    [
        (50, {}),
        (1000, {}),
        (3000, {"tail": 2.0, "clustering": 1.0}),
        (3000, {"tail": 0.0, "inside": 1.0, "homophily": 1.0}),
        (1000, {"community": 5000, "degree": 40}),
        (1000, {"community": 3, "degree": 4, "homophily": 1.0}),
        (2000, {"degree": 0.5}),
        (1000, {"inside": 0.0, "homophily": 0.0, "degree": 200}),
    ],
)
def test_structure_and_mean_degree(n: int, changes: dict[str, float]) -> None:
    model = Peers(**changes)
    ties, segment = peers.generate(n, model, SHARES, 3)
    assert_sound(ties)
    assert ties.degree.mean() == pytest.approx(model.degree, rel=0.03, abs=0.05)
    assert (np.diff(ties.community) >= 0).all()
    assert (segment.dtype, len(segment)) == (np.uint8, n)


def test_same_seed_same_bits_other_seed_other_bits() -> None:
    one, segment = peers.generate(2000, Peers(), SHARES, 5)
    again, segment_again = peers.generate(2000, Peers(), SHARES, 5)
    other, segment_other = peers.generate(2000, Peers(), SHARES, 6)
    for name in ("start", "to", "strength", "community"):
        assert getattr(one, name).tobytes() == getattr(again, name).tobytes()
        assert getattr(one, name).tobytes() != getattr(other, name).tobytes()
    assert np.array_equal(segment, segment_again)
    assert not np.array_equal(segment, segment_other)


@pytest.mark.parametrize("n", [1000, 5000, 20_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_default_network_meets_facts_n01_to_n05(n: int, seed: int) -> None:
    ties, segment = peers.generate(n, Peers(), SHARES, seed)
    found = peers.statistics(ties, segment)
    assert 2.5 <= found["path_mean"] <= 5.0  # N01
    assert 0.1 <= found["clustering"] <= 0.6  # N02
    assert found["clustering"] >= 5 * found["degree_mean"] / (n - 1)
    assert 1.2 <= found["mean_over_median"] <= 2.5  # N03
    assert found["friends_have_more"] >= 0.6  # N04
    assert 2 <= (ties.strength >= 128).sum() / n <= 8  # N05: contacts whose opinion truly counts
    assert found["largest_component"] > 0.98


def test_path_of_100_000_consumers_meets_n01() -> None:
    ties, _ = peers.generate(100_000, Peers(), SHARES, 1)
    assert 2.5 <= peers.statistics(ties, sources=64)["path_mean"] <= 5.0


def test_parameters_move_what_they_name() -> None:
    clustering = [measured(clustering=value)["clustering"] for value in (0.0, 0.3, 0.9)]
    assert np.diff(clustering).min() > 0.03
    tails = [measured(tail=value) for value in (0.0, 0.6, 1.2)]
    assert np.diff([one["top10_ties"] for one in tails]).min() > 0.08
    assert tails[0]["degree_max"] < tails[1]["degree_max"] < tails[2]["degree_max"]
    degrees = [measured(degree=value)["degree_mean"] for value in (4.0, 10.0, 30.0)]
    assert degrees == pytest.approx([4.0, 10.0, 30.0], rel=0.03)
    for wanted in (0.0, 0.4, 0.8):
        ties, _ = peers.generate(5000, Peers(inside=wanted), SHARES, 1)
        assert inside_share(ties) == pytest.approx(wanted, abs=0.05)
    sizes = [np.bincount(peers.generate(20_000, Peers(community=c), SHARES, 1)[0].community) for c in (20, 60)]
    assert [size.mean() for size in sizes] == pytest.approx([20, 60], rel=0.1)
    assert sizes[1].max() > 150  # some circles are large
    assert min(sizes[0].min(), sizes[1].min()) >= 3


@pytest.mark.parametrize("homophily", [0.0, 0.3, 0.7, 1.0])
def test_homophily_is_what_is_measured_and_shares_hold(homophily: float) -> None:
    ties, segment = peers.generate(20_000, Peers(homophily=homophily), SHARES, 2)
    assert peers.statistics(ties, segment, sources=1)["homophily"] == pytest.approx(homophily, abs=0.03)
    shares = np.bincount(segment, minlength=3) / 20_000
    assert shares == pytest.approx(SHARES, abs=0.01 if homophily == 1.0 else 1e-4)
    if homophily == 1.0:
        for c in range(ties.community.max() + 1):
            assert len(np.unique(segment[ties.community == c])) == 1


def test_strength_has_the_mean_asked_for_and_is_higher_inside() -> None:
    for wanted in (0.0, 0.2, 0.5, 0.9, 1.0):
        ties, _ = peers.generate(5000, Peers(strength=wanted), SHARES, 1)
        assert ties.strength.mean() / 255 == pytest.approx(wanted, abs=0.01)
    ties, _ = peers.generate(5000, Peers(), SHARES, 1)
    within = ties.community[own_ends(ties)] == ties.community[ties.to]
    assert ties.strength[within].mean() > ties.strength[~within].mean() + 50
    assert ties.strength.std() > 30


def test_impossible_networks_are_named() -> None:
    with pytest.raises(ValueError, match=r"world.peers.degree: 100 is too many ties for 50 consumers.*24\.5"):
        peers.generate(50, Peers(degree=100), SHARES, 1)
    with pytest.raises(ValueError, match="segment shares"):
        peers.generate(50, Peers(), [0.0, 0.0], 1)
    assert peers.quotas(10, [1, 1, 1]).tolist() == [4, 3, 3]


def test_statistics_agree_with_networkx() -> None:
    ties, segment = peers.generate(300, Peers(degree=3), SHARES, 4)
    found = peers.statistics(ties, segment, sources=300)
    graph = nx.Graph()
    graph.add_nodes_from(range(300))
    graph.add_edges_from(zip(own_ends(ties).tolist(), ties.to.tolist()))
    nx.set_node_attributes(graph, dict(enumerate(segment.tolist())), "segment")
    assert found["clustering"] == pytest.approx(nx.average_clustering(graph))
    assert found["transitivity"] == pytest.approx(nx.transitivity(graph))
    assert found["assortativity"] == pytest.approx(nx.degree_assortativity_coefficient(graph))
    assert found["homophily"] == pytest.approx(nx.attribute_assortativity_coefficient(graph, "segment"))
    assert found["largest_component"] == len(max(nx.connected_components(graph), key=len)) / 300
    hops = [d for _, reached in nx.all_pairs_shortest_path_length(graph) for d in reached.values() if d > 0]
    assert found["path_mean"] == pytest.approx(np.mean(hops))
    assert found["path_p90"] == np.percentile(hops, 90, method="inverted_cdf")
    friends = [np.mean([graph.degree(j) for j in graph[i]]) > graph.degree(i) for i in graph if graph.degree(i)]
    assert found["friends_have_more"] == pytest.approx(np.mean(friends))
    degree = sorted((d for _, d in graph.degree()), reverse=True)
    assert found["top10_ties"] == pytest.approx(sum(degree[:30]) / sum(degree))


def test_statistics_of_a_star_and_of_no_ties(tmp_path) -> None:
    (tmp_path / "star.csv").write_text("source,target\n" + "".join(f"0,{k}\n" for k in range(1, 11)))
    star = peers.statistics(peers.read(tmp_path / "star.csv")[0])
    assert star["path_mean"] == pytest.approx((10 + 10 * 9) / 55)
    assert (star["clustering"], star["friends_have_more"], star["degree_max"]) == (0, 10 / 11, 10)
    (tmp_path / "nodes.csv").write_text("id\na\nb\n")
    (tmp_path / "none.csv").write_text("source,target\n")
    alone = peers.statistics(peers.read(tmp_path / "none.csv", nodes=tmp_path / "nodes.csv")[0])
    assert alone["degree_mean"] == 0
    assert np.isnan(alone["path_mean"])


def test_written_network_is_read_back_whatever_the_order_of_rows(tmp_path) -> None:
    ties, _ = peers.generate(400, Peers(), SHARES, 1)
    rows = [
        f"{i},{j},{s / 255:.6f}" for i, j, s in zip(own_ends(ties).tolist(), ties.to.tolist(), ties.strength) if i < j
    ]
    nodes = tmp_path / "nodes.csv"
    nodes.write_text("age,id,segment\n" + "".join(f"30,{i},{'even' if i % 2 == 0 else 'odd'}\n" for i in range(400)))
    random.Random(1).shuffle(rows)
    (tmp_path / "ties.csv").write_text("source,target,strength\n" + "\n".join(rows))
    turned = [",".join((row.split(",")[1], row.split(",")[0], row.split(",")[2])) for row in reversed(rows)]
    with gzip.open(tmp_path / "ties.csv.gz", "wt") as file:
        file.write("source,target,strength\n" + "\n".join([*turned, "7,7,0.5", turned[0]]))
    for name, dropped in (("ties.csv", (0, 0)), ("ties.csv.gz", (1, 1))):
        found, ids, labels = peers.read(tmp_path / name, nodes=nodes)
        assert_sound(found)
        for column in ("start", "to", "strength"):
            assert np.array_equal(getattr(found, column), getattr(ties, column))
        assert ids == list(range(400))
        assert labels == ["even", "odd"] * 200
        assert (found.self_rows, found.repeated_rows) == dropped


def test_ids_sort_as_numbers_or_as_text_and_people_without_ties_follow(tmp_path) -> None:
    path = tmp_path / "ties.csv"
    path.write_text("source,target\n10,9\n9,-2\n\n")
    ties, ids, labels = peers.read(path, people=5)
    assert (ids, labels, ties.consumers, ties.ties) == ([-2, 9, 10], None, 5, 2)
    assert ties.degree.tolist() == [1, 2, 1, 0, 0]
    assert (ties.strength == 128).all()
    path.write_text("target,source,strength\nå,b10,0.2\nb9,b10,1\nb10,b9,0.4\n")
    ties, ids, _ = peers.read(path)
    assert ids == ["b10", "b9", "å"]
    assert (ties.to.tolist(), ties.strength.tolist(), ties.repeated_rows) == ([1, 2, 0, 0], [255, 51, 255, 51], 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,target\n1,2\n3\n", r"ties\.csv:3: found 1 fields; allowed are 2"),
        ("source,target\n1,\n", r"ties\.csv:2: target is empty"),
        ("source,target,strength\n1,2,0.5\n1,3,strong\n", r"ties\.csv:3: strength is 'strong'; allowed .* 0 to 1"),
        ("source,target,strength\n1,2,1.5\n", r"ties\.csv:2: strength is '1\.5'"),
        ("source,target,strength\n1,2,nan\n", r"ties\.csv:2: strength is 'nan'"),
        (
            "source,target,strenght\n1,2,0.5\n",
            r"ties\.csv:1: found .*allowed are source,target\[,strength\].*mean 'strength'",
        ),
        ("from,to\n1,2\n", r"ties\.csv:1: found the columns 'from,to'"),
        ("", r"ties\.csv:1: found the columns ''"),
        ("source,target\n", "found 0 different ids"),
        ("source,target\n1,2\n01,3\n", "leading zeros"),
        ("source,target\n1,2\n3,4\n", r"found 4 different ids; allowed are 1 to 3"),
    ],
)
def test_bad_peer_files_are_named(tmp_path, text: str, message: str) -> None:
    path = tmp_path / "ties.csv"
    path.write_text(text)
    with pytest.raises(PeerFileError, match=message):
        peers.read(path, people=3)


def test_node_lists_are_checked(tmp_path) -> None:
    path, nodes = tmp_path / "ties.csv", tmp_path / "nodes.csv"
    path.write_text("source,target\na,b\na,c\n")
    nodes.write_text("id,segment\na,x\nb,y\n")
    with pytest.raises(PeerFileError, match=r"ties\.csv:3: id 'c' is not in the node list"):
        peers.read(path, nodes=nodes)
    nodes.write_text("id\na\nb\na\n")
    with pytest.raises(PeerFileError, match=r"nodes\.csv:4: id 'a' was listed before"):
        peers.read(path, nodes=nodes)
    nodes.write_text("id,segment\na,\n")
    with pytest.raises(PeerFileError, match=r"nodes\.csv:2: segment is empty"):
        peers.read(path, nodes=nodes)
    with pytest.raises(PeerFileError, match="cannot be read"):
        peers.read(tmp_path / "missing.csv")
    (tmp_path / "false.csv.gz").write_text("source,target\n")
    with pytest.raises(PeerFileError, match="cannot be read"):
        peers.read(tmp_path / "false.csv.gz")


def audience_of(n: int, size: int, home: int, segment: np.ndarray, interest: np.ndarray, seed: int = 1) -> np.ndarray:
    start, rows = peers.followers(n, [size], [home], segment, interest, seed)
    assert start.tolist() == [0, len(rows)]
    return rows


def test_followers_are_as_many_as_asked_distinct_and_sorted() -> None:
    n = 3000
    segment = (np.arange(n) % 3).astype(np.uint8)
    interest = np.random.Generator(np.random.PCG64(1)).gamma(0.8, size=n).astype(np.float32)
    audiences, home = [0, 1, 10, 200, 1000, 2999, 3000, 9999], [-1, 0, 1, 2, -1, 0, 1, 7]
    start, rows = peers.followers(n, audiences, home, segment, interest, 4)
    assert np.diff(start).tolist() == [min(size, n) for size in audiences]
    assert (start.dtype, rows.dtype) == (np.int64, np.int32)
    for j in range(len(audiences)):
        own = rows[start[j] : start[j + 1]]
        assert (np.diff(own) > 0).all()
        assert own.min(initial=0) >= 0
        assert own.max(initial=0) < n
    again = peers.followers(n, audiences, home, segment, interest, 4)
    assert np.array_equal(again[1], rows)
    assert not np.array_equal(peers.followers(n, audiences, home, segment, interest, 5)[1], rows)


@pytest.mark.parametrize("size", [200, 4000])  # both ways of drawing
def test_followers_are_drawn_by_interest_and_home_segment(size: int) -> None:
    n = 20_000
    segment = (np.arange(n) % 2).astype(np.uint8)
    interest = np.where(np.arange(n) % 4 < 2, 1.0, 3.0).astype(np.float32)
    rounds = 4000 // size * 5
    rows = np.concatenate([audience_of(n, size, 1, segment, interest, seed) for seed in range(rounds)])
    counts = np.bincount(rows % 4, minlength=4) / rounds
    # Everybody follows at an exponential time of the own speed; the audience is who followed first.
    speed = np.array([1.0, 4.0, 3.0, 12.0])
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if (1 - np.exp(-speed * middle)).mean() * n > size else (middle, high)
    expected = (1 - np.exp(-speed * low)) * n / 4
    assert counts == pytest.approx(expected, rel=0.12)


def test_people_of_no_interest_follow_last() -> None:
    n = 1000
    segment, interest = np.zeros(n, np.uint8), np.zeros(n, np.float32)
    interest[::10] = 1.0
    assert (audience_of(n, 8, -1, segment, interest) % 10 == 0).all()
    assert (audience_of(n, 100, -1, segment, interest) % 10 == 0).all()
    assert len(audience_of(n, 150, 0, segment, interest)) == 150
    assert len(audience_of(n, 30, -1, segment, np.zeros(n, np.float32))) == 30
    with pytest.raises(ValueError, match="at least 0"):
        audience_of(n, 3, -1, segment, -interest)
    with pytest.raises(ValueError, match="found 1000 segments, 5 interests"):
        audience_of(n, 3, -1, segment, interest[:5])


def test_a_sample_is_a_connected_snowball_that_keeps_order_strengths_and_bits() -> None:
    whole, _ = peers.generate(3000, Peers(degree=6.0), SHARES, 4)
    part, rows = peers.sample(whole, 400, 9)
    assert_sound(part)
    assert (part.consumers, len(rows)) == (400, 400)
    assert (np.diff(rows) > 0).all()
    strength = dict(zip(zip(own_ends(whole).tolist(), whole.to.tolist()), whole.strength.tolist()))
    kept = zip(rows[own_ends(part)].tolist(), rows[part.to].tolist())
    assert {pair: strength[pair] for pair in kept} == dict(
        zip(zip(rows[own_ends(part)].tolist(), rows[part.to].tolist()), part.strength.tolist())
    )
    inside = set(rows.tolist())
    assert part.ties * 2 == sum(one in inside and other in inside for one, other in strength)
    assert nx.is_connected(nx.Graph(zip(own_ends(part).tolist(), part.to.tolist())))
    again, rows_again = peers.sample(whole, 400, 9)
    assert np.array_equal(rows, rows_again)
    assert again.to.tobytes() == part.to.tobytes()
    assert not np.array_equal(rows, peers.sample(whole, 400, 10)[1])
    assert part.degree.mean() > 0.6 * whole.degree.mean()  # at random it would be 400 / 3000


def test_a_sample_starts_in_the_largest_component_and_goes_on_to_the_next(tmp_path) -> None:
    file = tmp_path / "ties.csv"
    file.write_text("source,target\n1,2\n3,4\n4,5\n5,6\n7,8\n8,9\n")
    whole, ids, _ = peers.read(file)
    for seed in range(8):
        assert [ids[row] for row in peers.sample(whole, 4, seed)[1]] == [3, 4, 5, 6]
        assert [ids[row] for row in peers.sample(whole, 7, seed)[1]] == [3, 4, 5, 6, 7, 8, 9]
    everyone, rows = peers.sample(whole, 9, 1)
    assert everyone is whole
    assert rows.tolist() == list(range(9))
    with pytest.raises(ValueError, match="10 people out of 9"):
        peers.sample(whole, 10, 1)


def test_a_market_from_a_file_takes_the_segments_of_those_it_keeps() -> None:
    import sim

    scenario = sim.load("physicians")
    whole = sim.Engine(scenario)
    part = sim.Engine(scenario.with_(consumers=60))
    ties, rows, labels, people = peers.from_file(part.scenario, part.seed)
    names = [one.name for one in scenario.world.segments]
    assert (part.consumers, people, ties.consumers) == (60, whole.consumers, 60)
    assert part.columns["segment"].tolist() == whole.columns["segment"][rows].tolist()
    assert part.columns["segment"].tolist() == [names.index(labels[row]) for row in rows]
    with pytest.raises(sim.ScenarioError, match=f"500 is more than the {people} people"):
        sim.Engine(scenario.with_(consumers=500))


def test_a_network_that_does_not_suit_its_scenario_is_told_with_the_line(tmp_path) -> None:
    import sim

    def mistakes(nodes: str, people: int, **changes: int) -> list[str]:
        (tmp_path / "ties.csv").write_text("source,target\n" + "".join(f"1,{n}\n" for n in range(2, people + 1)))
        (tmp_path / "nodes.csv").write_text(
            f"id,segment\n{nodes}" + "".join(f"{n},young\n" for n in range(3, people + 1))
        )
        with pytest.raises(sim.ScenarioError) as caught:
            peers.from_file(sim.load(tmp_path / "market.toml").with_(**changes), 1)
        return str(caught.value).replace(f"{tmp_path}/", "").split("\n")

    text = """\
        [world.market]
        consumers = 60
        [world.peers]
        file = "ties.csv"
        nodes = "nodes.csv"
        [[world.segments]]
        name = "young"
        """
    (tmp_path / "market.toml").write_text(dedent(text))
    good, bad = "1,young\n2,young\n", "1,young\n2,yuong\n"
    assert mistakes(good, 4) == [
        "market.toml:4: world.peers.file: 'ties.csv' has 4 people; give a network of 50 or more, for a market has no fewer "
        "consumers"
    ]
    fewer = "world.market.consumers: {} is more than the 55 people in 'ties.csv'; give at most 55"
    strange = "line 3 of 'nodes.csv' names the segment 'yuong', which is not in world.segments; did you mean 'young'?"
    assert mistakes(bad, 55) == [
        f"market.toml:2: {fewer.format(60)}",
        f"market.toml:5: world.peers.nodes: {strange}",
    ]
    assert mistakes(good, 55, consumers=70) == [fewer.format(70)]  # no line of the file says 70


def test_a_file_is_read_again_only_if_it_changed(tmp_path, monkeypatch):
    path, nodes = tmp_path / "ties.csv", tmp_path / "nodes.csv"
    path.write_text("source,target,strength\n1,2,0.5\n2,3,1\n")
    nodes.write_text("id,segment\n1,a\n2,b\n3,a\n")
    reads = []
    monkeypatch.setattr(peer_files, "read", lambda *given, **how: reads.append(given) or peers.read(*given, **how))
    first, labels = peer_files.read_again(path, nodes, 0.5)
    first.to[:] = 0  # a caller's own
    second, again = peer_files.read_again(path, nodes, 0.5)
    assert (len(reads), labels, again) == (1, ["a", "b", "a"], ["a", "b", "a"])
    fresh = peers.read(path, nodes=nodes)[0]
    for name in ("start", "to", "strength", "community"):
        assert getattr(second, name).tolist() == getattr(fresh, name).tolist()
    peer_files.read_again(path, nodes, 0.25)  # another strength is another network
    path.write_text("source,target,strength\n1,3,0.5\n2,3,1\n")
    os.utime(path, ns=(1, 1))
    assert peer_files.read_again(path, nodes, 0.5)[0].to.tolist() == [2, 2, 0, 1]
    assert len(reads) == 3
    with pytest.raises(PeerFileError, match="cannot be read"):
        peer_files.read_again(tmp_path / "missing.csv", None, 0.5)
