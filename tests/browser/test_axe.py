"""Every page that people work with, judged by axe-core; the wall is judged in test_wall.py."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from cases.life.posts import CaseActor, Post
from cases.store.posts import give_post
from citizens.persons.contact import NOBODY
from citizens.store.articles import seed_articles
from citizens.store.inbox import send_report
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser import axe
from tests.browser.case_city import build_cases, score_cases
from tests.browser.city import build_city, raise_alert
from tests.browser.conftest import Visitor
from tests.citizen_samples import REPORT
from tests.programs import wait_for
from tests.topic_samples import add_topic

# Each page, and what stands on it when it can be judged.
PAGES = {
    "/desk": ".ag-row",
    "/environment": ".domain-fact",
    "/traffic": ".domain-fact",
    "/emergency": "#domain-facts > *",
    "/sensors?sensor=air-1": ".chart .js-line",
    "/shift": "h1, h2",
    "/account": "h1, h2",
    "/cases": ".case-line",
    "/cases?view=board": ".case-card",
    "/cases?view=map": ".case-dot",
    "/cases/1": ".case-act",
    "/work": "h1",
    "/topics": ".topic-card",
    "/warnings": ".warning-table",
    "/hotline": ".call-form .map-border",
    "/hotline/calls": ".hotline-tabs",
    "/hotline/review": ".review",
    "/knowledge": ".knowledge-list",
    "/knowledge/1": ".knowledge-text",
    "/sharing": ".share-card, .plain-card",
    "/nothing": ".refusal",
}
SIZES = (Path(__file__).parent / "sizes.js").read_text(encoding="utf-8")
PHONE, WALL = {"width": 390, "height": 844}, {"width": 3840, "height": 2160}
OWN_SIZES = (
    "/desk",
    "/environment",
    "/traffic",
    "/emergency",
    "/cases?view=map",
)  # maps and grids have tests of theirs


def test_no_page_keeps_anybody_out(visit: Callable[..., Visitor], database: Database, catalogue: Catalogue) -> None:
    build_city(database)
    build_cases(database)
    with database.transaction() as tx:
        seed_articles(tx, actor="test", now=utc_now(), day=utc_now().date())
        send_report(tx, replace(REPORT, contact=NOBODY, wants_call=False), public_key=None)
    evaluation = f"/evaluation?month={score_cases(database)}&unit=drainage&behind=due_handle"
    raise_alert(database, catalogue)
    with database.transaction() as tx:
        give_post(tx, CaseActor("li", Post.SUPERVISOR), actor="test", now=utc_now())
        add_topic(tx, "990101", utc_now())
    officer = visit()
    officer.begin_session("li")
    found = {}
    for path, shown in (PAGES | {evaluation: ".case-line"}).items():
        officer.go(path)
        expect(officer.page.locator(shown).first).to_be_attached()
        if path == "/desk":
            officer.page.locator(".ag-row").first.click()
            expect(officer.page.locator("[data-panel-seen]")).to_have_count(1)
        if path == "/topics":
            officer.page.locator(".topic-do summary").click()
        found[path] = axe.grave_violations(officer.page) + wrong_sizes(officer.page, path)

    assert found == {path: [] for path in (*PAGES, evaluation)}


def wrong_sizes(page: Page, path: str) -> list[str]:
    """Return what does not fit a phone and a wide wall, without another load of the page."""
    before, faults = page.viewport_size, list[str]()
    for size in () if path in OWN_SIZES else (PHONE, WALL):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        seen = list[str]()

        def fits(seen: list[str] = seen) -> bool:
            seen[:] = page.evaluate(SIZES)
            return not seen

        with suppress(AssertionError):  # charts follow the window a moment later
            wait_for(fits, "the page to fit", seconds=10)
        faults += [f"{size['width']}: {one}" for one in seen]
    page.set_viewport_size(before or PHONE)  # type: ignore[arg-type]
    return faults


def test_the_login_keeps_nobody_out(visit: Callable[..., Visitor]) -> None:
    stranger = visit()
    stranger.go("/login")

    assert axe.grave_violations(stranger.page) == []
