"""The hotline in a browser: three callers of one matter, a department that acts, call-backs, and what is counted."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.clock.calendar_files import built_in_calendar
from cases.evaluation.formula_files import load_formulas
from cases.evaluation.scoring import Ratio
from cases.life.details import CaseType, Details, Errand, Evidence
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.photo_files import Photo
from cases.store import acting
from cases.store.case_store import case_events, find_case
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.evaluation.scores import make_scores
from cases.store.photos import add_photo
from cases.store.posts import give_post
from cases.store.proposals import dispatching_of, filing_of
from citizens.persons.contact import Contact
from citizens.reports import Channel, NewReport
from citizens.store.articles import seed_articles
from citizens.store.inbox import own_report, send_report
from citizens.watch import Intake
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.web.server import make_server
from portal.app import create_app as create_portal
from tests import programs
from tests.browser.case_city import PIXEL
from tests.browser.city import build_city
from tests.browser.conftest import Visitor
from tests.citizen_samples import KEY, PUBLIC_KEY
from tests.unit.cases.calendars import SHANGHAI

FLOODED = "event/05-06"
AGENT, CHIEF, DISPATCHER = (
    CaseActor("li", Post.ACCEPTOR),
    CaseActor("chen", Post.CHIEF),
    CaseActor("wang", Post.DISPATCHER),
)
WORKER, COLLECTOR = CaseActor("zhao", Post.WORKER, "drainage"), CaseActor("he", Post.COLLECTOR)
SPOT = (119.05, 30.05)


@pytest.fixture
def city(database: Database) -> Database:
    now = utc_now()
    build_city(database)
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="test", now=now)
        seed_catalogue(tx, actor="test", now=now)
        seed_articles(tx, actor="test", now=now, day=now.astimezone(SHANGHAI).date())
        for holder in (AGENT, DISPATCHER, WORKER):
            give_post(tx, holder, actor="test", now=now)
    return database


def agent_at(visit: Callable[..., Visitor], path: str = "/hotline", **size: int) -> Visitor:
    visitor = visit(**size)
    visitor.begin_session("li")
    visitor.go(path)
    return visitor


def take_in(database: Database) -> None:
    """What the program of the timed jobs does every two seconds."""
    Intake(database, zone=SHANGHAI, key=KEY).tend(utc_now())


def by_web(database: Database) -> tuple[str, str]:
    """Somebody reports a flooded road on the public page; return number and code."""
    report = NewReport(
        Channel.WEB,
        CaseType.COMPLAIN,
        "解放路路口积水很深，车过不去",
        FLOODED,
        *SPOT,
        "解放路路口",
        wants_call=True,
        contact=Contact("周女士", "13700001111"),
        device="form-web-1",
    )
    with database.transaction() as tx:
        sent = send_report(tx, report, public_key=PUBLIC_KEY)
    take_in(database)
    return sent.number, sent.code


def by_phone_page(database: Database, url: str, browser: Browser) -> tuple[str, str]:
    """Somebody reports a flooded road on the public's own page, with a phone; return number and code."""
    settings = {"CITYOPS_DATABASE_URL": url, "CITYOPS_REPORTER_PUBLIC_KEY": PUBLIC_KEY}
    port = ports.free_port()
    with programs.serving(make_server(create_portal(read_settings(settings)), host="127.0.0.1", port=port)):
        page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
        page.goto(f"http://127.0.0.1:{port}/report?lat={SPOT[1]}&long={SPOT[0]}")
        page.select_option("#category", "event-05-06")
        page.fill("#description", "解放路路口积水很深，车过不去")
        page.fill("[name=name]", "周女士")
        page.fill("#phone", "13700001111")
        page.check("[name=consent]")
        page.check("[name=wants_call]")
        page.click("main button.button")
        expect(page.locator(".receipt")).to_be_visible()
        number, code = page.locator(".receipt dd").first.inner_text(), page.locator(".code").inner_text()
        page.context.close()
    take_in(database)
    return number, code


def call_of_the_same(page: Page, phone: str, said: str) -> tuple[str, str]:
    """Take a call about the matter of case 1 and merge it there; return number and code as they are read out."""
    page.fill("[name=phone]", phone)
    page.keyboard.press("Alt+3")
    page.fill("[name=said]", said)
    page.fill("[name=category_words]", "dljs")
    expect(page.locator("#call-categories li").first).to_contain_text("道路积水")
    page.locator("[name=category_words]").press("Enter")
    page.evaluate("cityops.hotline.setPlace({longitude: 119.05, latitude: 30.05})")
    page.locator("[data-merge-into='1']").click()
    expect(page.locator(".call-merge")).to_be_visible()
    return register(page)


def register(page: Page) -> tuple[str, str]:
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-told]")).to_be_visible()
    return page.inner_text("[data-number]"), page.inner_text("[data-told] [data-code]").replace(" ", "")


