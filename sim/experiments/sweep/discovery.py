"""Scenario discovery: in which corner of the factors does something happen? A box found by PRIM on stored results.

box = discover(sweep, "profit", top=0.1)      # where are the best tenth?
print(box.sentence()); box.limits
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.sweep.analysis import independent, output_of
from sim.experiments.sweep.research import prim
from sim.experiments.sweep.results import Sweep
from sim.scenario.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 30
"""Points below which a box would be chance."""
SIGNIFICANT = 0.05
"""A limit whose quasi-p-value is larger could be chance, and is not told in the sentence."""


@dataclass(frozen=True, eq=False)
class Box:
    """A box in the space of the factors.

    wanted: what is looked for, in words. limits: one row per restricted factor: factor, low and high (numbers) or among (levels),
    chance (quasi-p-value: how likely so good a limit is by chance). coverage: share of the wanted points that lie inside; density:
    share of the points inside that are wanted; base: share of all points that are; mass: share of all points inside. path: every
    smaller box on the way. points: the points looked at, with `inside` and `is_wanted`.
    """

    output: str
    wanted: str
    limits: pd.DataFrame
    coverage: float
    density: float
    base: float
    mass: float
    path: pd.DataFrame
    points: pd.DataFrame

    def sentence(self) -> str:
        """The box in words."""
        sure = self.limits[self.limits["chance"] <= SIGNIFICANT]
        if sure.empty:
            return f"No corner of the factors stands out where {self.wanted}."
        where = " and ".join(self._limit(one) for one in sure.to_dict("records"))
        return (
            f"Where {where}, {self.density:.0%} of the points are such that {self.wanted}, against {self.base:.0%} of all; "
            f"the box holds {self.coverage:.0%} of them."
        ).replace("%", " %")

    @staticmethod
    def _limit(row: Any) -> str:
        if row["among"]:
            return f"{row['factor']} is {' or '.join(row['among'].split(' | '))}"
        if np.isnan(row["low"]):
            return f"{row['factor']} is at most {row['high']:.3g}"
        if np.isnan(row["high"]):
            return f"{row['factor']} is at least {row['low']:.3g}"
        return f"{row['factor']} is {row['low']:.3g} to {row['high']:.3g}"


def discover(
    sweep: Sweep,
    output: str | None = None,
    *,
    top: float | None = None,
    above: float | None = None,
    below: float | None = None,
    density: float = 0.8,
    smallest: float = 0.05,
) -> Box:
    """The box of factor values in which a figure is as wanted, by the patient rule induction method (Friedman & Fisher 1999).

    Wanted is the best share `top` of the points (default: a tenth), or a figure `above` or `below` a value. The box is the largest
    on the peeling path with this `density` of wanted points, or else the densest; `smallest`: share of the points it must hold.
    Of a Saltelli design only the two independent samples are used.

    Raises ScenarioError for too few points, or if all or none are wanted.
    """
    name = output_of(sweep, output)
    table = sweep.points[independent(sweep)].dropna(subset=[name])
    if len(table) < FEWEST:
        raise ScenarioError(
            f"scenario discovery needs {FEWEST} points or more with a value of '{name}'; here are {len(table)}"
        )
    values = table[name].to_numpy(float)
    wanted, words = _wanted(values, name, top, above, below)
    if not 0 < wanted.sum() < len(wanted):
        raise ScenarioError(
            f"{'all' if wanted.all() else 'none'} of the points are such that {words}; choose another limit"
        )
    frame = table[[one.name for one in sweep.factors]].reset_index(drop=True)
    for one in sweep.factors:
        frame[one.name] = frame[one.name].astype(float if one.numeric else "category")
    with contextlib.redirect_stdout(io.StringIO()):
        box = prim().Prim(frame, wanted, mass_min=smallest).find_box()
    if box is None:
        raise ScenarioError(f"PRIM finds no box in which it is more often so that {words}")
    path = box.peeling_trajectory.reset_index(drop=True)
    good = path[path["density"] >= density]
    chosen = int((good["coverage"] if len(good) else path["density"]).idxmax())
    limits = _limits(sweep, box, chosen)
    inside = _inside(sweep, limits, frame)
    return Box(
        name, words, limits, float(wanted[inside].sum() / wanted.sum()), float(wanted[inside].mean()), float(wanted.mean()),
        float(inside.mean()), path[["coverage", "density", "mass", "res_dim"]],
        table.assign(inside=inside, is_wanted=wanted).reset_index(drop=True),
    )  # fmt: skip


def _wanted(
    values: np.ndarray, name: str, top: float | None, above: float | None, below: float | None
) -> tuple[np.ndarray, str]:
    from sim.experiments.figures import FIGURES

    given = [one for one in (top, above, below) if one is not None]
    if len(given) > 1:
        raise ScenarioError("give one of top, above and below, not several")
    label = FIGURES[name].label
    if above is not None:
        return values > above, f"{label} is above {above:g}"
    if below is not None:
        return values < below, f"{label} is below {below:g}"
    share = 0.1 if top is None else top
    if not 0 < share < 1:
        raise ScenarioError(f"top = {share:g} is not a share; give one between 0 and 1")
    if FIGURES[name].better < 0:
        return values <= np.quantile(values, share), f"{label} is among the lowest {100 * share:g} %"
    return values >= np.quantile(values, 1 - share), f"{label} is among the highest {100 * share:g} %"


def _limits(sweep: Sweep, box: Any, chosen: int) -> pd.DataFrame:
    """Restricted factors of one box on the path; a limit at the end of a factor's range is none (nan)."""
    import pandas as pd

    limits, qp = box.box_lims[chosen], box.qp[chosen]
    rows = []
    for factor in sweep.factors:
        if factor.name not in qp:
            continue
        chances = [one for one in qp[factor.name] if one == one and one >= 0]
        chance = max(chances) if chances else float("nan")
        if not factor.numeric:
            among = " | ".join(str(one) for one in factor.levels if one in limits[factor.name][0])
            rows.append((factor.name, np.nan, np.nan, among, chance))
            continue
        low, high = (float(limits[factor.name][side]) for side in (0, 1))
        least, most = (float(box.box_lims[0][factor.name][side]) for side in (0, 1))
        rows.append((factor.name, low if low > least else np.nan, high if high < most else np.nan, "", chance))
    return pd.DataFrame(rows, columns=["factor", "low", "high", "among", "chance"])


def _inside(sweep: Sweep, limits: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray:
    inside = np.ones(len(frame), bool)
    for row in limits.to_dict("records"):
        values = frame[row["factor"]]
        if row["among"]:
            inside &= values.astype(str).isin(row["among"].split(" | ")).to_numpy()
            continue
        inside &= ~(values.to_numpy(float) < row["low"]) & ~(values.to_numpy(float) > row["high"])
    return inside
