"""A real Dask scheduler and workers, processes of their own on loopback: same results, deaths survived, losses told."""

from __future__ import annotations

import pytest
from dask_servers import Servers
from engine_tasks import double, fails_on_three, slow

from sim.experiments.cluster import connect
from sim.experiments.engines import EngineError, Workers, engine

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    started = Servers(tmp_path_factory.mktemp("dask"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def cluster(servers: Servers):
    with connect(servers.address, 200) as workers:
        yield workers


def test_results_are_the_same_on_a_cluster(cluster: Workers):
    assert cluster.slots == 2
    assert cluster.map(double, range(20)) == [2 * n for n in range(20)]
    assert {one.task: one.result for one in cluster.each(double, range(20), chunk=5)} == {n: 2 * n for n in range(20)}


def test_a_task_that_raises_on_a_cluster_is_told(cluster: Workers):
    found = {one.task: one.error for one in cluster.each(fails_on_three, range(5))}
    assert found == {0: None, 1: None, 2: None, 3: "three is not to be had", 4: None}


def test_a_scheduler_file_names_the_cluster_too(servers: Servers):
    with engine(str(servers.file)) as workers:
        assert workers.map(double, [4]) == [8]


def test_a_cluster_worker_that_dies_loses_nothing_and_a_lost_scheduler_is_told(cluster: Workers, servers: Servers):
    found = []
    for one in cluster.each(slow, range(60)):
        found.append(one.task)
        if len(found) == 10:
            servers.workers[0].kill()
    assert sorted(found) == list(range(60))
    with pytest.raises(EngineError, match="is gone"):
        _lose_scheduler(cluster, servers)


def _lose_scheduler(cluster: Workers, servers: Servers) -> None:
    for number, _ in enumerate(cluster.each(slow, range(1000))):
        if number == 5:
            servers.scheduler.kill()


def test_nobody_at_the_address_is_told(monkeypatch):
    monkeypatch.setattr("sim.experiments.cluster.connect.__defaults__", (0.5,))
    with pytest.raises(EngineError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"):
        engine("tcp://127.0.0.1:9")


def test_an_address_that_is_none_is_told():
    with pytest.raises(EngineError, match="no Dask scheduler answers"):
        engine("tcp://")
