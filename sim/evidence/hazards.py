"""Hazards of leaving a brand: spells of customers, and stratified ratios of rates."""

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
    moves, owned = life.moves, life.engine.owned_stages
    mine = (moves[:, 2] == (life.focal if brand is None else brand)) & owned[moves[:, 3]] & ~owned[moves[:, 4]]
    return moves[mine][:, :2]


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
