"""Analyses find what is known of functions with known answers, and their pictures and report hold it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from make_sweep import PATHS, known

from sim.experiments.sweep import analysis, pictures
from sim.experiments.sweep.discovery import discover
from sim.experiments.sweep.report import write_report
from sim.scenario import ScenarioError

FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Sobol indices of Ishigami's function (a = 7, b = 0.1), which are known exactly (Saltelli et al. 2008)."""


def ishigami(point, _):
    x, y, z = math.pi * (2 * point - 1)
    return math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)


def corner(point, luck):
    """High where a > 0.6 and b < 0.5; noise besides."""
    return 100.0 * (point[0] > 0.6 and point[1] < 0.5) + luck.normal()


@pytest.fixture(scope="module")
def saltelli(tmp_path_factory):
    return known(tmp_path_factory.mktemp("s") / "s", ishigami, {"kind": "saltelli", "base": 512, "second_order": True})


@pytest.fixture(scope="module")
def cornered(tmp_path_factory):
    return known(tmp_path_factory.mktemp("c") / "c", corner, {"kind": "latin_hypercube", "points": 300})


def test_sobol_indices_are_those_known(saltelli):
    table = analysis.sobol_indices(saltelli)
    assert table["first"].to_numpy() == pytest.approx(FIRST, abs=0.08)
    assert table["total"].to_numpy() == pytest.approx(TOTAL, abs=0.08)
    for kind, right in (("first", FIRST), ("total", TOTAL)):
        known_ones = np.array(right)
        inside = (table[f"{kind}_low"] <= known_ones) & (known_ones <= table[f"{kind}_high"])
        assert inside.all()
    pairs = analysis.sobol_indices(saltelli, pairs=True).set_index(["factor", "with"])
    assert pairs["second"]["a", "c"] == pytest.approx(0.2437, abs=0.1)


def test_sobol_indices_do_not_change_from_one_reading_to_the_next(saltelli):
    assert analysis.sobol_indices(saltelli).equals(analysis.sobol_indices(saltelli))


def test_morris_finds_the_slopes_of_a_straight_function(tmp_path):
    sweep = known(tmp_path / "m", lambda point, _: 3 * point[0] - 2 * point[1], {"kind": "morris", "trajectories": 8})
    table = analysis.morris_indices(sweep)
    assert table["effect"].to_numpy() == pytest.approx([3, 2, 0], abs=1e-9)
    assert table["mean"].to_numpy() == pytest.approx([3, -2, 0], abs=1e-9)
    assert table["spread"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-9)
    assert "by 3 EUR" in _title(pictures.morris(sweep))


def test_main_effects_are_the_means_of_slices_and_their_intervals_hold_the_truth(tmp_path):
    sweep = known(tmp_path / "e", lambda point, luck: 10 * point[0] + luck.normal(), {"kind": "sobol", "points": 256})
    effects = analysis.main_effects(sweep)
    mine = effects[effects["factor"] == "a"]
    assert mine["mean"].to_numpy() == pytest.approx((np.arange(6) + 0.5) / 6 * 10, abs=0.7)
    held = (mine["low"] <= (np.arange(6) + 0.5) / 6 * 10) & (mine["high"] >= (np.arange(6) + 0.5) / 6 * 10)
    assert held.sum() >= 5
    assert effects["points"].sum() == 3 * 256
    assert pictures.swing(effects).index[0] == "a"


def test_main_effects_of_a_saltelli_design_use_independent_points_only(saltelli):
    assert analysis.independent(saltelli).sum() == 2 * 512
    assert analysis.main_effects(saltelli)["points"].sum() == 3 * 2 * 512


def test_levels_and_names_are_parts_of_their_own(tmp_path):
    factors = [
        {"name": "a", "path": PATHS[0], "levels": [0.0, 0.5, 1.0]},
        {"name": "kind", "path": "plan.referral.appeal", "levels": [0.0, 1.0]},
    ]
    sweep = known(tmp_path / "l", lambda point, _: point[0] + 10 * point[1], {"kind": "grid"}, factors)
    effects = analysis.main_effects(sweep)
    assert effects["mean"].tolist() == [5.0, 5.5, 6.0, 0.5, 10.5]
    table = analysis.two_factors(sweep, "a", "kind")
    assert table.to_numpy().tolist() == [[0.0, 0.5, 1.0], [10.0, 10.5, 11.0]]
    assert "with a at 1 and kind at 1" in _title(pictures.heat_map(sweep, "a", "kind"))


def test_prim_finds_the_corner(cornered):
    box = discover(cornered, above=50, density=0.97)
    limits = box.limits.set_index("factor")
    assert set(limits.index) == {"a", "b"}
    assert limits["low"]["a"] == pytest.approx(0.6, abs=0.04)
    assert limits["high"]["b"] == pytest.approx(0.5, abs=0.04)
    assert math.isnan(limits["high"]["a"])
    assert box.coverage > 0.9
    assert box.density > 0.9
    assert box.base == pytest.approx(0.2, abs=0.03)
    assert box.sentence().startswith("Where a is at least 0.")
    assert "above 50 in profit" in box.sentence()


