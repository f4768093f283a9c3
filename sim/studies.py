"""Studies of real markets: what was recorded, and how far a simulated market reproduces it.

Medical Innovation (Coleman, Katz and Menzel 1966): 125 physicians of four towns, the colleagues they turn to, their
contact with sales representatives and journals, and the month of their first prescription of tetracycline. Every
function that describes the recorded adoption also takes adoption months from elsewhere, so that recorded and simulated
physicians are put through the same analysis (indirect inference). Scenario: scenarios/physicians.toml; data and
licence: scenarios/data/README.md.

Adoption months are whole numbers from 1 to 17; 18 means not within the record (Valente 1995).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.scenario.read import shipped_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.scenario import Scenario

MONTHS = 17
"""Months on record: November 1953 to March 1955."""

DAYS_PER_MONTH = 30
"""Simulated days that count as one month (assumed): 17 months are 510 days."""

STRATA = {1: "few_journals", 2: "some_journals", 3: "many_journals"}
"""Column journ2 -> segment of the scenario."""


@dataclass(frozen=True)
class Physicians:
    """The recorded physicians. Arrays have one entry a physician, in the order of physicians.csv."""

    table: pd.DataFrame
    """All recorded columns."""
    month: np.ndarray
    """(N,) int64, month of adoption 1 to 17, or 18: not within the record."""
    town: np.ndarray
    """(N,) int64, 1 to 4."""
    names: np.ndarray
    """(N, N) bool: the row's physician names the column's as a colleague to turn to."""


@dataclass(frozen=True)
class Contagion:
    """Effect on the log odds of adopting this month of the share of named colleagues who have; `se`: standard error."""

    effect: float
    se: float


@dataclass(frozen=True)
class AdoptionFit:
    """How well simulated adoption reproduces the record."""

    runs: int
    rmse: float
    """Root mean squared error of the mean simulated cumulative share, 0 to 1."""
    r2: float
    """Share of the variance of monthly adopters that the mean run reproduces; below 0: worse than a flat line."""
    adopted: float
    """Mean simulated share of adopters by month 17."""
    adopted_recorded: float
    inside: float
    """Share of months in which the recorded cumulative share lies inside the middle 90 % of runs."""
    curve: pd.DataFrame
    """month, recorded, simulated (mean), low, high (5 % and 95 % of runs): cumulative shares."""


def read_physicians(folder: Path | None = None) -> Physicians:
    """The physicians, their ties and their adoption months, from `folder` (by default the one shipped with Journeysim).

    Raises FileNotFoundError where the files are missing and ValueError where a tie names an unknown physician or a
    month is outside 1 to 18.

    >>> study = read_physicians()
    >>> len(study.month), int(study.names.sum())
    (125, 294)
    """
    folder = folder or shipped_folder() / "data" / "med_innovation"
    table = pd.read_csv(folder / "physicians.csv")
    ties = pd.read_csv(folder / "edges.csv")
    month = _months(table["toa_month"].to_numpy(np.int64))
    unknown = sorted((set(ties["source"]) | set(ties["target"])) - set(table["id"]))
    if unknown:
        raise ValueError(f"{folder / 'edges.csv'} names physician {unknown[0]}, who is not in physicians.csv.")
    row = pd.Series(np.arange(len(table)), index=table["id"])
    names = np.zeros((len(table), len(table)), bool)
    names[row[ties["source"]].to_numpy(), row[ties["target"]].to_numpy()] = True
    return Physicians(table, month, table["city"].to_numpy(np.int64), names)


def _months(months: np.ndarray) -> np.ndarray:
    """Checked adoption months, as int64."""
    months = np.asarray(months)
    if not np.issubdtype(months.dtype, np.integer):
        raise ValueError(f"Adoption months must be whole numbers from 1 to {MONTHS + 1}; found dtype {months.dtype}.")
    if months.size and (months.min() < 1 or months.max() > MONTHS + 1):
        raise ValueError(
            f"Adoption months must be from 1 to {MONTHS}, or {MONTHS + 1} for not within the record; "
            f"found {months.min()} to {months.max()}."
        )
    return months.astype(np.int64)


def exposure_strata(study: Physicians) -> pd.DataFrame:
    """Segment of each physician by journal subscriptions: the node list (id, segment) of the scenario."""
    return pd.DataFrame({"id": study.table["id"], "segment": study.table["journ2"].map(STRATA)})


def media_exposure(study: Physicians) -> pd.DataFrame:
    """How far marketing reached each stratum, over those who answered; one row a segment.

    Columns: physicians; share visited by sales representatives (`detail`) and naming journals as a source (`journ`);
    mean attendance at meetings from 0 to 2 (`attend`).
    """
    groups = study.table.assign(segment=exposure_strata(study)["segment"]).groupby("segment", sort=False)
    frame = groups[["detail", "journ", "attend"]].mean()
    frame.insert(0, "physicians", groups.size())
    return frame.reindex(list(STRATA.values()))


def adoption_months(first_purchase_day: np.ndarray) -> np.ndarray:
    """Adoption months from the simulated day of each physician's first purchase (-1: none), of any shape.

    Days count from 0; a first purchase after month 17 counts as not within the record.

    >>> adoption_months(np.array([0, 29, 30, 509, 510, -1])).tolist()
    [1, 1, 2, 17, 18, 18]
    """
    day = np.asarray(first_purchase_day, dtype=np.int64)
    month = day // DAYS_PER_MONTH + 1
    return np.where((day < 0) | (month > MONTHS), MONTHS + 1, month)


def adoption_curve(months: np.ndarray) -> pd.DataFrame:
    """New and cumulative adopters in each month as shares of all physicians: columns month, new, cumulative."""
    months = _months(months)
    new = np.bincount(months, minlength=MONTHS + 2)[1 : MONTHS + 1] / len(months)
    return pd.DataFrame({"month": np.arange(1, MONTHS + 1), "new": new, "cumulative": np.cumsum(new)})


def r_squared(recorded: np.ndarray, predicted: np.ndarray) -> float:
    """Share of the variance of `recorded` that `predicted` reproduces; NaN where `recorded` does not vary."""
    recorded, predicted = np.asarray(recorded, float), np.asarray(predicted, float)
    total = float(np.sum((recorded - recorded.mean()) ** 2))
    return 1.0 - float(np.sum((recorded - predicted) ** 2)) / total if total > 0 else float("nan")


def _at_risk(study: Physicians, months: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Physician, month and number of named colleagues who adopted before, for each physician-month at risk.

    At risk: physicians who name at least one colleague, from month 2 to their own adoption or the end of the record.
    """
    who, when, adopters = [], [], []
    namers = np.flatnonzero(study.names.any(axis=1))
    for month in range(2, MONTHS + 1):
        rows = namers[months[namers] >= month]
        who.append(rows)
        when.append(np.full(len(rows), month))
        adopters.append(study.names[rows] @ (months < month).astype(np.int64))
    return np.concatenate(who), np.concatenate(when), np.concatenate(adopters)


