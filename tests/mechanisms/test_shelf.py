"""The shelf: shoppers come upon brands that they did not know."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import alone, build, quiet

from sim.mechanisms.shelf import beside

pytestmark = pytest.mark.usefixtures("warm")

STOCK = np.array([0.5, 0.0, 1.0, 0.5])


def test_the_eye_falls_on_brands_in_proportion_to_how_widely_they_are_sold():
    draws = (np.arange(100_000) + 0.5) / 100_000
    seen = np.array([beside(u, 0.4, STOCK) for u in draws])
    assert [np.mean(seen == b) for b in range(-1, 4)] == pytest.approx([0.6, 0.1, 0.0, 0.2, 0.1], abs=1e-4)


def test_nothing_is_seen_where_nothing_is_sold_or_nobody_looks():
    assert beside(0.0, 1.0, np.zeros(4)) == -1
    assert beside(0.0, 0.0, STOCK) == -1


def market(shopped, rival=1.0, category="repeat", **shelf):
    """Letters delivered on one day about A, which nobody knows, and B, which all know; `shopped`: who bought B yesterday."""
    scenario = quiet(days=1, consumers=4000, brand={"availability": 0.5}, market={"category": category},
                     mechanisms=alone("perception", journey={"pace": 0.0}, shelf=shelf))  # fmt: skip
    known = {"name": "B", "price": 1.0, "known": 1.0, "availability": rival}
    own = scenario.world.brands[0].model_dump(exclude_unset=True, by_alias=True) | {"focal": True}
    engine = build(scenario.with_({"world.brands": [own, known]}))
    engine.columns["stage"][0] = 0
    engine.columns["last_purchase"][:] = -30
    engine.columns["last_purchase"][: int(4000 * shopped)] = -1
    engine.touched()
    engine.step()
    shop = [kind.name for kind in engine.kinds].index("shop")
    return engine.tallies["delivered"][:, shop].sum(axis=1), engine


@pytest.mark.parametrize(("shopped", "rival"), [(1.0, 1.0), (0.5, 1.0), (1.0, 0.25), (0.0, 1.0)])
def test_yesterdays_shoppers_see_what_they_did_not_know(shopped, rival):
    (new, known), _ = market(shopped, rival, sight=0.6)
    chance, shoppers = 0.6 * 0.5 / (0.5 + rival), 4000 * shopped
    assert abs(new - shoppers * chance) <= 4 * np.sqrt(shoppers * chance * (1 - chance))
    assert known == 0, "who knows a brand learns nothing by seeing it"


def test_what_was_seen_teaches_the_name():
    (new, _), engine = market(1.0, sight=1.0, salience=0.3)
    aware = [one.name for one in engine.stages].index("aware")
    arrow = next(one for one in engine.arrows if one.by == "message")
    learned, chance = (engine.columns["stage"][0] == aware).sum(), 1 - np.exp(-arrow.rate * 0.3)
    assert abs(learned - new * chance) <= 4 * np.sqrt(new * chance * (1 - chance))


@pytest.mark.parametrize("category", ["one-off", "subscription"])
def test_only_a_repeat_purchase_is_made_before_a_shelf(category):
    assert market(1.0, category=category, sight=1.0)[0].tolist() == [0, 0]
