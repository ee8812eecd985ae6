"""The administrator's pages of cases as people meet them: a route is changed, tried, stored, and counts at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cases.catalogue.catalogue_tables import RULE_COLUMNS
from cases.clock.calendar_files import built_in_calendar
from cases.life.transitions import Act
from cases.store.case_store import find_case
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.proposals import dispatching_of, filing_of
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser import axe
from tests.browser.case_city import CHIEF, DISPATCHER
from tests.browser.city import build_city
from tests.browser.conftest import PASSWORD, Visitor
from tests.case_samples import do, report_case
from tests.unit.cases.calendars import SHANGHAI

SIZES = ((390, 844), (1920, 1080), (3840, 2160))
FLOOD = "event/05-06"
WORDS = {
    "zh": {
        "new": "新建规则",
        "try": "先试算",
        "moved": "件会派往其他部门",
        "confirm": "确认并保存",
        "said": "已保存为新的一版",
    },
    "en": {
        "new": "New rule",
        "try": "Try it first",
        "moved": "would go to others",
        "confirm": "Confirm",
        "said": "It is stored as a new version",
    },
}


@pytest.fixture
def city(database: Database) -> Database:
    """A city with cases, one of a flooded road that was dispatched, and a system administrator, chen."""
    build_city(database)
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="test", now=utc_now())
        seed_catalogue(tx, actor="test", now=utc_now())
        store_user(tx, "chen", role=Role.SYSTEM_ADMIN, password=PASSWORD, actor="test", now=utc_now())
    dispatch_flood(database)
    return database


def dispatch_flood(database: Database) -> str:
    """Report, file and dispatch a flooded road as routing proposes; return who leads."""
    now = utc_now()
    with database.transaction() as tx:
        case_id = report_case(tx, now=now)
        do(tx, case_id, Act.FILE, CHIEF, filing_of(tx, f"{FLOOD}.1", area="990101"), now)
        said = dispatching_of(tx, find_case(tx, case_id), now=now)
        case = do(tx, case_id, Act.DISPATCH, DISPATCHER, said, now)
    assert said.routed
    assert case.lead is not None
    return case.lead.department


def fill_rule(page: Page, words: dict[str, str]) -> None:
    page.get_by_role("link", name=words["new"]).first.click()
    page.fill("[name=category]", FLOOD)
    page.fill("[name=area]", "9901")
    page.select_option("[name=department]", "parks")
    page.get_by_role("button", name=words["try"]).click()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_route_is_changed_tried_confirmed_and_the_next_case_goes_there(
    city: Database, visit: Callable[..., Visitor], language: str
) -> None:
    words, admin = WORDS[language], visit()
    assert dispatch_flood(city) == "drainage"
    admin.log_in("chen", then="/admin/catalogue")
    admin.go(f"/admin/catalogue/rules?lang={language}")
    page = admin.page
    fill_rule(page, words)
    expect(page.locator(".catalogue-sum")).to_contain_text(words["moved"])
    assert dispatch_flood(city) == "drainage"
    assert axe.grave_violations(page) == []
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.locator(".plain-said.is-good")).to_contain_text(words["said"])

    assert dispatch_flood(city) == "parks"


def test_a_file_is_uploaded_tried_and_confirmed(city: Database, visit: Callable[..., Visitor]) -> None:
    admin = visit()
    admin.log_in("chen", then="/admin/catalogue")
    admin.go("/admin/catalogue/upload?lang=en")
    page = admin.page
    rules = ",".join(RULE_COLUMNS) + "\nevent/05-06,9901,,lead,parks,0,,,令 12\n"
    page.set_input_files(
        "[name=files]", {"name": "responsibilities.csv", "mimeType": "text/csv", "buffer": rules.encode()}
    )
    page.get_by_role("button", name="Try it first").click()
    expect(page.locator(".catalogue-sum")).to_contain_text("1 would go to others")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".plain-said.is-good")).to_contain_text("It is stored as a new version")

    assert dispatch_flood(city) == "parks"


def test_the_catalogue_keeps_nobody_out_and_nothing_sticks_out(city: Database, visit: Callable[..., Visitor]) -> None:
    admin = visit()
    admin.log_in("chen", then="/admin/catalogue")
    place, found, wide = "/admin/catalogue", {}, []
    limits = "/try?edit=limits&seen=1&standard=event/05-06.1&severity=2&limit=30u"
    for path in (
        "",
        f"/category?key={FLOOD}",
        "/rules",
        "/rule?number=0",
        "/coverage",
        "/services",
        "/versions?since=1",
        "/upload",
        limits,
    ):
        for language in ("zh", "en"):
            admin.page.set_viewport_size({"width": 1920, "height": 1080})
            admin.go(f"{place}{path}{'&' if '?' in path else '?'}lang={language}")
            expect(admin.page.locator(".plain-card").first).to_be_visible()
            found[path, language] = axe.grave_violations(admin.page)
            for width, height in SIZES:
                admin.page.set_viewport_size({"width": width, "height": height})
                if not admin.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
                    wide.append((path, language, width))

    assert {path: violations for path, violations in found.items() if violations} == {}
    assert wide == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_post_is_given_and_its_last_holder_is_warned_of(
    city: Database, visit: Callable[..., Visitor], language: str
) -> None:
    words = {
        "zh": ("授予", "免去", "仍然免去", "岗位已免去"),
        "en": ("Give", "Take away", "Take it all the same", "The post is taken away"),
    }[language]
    with city.transaction() as tx:
        store_user(tx, "an", role=Role.SECURITY_ADMIN, password=PASSWORD, actor="test", now=utc_now())
    admin = visit()
    admin.log_in("an", then="/admin/posts")
    admin.go(f"/admin/posts?lang={language}")
    page = admin.page
    page.select_option("[name=name]", "li")
    page.select_option("[name=post]", "worker")
    page.select_option("[name=department]", "drainage")
    page.get_by_role("button", name=words[0], exact=True).click()
    expect(page.locator(".catalogue-posts tbody tr")).to_have_count(1)
    assert axe.grave_violations(page) == []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    admin.problems.clear()
    page.get_by_role("button", name=words[1]).click()
    page.get_by_role("button", name=words[2]).click()
    expect(page.locator(".plain-said.is-good")).to_contain_text(words[3])
    expect(page.locator(".catalogue-posts")).to_have_count(0)
    admin.problems[:] = [problem for problem in admin.problems if "409" not in problem]  # the warning