def hazard_by_adopter_ties(study: Physicians, months: np.ndarray | None = None) -> pd.DataFrame:
    """Do physicians adopt faster the more of their colleagues have? Chance of adopting in a month, by adopter ties.

    `months` (N,) are adoption months, by default the recorded ones. Columns adopter_ties (0 to 4, and 5 for five or
    more), hazard (adoptions per physician-month), person_months. NaN hazard: no such physician-month.
    """
    months = study.month if months is None else _months(months)
    who, when, adopters = _at_risk(study, months)
    ties = np.minimum(adopters, 5)
    person_months = np.bincount(ties, minlength=6)
    events = np.bincount(ties, weights=months[who] == when, minlength=6)
    hazard = np.divide(events, person_months, out=np.full(6, np.nan), where=person_months > 0)
    return pd.DataFrame({"adopter_ties": np.arange(6), "hazard": hazard, "person_months": person_months})


def contagion(study: Physicians, months: np.ndarray | None = None, towns: bool = True) -> Contagion:
    """Does the share of one's colleagues who have adopted raise the chance to adopt, month and town being equal?

    Logistic regression over physician-months at risk, with an effect of each month and, if `towns`, of each town: both
    make everybody early or late together, which would pass for contagion (Van den Bulte and Lilien 2001). `months` (N,)
    are adoption months, by default the recorded ones. A month or town in which nobody or everybody at risk adopts says
    nothing about the effect and is left out. Raises ValueError where the regression has no finite solution.
    """
    months = study.month if months is None else _months(months)
    who, when, adopters = _at_risk(study, months)
    share = adopters / study.names[who].sum(axis=1)
    adopts = (months[who] == when).astype(np.float64)
    groups = [when, study.town[who]] if towns else [when]
    keep = np.ones(len(who), bool)
    for group in groups:
        eventful = [g for g in np.unique(group) if 0 < adopts[group == g].sum() < (group == g).sum()]
        keep &= np.isin(group, eventful)
    columns = [share[keep], np.ones(int(keep.sum()))]
    for group in groups:
        columns += [(group[keep] == g).astype(np.float64) for g in np.unique(group[keep])[1:]]
    return _logit_effect(np.column_stack(columns), adopts[keep])


