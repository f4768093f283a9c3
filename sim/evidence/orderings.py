"""Orderings: what facts say together, which no fact says alone.

Contagion in three nested markets: media only, then friends who are alike, then influence. All three can show an S-curve, so an
S-curve alone validates nothing; the hazard of adopting by adopter contacts must tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.experiment import MET, Measure
from sim.evidence.facts.influence import draw_ratios, sides
from sim.evidence.launches import first_years
from sim.evidence.statistics import jackknife

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from sim.evidence.contagion import Hazards
    from sim.evidence.lab import Lab

NESTED = {"media only": "media only", "no peers": "+ friends alike", "all": "+ influence"}
"""Arms of the launch's first year, and what each adds to the one before."""


@dataclass(frozen=True)
class Nested:
    """Hazards of adopting by adopter contacts in three nested markets, a list over seeds for each, least influence first."""

    hazards: dict[str, list[Hazards]]

    @property
    def measures(self) -> Sequence[Measure]:
        """Hazard with against without adopter contacts: flat, then some clustering, then more; each step over the one before.

        Bands: a placebo within 0.85 to 1.18 (D09), homophily above it (V05), influence above that and within 1.5 to 5 (D08).
        """
        media, alike, whole = (sides(found, 1, 2, 3) for found in self.hazards.values())

        def step(lower: np.ndarray, higher: np.ndarray) -> float:
            return float((higher[0] / higher[1]) / (lower[0] / lower[1]))

        return [
            Measure.of_ratio("media only", media[:, 0], media[:, 1], low=0.85, high=1.18),
            Measure("friends alike, over media only", jackknife(step, media, alike), low=1.0, sign=True),
            Measure("influence, over friends alike", jackknife(step, alike, whole), low=1.0, sign=True),
            Measure.of_ratio("all", whole[:, 0], whole[:, 1], low=1.5, high=5.0),
        ]

    @property
    def holds(self) -> bool:
        """Whether the three markets separate as they should."""
        return all(one.outcome == MET for one in self.measures)

    def draw(self, axes: Axes) -> None:
        """The three hazards by number of adopter contacts, the band of a placebo behind them."""
        draw_ratios(axes, self.hazards)
        axes.axhspan(0.85, 1.18, color="C0", alpha=0.12, linewidth=0)
        axes.legend(frameon=False)


def nested_contagion(lab: Lab) -> Nested:
    """The launch's first year with media only, with friends alike as well, and with influence as well, on the same seeds."""
    arms = first_years(lab)
    return Nested({added: [one.hazards for one in arms[arm]] for arm, added in NESTED.items()})
