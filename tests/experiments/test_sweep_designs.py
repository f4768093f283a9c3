"""Designs keep to their ranges and are the same every time; hashes are stable and do not depend on order."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_study import small

from sim.experiments.sweep.designs import how_many, lay
from sim.experiments.sweep.factors import Factor
from sim.experiments.sweep.models import DesignTable
from sim.experiments.sweep.store import packed, run_hash, unpacked
from sim.scenario import ScenarioError

finite = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
ranges = st.tuples(finite, finite).filter(lambda pair: pair[0] < pair[1]).map(lambda p: Factor("a", "x", *p))
logs = (
    st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda p: Factor("a", "x", *p, log=True))
)
wholes = st.tuples(st.integers(1, 500), st.integers(1, 500), st.booleans()).map(
    lambda p: Factor("a", "x", min(p[:2]), max(p[:2]) + 1, log=p[2], whole=True)
)
levels = st.lists(st.one_of(finite, st.text(max_size=5)), min_size=1, max_size=6, unique_by=repr).map(
    lambda found: Factor("a", "x", levels=tuple(found))
)
factors = st.one_of(ranges, logs, wholes, levels)
designs = st.one_of(
    st.builds(lambda n: DesignTable(kind="latin_hypercube", points=n), st.integers(1, 30)),
    st.builds(lambda n: DesignTable(kind="sobol", points=2**n), st.integers(0, 5)),
    st.builds(lambda n, s: DesignTable(kind="saltelli", base=2**n, second_order=s), st.integers(2, 3), st.booleans()),
    st.builds(lambda n: DesignTable(kind="morris", trajectories=n), st.integers(2, 5)),
    st.just(DesignTable(kind="grid")),
)


@settings(max_examples=60, deadline=None)
@given(designs, st.lists(factors, min_size=2, max_size=3))
def test_every_design_keeps_to_the_factors_and_is_the_same_every_time(design, several):
    named = [Factor(f"f{n}", *list(vars(one).values())[1:]) for n, one in enumerate(several)]
    points = lay(design, named)
    assert len(points) == how_many(design, named)
    assert points.values == lay(design, named).values
    for number, factor in enumerate(named):
        column = [one[number] for one in points.values]
        if factor.levels:
            assert set(map(repr, column)) <= set(map(repr, factor.levels))
        else:
            assert all(factor.low <= value <= factor.high for value in column)
            assert not factor.whole or all(type(value) is int for value in column)


@given(factors, st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_the_ends_of_a_factor_are_reached(factor, places):
    first, last = factor.at(np.array([0.0, 1.0]))
    assert (first, last) == (factor.levels[0], factor.levels[-1]) if factor.levels else (factor.low, factor.high)
    assert len(factor.at(np.array(places))) == len(places)


def test_a_latin_hypercube_has_one_point_in_each_slice():
    points = lay(DesignTable(kind="latin_hypercube", points=10, seed=3), [Factor("a", "x"), Factor("b", "y", 0, 5)])
    for number in range(2):
        assert sorted((points.unit[:, number] * 10).astype(int)) == list(range(10))


def test_a_grid_has_every_combination_and_a_log_range_even_ratios():
    points = lay(
        DesignTable(kind="grid"), [Factor("a", "x", 1.0, 100.0, log=True, steps=3), Factor("b", "y", levels=("u", "v"))]
    )
    assert points.values == [(1.0, "u"), (1.0, "v"), (10.0, "u"), (10.0, "v"), (100.0, "u"), (100.0, "v")]


def test_whole_numbers_are_met_equally_often():
    unit = (np.arange(4000) + 0.5) / 4000
    values = Factor("a", "x", 1, 4, whole=True).at(unit)
    assert [values.count(n) for n in (1, 2, 3, 4)] == [1000] * 4


def test_a_design_of_too_many_points_is_refused():
    with pytest.raises(ScenarioError, match="allowed are"):
        lay(DesignTable(kind="grid"), [Factor(f"f{n}", f"x{n}", steps=500) for n in range(4)])


parameters = st.dictionaries(
    st.text(min_size=1, max_size=8), st.one_of(finite, st.text(max_size=5), st.booleans(), st.integers()), min_size=1
)


@given(parameters, st.integers(0, 2**40), st.randoms())
def test_a_hash_does_not_depend_on_order_and_notices_everything(params, seed, random):
    shuffled = list(params.items())
    random.shuffle(shuffled)
    mark = run_hash("s", "m", params, seed)
    assert mark == run_hash("s", "m", dict(shuffled), seed) == run_hash("s", "m", json.loads(json.dumps(params)), seed)
    assert (
        len(
            {
                mark,
                run_hash("s", "m", params, seed + 1),
                run_hash("t", "m", params, seed),
                run_hash("s", "n", params, seed),
            }
        )
        == 4
    )
    assert run_hash("s", "m", {**params, next(iter(params)): "something else"}, seed) != mark


def test_a_hash_is_the_same_on_every_machine():
    assert run_hash("scenario", "model", {"talk": 0.1, "money": 5000}, 7) == run_hash(
        "scenario", "model", {"money": 5000, "talk": 0.1}, 7
    )
    assert run_hash("scenario", "model", {"talk": 0.1}, 7) == "aadcf56bcb8a4f702c4b45a4e846622b"


@given(st.integers(0, 40), st.integers(1, 4), st.integers(0, 99))
def test_packed_series_come_back(days, columns, seed):
    values = np.random.Generator(np.random.PCG64(seed)).random((days, columns)).astype(np.float32)
    np.testing.assert_array_equal(unpacked(packed(values), columns), values)


def test_a_study_names_its_runs_by_what_they_are():
    one, other = small(), small(outputs=["share"])
    assert one.identity["points"] == other.identity["points"]
    assert one.identity != other.identity
    assert small(seeds=3).identity["seeds"] == [1, 2, 3]
