"""A server that is started anew, in a real browser: addresses hold the plan, so nothing of it is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import REPO, Visitor

from sim.app.served import Served
from sim.app.state import State

pytestmark = pytest.mark.browser


def answered(page: Any) -> str:
    """The surer answer to the plan, with its figures."""
    page.wait_for_selector(".verdict:not(.is-pending)")
    page.wait_for_selector(".runs-text:has-text('20 pairs of markets')")
    return str(page.inner_text(".verdict"))


def test_a_reload_after_a_restart_finds_the_same_plan_and_figures(chromium: Any, tmp_path: Path) -> None:
    pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")
    server = Served(folder=REPO, JOURNEYSIM_STUDIES=str(tmp_path))
    visitor = Visitor(chromium, server.address)
    try:
        page = visitor.go(f"/whatif?s={State(case='minimal', levers={'price': 0.9}).encode()}")
        before, address = answered(page), page.url
        assert before.count("%") > 1
        server.stop()
        server = Served(server.port, folder=REPO, JOURNEYSIM_STUDIES=str(tmp_path))
        page.reload()
        page.wait_for_selector("main h1")
        assert answered(page) == before
        assert page.url == address
    finally:
        visitor.context.close()
        server.stop()
