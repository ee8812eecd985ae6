"""`make pictures`: start the demo, look at every page with a real browser, and keep what it shows.

The city is that of seed 7 in the rainstorm, so the pictures change only where the pages or the city do; times and
values of course differ. Pages are taken in both languages, the wall in every scene at four sizes.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from cityops.embedded.ports import free_port, wait_until_answers
from tests.browser import chromium

PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "For-The-Pictures-1"
STORM = 150.0  # seconds until the first alerts of the storm are on the wall
# Width, height, and how many seconds a browser without a graphics card takes for the map.
SIZES = ((1920, 1080, 12.0), (3840, 1080, 18.0), (5760, 1080, 24.0), (3840, 2160, 30.0))
PAGES = ("environment", "traffic", "emergency", "sensors?sensor=TD-0003", "shift", "account", "presenter")
CALLS = "Object.values(cityops.live.picture.alerts).sort((a, b) => a.severity - b.severity).map((one) => one.id)"
DISTRICTS = "Object.keys(cityops.live.picture.ranking)"


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with chromium.needed() as browser, _demo() as address:
        take_wall(browser, address)
        for language in ("zh", "en"):
            take_pages(browser, address, language)


@contextmanager
def _demo() -> Iterator[str]:
    """Run the demo in the rainstorm; return its address when there is something to see."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cityops", "demo", "--data-dir", folder, "--port", str(port)]
        options = ["--scenario", "rainstorm", "--password", PASSWORD, "--history", "7d"]
        demo = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        try:
            wait_until_answers(port, patience=90)
            time.sleep(STORM)
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()
            demo.wait(60)


def take_wall(browser: Browser, address: str) -> None:
    """Take every scene of the wall at every size; `wall.jpg` is the first of them."""
    for width, height, drawing in SIZES:
        page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        page.set_default_timeout(240_000)
        page.goto(f"{address}/wall")
        page.wait_for_selector("[data-ranking] tr")
        district, alert = page.evaluate(DISTRICTS)[0], page.evaluate(CALLS)[0]
        for scene in ("overview", "environment", "traffic", "emergency", f"district:{district}", f"incident:{alert}"):
            page.goto(f"{address}/wall?scene={scene}")
            take(page, f"wall-{scene.split(':')[0]}-{width}x{height}", drawing=drawing)
        page.close()


def take_pages(browser: Browser, address: str, language: str) -> None:
    """Take every page that people work with, in the order in which a visitor sees them."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.set_default_timeout(120_000)
    page.goto(f"{address}/login?next=/desk&lang={language}")
    take(page, f"login-{language}", drawing=2)
    page.fill("[name=name]", "chief")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/desk**")
    page.locator(".ag-row").first.click()
    take(page, f"desk-{language}", drawing=12)
    for path in PAGES:
        page.goto(f"{address}/{path}")
        take(page, f"{path.split('?')[0]}-{language}", drawing=6)
    page.close()


def take(page: Page, name: str, *, drawing: float) -> None:
    """Wait until the page is drawn, and keep it."""
    time.sleep(drawing)
    path = PICTURES / f"{name}.jpg"
    page.screenshot(path=path, type="jpeg", quality=75)
    print(path, flush=True)


if __name__ == "__main__":
    main()
