"""Searches read from hand-made logs: when they begin, pause, end, and what they gather."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.evidence.episodes import searches
from sim.stages import CONSIDERS, INTENDS, KNOWS, OWNS

UNAWARE, AWARE, CONSIDERING, INTENDING, CUSTOMER = range(5)
ROLES = np.array([0, KNOWS, KNOWS | CONSIDERS, KNOWS | CONSIDERS | INTENDS, KNOWS | OWNS])
SITE, SHOP, FILM = range(3)


def life_of(moves, orders, end, touches=(), days=100, consumers=2):
    """A market of two brands with these logs; end: stages on the last evening, (brands, consumers)."""
    kinds = [
        SimpleNamespace(name="website", pushed=False),
        SimpleNamespace(name="shop", pushed=False),
        SimpleNamespace(name="television", pushed=True),
    ]
    log = np.array(touches or np.empty((0, 6)), int).reshape(-1, 6)
    engine = SimpleNamespace(
        stage_role=ROLES,
        consumers=consumers,
        calendar=SimpleNamespace(days=days),
        columns={"stage": np.array(end)},
        kinds=kinds,
        watched=np.array([1, 0]),
    )
    panel = {"touches": dict(zip(("day", "consumer", "brand", "kind", "count", "noticed"), log.T, strict=True))}
    return SimpleNamespace(
        engine=engine,
        record=SimpleNamespace(panel=panel),
        moves=np.array(moves, int).reshape(-1, 6),
        orders=np.array(orders, int).reshape(-1, 5),
    )


def test_a_search_lasts_from_the_first_brand_weighed_to_the_purchase():
    moves = [
        (10, 0, 0, AWARE, CONSIDERING, -1),
        (20, 0, 1, AWARE, CONSIDERING, -1),
        (30, 0, 0, CONSIDERING, INTENDING, -1),
        (31, 0, 0, INTENDING, CONSIDERING, -1),
        (40, 0, 1, CONSIDERING, INTENDING, -1),
        (40, 0, 1, INTENDING, CUSTOMER, -1),
    ]
    touches = [(9, 0, 0, FILM, 1, 1), (12, 0, 0, SHOP, 1, 1), (13, 0, 0, SITE, 1, 1), (14, 0, 0, FILM, 1, 0)]
    one = searches(life_of(moves, [(40, 0, 1, 1, -1)], [[CONSIDERING, AWARE], [CUSTOMER, AWARE]], touches))
    assert (one.days[0], one.searched[0], one.initial[0], one.added[0], one.back[0]) == (30, True, 1, 1, 1)
    assert (one.kinds[0], one.digital[0], one.considered[0]) == (2, 0, 2)


@pytest.mark.parametrize(("pause", "days"), [(19, 20), (20, 50)])
def test_a_long_pause_begins_another_search(pause, days):
    moves = [
        (10, 0, 0, AWARE, CONSIDERING, -1),
        (20, 0, 0, CONSIDERING, AWARE, -1),
        (40, 0, 0, AWARE, CONSIDERING, -1),
        (60, 0, 0, CONSIDERING, CUSTOMER, -1),
    ]
    life = life_of(moves, [(60, 0, 0, 1, -1)], [[CUSTOMER, AWARE], [AWARE, AWARE]])
    assert searches(life, pause).days[0] == days


def test_habit_and_impulse_take_no_search():
    moves = [(5, 0, 1, AWARE, CONSIDERING, -1), (50, 1, 0, AWARE, CUSTOMER, -1)]
    orders = [(20, 0, 0, 0, -1), (50, 1, 0, 1, -1)]
    found = searches(life_of(moves, orders, [[CUSTOMER, CUSTOMER], [CONSIDERING, AWARE]]))
    assert found.searched.tolist() == [False, False]
    assert found.days.tolist() == [0, 0]
    assert found.considered.tolist() == [2, 1]
    assert np.isnan(found.kinds[1])  # not in the panel


def test_those_who_weighed_a_brand_on_the_first_morning_search_from_then():
    moves = [(8, 0, 0, CONSIDERING, CUSTOMER, -1)]
    found = searches(life_of(moves, [(8, 0, 0, 1, -1)], [[CUSTOMER, AWARE], [AWARE, AWARE]]))
    assert (found.days[0], found.initial[0], found.added[0]) == (8, 1, 0)
    assert len(found.since(9).row) == 0
