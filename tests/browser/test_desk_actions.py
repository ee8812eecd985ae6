"""What officers do with alerts, by keys and by hand: each action is stored, and shown to everybody."""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from alerts.board import actions, alert_history, guidance, store
from alerts.board.actions import AlertAct
from alerts.notify.contacts import Policy
from alerts.watch.alert_maintenance import tend_alerts
from cases.store.case_list import case_of_alert
from cases.store.case_store import find_case
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from dashboard.pages.desk import Ids
from tests.browser import pages
from tests.browser.case_city import build_cases
from tests.browser.city import build_city, raise_gas, raise_incident
from tests.browser.conftest import Server, Visitor
from tests.programs import wait_for


def actions_of(database: Database, alert_id: int) -> list[tuple[str, str, str]]:
    with database.transaction() as tx:
        events = alert_history.alert_events(tx, alert_id)
    return [(event["action"], event["actor"], event["reason"]) for event in events.to_dict("records")]


def press_down_to(page: Page, alert_id: int) -> None:
    """Choose an alert with the arrow keys."""
    while f"alert={alert_id}" not in page.url:
        before = page.url
        page.keyboard.press("ArrowDown")
        wait_for(lambda before=before: page.url != before, "the next alert")  # type: ignore[misc]
    expect(page.locator(f"[data-panel-seen^='{alert_id}/']")).to_have_count(1)


