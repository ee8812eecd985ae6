"""The domain pages: every view is an address, every file holds the numbers that the page shows."""

import csv
import io
import struct
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings.table import ReadingRow, write_readings
from dashboard.pages.domain.ids import Ids
from tests.browser import axe
from tests.browser.city import build_city
from tests.browser.conftest import Visitor
from tests.browser.test_screens import CLIPPED
from tests.programs import wait_for

pytestmark = pytest.mark.usefixtures("city")  # before the server starts, or its first look at the city is empty

DRAWN = f"""() => ["{Ids.TREND}", "{Ids.MAP}", "{Ids.RANKING}", "{Ids.HEAT}"].map(
    (id) => document.querySelector(`#${{id}} .js-plotly-plot`)?.data?.length ?? 0)"""
NARROW = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def city(database: Database) -> None:
    """Wanghu measures PM2.5 and NO2, Donggang PM2.5 of 200 an hour ago and speeds."""
    build_city(database)
    now = utc_now()
    with database.transaction() as tx:
        register_sensor(tx, Sensor("air-2", "990102", "environment", "air_station", "二号空气站", 119.15, 30.05), now)
        series = series_ids(tx, [("air-2", "pm25"), ("air-1", "no2")])
        times = [now - timedelta(minutes=minute) for minute in range(60)]
        rows = [ReadingRow(time, series["air-2", "pm25"], 200, Quality.GOOD) for time in times]
        rows += [ReadingRow(time, series["air-1", "no2"], 44, Quality.GOOD) for time in times]
        write_readings(tx, rows, now)


def expect_fact(page: Page, words: str) -> None:
    """Wait until exactly this stands among the facts."""
    expect(page.locator(f"#{Ids.FACTS}").get_by_text(words, exact=True).first).to_be_visible()


def look_in(visit: Callable[..., Visitor], name: str = "gu", **size: int) -> Visitor:
    """Open a window of somebody who is logged in. The account's page is the lightest to arrive at."""
    visitor = visit(**size)
    visitor.log_in(name, then="/account")
    return visitor


def pick(page: Page, name: Ids, words: str) -> None:
    page.locator(f"#{name}").click()
    page.locator(".dash-dropdown-option, [role=option]").filter(has_text=words).first.click()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
def test_each_page_fills_itself_and_fits_in_both_languages(
    visit: Callable[..., Visitor], width: int, height: int
) -> None:
    viewer = look_in(visit, width=width, height=height)
    page = viewer.page
    for language, noise, no_data, donggang in (
        ("zh", "这一时段没有读数", "此时段没有数据", "东港区"),
        ("en", "No readings in this span", "No data in this span", "Donggang"),
    ):
        viewer.go(f"/environment?lang={language}")
        expect_fact(page, "200")
        expect(page.locator(f"#{Ids.INDEX} .index-table tbody tr")).not_to_have_count(0)
        wait_for(lambda: page.evaluate(DRAWN) == [3, 3, 1, 1], "all charts to be drawn", seconds=60)
        assert page.evaluate(CLIPPED) == [], language
        viewer.go("/traffic")
        expect_fact(page, "50")
        expect(page.locator(f"#{Ids.RANKING}")).to_contain_text(donggang)
        assert page.evaluate(NARROW), language
        viewer.go("/emergency")
        expect_fact(page, noise)
        expect(page.locator(f"#{Ids.TREND}")).to_contain_text(no_data)
        assert page.evaluate(NARROW), language
        assert page.evaluate(CLIPPED) == [], language


