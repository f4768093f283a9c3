"""The claims' presets: what changes nothing has exactly no effect, the same comes out twice, and money stays the same."""

import numpy as np
import pytest

from sim.evidence import claims
from sim.evidence.lab import Lab
from sim.scenario import load


@pytest.fixture(scope="module")
def lab():
    """Tiny markets: presets are tried for their form, not their figures."""
    return Lab(consumers=400, seeds=(1, 2), quick=True)


@pytest.mark.parametrize(
    "run",
    [
        lambda lab: claims.coherence(lab, factors=(1.0,)),
        lambda lab: claims.retention(lab, shares=(0.0,)),
        lambda lab: claims.social(lab, shares=(0.0,)),
    ],
)
def test_changing_nothing_has_exactly_no_effect(lab, run):
    result = run(lab)
    assert result.rows
    for row in result.rows:
        assert row.effect == 0.0
        assert row.interval == (0.0, 0.0)
        assert not row.reached
    assert "nowhere in this grid" in result.sentence


def test_the_same_comes_out_twice(lab):
    again = Lab(consumers=400, seeds=(1, 2), quick=True)
    assert claims.social(lab, (0.5,)).rows == claims.social(again, (0.5,)).rows


@pytest.mark.parametrize("market", claims.MARKETS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_moving_money_into_social_keeps_the_total(market, share):
    scenario = load(market)
    flights = claims.with_social(scenario, share)
    for key in ("weekly", "total"):
        before = sum(one.get(key) or 0.0 for one in claims.flights_of(scenario))
        assert sum(one.get(key) or 0.0 for one in flights) == pytest.approx(before)
    social = sum(one["weekly"] for one in flights if one["channel"] == "paid_social")
    already = sum(one["weekly"] for one in claims.flights_of(scenario) if one["channel"] == "paid_social")
    rest = sum(one["weekly"] for one in claims.flights_of(scenario)) - already
    assert social == pytest.approx(already + share * rest)


def test_every_claim_has_a_figure_a_source_and_a_translation():
    ids = [one.id for one in claims.every()]
    assert ids == ["Z03", "Z04", "Z05", "Z06", "Z07"]
    for one in claims.every():
        assert 0 < one.figure < 1
        assert "article" in one.source
        assert one.statement
        assert one.how


def test_a_row_is_reached_only_if_the_promise_is_compatible_with_it():
    from sim.evidence.experiment import Measure

    below = claims._row("below", Measure("x", np.array([0.1, 0.11, 0.09])), 0.32)
    above = claims._row("above", Measure("x", np.array([0.4, 0.5, 0.6])), 0.32)
    assert (below.reached, above.reached) == (False, True)
