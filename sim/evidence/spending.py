"""Interventions in advertising, and a laboratory in which little else happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.engine import Engine

Before = Callable[["Engine"], None]
"""Called in the morning of each day, before the day is lived."""


def advertise(times: float, first: int = 0, last: int | None = None, brands: tuple[int, ...] | None = None) -> Before:
    """Multiply advertising by `times` on days [first, last); of the focal brand, or of the brands at these positions.

    Impressions are drawn by inversion of one number a person, so that who gets an ad under the smaller budget gets it under
    the larger one, too.
    """

    def before(engine: Engine) -> None:
        if engine.day == first:
            tables = engine.tables
            theirs = np.isin(tables["flight_brand"], (engine.focal,) if brands is None else brands)
            tables["flight_spend"][first:last, theirs] *= times

    return before


def everything_but(*names: str) -> tuple[str, ...]:
    """All mechanisms except these, to be left `without`: a laboratory in which little happens."""
    from sim.mechanism import registry

    return tuple(name for name in registry() if name not in names)
