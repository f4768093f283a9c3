"""Take the picture of the app's what-if page for the README: python docs/draw_app.py (needs Chromium and playwright)."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from sim.app.served import Served
from sim.app.state import State

PLACE = Path(__file__).parent / "images" / "app_what_if.png"
BROWSERS = ("chromium", "google-chrome", "chromium-browser")


def main() -> None:
    """Start the app, lower the price in the launch, wait for the surer answer, keep what is seen."""
    server = Served()
    try:
        browser = next(found for name in BROWSERS if (found := shutil.which(name)))
        with sync_playwright() as driver:
            window = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = window.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
            state = State(case="launch").with_levers({"price": 0.9})
            page.goto(f"{server.address}/whatif?s={state.encode()}")
            page.wait_for_selector(".runs-text:has-text('20 pairs of markets')", timeout=120_000)
            page.wait_for_timeout(1_000)
            page.screenshot(path=PLACE)
            window.close()
    finally:
        server.stop()
    print(PLACE)


if __name__ == "__main__":
    main()