def test_what_is_chosen_is_in_the_address_and_a_colleague_sees_the_same(visit: Callable[..., Visitor]) -> None:
    analyst = look_in(visit)
    analyst.go("/environment")
    page = analyst.page
    expect_fact(page, "200")
    assert page.url.endswith("/environment")  # nothing was chosen yet
    pick(page, Ids.METRIC, "二氧化氮")
    expect_fact(page, "44")
    page.wait_for_url("**metric=no2**")
    pick(page, Ids.METRIC, "PM2.5")
    pick(page, Ids.AREA, "望湖区")
    expect_fact(page, "90")
    page.get_by_text("7 天", exact=True).click()
    expect_fact(page, "1 小时")
    pick(page, Ids.COMPARE, "东港区")
    expect(page.locator(f"#{Ids.TREND} .legendtext")).to_have_text(["望湖区", "东港区"])
    for part in ("metric=pm25", "area=990101", "span=week", "compare=990102"):
        assert part in page.url

    colleague = look_in(visit, "li")
    colleague.page.goto(page.url)
    expect(colleague.page.locator(f"#{Ids.TREND} .legendtext")).to_have_text(["望湖区", "东港区"])
    expect(colleague.page.locator(f"#{Ids.AREA}")).to_contain_text("望湖区")
    expect(colleague.page.locator(f"#{Ids.COMPARE}")).to_contain_text("东港区")
    numbers = page.locator(f"#{Ids.FACTS} .domain-fact b")
    expect(colleague.page.locator(f"#{Ids.FACTS} .domain-fact b")).to_have_text(numbers.all_text_contents())

    page.go_back()
    expect(page.locator(f"#{Ids.COMPARE}")).to_contain_text("不对比")
    expect(page.locator(f"#{Ids.TREND} .legendtext")).to_have_count(0)

    past = str(utc_now().date() - timedelta(days=30))
    page.fill(f"#{Ids.UNTIL}", past)
    page.press(f"#{Ids.UNTIL}", "Tab")
    expect_fact(page, "这一时段没有读数")
    assert f"until={past}" in page.url
    colleague.page.goto(page.url)
    expect(colleague.page.locator(f"#{Ids.UNTIL}")).to_have_value(past)
    colleague.page.click(f"#{Ids.UNTIL}")
    expect(colleague.page.locator("[role=dialog]")).to_contain_text(f"{int(past[5:7])}月")
    assert axe.grave_violations(colleague.page) == []
    page.locator(".dash-datepicker-clear").click()
    expect_fact(page, "90")
    assert "until" not in page.url


def test_a_click_on_a_bar_enters_the_area(visit: Callable[..., Visitor]) -> None:
    analyst = look_in(visit)
    analyst.go("/environment")
    page = analyst.page
    expect_fact(page, "200")
    bar = page.locator(f"#{Ids.RANKING} .bars .point").last.bounding_box()
    assert bar is not None
    page.mouse.move(bar["x"] + 20, bar["y"] + bar["height"] / 2)
    page.mouse.down()
    page.mouse.up()

    page.wait_for_url("**area=990102**")
    expect(page.locator(f"#{Ids.AREA}")).to_contain_text("东港区")
    expect_fact(page, "东港区")


def test_files_hold_the_numbers_of_the_page(visit: Callable[..., Visitor], database: Database) -> None:
    analyst = look_in(visit)
    analyst.go("/environment")
    page = analyst.page
    expect_fact(page, "200")
    with page.expect_download() as taken:
        page.click(f"#{Ids.EXPORTS} >> text=CSV")
    text = taken.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {float(row["最高 (µg/m³)"]) for row in rows if row["设备编号"] == "air-2"} == {200.0}
    for kind, name in (("XLSX", ".xlsx"), ("GeoJSON", ".geojson")):
        with page.expect_download() as taken:
            page.click(f"#{Ids.EXPORTS} >> text={kind}")
        assert taken.value.suggested_filename.endswith(name)
        assert taken.value.path().stat().st_size > 1000
    with page.expect_download() as taken:
        page.click("[data-picture=trend]")
    picture = taken.value.path().read_bytes()
    width, height = struct.unpack(">II", picture[16:24])

    assert taken.value.suggested_filename.endswith("-trend.png")
    assert picture.startswith(b"\x89PNG")
    assert min(width / 2, height / 2) >= 540
    with database.transaction() as tx:
        noted = tx.rows("SELECT detail ->> 'format' AS kind FROM audit_log WHERE action = 'domain.export'")
    assert sorted(row["kind"] for row in noted) == ["csv", "geojson", "png", "xlsx"]
