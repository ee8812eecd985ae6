"""A station that reports every hour: nothing that was measured is an empty frame."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.browser.city import build_city
from tests.browser.conftest import Visitor

HOURS = 11


def test_an_hourly_station_has_a_line_and_a_point_for_each_reading(
    visit: Callable[..., Visitor], database: Database
) -> None:
    build_city(database)
    now = utc_now()
    station = Sensor("hourly-1", "990101", "environment", "air_station", "每小时空气站", 119.03, 30.03)
    with database.transaction() as tx:
        register_sensor(tx, station, now)
        series = series_ids(tx, [("hourly-1", "pm25")])["hourly-1", "pm25"]
        times = [now - timedelta(hours=hour, seconds=5) for hour in range(HOURS)]
        zigzag = [ReadingRow(at, series, 60 + 20 * (place % 2), Quality.GOOD) for place, at in enumerate(times)]
        write_readings(tx, zigzag, now)
    officer = visit(width=1440, height=900)
    officer.begin_session("li")

    officer.go("/sensors?sensor=hourly-1&span=day")

    chart = officer.page.locator(".chart").first
    expect(chart.locator(".points path")).to_have_count(HOURS, timeout=60_000)
    strokes = (
        "[...document.querySelectorAll('.chart .js-line')].map((one) => one.getAttribute('d').match(/[LHVC]/gi).length)"
    )
    assert max(officer.page.evaluate(strokes)) > 3  # Plotly leaves out what lies on a straight line
