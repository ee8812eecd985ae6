"""Two officers hand over: one signs, the other reads and takes, and a third comes too late."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from cityops.catalogue import Catalogue
from cityops.storage import Database
from dashboard.pages.shift import Ids
from tests.browser.city import build_city, raise_alert
from tests.browser.conftest import PASSWORD, Visitor


def sign(page: Page, password: str = PASSWORD) -> None:
    page.fill(f"#{Ids.PASSWORD}", password)
    page.press(f"#{Ids.PASSWORD}", "Enter")


def test_two_officers_hand_over_and_the_third_learns_who_was_first(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    rule = raise_alert(database, catalogue)
    outgoing, incoming = visit(), visit(width=390, height=844)
    late = visit(width=1280, height=800)
    for visitor, name in ((outgoing, "li"), (incoming, "wang"), (late, "zhao")):
        visitor.log_in(name, then="/shift")
    page = outgoing.page
    page.fill(f"#{Ids.WORDS}", "<b>三号泵站</b>门禁报修，已通知物业")
    page.click(f"#{Ids.WRITE}")
    expect(page.locator(f"#{Ids.NOTES}")).to_contain_text("<b>三号泵站</b>门禁报修")
    expect(page.locator(f"#{Ids.PAPER}")).to_contain_text(rule.title.zh)
    expect(page.locator(f"#{Ids.PAPER}")).to_contain_text("Asia/Shanghai UTC+08:00")

    sign(page, "Wrong-at-7am")
    expect(page.locator(f"#{Ids.SIGN_MESSAGE}")).to_have_text("密码不正确，未签字")
    sign(page)
    expect(page.locator(f"#{Ids.SIGN_MESSAGE}")).to_have_text("您已签字交班")
    expect(page.locator(f"#{Ids.PAPER}")).to_contain_text("第 1 号")

    late_page = late.page
    late_page.reload()
    expect(late_page.locator(f"#{Ids.SIGN}")).to_have_text("签字接班")
    late_page.fill(f"#{Ids.PASSWORD}", PASSWORD)  # from here on the page keeps still
    phone = incoming.page
    phone.reload()
    expect(phone.locator(f"#{Ids.PAPER}")).to_contain_text("门禁报修")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    sign(phone)
    expect(phone.locator(f"#{Ids.SIGN_MESSAGE}")).to_have_text("您已接班")
    expect(phone.locator(f"#{Ids.PAST}")).to_contain_text("li → wang")
    late_page.press(f"#{Ids.PASSWORD}", "Enter")
    expect(late_page.locator(f"#{Ids.SIGN_MESSAGE}")).to_contain_text("wang 已抢先签字")

    late_page.goto(f"{late.server.url}/shift?sheet=1&lang=en")
    expect(late_page.locator(f"#{Ids.PAPER}")).to_contain_text(re.compile("Handover sheet.*No. 1", re.DOTALL))
    with late_page.expect_download() as download:
        late_page.click("text=CSV")
    assert rule.title.en in download.value.path().read_text(encoding="utf-8-sig")