def go_on(database: Database, case_id: int, *, round_: int) -> None:
    """Everybody else does their part, up to where callers are asked."""
    now = utc_now() + timedelta(seconds=round_)
    with database.transaction() as tx:
        photo = add_photo(tx, case_id, Photo("image/png", PIXEL), actor="zhao", now=now)
        steps: list[tuple[Act, CaseActor, Callable[[], Details]]] = [
            (Act.HANDLE, WORKER, lambda: Evidence(photos=(photo,))),
            (Act.ASK_CHECK, AGENT, Errand),
            (Act.PASS, COLLECTOR, Evidence),
        ]
        if round_ == 1:
            steps = [
                (Act.FILE, CHIEF, lambda: filing_of(tx, f"{FLOODED}.1", area="990101")),
                (
                    Act.DISPATCH,
                    DISPATCHER,
                    lambda: dispatching_of(tx, find_case(tx, case_id), now=now, lead="drainage"),
                ),
                (Act.ACCEPT, WORKER, Details),
                *steps,
            ]
        for act, actor, details in steps:
            version = find_case(tx, case_id).version
            acting.perform(tx, case_id, act, version=version, actor=actor, now=now, reason="已抽排", details=details())


def note(page: Page, number: str, result: str, stars: int = 0) -> None:
    line = page.locator(".call-back", has_text=number)
    line.locator(f"[name=result][value={result}]").check(force=True)
    if stars:
        line.locator("[name=stars]").select_option(str(stars))
    line.locator(".call-outcome button").click()


def points(database: Database) -> tuple[float, dict[str, tuple[int, int]]]:
    """Score this month; return the points of the department and its rates as numerator and denominator."""
    now = utc_now() + timedelta(minutes=5)
    with database.transaction() as tx:
        made = make_scores(
            tx, f"{now.astimezone(SHANGHAI):%Y-%m}", load_formulas(), actor="kao", now=now, zone=SHANGHAI
        )
    (one,) = [one for one in made if (one.score.formula, one.unit) == ("hotline", "drainage")]
    rates = {name: _whole(ratio) for name, ratio in one.ratios.items() if ratio is not None}
    assert one.score.points is not None
    return float(one.score.points), {name: rates[name] for name in ("explained_rate", "gap_rate")}


def _whole(ratio: Ratio) -> tuple[int, int]:
    return int(ratio.numerator), int(ratio.denominator)


def check_events(database: Database) -> None:
    """Each act call_back goes with a call, and no event has a number."""
    with database.transaction() as tx:
        events = case_events(tx, 1)
        calls = tx.rows("SELECT case_event_id FROM report_call")
    assert sum(event["act"] == "call_back" for event in events) == len(calls) == 7
    assert "138" not in "".join(event["data"] + event["reason"] for event in events)


def test_three_callers_one_case_and_the_rates_that_follow(
    visit: Callable[..., Visitor], city: Database, browser: Browser, database_url: str
) -> None:
    web = by_phone_page(city, database_url, browser)
    agent = agent_at(visit, width=1440, height=1000)
    page = agent.page
    expect(page.locator("[name=phone]")).to_be_focused()

    # Two more callers of the same matter: the place by name, then merged into the case that is offered.
    for phone, said in (("13800138000", "桥下全是水，车开不过去了"), ("13900139000", "路口积水到膝盖了")):
        number, code = call_of_the_same(page, phone, said)
        assert re.fullmatch(r"R\d{8}-\d{6}", number)
        with city.transaction() as tx:
            found = own_report(tx, number, code)
        assert found is not None
        assert found["master_number"] == web[0]
        page.keyboard.press("Enter")
        expect(page.locator("[name=phone]")).to_be_focused()
    take_in(city)
    with city.transaction() as tx:
        assert find_case(tx, 1).callers == 3

    # The department acts; two callers are content with it or with why not, the third is not.
    go_on(city, 1, round_=1)
    page.goto(agent.server.url + "/hotline/calls")
    expect(page.locator(".call-back")).to_have_count(3)
    line = page.locator(".call-back", has_text="桥下全是水")
    expect(line.locator(".call-contact")).to_contain_text("138****8000")
    line.locator(".call-reveal button").click()
    expect(page.locator(".call-contact", has_text="13800138000")).to_be_visible()
    note(page, "桥下全是水", "solved", 5)
    expect(page.locator(".call-back")).to_have_count(2)
    note(page, "路口积水到膝盖了", "explained", 3)
    expect(page.locator(".call-back")).to_have_count(1)
    note(page, web[0], "missed")
    expect(page.locator(".call-facts", has_text="未接通")).to_be_visible()
    note(page, web[0], "not_solved", 1)
    expect(page.locator(".plain-said")).to_contain_text("退回承办单位再办")
    first, rates = points(city)
    # 10 × 3/3 + 50 × 1/3 + 40 × (1 + 0.9)/3
    assert first == 52
    assert rates["gap_rate"] == (1, 3)

    # Again, and everybody is asked once more.
    go_on(city, 1, round_=2)
    page.reload()
    expect(page.locator(".call-back")).to_have_count(3)
    answers = (("桥下全是水", "solved", 5), ("路口积水到膝盖了", "explained", 3), (web[0], "solved", 4))
    for left, (words, result, stars) in zip((2, 1, 0), answers, strict=True):
        note(page, words, result, stars)
        expect(page.locator(".call-back")).to_have_count(left)
    second, rates = points(city)
    # 10 × 3/3 + 50 × 2/3 + 40 × (2 + 0.9)/3
    assert second == 82
    assert (rates["explained_rate"], rates["gap_rate"]) == ((1, 3), (1, 6))
    check_events(city)

    page.goto(agent.server.url + "/evaluation?formula=hotline")
    expect(page.locator("tr[data-unit=drainage]")).to_contain_text("82.00")
    expect(page.locator("tr[data-unit=drainage]")).to_contain_text("66.7 %")


