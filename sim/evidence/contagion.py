"""Contagion as field studies measure it: does adopting come sooner to those whose close contacts have adopted?

Every consumer at risk in every period of 30 days is classed by how many of the own strong ties adopted in earlier periods
(Valente 1995; Van den Bulte & Lilien 2001); ratios of hazards are Mantel-Haenszel ratios over periods, for calendar time
makes everybody early or late together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.statistics import mantel_haenszel

if TYPE_CHECKING:
    from sim.evidence.lab import Life
    from sim.peers import Ties

PERIOD = 30
"""Days of a period."""
STRONG = 0.5
"""Ties stronger than this count as contacts: four to five a person, as people name in surveys (N05)."""
MOST = 3
"""Contacts counted one by one; the last class is this many or more."""


@dataclass(frozen=True)
class Hazards:
    """Adoption by number of adopter contacts: events and persons at risk, (strata, MOST + 1).

    contacts: mean number of adopter contacts in each class, weighted by persons at risk.
    """

    events: np.ndarray
    persons: np.ndarray
    contacts: np.ndarray

    def ratio(self, *classes: int) -> tuple[float, float]:
        """Both sides of the Mantel-Haenszel ratio of classes of contacts against none."""
        events, persons = (
            np.column_stack([table[:, 0], table[:, list(classes)].sum(axis=1)]) for table in (self.events, self.persons)
        )
        return mantel_haenszel(events, persons)


def hazards(first_day: np.ndarray, ties: Ties, days: int, by_community: bool = False) -> Hazards:
    """Adoption by number of strong contacts who adopted in earlier periods.

    first_day (N): day of adoption, -1: never. by_community: strata are period and community, not period alone.
    """
    from scipy.sparse import csr_matrix

    strong = ties.strength > 255 * STRONG
    near = csr_matrix((strong.astype(np.int32), ties.to, ties.start), shape=(ties.consumers,) * 2)
    periods = days // PERIOD
    adopted = np.where(first_day < 0, periods, first_day // PERIOD)
    places = int(ties.community.max()) + 1 if by_community else 1
    place = ties.community if by_community else np.zeros(ties.consumers, np.int64)
    events, persons = np.zeros((2, periods, places, MOST + 1))
    met = np.zeros(MOST + 1)
    known = np.zeros(ties.consumers, np.int64)
    for period in range(periods):
        at_risk, now = adopted >= period, adopted == period
        kind = np.minimum(known, MOST)
        np.add.at(persons[period], (place[at_risk], kind[at_risk]), 1)
        np.add.at(events[period], (place[now], kind[now]), 1)
        met += np.bincount(kind[at_risk], weights=known[at_risk], minlength=MOST + 1)
        known += near @ now.astype(np.int32)
    there = persons.sum(axis=(0, 1))
    contacts = np.divide(met, there, out=np.full(MOST + 1, np.nan), where=there > 0)
    return Hazards(events.reshape(-1, MOST + 1), persons.reshape(-1, MOST + 1), contacts)


def hazards_of(life: Life, by_community: bool = False, until: int | None = None) -> Hazards:
    """Hazards of first buying the focal brand in a market that was lived, to its end or until a day before it."""
    first, days = life.first_day(), until or life.engine.calendar.days
    return hazards(np.where(first < days, first, -1), life.engine.ties, days, by_community)


def summed(ratios: list[tuple[float, float]]) -> float:
    """One ratio from both sides of several, added up."""
    above, below = np.array(ratios).sum(axis=0)
    return float(above / below) if below else float("nan")
