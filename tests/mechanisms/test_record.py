"""The books: means are those of the columns, and counts kept by moves are those of a fresh count."""

from __future__ import annotations

import numpy as np
import pytest
from make_market import build, busy

from sim.mechanisms.perception import trust_of

pytestmark = pytest.mark.usefixtures("warm")


def test_means_are_those_of_the_columns():
    engine = build(busy(), group=200)
    for _ in range(15):
        engine.step()
    columns, values = engine.columns, engine.parameters["perception"]
    trust = trust_of.py_func(
        columns["evidence_for"], columns["evidence_against"], values["prior_for"], values["prior_against"]
    )
    owns = engine.owned_stages[columns["stage"]]
    assert engine.series["awareness"][14] == pytest.approx(columns["awareness"].mean(axis=1), abs=2e-6)
    assert engine.series["trust"][14] == pytest.approx(trust.mean(axis=1), abs=2e-6)
    assert engine.market_series["motivation"][14] == pytest.approx(columns["motivation"].mean(), abs=2e-6)
    for name in ("satisfaction", "habit"):
        means = [columns[name][b, owns[b]].mean() for b in range(3)]
        assert engine.series[name][14] == pytest.approx(means, abs=2e-6)


def test_counts_kept_by_moves_are_those_of_a_fresh_count():
    engine = build(busy(), group=200)
    for _ in range(20):
        engine.step()
    kept = {name: engine.tables[name].copy() for name in ("people", "audience_use", "audience_interest")}
    friends = engine.columns["friends_owning"].copy()
    engine.recount()
    for name, table in kept.items():
        assert np.array_equal(table, engine.tables[name]), name
    assert np.array_equal(friends, engine.columns["friends_owning"])
