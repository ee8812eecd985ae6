"""`make bench-desk`: the desk with 5,000 open alerts and 20 changes a second, in a real browser.

Measured are the time from a key press to the confirmed state on the screen, and how long the frames of the grid
take while it is scrolled and changes come in, and how much of a frame is the page's own work. The last line is one
JSON object; docs/reference/benchmarks-desk.md explains it.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.screens import desk_city
from benchmarks.screens.main_thread import MainThread
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from tests.browser import chromium
from tests.programs import running, wait_for

PASSWORD = "Tired-at-3am"  # of a database that lives for minutes
CHOSEN = "new URL(location.href).searchParams.get('alert')"
# When a key goes down, and when the message says that the server has stored what it asked for.
WATCH_KEYS = """() => {
  window.pressed = 0; window.confirmed = [];
  document.addEventListener("keydown", (event) => { if (event.key === "a") window.pressed = performance.now(); }, true);
  const message = document.getElementById("desk-acknowledge-message");
  new MutationObserver(() => {
    if (!window.pressed || !message.textContent) return;
    const good = message.classList.contains("is-good"), at = window.pressed;
    requestAnimationFrame(() => window.confirmed.push([performance.now() - at, good]));
    window.pressed = 0;
  }).observe(message, { childList: true, characterData: true, subtree: true });
}"""
# The time between two frames while the queue is scrolled up and down.
WATCH_FRAMES = """(seconds) => new Promise((done) => {
  const box = document.querySelector("#desk-alert-grid .ag-body-viewport"), gaps = [];
  const start = performance.now();
  let before = start, step = 60;
  const frame = (now) => {
    gaps.push(now - before);
    before = now;
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1 || box.scrollTop + step < 0) step = -step;
    box.scrollTop += step;
    if (now - start < seconds * 1000) requestAnimationFrame(frame);
    else done(gaps.slice(1));
  };
  requestAnimationFrame(frame);
})"""


def main() -> None:
    options = _options()
    with _desk(options.alerts) as (database, url), _page(url) as page:
        _wait_for_queue(page, options.alerts)
        # What the measured officer takes is not touched by the others, or a lost race would be counted.
        with desk_city.Changes(database, per_second=options.changes, spare=options.keys * 2) as changes:
            started = time.monotonic()
            frames, own = _scroll(page, options.seconds)
            acks = _acknowledge(page, options.keys)
            seconds = time.monotonic() - started
    _report(options, acks, frames, own, rate=changes.made / seconds)


def _scroll(page: Page, seconds: float) -> tuple[list[float], float]:
    """Scroll for so long; return the time of each frame, and what the main thread worked for one, in ms.

    The rest of a frame is drawing, which without a graphics card is done by the processor too.
    """
    thread = MainThread(page)
    before = thread.seconds()
    frames: list[float] = page.evaluate(WATCH_FRAMES, seconds)
    return frames, 1000 * (thread.seconds() - before) / len(frames)


def _acknowledge(page: Page, keys: int) -> list[float]:
    """Choose and acknowledge alerts with the keyboard, one after the other; return the times in ms."""
    page.evaluate(WATCH_KEYS)
    page.evaluate("document.querySelector('#desk-alert-grid .ag-body-viewport').scrollTop = 0")
    page.keyboard.press("Home")
    for done in range(keys):
        chosen = page.evaluate(CHOSEN)
        _until(page, f"Boolean(document.querySelector('[data-panel-seen^=\"{chosen}/\"]'))", "the panel")
        page.keyboard.press("a")
        _until(page, f"window.confirmed.length > {done}", "the confirmed state")
        page.keyboard.press("ArrowDown")
        _until(page, f"{CHOSEN} !== '{chosen}'", "the next alert")
    found: list[tuple[float, bool]] = page.evaluate("window.confirmed")
    refused = sum(not good for _, good in found)
    if refused:
        sys.exit(f"{refused} of {keys} acknowledgements were refused: the figures would mean nothing.")
    return [taken for taken, _ in found]


def _report(options: argparse.Namespace, acks: list[float], frames: list[float], own: float, *, rate: float) -> None:
    ack = (statistics.median(acks), np.percentile(acks, 95), max(acks))
    frame = (statistics.median(frames), np.percentile(frames, 95), max(frames))
    print(f"# {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, no graphics card")
    print(f"# {options.alerts:,} open alerts, {rate:.1f} changes a second")
    print(f"{'':34}{'median':>9}{'p95':>9}{'most':>9}")
    print(f"{f'key to confirmed, ms ({len(acks)} keys)':34}{ack[0]:9.0f}{ack[1]:9.0f}{ack[2]:9.0f}")
    print(f"{f'frame, ms ({len(frames)} frames)':34}{frame[0]:9.1f}{frame[1]:9.1f}{frame[2]:9.1f}")
    print(f"{'of it the main thread, ms':34}{own:9.1f}")
    figures = {"ack_p50_ms": round(ack[0], 1), "ack_p95_ms": round(ack[1], 1), "frame_ms": round(frame[0], 1)}
    figures |= {"frame_p95_ms": round(frame[1], 1), "frame_main_ms": round(own, 1), "changes_per_s": round(rate, 1)}
    print(json.dumps(figures))


def _wait_for_queue(page: Page, alerts: int) -> None:
    _until(page, f"window.cityops?.desk?.grid()?.getDisplayedRowCount() >= {alerts}", "the queue")


def _until(page: Page, condition: str, what: str) -> None:
    """Wait from outside: the page's own policy lets nothing in it be evaluated from a text."""
    wait_for(lambda: page.evaluate(condition), what, seconds=300)


@contextmanager
def _desk(alerts: int) -> Iterator[tuple[Database, str]]:
    """Run a dashboard, as its own process, on a database with so many open alerts."""
    folder, catalogue = Path(tempfile.mkdtemp(prefix="cityops-bench-")), load_catalogue()
    try:
        with EmbeddedPostgres(folder / "database") as server:
            database = Database(server.url, application="benchmark")
            migrate(database, catalogue, report=lambda _: None)
            desk_city.build(database, catalogue, alerts=alerts, now=utc_now())
            with database.transaction() as tx:
                store_user(tx, "li", role=Role.OFFICER, password=PASSWORD, actor="benchmark", now=utc_now())
            port = ports.free_port()
            environment = {"CITYOPS_DATABASE_URL": server.url, "CITYOPS_COOKIE_SECURE": "false"}
            log = folder / "dashboard.log"
            with running("dashboard", "--port", str(port), environment=environment, log=log):
                wait_for(lambda: _answers(port), "the dashboard", seconds=120)
                yield database, f"http://127.0.0.1:{port}"
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def _page(url: str) -> Iterator[Page]:
    with chromium.needed() as browser:
        page = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080}).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{url}/login?next=/desk")
        page.fill("[name=name]", "li")
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/desk")
        yield page


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=5000)
    parser.add_argument("--changes", type=float, default=20.0, help="changes a second by other officers")
    parser.add_argument("--keys", type=int, default=100, help="how many alerts are acknowledged")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the queue is scrolled")
    return parser.parse_args()


if __name__ == "__main__":
    main()
