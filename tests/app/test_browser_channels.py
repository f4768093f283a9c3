"""The page on what channels do, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.app.state import State

pytestmark = pytest.mark.browser


def test_channels_are_measured_and_drawn(visit: Callable[..., Any]) -> None:
    visitor = visit()
    page = visitor.go(f"/channels?s={State(case='minimal').encode()}")
    page.wait_for_function("document.querySelectorAll('.chart[data-ready=\"1\"]').length === 2", timeout=120_000)
    titles = page.locator(".chart h2").all_inner_texts()
    assert titles == ["Who deserves the credit?", "When is more too much?"]  # one channel has no pair
    card = page.locator(".chart").first
    card.get_by_role("button", name="Show as table").click()
    assert card.locator("thead th").count() > 6
    assert visitor.problems == []
