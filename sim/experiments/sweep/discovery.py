"""Scenario discovery: in which corner of the factors does something happen? A box found by PRIM on stored results.

box = discover(sweep, "profit", top=0.1)      # where are the best tenth?
print(box.sentence()); box.limits
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers import number, percent
from sim.experiments.sweep.analysis import independent, output_of, said
from sim.experiments.sweep.research import prim
from sim.experiments.sweep.results import Sweep
from sim.scenario.errors import ScenarioError

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 30
"""Points below which a box would be chance."""
SIGNIFICANT = 0.05
"""A limit with a larger quasi-p-value could be chance, and is dropped (Bryant & Lempert 2010)."""


@dataclass(frozen=True, eq=False)
class Box:
    """A box in the space of the factors.

    wanted: what is looked for, in words. limits: one row per restricted factor: factor, low and high (numbers; nan: none) or
    among (levels), chance (quasi-p-value: how likely so good a limit is by chance). coverage: share of the wanted points that lie
    inside; density: share of the points inside that are wanted; base: share of all points that are; mass: share of all points
    inside. path: every box on the way. points: the points looked at, with `inside` and `is_wanted`.
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

    def sentence(self, brief: bool = False) -> str:
        """The box in words; brief: as a title."""
        if self.limits.empty:
            return f"No corner of the factors stands out in having more points {self.wanted}."
        where = " and ".join(self._limit(one) for one in self.limits.to_dict("records"))
        inside, everywhere, found = (percent(one) for one in (self.density, self.base, self.coverage))
        words = f"Where {where}, {inside} of the points are {self.wanted}"
        return words if brief else f"{words}, against {everywhere} of all; {found} of such points lie there."

    @staticmethod
    def _limit(row: Any) -> str:
        if row["among"]:
            return f"{row['factor']} is {' or '.join(row['among'].split(' | '))}"
        if np.isnan(row["low"]):
            return f"{row['factor']} is at most {said(row['high'])}"
        if np.isnan(row["high"]):
            return f"{row['factor']} is at least {said(row['low'])}"
        return f"{row['factor']} is {said(row['low'])} to {said(row['high'])}"


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

    Wanted is the best share `top` of the points (default: a tenth), or a figure `above` or `below` a value. The box is the
    largest on the peeling path with this `density` of wanted points, or else the densest, each without the limits that could be
    chance (quasi-p-value above 0.05, Bryant & Lempert 2010). smallest: share of the points it must hold. Only points drawn
    independently of one another are used.

    Raises ScenarioError for too few points, or if all or none are wanted.
    """
    import pandas as pd

    name = output_of(sweep, output)
    table = sweep.points[independent(sweep)].dropna(subset=[name])
    if len(table) < FEWEST:
        raise ScenarioError(
            f"scenario discovery needs {FEWEST} points or more with a value of '{name}'; here are {len(table)}"
        )
    values = table[name].to_numpy(float)
    wanted, words = _wanted(values, name, top, above, below)
    if not 0 < wanted.sum() < len(wanted):
        raise ScenarioError(f"{'all' if wanted.all() else 'none'} of the points are {words}; choose another limit")
    frame = table[[one.name for one in sweep.factors]].reset_index(drop=True)
    for one in sweep.factors:
        frame[one.name] = frame[one.name].astype(float if one.numeric else "category")
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the workbench's use of pandas
        box = prim().Prim(frame, wanted, mass_min=smallest).find_box()
    if box is None:
        raise ScenarioError(f"PRIM finds no box with more points {words}")
    boxes = [_limits(sweep, box, number) for number in range(len(box.box_lims))]
    inside = [_inside(limits, frame) for limits in boxes]
    path = pd.DataFrame(
        {"coverage": [wanted[one].sum() / wanted.sum() for one in inside], "density": [wanted[one].mean() for one in inside],
         "mass": [one.mean() for one in inside], "limits": [len(one) for one in boxes]}
    )  # fmt: skip
    good = path[path["density"] >= density]
    chosen = int((good["coverage"] if len(good) else path["density"]).to_numpy().argmax())
    chosen = int((good if len(good) else path).index[chosen])
    found = path.iloc[chosen]
    return Box(
        name, words, boxes[chosen], float(found["coverage"]), float(found["density"]), float(wanted.mean()),
        float(found["mass"]), path, table.assign(inside=inside[chosen], is_wanted=wanted).reset_index(drop=True),
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
        return values > above, f"above {number(above)} in {label}"
    if below is not None:
        return values < below, f"below {number(below)} in {label}"
    share = 0.1 if top is None else top
    if not 0 < share < 1:
        raise ScenarioError(f"top = {share:g} is not a share; give one between 0 and 1")
    if FIGURES[name].better < 0:
        return values <= np.quantile(values, share), f"among the best {100 * share:g} % in {label}"
    return values >= np.quantile(values, 1 - share), f"among the best {100 * share:g} % in {label}"


def _limits(sweep: Sweep, box: Any, chosen: int) -> pd.DataFrame:
    """Restricted factors of one box on the path, without the limits that could be chance."""
    import pandas as pd

    limits, chances = box.box_lims[chosen], box.p_values[chosen]
    rows = []
    for factor in sweep.factors:
        if factor.name not in chances:
            continue
        sure = [0 <= one <= SIGNIFICANT for one in chances[factor.name]]  # -1: not limited on this side
        if not any(sure):
            continue
        chance = max(one for one, is_sure in zip(chances[factor.name], sure) if is_sure)
        if factor.numeric:
            low, high = (float(limits[factor.name][side]) if sure[side] else np.nan for side in (0, 1))
            rows.append((factor.name, low, high, "", chance))
        else:
            among = " | ".join(str(one) for one in factor.levels if one in limits[factor.name][0])
            rows.append((factor.name, np.nan, np.nan, among, chance))
    return pd.DataFrame(rows, columns=["factor", "low", "high", "among", "chance"])


def _inside(limits: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray:
    inside = np.ones(len(frame), bool)
    for row in limits.to_dict("records"):
        values = frame[row["factor"]]
        if row["among"]:
            inside &= values.astype(str).isin(row["among"].split(" | ")).to_numpy()
            continue
        inside &= ~(values.to_numpy(float) < row["low"]) & ~(values.to_numpy(float) > row["high"])
    return inside