def test_a_shift_is_worked_with_the_keyboard_alone(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    """Take, take back, take, comment, assign, escalate, tick, shelve until the time is over: all by keys."""
    build_city(database)
    first, second = raise_gas(database, catalogue, "甲探测器", "乙探测器")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    expect(pages.line(page, second)).to_be_visible()
    press_down_to(page, second)
    page.keyboard.press("a")
    expect(pages.message(page)).to_have_text("已由您确认")
    page.keyboard.press("u")
    expect(pages.message(page)).to_have_text("已撤回确认")
    expect(pages.line(page, second)).to_contain_text("待确认")
    expect(pages.acknowledge_button(page)).to_be_enabled()  # the panel knows it, too
    page.keyboard.press("a")
    expect(pages.message(page)).to_have_text("已由您确认")
    expect(pages.acknowledge_button(page)).to_be_disabled()

    page.keyboard.press("c")
    pages.fill_form(page, "<b>已到场</b>")
    expect(pages.history(page)).to_contain_text("<b>已到场</b>")
    page.keyboard.press("g")
    page.locator(f"#{Ids.PERSON}").press("w")  # the list goes to wang
    page.keyboard.press("Enter")
    expect(pages.panel(page)).to_contain_text("指派给 wang")
    page.keyboard.press("e")
    pages.fill_form(page, "需要增援")
    expect(pages.panel(page)).to_contain_text("已升级 1 级")
    page.keyboard.press("k")  # not possible: the reason is said
    expect(pages.message(page)).to_contain_text("条件仍然成立")

    step = page.locator("[data-step='2']")
    step.focus()
    page.keyboard.press("Space")
    expect(step).to_have_attribute("aria-checked", "true")
    expect(step).to_contain_text("li")

    page.keyboard.press("s")
    page.keyboard.press("Tab")
    pages.fill_form(page, "检修期间")
    expect(pages.line(page, second)).to_contain_text("已搁置")
    page.keyboard.press("?")
    expect(page.locator(f"#{Ids.KEYS}")).to_be_visible()
    page.keyboard.press("Escape")
    later = utc_now() + timedelta(minutes=31)
    tend_alerts(database, later, policy=Policy(), zone=ZoneInfo("Asia/Shanghai"))
    expect(page.locator(f"#{Ids.HEAD}")).to_contain_text("待确认")

    done = [(action, reason) for action, actor, reason in actions_of(database, second) if actor == "li"]
    assert [action for action, _ in done] == [
        "acknowledge", "undo", "acknowledge", "comment", "assign", "escalate", guidance.TICK, "shelve",
    ]  # fmt: skip
    assert done[3][1] == "<b>已到场</b>"
    assert actions_of(database, second)[-1][:2] == ("unshelve", store.WATCH)
    assert {actor for _, actor, _ in actions_of(database, first)} <= store.PROGRAMS


def test_many_are_taken_at_once_and_whoever_was_faster_is_named(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    numbers = raise_gas(database, catalogue, "甲探测器", "乙探测器", "丙探测器")
    officer = visit(width=1440, height=900)
    deafen = officer.deafen()
    officer.log_in("li")
    page = officer.page
    for number in numbers:
        expect(pages.line(page, number)).to_be_visible()
    deafen()
    with database.transaction() as tx:
        actions.acknowledge(tx, numbers[1], AlertAct("wang", utc_now()), version=1)
    page.keyboard.press("Shift+X")
    page.keyboard.press("b")
    pages.fill_form(page, "同一处泄漏")

    told = page.locator("[data-bulk-result]")
    expect(told).to_contain_text("已确认 2 条")
    expect(told).to_contain_text("乙探测器（wang 已抢先）")
    assert actions_of(database, numbers[2])[-1] == ("acknowledge", "li", "同一处泄漏")
    assert actions_of(database, numbers[1])[-1][1] == "wang"


def test_an_incident_is_one_line_that_unfolds_and_is_taken_as_a_whole(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    numbers = raise_incident(database, catalogue, "甲探测器", "乙探测器", "丙探测器")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    lines = page.locator(f"#{Ids.GRID} .ag-center-cols-container .ag-row")
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("共 3 条")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(lines).to_have_count(3)
    page.keyboard.press("ArrowLeft")
    expect(lines).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("[data-marked]")).to_have_text("已勾选 3 条")
    page.keyboard.press("b")
    pages.fill_form(page, "一并处理")

    expect(page.locator("[data-bulk-result]")).to_contain_text("已确认 3 条")
    assert {actions_of(database, number)[-1][1] for number in numbers} == {"li"}


def test_a_new_alert_is_announced_and_moves_nothing_under_the_eye(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    numbers = raise_gas(database, catalogue, *(f"探测器 {place}" for place in range(6)))
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    pages.line(page, numbers[2]).click()
    before = pages.line(page, numbers[2]).bounding_box()
    raise_gas(database, catalogue, "红色探测器", rule_id="gas-emergency")

    news = page.locator("[data-news]")
    expect(news).to_have_text("↑ 1 条新告警")
    expect(page.locator("[data-announce]")).to_contain_text("红色")
    assert pages.line(page, numbers[2]).bounding_box() == before

    page.keyboard.press("n")
    expect(page.locator(f"#{Ids.GRID} .ag-row[row-index='0']")).to_contain_text("红色探测器")
    expect(news).to_be_hidden()


def test_filters_and_the_chosen_alert_live_in_the_address_in_both_languages(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    (leak,) = raise_gas(database, catalogue, "甲探测器")
    (red,) = raise_gas(database, catalogue, "乙探测器", rule_id="gas-emergency")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    expect(pages.line(page, red)).to_be_visible()
    page.keyboard.press("2")
    expect(pages.line(page, red)).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("甲探测")
    page.keyboard.press("Escape")
    pages.line(page, leak).click()
    wait_for(lambda: f"alert={leak}" in page.url, "the address")
    assert "severity=2" in page.url
    page.get_by_role("link", name="EN").click()

    expect(page.locator(f"#{Ids.HEAD}")).to_contain_text("Suspected gas leak")
    expect(pages.line(page, leak)).to_be_visible()
    expect(pages.line(page, red)).to_have_count(0)
    expect(page.locator(f"#{Ids.SEARCH}")).to_have_value("甲探测")
    page.keyboard.press("a")
    expect(pages.message(page)).to_have_text("You acknowledged it")
    page.keyboard.press("f")
    expect(pages.line(page, red)).to_be_visible()


def test_on_a_phone_a_finger_marks_alerts_and_unfolds_an_incident(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    raise_incident(database, catalogue, "甲探测器", "乙探测器", "丙探测器")
    officer = visit(width=390, height=844)
    officer.log_in("li")
    page = officer.page
    boxes, fold = page.locator(f"#{Ids.GRID} .mark-box"), page.locator(f"#{Ids.GRID} .fold")
    expect(fold).to_be_visible()
    for pressed in (boxes.first, fold):
        box = pressed.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    fold.click()
    expect(boxes).to_have_count(3)
    boxes.last.click()
    expect(page.locator("[data-marked]")).to_have_text("已勾选 1 条")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_the_panel_is_a_sheet_with_a_way_back(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    (leak,) = raise_gas(database, catalogue, "甲探测器")
    officer = visit(width=390, height=844)
    officer.log_in("li")
    page = officer.page
    pages.line(page, leak).click()
    expect(pages.panel(page)).to_be_visible()
    box = pages.panel(page).bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"])) == (0, 390)
    pages.acknowledge_button(page).click()
    expect(pages.message(page)).to_have_text("已由您确认")
    page.go_back()
    expect(pages.panel(page)).to_be_hidden()
    expect(pages.line(page, leak)).to_contain_text("li 已确认")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    pages.line(page, leak).click()
    expect(pages.panel(page)).to_be_visible()
    page.locator("[data-back]").click()
    expect(pages.panel(page)).to_be_hidden()
    assert actions_of(database, leak)[-1][:2] == ("acknowledge", "li")


def test_one_key_files_a_case_and_the_desk_shows_where_it_is(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    cases = build_cases(database)
    (number,) = raise_gas(database, catalogue, "甲探测器")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    pages.choose(page, "甲探测器")
    page.keyboard.press("w")

    expect(pages.message(page)).to_contain_text("已转为案件")
    expect(page.locator("[data-open-case]")).to_contain_text("上报")
    with database.transaction() as tx:
        found = case_of_alert(tx, number)
        assert found is not None
        assert found["case_id"] > max(cases.values())
        assert find_case(tx, found["case_id"]).alerts[0].alert_id == number
    page.keyboard.press("w")
    page.wait_for_url(f"**/cases/{found['case_id']}")
    expect(page.locator(".case-alert")).to_contain_text("甲探测器")


def test_two_tabs_of_one_officer_agree_and_both_say_how_old_they_are(
    visit: Callable[..., Visitor], server: Server, database: Database, catalogue: Catalogue
) -> None:
    """What one tab did the other shows; without the server both tell for how long, and what was typed is sent then."""
    build_city(database)
    (leak,) = raise_gas(database, catalogue, "甲探测器")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    first, second = officer.page, officer.page.context.new_page()
    second.goto(first.url)
    for tab in (first, second):
        pages.line(tab, leak).click()
        expect(pages.acknowledge_button(tab)).to_be_enabled()
    first.keyboard.press("a")
    expect(pages.message(first)).to_have_text("已由您确认")
    expect(pages.acknowledge_button(second)).to_be_disabled()
    expect(pages.line(second, leak)).to_contain_text("li")
    officer.outage = True
    server.stop()
    for tab in (first, second):
        expect(tab.locator("[data-banner]")).to_have_text(re.compile("与服务器失去连接.*[0-9]+ 秒"))
    second.keyboard.press("c")
    second.locator(f"#{Ids.REASON}").fill("断网时写的")

    server.start()

    for tab in (first, second):
        expect(tab.locator("[data-banner]")).to_be_hidden()
    second.locator(f"#{Ids.REASON}").press("Enter")
    expect(pages.history(first)).to_contain_text("断网时写的")
    assert [action for action, actor, _ in actions_of(database, leak) if actor == "li"] == ["acknowledge", "comment"]
