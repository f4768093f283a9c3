"""The app's pages, one file each: a component and a small declaration `PAGE`.

A new page is a new file here with its words in `sim/app/words/`; nothing else needs to know of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Page:
    """One page: its address, the words of its link and heading, its place in the navigation, and what draws it.

    path: "" is the home page, "whatif" is at /whatif. name, title: keys of the catalogue; the title is a question. order:
    place in the navigation, smallest first; None keeps it out of there. view: a Solara component without arguments.
    """

    path: str
    name: str
    title: str
    view: Callable[[], Any]
    order: int | None = None


@cache
def pages() -> tuple[Page, ...]:
    """Every page in the order of the navigation. Raises ValueError if two have one address."""
    found = [
        importlib.import_module(f"{__name__}.{one.name}").PAGE
        for one in pkgutil.iter_modules(__path__)
        if not one.name.startswith("_")
    ]
    paths = [one.path for one in found]
    twice = {path for path in paths if paths.count(path) > 1}
    if twice:
        raise ValueError(f"two pages have the address {', '.join(sorted(twice)) or '/'}")
    return tuple(sorted(found, key=lambda one: (one.order is None, one.order or 0, one.path)))
