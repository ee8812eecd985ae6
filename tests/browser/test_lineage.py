"""The drawer that says where a number comes from: by mouse, by keys, on a phone, and judged by axe-core."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cityops.storage import Database
from dashboard.pages.domain.ids import Ids
from tests.browser import axe
from tests.browser.city import build_city
from tests.browser.conftest import Visitor
from tests.browser.test_screens import CLIPPED
from tests.programs import wait_for

pytestmark = pytest.mark.usefixtures("city")  # before the server starts, or its first look at the city is empty

NEWEST = '[data-figure="fact.newest"]'
FOCUSED = "document.activeElement?.dataset.figure || ''"
BOX = f"""(() => {{ const box = document.getElementById("{Ids.LINEAGE}").getBoundingClientRect();
    return [box.left, innerWidth - box.right, innerHeight - box.bottom].map(Math.round); }})()"""

NUMBER = """(id) => {
    const plot = document.querySelector(`#${id} .js-plotly-plot`), area = plot?.querySelector(".nsewdrag");
    const trace = area && plot._fullData?.find((one) => one.customdata?.length);
    if (!trace) return null;
    const { left, top } = area.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
    const at = (x, y) => [left + xaxis.d2p(x), top + yaxis.d2p(y)];
    if (trace.type === "bar") return at(trace.x[0] / 2, trace.y[0]);
    if (trace.type === "scatter") {
        const last = trace.customdata.findLastIndex((key) => key);
        return at(trace.x[last], trace.y[last]);
    }
    for (let row = trace.z.length - 1; row >= 0; row--)
        for (let column = 0; column < 24; column++)
            if (trace.z[row][column] > 0) return at(trace.x[column], trace.y[row]);
    return null;
}"""


@pytest.fixture
def city(database: Database) -> None:
    build_city(database)


def open_page(visit: Callable[..., Visitor], path: str, **size: int) -> Page:
    viewer = visit(**size)
    viewer.begin_session("gu")
    viewer.go(path)
    expect(viewer.page.locator(NEWEST)).to_be_visible()
    return viewer.page


def drawer(page: Page) -> Page:
    expect(page.locator(f"#{Ids.LINEAGE}")).to_be_visible()
    expect(page.locator(f"#{Ids.LINEAGE_BODY} .lineage-step").first).to_be_visible()
    return page


def test_keys_lead_from_a_number_to_its_readings_and_back(visit: Callable[..., Visitor]) -> None:
    page = open_page(visit, "/environment?lang=en")
    shown = page.locator(NEWEST).inner_text()
    page.locator(NEWEST).focus()
    page.keyboard.press("Enter")
    body = drawer(page).locator(f"#{Ids.LINEAGE_BODY}")

    expect(body.locator(".lineage-figure b")).to_have_text(shown)
    expect(body.locator(".lineage-check")).to_contain_text(f"{shown}, as on the page")
    expect(body).to_contain_text("mean_arithmetic 1")
    body.locator("[data-behind]").first.focus()
    page.keyboard.press("Enter")
    expect(body.locator(".step-message")).to_contain_text("cityops/")
    expect(body.locator(".step-message")).to_contain_text("Not kept for each message")
    page.locator("[data-lineage-back]").press("Enter")
    expect(body.locator(".lineage-figure b")).to_have_text(shown)
    page.keyboard.press("Escape")
    expect(page.locator(f"#{Ids.LINEAGE}")).to_be_hidden()
    assert page.evaluate(FOCUSED) == "fact.newest"


def test_the_numbers_of_a_chart_are_listed_and_each_has_its_lineage(visit: Callable[..., Visitor]) -> None:
    page = open_page(visit, "/environment?lang=zh")
    for chart in ("trend", "map", "heat", "ranking"):
        page.locator(f'[data-numbers="{chart}"]').click()
        first = page.locator(f"#{Ids.LINEAGE_BODY} .lineage-numbers [data-figure]").first
        shown = first.inner_text()
        first.click()
        number = drawer(page).locator(".lineage-figure")
        assert number.locator("b").inner_text() in shown
        expect(page.locator(".lineage-check")).to_contain_text("与页面一致")
        page.keyboard.press("Escape")


def place_of(page: Page, chart: Ids) -> tuple[float, float]:
    """Return where a number of a chart is drawn, by the keys on its points: of the newest with a value."""
    found: list[float] = []

    def look() -> bool:
        found[:] = page.evaluate(NUMBER, chart) or []
        return bool(found)

    page.locator(f"#{chart} .js-plotly-plot").scroll_into_view_if_needed()
    wait_for(look, f"a number of {chart}", seconds=60)
    return found[0], found[1]


def test_a_click_on_a_point_opens_where_it_comes_from(visit: Callable[..., Visitor]) -> None:
    page = open_page(visit, "/environment?lang=zh")
    for chart in (Ids.TREND, Ids.HEAT):
        page.mouse.click(*place_of(page, chart))
        body = drawer(page).locator(f"#{Ids.LINEAGE_BODY}")
        expect(body.locator(".lineage-check")).to_contain_text("与页面一致")
        page.keyboard.press("Escape")
        expect(page.locator(f"#{Ids.LINEAGE}")).to_be_hidden()
    page.mouse.click(*place_of(page, Ids.TREND))  # a chart is clicked again and again
    drawer(page)
    page.keyboard.press("Escape")
    page.mouse.click(*place_of(page, Ids.RANKING))
    expect(page).to_have_url(re.compile("area=9901"))  # an area is chosen, as ever
    expect(page.locator(f"#{Ids.LINEAGE}")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
def test_nobody_is_kept_out_of_the_drawer(visit: Callable[..., Visitor], width: int, height: int) -> None:
    """On a phone it is a sheet from below, as wide as the screen; elsewhere it stands at the right."""
    found = {}
    for language in ("zh", "en"):
        page = open_page(visit, f"/environment?lang={language}", width=width, height=height)
        page.locator(NEWEST).click()
        drawer(page)
        left, right, below = page.evaluate(BOX)
        assert (right, below) == (0, 0)
        assert (left == 0) == (width == 390)
        assert page.evaluate(CLIPPED) == [], language
        found[language] = axe.grave_violations(page)
        page.locator(f"#{Ids.LINEAGE_BODY} [data-behind]").first.click()
        expect(page.locator(f"#{Ids.LINEAGE_BODY} .step-message")).to_be_visible()
        found[f"{language} readings"] = axe.grave_violations(page)

    assert {name: faults for name, faults in found.items() if faults} == {}
