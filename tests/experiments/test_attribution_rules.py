"""Rules of attribution against cases worked out by hand, and identities that hold for any paths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.attribution.budget import LEAST, MOST, reallocate
from sim.experiments.attribution.games import (
    coalition_worths,
    conversion_chance,
    markov,
    removal_effects,
    shapley,
    shapley_values,
    transition_matrix,
)
from sim.experiments.attribution.paths import paths_of
from sim.experiments.attribution.rules import (
    credit,
    first_touch,
    last_touch,
    linear,
    path_rules,
    position_based,
    time_decay,
)

TV, SOCIAL, SEARCH = range(3)
NAMES = ("tv", "social", "search")


def by_hand(touches, orders, days=100, lookback=30):
    return paths_of(np.array(touches).reshape(-1, 3), np.array(orders).reshape(-1, 2), NAMES, days, lookback)


ONE = by_hand([(1, 7, TV), (4, 7, SOCIAL), (6, 7, TV), (8, 7, SEARCH)], [(8, 7)])
"""Consumer 7 sees tv, social, tv and search on days 1, 4, 6 and 8, and buys on day 8."""


def test_path_in_order_with_ages():
    assert ONE.channel.tolist() == [TV, SOCIAL, TV, SEARCH]
    assert ONE.age.tolist() == [7, 4, 2, 0]
    assert ONE.converted.tolist() == [True]
    assert ONE.untouched == 0


def test_a_purchase_ends_a_path_and_old_touches_make_one_that_did_not_convert():
    paths = by_hand(
        [(0, 1, TV), (50, 1, SOCIAL), (55, 1, TV), (60, 1, SEARCH)], [(55, 1), (90, 2), (99, 1)], lookback=20
    )
    parts = [paths.channel[a:b].tolist() for a, b in zip(paths.start, paths.start[1:])]
    # Day 0 is too long before day 55; search on day 60 is too long before day 99; consumer 2 met nothing.
    assert parts == [[TV], [SOCIAL, TV], [SEARCH]]
    assert paths.converted.tolist() == [False, True, False]
    assert paths.untouched == 2
    assert paths.purchases == 3


def test_touches_of_another_consumer_do_not_count():
    assert by_hand([(1, 1, TV)], [(2, 2)]).untouched == 1


def test_repeated_touches_of_one_day_are_one():
    assert by_hand([(1, 1, TV), (1, 1, TV)], [(2, 1)]).channel.tolist() == [TV]


def test_order_within_a_day_is_by_chance_but_reproducible():
    touches = [(1, consumer, channel) for consumer in range(200) for channel in range(3)]
    orders = [(2, consumer) for consumer in range(200)]
    last = credit(by_hand(touches, orders), last_touch)
    assert np.all(last > 30)
    assert np.array_equal(last, credit(by_hand(touches[::-1], orders), last_touch))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (first_touch, [1, 0, 0, 0]),
        (last_touch, [0, 0, 0, 1]),
        (linear, [0.25, 0.25, 0.25, 0.25]),
        (position_based, [0.4, 0.1, 0.1, 0.4]),
        (time_decay(2.0), np.array([2**-3.5, 0.25, 0.5, 1]) / (2**-3.5 + 1.75)),
    ],
)
def test_shares_by_hand(rule, expected):
    assert rule(ONE) == pytest.approx(expected)


def test_position_on_short_paths():
    two = by_hand([(1, 1, TV), (2, 1, SOCIAL), (1, 2, SEARCH)], [(3, 1), (3, 2)])
    assert position_based(two) == pytest.approx([0.5, 0.5, 1.0])


def test_a_lookback_or_a_half_life_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="lookback is -1"):
        by_hand([], [], lookback=-1)
    with pytest.raises(ValueError, match="half-life of 0"):
        time_decay(0)
    with pytest.raises(ValueError, match="0 to 3 of 3"):
        by_hand([(0, 0, 0), (0, 0, 3)], [])


LOGS = st.tuples(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.integers(0, 2)), max_size=60),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=15),
    st.integers(0, 45),
)


@given(LOGS)
def test_every_rule_gives_away_each_touched_purchase_once(log):
    touches, orders, lookback = log
    paths = by_hand(touches, orders, 41, lookback)
    assert paths.purchases == len(set(orders))
    assert paths.channel.size == len(set(touches))
    assert 0 <= paths.age.min(initial=0) <= paths.age.max(initial=0) <= lookback
    ways = {name: credit(paths, rule) for name, rule in path_rules().items()} | {"Shapley": shapley(paths)}
    if removal_effects(paths).any():
        ways["Markov"] = markov(paths)
    for name, given_away in ways.items():
        assert given_away.sum() == pytest.approx(paths.converted.sum()), name
        assert given_away.min() >= -1e-9, name
    if paths.converted.size:
        for name, rule in path_rules().items():
            assert np.add.reduceat(rule(paths), paths.start[:-1]) == pytest.approx(1.0), name


def test_markov_chain_by_hand():
    # Paths: tv > search > purchase; tv > nothing; search > purchase; tv > search > nothing.
    touches = [(1, 1, TV), (2, 1, SEARCH), (1, 2, TV), (1, 3, SEARCH), (1, 4, TV), (2, 4, SEARCH)]
    paths = by_hand(touches, [(3, 1), (3, 3)], days=10)
    matrix = transition_matrix(paths)
    start, bought, lost = 3, 4, 5
    assert matrix[start].tolist() == [0.75, 0, 0.25, 0, 0, 0]
    assert matrix[TV] == pytest.approx([0, 0, 2 / 3, 0, 0, 1 / 3])
    assert matrix[SEARCH] == pytest.approx([0, 0, 0, 0, 2 / 3, 1 / 3])
    assert matrix[SOCIAL, lost] == matrix[bought, bought] == 1
    assert conversion_chance(matrix) == pytest.approx((0.75 * 2 / 3 + 0.25) * 2 / 3)
    # Without tv only the quarter that begins at search is left; without search nobody buys.
    assert removal_effects(paths) == pytest.approx([1 - 0.25 / 0.75, 0, 1])
    assert markov(paths) == pytest.approx([2 * 0.4, 0, 2 * 0.6])


def test_markov_follows_loops_to_the_end():
    loop = by_hand([(1, 1, TV), (2, 1, TV), (3, 1, TV), (1, 2, TV)], [(4, 1)], days=10)
    assert conversion_chance(transition_matrix(loop)) == pytest.approx(0.5)


def test_shapley_values_of_the_glove_game():
    # Players 0 and 1 have a left glove each, player 2 the right one; a pair is worth 1.
    worth = [float(bool(s & 4) and bool(s & 3)) for s in range(8)]
    assert shapley_values(worth) == pytest.approx([1 / 6, 1 / 6, 4 / 6])


def test_shapley_refuses_what_is_no_game():
    with pytest.raises(ValueError, match=r"2\*\*n"):
        shapley_values([0.0, 1.0, 2.0])


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.floats(-10, 10), min_size=2**n, max_size=2**n)))
def test_shapley_values_share_out_the_worth_of_all(worth):
    assert shapley_values(worth).sum() == pytest.approx(worth[-1] - worth[0], abs=1e-6)


@given(st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_shapley_is_symmetric_and_gives_a_dummy_its_own_worth(worth):
    swap = {0b001: 0b010, 0b010: 0b001, 0b101: 0b110, 0b110: 0b101}
    alike = [(worth[s] + worth[swap.get(s, s)]) / 2 for s in range(8)]
    values = shapley_values(alike)
    assert values[0] == pytest.approx(values[1], abs=1e-6)
    dummy = [worth[s & 0b011] + 3.0 * (s >> 2) for s in range(8)]
    assert shapley_values(dummy)[2] == pytest.approx(3.0, abs=1e-6)


@given(LOGS)
def test_shapley_of_paths_halves_each_purchase_among_the_channels_met(log):
    paths = by_hand(*log[:2], 41, log[2])
    expected = np.zeros(3)
    for a, b, bought in zip(paths.start, paths.start[1:], paths.converted):
        met = set(paths.channel[a:b].tolist())
        for channel in met if bought else ():
            expected[channel] += 1 / len(met)
    assert shapley(paths) == pytest.approx(expected)
    assert coalition_worths(paths)[-1] == paths.converted.sum()


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.tuples(
            st.lists(st.floats(1, 1e6), min_size=n, max_size=n), st.lists(st.floats(-50, 1e4), min_size=n, max_size=n)
        )
    )
)
def test_a_recommended_budget_is_the_same_money_within_its_limits(case):
    spend, effect = map(np.array, case)
    factors = reallocate(spend, effect)
    assert (spend * factors).sum() == pytest.approx(spend.sum(), rel=1e-6)
    credited = effect > 0
    assert factors[credited].min(initial=1) >= LEAST - 1e-9
    assert factors[credited].max(initial=1) <= MOST + 1e-9


def test_budget_follows_effects_and_leaves_alone_what_was_not_measured():
    assert reallocate([100, 100, 70], [30, 10, np.nan]).tolist() == pytest.approx([1.5, 0.5, 1.0])
    assert reallocate([100, 300], [50, 150]).tolist() == pytest.approx([1.0, 1.0])
    assert reallocate([100, 300], [0, 0]).tolist() == [1.0, 1.0]
    assert reallocate([100, 300], [5, 0]) == pytest.approx([2.0, 2 / 3])