def test_where_there_is_no_corner_none_is_told(tmp_path):
    sweep = known(tmp_path / "n", lambda _, luck: luck.normal(), {"kind": "latin_hypercube", "points": 60})
    assert discover(sweep, top=0.3).density < 0.8


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"above": 1e9}, "none of the points"),
        ({"below": 1e9}, "all of the points"),
        ({"top": 2.0}, "not a share"),
        ({"top": 0.1, "above": 3.0}, "give one of"),
        ({"output": "profitt"}, "did you mean 'profit'"),
    ],
)
def test_what_prim_cannot_look_for_is_told(cornered, asked, words):
    with pytest.raises(ScenarioError, match=words):
        discover(cornered, **asked)


def test_seeds_needed_are_those_of_the_noise_put_in(tmp_path):
    common = {}

    def noisy(point, luck):
        number = common["n"] = common.get("n", -1) + 1
        shared = (number % 8) - 3.5  # the same on every point of a seed: it cancels in differences
        return 100 + 5 * point[0] + shared + 0.5 * luck.normal()

    sweep = known(tmp_path / "r", noisy, {"kind": "latin_hypercube", "points": 40}, seeds=8)
    row = analysis.seeds_needed(sweep).iloc[0]
    assert row["spread"] == pytest.approx(math.sqrt(6.0 + 0.25), rel=0.1)
    assert row["paired"] == pytest.approx(math.sqrt(2) * 0.5, rel=0.1)
    assert row["alone_1 %"] == pytest.approx((1.96 * 2.5 / 1.025) ** 2 + 2, abs=4)
    assert row["paired_1 %"] < row["alone_1 %"] / 3


def test_with_one_seed_nothing_is_said_of_luck(cornered):
    with pytest.raises(ScenarioError, match="two or more seeds"):
        analysis.seeds_needed(cornered)


def test_indices_of_another_design_or_with_points_missing_are_refused(cornered, tmp_path):
    with pytest.raises(
        ScenarioError, match='need a study with design kind = "saltelli"; this one is "latin_hypercube"'
    ):
        analysis.sobol_indices(cornered)
    with pytest.raises(ScenarioError, match="Morris indices need"):
        analysis.morris_indices(cornered)
    sweep = known(tmp_path / "x", ishigami, {"kind": "saltelli", "base": 4}, skip=3)
    with pytest.raises(ScenarioError, match="3 of 20 points have no value of 'profit'"):
        analysis.sobol_indices(sweep)
    sweep = known(tmp_path / "y", lambda *_: 1.0, {"kind": "saltelli", "base": 4})
    with pytest.raises(ScenarioError, match="same at every point"):
        analysis.sobol_indices(sweep)


def test_a_missing_library_is_told_with_how_to_get_it(saltelli, cornered, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    with pytest.raises(ScenarioError, match=r"pip install 'journeysim\[research\]'"):
        analysis.sobol_indices(saltelli)
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    with pytest.raises(ScenarioError, match="ema-workbench"):
        discover(cornered, above=50)


def _title(figure):
    return " ".join(figure.texts[0].get_text().split())


def test_a_report_has_tables_pictures_and_sentences(saltelli, tmp_path):
    report = write_report(saltelli, folder=tmp_path / "report")
    names = {path.name for path in report.tables + report.pictures}
    assert names == {
        "points.csv", "profit_effects.csv", "profit_sobol.csv", "profit_map.csv", "profit_box.csv",
        "profit_effects.png", "profit_sobol.png", "profit_map.png", "profit_box.png",
    }  # fmt: skip
    assert all(path.stat().st_size > 20 for path in report.tables + report.pictures)
    assert any("decides most of profit" in one for one in report.sentences)
    assert report.skipped == ["with one seed a point nothing is known of luck; give the study two or more seeds"]
    assert "factors interact" in _title(pictures.sobol(saltelli))


def test_findings_say_which_way_a_factor_moves_a_figure_or_that_none_does(tmp_path):
    design = {"kind": "grid"}
    down = known(tmp_path / "down", lambda at, _: 5000.0 - 1000.0 * at[1], design)
    assert write_report(down).sentences[0] == "What moves profit most: b (1,000 EUR more at 0 than at 1)."
    flat = known(tmp_path / "flat", lambda *_: 1.0, design)
    assert write_report(flat).sentences[0] == "Nothing that was varied moves profit."


def test_the_report_command_says_what_it_found_and_what_is_wrong(cornered, tmp_path, capsys):
    from sim.cli import main

    with pytest.raises(SystemExit) as left:
        main(["sweep-report", str(cornered.folder), "--out", str(tmp_path / "r")])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "What moves profit most" in said
    assert "pictures and" in said
    for arguments, words in (
        ([str(cornered.folder), "--output", "trust"], "kept no figure 'trust'"),
        ([str(tmp_path)], "is not the folder of a sweep"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["sweep-report", *arguments])
        assert left.value.code == 2
        assert words in capsys.readouterr().err
