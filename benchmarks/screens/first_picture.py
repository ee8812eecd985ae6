"""`make bench-start`: how long a wall takes to its first picture, with an empty cache and with a filled one.

The city runs and reports before anybody looks. A picture is there when the map and all that lies on it was drawn, and
the cards hold numbers. The last line is one JSON object; docs/reference/benchmarks-start.md explains it.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext

from benchmarks.screens.running_city import running_city
from tests.browser import chromium
from tests.programs import wait_for

SETTLED = 5.0  # seconds in which the dashboard reads the city for the first time
PATIENCE = 120_000  # ms
FRAMES = 3  # begun by the browser one ahead of the other, but none before the graphics have caught up
# Note when the map and the numbers were drawn, and when the frame with both of them was seen: ms since the navigation.
WATCH = f"""() => {{
  const has = (selector) => [...document.querySelectorAll(selector)].some((node) => /[0-9]/.test(node.textContent));
  const look = () => {{
    const {{ map }} = window.cityops ?? {{}};
    if (!map?.isReady || !map.gl.loaded() || map.isDrawing() || !has(".tile-value")) return void setTimeout(look, 5);
    let left = {FRAMES};
    const count = () => {{
      left -= 1;
      if (left) requestAnimationFrame(count);
      else window.firstPicture = performance.now();
    }};
    requestAnimationFrame(count);
  }};
  look();
}}"""
ASKED = """() => {
  const files = performance.getEntriesByType("resource");
  const bytes = files.reduce((sum, file) => sum + file.transferSize, 0);
  return { requests: files.filter((file) => file.transferSize > 0).length, bytes };
}"""


@dataclass(frozen=True)
class Opening:
    """What one opening of the wall took."""

    picture_ms: float
    requests: int  # that were answered by the server
    bytes: int  # that it sent, without the page itself and the live picture


def main() -> None:
    options = _options()
    with running_city(sensors=options.sensors, rate=options.rate) as city, chromium.needed() as browser:
        wait_for(lambda: city.readings() >= options.sensors, "the city to report", seconds=300)
        time.sleep(SETTLED)
        pairs = [open_twice(browser, city.url) for _ in range(options.times + 1)][1:]  # the first one warms the server
    _report(options, [cold for cold, _ in pairs], [warm for _, warm in pairs])


def open_twice(browser: Browser, url: str) -> tuple[Opening, Opening]:
    """Open the wall in a browser that has kept nothing yet, and then again."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    cold, warm = (_open(context, url) for _ in range(2))
    context.close()
    return cold, warm


def _open(context: BrowserContext, url: str) -> Opening:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{url}/wall?scene=overview", wait_until="commit")
    page.wait_for_function("() => window.firstPicture")
    taken, asked = page.evaluate("() => window.firstPicture"), page.evaluate(ASKED)
    page.close()
    return Opening(float(taken), int(asked["requests"]), int(asked["bytes"]))


def _report(options: argparse.Namespace, cold: Sequence[Opening], warm: Sequence[Opening]) -> None:
    print(f"# {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, no graphics card")
    print(f"# {options.sensors:,} sensors, {options.times} openings")
    figures: dict[str, float] = {"sensors": options.sensors}
    for name, openings in (("", cold), ("warm_", warm)):
        figures |= {
            f"first_picture_{name}ms": round(statistics.median(one.picture_ms for one in openings)),
            f"slowest_{name}ms": round(max(one.picture_ms for one in openings)),
            f"{name}requests": statistics.median(one.requests for one in openings),
            f"{name}kb": round(statistics.median(one.bytes for one in openings) / 1000),
        }
    print(json.dumps(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=500)
    parser.add_argument("--rate", type=float, default=1.0, help="how much oftener devices report")
    parser.add_argument("--times", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
