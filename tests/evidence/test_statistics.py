"""Statistics of the evidence against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.contagion import hazards, summed
from sim.evidence.facts.diffusion import peaks
from sim.evidence.statistics import gini, jackknife, mantel_haenszel
from sim.peers import Ties


def test_mantel_haenszel_of_one_stratum_is_the_plain_ratio() -> None:
    above, below = mantel_haenszel(np.array([[5, 12]]), np.array([[50, 40]]))
    assert above / below == pytest.approx((12 / 40) / (5 / 50))


def test_mantel_haenszel_is_not_fooled_by_strata() -> None:
    # In each of two periods exposure doubles the risk; the crude ratio, (8 + 12) / 120 over (10 + 2) / 120, is 1.67.
    events = np.array([[10, 8], [2, 12]])
    persons = np.array([[100, 40], [20, 60]])
    assert events[:, 1] / persons[:, 1] == pytest.approx(2 * events[:, 0] / persons[:, 0])
    above, below = mantel_haenszel(events, persons)
    # 8 * 100 / 140 + 12 * 20 / 80 over 10 * 40 / 140 + 2 * 60 / 80
    assert above == pytest.approx(8.7142857)
    assert below == pytest.approx(4.3571429)


def test_strata_without_one_side_say_nothing() -> None:
    some = mantel_haenszel(np.array([[5, 12]]), np.array([[50, 40]]))
    assert mantel_haenszel(np.array([[5, 12], [3, 0], [0, 0]]), np.array([[50, 40], [10, 0], [0, 0]])) == some


def test_gini_of_equals_is_0_and_of_one_owner_nearly_1() -> None:
    assert gini(np.full(7, 3.0)) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 0, 1])) == pytest.approx(0.8)
    assert gini(np.array([1, 2, 3])) == pytest.approx(2 / 9)
    assert gini(np.zeros(4)) == 0


def test_jackknife_of_a_ratio_is_that_of_sums() -> None:
    above, below = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 4.0])
    found = jackknife(lambda a, b: float(a / b), above, below)
    # Without each seed in turn: 5/6, 4/6, 3/4; the whole is 6/8.
    assert found == pytest.approx([3 * 0.75 - 2 * 5 / 6, 3 * 0.75 - 2 * 4 / 6, 3 * 0.75 - 2 * 3 / 4])


@pytest.mark.parametrize(("series", "count"), [([1, 2, 3], 0), ([1, 3, 2], 1), ([1, 3, 3, 2, 2, 4, 1], 2), ([2, 2], 0)])
def test_peaks_are_inside(series: list[int], count: int) -> None:
    assert peaks(np.array(series)) == count


def _pair() -> Ties:
    """Consumers 0 and 1 know each other well, 1 and 2 hardly, 3 nobody; 0 and 1 live in another place than 2 and 3."""
    return Ties(
        start=np.array([0, 1, 3, 4, 4]),
        to=np.array([1, 0, 2, 1], np.int32),
        strength=np.array([200, 200, 90, 90], np.uint8),
        community=np.array([0, 0, 1, 1], np.int32),
    )


def test_hazards_count_strong_contacts_who_adopted_in_earlier_periods() -> None:
    found = hazards(np.array([10, 40, 70, -1]), _pair(), days=90)
    # Period 0: four at risk, one adopts; then 1 knows an adopter and adopts; in period 2 nobody at risk knows one well.
    assert found.persons.tolist() == [[4, 0, 0, 0], [2, 1, 0, 0], [2, 0, 0, 0]]
    assert found.events.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert found.contacts[:2].tolist() == [0, 1]
    assert found.ratio(1) == (pytest.approx(1 * 2 / 3), 0)


def test_hazards_of_the_same_period_do_not_count_as_contacts() -> None:
    found = hazards(np.array([10, 12, -1, -1]), _pair(), days=60)
    assert found.persons[:, 1:].sum() == 0


def test_hazards_by_community_split_periods() -> None:
    whole, split = (hazards(np.array([10, 40, 70, -1]), _pair(), 90, by) for by in (False, True))
    assert split.persons.shape == (6, 4)
    assert np.array_equal(split.persons.reshape(3, 2, 4).sum(axis=1), whole.persons)


def test_summed_ratios_add_sides() -> None:
    assert summed([(1.0, 2.0), (3.0, 2.0)]) == 1.0
    assert np.isnan(summed([(1.0, 0.0)]))
