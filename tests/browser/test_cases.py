"""Cases as people work them: the list by keys, acts as forms, and a phone that loses its network."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cases.life.details import CaseType, Report
from cases.store import acting
from cases.store.case_store import CasePlace, case_events, find_case
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from sharing.evidence.checking import check_pack
from sharing.evidence.keys import read_pack_key
from tests.browser.case_city import COLLECTOR, PIXEL, build_cases
from tests.browser.city import build_city, raise_gas
from tests.browser.conftest import Visitor, pack_settings
from tests.programs import wait_for
from tests.unit.cases.calendars import SHANGHAI


@pytest.fixture
def cases(database: Database) -> dict[str, int]:
    build_city(database)
    return build_cases(database)


def acts_of(database: Database, case_id: int) -> Counter[str]:
    with database.transaction() as tx:
        return Counter(event["act"] for event in case_events(tx, case_id))


def act(page: Page, name: str, *, reason: str = "") -> None:
    """Open the form of an act, and send it."""
    form = page.locator(f"details:has([data-case-act={name}])")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    if reason:
        form.locator("textarea").fill(reason)
    form.locator("button[type=submit]").click()


def test_what_waits_for_me_comes_first_and_keys_open_it(visit: Callable[..., Visitor], cases: dict[str, int]) -> None:
    officer = visit()
    officer.begin_session("li")
    officer.go("/cases")
    page = officer.page
    sections = page.locator(".case-content section")
    expect(sections.nth(0).locator(".case-line")).to_have_count(2)
    expect(sections.nth(1).locator(".case-line")).to_have_count(4)
    page.keyboard.press("3")
    page.wait_for_url("**/cases?view=board")
    expect(page.locator(".case-card")).to_have_count(6)
    page.keyboard.press("1")
    page.wait_for_url("**/cases?which=mine&view=board")
    page.keyboard.press("l")
    page.wait_for_url("**/cases?which=mine")
    page.locator("select[name=severity]").select_option("2")
    page.wait_for_url("**/cases?which=mine&view=list&severity=2")
    expect(page.locator(".case-line")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{cases['handled']}")
    expect(page.locator(".case-photo img")).to_have_count(1)


def test_acts_are_forms_and_refused_ones_say_why(
    visit: Callable[..., Visitor], cases: dict[str, int], database: Database
) -> None:
    chief = visit()
    chief.begin_session("li")
    chief.go(f"/cases/{cases['reported']}")
    expect(chief.page.locator(".case-refused")).to_contain_text("只有咨询类可以直接答复", use_inner_text=False)
    act(chief.page, "file")
    expect(chief.page.locator(".case-state-big")).to_have_text("已立案")

    dispatcher = visit()
    dispatcher.begin_session("wang")
    dispatcher.go(f"/cases/{cases['reported']}")
    page = dispatcher.page
    expect(page.locator("[data-case-act=dispatch] [data-detail=lead] option").first).to_contain_text("按权责")
    page.locator("[data-case-act=dispatch] [data-detail=lead]").select_option("drainage")
    act(page, "dispatch")
    expect(page.locator("[data-case-act=dispatch] [data-form-error]")).to_contain_text("须填写说明")
    page.locator("[data-case-act=dispatch] textarea").fill("就近")
    act(page, "dispatch")
    expect(page.locator(".case-state-big")).to_have_text("已派遣")
    expect(page.locator(".case-strip")).to_be_visible()
    expect(page.locator(".case-history q").first).to_have_text("就近")

    chief.page.locator("details:has([data-case-act=comment]) > summary").click()
    chief.page.locator("[data-case-act=comment] textarea").fill("请尽快")
    act(chief.page, "comment")  # its page is older than the dispatch
    expect(chief.page.locator("[data-case-act=comment] [data-form-error]")).to_contain_text("wang")
    assert acts_of(database, cases["reported"]) == {"report": 1, "file": 1, "dispatch": 1}


def test_many_at_once_each_judged_by_itself(
    visit: Callable[..., Visitor], cases: dict[str, int], database: Database
) -> None:
    officer, other = visit(), visit()
    officer.begin_session("li")
    officer.go("/cases")
    page = officer.page
    boxes, form = page.locator("[data-case-mark]"), page.locator("[data-case-many]")
    expect(boxes).to_have_count(6)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-many-count]")).to_have_text("已选 1 件")
    boxes.nth(5).click(modifiers=["Shift"])
    expect(page.locator("[data-many-count]")).to_have_text("已选 6 件")
    other.begin_session("wang")  # is faster with one of them
    other.go(f"/cases/{cases['filed']}")
    act(other.page, "dispatch", reason="就近")
    expect(other.page.locator(".case-state-big")).to_have_text("已派遣")

    form.locator("select").focus()
    form.locator("select").select_option("comment")
    form.locator("[name=reason]").fill("同一场雨")
    page.keyboard.press("Enter")

    result = page.locator("[data-many-result]")
    expect(result).to_contain_text("5 件已办理")
    expect(result).to_contain_text("wang 已先行办理")
    expect(page.locator("[data-many-count]")).to_have_text("已选 1 件")
    assert [acts_of(database, cases[name])["comment"] for name in ("handled", "filed")] == [1, 0]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_the_later_of_two_similar_cases_follows_the_earlier(
    visit: Callable[..., Visitor], cases: dict[str, int], database: Database
) -> None:
    said = Report(source="collector", kind=CaseType.CASE, area="990101", category="event/01-10")
    with database.transaction() as tx:
        first, second = (
            acting.report(
                tx, said, CasePlace("垃圾", "", 119.2, 30 + place / 9000), actor=COLLECTOR, now=utc_now(), zone=SHANGHAI
            )
            for place in (0, 1)
        )
    officer = visit()
    officer.begin_session("li")
    officer.go(f"/cases/{first}")
    similar = officer.page.locator("[data-cases-part=similar]")
    expect(similar).to_contain_text("相距 12 米")
    similar.get_by_role("button", name="该案并入本案").click()
    expect(similar).to_be_hidden()
    with database.transaction() as tx:
        assert find_case(tx, second).master == first


def test_an_evidence_pack_is_taken_from_a_case_and_from_an_alert(
    visit: Callable[..., Visitor], cases: dict[str, int], database: Database, catalogue: Catalogue
) -> None:
    alert, *_ = raise_gas(database, catalogue, "甲探测器")
    key = read_pack_key(Path(pack_settings()["CITYOPS_PACK_KEY"])).public_key()
    viewer = visit()
    viewer.begin_session("gu")
    for path, name in (
        (f"/cases/{cases['handled']}", f"case-{cases['handled']}"),
        (f"/desk?alert={alert}", f"alert-{alert}"),
    ):
        viewer.go(path)
        with viewer.page.expect_download() as taken:
            viewer.page.get_by_role("link", name="证据包").click()
        assert taken.value.suggested_filename == f"evidence-{name}.zip"
        assert check_pack(taken.value.path().read_bytes(), key).faults == ()


def test_a_worker_on_a_phone_loses_the_network_and_nothing_else(
    visit: Callable[..., Visitor], cases: dict[str, int], database: Database
) -> None:
    worker = visit(width=390, height=844)
    worker.begin_session("zhao")
    worker.go("/work")
    page = worker.page
    worker.outage = True  # the browser notes each request that is lost
    worker.context.set_offline(True)
    task = page.locator(f"[data-work-task='{cases['handling']}']")
    task.locator("textarea").fill("井盖已补装")
    task.locator("[data-photos]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PIXEL})
    task.locator("button[type=submit]").click()
    page.locator(f"[data-work-task='{cases['dispatched']}'] button[type=submit]").click()
    expect(page.locator("[data-work-kept]")).to_contain_text("恢复网络后自动发送：处置完成、接收")
    assert acts_of(database, cases["handling"])["handle"] == 0

    worker.context.set_offline(False)
    expect(page.locator("[data-work-kept]")).to_be_hidden()
    expect(task.locator(".case-state")).to_have_text("已反馈")
    wait_for(lambda: acts_of(database, cases["dispatched"])["accept"] == 1, "the other act")
    assert acts_of(database, cases["handling"])["handle"] == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
