"""`make pictures`: start the demo, look at every page with a real browser, and keep what it shows.

The city is that of seed 7 in the rainstorm, so the pictures change only where the pages or the city do; times and
values of course differ. Pages are taken in both languages, the wall in every scene, and of the usual and of all domains
in every layout.

All pictures together stay below 3 MB (tests/unit/test_pictures.py): they are WebP, which Chromium itself writes, and
smaller than the screen where letters can still be read.
"""

import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.embedded.ports import free_port, wait_until_answers
from cityops.storage import Database
from tests.browser import chromium

PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "For-The-Pictures-1"
STORM = 150.0  # seconds until the first alerts of the storm are on the wall
# Width, height, how many seconds a browser without a graphics card takes for the map, and how much smaller it is kept.
FULL_HD = (1920, 1080, 12.0, 1.0)
WIDE, WIDEST, ULTRA_HD = (3840, 1080, 18.0, 2 / 3), (5760, 1080, 24.0, 2 / 3), (3840, 2160, 30.0, 1 / 2)
PHONE: ViewportSize = {"width": 390, "height": 844}
QUALITY = 50  # of WebP: letters have no halo yet
SMALLER = 2 / 3  # of the pages
PAGES = (
    "environment",
    "traffic",
    "emergency",
    "cases",
    "cases/1",
    "evaluation",
    "sensors?sensor=TD-0003",
    "shift",
    "account",
    "presenter",
)
ON_A_PHONE = {"cases": "cases", "cases/1": "case", "evaluation": "evaluation", "desk": "desk"}
OF_ADMINISTRATORS = {"security": ("posts",), "system": ("catalogue",), "audit": ()}
CALL = "下穿通道积水很深，车过不去"
CALLS = "Object.values(cityops.live.picture.alerts).sort((a, b) => a.severity - b.severity).map((one) => one.id)"
SILENT = "Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' })"
DISTRICTS = "Object.keys(cityops.live.picture.ranking)"
ADMINISTRATORS = {"security": Role.SECURITY_ADMIN, "audit": Role.AUDIT_ADMIN, "system": Role.SYSTEM_ADMIN}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with chromium.needed() as browser:
        with _demo("--history", "7d") as (address, database, portal):
            _store_administrators(database)
            take_layouts(browser, address, "overview", FULL_HD, WIDE, WIDEST)
            take_scenes(browser, address)
            for language in ("zh", "en"):
                take_pages(browser, address, language)
                for name in ADMINISTRATORS:
                    take_administrator(browser, address, language, name)
            take_work(browser, address)
            take_hotline(browser, address)
            take_portal(browser, portal)
        with _demo("--history", "24h", "--domains", "all") as (address, _, _):
            take_layouts(browser, address, "eight", FULL_HD, WIDE, WIDEST, ULTRA_HD)


@contextmanager
def _demo(*more: str) -> Iterator[tuple[str, str, str]]:
    """Run the demo in the rainstorm; return where it, its database and its portal are, with something to see."""
    port, portal = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cityops", "demo", "--data-dir", folder]
        ports = ["--port", str(port), "--portal-port", str(portal)]
        options = [*ports, "--scenario", "rainstorm", "--password", PASSWORD, *more]
        said = Path(folder, "said")
        with said.open("w") as heard:
            demo = subprocess.Popen([*command, *options], stdout=heard)
        try:
            wait_until_answers(port, patience=90)
            time.sleep(STORM)
            database = next(line for line in said.read_text().splitlines() if line.startswith("database "))
            yield f"http://127.0.0.1:{port}", database.removeprefix("database "), f"http://127.0.0.1:{portal}"
        finally:
            demo.terminate()
            demo.wait(60)


def _store_administrators(url: str) -> None:
    """Store an account for each of the three; the demo has none."""
    database = Database(url, application="pictures")
    with database.transaction() as tx:
        for name, role in ADMINISTRATORS.items():
            store_user(tx, name, role=role, password=PASSWORD, actor="pictures", now=utc_now())
    database.close()


def take_layouts(browser: Browser, address: str, name: str, *sizes: tuple[int, int, float, float]) -> None:
    """Take the overview of the wall at some sizes, each with a layout of its own."""
    for width, height, drawing, scale in sizes:
        page = _open_wall(browser, address, width, height)
        page.goto(f"{address}/wall?scene=overview&lang=zh")
        take(page, f"wall-{name}-{width}x{height}", drawing=drawing, scale=scale)
        page.close()


def take_scenes(browser: Browser, address: str) -> None:
    """Take the other scenes of the wall; the layout is the same in all of them."""
    width, height, drawing, _ = FULL_HD
    page = _open_wall(browser, address, width, height)
    district, alert = page.evaluate(DISTRICTS)[0], page.evaluate(CALLS)[0]
    for scene in (*page.evaluate("Object.keys(cityops.domains)"), f"district:{district}", f"incident:{alert}"):
        page.goto(f"{address}/wall?scene={scene}")
        take(page, f"wall-{scene.split(':')[0]}-{width}x{height}", drawing=drawing)
    page.close()


