"""The recorded series, read from `sim/evidence/data/series` (origin and licences: the README there)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

FOLDER = Path(str(files("sim.evidence"))) / "data" / "series"


@cache
def table(name: str) -> pd.DataFrame:
    """One file of recorded figures by its path inside the folder, such as "nordic/internet_users_pct.csv"."""
    return pd.read_csv(FOLDER / name)
