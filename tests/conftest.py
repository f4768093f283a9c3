"""What tests share: kernels compiled once, and small markets (see make_market.py)."""

from __future__ import annotations

import pytest
from make_market import busy, live, quiet

from sim import Engine, Scenario


@pytest.fixture(scope="session")
def warm() -> None:
    """Compile every kernel once (or load it from the cache), so that no single test seems slow."""
    live(busy(days=2, consumers=100))


@pytest.fixture(scope="session")
def busy_market() -> Scenario:
    """A scenario in which every mechanism has something to do, 20 days, 900 consumers."""
    return busy()


@pytest.fixture
def empty_market() -> Engine:
    """One brand that nobody knows, no ties to speak of, nothing happening."""
    return Engine(quiet(peers={"degree": 0.01}))
