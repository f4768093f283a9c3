"""Consumers and sets of them, held against Mesa's own agents and AgentSet with the same values."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import tracemalloc
import weakref
from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agentset import AbstractAgentSet

from sim.columns import Column
from sim.consumer import Consumer, ConsumerSet
from sim.market import Market
from sim.mechanism import Mechanism, MechanismError, register, unregister
from sim.mechanisms.experience import COLUMNS

HELD = ("trust", "awareness", "satisfaction", "motivation", "stage", "segment", "talkativeness")


class Plain(mesa.Agent):
    """An ordinary Mesa agent that holds what a consumer holds."""

    def __init__(self, model: mesa.Model, facts: dict[str, Any]) -> None:
        super().__init__(model)
        vars(self).update(facts)


@pytest.fixture(scope="module")
def lived() -> Market:
    market = Market("launch", rng=5, consumers=200, days=20)
    market.run_for(15)
    return market


@pytest.fixture
def pair(lived: Market) -> tuple[Market, mesa.Model]:
    """A market, and a plain model of the same consumers with the same seed."""
    market = copy.deepcopy(lived)
    model = mesa.Model(rng=5)
    for values in market.agents.get(list(HELD)):
        Plain(model, dict(zip(HELD, values)))
    return market, model


def ids(agents: Any) -> list[int]:
    return [one.unique_id for one in agents]


USES: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "order": ids,
    "select": lambda a: ids(a.select(lambda c: c.trust > 0.51)),
    "select some": lambda a: ids(a.select(lambda c: c.stage == "aware", at_most=5)),
    "select first": lambda a: ids(a.select(at_most=7)),
    "select share": lambda a: ids(a.select(lambda c: c.segment == "families", at_most=0.1)),
    "select type": lambda a: ids(a.select(agent_type=mesa.Agent, at_most=3)),
    "select no type": lambda a: ids(a.select(agent_type=mesa.Model)),
    "select in place": lambda a: ids(a.select().select(lambda c: c.awareness > 0.1, inplace=True)),
    "shuffle": lambda a: ids(a.shuffle()),
    "shuffle twice": lambda a: ids(a.select(at_most=50).shuffle(inplace=True).shuffle().select(at_most=9)),
    "sort": lambda a: ids(a.sort("trust")),
    "sort up": lambda a: ids(a.sort("segment", ascending=True)),
    "sort down by name": lambda a: ids(a.sort("stage")),
    "sort by function": lambda a: ids(a.sort(lambda c: round(c.trust, 1), ascending=True)),
    "agg numpy": lambda a: a.agg("awareness", np.mean),
    "agg python": lambda a: a.agg("trust", sum),
    "agg several": lambda a: a.agg("motivation", [min, max, len, np.std]),
    "get": lambda a: a.get("talkativeness"),
    "get several": lambda a: a.get(["trust", "stage"]),
    "get missing": lambda a: a.select(at_most=3).get("shoe_size", handle_missing="default", default_value=43),
    "map": lambda a: a.map(lambda c, factor: c.trust * factor, 3.0),
    "shuffle do": lambda a: (seen := [], a.shuffle_do(lambda c: seen.append(c.unique_id)))[0],
    "set": lambda a: a.select(lambda c: c.stage == "aware").set("satisfaction", 0.25).get("satisfaction"),
    "do": lambda a: (a.do(lambda c: setattr(c, "motivation", 0.5)), a.get("motivation"))[1],
    "groupby": lambda a: list(a.groupby("segment").count().items()),
    "groupby agg": lambda a: list(a.groupby("stage").agg("trust", np.mean).items()),
    "groupby function": lambda a: {k: ids(v) for k, v in a.groupby(lambda c: c.awareness > 0.1)},
    "groupby list": lambda a: {k: ids(v) for k, v in a.groupby("stage", result_type="list")},
    "groupby map": lambda a: a.groupby("segment").map("get", "trust"),
    "and": lambda a: ids(a.select(lambda c: c.trust > 0.5) & a.select(lambda c: c.segment == "students")),
    "or": lambda a: ids(a.select(at_most=9) | a.shuffle().select(at_most=20)),
    "minus": lambda a: ids(a.select(at_most=30) - a.select(lambda c: c.segment == "students")),
    "either": lambda a: ids(a.select(at_most=30) ^ a.select(lambda c: c.segment == "students")),
    "in": lambda a: [one in a.select(at_most=5) for one in a],
    "equal": lambda a: (a.select(at_most=4) == a.select(at_most=4), a.select(at_most=4) <= a.select(at_most=6)),
    "list": lambda a: ids(a.to_list()[3:6]),
}


@pytest.mark.parametrize("use", USES)
def test_a_consumer_set_does_what_an_agentset_does(use: str, pair: tuple[Market, mesa.Model]) -> None:
    market, model = pair
    assert USES[use](market.agents) == USES[use](model.agents)


def test_it_is_one_of_mesas_sets_and_its_population_is_fixed(lived: Market) -> None:
    assert isinstance(lived.agents, AbstractAgentSet)
    assert isinstance(lived.agents[0], mesa.Agent)
    someone = lived.agents[0]
    for attempt in (lived.agents.add, lived.agents.remove, lived.agents.discard):
        with pytest.raises(TypeError, match="population is fixed"):
            attempt(someone)
    with pytest.raises(TypeError, match="population is fixed"):
        someone.remove()


def test_operators_with_plain_sets(lived: Market) -> None:
    agents = lived.agents.select(at_most=5)
    two = {lived.agents[3], lived.agents[9]}
    assert ids(two & agents) == ids(agents & two) == [4]
    assert sorted(ids(two | agents)) == ids(agents | two) == [1, 2, 3, 4, 5, 10]
    assert ids(two - agents) == [10]
    assert ids(agents - two) == [1, 2, 3, 5]
    assert not agents.isdisjoint(two)
    assert copy.copy(agents) == agents != lived.agents


def test_quick_ways_to_choose(lived: Market) -> None:
    agents = lived.agents
    slow = agents.select(lambda c: c.stage in ("aware", "customer") and c.trust > 0.5)
    assert agents.select(stage=("aware", "customer"), trust=lambda t: t > 0.5) == slow
    assert agents.select(agents.array("trust") > 0.5, stage=["aware", "customer"]) == slow
    assert agents.count(stage="aware") == len(agents.select(stage="aware"))
    assert len(agents.select(stage="unaware").sample(5)) == 5
    assert agents.select(stage="unaware").sample(1_000) == agents.select(stage="unaware")
    assert len(agents.with_brand("Solvann").select(stage="customer", at_most=3)) == 3
    with pytest.raises(ValueError, match="did you mean 'customer'"):
        agents.select(stage="custmer")
    with pytest.raises(AttributeError, match="did you mean 'trust'"):
        agents.select(trus=1.0)
    with pytest.raises(ValueError, match="one for each of 200"):
        agents.select(np.ones(3, bool))


def test_a_consumer_shows_natural_units(lived: Market) -> None:
    one, columns = lived.agents[11], lived.engine.columns
    assert (one.unique_id, one.row, one.pos, one.brand) == (12, 11, None, "Fjord")
    assert one.segment in {"students", "families", "seniors"}
    assert one.talkativeness == columns["talkativeness"][11] / 255.0
    assert one.media_use["search"] == columns["media_use"][5, 11] / 255.0
    assert one.with_brand("Kilde").awareness == float(columns["awareness"][2, 11])
    assert [peer.row for peer in one.peers] == lived.engine.ties.to[slice(*lived.engine.ties.start[11:13])].tolist()
    assert len(one.ties) == len(one.peers)
    assert 0.0 < max(one.ties) <= 1.0
    assert one == one.with_brand("Kilde")
    assert one != lived.agents[12]
    assert {one, one.with_brand("Kilde")} == {one}
    assert all(hasattr(one, name) for name in COLUMNS)
    assert "Consumer 12" in repr(one)
    assert pickle.loads(pickle.dumps(one)).trust == one.trust


def test_what_is_written_can_be_read_and_lives_on(lived: Market) -> None:
    market = copy.deepcopy(lived)
    one, agents = market.agents[4], market.agents
    for name, value in {"awareness": 0.75, "stage": "loyal", "last_touch": "friend", "trust": 0.625}.items():
        setattr(one, name, value)
        assert getattr(one, name) == pytest.approx(value, abs=1e-6)
    one.talkativeness = 0.5
    assert one.talkativeness == pytest.approx(0.5, abs=1 / 255)
    one.media_use = {"search": 1.0}
    assert (one.media_use["search"], one.media_use["display"]) == (1.0, lived.agents[4].media_use["display"])
    total = one.evidence_for + one.evidence_against
    one.trust = 0.5
    assert one.evidence_for + one.evidence_against == pytest.approx(total, rel=1e-6)
    agents.set("awareness", np.linspace(0, 1, 200))
    assert agents[199].awareness == 1.0
    for trust in (0.05, 0.5, 0.95):
        assert agents.set("trust", trust).agg("trust", [min, max]) == pytest.approx([trust, trust], abs=1e-5)
    market.step()
    assert market.awareness > 0.4


@pytest.mark.parametrize(
    ("name", "value", "error", "says"),
    [
        ("awareness", 1.7, ValueError, "awareness: 1.7 is out of range; allowed is 0 to 1"),
        ("awareness", float("nan"), ValueError, "out of range"),
        ("awareness", "high", ValueError, "not a number"),
        ("stage", "custmer", ValueError, "did you mean 'customer'"),
        ("stage", 3, ValueError, "not a name"),
        ("trust", 1.0, ValueError, "trust: 1 is out of range"),
        ("complaint", 0.5, ValueError, "not a whole number"),
        ("media_use", {"radio": 0.5}, ValueError, "no channel 'radio'"),
        ("friends_owning", 3, AttributeError, "write their stage"),
        ("awarness", 0.5, AttributeError, "did you mean 'awareness'"),
        ("unique_id", 3, AttributeError, "unique_id"),
    ],
)
def test_what_cannot_be_written(lived: Market, name: str, value: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        setattr(lived.agents[0], name, value)
    if name != "unique_id":
        with pytest.raises(error, match=says):
            lived.agents.set(name, value)


def test_views_may_have_methods_of_their_own(lived: Market) -> None:
    class Curious(Consumer):
        def wonder(self) -> float:
            return 1.0 - self.awareness

        @property
        def doubt(self) -> float:
            return 1.0 - self.trust

    class Town(Market):
        consumer_type = Curious

    town = Town("launch", rng=5, consumers=100, days=2)
    assert town.agents.map("wonder") == [1.0 - value for value in town.agents.get("awareness")]
    assert town.agents.agg("doubt", max) == 1.0 - town.agents.agg("trust", min)
    assert len(town.agents_by_type[Curious]) == 100


def test_columns_of_a_users_own_mechanism_are_attributes() -> None:
    register(Mechanism("charm", "need", columns={"charm": Column("uint8", 0.2, 0, 1, "charm of a brand", per="brand")}))
    try:
        market = Market("launch", rng=5, consumers=100, days=2)
    finally:
        unregister("charm")
    assert market.agents[3].charm == 0.2
    market.agents.select(at_most=50).with_brand("Kilde").set("charm", 1.0)
    assert market.agents.with_brand("Kilde").agg("charm", sum) == pytest.approx(60.0)
    with pytest.raises(MechanismError, match="needs mechanism 'charm', which is not registered"):
        copy.deepcopy(market)


def test_views_are_not_kept(lived: Market) -> None:
    views = [weakref.ref(one) for one in lived.agents if one.trust > 0]
    views.pop()  # the last one is still the loop's own
    gc.collect()
    assert len(views) == 199
    assert not any(view() for view in views)
    assert len(lived._all_agents) == 0


def test_a_million_consumers_are_no_objects() -> None:
    size = 1_000_000
    real = Market("launch", rng=5, consumers=100, days=2).engine
    names = ("stage", "awareness", "evidence_for", "evidence_against", "segment")
    million = {name: np.zeros((*real.columns[name].shape[:-1], size), real.columns[name].dtype) for name in names}
    million["stage"][0, ::10] = 1
    engine = SimpleNamespace(**{**vars(real), "columns": million, "consumers": size})
    market: Any = SimpleNamespace(engine=engine, random=Random(1), consumer_type=Consumer)
    gc.collect()
    blocks = sys.getallocatedblocks()
    tracemalloc.start()
    agents = ConsumerSet(market)
    aware = agents.select(stage="aware")
    assert (len(agents), len(aware), aware.agg("trust", np.mean)) == (size, size // 10, 0.5)
    assert agents.select(awareness=lambda a: a > 0.5, at_most=10).count() == 0
    assert agents[size - 1].unique_id == size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6  # a few arrays; a million views would be 200 MB
    assert sys.getallocatedblocks() - blocks < 5_000
