"""What can be reset is drawn again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser.conftest import Visitor
from tests.browser.fullcity import build_full_city
from tests.browser.pixels import hues, missing
from tests.browser.test_screens import SLOW_MAP
from tests.browser.test_wall import MAP_IS_THERE, hold
from tests.programs import wait_for

MAP = ".wall-centre"

LOSE_CONTEXT = """() => { const canvas = cityops.map.gl.getCanvas();
  const lose = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
  lose.loseContext(); setTimeout(() => lose.restoreContext(), 500); }"""
SETTLED = f"{MAP_IS_THERE} && cityops.map.isReady && cityops.map.gl.loaded() && !cityops.map.gl.isMoving()"


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
    found.go("/wall")
    found.wait_for(SETTLED, seconds=SLOW_MAP)
    found.page.add_style_tag(content="* { animation: none !important }")
    return found


def test_a_map_whose_graphics_were_reset_has_its_colours_again(wall: Visitor) -> None:
    before = hues(wall.page, MAP)
    assert sum(before.values()) > 1000

    wall.page.evaluate(LOSE_CONTEXT)

    wait_for(
        lambda: wall.page.evaluate(SETTLED) and not missing(before, hues(wall.page, MAP)),
        "the colours of the map",
        seconds=SLOW_MAP,
    )
    expect(wall.page.locator("[data-map-note]")).to_be_hidden()
