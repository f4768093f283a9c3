"""Pictures of a run. Each function takes a `Run` and returns a matplotlib `Figure`; none needs the model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.plots.flow import journey_flow
from sim.plots.sales import market_share, sales_and_spend
from sim.plots.saving import save_figures
from sim.plots.stages import stages_over_time, where_you_lose_them
from sim.plots.touches import touchpoints_by_stage
from sim.plots.trust import trust_and_tone

if TYPE_CHECKING:
    from sim.results import Run

__all__ = [
    "FIGURES",
    "draw_all",
    "journey_flow",
    "market_share",
    "sales_and_spend",
    "stages_over_time",
    "touchpoints_by_stage",
    "trust_and_tone",
    "where_you_lose_them",
]

FIGURES: dict[str, Callable[[Run], Figure]] = {
    "01_stages": stages_over_time,
    "02_journey_flow": journey_flow,
    "03_where_you_lose_them": where_you_lose_them,
    "04_touchpoints_by_stage": touchpoints_by_stage,
    "05_trust_and_tone": trust_and_tone,
    "06_sales_and_spend": sales_and_spend,
    "07_market_share": market_share,
}
"""File name (without .png) -> the function that draws it."""


def draw_all(run: Run, folder: str | os.PathLike[str]) -> list[Path]:
    """Draw every picture of a run as a PNG file of 1200 x 750 pixels and return the paths."""
    return save_figures(FIGURES, run, folder)
