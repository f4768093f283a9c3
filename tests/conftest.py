"""What tests share: kernels compiled once. Small markets to test on are in make_market.py."""

from __future__ import annotations

import pytest
from make_market import busy, live


@pytest.fixture(scope="session")
def warm() -> None:
    """Compile every kernel once (or load it from the cache), so that no single test seems slow."""
    live(busy(days=2, consumers=100))
