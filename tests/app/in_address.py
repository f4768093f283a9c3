"""What a page's address holds. It follows the plan at most four times a second, and later on a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sim.app.state import State, decode

PATIENCE = 60.0
"""Seconds after which it will not follow any more."""


def in_address(page: Any, holds: Callable[[State], bool]) -> State:
    """What is set, as soon as the address says that this holds of it."""
    end = time.monotonic() + PATIENCE
    while not holds(state := decode(page.evaluate("new URL(location).searchParams.get('s') || ''"))):
        assert time.monotonic() < end, state
        page.wait_for_timeout(50)
    return state
