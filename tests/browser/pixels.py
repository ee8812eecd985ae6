"""What colours are to be seen on a part of a page."""

import base64

from playwright.sync_api import Page

# Pixels with a colour of their own (no grey, no dark ground), counted by hue in steps of 30 degrees.
_COUNT = """async (data) => {
  const image = new Image(); image.src = data; await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
  const bytes = pen.getImageData(0, 0, image.width, image.height).data, found = {};
  for (let i = 0; i < bytes.length; i += 4) {
    const [r, g, b] = bytes.slice(i, i + 3), high = Math.max(r, g, b), low = Math.min(r, g, b);
    if (high < 110 || high - low < 60) continue;
    const hue = 60 * (high === r ? ((g - b) / (high - low) + 6) % 6 : high === g ? (b - r) / (high - low) + 2
      : (r - g) / (high - low) + 4);
    const name = Math.floor(hue / 30) * 30; found[name] = (found[name] || 0) + 1;
  }
  return found; }"""


def hues(page: Page, selector: str) -> dict[int, int]:
    """Return how many pixels of an element have which hue (degrees, in steps of 30)."""
    png = page.locator(selector).first.screenshot()
    assert page.context.browser is not None
    blank = page.context.browser.new_page()
    counts = blank.evaluate(_COUNT, "data:image/png;base64," + base64.b64encode(png).decode())
    blank.close()
    return {int(hue): count for hue, count in counts.items()}


def missing(before: dict[int, int], after: dict[int, int], *, least: int = 40) -> dict[int, tuple[int, int]]:
    """Return the hues of which less than half is left, with both numbers."""
    found = {hue: (count, after.get(hue, 0)) for hue, count in before.items() if count >= least}
    return {hue: numbers for hue, numbers in found.items() if numbers[1] < numbers[0] / 2}
