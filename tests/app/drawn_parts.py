"""Parts of pages drawn without a browser: their text, their buttons, and waiting for what other threads bring about."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def until(what: Callable[[], Any]) -> None:
    """Wait for what other threads bring about."""
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def shown(widget: Any) -> str:
    """All text of a tree of widgets."""
    return widget if isinstance(widget, str) else " ".join(shown(one) for one in getattr(widget, "children", ()))


def press(widget: Any, label: str) -> None:
    """Click the button with this label."""
    for one in getattr(widget, "children", ()):
        if one == label:
            widget.click()
        elif not isinstance(one, str):
            press(one, label)


def every(widget: Any) -> list[Any]:
    """A widget and all in it."""
    inside = (one for one in getattr(widget, "children", ()) if not isinstance(one, str))
    return [widget, *(found for one in inside for found in every(one))]
