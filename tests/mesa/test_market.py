"""Market as a Mesa model: its clock, collectors, batches, copies, and what happens when something goes wrong."""

from __future__ import annotations

import copy
import gc
import multiprocessing
import pickle
import weakref
from collections.abc import Callable, Iterator

import mesa
import numpy as np
import pytest
from mesa.experimental.scenarios import Scenario as MesaScenario

import sim
from sim.market import FIGURES, Market

SMALL = {"consumers": 300, "days": 12}


def make(**changes: object) -> Market:
    return Market("launch", **{"rng": 3, **SMALL, **changes})  # type: ignore[arg-type]


def same(one: Market, other: Market) -> bool:
    """Whether two markets are in the same state and have the same books, bit for bit."""
    columns = all(
        np.array_equal(array, other.engine.columns[name], equal_nan=array.dtype.kind == "f")
        for name, array in one.engine.columns.items()
    )
    records = [market.results().record for market in (one, other)]
    for record in records:
        record.seconds = {}
    return columns and one.day == other.day and records[0] == records[1]


@pytest.fixture
def start_method() -> Iterator[None]:
    """batch_run changes how processes start, for good; put it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


def test_a_step_is_a_day_and_the_last_day_ends_the_run() -> None:
    market = make(days=3)
    assert (market.day, market.steps, market.time, market.running) == (0, 0, 0.0, True)
    market.step()
    assert (market.day, market.steps, market.time, market.running) == (1, 1, 1.0, True)
    market.run_model()
    assert (market.day, market.steps, market.running) == (3, 3, False)
    state = market.engine.columns["awareness"].copy()
    with pytest.warns(UserWarning, match="ended after 3 days"):
        market.step()
    assert market.day == 3
    assert np.array_equal(state, market.engine.columns["awareness"])


def test_run_for_run_until_and_step_live_the_same_days() -> None:
    stepped, ran, until = make(), make(), make()
    for _ in range(7):
        stepped.step()
    ran.run_for(7)
    until.run_until(7)
    assert same(stepped, ran)
    assert same(stepped, until)
    with pytest.warns(UserWarning, match="ended after 12 days"):
        ran.run_for(100)
    assert (ran.day, ran.running) == (12, False)


def test_results_are_those_of_a_plain_run() -> None:
    market = make(panel=20)
    market.run_model()
    run = sim.run(sim.load("launch").with_(**SMALL), seed=3, panel=20)
    for table in ("daily", "market", "stages", "transitions", "touches", "spend", "panel", "cascades"):
        assert getattr(run, table).equals(getattr(market.run, table)), table
    assert market.results().seed == 3


def test_figures_are_those_of_the_books() -> None:
    market = make(days=8)
    assert market.sales == 0.0
    before = market.awareness
    market.run_model()
    last = market.run.daily.query("brand == 'Fjord' and day == 7").iloc[0]
    assert market.sales == last.purchases_first + last.purchases_repeat
    assert market.awareness == last.awareness > before
    assert market.trust == last.trust
    sold = sum(brand.sales for brand in market.brands.values())
    assert market.brands["Solvann"].share == pytest.approx(market.brands["Solvann"].sales / sold)
    owning = market.agents.with_brand("Solvann").count(stage=("customer", "loyal", "advocate"))
    assert market.brands["Solvann"].customers == owning * market.engine.people_per_consumer


def test_datacollector_collects_the_market_and_its_consumers_each_day() -> None:
    market = make(consumers=60)
    market.datacollector = mesa.DataCollector(
        model_reporters={"trust": "trust", "customers": lambda m: m.agents.count(stage="customer")},
        agent_reporters={"stage": "stage", "trust": "trust"},
        agenttype_reporters={market.consumer_type: {"awareness": "awareness"}},
    )
    market.run_for(4)
    days = market.datacollector.get_model_vars_dataframe()
    assert days["trust"].tolist() == market.run.daily.query("brand == 'Fjord'")["trust"].tolist()
    people = market.datacollector.get_agent_vars_dataframe()
    assert people.index.names == ["Step", "AgentID"]
    assert len(people) == 4 * 60
    assert people.loc[4.0]["stage"].tolist() == market.agents.get("stage")
    known = market.datacollector.get_agenttype_vars_dataframe(market.consumer_type)
    assert known.loc[4.0]["awareness"].tolist() == market.agents.get("awareness")


def test_the_usual_collector_has_a_row_a_day() -> None:
    market = make(days=5)
    market.run_model()
    days = market.datacollector.get_model_vars_dataframe()
    assert list(days.columns) == list(FIGURES)
    assert len(days) == 5


def test_batch_run_varies_parameters_and_seeds(start_method: None) -> None:
    rows = mesa.batch_run(
        Market,
        {"scenario": "launch", "consumers": 200, "days": 5, "word_of_mouth__persuasion": [0.5, 2.0],
         "plan__loyalty__reward": np.array([0.0, 1.0])},
        rng=[1, 2],
        display_progress=False,
    )  # fmt: skip
    assert len(rows) == 8
    assert {(row["word_of_mouth__persuasion"], row["plan__loyalty__reward"], row["rng"]) for row in rows} == {
        (persuasion, reward, seed) for persuasion in (0.5, 2.0) for reward in (0.0, 1.0) for seed in (1, 2)
    }
    row = rows[3]
    changes = {"consumers": 200, "days": 5, "word_of_mouth.persuasion": 2.0, "plan.loyalty.reward": 1.0}
    daily = sim.run(sim.load("launch").with_(changes), seed=1).daily.query("brand == 'Fjord'")
    assert (row["rng"], row["Step"], row["awareness"]) == (1, 5.0, daily["awareness"].iloc[-1])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda market: pickle.loads(pickle.dumps(market))])
@pytest.mark.parametrize("day", [0, 5])
def test_a_copy_goes_on_as_the_original_would(copied: Callable[[Market], Market], day: int) -> None:
    market = make(panel=30)
    for _ in range(day):
        market.step()
    other = copied(market)
    assert other.engine.cascades.tables["share_row"] is other.engine.tables["share_row"]
    assert not np.shares_memory(other.engine.columns["stage"], market.engine.columns["stage"])
    other.run_for(12 - day)
    assert market.day == day
    market.run_for(12 - day)
    assert same(market, other)
    assert other.datacollector.model_vars == market.datacollector.model_vars


def test_a_copy_keeps_its_threads_and_its_random_numbers() -> None:
    market = make(consumers=2_100, threads=2)
    market.run_for(2)
    other = copy.deepcopy(market)
    assert other.engine.threads == market.engine.threads == 2
    for one in (market, other):
        one.agents.sample(50).do("try_free")
        one.run_for(3)
    assert same(market, other)
    for one in (market, other):
        one.close()


def test_a_day_that_fails_ends_the_market(monkeypatch: pytest.MonkeyPatch) -> None:
    class Careless(Market):
        def step(self) -> None:
            if self.day == 2:
                raise KeyError("nobody")
            super().step()

    market = Careless("launch", rng=3, **SMALL)
    with pytest.raises(KeyError, match="nobody"):
        market.run_for(5)
    assert not market.running
    for go_on in (market.step, lambda: market.run_for(1), lambda: market.run_until(9)):
        with pytest.raises(RuntimeError, match=r"failed on day 2: KeyError: 'nobody'; build it again"):
            go_on()
    assert market.results().record.days == 2


def test_a_failing_intervention_does_not_end_the_market() -> None:
    market = make()

    def typo() -> None:
        raise NameError("oops")

    market.schedule_event(typo, at=2)
    with pytest.raises(NameError):
        market.run_for(5)
    market.run_for(3)
    assert market.day == 5


def test_closing_lets_go_and_refuses_more_days() -> None:
    market = make()
    market.step()
    market.close()
    with pytest.raises(RuntimeError, match="closed"):
        market.step()
    assert len(market.run.market) == 1
    engine = weakref.ref(market.engine)
    del market
    gc.collect()
    assert engine() is None


def test_ways_to_say_what_and_which_seed() -> None:
    market = Market(sim.load("minimal"), rng=4, **SMALL)
    assert (len(market.agents), market.days, market.engine.seed) == (300, 12, 4)
    assert market.scenario.title == "One brand, one channel"
    assert Market(consumers=100, days=2).engine.seed == sim.Scenario.make().seed
    assert Market("minimal", seed=4, **SMALL).engine.seed == 4
    assert Market(scenario=MesaScenario(rng=9, scenario="minimal", **SMALL)).engine.seed == 9
    again = Market(market.scenario)
    again.run_model()
    market.run_model()
    assert same(market, again)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rng": 1.5}, "rng: 1.5 is not allowed; give a whole number of 0 or more"),
        ({"rng": 1, "seed": 2}, "either rng or seed"),
        ({"word_of_moth__rate": 1.0}, "did you mean 'word_of_mouth'"),
        ({"word_of_mouth__rate": -1.0}, "word_of_mouth"),
    ],
)
def test_mistakes_are_told(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Market("minimal", **{**SMALL, **wrong})  # type: ignore[arg-type]


def test_a_modellers_own_agents_live_beside_the_consumers() -> None:
    class Regulator(mesa.Agent):
        """Forbids promotions."""

        def step(self) -> None:
            for brand in self.model.brands.values():
                brand.promotion = 0.0

    market = make()
    regulator = Regulator(market)
    assert regulator.unique_id == 301
    assert set(market.agent_types) == {market.consumer_type, Regulator}
    assert len(market.agents) == len(market.agents_by_type[market.consumer_type]) == 300
    market.agents_by_type[Regulator].do("step")
    assert market.focal.promotion == 0.0
