"""Nothing leaves the machine: what every page asks for, Mesa's page too, and the app with the network cut."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import CHROMIUM, REPO, Visitor
from ready import READY, address_of

from sim.app.served import Served

pytestmark = pytest.mark.browser


def asked_of(visitor: Any) -> set[str]:
    """Hosts that a visitor's browser asked for anything."""
    return {urlsplit(url).netloc for url in visitor.requests if not url.startswith(("data:", "blob:"))}


@pytest.mark.parametrize("path", READY, ids=lambda path: path or "home")
def test_a_page_asks_nobody_else(visit: Callable[..., Any], address: str, path: str) -> None:
    one = visit()
    page = one.go(address_of(path))
    page.wait_for_selector(READY[path], timeout=120_000)
    assert asked_of(one) == {urlsplit(address).netloc}
    assert one.problems == []


def test_mesas_page_asks_nobody_else(chromium: Any) -> None:
    server = Served(folder=REPO, options=["--inside"])
    one = Visitor(chromium, server.address)
    try:
        one.page.goto(server.address, wait_until="domcontentloaded")
        one.page.wait_for_selector("text=Time: 0", timeout=120_000)
        one.page.get_by_role("button", name="Step").first.click()
        one.page.wait_for_selector("text=Time: 1", timeout=60_000)
        assert asked_of(one) == {urlsplit(server.address).netloc}
    finally:
        one.context.close()
        server.stop()


def test_home_is_shown_with_the_network_cut() -> None:
    """In a network namespace of its own, where there is nothing but this machine: server and browser both."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on PATH")
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "--user", "--map-root-user", "--net"]
    if unshare is None or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody cut off a process from the network (unshare --user --net)")
    ended = subprocess.run(
        [*alone, sys.executable, "-m", "cut_off", CHROMIUM],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert ended.stdout == "shown Where in the journey do you lose your customers?\n", ended.stderr
