"""The Bass curve: fits to recorded series give the published numbers, and a curve is found again."""

from __future__ import annotations

import numpy as np
import pytest

from sim import studies
from sim.bass import Bass, fit_bass, fit_bass_levels, fit_bass_sales
from sim.evidence.series import adoption
from sim.studies import r_squared


@pytest.mark.parametrize(
    ("name", "p", "q", "r2", "peak"),
    [
        ("color_televisions", 0.0185, 0.616, 0.97, 5.5),
        ("clothes_dryers", 0.0136, 0.327, 0.92, 9.3),
        ("room_air_conditioners", 0.0094, 0.375, 0.93, 9.6),
    ],
)
def test_bass_curve_of_the_durables_is_the_published_one(name: str, p: float, q: float, r2: float, peak: float) -> None:
    sales = next(one.values for one in adoption.recorded() if one.id == name)
    bass = fit_bass_sales(sales, 10 * sales.sum())
    assert bass.p == pytest.approx(p, abs=1e-4)
    assert bass.q == pytest.approx(q, abs=1e-3)
    assert bass.peak == pytest.approx(peak, abs=0.05)
    assert r_squared(sales, bass.sales(len(sales))) == pytest.approx(r2, abs=0.005)


def test_bass_recursion_finds_the_curve_it_was_given() -> None:
    levels = Bass(0.008, 0.41, 94.0).levels(0.7, 30)
    found = fit_bass_levels(levels, 200.0)
    assert (found.p, found.q, found.m) == pytest.approx((0.008, 0.41, 94.0), rel=1e-4)
    with pytest.raises(ValueError, match="give a larger number"):
        fit_bass_levels(levels, 50.0)


def test_bass_curve_of_the_physicians() -> None:
    new = studies.adoption_curve(studies.read_physicians().month)["new"].to_numpy()
    bass = fit_bass(new)
    assert bass.p == pytest.approx(0.08123, abs=1e-4)
    assert bass.q == pytest.approx(0.2067, abs=1e-4)
    assert bass.m == pytest.approx(0.8763, abs=1e-4)
    assert r_squared(new, bass.sales(len(new))) == pytest.approx(0.762, abs=1e-3)


def test_bass_fit_finds_the_curve_it_was_given() -> None:
    t = np.arange(0, 25)
    fading = np.exp(-0.41 * t)
    cumulative = 0.6 * (1 - fading) / (1 + 0.38 / 0.03 * fading)
    bass = fit_bass(np.diff(cumulative))
    assert (bass.p, bass.q, bass.m) == pytest.approx((0.03, 0.38, 0.6), rel=1e-4)
    with pytest.raises(ValueError, match="nobody adopted"):
        fit_bass(np.zeros(5))
