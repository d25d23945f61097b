"""A Chromium of the system, driven by playwright; tests skip where one of the two is missing."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

PLACES = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Yield a headless browser."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    place = next((found for name in PLACES if name and (found := shutil.which(name))), None)
    if place is None:
        pytest.skip("Chromium is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=QUIET)
        yield browser
        browser.close()
