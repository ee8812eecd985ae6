"""One detector whose readings are followed from the publish to the frame of a browser that shows them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from cityops.clock import utc_now
from tests.devices import Device, device
from tests.programs import wait_for

PROBE = "cityops/990101001001/emergency/probe-1"
FIRST, STEP = 9.0, 0.1  # %LEL: above every simulated detector, below every rule
TILE = "[data-tile=gas_lel] .tile-value"
# Note each text of the tile, and each sensor of an alert, with the time of the frame that shows it; count the beats.
WATCH = """() => {
  window.seen = {}; window.beats = 0; window.raised = {};
  const tile = document.querySelector("[data-tile=gas_lel] .tile-value");
  new MutationObserver(() => requestAnimationFrame(() => {
    window.seen[tile.textContent] ??= performance.timeOrigin + performance.now();
  })).observe(tile, { childList: true, characterData: true, subtree: true });
  window.cityops.live.listen((picture, patch) => {
    window.beats += 1;
    const rows = Object.values((patch ?? picture).alerts ?? {}).filter((row) => row?.sensor);
    requestAnimationFrame(() => rows.forEach((row) => {
      window.raised[row.sensor] ??= performance.timeOrigin + performance.now();
    }));
  });
}"""


@contextmanager
def probing(broker: str) -> Iterator[Device]:
    """Connect the detector and register it."""
    with device(broker) as probe:
        probe.register(PROBE, "gas_detector", name="probe")
        yield probe


def wait_for_probe(page: Page, probe: Device, *, seconds: float = 300) -> None:
    """Wait until the wall shows the detector."""

    def shown() -> bool:
        probe.measure(PROBE, utc_now(), gas_lel=FIRST)
        time.sleep(1)
        return bool(page.locator(TILE).inner_text() == f"{FIRST:.1f}")

    wait_for(shown, "the probe's first reading on the wall", seconds=seconds)


def follow(page: Page, probe: Device, value: float, *, pause: float) -> float:
    """Publish a reading and return the ms until the browser drew it; then rest for so many seconds."""
    text = f"{value:.1f}"
    published = time.time()
    probe.measure(PROBE, utc_now(), gas_lel=round(value, 1))
    wait_for(lambda: text in page.evaluate("window.seen"), f"{text} on the wall", seconds=120)
    delay = 1000 * (page.evaluate("window.seen")[text] / 1000 - published)
    time.sleep(pause)
    return float(delay)


def pause_after(number: int) -> float:
    """Return seconds so that the readings fall on all parts of a beat."""
    return 1.7 + 0.15 * (number % 7)
