"""The portal in a browser: nobody kept out, nothing from outside, small, complete without a script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cityops.catalogue import Catalogue
from cityops.embedded import ports
from cityops.storage import Database
from cityops.web.server import make_server
from tests import programs
from tests.browser import axe
from tests.browser.case_city import PIXEL
from tests.portals import LAT, LON, PortalHouse, opened_house, raise_warning
from tests.programs import wait_for

PHONE = {"width": 390, "height": 844}
LARGEST_PAGE = 100_000  # bytes, with everything it needs
PAGES = ("/", "/report", "/reports", "/help", "/figures", "/figures/released", "/data")


class Street:
    """Somebody with a phone: every page is watched for errors and for other hosts."""

    def __init__(self, browser: Browser, address: str, house: PortalHouse) -> None:
        self._browser = browser
        self.address = address
        self.house = house
        self.wrong: list[str] = []

    def phone(self, *, script: bool = True, language: str = "zh-CN", **options: object) -> Page:
        """Return a fresh browser of a phone."""
        context: BrowserContext = self._browser.new_context(
            viewport=PHONE,  # type: ignore[arg-type]
            locale=language,
            java_script_enabled=script,
            **options,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda asked: self._check_host(asked.url))
        return page

    def _check_host(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(url)


@pytest.fixture
def street(browser: Browser, database: Database, database_url: str, catalogue: Catalogue) -> Iterator[Street]:
    port = ports.free_port()
    with (
        opened_house(database, database_url, catalogue) as house,
        programs.serving(make_server(house.app, host="127.0.0.1", port=port)),
    ):
        raise_warning(database, catalogue)
        found = Street(browser, f"http://127.0.0.1:{port}", house)
        yield found
        assert found.wrong == []


def report(page: Page, address: str) -> tuple[str, str]:
    """Report something by the form; return number and code."""
    page.goto(f"{address}/report?lat={LAT}&long={LON}")
    page.select_option("#category", "event-05-06")
    page.fill("#description", "路口积水")
    page.click("main button.button")
    expect(page.locator(".receipt")).to_be_visible()
    return page.locator(".receipt dd").first.inner_text(), page.locator(".code").inner_text()


def test_no_page_keeps_anybody_out(street: Street) -> None:
    found = {}
    for language in ("zh-CN", "en-GB"):
        page = street.phone(language=language)
        number, _ = report(page, street.address)
        found["/sent", language] = axe.grave_violations(page)
        for path in (*PAGES, f"/reports/{number}", "/nothing"):
            page.goto(street.address + path)
            found[path, language] = axe.grave_violations(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], f"{path} is {width} wide"

    street.wrong = [one for one in street.wrong if "404" not in one]  # which /nothing is
    assert found == {key: [] for key in found}


@pytest.mark.parametrize("width", [320, 390])
def test_the_menu_of_a_phone_is_one_line_without_a_script(street: Street, width: int) -> None:
    """Three pages at once, the others behind "More", which says that the page is one of them."""
    for language in ("zh-CN", "en-GB"):
        page = street.phone(script=False, language=language)
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{street.address}/reports")
        menu, others = page.locator("nav summary"), page.locator("nav .more a")
        line = [box["y"] for one in (*page.locator("nav .first a").all(), menu) if (box := one.bounding_box())]
        assert (len(line), len(set(line))) == (4, 1)
        assert [one.is_visible() for one in others.all()] == [False] * 4
        menu.click()
        assert [one.is_visible() for one in others.all()] == [True] * 4
        assert page.locator("nav [aria-current=page]").get_attribute("href") == "/reports"
        expect(page.locator("nav .menu")).to_have_class("menu is-here")


def test_an_open_menu_keeps_nobody_out_and_a_wide_screen_needs_none(street: Street) -> None:
    page = street.phone()
    page.goto(f"{street.address}/figures/released")
    assert page.locator("nav [aria-current=true]").get_attribute("href") == "/figures"
    page.click("nav summary")
    assert axe.grave_violations(page) == []
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(page.locator("nav summary")).to_be_hidden()
    tops = [box["y"] for one in page.locator("nav a").all() if (box := one.bounding_box())]
    assert (len(tops), len(set(tops))) == (7, 1)


def test_the_first_page_is_small_whole_and_sets_nothing(street: Street) -> None:
    page = street.phone()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(street.address, wait_until="networkidle")

    assert len(sizes) >= 2
    assert sum(sizes) < LARGEST_PAGE
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_report_without_a_script(street: Street) -> None:
    page = street.phone(script=False)
    page.goto(f"{street.address}/report")
    assert page.locator("#here").is_hidden()
    page.select_option("#category", "event-05-06")
    page.fill("#description", "路口积水")
    page.click("input[type=image]", position={"x": 80, "y": 140})
    expect(page.locator("#where")).to_contain_text("已选地点")
    page.click("input[type=image]", position={"x": 160, "y": 140})
    expect(page.locator("#description")).to_have_value("路口积水")
    expect(page.locator("#category")).to_have_value("event-05-06")
    page.fill("#phone", "13900000000")
    page.click("main button.button")
    expect(page.get_by_role("alert")).to_contain_text("请勾选同意")
    page.check("input[name=consent]")
    page.click("main button.button")
    number, code = page.locator(".receipt dd").first.inner_text(), page.locator(".code").inner_text()
    page.goto(f"{street.address}/reports")
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    page.click(".look-up button")

    expect(page.locator("main")).to_contain_text("您提交的内容（仅凭查询码可见）")
    assert code not in page.url
    street.wrong = [one for one in street.wrong if "422" not in one]  # the form that came back


def test_ones_own_position_and_a_photograph_made_small(street: Street, tmp_path: Path) -> None:
    page = street.phone(geolocation={"longitude": LON, "latitude": LAT}, permissions=["geolocation"])
    page.goto(f"{street.address}/report")
    page.click("#here")
    expect(page.locator("#where")).to_contain_text("已选地点")
    assert page.locator("input[name=lat]").input_value() == f"{LAT:.6f}"
    page.select_option("#category", "event-05-06")
    large = tmp_path / "large.png"
    large.write_bytes(PIXEL + b"\0" * 1_500_000)  # more than may be sent; what follows the picture is lost
    page.set_input_files("#photos", large)
    made_small = "document.getElementById('photos').files[0].size < 1000000"
    wait_for(lambda: page.evaluate(made_small), "a smaller photograph")  # Playwright's own wait needs eval
    page.click("main button.button")

    expect(page.locator(".receipt")).to_be_visible()
    with street.house.database.transaction() as tx:
        assert tx.value("SELECT kind FROM report_photo") == "image/jpeg"


def test_a_refused_position_says_what_else_there_is(street: Street) -> None:
    page = street.phone(permissions=[])
    page.goto(f"{street.address}/report")
    page.click("#here")

    expect(page.locator("#where")).to_contain_text("无法取得位置")


TYPED = {"#description": "路口积水", "#address": "滨江路 12 号", "#phone": "13900000000"}


def type_report(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    page.select_option("#category", "event-05-06")
    for field, words in TYPED.items():
        page.fill(field, words)
    page.check("input[name=consent]")


def expect_typed(page: Page) -> None:
    expect(page.locator("#category")).to_have_value("event-05-06")
    for field, words in TYPED.items():
        expect(page.locator(field)).to_have_value(words)
    expect(page.locator("input[name=consent]")).to_be_checked()


def test_what_was_typed_is_there_after_a_reload_a_step_back_and_in_the_other_language(street: Street) -> None:
    page = street.phone()
    type_report(page, street.address)
    page.reload()
    expect_typed(page)
    page.goto(f"{street.address}/help")
    page.go_back()
    expect_typed(page)
    page.click("input[type=image]", position={"x": 80, "y": 140})
    expect(page.locator("#where")).to_contain_text("已选地点")
    page.click(".language")
    expect(page.locator("h1")).to_have_text("Report something")
    expect_typed(page)

    page.goto(f"{street.address}/report")  # the next person at this computer

    expect(page.locator("#description")).to_have_value("")


def test_a_second_click_and_a_form_sent_again_are_one_report(street: Street) -> None:
    page = street.phone()
    type_report(page, street.address)
    page.dblclick("main button.button")
    expect(page.locator(".receipt")).to_be_visible()
    number = page.locator(".receipt dd").first.inner_text()
    type_report(page, street.address)
    page.route("**/report", lambda route: (route.fetch(), route.abort())[1], times=1)  # stored, and its answer lost
    page.click("main button.button")
    page.wait_for_url("chrome-error://**")
    page.go_back()
    expect_typed(page)
    page.click("main button.button")

    expect(page.locator(".receipt")).to_be_visible()
    second = page.locator(".receipt dd").first.inner_text()
    page.go_back()
    expect_typed(page)
    page.click("main button.button")
    expect(page.locator(".receipt dd").first).to_have_text(second)
    assert second != number
    with street.house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 2
    street.wrong = [one for one in street.wrong if "ERR_FAILED" not in one]
