"""Calibration: only calibration facts are targets, and the fit finds what is known."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest

from sim.evidence import calibration
from sim.evidence.calibration import FREE, TARGETS, Calibration, Free, Target, overrides
from sim.evidence.kept import calibration_search, kept
from sim.evidence.published import CALIBRATION
from sim.evidence.sensitivity import default
from sim.scenario import load
from sim.scenario.defaults import ARROWS, ends


def test_only_calibration_facts_are_targets():
    assert {one.fact for one in TARGETS} <= CALIBRATION


def test_parameters_start_where_they_are_named_and_paths_lead_somewhere():
    changes = overrides([0.0] * len(FREE))
    for name in ("launch", "coffee", "ebike", "app"):
        load(name).with_(changes)
    assert list(changes.values()) == pytest.approx([free.start for free in FREE])
    assert overrides([np.log(2.0)] * len(FREE))[FREE[0].paths[0]] == pytest.approx(2 * FREE[0].start)


class Desk:
    """Does at once what it is given."""

    def submit(self, work, *given):
        done: Future = Future()
        done.set_result(work(*given))
        return done


@pytest.fixture
def known(monkeypatch):
    """A market in which figure P01 is the square of the first parameter, and the second has no effect."""
    monkeypatch.setattr(calibration, "FREE", (Free("a", ("a",), 2.0), Free("b", ("b",), 1.0)))
    monkeypatch.setattr(calibration, "TARGETS", (Target("P01", "x", 16.0, 0.1), Target("D01", "p", 1.0, 1.0)))

    def observed(fact, moves):
        values = overrides(moves)
        return {("P01", "x"): values["a"] ** 2, ("D01", "p"): 1.0, ("D02", "q"): 1.0}

    monkeypatch.setattr(calibration, "_observed", observed)
    return Calibration(Desk())


def test_fit_finds_the_value_and_knows_what_is_not_pinned_down(known):
    from scipy.optimize import least_squares

    fit = least_squares(known.residuals, np.zeros(2), jac=known.jacobian)
    assert 2.0 * np.exp(fit.x[0]) == pytest.approx(4.0, rel=0.02)
    assert fit.x[1] == pytest.approx(0.0)
    width = np.sqrt(np.diag(np.linalg.inv(fit.jac.T @ fit.jac)))
    assert width[0] < 0.1
    assert width[1] == pytest.approx(0.5), "as wide as the prior"


def test_a_market_without_the_figure_counts_as_a_large_miss():
    residuals = Calibration._residuals(np.zeros(len(FREE)), np.full(len(TARGETS), np.nan))
    assert residuals[: len(TARGETS)] == pytest.approx(10.0)


def test_defaults_are_the_calibrated_values():
    # Within rounding to two digits or so, which is more than the fit knows.
    fitted = {one["name"]: one["value"] for one in kept("calibration.json")["parameters"]}
    arrow = next(one for one in ARROWS if ends(one) == "unaware>aware")
    defaults = {name: default(name) for name in fitted if not name.startswith("arrow")} | {
        "arrow unaware>aware": arrow.rate
    }
    assert fitted == pytest.approx(defaults, rel=0.03)


def test_the_kept_calibration_says_where_it_began_and_how_it_ended():
    report = kept("calibration.json")
    assert report["cost"] < report["cost_where_begun"] or report["steps"] == 1
    assert {one["name"] for one in report["parameters"]} == {free.name for free in FREE}
    assert {(one["fact"], one["measure"]) for one in report["targets"]} == {(one.fact, one.name) for one in TARGETS}
    said = calibration_search(report)
    assert ("not converged" in said) != report["converged"]
    assert f"after {report['steps']} step{'s' * (report['steps'] > 1)} (" in said
