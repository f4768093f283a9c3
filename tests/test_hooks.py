"""Hooks of dawn and dusk: plain functions and kernels, in the mechanisms' order, wired to what holds that morning."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from make_market import build, busy

from sim import kernel
from sim.kernels import dot_of_five
from sim.mechanism import Mechanism, MechanismError, is_wired, register, unregister

pytestmark = pytest.mark.usefixtures("warm")


@pytest.fixture
def added():
    """Registers mechanisms for one test."""
    names = []

    def add(**given):
        names.append(given["name"])
        register(Mechanism(doc="A test.", **given))

    yield add
    for name in names:
        unregister(name)


def test_hooks_of_the_shipped_mechanisms_are_met_once_each_in_their_order():
    for fused in (True, False):
        engine = build(busy(), fused=fused)
        for time in ("dawn", "dusk"):
            met = [one.name for hook in engine.hooks[time] for _, one, _ in hook.calls]
            assert met == [one.name for one in engine.mechanisms.values() if getattr(one, time)]
        together = [len(hook.calls) for hook in engine.hooks["dawn"]]
        assert (max(together) > 1) == fused


@kernel
def note_score(day, key, score_today, seen_score):
    seen_score[1] = score_today[0]


@pytest.mark.parametrize("fused", [True, False])
def test_a_function_and_a_kernel_after_another_hook_find_what_it_did_this_morning(added, fused):
    def look(engine):
        engine.tables["seen_score"][0] = engine.tables["score_today"][0]

    tables = {"seen_score": "what was seen of the score: by the function, by the kernel"}
    added(name="looking", phase="live", after=("reviews",), dawn=look, setup=lambda _: {"seen_score": np.zeros(2)},
          tables=tables)  # fmt: skip
    added(name="noting", phase="live", after=("looking",), dawn=note_score)
    engine = build(busy(), fused=fused)
    for _ in range(6):
        engine.step()
        assert engine.tables["seen_score"].tolist() == [engine.tables["score_today"][0]] * 2
    assert engine.tables["score_today"][0] > 0


@kernel
def note_sales(day, key, purchases_first, purchases_repeat, daily_revenue, people_per_consumer, noted, share):
    for b in range(noted.shape[1]):
        noted[day, b] = share * (purchases_first[b] + purchases_repeat[b]) * people_per_consumer


@pytest.mark.parametrize("group", [100, 1000])
def test_a_kernel_at_dusk_sees_the_whole_markets_tallies_and_its_own_parameter(added, group):
    from sim.params import Param

    added(
        name="noting", phase="forget", dusk=note_sales, tables={"noted": "sales noted, (days, brands)"},
        params={"share": Param(0.5, 0, 1, "share", "how much of them")},
        setup=lambda engine: {"noted": np.zeros((engine.calendar.days, len(engine.brands)))},
    )  # fmt: skip
    engine = build(busy(), group=group)
    for day in range(8):
        engine.step()
        bought = engine.tallies["purchases_first"] + engine.tallies["purchases_repeat"]
        assert np.array_equal(engine.tables["noted"][day], 0.5 * bought * engine.people_per_consumer)
    assert engine.tables["noted"].sum() > 0


@pytest.mark.parametrize("fused", [True, False])
def test_a_parameter_that_an_event_changes_is_the_new_one_in_a_kernel_of_the_same_morning(fused):
    changed = [{"kind": "set", "on": 3, "days": 2, "set": {"loyalty.pull": 9.0}}]
    engine = build(busy(paths={"world.events": changed}), fused=fused)
    usual, bonus = engine.parameters["loyalty"]["pull"], []
    for _ in range(7):
        engine.step()
        bonus.append(float(engine.tables["member_bonus"][0]))
    strength = float(engine.tables["reward_strength"][0])
    assert bonus == [one * strength for one in (usual, usual, usual, 9.0, 9.0, usual, usual)]


@kernel
def misspelt(day, key, score_todya):
    score_todya[0] = 1.0


def test_a_hook_that_names_what_nobody_declares_is_refused_when_the_market_is_built(added):
    assert is_wired(misspelt)
    added(name="astray", phase="live", dusk=misspelt)
    with pytest.raises(MechanismError, match=r"'astray', kernel 'misspelt'.*'score_todya'.*'score_today'"):
        build(busy())


def test_the_sum_of_five_products_rounds_once_where_it_says_so():
    draws = np.random.default_rng(5)
    for _ in range(200):
        values, weights = draws.random(5) * 900.0, draws.random(5) - 0.5
        x, y = [Fraction(one) for one in values], [Fraction(one) for one in weights]
        running = Fraction(float(x[0] * y[0]))
        for one, other in zip(x[1:], y[1:]):
            running = Fraction(float(one * other + running))
        assert dot_of_five(values, weights, 1) == float(running)
        even, odd = (float(x[n] * y[n]) for n in (0, 1))
        even, odd = even + float(x[2] * y[2]), odd + float(x[3] * y[3])
        assert dot_of_five(values, weights, 3) == float(x[4] * y[4] + Fraction(even + odd))
