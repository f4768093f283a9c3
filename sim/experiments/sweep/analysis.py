"""What follows from a sweep: effects of each factor, Sobol and Morris indices, maps of two factors, seeds for a precision.

Everything works on the means over seeds of each point (`Sweep.points`), gives a data frame, and says in a sentence why it cannot.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers import number
from sim.experiments.intervals import LEVEL, interval, seeds_for
from sim.experiments.sweep.designs import cube
from sim.experiments.sweep.research import salib
from sim.experiments.sweep.results import Sweep
from sim.scenario.errors import ScenarioError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.sweep.factors import Factor

BINS = 6
"""Parts a range is cut into, where a design does not have levels of its own."""
RESAMPLES = 200
"""Bootstrap samples behind the intervals of indices."""
PRECISIONS = (0.01, 0.02, 0.05)
MOST = 10**8
"""More seeds than this are none at all."""


def output_of(sweep: Sweep, output: str | None) -> str:
    """The figure meant: a name, or the first of the study. Raises ScenarioError for one that was not kept."""
    if output is None:
        return sweep.outputs[0]
    if output not in sweep.outputs:
        raise ScenarioError(f"this sweep kept no figure '{output}'{nearest(output, sweep.outputs)}")
    return output


def factor_of(sweep: Sweep, name: str) -> Factor:
    """The factor of a name. Raises ScenarioError if there is none."""
    for one in sweep.factors:
        if one.name == name:
            return one
    raise ScenarioError(f"this sweep has no factor '{name}'{nearest(name, [one.name for one in sweep.factors])}")


def parts_of(sweep: Sweep, factor: Factor, bins: int = BINS) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Points by their value of a factor: part of each point (points,), what each part is called, and where it lies.

    Few different values are parts of their own; a range is cut into `bins` parts of equal width on its scale.
    """
    values = sweep.points[factor.name]
    found = list(dict.fromkeys(factor.levels)) if factor.levels else sorted(values.unique())
    if factor.levels or len(found) <= max(bins, 8):
        order = {_key(one): place for place, one in enumerate(found)}
        where = np.array([float(one) if factor.numeric else place for place, one in enumerate(found)])
        return np.array([order[_key(one)] for one in values]), [_named(one) for one in found], where
    scale = np.log if factor.log else np.asarray
    low, high = scale(factor.low), scale(factor.high)
    edges = np.linspace(low, high, bins + 1)
    part = np.clip(np.searchsorted(edges, scale(values.to_numpy(float)), side="right") - 1, 0, bins - 1)
    middle = (edges[:-1] + edges[1:]) / 2
    ends = np.exp(edges) if factor.log else edges
    names = [f"{said(start)} to {said(end)}" for start, end in itertools.pairwise(ends)]
    return part, names, np.exp(middle) if factor.log else middle


