"""Competition: rivals match prices with a delay, and answer lost share with advertising."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import build, quiet

pytestmark = pytest.mark.usefixtures("warm")


def rivals(reaction, days=10, plan=None, flights=(), **parameters):
    brands = [{"name": "Ny", "price": 10.0}, {"name": "Stor", "price": 20.0, "reaction": reaction}]
    return build(quiet(days=days, consumers=100, brands=brands, plan=plan or {}, flights=flights,
                       mechanisms={"competition": parameters}))  # fmt: skip


@pytest.mark.parametrize(("strength", "delay"), [(0.5, 3), (1.0, 1), (0.0, 2)])
def test_a_rival_matches_its_share_of_a_price_change_after_its_delay(strength, delay):
    plan = {"prices": [{"from": 4, "price": 8.0}], "promotions": [{"from": 6, "to": 6, "cut": 0.5}]}
    engine = rivals({"to": "price", "strength": strength, "delay": delay}, plan=plan)
    seen = []
    for _ in range(10):
        engine.step()
        seen.append(float(engine.tables["price_today"][1]))
    relative = [1.0] * 4 + [0.8, 0.8, 0.4, 0.8, 0.8, 0.8]
    late = [1.0] * delay + relative[: 10 - delay]
    assert seen == pytest.approx([20.0 * (1 + strength * (one - 1)) for one in late])


def test_a_rival_that_watches_nothing_keeps_its_price():
    engine = rivals({"to": "none"}, plan={"prices": [{"from": 1, "price": 5.0}]})
    for _ in range(5):
        engine.step()
        assert engine.tables["price_today"][1] == 20.0


@pytest.mark.parametrize(
    ("lost", "zeal", "factor"), [(0.1, 5.0, 1.25), (0.1, 100.0, 3.0), (-0.1, 5.0, 1.0), (0.1, 0.0, 1.0)]
)
def test_a_rival_that_loses_share_advertises_more(lost, zeal, factor):
    """1 + strength zeal lost, at most `limit`; share of the first four weeks against that of the last four."""
    flights = [{"brand": "Stor", "channel": "television", "weekly": 70.0}]
    engine = rivals({"to": "share", "strength": 0.5, "delay": 1}, 90, None, flights, zeal=zeal, limit=3.0)
    while engine.day < 70:
        engine.step()
    now = 0.5 - lost
    engine.tables["_bought"][:28] = [50, 50]
    engine.tables["_bought"][28:] = [100 * (1 - now), 100 * now]
    engine.step()
    assert engine.spend_factor == pytest.approx([1.0, factor])
    spent = engine.series["spend_media"][70, 1] + engine.series["unspent"][70, 1]
    assert spent == pytest.approx(10.0 * factor)
    assert np.isclose(engine.spend_factor[0], 1.0)
