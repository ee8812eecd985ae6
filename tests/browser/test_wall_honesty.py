"""What is old says so: an old value shows its age, a silent domain is hatched, and ages go on without the server."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.browser.city import LOOP, STATION, build_city
from tests.browser.conftest import Server, Visitor
from tests.browser.test_screens import SLOW_MAP

HATCHED = "node => getComputedStyle(node).backgroundImage.startsWith('repeating-linear-gradient')"
SECONDS = "Number.parseFloat(document.querySelector('[data-chain=screen]').textContent)"
SILENT_FOR = timedelta(minutes=20)


def measure(database: Database, sensor: Sensor, metric: str, value: float, *, ago: timedelta = timedelta(0)) -> None:
    """Store one value of a sensor that was heard then."""
    then = utc_now() - ago
    with database.transaction() as tx:
        register_sensor(tx, sensor, then)
        key = (sensor.sensor_id, metric)
        write_readings(tx, [ReadingRow(then, series_ids(tx, [key])[key], value, Quality.GOOD)], then)


def test_an_old_value_shows_its_age_and_a_silent_domain_is_hatched(
    visit: Callable[..., Visitor], database: Database
) -> None:
    silent = Sensor("gas-1", "990101", "emergency", "gas_detector", "一号燃气", 119.06, 30.05)
    measure(database, silent, "gas_lel", 3, ago=SILENT_FOR)
    build_city(database)
    wall = visit(width=1280, height=720)
    wall.go("/wall")
    tile, card = wall.page.locator("[data-tile=gas_lel]"), wall.page.locator(".card[data-domain=emergency]")
    expect(tile.locator(".tile-age")).to_have_text("20 分钟前", timeout=SLOW_MAP * 1000)
    expect(tile.locator(".tile-value")).to_have_text("3.0")  # the last that is known; not zero, not gone
    for node in (tile, card):
        assert node.evaluate(HATCHED)
    expect(wall.page.locator("[data-online=emergency]")).to_have_text("0/1")
    assert not wall.page.locator(".card[data-domain=environment]").evaluate(HATCHED)

    measure(database, silent, "gas_lel", 4)

    expect(tile.locator(".tile-value")).to_have_text("4.0")
    for node in (tile, card):
        expect(node).not_to_have_class(re.compile("is-stale"))
        assert not node.evaluate(HATCHED)


def test_ages_go_on_when_the_server_is_gone(visit: Callable[..., Visitor], server: Server, database: Database) -> None:
    with database.transaction() as tx:  # three times as often as in the catalogue: time passes here as it does there
        tx.execute("UPDATE sensor_kind SET interval_seconds = 5 WHERE kind = 'traffic_detector'")
    build_city(database)
    measure(database, LOOP, "speed", 41)
    measure(database, STATION, "pm25", 33)
    wall = visit(width=1280, height=720)
    wall.go("/wall")
    expect(wall.page.locator("[data-tile=speed] .tile-value")).to_have_text("41", timeout=SLOW_MAP * 1000)
    for station in ("measured", "received", "read", "screen"):
        expect(wall.page.locator(f"[data-chain={station}]")).not_to_have_text("–")
    wall.outage = True
    server.stop()

    tile = wall.page.locator("[data-tile=speed]")
    expect(tile.locator(".tile-age")).to_contain_text("秒前", timeout=60_000)  # older than its interval
    wall.wait_for(f"{SECONDS} >= 15")
    wall.wait_for("document.querySelector('[data-tile=speed]').classList.contains('is-stale')")  # than three
    assert tile.evaluate(HATCHED)
    expect(tile.locator(".tile-value")).to_have_text("41")
