"""Traits: drawn as the segments say, and alike among friends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim import run
from sim.engine import Engine
from sim.scenario import load

TRAITS = ("media_use", "trust_friends", "susceptibility", "interest", "price_sensitivity", "attention", "taste")


def _market(likeness: float) -> Engine:
    changes = {"world.market.consumers": 5_000, "world.peers.likeness": likeness, "world.peers.homophily": 0.0}
    return Engine(load("coffee").with_(changes), seed=3)


def _between_friends(engine: Engine, trait: str, stronger_than: float = 0.0) -> float:
    """Correlation of a trait (its first layer) over ties; segments are mixed freely here and differ in rates alone."""
    column = engine.columns[trait]
    values = (column if column.ndim == 1 else column[0]).astype(float)
    ties = engine.ties
    near = ties.strength > 255 * stronger_than
    one = np.repeat(np.arange(engine.consumers), ties.degree)[near]
    return float(np.corrcoef(values[one], values[ties.to[near]])[0, 1])


@pytest.mark.parametrize("trait", TRAITS)
def test_friends_are_alike_and_close_ones_more(trait: str) -> None:
    alike = _market(0.2)
    assert 0.15 < _between_friends(alike, trait) < 0.35
    assert _between_friends(alike, trait, 0.5) > _between_friends(alike, trait) + 0.03


@pytest.mark.parametrize("trait", TRAITS)
def test_without_likeness_friends_are_strangers(trait: str) -> None:
    assert abs(_between_friends(_market(0.0), trait)) < 0.03


@pytest.mark.parametrize("trait", TRAITS)
def test_likeness_moves_no_distribution(trait: str) -> None:
    without, alike = (np.sort(_market(one).columns[trait].ravel().astype(float)) for one in (0.0, 0.5))
    at = (np.array([0.1, 0.25, 0.5, 0.75, 0.9]) * len(without)).astype(int)
    assert alike[at] == pytest.approx(without[at], abs=0.12 * without.std() + 0.01 * abs(without).max())
    assert alike.std() == pytest.approx(without.std(), rel=0.06)


def test_who_knows_nobody_keeps_the_own_draw() -> None:
    without, alike = _market(0.0), _market(0.5)
    lonely = without.ties.degree == 0
    assert lonely.any()
    for trait in TRAITS:
        assert np.array_equal(without.columns[trait][..., lonely], alike.columns[trait][..., lonely])


def test_more_likeness_makes_friends_more_alike() -> None:
    close = [_between_friends(_market(likeness), "taste") for likeness in (0.05, 0.2, 0.5)]
    assert close == sorted(close)


def test_columns_lie_in_one_piece_of_memory_each_on_a_line_of_its_own():
    """Default, shape and dtype as declared; every column begins at a cache line; none lies in another; all in one array."""
    from sim.columns import Column, allocate

    declared = {
        "share": Column("uint8", 0.5, 0, 1, "a share", per="channel"),
        "day": Column("int16", -30_000, -30_000, 32_767, "a day", per="brand"),
        "sum": Column("float32", 0.25, 0, 1, "a number"),
    }
    found = allocate(declared, 13, 3, 2)
    assert {name: column.shape for name, column in found.items()} == {"share": (2, 13), "day": (3, 13), "sum": (13,)}
    assert [found["share"].min(), found["share"].max()] == [128, 128]
    assert (found["day"] == -30_000).all()
    assert (found["sum"] == np.float32(0.25)).all()
    assert [str(column.dtype) for column in found.values()] == ["uint8", "int16", "float32"]
    assert all(column.ctypes.data % 64 == 0 for column in found.values())
    ends = sorted((column.ctypes.data, column.ctypes.data + column.nbytes) for column in found.values())
    assert all(end <= begin for (_, end), (begin, _) in pairwise(ends))
    assert ends[-1][1] - ends[0][0] < 4 * 64 + sum(column.nbytes for column in found.values())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("end", [0, 1])
def test_the_ends_of_what_a_scenario_may_say_can_be_drawn_and_bought(end: int) -> None:
    """At the largest and smallest spreads and prices a run has no overflow and only finite numbers."""
    spreads = {"trait_concentration": (0.1, 1e6), "media_concentration": (0.1, 1e6), "rate_shape": (0.05, 1e6),
               "taste_spread": (0.0, 5.0)}  # fmt: skip
    changes = {f"world.population.{name}": ends[end] for name, ends in spreads.items()}
    prices = {"world.brands.0.price": (1e-6, 1e9)[end], "plan.prices": [{"from": 3, "price": (1e9, 1e-6)[end]}]}
    scenario = load("launch").with_({**changes, **prices, "plan.flights.0.weekly": 1e15}, consumers=100, days=10)
    daily = run(scenario).daily.select_dtypes("number").to_numpy()
    assert np.isfinite(daily).all()