def test_a_question_is_answered_at_once(visit: Callable[..., Visitor], city: Database) -> None:
    page = agent_at(visit, width=1440, height=1000).page
    page.fill("[name=said]", "我家停水了，什么时候来水")
    expect(page.locator("[data-articles] summary").first).to_have_text("停水：原因、何时恢复、怎样取水")
    page.locator("[data-articles] details[open] button").click()
    expect(page.locator("[name=answer]")).to_have_value(re.compile("先问邻居"))
    number, code = register(page)
    expect(page.locator("[data-became]")).to_contain_text("咨询已答复")
    with city.transaction() as tx:
        found = own_report(tx, number, code)
        assert found is not None
        assert (found["case_state"], "先问邻居" in found["answer"]) == ("answered", True)


def test_a_special_end_has_the_words_to_say_and_waits_for_a_chief(
    visit: Callable[..., Visitor], city: Database
) -> None:
    page = agent_at(visit, width=1440, height=1000).page
    page.keyboard.press("Alt+2")
    page.fill("[name=said]", "法院判了对方不还钱")
    page.locator("[name=ground]").select_option("statutory")
    expect(page.locator("[data-say=statutory]")).to_contain_text("法定途径")
    register(page)
    with city.transaction() as tx:
        assert find_case(tx, 1).state == "reported"
        assert "应通过法定途径" in case_events(tx, 1)[-1]["reason"]


def test_earlier_reports_of_a_number_are_told_without_it(visit: Callable[..., Visitor], city: Database) -> None:
    number, _ = by_web(city)
    page = agent_at(visit, width=1440, height=1000).page
    page.fill("[name=phone]", "137 0000 1111")
    expect(page.locator("[data-earlier]")).to_contain_text(number)
    expect(page.locator("[data-earlier]")).not_to_contain_text("周女士")
    page.fill("[name=phone]", "13700001112")
    expect(page.locator("[data-earlier]")).to_contain_text("没有以前的诉求")


def test_what_cannot_be_registered_says_why_and_keeps_what_was_typed(
    visit: Callable[..., Visitor], city: Database
) -> None:
    agent = agent_at(visit, width=1440, height=1000)
    page = agent.page
    agent.outage = True  # the browser notes each refusal
    page.fill("[name=phone]", "soon")
    page.fill("[name=said]", "路灯不亮")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-call-error]")).to_contain_text("不是电话号码")
    expect(page.locator("[name=said]")).to_have_value("路灯不亮")
    page.fill("[name=phone]", "")
    register(page)


def test_what_is_public_was_passed_by_somebody(visit: Callable[..., Visitor], city: Database) -> None:
    number, code = by_web(city)
    page = agent_at(visit, "/hotline/review", width=1440, height=1000).page
    line = page.locator(".review", has_text=number)
    line.locator("[name=text]").fill("路口积水，请联系 13700001111")
    line.locator("button[value=pass]").click()
    expect(page.locator(".plain-said")).to_contain_text("没有公开")
    line.locator("[name=text]").fill("路口积水，刘先生的车熄火")
    line.locator("button[value=pass]").click()
    expect(page.locator(".plain-said")).to_contain_text("可能含有姓名")
    line.locator("[name=text]").fill("路口积水，龙门先生巷")
    line.locator("[name=names]").check()
    line.locator("button[value=pass]").click()
    expect(page.locator(".plain-said")).to_contain_text("已公开")
    expect(page.locator(".review")).to_have_count(0)
    with city.transaction() as tx:
        found = own_report(tx, number, code)
        assert found is not None
        assert found["public_text"] == "路口积水，龙门先生巷"
