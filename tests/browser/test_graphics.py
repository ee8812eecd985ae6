"""What can be reset is drawn again: the graphics context, the GPU process, workers, the style, another screen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser import chromium
from tests.browser.conftest import Visitor
from tests.browser.fullcity import build_full_city
from tests.browser.memory import Scales
from tests.browser.pixels import hues, missing
from tests.browser.test_screens import SLOW_MAP
from tests.browser.test_wall import MAP_IS_THERE, hold
from tests.programs import wait_for

MAP = ".wall-centre"
IS_OF_THIS_CITY = "cityops.map.isReady && cityops.map.parts.base === cityops.live.picture.base"
IS_SEEN = "cityops.map.gl.loaded() && !cityops.map.gl.isMoving() && !cityops.map.isDrawing()"
SETTLED = f"{MAP_IS_THERE} && {IS_OF_THIS_CITY} && {IS_SEEN}"

KEEP_WORKERS = """window.workers = []; const Real = Worker;
window.Worker = class extends Real { constructor(...given) { super(...given); workers.push(this); } };"""
NO_GRAPHICS = """const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith('webgl') ? null : real.call(this, kind, ...more); };"""

# What is done to the map. The page hears of no change meanwhile: what was drawn comes back without the server.
LOSE = "cityops.map.gl.getCanvas().getContext('webgl2').getExtension('WEBGL_lose_context')"
RESETS = {
    "context": f"(({{lose}}) => (lose.loseContext(), setTimeout(() => lose.restoreContext(), 500)))({{lose: {LOSE}}})",
    "context that does not come back": f"{LOSE}.loseContext()",
    "style": "void cityops.map.gl.setStyle({version: 8, sources: {}, layers: []})",
    "workers": "workers.forEach((worker) => worker.terminate())",
}
CANVASES = "document.querySelectorAll('.wall-centre canvas.maplibregl-canvas').length"


@pytest.fixture
def browser(browser: Browser) -> Iterator[Browser]:
    """A browser of this test's own: its GPU process dies."""
    own = browser.browser_type.launch(executable_path=chromium.find(), headless=True, args=chromium.OPTIONS)
    yield own
    own.close()


@pytest.fixture
def wall(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> Visitor:
    """A wall of a city in which no time passes: nothing changes its colour by itself."""
    now = utc_now()
    build_full_city(database, catalogue, now)
    monkeypatch.setattr("dashboard.live.reader.utc_now", lambda: now)
    hold(database, "overview")
    found = visit(width=1280, height=720)
    found.page.add_init_script(KEEP_WORKERS)
    found.go("/wall")
    found.wait_for(SETTLED, seconds=SLOW_MAP)
    found.page.add_style_tag(content="* { animation: none !important }")
    return found


def test_whatever_is_reset_is_drawn_again(wall: Visitor, browser: Browser) -> None:
    """One wall for all of it: each reset begins with the map that the one before brought back."""
    before = hues(wall.page, MAP)
    assert sum(before.values()) > 1000
    note = wall.page.locator("[data-map-note]")

    def crash_gpu() -> None:
        wall.outage = True  # the browser says in the console that it lost the graphics
        browser.new_browser_cdp_session().send("Browser.crashGpuProcess")

    resets = {name: lambda script=script: wall.page.evaluate(script) for name, script in RESETS.items()}
    for name, reset in {**resets, "GPU process": crash_gpu}.items():
        reset()
        if name == "workers":  # nothing is to be seen of it until something is to be drawn
            wall.wait_for("workers.length > 1", seconds=SLOW_MAP)
        wait_for(
            lambda: wall.page.evaluate(SETTLED) and not missing(before, hues(wall.page, MAP)),
            f"the colours of the map after: {name}",
            seconds=SLOW_MAP,
        )
        expect(note).to_be_hidden()
        assert wall.page.evaluate(CANVASES) == 1


def test_a_map_that_was_opened_on_an_empty_city_looks_like_any_other(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utc_now()
    monkeypatch.setattr("dashboard.live.reader.utc_now", lambda: now)
    hold(database, "overview")
    wall = visit(width=1280, height=720)
    wall.go("/wall")
    wall.wait_for(SETTLED, seconds=SLOW_MAP)
    build_full_city(database, catalogue, now)
    filled = f"{SETTLED} && cityops.map.parts.sensors.lon.length > 150"
    drawn = []
    for _ in range(2):
        wall.wait_for(filled, seconds=SLOW_MAP)
        drawn.append(hues(wall.page, MAP))
        wall.page.reload()

    assert missing(*drawn) == missing(*reversed(drawn)) == {}


def test_pixels_and_memory_come_and_go_with_the_screen(wall: Visitor) -> None:
    screen, scales = wall.context.new_cdp_session(wall.page), Scales(wall.page)
    size = {"width": 1280, "height": 720, "mobile": False}
    pixels, before = [], hues(wall.page, MAP)
    for ratio in (1, 2, 1):
        screen.send("Emulation.setDeviceMetricsOverride", size | {"deviceScaleFactor": ratio})
        canvas = "cityops.map.gl?.getCanvas()"
        wanted = f"{canvas}.width === Math.floor({ratio} * cityops.map.gl.getContainer().clientWidth)"
        wall.wait_for(f"devicePixelRatio === {ratio} && {SETTLED} && {wanted}", seconds=SLOW_MAP)
        pixels.append(wall.page.evaluate(f"{canvas}.width * {canvas}.height"))
        scales.weigh(0)
        assert wall.page.evaluate(CANVASES) == 1

    assert pixels[0] == pixels[2] < pixels[1]
    wait_for(lambda: not missing(before, hues(wall.page, MAP)), "the colours of the map", seconds=SLOW_MAP)
    assert scales.samples[2].heap < scales.samples[0].heap * 1.2


def test_a_map_that_has_data_and_draws_nothing_says_so(visit: Callable[..., Visitor], database: Database) -> None:
    hold(database, "overview")
    wall = visit(width=1280, height=720)
    wall.outage = True  # Plotly complains of it in the console
    wall.page.add_init_script(NO_GRAPHICS)
    wall.go("/wall")

    expect(wall.page.locator("[data-map-note]")).to_contain_text("地图画不出来", timeout=SLOW_MAP * 1000)
    assert all("WebGL" in problem for problem in wall.problems)
    wall.problems.clear()
