"""A server of the app on a free port, and a real browser that notes what it asks for.

Tests that take `browser_page` or `address` are skipped, saying why, where there is no Chromium or no Solara.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.app.served import Served
from sim.app.studies.detached import end

CHROMIUM = next(
    (found for name in ("chromium", "google-chrome", "chromium-browser") if (found := shutil.which(name))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPO = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def studies_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps studies."""
    return tmp_path_factory.mktemp("studies")


@pytest.fixture(scope="session")
def address(studies_folder: Path) -> Iterator[str]:
    """Where the app is."""
    pytest.importorskip("solara", reason="the app needs: pip install 'journeysim[app]'")
    server = Served(folder=REPO, JOURNEYSIM_STUDIES=str(studies_folder))
    yield server.address
    server.stop()
    for study in studies_folder.iterdir():  # they outlive the server, but not a test that broke off
        end(study)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs: pip install playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """A browser of its own: cookies, a page, and notes of every request, error and failure."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.address = address
        self.context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1440, "height": 900}, **options})
        self.context.set_default_timeout(60_000)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda one: self.requests.append(one.url))
        self.page.on("websocket", lambda one: self.requests.append(one.url))
        self.page.on("pageerror", lambda one: self.problems.append(str(one)))
        self.page.on("console", lambda one: self.problems.append(one.text) if one.type == "error" else None)

    def go(self, path: str = "/") -> Any:
        """Open a page of the app and wait for its heading."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("main h1")
        return self.page


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; each is somebody else."""
    made: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        made.append(Visitor(chromium, address, **options))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
