"""Hazards of leaving a brand: spells of customers, stratified ratios of rates, and regressions of monthly hazards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.statistics import mantel_haenszel

if TYPE_CHECKING:
    from sim.engine import Engine
    from sim.evidence.lab import Life


def rate_ratio_parts(
    events: np.ndarray, time: np.ndarray, exposed: np.ndarray, stratum: np.ndarray
) -> tuple[float, float]:
    """Numerator and denominator of the Mantel-Haenszel ratio of rates, exposed against the others, within strata.

    events, time: how often it happened in a spell and how long the spell was at risk. stratum: whole numbers from 0. With
    d1, t1 events and time of the exposed in a stratum, and d0, t0 of the others, the parts are sum d1 t0 / t and
    sum d0 t1 / t (Mantel and Haenszel 1959; for rates: Rothman, Greenland and Lash 2008, Modern Epidemiology, chapter 15).
    """
    size, yes = int(stratum.max(initial=0)) + 1, exposed.astype(bool)

    def total(values: np.ndarray, of: np.ndarray) -> np.ndarray:
        return np.bincount(stratum[of], values[of], minlength=size)

    return mantel_haenszel(
        np.column_stack([total(events, ~yes), total(events, yes)]),
        np.column_stack([total(time, ~yes), total(time, yes)]),
    )


def strata(*codes: np.ndarray) -> np.ndarray:
    """One whole number for each combination of codes, counted from 0."""
    whole = np.zeros(len(codes[0]), np.int64)
    for code in codes:
        whole = whole * (int(code.max(initial=0)) + 1) + code
    return np.unique(whole, return_inverse=True)[1]


def fifths(values: np.ndarray, parts: int = 5) -> np.ndarray:
    """Which of `parts` equally large classes each value is in, from 0."""
    return np.searchsorted(np.quantile(values, np.arange(1, parts) / parts), values, side="right")


def log_hazard_ratios(event: np.ndarray, exposure: np.ndarray, others: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Log ratios of the hazards of exposures 1, 2 ... against exposure 0, all else being equal; float64 (exposure.max(),).

    Proportional hazards of events seen period by period: log(-log(1 - chance)) is linear in the exposures, the other covariates
    and one effect of each period (Prentice & Gloeckler 1978, Biometrics 34(1): Cox's model for grouped times), by maximum
    likelihood. event (n,): 0 or 1; exposure (n,): whole numbers; others (n, k): covariates; period (n,): numbers of periods. A
    period or an exposure in which nothing happened has no finite effect: it is left out, and such an exposure's ratio is nan, as
    all are if what is left has no finite solution.
    """
    happened = np.bincount(period, event) > 0, np.bincount(exposure, event) > 0
    kept = happened[0][period] & (happened[1][exposure] | (exposure == 0))
    told = np.flatnonzero(happened[1][1:]) + 1
    y, when = event[kept], np.flatnonzero(happened[0])
    groups = [exposure[kept, None] == told, period[kept, None] == when, others[kept]]
    x = np.concatenate(groups, axis=1, dtype=np.float64)
    found = np.full(int(exposure.max(initial=0)), np.nan)
    beta = np.zeros(x.shape[1])
    beta[told.size : told.size + when.size] = np.log(np.bincount(period, event)[when] / np.bincount(period)[when])
    hazard, likelihood = _fit(x, beta, y)
    for _ in range(100):
        gain = hazard / np.expm1(hazard)  # d log(chance) / d log(hazard); that of log(1 - chance) is -hazard
        information = (x * (gain * hazard)[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ np.where(y > 0, gain, -hazard))
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max() < 1e-8:
            found[told - 1] = beta[: told.size]
            break
        before = likelihood
        hazard, likelihood = _fit(x, beta + step, y)
        while likelihood < before - 1e-6:  # a whole step may overshoot
            step /= 2.0
            hazard, likelihood = _fit(x, beta + step, y)
        beta += step
    return found


def _fit(x: np.ndarray, beta: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Hazards by the regression, at most exp(5) a period (so that no first guess overflows), and their log likelihood."""
    hazard = np.exp(np.minimum(x @ beta, 5.0))
    return hazard, float(np.log(-np.expm1(-hazard[y > 0])).sum() - hazard[y == 0].sum())


def indicators(classes: np.ndarray) -> np.ndarray:
    """Columns of 0 and 1 for all classes but the lowest, bool (n, classes - 1): covariates of a regression."""
    return classes[:, None] == np.unique(classes)[1:]


def joined_today(engine: Engine) -> np.ndarray:
    """Who became a customer of the focal brand yesterday (evening call): int32 (n, 3), row, inviter or -1, days since then.

    The inviter counts if the invitation came within the programme's window.
    """
    b, columns = engine.focal, engine.columns
    owns = engine.owned_stages[columns["stage"][b]]
    rows = np.flatnonzero(owns & (columns["last_bought"][b] == engine.day - 1))
    ago = engine.day - 1 - columns["invited_on"][b, rows].astype(np.int32)
    host = np.where(ago <= engine.parameters["referral"]["window"], columns["referrer"][b, rows], -1)
    return np.column_stack([rows, host, ago]).astype(np.int32)


@dataclass(frozen=True)
class Spells:
    """Spells as a customer of the focal brand that began in the run by a first purchase, one entry each.

    row: consumer. start, end: day of joining, and of leaving (the last day of the run if still there). left: whether left.
    host: who had invited, -1: nobody. host_left: first day on which the host was no customer any more (int32 maximum: never).
    """

    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    left: np.ndarray
    host: np.ndarray
    host_left: np.ndarray

    @property
    def referred(self) -> np.ndarray:
        """Whether an invitation had come before."""
        return self.host >= 0


def leavings(life: Life, brand: int | None = None) -> np.ndarray:
    """Moves out of being a customer of a brand (by default the focal one), int32 (n, 2): day, row, in the order of days."""
    moves, owned = _moves_of(life, brand), life.engine.owned_stages
    return moves[owned[moves[:, 3]] & ~owned[moves[:, 4]], :2]


def joinings(life: Life, brand: int | None = None) -> np.ndarray:
    """Moves into being a customer, as `leavings`."""
    moves, owned = _moves_of(life, brand), life.engine.owned_stages
    return moves[~owned[moves[:, 3]] & owned[moves[:, 4]], :2]


def _moves_of(life: Life, brand: int | None) -> np.ndarray:
    return life.moves[life.moves[:, 2] == (life.focal if brand is None else brand)]


def spells(life: Life) -> Spells:
    """First spells as a customer of the focal brand; the run must have kept moves and watched `joined_today`."""
    days, never = life.engine.calendar.days, np.iinfo(np.int32).max
    first = life.orders[(life.orders[:, 2] == life.focal) & (life.orders[:, 3] == 1)]
    first = first[np.argsort(first[:, 0], kind="stable")]
    hosts = [
        dict(zip(there[:, 0].tolist(), there[:, 1].tolist())) for there in life.watched
    ]  # of everybody who bought on a day
    row, start = first[:, 1], first[:, 0]
    host = np.array([hosts[day].get(i, -1) for i, day in zip(row.tolist(), start.tolist())], np.int64)
    gone = leavings(life)
    by_row: dict[int, list[int]] = {}
    for day, i in gone.tolist():
        by_row.setdefault(i, []).append(day)

    def first_after(i: int, day: int) -> int:
        return next((when for when in by_row.get(i, ()) if when >= day), never)

    until = np.array([first_after(i, day + 1) for i, day in zip(row.tolist(), start.tolist())], np.int64)
    parted = np.array(
        [first_after(h, day) if h >= 0 else never for h, day in zip(host.tolist(), start.tolist())], np.int64
    )
    return Spells(row, start, np.minimum(until, days), until < never, host, parted)