def _logit_effect(x: np.ndarray, y: np.ndarray) -> Contagion:
    """Coefficient of the first column in the logistic regression of `y` on `x`, by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-(x @ beta)))
        information = (x * (chance * (1.0 - chance))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (y - chance))
        except np.linalg.LinAlgError:
            break
        beta += step
        if np.abs(step).max() < 1e-8:
            return Contagion(float(beta[0]), float(np.sqrt(np.linalg.inv(information)[0, 0])))
    raise ValueError(
        f"The contagion regression has no finite solution: {len(y)} physician-months with {int(y.sum())} adoptions."
    )


def thresholds(study: Physicians, months: np.ndarray | None = None) -> np.ndarray:
    """Share of the named colleagues who had adopted before, for each adopter who names anybody (Valente 1996)."""
    months = study.month if months is None else _months(months)
    adopters = np.flatnonzero(study.names.any(axis=1) & (months <= MONTHS))
    before = months[None, :] < months[adopters, None]
    named = study.names[adopters]
    return (named & before).sum(axis=1) / named.sum(axis=1)


def simulate_adoption(
    scenario: Scenario, brand: int, runs: int, progress: Callable[[int], None] | None = None
) -> np.ndarray:
    """Adoption months (1 to 17, 18: never) of every consumer in `runs` runs with successive seeds, shape (runs, N).

    A consumer adopts on the day of the first purchase of `brand`. progress(runs done) is called after each run.
    """
    from sim.engine import Engine

    months = []
    for number in range(runs):
        engine = Engine(scenario, seed=scenario.seed + number)
        first = np.full(engine.consumers, -1)
        for day in range(engine.calendar.days):
            engine.step()
            bought_today = engine.columns["last_bought"][brand] == day
            first[bought_today & (first < 0)] = day
        engine.close()
        months.append(adoption_months(first))
        if progress:
            progress(number + 1)
    return np.array(months)


def compare_adoption(study: Physicians, simulated: np.ndarray) -> AdoptionFit:
    """Simulated beside recorded adoption of the same physicians.

    `simulated` holds adoption months (1 to 17, 18: never), shape (runs, N), physicians in the order of physicians.csv;
    `adoption_months` makes them from first-purchase days. Raises ValueError on another shape or range.
    """
    simulated = np.asarray(simulated)
    if simulated.ndim != 2 or simulated.shape[0] < 1 or simulated.shape[1] != len(study.month):
        raise ValueError(
            f"Simulated adoption months must have shape (runs, {len(study.month)}), one column a physician; "
            f"found {simulated.shape}."
        )
    recorded = adoption_curve(study.month)
    runs = [adoption_curve(run) for run in simulated]
    cumulative = np.array([run["cumulative"].to_numpy() for run in runs])
    new = np.array([run["new"].to_numpy() for run in runs]).mean(axis=0)
    mean = cumulative.mean(axis=0)
    low, high = np.quantile(cumulative, [0.05, 0.95], axis=0)
    truth = recorded["cumulative"].to_numpy()
    curve = pd.DataFrame({"month": recorded["month"], "recorded": truth, "simulated": mean, "low": low, "high": high})
    return AdoptionFit(
        runs=len(simulated),
        rmse=float(np.sqrt(np.mean((mean - truth) ** 2))),
        r2=r_squared(recorded["new"].to_numpy(), new),
        adopted=float(mean[-1]),
        adopted_recorded=float(truth[-1]),
        inside=float(np.mean((truth >= low - 1e-9) & (truth <= high + 1e-9))),
        curve=curve,
    )


def plot_adoption(fit: AdoptionFit) -> Figure:
    """Recorded and simulated share of physicians who have adopted, month by month; the band holds 90 % of the runs."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes: Any = figure.subplots()
    curve = fit.curve
    runs = "run" if fit.runs == 1 else "runs"
    axes.fill_between(
        curve["month"], curve["low"], curve["high"], color="#4477aa", alpha=0.2, lw=0, label="90 % of runs"
    )
    axes.plot(curve["month"], curve["simulated"], color="#4477aa", label=f"simulated, mean of {fit.runs} {runs}")
    axes.plot(curve["month"], curve["recorded"], "o", color="#222222", label="recorded 1953-55")
    axes.set(xlabel="month after the launch", ylabel="share who prescribe it", xlim=(0.5, MONTHS + 0.5), ylim=(0, 1))
    axes.set_title(f"125 physicians and a new drug: error of the curve {100 * fit.rmse:.1f} points", loc="left")
    axes.legend(frameon=False, loc="lower right")
    return figure
