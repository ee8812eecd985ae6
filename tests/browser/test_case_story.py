"""One whole story: rain raises an alert, a case is filed, sent, returned, worked, checked, closed, and counted."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cases.clock.calendar_files import built_in_calendar
from cases.evaluation.formula_files import load_formulas
from cases.life.details import CaseType, Dispatching, Report
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.store import acting
from cases.store.case_store import CasePlace, case_events, condition_holds, find_case
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.evaluation.scores import make_scores
from cases.store.posts import give_post
from cases.store.proposals import filing_of
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser import pages
from tests.browser.case_city import PIXEL
from tests.browser.city import build_city
from tests.browser.conftest import PASSWORD, Visitor
from tests.devices import Device, device
from tests.programs import running, wait_for
from tests.unit.cases.calendars import SHANGHAI

ROOT = "cityops/990101/emergency/underpass-1"
FLOODED = "event/05-06"
ACCEPTOR, CHIEF, DISPATCHER = (
    CaseActor("li", Post.ACCEPTOR),
    CaseActor("chen", Post.CHIEF),
    CaseActor("wang", Post.DISPATCHER),
)
PEOPLE = (
    ACCEPTOR,
    CHIEF,
    DISPATCHER,
    CaseActor("zhao", Post.WORKER, "drainage"),
    CaseActor("tang", Post.HEAD, "traffic-police"),
    CaseActor("he", Post.COLLECTOR),
)
PHONE = {"width": 390, "height": 844}
STORY = (
    ("report", "li"),
    ("file", "chen"),
    ("dispatch", "wang"),
    ("ask_return", "tang"),
    ("grant_return", "wang"),
    ("accept", "zhao"),
    ("handle", "zhao"),
    ("ask_check", "li"),
    ("pass", "he"),
    ("close", "chen"),
)


@pytest.fixture
def gauge(database: Database, database_url: str, broker_url: str, tmp_path: Path) -> Iterator[Device]:
    """A running city: its broker, an ingest program, and a gauge in an underpass."""
    now = utc_now()
    build_city(database)
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="test", now=now)
        seed_catalogue(tx, actor="test", now=now)
        for name in ("chen", "tang", "he"):
            store_user(tx, name, role=Role.VIEWER, password=PASSWORD, actor="test", now=now)
        for holder in PEOPLE:
            give_post(tx, holder, actor="test", now=now)
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker_url}
    log = tmp_path / "ingest.log"
    with running("ingest", environment=environment, log=log), device(broker_url) as found:
        wait_for(lambda: " subscribed " in log.read_text(), "ingest to subscribe")
        found.register(ROOT, "underpass_gauge", name="人民路下穿通道", lon=119.05, lat=30.05)
        yield found
        found.publish(f"{ROOT}/meta", b"", retain=True)  # the broker is shared


def test_from_rain_to_the_score_of_the_month(visit: Callable[..., Visitor], gauge: Device, database: Database) -> None:
    """Six people, three of whom work in English."""

    def person(name: str, language: str, path: str, **size: int) -> Visitor:
        visitor = visit(**size)
        visitor.context.add_cookies([{"name": "cityops_language", "value": language, "url": visitor.server.url}])
        visitor.begin_session(name)
        visitor.go(path)
        expect(visitor.page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
        return visitor

    officer = person("li", "zh", "/desk").page
    gauge.measure(ROOT, utc_now(), water_depth=34)
    pages.choose(officer, "下穿通道积水，须封闭")
    officer.keyboard.press("w")
    address = str(officer.locator("[data-open-case]").get_attribute("href"))
    case_id = int(address.rpartition("/")[2])

    chief = person("chen", "en", "/cases").page
    chief.keyboard.press("j")
    chief.keyboard.press("Enter")
    chief.wait_for_url(f"**{address}")
    expect(chief.locator("[data-detail=standard]")).to_have_value(f"{FLOODED}.1")
    act(chief, "file", then="filed")

    dispatcher = person("wang", "zh", address).page
    expect(dispatcher.locator("[data-detail=lead]")).to_have_value("drainage")
    expect(dispatcher.locator("[data-detail=helpers] :checked")).to_have_value("traffic-police")
    act(dispatcher, "dispatch", then="dispatched")

    police = person("tang", "en", address)
    act(police.page, "ask_return", "Closed already 已封闭", then="dispatched")
    expect(police.page.locator(".case-requests li")).to_have_count(1)
    police.outage = True  # the browser notes that the case is not theirs any more
    dispatcher.reload()
    act(dispatcher, "grant_return", then="dispatched")
    expect(dispatcher.locator(".task-returned")).to_be_visible()

    before = score_beside_another(database, case_id)

    worker = person("zhao", "zh", "/work", **PHONE)
    work_without_network(worker, case_id)

    officer.goto(officer.url.replace("/desk", address))
    act(officer, "ask_check", then="checking")
    collector = person("he", "en", "/cases?which=mine", **PHONE).page
    collector.locator("[data-case-link]").click()
    act(collector, "pass", then="handled")

    gauge.measure(ROOT, utc_now(), water_depth=0)
    chief.reload()
    expect(chief.locator("[data-case-act=close]")).to_be_visible()
    wait_for(lambda: not holds(database, case_id), "the water is gone")
    chief.reload()
    act(chief, "close", then="closed")

    expect(police.page.locator("main")).to_contain_text("not in your scope")
    # In time of two instead of none, closed of two instead of none: each rate is worth 30 points.
    assert points(database, case_id) - before == 15 + 15
    with database.transaction() as tx:
        done = [(event["act"], event["actor"]) for event in case_events(tx, case_id)]
    assert done == [*STORY]


def act(page: Page, name: str, reason: str = "", *, then: str) -> None:
    """Do an act by its form, and see the state that the case is in then."""
    form = page.locator(f"details:has([data-case-act={name}])")
    expect(form).to_have_count(1)
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    if reason:
        form.locator("textarea").fill(reason)
    form.locator("button[type=submit]").click()
    expect(page.locator(f".case-history li:first-child [data-act={name}]")).to_be_visible()
    expect(page.locator(f".case-state-big.state-of-{then}")).to_be_visible()


def work_without_network(worker: Visitor, case_id: int) -> None:
    """Accept the task, then handle it while there is no network: it is sent when there is one again, once."""
    page = worker.page
    task = page.locator(f"[data-work-task='{case_id}']")
    task.locator("[data-work-act=accept] button").click()
    form = task.locator("[data-work-act=handle]")
    expect(form).to_be_visible()
    worker.outage = True  # the browser notes each request that is lost
    worker.context.set_offline(True)
    form.locator("textarea").fill("已抽排 pumped dry")
    form.locator("[data-photos]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PIXEL})
    form.locator("button").click()
    expect(page.locator("[data-work-kept]")).to_be_visible()
    worker.context.set_offline(False)
    expect(page.locator("[data-work-kept]")).to_be_hidden()
    expect(task.locator(".state-of-handled")).to_be_visible()


def score_beside_another(database: Database, case_id: int) -> Fraction:
    """Leave another case of the same hour undone, and return what the department scores with both."""
    with database.transaction() as tx:
        begun = find_case(tx, case_id).clock
        assert begun is not None
        said = Report(source="collector", kind=CaseType.CASE, area="990101", category=FLOODED)
        other = acting.report(tx, said, CasePlace(), actor=ACCEPTOR, now=begun.start, zone=SHANGHAI)
        sent = Dispatching(lead="drainage", calendar="city", calendar_version=1)
        filing = filing_of(tx, f"{FLOODED}.1", area="990101")
        for version, (done, actor, details) in enumerate(
            [(Act.FILE, CHIEF, filing), (Act.DISPATCH, DISPATCHER, sent)], 1
        ):
            acting.perform(
                tx, other, done, version=version, actor=actor, now=begun.start, reason="test", details=details
            )
    return points(database, case_id)


def points(database: Database, case_id: int) -> Fraction:
    """Score the month in which the case is due, as soon as it is, and return the points of its department."""
    with database.transaction() as tx:
        due = find_case(tx, case_id).deadline
        assert due is not None
        month = f"{due.at.astimezone(SHANGHAI):%Y-%m}"
        made = make_scores(tx, month, load_formulas(), actor="kao", now=due.at + timedelta(minutes=1), zone=SHANGHAI)
    found = next(one.score.points for one in made if (one.score.formula, one.unit) == ("department", "drainage"))
    assert found is not None
    return found


def holds(database: Database, case_id: int) -> bool:
    with database.transaction() as tx:
        return condition_holds(tx, case_id)
