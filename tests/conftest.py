"""What tests share: kernels compiled once. Small markets to test on are in make_market.py."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings
from make_market import busy, live

# The same examples every time, as everything here is reproducible, and none fails because the machine is busy.
# Others are tried by: pytest --hypothesis-profile=default
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

APART = "import sim; sim.run(sim.load('minimal').with_(consumers=100, days=2))"
"""The market that most tests of the app look at, lived by a process of its own."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the commonest days before tests are handed out, so that none waits for that, nor any two compile the same."""
    if session.config.getoption("numprocesses", None) and not session.config.getoption("collectonly"):
        other = subprocess.Popen([sys.executable, "-c", APART], cwd=session.config.rootpath)
        live(busy(days=2, consumers=100))
        if other.wait():
            pytest.exit("the market 'minimal' cannot be run")


@pytest.fixture(scope="session")
def warm() -> None:
    """Compile every kernel once (or load it from the cache), so that no single test seems slow."""
    live(busy(days=2, consumers=100))
