"""Every page in both languages and sizes: it fills itself, asks nobody, clips nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor
from tests.browser.city import build_city, raise_alert
from tests.browser.conftest import Server, Visitor
from tests.programs import wait_for

# Elements that hold words and whose words do not fit. An ellipsis is a decision; these have none.
CLIPPED = """() => [...document.querySelectorAll(
    "h1, h2, th, .tile-name, .tile-reading, .alert-state, .alert-value, .count, .wall-clock, .watermark, .legend"
)].filter((node) => node.offsetParent && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
  .map((node) => `${node.className || node.tagName}: ${node.textContent}`)"""


SENSORS_ON_MAP = "(window.cityops?.map?.gl?.getSource('sensors') && window.cityops.map.parts.sensors.lon.length) || 0"
SLOW_MAP = 120  # seconds: 8 million pixels without a graphics card


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_fills_itself(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, language: str
) -> None:
    build_city(database)
    rule = raise_alert(database, catalogue)
    wall = visit()
    wall.go(f"/wall?lang={language}")

    expect(wall.page.locator("[data-tile=pm25] .tile-value")).to_have_text("90")
    expect(wall.page.locator("[data-tile=speed] .tile-value")).to_have_text("50")
    expect(wall.page.locator("[data-tile=water_depth]")).to_be_hidden()  # nobody measures it here
    expect(wall.page.locator(".alert-title")).to_have_text(rule.title.in_language(language))
    expect(wall.page.locator("[data-map-overlay=alerts] .mark")).to_have_count(1, timeout=SLOW_MAP * 1000)
    expect(wall.page.locator("[data-tile=pm25] .tile-trend path")).to_have_count(1)


def box_of(page: Page, selector: str) -> tuple[int, int]:
    """The map's canvas is exactly as large as its place: it is not scaled."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return round(box["width"]), round(box["height"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sensors_page_lists_and_charts(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, language: str
) -> None:
    build_city(database)
    officer = visit()
    officer.begin_session("li")
    officer.go(f"/sensors?lang={language}&sensor=air-1&span=last_day")

    expect(officer.page.locator("#sensors-grid .ag-row")).to_have_count(2)
    expect(officer.page.locator(".chosen-title h2")).to_have_text("一号空气站")
    expect(officer.page.locator(".chart .scatterlayer path.js-line").first).to_be_visible()
    assert officer.page.evaluate(CLIPPED) == []

    officer.page.fill("#sensors-search-input", "loop-1")

    expect(officer.page.locator("#sensors-grid .ag-row")).to_have_count(1)


def test_the_map_follows_a_city_that_is_still_registering(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    wall = visit()
    wall.go("/wall")
    wait_for(lambda: wall.page.evaluate(SENSORS_ON_MAP) == 2, "two sensors on the map", seconds=SLOW_MAP)
    with database.transaction() as tx:
        register_sensor(tx, Sensor("gas-1", "990101", "emergency", "gas_detector", "燃气", 119.02, 30.02), utc_now())

    wait_for(lambda: wall.page.evaluate(SENSORS_ON_MAP) == 3, "the third sensor on the map", seconds=SLOW_MAP)


def test_the_wall_says_that_the_server_is_gone_and_recovers(
    visit: Callable[..., Visitor], server: Server, database: Database
) -> None:
    build_city(database)
    wall = visit()
    wall.go("/wall")
    expect(wall.page.locator("[data-tile=pm25] .tile-value")).to_have_text("90")
    wall.outage = True
    server.stop()

    banner = wall.page.locator("[data-banner]")
    expect(banner).to_contain_text("与服务器失去连接")
    height = banner.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert height >= 40  # legible across the room

    server.start()

    expect(banner).to_be_hidden()
    expect(wall.page.locator("[data-tile=pm25] .tile-value")).to_have_text("90")
