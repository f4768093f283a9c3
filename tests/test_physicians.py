"""The physicians' study: what is read from the record, and what is computed on it.

Expected values: published with the data and recomputed by others (Valente 1995; Van den Bulte and Lilien 2001 find no
contagion). A change here means that the data or the analysis changed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import studies
from sim.scenario import load

FOLDER = Path(__file__).parent.parent / "scenarios" / "data" / "med_innovation"


@pytest.fixture(scope="module")
def study() -> studies.Physicians:
    return studies.read_physicians()


def test_record(study: studies.Physicians) -> None:
    assert study.month.shape == (125,)
    assert study.names.sum() == 294
    # The market numbers consumers by sorted id: the same order, so that simulated months fit the columns.
    assert study.table["id"].is_monotonic_increasing
    assert not study.names.diagonal().any()
    assert (study.month <= 17).sum() == 109
    source, target = np.nonzero(study.names)
    assert (study.town[source] == study.town[target]).all()


def test_cumulative_adoption_is_the_published_curve(study: studies.Physicians) -> None:
    curve = studies.adoption_curve(study.month)
    published = [11, 20, 29, 40, 51, 62, 75, 82, 86, 87, 92, 95, 98, 102, 106, 108, 109]
    np.testing.assert_allclose(curve["cumulative"] * 125, published, atol=1e-9)


def test_hazard_by_adopting_colleagues(study: studies.Physicians) -> None:
    table = studies.hazard_by_adopter_ties(study)
    np.testing.assert_allclose(table["hazard"], [0.1189, 0.1013, 0.1095, 0.1143, 0.3333, 0.3333], atol=5e-5)
    assert table["person_months"].tolist() == [244, 227, 210, 70, 15, 3]


def test_no_contagion_in_the_record(study: studies.Physicians) -> None:
    months_only = studies.contagion(study, towns=False)
    assert (months_only.effect, months_only.se) == pytest.approx((-0.086, 0.385), abs=2e-3)
    both = studies.contagion(study)
    assert (both.effect, both.se) == pytest.approx((-0.200, 0.399), abs=2e-3)


def test_thresholds(study: studies.Physicians) -> None:
    shares = studies.thresholds(study)
    assert len(shares) == 99
    assert np.mean(shares == 0) == pytest.approx(0.394, abs=1e-3)
    assert shares.mean() == pytest.approx(0.455, abs=1e-3)
    assert np.median(shares) == 0.5


def test_contagion_is_found_where_it_is(study: studies.Physicians) -> None:
    """Physicians who wait for their colleagues: the same regression must see it; luck alone must stay near nothing."""
    rng = np.random.Generator(np.random.PCG64(5))
    waiting, luck = [], []
    for social, found in ((2.5, waiting), (0.0, luck)):
        for _ in range(8):
            months = np.full(125, 18, np.int64)
            for month in range(1, 18):
                share = (study.names @ (months < month).astype(np.int64)) / np.maximum(study.names.sum(axis=1), 1)
                adopts = rng.random(125) < 1 / (1 + np.exp(2.6 - social * share))
                months = np.where((months == 18) & adopts, month, months)
            found.append(studies.contagion(study, months).effect)
    # Standard deviation of one run's estimate: 0.41 (measured over 60 runs); of the mean of 8: 0.15.
    assert np.mean(waiting) == pytest.approx(2.5, abs=0.6)
    assert np.mean(luck) == pytest.approx(0.0, abs=0.6)


def test_comparing_the_record_with_itself_is_a_perfect_fit(study: studies.Physicians) -> None:
    fit = studies.compare_adoption(study, np.tile(study.month, (3, 1)))
    assert (fit.runs, fit.inside) == (3, 1.0)
    assert fit.rmse == pytest.approx(0.0, abs=1e-12)
    assert fit.r2 == pytest.approx(1.0)
    assert fit.adopted == pytest.approx(0.872)
    assert fit.adopted_recorded == pytest.approx(0.872)


def test_comparing_with_nobody_adopting(study: studies.Physicians) -> None:
    fit = studies.compare_adoption(study, np.full((2, 125), 18))
    recorded = studies.adoption_curve(study.month)
    assert fit.rmse == pytest.approx(np.sqrt((recorded["cumulative"] ** 2).mean()))
    assert fit.r2 < 0
    assert (fit.adopted, fit.inside) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("simulated", "message"),
    [
        (np.ones((2, 100), int), r"shape \(runs, 125\).*\(2, 100\)"),
        (np.ones(125, int), "shape"),
        (np.zeros((1, 125), int), "found 0 to 0"),
        (np.full((1, 125), 1.5), "whole numbers"),
    ],
)
def test_wrong_simulated_months_are_refused(study: studies.Physicians, simulated: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        studies.compare_adoption(study, simulated)


def test_first_purchase_days_become_months() -> None:
    days = np.array([[0, 29, 30], [509, 510, -1]])
    assert studies.adoption_months(days).tolist() == [[1, 1, 2], [17, 18, 18]]


def test_node_list_of_the_scenario_follows_its_recipe(study: studies.Physicians) -> None:
    shipped = pd.read_csv(FOLDER / "nodes.csv")
    pd.testing.assert_frame_equal(shipped, studies.exposure_strata(study))
    assert shipped["segment"].value_counts().to_dict() == {"some_journals": 79, "few_journals": 27, "many_journals": 19}


def test_exposure_in_the_scenario_is_the_recorded_one(study: studies.Physicians) -> None:
    scenario = tomllib.loads((FOLDER.parent.parent / "physicians.toml").read_text())
    exposure = studies.media_exposure(study)
    for segment in scenario["world"]["segments"]:
        recorded = exposure.loc[segment["name"]]
        assert segment["share"] == pytest.approx(recorded["physicians"] / 125)
        assert segment["media"]["sales_visits"] == pytest.approx(0.10 * recorded["detail"], abs=5e-4)


def test_a_tie_to_a_stranger_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "physicians.csv").write_text("id,toa_month,city\n1,3,1\n2,18,1\n")
    (tmp_path / "edges.csv").write_text("source,target\n1,7\n")
    with pytest.raises(ValueError, match="names physician 7"):
        studies.read_physicians(tmp_path)


def test_figure_draws(study: studies.Physicians, tmp_path: Path) -> None:
    figure = studies.plot_adoption(studies.compare_adoption(study, np.tile(study.month, (2, 1))))
    figure.savefig(tmp_path / "adoption.png")
    assert (tmp_path / "adoption.png").stat().st_size > 5_000


def test_simulated_physicians_adopt_much_as_the_real_ones_did(study: studies.Physicians) -> None:
    """The shipped study: four runs stay within 8 points of the recorded curve, and end within 10 points of it."""
    scenario = load("physicians")
    fit = studies.compare_adoption(study, studies.simulate_adoption(scenario, scenario.focal, runs=4))
    assert fit.rmse < 0.08, f"the curve is missed by {fit.rmse:.3f}"
    assert abs(fit.adopted - fit.adopted_recorded) < 0.10
