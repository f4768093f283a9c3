"""What is done to a market from outside: trials, purchases, stages and prices, and the books that must still add up."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.market import Market

SOMEBODY = ("unaware", "aware", "considering")
DOCUMENT = Path(__file__).parents[2] / "docs" / "mesa.md"


class Campaign(Market):
    """Gives a free trial to 40 consumers on day 5."""

    def step(self) -> None:
        if self.day == 5:
            self.agents.select(stage=SOMEBODY).sample(40).do("try_free")
        super().step()


def make(kind: type[Market] = Market, **more: object) -> Market:
    return kind("launch", **{"rng": 3, "consumers": 400, "days": 12, "panel": 400, **more})  # type: ignore[arg-type]


def check_books(market: Market) -> None:
    """Stages, moves, causes, the panel, friends' counts and audiences tell one story."""
    run, engine = market.results(), market.engine
    record = run.record
    arrived = record.transitions.sum(axis=2) - record.transitions.sum(axis=3)
    assert np.array_equal(np.diff(record.people.sum(axis=2), axis=0), arrived)
    assert np.array_equal(record.causes.sum(axis=3), record.transitions.sum(axis=0))
    for row in range(engine.consumers):
        assert run.replay(row) == [record.stages[at] for at in engine.columns["stage"][:, row]]
    kept = {name: engine.tables[name].copy() for name in ("people", "audience_use", "audience_interest")}
    friends = engine.columns["friends_owning"].copy()
    engine.recount()
    assert np.array_equal(friends, engine.columns["friends_owning"])
    assert all(np.array_equal(array, engine.tables[name]) for name, array in kept.items())


def test_a_trial_makes_a_customer_who_has_used_the_brand_and_no_sale() -> None:
    market, nothing = make(), make()
    for one in (market, nothing):
        one.run_for(3)
    someone = market.agents.select(stage="unaware")[0]
    before = market.customers
    someone.try_free()
    assert (someone.stage, someone.last_bought, someone.last_purchase) == ("customer", 3, 3)
    assert market.customers == before + market.engine.people_per_consumer
    for one in (market, nothing):
        one.step()
    assert market.sales == nothing.sales
    assert someone.satisfaction != 0.5
    assert someone.awareness > 0.0
    moves = market.run.transitions.query("day == 3 and brand == 'Fjord' and `from` == 'unaware' and to == 'customer'")
    assert moves["people"].sum() == market.engine.people_per_consumer
    check_books(market)


def test_a_purchase_from_outside_is_a_sale() -> None:
    market, nothing = make(), make()
    market.agents[7].buy("Kilde")
    for one in (market, nothing):
        one.step()
    more = market.brands["Kilde"].sales - nothing.brands["Kilde"].sales
    assert more == pytest.approx(market.engine.people_per_consumer)
    with pytest.raises(ValueError, match="one unit a day is the most"):
        market.agents[7].buy("Kilde") or market.agents[7].try_free()


def test_loop_subclass_and_event_do_the_same() -> None:
    looped, campaign, event = make(), make(Campaign), make()
    for _ in range(10):
        if looped.day == 5:
            looped.agents.select(stage=SOMEBODY).sample(40).do("try_free")
        looped.step()

    def give() -> None:
        event.agents.select(stage=SOMEBODY).sample(40).do("try_free")

    event.schedule_event(give, at=5)
    for market in (campaign, event):
        market.run_for(10)
        assert market.run.daily.equals(looped.run.daily)
        assert market.run.panel.equals(looped.run.panel)
    without = make()
    without.run_for(10)
    assert looped.awareness > without.awareness
    check_books(looped)


def test_many_changes_on_several_days_keep_the_books() -> None:
    market = make(threads=2, word_of_mouth__rate=3.0)
    market.agents.sample(50).do("try_free")
    market.agents.sample(60).set("stage", "considering")
    for day in range(4):
        market.step()
        market.agents[day].stage = "rejecting"
        market.agents[day].with_brand("Kilde").stage = "loyal"
        market.agents.select(stage="customer").set("satisfaction", 0.1 * day)
        market.agents.sample(5).do("buy", "Prisbrus")
    market.run_for(3)
    check_books(market)
    market.close()


def test_everybody_can_be_given_something() -> None:
    market = make()
    market.agents.do("try_free", "Kilde")
    assert market.brands["Kilde"].customers == market.engine.scenario.world.market.people
    market.step()
    assert (market.agents.with_brand("Kilde").array("satisfaction") != 0.5).all()
    market.run_for(3)
    check_books(market)


def test_prices_and_promotions_from_outside_reach_the_market() -> None:
    market = make()
    market.run_for(2)
    market.focal.price, market.focal.promotion = 1.80, 0.5
    market.run_for(2)
    price = market.run.daily.query("brand == 'Fjord'")["price"].round(2).tolist()
    assert price == [2.80, 2.80, 0.90, 1.80]
    with pytest.raises(ValueError, match="price of 'Fjord': -1 is out of range"):
        market.focal.price = -1


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL))
def test_the_examples_in_the_document_run(block: str) -> None:
    exec(compile(block, str(DOCUMENT), "exec"), {"__name__": "example"})


def test_a_brand_that_is_not_there_is_told_with_the_nearest() -> None:
    brands = make().brands
    with pytest.raises(KeyError, match=r"there is no brand 'Fjrd'; did you mean 'Fjord'\?"):
        brands["Fjrd"]
    assert "Fjrd" not in brands
    assert brands.get("Fjrd") is None
