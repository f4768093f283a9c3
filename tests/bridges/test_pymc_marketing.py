"""PyMC-Marketing's own mix model fits the exported files from end to end.

It is heavy, so it is no part of the development environment, and this file is skipped where it is missing. To run it, in a
checkout (docs/bridges.md):

    python -m venv mmm && mmm/bin/pip install . pymc-marketing pytest
    mmm/bin/python -m pytest tests/bridges/test_pymc_marketing.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.bridges.export import export_geo, export_weekly
from sim.bridges.geo import geo_panel
from sim.bridges.truth import true_effects

pytest.importorskip("pymc_marketing", reason="PyMC-Marketing is not installed: it is heavy and optional")
pytestmark = pytest.mark.slow

QUICK: dict[str, Any] = {"draws": 200, "tune": 300, "chains": 2, "cores": 1, "random_seed": 1, "progressbar": False}


def market() -> sim.Scenario:
    """The market with the most real spend there is: two years of it, small."""
    return sim.load("flagship").with_({"world.market.consumers": 1_500})


def fitted(folder: Path, name: str) -> tuple[Any, pd.DataFrame]:
    """A mix model of an exported file, told only what columns.json says."""
    from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

    table = pd.read_csv(folder / name, parse_dates=["date"])
    columns = json.loads((folder / "columns.json").read_text("utf-8"))["pymc_marketing"]
    for one in columns["control_columns"]:  # the library leaves the scale of controls to its users
        table[one] = table[one] / table[one].abs().max()
    if "dims" in columns:
        columns["dims"] = tuple(columns["dims"])
    model = MMM(**columns, adstock=GeometricAdstock(l_max=8), saturation=LogisticSaturation())
    model.fit(X=table.drop(columns="revenue"), y=table["revenue"], **QUICK)
    return model, table


def test_the_weekly_table_is_fitted_and_its_return_can_be_put_beside_the_truth(tmp_path: Path) -> None:
    run = sim.run(market())
    export_weekly(run, tmp_path, true_effects(market(), seeds=2))
    model, table = fitted(tmp_path, "weekly.csv")
    columns = json.loads((tmp_path / "columns.json").read_text("utf-8"))["pymc_marketing"]["channel_columns"]
    assert set(model.posterior["channel"].values) == set(columns)
    share = model.posterior["channel_contribution"].mean(("chain", "draw")).sum("date").to_series()
    found = share * table["revenue"].max() / table[columns].sum()
    assert np.isfinite(found).all()
    sealed = json.loads((tmp_path / "sealed" / "truth.json").read_text("utf-8"))["channels"]
    true = pd.Series({f"{name}_spend": one["return_on_spend"]["mean"] for name, one in sealed.items()})
    assert set(true.index) == set(found.index)
    print(pd.DataFrame({"model": found, "truth": true}).round(2).to_string())


def test_the_geo_panel_is_fitted_region_by_region(tmp_path: Path) -> None:
    scenario = sim.load("launch").with_(consumers=1_500)
    export_geo(geo_panel(scenario, 3), tmp_path)
    model, table = fitted(tmp_path, "geo.csv")
    assert list(model.posterior["geo"].values) == sorted(table["geo"].unique())
    contribution = model.posterior["channel_contribution"].mean(("chain", "draw"))
    assert contribution.sizes["geo"] == 3
    assert np.isfinite(contribution).all()
