"""What tests share: kernels compiled once. Small markets to test on are in make_market.py."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from make_market import busy, live

# The same examples every time, as everything here is reproducible, and none fails because the machine is busy.
# Others are tried by: pytest --hypothesis-profile=default
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(scope="session")
def warm() -> None:
    """Compile every kernel once (or load it from the cache), so that no single test seems slow."""
    live(busy(days=2, consumers=100))
