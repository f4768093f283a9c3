"""On which parameters facts hang: the analysis, on a made-up fact of which the answer is known."""

import numpy as np
import pytest

from sim.evidence.kept import sensitivity_table
from sim.evidence.sensitivity import FACTORS, Results, default, design, ends, measure, one_at_a_time, screened
from sim.scenario import load

STRONG, WEAK = "purchase.decide", "word_of_mouth.rate"


def made_up(values: dict[str, float]) -> dict:
    """A fact whose figure rises by 3 band widths per unit of log of one parameter, falls by 1 of another."""
    logs = {name: np.log(value / default(name)) for name, value in values.items()}
    figure = 3.0 * logs.get(STRONG, 0.0) - logs.get(WEAK, 0.0)
    return {"in_band": abs(figure) < 1.0, "measures": {"figure": figure, "never measurable": float("nan")}}


def results() -> tuple[Results, dict, np.ndarray]:
    problem, points = design(4)
    places = [(), *(((name, end),) for name in FACTORS for end in ends(name))]
    places += [tuple(zip(FACTORS, np.exp(row).tolist(), strict=True)) for row in points]
    return {place: {"F": made_up(dict(place))} for place in places}, problem, points


def test_one_at_a_time_finds_what_a_fact_hangs_on_and_whether_it_leaves_its_band() -> None:
    first, second, third, *_ = one_at_a_time("F", results()[0])
    assert first == {"parameter": STRONG, "change": pytest.approx(3 * np.log(4), abs=1e-3), "flips": True}
    assert second == {"parameter": WEAK, "change": pytest.approx(-np.log(4), abs=1e-3), "flips": False}
    assert (third["change"], third["flips"]) == (0.0, False)


def test_morris_finds_the_same_and_that_effects_are_straight() -> None:
    found, problem, points = results()
    first, second, third, *_ = screened("F", problem, points, found)
    assert [first["parameter"], second["parameter"]] == [STRONG, WEAK]
    assert [first["mu_star"], second["mu_star"]] == pytest.approx([3 * np.log(4), np.log(4)], abs=1e-3)
    assert [first["sigma"], third["mu_star"]] == pytest.approx([0.0, 0.0], abs=1e-3)


def test_every_place_in_the_box_is_a_market() -> None:
    """Ends lie within what parameters may be, or the search would end at the first that does not."""
    for name in FACTORS:
        low, high = ends(name)
        assert low < default(name) < high
        for end in (low, high):
            load("launch").with_({f"world.mechanisms.{name}": end})


def test_a_fact_is_measured_at_a_place() -> None:
    """V01 needs two seeds and a fifth of a second; at its defaults its mean lies in the band."""
    found = measure((), ["V01"], consumers=2_000)["V01"]
    assert found["in_band"]
    assert all(np.isfinite(width) for width in found["measures"].values())


def test_the_table_says_what_a_fact_hangs_on() -> None:
    rows = [{"parameter": STRONG, "change": 4.2, "flips": True}, {"parameter": WEAK, "change": -1.4, "flips": False}]
    morris = [{"parameter": STRONG, "measure": "figure", "mu_star": 4.159, "sigma": 0.0}]
    morris.append({"parameter": WEAK, "measure": "figure", "mu_star": 1.386, "sigma": 2.0})
    one = {"fact": "F", "in_band": True, "in_band_of_box": 0.25, "one_at_a_time": rows, "morris": morris}
    _, row = sensitivity_table({"facts": [one]})
    assert row == ("F", "yes", "25 %", f"{STRONG} (4.16), {WEAK} (~1.39)", f"{STRONG} (verdict changes), {WEAK}")
