"""Launches that the facts on diffusion share.

*Steady*: the launch's new brand with its paid media and sponsorships of the first year at an even pace, year after year: the
constant mix that a Bass curve assumes. It goes on for as long as a market can live, twenty years, as a curve's coefficients hang
on how much of it one has seen: q falls and the potential grows the longer one looks (Van den Bulte & Lilien 1997, Marketing
Science 16(4)). By then 95 % of the fitted potential has adopted; after eight years it was 76 %.
*First year*: the launch as shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.contagion import Hazards, hazards_of
from sim.evidence.interventions import STRANGERS, WITHOUT_PEERS

if TYPE_CHECKING:
    from sim.evidence.lab import Lab, Life
    from sim.scenario import Scenario

YEARS, YEAR = 20, 365
CONTACTS = 8
"""Years of a steady launch in which hazards by adopter contacts are read."""
STEADY_SEEDS, STEADY_QUICK, STEADY = 10, 2, "steady launch"
FIRST_SEEDS, FIRST_QUICK, FIRST = 48, 4, "first year of the launch"
MONTHS = 150
"""Days of the first five months."""


@dataclass(frozen=True)
class Launch:
    """One launch: first purchases of the new brand a day by simulated consumers (days,), and hazards by adopter contacts."""

    first: np.ndarray
    hazards: Hazards
    early: Hazards
    """The same hazards in the first five months."""
    within: Hazards | None = None
    """The same hazards within communities, where asked for."""

    @classmethod
    def of(cls, life: Life, within: bool = False) -> Launch:
        """Sum up a launch that was lived."""
        days = min(CONTACTS * YEAR, life.engine.calendar.days)
        inside = hazards_of(life, by_community=True, until=days) if within else None
        whole, early = hazards_of(life, until=days), hazards_of(life, until=MONTHS)
        return cls(life.daily_units(first_only=True), whole, early, inside)

    @property
    def by_year(self) -> np.ndarray:
        """First purchases in each whole year."""
        return self.first[: len(self.first) // YEAR * YEAR].reshape(-1, YEAR).sum(axis=1)


def _spread(dated: Any, amount: str) -> dict[str, Any]:
    """A flight or sponsorship of the first year spread evenly over all days."""
    last = YEAR - 1 if dated.to is None else dated.to
    given = dated.model_dump(by_alias=True, exclude_defaults=True)
    kept = {name: value for name, value in given.items() if name not in ("from", "to")}
    return kept | {amount: getattr(dated, amount) * (last - (dated.from_ or 0) + 1) / YEAR}


def steady(lab: Lab, changes: Mapping[str, Any] | None = None, years: int = YEARS) -> Scenario:
    """The steady launch: as much media every year as the plan has in its one, evenly, and no promotion."""
    plan = lab.market("launch").plan
    constant = {
        "plan.flights": [_spread(flight, "weekly") for flight in plan.flights],
        "plan.sponsorships": [_spread(one, "posts_per_week") for one in plan.sponsorships],
        "plan.promotions": [],
    }
    return lab.market("launch", {**constant, **(changes or {})}, days=years * YEAR)


def steady_launches(lab: Lab) -> dict[str, list[Launch]]:
    """Steady launches on every seed, lived once for all facts that ask.

    Arms: `all`; `no media` (no plan at all); `no peers` (nobody influences anybody); `media only` (nor are friends alike; of
    this no more than hazards by contacts is asked).
    """

    def live() -> dict[str, list[Launch]]:
        nothing: dict[str, Any] = {"plan.flights": [], "plan.sponsorships": []}
        return {
            "all": [Launch.of(lab.live(steady(lab), seed), within=True) for seed in lab.seeds],
            "no media": [Launch.of(lab.live(steady(lab, nothing), seed)) for seed in lab.seeds],
            "no peers": [Launch.of(lab.live(steady(lab), seed, **WITHOUT_PEERS)) for seed in lab.seeds],
            "media only": [Launch.of(lab.live(alone, seed, **WITHOUT_PEERS)) for seed in lab.seeds],
        }

    alone = steady(lab, STRANGERS, CONTACTS)
    found: dict[str, list[Launch]] = lab.once(STEADY, live)
    return found


def first_years(lab: Lab) -> dict[str, list[Launch]]:
    """First years of the launch as shipped, on every seed: `all`, `no peers`, and `media only` as above."""

    def live() -> dict[str, list[Launch]]:
        launch, strangers = lab.market("launch"), lab.market("launch", STRANGERS)
        return {
            "all": [Launch.of(lab.live(launch, seed)) for seed in lab.seeds],
            "no peers": [Launch.of(lab.live(launch, seed, **WITHOUT_PEERS)) for seed in lab.seeds],
            "media only": [Launch.of(lab.live(strangers, seed, **WITHOUT_PEERS)) for seed in lab.seeds],
        }

    found: dict[str, list[Launch]] = lab.once(FIRST, live)
    return found
