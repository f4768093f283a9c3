"""The published facts: what was found, by whom, how it is measured in a simulated market, and the band that counts as met.

`data/facts.csv` has the claims and sources, `data/acceptance.csv` the tiers and bands. Bands were set before anything was
measured here and are wider than the published intervals: a stylised market should land in the empirical range, not on its mean.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CALIBRATION = frozenset(
    {"D01", "D02", "A01", "A06", "W09", "W11", "T01", "T02", "N01", "N02", "N03", "J01", "J03", "P01"}
)
"""Facts that parameters may be fitted on."""

SET_BY_HAND: Mapping[str, str] = {
    "B01": "brands' availability and buyers of the coffee market follow the Dirichlet of the study that it is judged by",
    "B07": "the experiment's four numbers are set on the very curve",
}
"""Facts from which numbers come that are no parameter with a source of its own: whole tables, scenarios, an experiment's
settings."""

IN_SIGHT = frozenset(
    {
        *("B01", "L01", "L03", "S01", "S05", "S07", "S08", "P04", "X01", "X02", "J04", "V05", "D10", "Z08"),
        *("W07", "W13", "W18", "R01", "R02", "R03", "R05", "I01", "I02", "I03", "I05"),
        *("A02", "A09", "W01", "W02", "W05", "W19", "S06", "J05", "B05", "X04", "W15"),
    }
)
"""Facts that were missed at first, upon which the form of a mechanism or the way of measuring was changed (what, is said in
docs/evidence-details.md). That they hold now is weaker evidence than if they had held at once."""

CALIBRATED, INPUT, SEEN, HELD_OUT = ROLES = ("calibrated", "input", "in sight", "held out")
"""What a fact has to do with how the model came about, the closest tie first; a fact has the first role that fits it."""


@cache
def inputs() -> frozenset[str]:
    """Facts that some number of the model was read off, or set with in view: those that a number's source names.

    Sources are those of every parameter, trait, channel and arrow in every shipped scenario (`sim.sources`).
    """
    from sim.scenario import load
    from sim.scenario.read import shipped
    from sim.sources import sources

    said = {row.source for name in shipped() for row in sources(load(name))}
    named = {id for text in said for id in re.findall(r"\b[A-Z]\d\d\b", text)}
    return frozenset(named & published().keys()) | SET_BY_HAND.keys()


@dataclass(frozen=True)
class Published:
    """One published fact.

    low, central, high: the published figures, None for claims of direction or shape. band: what counts as met, in words.
    tier: 1 must hold, 2 should hold, 3 context. core: one of the fifteen most discriminating. verified: whether a stored copy
    of the source stated it.
    """

    id: str
    theme: str
    claim: str
    low: float | None
    central: float | None
    high: float | None
    unit: str
    source: str
    doi: str
    verified: bool
    recipe: str
    tier: int
    core: bool
    band: str

    @property
    def role(self) -> str:
        """CALIBRATED if parameters may be fitted on it; INPUT if a number was read off it; SEEN if a form or measure was chosen
        after a miss; else HELD_OUT."""
        if self.id in CALIBRATION:
            return CALIBRATED
        if self.id in inputs():
            return INPUT
        return SEEN if self.id in IN_SIGHT else HELD_OUT


def _number(text: str) -> float | None:
    return float(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    text = files("sim.evidence").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def published() -> dict[str, Published]:
    """Every published fact by id, in the order of the table."""
    bands = {row["id"]: row for row in _rows("acceptance.csv")}
    return {
        row["id"]: Published(
            id=row["id"],
            theme=bands[row["id"]]["theme"],
            claim=row["claim"],
            low=_number(row["low"]),
            central=_number(row["central"]),
            high=_number(row["high"]),
            unit=row["unit"],
            source=row["source"],
            doi=row["doi"],
            verified=row["verified"] == "yes",
            recipe=row["measure"],
            tier=int(bands[row["id"]]["tier"]),
            core=bands[row["id"]]["core15"] == "yes",
            band=bands[row["id"]]["band_in_words"],
        )
        for row in _rows("facts.csv")
    }
