"""The desk as officers use it."""

from collections.abc import Callable

from playwright.sync_api import expect

from cityops.catalogue import Catalogue
from cityops.storage import Database
from tests.browser import pages
from tests.browser.city import build_city, raise_alert
from tests.browser.conftest import Visitor


def test_the_second_of_two_officers_is_told_who_was_first(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    title = raise_alert(database, catalogue).title.zh
    first, second = visit(width=1280, height=800), visit(width=1280, height=800)
    deafen = second.deafen()
    for visitor, name in ((first, "li"), (second, "wang")):
        visitor.log_in(name)
        pages.choose(visitor.page, title)
    deafen()  # wang's screen does not learn in time that li was faster
    pages.acknowledge_button(first.page).click()
    expect(pages.message(first.page)).to_have_text("已由您确认")
    pages.acknowledge_button(second.page).click()

    expect(pages.message(second.page)).to_have_text("li 已抢先确认，此告警由其处理")


def test_a_viewer_sees_everything_and_can_take_nothing(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    title = raise_alert(database, catalogue).title.zh
    viewer = visit(width=1280, height=800)
    viewer.log_in("gu")
    pages.desk_row(viewer.page, title).click()

    expect(pages.message(viewer.page)).to_have_text("您的角色只能查看")
    expect(pages.acknowledge_button(viewer.page)).to_be_disabled()


def test_a_wrong_password_is_refused_in_words(visit: Callable[..., Visitor]) -> None:
    stranger = visit()
    stranger.go("/desk")
    stranger.outage = True  # the 401 is logged by the browser
    stranger.page.fill("[name=name]", "li")
    stranger.page.fill("[name=password]", "wrong")
    stranger.page.click("button[type=submit]")

    expect(stranger.page.locator("[role=alert]")).to_have_text("用户名或密码不正确，请重试。")


def test_logging_out_ends_the_session(visit: Callable[..., Visitor]) -> None:
    officer = visit()
    officer.log_in("li")
    officer.page.get_by_role("button", name="退出").click()
    officer.page.wait_for_url("**/login")
    officer.go("/desk")

    assert "/login" in officer.page.url
