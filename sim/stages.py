"""Roles of journey stages, as bits: what a person at a stage knows, weighs, wants, has or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.scenario.models import Stage

KNOWS, CONSIDERS, INTENDS, OWNS, REFUSES = 1, 2, 4, 8, 16


def roles(stages: Sequence[Stage]) -> np.ndarray:
    """The role bits of each stage, uint8 (stages,)."""
    return np.array(
        [
            KNOWS * one.knows
            + CONSIDERS * one.considers
            + INTENDS * one.intends
            + OWNS * one.owns
            + REFUSES * one.refuses
            for one in stages
        ],
        np.uint8,
    )


def first_with(stages: Sequence[Stage], role: int, without: int = 0, default: int | None = None) -> int:
    """Number of the first stage that has `role` and none of `without`; if none has, `default`, or ValueError without one."""
    for number, bits in enumerate(roles(stages)):
        if bits & role and not bits & without:
            return number
    if default is None:
        raise ValueError(f"no stage of the journey has role {role}; stages: {', '.join(one.name for one in stages)}")
    return default
