"""Orderings over several facts that a sound model must reproduce jointly, read off the battery's verdicts.

Each is either a chain, figures of several facts that must fall in size from first to last, or a set of facts that must all hold.
(The eighth, contagion in three nested markets, has runs of its own: `sim.evidence.orderings`.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.evidence.battery import Verdict


@dataclass(frozen=True)
class Ordering:
    """One ordering. chain: (fact, measure), largest size first; facts: must all hold."""

    number: int
    claim: str
    chain: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Facts whose verdicts it is read off."""
        return (*dict.fromkeys((*(fact for fact, _ in self.chain), *self.facts)),)

    def sizes(self, verdicts: Mapping[str, Verdict]) -> list[float]:
        """Sizes of the figures along the chain. Raises KeyError for a figure that no verdict has."""
        found = []
        for fact, measure in self.chain:
            figures = {one.name: abs(one.estimate) for one in verdicts[fact].figures}
            found.append(figures[measure])
        return found

    def holds(self, verdicts: Mapping[str, Verdict]) -> bool:
        """Whether the chain falls and the facts hold."""
        sizes = self.sizes(verdicts)
        falls = all(first > second for first, second in pairwise(sizes))
        return falls and all(verdicts[fact].holds for fact in self.facts)


ORDERINGS: tuple[Ordering, ...] = (
    Ordering(
        1,
        "Response of sales: price, then valence of word of mouth, its volume, ads in the long run, in the short run, ads of a "
        "mature brand",
        chain=(
            ("P01", "elasticity"),
            ("W02", "elasticity"),
            ("W01", "elasticity"),
            ("A02", "elasticity, a year"),
            ("A01", "elasticity, short run"),
            ("A03", "elasticity, mature"),
        ),
    ),
    Ordering(
        2, "Trust: friends first, banners and SMS last; sponsored influencers far below friends", facts=("T02", "I08")
    ),
    Ordering(3, "Carry-over: word of mouth, then television, outdoor, digital", facts=("W06", "A06")),
    Ordering(4, "Small accounts win per follower, hubs win per seed, both at once", facts=("I03", "I04", "I05")),
    Ordering(5, "Brands differ in how many buy them far more than in how often", facts=("B01",)),
    Ordering(6, "Customers won by friends are worth more over a year, not in the first month", facts=("W19", "R01")),
    Ordering(7, "Repurchase: no failure, then a failure made good, then one unanswered", facts=("S05", "S07")),
)


def judged(verdicts: Sequence[Verdict]) -> list[tuple[Ordering, bool | None]]:
    """Each ordering and whether it holds; None where a fact that it needs was not run."""
    known = {one.id: one for one in verdicts}
    return [(one, one.holds(known) if all(fact in known for fact in one.needs) else None) for one in ORDERINGS]