def _open_wall(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
    page.set_default_timeout(240_000)
    page.goto(f"{address}/wall")
    page.wait_for_selector("[data-ranking] tr")
    return page


def take_pages(browser: Browser, address: str, language: str) -> None:
    """Take every page that people work with, in the order in which a visitor sees them."""
    page = _open_login(browser, address, language)
    take(page, f"login-{language}", drawing=2)
    _log_in(page, "chief")
    page.wait_for_url("**/desk**")
    page.locator(".ag-row").first.click()
    take(page, f"desk-{language}", drawing=12)
    if language == "zh":
        take_waiting(page, "desk-waiting-zh")
        take_alarm(page, address)
    for path in PAGES:
        page.goto(f"{address}/{path}")
        take(page, f"{path.split('?')[0].replace('cases/1', 'case')}-{language}", drawing=6)
    if language == "zh":
        page.goto(f"{address}/cases?view=map")
        take(page, "case-map-zh", drawing=6)
        take_on_a_phone(page, address)
    page.close()


def take_on_a_phone(page: Page, address: str) -> None:
    """Take pages as they stand on a phone."""
    page.set_viewport_size(PHONE)
    for path, name in ON_A_PHONE.items():
        page.goto(f"{address}/{path}")
        take(page, f"{name}-phone-zh", drawing=8)


def take_work(browser: Browser, address: str) -> None:
    """Take the tasks of a department's worker, on a phone."""
    page = _open_login(browser, address, "zh")
    _log_in(page, "worker")
    page.wait_for_url("**/desk**")
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/work")
    take(page, "work-zh", drawing=4, scale=1)
    page.close()


def take_hotline(browser: Browser, address: str) -> None:
    """Take what an agent works with: a call under way, whom to call back, what waits to be made public."""
    page = _open_login(browser, address, "zh")
    _log_in(page, "duty")
    page.wait_for_url("**/desk**")
    for path in ("hotline", "hotline/calls", "hotline/review", "knowledge", "topics"):
        page.goto(f"{address}/{path}")
        if path == "hotline":
            page.fill("[name=said]", CALL)
        take(page, f"{path.replace('/', '-')}-zh", drawing=3)
    page.goto(f"{address}/hotline?lang=en")
    take(page, "hotline-en", drawing=3)
    page.close()


def take_portal(browser: Browser, address: str) -> None:
    """Take what everybody sees: the city now, on a wide screen and a phone, the form of a report, the open figures."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    for path, name in {"": "portal-zh", "?lang=en": "portal-en", "figures": "portal-figures-zh"}.items():
        page.goto(f"{address}/{path}")
        take(page, name, drawing=2)
    page.set_viewport_size(PHONE)
    for path, name in {"": "portal-phone-zh", "report": "portal-report-phone-zh"}.items():
        page.goto(f"{address}/{path}")
        take(page, name, drawing=2)
    page.close()


def take_waiting(page: Page, name: str) -> None:
    """Take the desk while an act waits for an answer that does not come."""
    page.route("**/acknowledge", lambda _: None)
    page.locator(".ag-row", has_text="待确认").first.click()
    page.wait_for_selector("[data-act=acknowledge][data-why='']")
    page.keyboard.press("a")
    take(page, name, drawing=9)
    page.unroute_all(behavior="ignoreErrors")


def take_alarm(page: Page, address: str) -> None:
    """Take the desk in a browser that keeps it silent, in a page of its own."""
    silent = page.context.new_page()
    silent.add_init_script(SILENT)
    silent.goto(f"{address}/desk")
    silent.locator("[data-sound-blocked]").wait_for(state="visible")
    silent.locator(".ag-row").first.click()
    take(silent, "desk-alarm-zh", drawing=8)
    silent.close()


def take_administrator(browser: Browser, address: str, language: str, name: str) -> None:
    """Take the page of one of the three administrators, and in Chinese those that it leads to."""
    page = _open_login(browser, address, language)
    _log_in(page, name)
    page.wait_for_url("**/admin")
    take(page, f"admin-{name}-{language}", drawing=2)
    for path in OF_ADMINISTRATORS[name] if language == "zh" else ():
        page.goto(f"{address}/admin/{path}")
        take(page, f"admin-{path}-zh", drawing=2)
    page.close()


def _open_login(browser: Browser, address: str, language: str) -> Page:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.set_default_timeout(120_000)
    page.goto(f"{address}/login?next=/desk&lang={language}")
    return page


def _log_in(page: Page, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")


def take(page: Page, name: str, *, drawing: float, scale: float = SMALLER) -> None:
    """Wait until the page is drawn, and keep it, so much smaller than the screen."""
    time.sleep(drawing)
    path = PICTURES / f"{name}.webp"
    clip = {"x": 0, "y": 0, **(page.viewport_size or {}), "scale": scale}
    wanted = {"format": "webp", "quality": QUALITY, "clip": clip}
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", wanted)
    path.write_bytes(b64decode(shot["data"]))
    print(path, flush=True)


if __name__ == "__main__":
    main()
