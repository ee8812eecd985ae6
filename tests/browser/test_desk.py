"""The desk as officers use it."""

from collections.abc import Callable

from playwright.sync_api import expect

from alerts.board import actions
from alerts.board.actions import AlertAct
from alerts.board.incidents import incident_store
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from cityops.storage.operations.job_parts import JobParts
from tests.browser import pages
from tests.browser.city import build_city, clear_gas, raise_alert, raise_gas
from tests.browser.conftest import Visitor
from tests.programs import wait_for

# What must be read whole in the queue: not a title or a place, which may end in an ellipsis, but all else.
CUT = """() => [...document.querySelectorAll(
    "#desk-alert-grid :is(.ag-header-cell-text, .state, .due, .fold, [data-since], [col-id=value] .cell-two > *)"
)].filter((node) => node.checkVisibility() && node.closest(".ag-header, .ag-row").clientHeight > 1).filter((node) => {
  if (node.scrollWidth > node.clientWidth + 1) return true;
  const words = document.createRange();
  words.selectNodeContents(node);
  const right = words.getBoundingClientRect().right;
  for (let box = node; box.id !== "desk-alert-grid"; box = box.parentElement) {
    if (getComputedStyle(box).overflowX !== "visible" && right > box.getBoundingClientRect().right + 0.5) return true;
  }
  return false;
}).map((node) => node.textContent)"""
SIZES = ((3840, 2160), (1920, 1080), (1440, 900), (390, 844))  # the first as it is loaded, the others as it is resized


def test_nothing_in_the_queue_is_cut_off_in_either_language(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    raise_alert(database, catalogue)
    taken, *_ = raise_gas(database, catalogue, "甲探测器", "乙探测器")
    raise_gas(database, catalogue, "丙探测器", rule_id="gas-emergency")
    clear_gas(database, catalogue, "gas-leak-1")
    clear_gas(database, catalogue, "gas-emergency-0", rule_id="gas-emergency")
    with database.transaction() as tx:
        actions.acknowledge(tx, taken, AlertAct("wang", utc_now()), version=1)
        incident_store.group_new_alerts(tx, JobParts(tx, "alerts"), utc_now())
    officer = visit()
    officer.log_in("li")
    page = officer.page
    states = {"zh": "wang 已确认", "en": "Taken by wang"}
    for language in ("en", "zh"):
        page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        officer.go(f"/desk?lang={language}")
        lead = page.locator("[data-fold]").get_attribute("data-fold")
        page.evaluate(f"cityops.desk.toggleFold('{lead}', true)")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            expect(pages.line(page, taken).locator(".state")).to_have_text(states[language])
            wait_for(lambda: page.evaluate(CUT) == [], f"all words in {language} at {width}", seconds=30)


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
