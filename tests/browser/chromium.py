"""The browser of this machine, for tests, benchmarks and the pictures of the documentation."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The switch stands in the place of Playwright's own, so most of these are its: without them Chromium asks hosts of its
# maker and delays what a test waits for. Ours are the first two: pages for a line of addresses that nobody sees, which
# cost each window a second of processor time.
_WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
OPTIONS = [
    f"--disable-features={','.join(_WITHOUT)}",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # As Chromium decides by itself on a PC without a graphics card: nothing but the map is drawn by one that is none.
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
]


def find() -> str | None:
    """Return the path of an installed browser."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def running(path: str, options: Sequence[str] = OPTIONS) -> Iterator[Browser]:
    """Run the browser without a window. Playwright keeps an event loop in this thread as long as it lives."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(options))
        yield browser
        browser.close()


@contextmanager
def needed() -> Iterator[Browser]:
    """Run the browser for a program that is nothing without one; where there is none the program ends with a word."""
    path = find()
    if path is None:
        sys.exit("No Chromium is installed. Install Debian's package chromium and try again.")
    with running(path) as browser:
        yield browser
