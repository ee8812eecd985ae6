"""`make pictures`: start the demo, look at every page with a real browser, and keep what it shows.

The city is that of seed 7, so the pictures change only where the pages or the city do; times and values of
course differ.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from cityops.embedded.ports import free_port, wait_until_answers
from tests.browser.conftest import CHROMIUM, OPTIONS

PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "For-The-Pictures-1"
INCIDENTS = 150.0  # seconds until the demo's first incidents are on the wall
DRAWING = 25.0  # seconds that a browser without a graphics card takes for a map


def main() -> None:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        sys.exit("No Chromium is installed. Install Debian's package chromium and try again.")
    PICTURES.mkdir(exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cityops", "demo", "--data-dir", folder, "--port", str(port)]
        demo = subprocess.Popen([*command, "--password", PASSWORD], stdout=subprocess.DEVNULL)
        try:
            wait_until_answers(port, patience=90)
            time.sleep(INCIDENTS)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program, headless=True, args=OPTIONS)
                page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
                take_all(page, f"http://127.0.0.1:{port}")
                browser.close()
        finally:
            demo.terminate()
            demo.wait(60)


def take_all(page: Page, address: str) -> None:
    """Take the picture of every page, in the order in which a visitor sees them."""
    page.goto(f"{address}/wall")
    take(page, "wall")
    page.goto(f"{address}/login?next=/desk")
    take(page, "login", drawing=2)
    page.fill("[name=name]", "duty")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/desk")
    page.locator(".ag-row").first.click()
    take(page, "desk")
    page.goto(f"{address}/sensors?sensor=TD-0003")
    take(page, "sensors", drawing=8)


def take(page: Page, name: str, *, drawing: float = DRAWING) -> None:
    """Wait until the page is drawn, and keep it."""
    time.sleep(drawing)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES / f"{name}.png", flush=True)


if __name__ == "__main__":
    main()
