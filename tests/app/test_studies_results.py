"""What the app shows of a study: charts whose numbers are known, pages of its runs, files, and a run that opens."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from every_chart import steep

from sim.app import uploads
from sim.app.charts.chart import Look
from sim.app.charts.study_effects import indices, tornado
from sim.app.charts.study_map import heat_map, many_axes
from sim.app.studies.findings import (
    PAGE,
    findings,
    runs_of,
    scenario_of,
    settings_of,
    table_of,
)
from sim.app.theme import palette
from sim.app.words import Words
from sim.experiments.sweep.results import Sweep
from sim.experiments.sweep.store import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))
from make_sweep import known

LOOK = Look(Words("en"), palette(False))


@pytest.fixture(scope="module")
def hypercube(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Points enough to tell b from luck, all done."""
    return known(tmp_path_factory.mktemp("a") / "s", steep, {"kind": "latin_hypercube", "points": 240}).folder


def test_the_tornado_has_the_strongest_first_and_tells_luck_from_effect(hypercube: Path) -> None:
    found = findings(hypercube, "profit")
    assert found is not None
    assert [one.factor for one in found.ends] == ["a", "b", "c"]
    assert [one.sure for one in found.ends] == [True, True, False]
    assert found.ends[0].high[0] - found.ends[0].low[0] == pytest.approx(10 * 5 / 6, abs=1.5)
    assert found.ends[1].high[0] < found.ends[1].low[0]
    chart = tornado(found, LOOK)
    assert chart.option["yAxis"]["data"] == ["a", "b", "c"]
    assert chart.rows[2][-1] == "within luck"
    assert "a moves profit most" in chart.alt
    bars = [one for one in chart.option["series"] if one["type"] == "line" and one["lineStyle"]["width"] > 2]
    assert {one["lineStyle"]["opacity"] for one in bars if one["data"][0][1] == 2} == {0.35}
    assert {one["lineStyle"]["opacity"] for one in bars if one["data"][0][1] == 0} == {1.0}
    assert heat_map(found, LOOK).alt.startswith("Highest profit")  # type: ignore[union-attr]
    assert indices(found, LOOK) is None
    axes = many_axes(found, LOOK)
    assert len(axes.option["series"][0]["data"]) == 240
    assert [one["name"] for one in axes.option["parallelAxis"]] == ["a", "b", "c", "Profit"]
    for one in (chart, axes):
        json.dumps(one.option, allow_nan=False)


def test_a_map_leaves_out_cells_without_points(tmp_path: Path) -> None:
    folder = known(tmp_path / "s", steep, {"kind": "grid"}, skip=40).folder
    found = findings(folder, "profit", "c", "a")
    assert found is not None
    assert (found.across, found.up, found.cells.shape) == ("c", "a", (5, 5))
    missing = np.isnan(found.cells)
    assert missing[0].all()  # of a grid the first points have the lowest a
    assert not missing[-1].any()
    chart = heat_map(found, LOOK)
    assert chart is not None
    cells = chart.option["series"][0]["data"]
    assert len(cells) == int((~missing).sum())
    assert {cell["value"][1] for cell in cells} == set(np.flatnonzero(~missing.all(axis=1)).tolist())
    json.dumps(chart.option, allow_nan=False)


@pytest.mark.parametrize(
    ("design", "kind", "title"),
    [
        ({"kind": "saltelli", "base": 32}, "sobol", "Which settings decide the differences?"),
        ({"kind": "morris", "trajectories": 8}, "morris", "Which settings matter at all?"),
    ],
)
def test_indices_are_drawn_where_the_design_has_them(
    tmp_path: Path, design: dict[str, object], kind: str, title: str
) -> None:
    pytest.importorskip("SALib")
    found = findings(known(tmp_path / "s", steep, design).folder, "profit")
    assert found is not None
    assert (found.kind, found.why) == (kind, "")
    chart = indices(found, LOOK)
    assert chart is not None
    assert chart.title == title
    assert chart.rows[0][0] == "a"
    half = findings(known(tmp_path / "t", steep, design, skip=10).folder, "profit")
    assert half is not None
    assert half.indices == ()
    assert "need them all" in half.why


def test_nothing_done_is_nothing_found(tmp_path: Path) -> None:
    sweep = known(tmp_path / "s", steep, {"kind": "latin_hypercube", "points": 4}, skip=9)
    assert findings(sweep.folder, "profit") is None
    assert runs_of(tmp_path / "no-such").total == 0


def test_runs_come_in_pages_sorted_and_with_their_reasons(hypercube: Path, tmp_path: Path) -> None:
    first = runs_of(hypercube)
    assert (len(first.rows), first.total, first.page) == (PAGE, 240, 0)
    assert [one["run"] for one in runs_of(hypercube, page=9).rows] == list(range(225, 240))
    assert runs_of(hypercube, page=99).page == 9
    best = [one["figures"]["profit"] for one in runs_of(hypercube, sort="profit").rows]
    assert best == sorted(best, reverse=True)
    assert runs_of(hypercube, only="failed").total == 0
    folder = known(tmp_path / "s", steep, {"kind": "latin_hypercube", "points": 3}).folder
    with Store(folder, ()) as store:
        store.fail(1, "the market broke", 0.1, "here")
    failed = runs_of(folder, only="failed")
    assert [(one["run"], one["error"], one["figures"]) for one in failed.rows] == [(1, "the market broke", {})]


def test_files_hold_every_run(hypercube: Path) -> None:
    runs = Sweep.load(hypercube).runs
    assert len(pd.read_csv(io.BytesIO(table_of(hypercube, "csv")))) == 240
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(table_of(hypercube, "parquet"))), runs)


def test_a_run_opens_as_a_case_with_its_settings_and_seed(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(
        'scenario = "minimal"\nconsumers = 300\nseeds = [5, 9]\n[design]\nkind = "grid"\n'
        '[[factors]]\npath = "word_of_mouth.rate"\nlevels = [0.2, 0.7]\n'
    )
    case = uploads.own(scenario_of(path, 1, 9))
    assert (case.seed, case.world.mechanisms["word_of_mouth"]["rate"], case.world.market.consumers) == (9, 0.7, 300)
    folder = known(tmp_path / "s", steep, {"kind": "latin_hypercube", "points": 3}, seeds=2).folder
    assert settings_of(folder, 3) == (1, 2)
    assert settings_of(folder, 99) is None
