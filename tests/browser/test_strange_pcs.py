"""PCs as they are: a clock that is wrong or is set during use, and keyboards with a Chinese input method."""

from collections.abc import Callable

from playwright.sync_api import CDPSession, expect

from alerts.board import alert_history
from cityops.catalogue import Catalogue
from cityops.storage import Database
from dashboard.pages import desk, sensors
from tests.browser import pages
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import Visitor
from tests.programs import wait_for

HOURS = 3_600_000
# A PC whose clock is wrong, and can be set while a page is used.
WRONG = """(() => {
  const Real = Date, now = Real.now.bind(Real);
  window.wrong = %d;
  window.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(now() + window.wrong); }
    static now() { return now() + window.wrong; }
  };
})()"""


def test_a_wrong_clock_changes_no_age_and_is_said(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    officer = visit(width=1440, height=900)
    officer.context.add_init_script(WRONG % (8 * HOURS))
    page = officer.page
    officer.log_in("li", then="/sensors")
    age = page.locator(f"#{sensors.Ids.GRID} .ag-row[row-id=air-1] [col-id=at]")
    expect(age).to_contain_text("秒前")
    told = page.locator("[data-clock-wrong]")
    expect(told).to_contain_text("本机时钟不准")

    page.evaluate("window.wrong = 0")
    expect(told).to_be_hidden()
    page.evaluate(f"window.wrong = {-HOURS}")
    expect(told).to_be_visible()
    before = page.evaluate("cityops.clock.now() - performance.now()")
    page.evaluate("window.wrong = 0")
    assert abs(page.evaluate("cityops.clock.now() - performance.now()") - before) < 1000
    expect(age).to_contain_text("前")


def enter_of_input_method(devtools: CDPSession) -> None:
    key = {"key": "Enter", "code": "Enter"}
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, **key})
    devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", "windowsVirtualKeyCode": 13, **key})


def test_keys_of_an_input_method_are_no_commands(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    (number,) = raise_gas(database, catalogue, "东门气体站")

    def done() -> list[tuple[str, str]]:
        with database.transaction() as tx:
            events = alert_history.alert_events(tx, number)
        return [(row["action"], row["reason"]) for row in events.to_dict("records") if row["actor"] == "li"]

    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    pages.choose(page, "东门气体站")
    devtools = page.context.new_cdp_session(page)
    letter = {"type": "rawKeyDown", "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", letter)
    enter_of_input_method(devtools)
    page.keyboard.press("c")
    reason = page.locator(f"#{desk.Ids.REASON}")
    expect(reason).to_be_focused()
    devtools.send("Input.insertText", {"text": "已经"})
    enter_of_input_method(devtools)
    expect(reason).to_have_value("已经")
    devtools.send("Input.insertText", {"text": "派人"})
    page.keyboard.press("Enter")
    wait_for(lambda: done() == [("comment", "已经派人")], "the whole sentence, and nothing else", seconds=30)


def test_names_are_found_by_pinyin_and_stand_in_order(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    raise_gas(database, catalogue, "西门10号", "西门2号", "东门气体站")
    officer = visit(width=1440, height=900)
    officer.log_in("li", then="/desk?q=dmq")
    page = officer.page
    expect(pages.desk_row(page, "东门气体站")).to_be_visible()
    expect(pages.desk_row(page, "西门2号")).to_have_count(0)
    page.locator(f"#{desk.Ids.SEARCH}").fill("ｘｍ２")
    expect(pages.desk_row(page, "西门2号")).to_be_visible()
    expect(pages.desk_row(page, "东门气体站")).to_have_count(0)

    officer.go("/sensors")
    names = page.locator(f"#{sensors.Ids.GRID} .ag-center-cols-container [col-id=name]")
    wanted = ["东门气体站", "二号线圈", "西门2号", "西门10号", "一号空气站"]
    wait_for(lambda: names.all_inner_texts() == wanted, "the order of names", seconds=30)
    page.locator(f"#{sensors.Ids.GRID} .ag-header-cell[col-id=name]").click()
    page.locator(f"#{sensors.Ids.GRID} .ag-header-cell[col-id=name]").click()
    rows = page.locator(f"#{sensors.Ids.GRID} .ag-center-cols-container .ag-row")
    first = page.locator(f"#{sensors.Ids.GRID} .ag-center-cols-container .ag-row[row-index='0'] [col-id=name]")
    expect(first).to_have_text("一号空气站")
    page.locator(f"#{sensors.Ids.SEARCH}").fill("XM10")
    expect(rows).to_have_count(1)