def independent(sweep: Sweep) -> np.ndarray:
    """Points that were drawn independently of one another, bool (points,): for intervals that mean something.

    Of a Saltelli design the two samples it is built from, for the points between them take over coordinates of both; of a Morris
    design the first point of each walk.
    """
    design, points = sweep.manifest["design"], int(sweep.manifest["points"])
    if design["kind"] == "saltelli":
        block = points // int(design["base"])
        return np.isin(np.arange(points) % block, (0, block - 1))
    if design["kind"] == "morris":
        return np.arange(points) % (points // int(design["trajectories"])) == 0
    return np.ones(points, bool)


def _key(value: Any) -> str:
    return f"{float(value):.12g}" if isinstance(value, int | float | np.number) else str(value)


def _named(value: Any) -> str:
    return (
        said(float(value)) if isinstance(value, int | float | np.number) and not isinstance(value, bool) else str(value)
    )


def said(value: float) -> str:
    """A factor's value with three digits that count and no exponent.

    >>> said(9099.2), said(0.08333), said(25000), said(0)
    ('9,100', '0.0833', '25,000', '0')
    """
    return number(float(f"{value:.3g}"))


def main_effects(sweep: Sweep, output: str | None = None, bins: int = BINS) -> pd.DataFrame:
    """Mean of a figure by each factor alone, over all that the others do.

    One row per factor and part of it: factor, value (in words), at (where it lies), mean, low, high (95 % interval of the mean
    over points), points. Of a Saltelli design only the two independent samples are used; in a Morris design points of one walk
    are alike, and intervals too narrow.
    """
    import pandas as pd

    name = output_of(sweep, output)
    figures = sweep.points[name].to_numpy(float)
    if sweep.manifest["design"]["kind"] == "saltelli":
        figures = np.where(independent(sweep), figures, np.nan)
    rows = []
    for factor in sweep.factors:
        part, names, where = parts_of(sweep, factor, bins)
        for place, words in enumerate(names):
            mine = figures[(part == place) & ~np.isnan(figures)]
            found = interval(mine)
            rows.append((factor.name, words, float(where[place]), *found))
    return pd.DataFrame(rows, columns=["factor", "value", "at", "mean", "low", "high", "points"])


def complete(sweep: Sweep, name: str, kind: str) -> np.ndarray:
    """A figure at every point of a design, in order. Raises ScenarioError for another design, or points without a value."""
    if sweep.manifest["design"]["kind"] != kind:
        raise ScenarioError(
            f'{"Sobol" if kind == "saltelli" else "Morris"} indices need a study with design kind = "{kind}"; this one is '
            f'"{sweep.manifest["design"]["kind"]}"'
        )
    figures = sweep.points[name].to_numpy(float)
    missing = int(np.isnan(figures).sum())
    if missing:
        raise ScenarioError(
            f"{missing} of {len(figures)} points have no value of '{name}' (not run, failed, or without meaning there); "
            "indices need them all"
        )
    if np.ptp(figures) == 0:
        raise ScenarioError(f"'{name}' is the same at every point, so nothing decides it")
    return figures


def sobol_indices(sweep: Sweep, output: str | None = None, pairs: bool = False) -> pd.DataFrame:
    """Shares of a figure's variance that each factor decides alone (first) and with all its interactions (total).

    One row per factor: first, first_low, first_high, total, total_low, total_high: 95 % intervals by bootstrap (Saltelli et al.
    2010, as SALib computes them). pairs: one row per pair instead, with the share that the two decide together only; for a
    design with second_order = true. Small negative values are noise of the estimate.
    """
    import pandas as pd

    name = output_of(sweep, output)
    figures = complete(sweep, name, "saltelli")
    second = bool(sweep.manifest["design"]["second_order"])
    if pairs and not second:
        raise ScenarioError("indices of pairs need a study with second_order = true in its design")
    names = [one.name for one in sweep.factors]
    found = salib("analyze.sobol").analyze(
        cube(len(names)), figures, calc_second_order=second, num_resamples=RESAMPLES, conf_level=LEVEL, seed=1
    )
    if pairs:
        rows = [
            (names[i], names[j], found["S2"][i, j], found["S2_conf"][i, j])
            for i in range(len(names))
            for j in range(i + 1, len(names))
        ]
        table = pd.DataFrame(rows, columns=["factor", "with", "second", "half"])
        table["low"], table["high"] = table["second"] - table["half"], table["second"] + table["half"]
        return table.drop(columns="half")
    columns = {"factor": names}
    for kind, key in (("first", "S1"), ("total", "ST")):
        columns[kind] = found[key]
        columns[f"{kind}_low"] = found[key] - found[f"{key}_conf"]
        columns[f"{kind}_high"] = found[key] + found[f"{key}_conf"]
    return pd.DataFrame(columns)


def morris_indices(sweep: Sweep, output: str | None = None) -> pd.DataFrame:
    """How much a figure changes when each factor goes through its range, one at a time from many places (Morris 1991).

    One row per factor: effect (mean of the absolute elementary effects, mu* of Campolongo et al. 2007) with its 95 % interval
    low and high by bootstrap, mean (with sign) and spread (standard deviation: interactions and bends).
    """
    import pandas as pd

    name = output_of(sweep, output)
    figures = complete(sweep, name, "morris")
    names = [one.name for one in sweep.factors]
    unit = sweep.design[[f"unit.{one}" for one in names]].to_numpy(float)
    found = salib("analyze.morris").analyze(
        cube(len(names)), unit, figures, num_levels=int(sweep.manifest["design"]["steps"]), num_resamples=RESAMPLES,
        conf_level=LEVEL, seed=1,
    )  # fmt: skip
    effect, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    return pd.DataFrame(
        {"factor": names, "effect": effect, "low": effect - half, "high": effect + half,
         "mean": np.asarray(found["mu"], float), "spread": np.asarray(found["sigma"], float)}
    )  # fmt: skip


def two_factors(sweep: Sweep, first: str, second: str, output: str | None = None, bins: int = BINS) -> pd.DataFrame:
    """Mean of a figure over every pair of parts of two factors: rows are parts of the second, columns of the first."""
    import pandas as pd

    name = output_of(sweep, output)
    across, down = factor_of(sweep, first), factor_of(sweep, second)
    part_across, names_across, _ = parts_of(sweep, across, bins)
    part_down, names_down, _ = parts_of(sweep, down, bins)
    cells = pd.DataFrame({"x": part_across, "y": part_down, "value": sweep.points[name].to_numpy(float)})
    table = cells.groupby(["y", "x"])["value"].mean().unstack()
    table = table.reindex(index=range(len(names_down)), columns=range(len(names_across)))
    table.index, table.columns = pd.Index(names_down, name=second), pd.Index(names_across, name=first)
    return table


def seeds_needed(sweep: Sweep, precisions: Sequence[float] = PRECISIONS) -> pd.DataFrame:
    """How many seeds a point needs for a 95 % interval of so many percent of a figure's mean, to either side.

    One row per figure: mean, spread (standard deviation between seeds of one point, pooled over points), paired (the same of the
    difference between two points on the same seed), and for each precision the seeds for one point (alone_2 %) and for a
    difference between two points as small as that (paired_2 %). Raises ScenarioError for a study with one seed.
    """
    import pandas as pd

    if len(sweep.seeds) < 2:
        raise ScenarioError("with one seed a point nothing is known of luck; give the study two or more seeds")
    rows = []
    done = sweep.runs[sweep.runs["status"] == "ok"]
    for name in sweep.outputs:
        table = done.pivot(index="point", columns="replicate", values=name).dropna()
        if table.empty:
            continue
        values = table.to_numpy(float)
        mean = float(values.mean())
        spread = float(np.sqrt(values.var(axis=1, ddof=1).mean()))
        # What is common to all points on one seed cancels in a difference of two.
        left = values - values.mean(axis=0) - values.mean(axis=1)[:, None] + mean
        freedom = max((values.shape[0] - 1) * (values.shape[1] - 1), 1)
        paired = float(np.sqrt(2 * (left**2).sum() / freedom)) if values.shape[0] > 1 else np.nan
        row: dict[str, Any] = {"figure": name, "mean": mean, "spread": spread, "paired": paired}
        for share in precisions:
            row[f"alone_{share * 100:g} %"] = _seeds(spread, abs(mean) * share)
            row[f"paired_{share * 100:g} %"] = _seeds(paired, abs(mean) * share)
        rows.append(row)
    return pd.DataFrame(rows)


def _seeds(spread: float, half: float) -> float:
    """Smallest number of seeds whose 95 % interval (Student) is narrower than `half` to either side; nan where there is none."""
    if not half > 0 or spread != spread:
        return float("nan")
    return 1.0 if spread == 0 else float(seeds_for(half, spread, most=MOST) or np.nan)
