"""The map of cases: marks lead nearer and to their case, the address keeps what is shown, on a phone too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cityops.storage import Database
from tests.browser import axe
from tests.browser.case_city import build_cases
from tests.browser.city import build_city
from tests.browser.conftest import Visitor


@pytest.fixture
def cases(database: Database) -> dict[str, int]:
    """Six open cases, three of them within ten metres, and one whose deadline is past."""
    build_city(database)
    found = build_cases(database)
    with database.transaction() as tx:
        tx.execute("UPDATE city_case SET due_at = now() + interval '7 days'")  # whatever the hours of work make of now
        tx.execute(
            "UPDATE city_case SET longitude = 119.0501, latitude = 30.05 WHERE case_id = %(id)s", id=found["filed"]
        )
        tx.execute(
            "UPDATE city_case SET longitude = 119.05, latitude = 30.05 WHERE case_id = %(id)s", id=found["asked"]
        )
        tx.execute(
            "UPDATE city_case SET longitude = 119.15, due_at = now() - interval '1 hour' WHERE case_id = %(id)s",
            id=found["handling"],
        )
    return found


def test_a_mark_leads_nearer_until_its_case(visit: Callable[..., Visitor], cases: dict[str, int]) -> None:
    officer = visit()
    officer.begin_session("li")
    officer.go("/cases")
    page = officer.page
    page.keyboard.press("m")
    page.wait_for_url("**/cases?view=map")
    late = page.locator("a.case-dot.is-late")
    expect(late).to_have_attribute("href", f"/cases/{cases['handling']}")
    expect(page.locator("path.map-border")).to_be_attached()
    expect(page.locator(".case-map-words")).to_contain_text("图中 6 件")

    for _ in range(6):  # down to where they lie too near for a map
        mark = page.locator("a.case-dot", has_text="3").first
        if "view=map" not in (mark.get_attribute("href") or ""):
            break
        address = mark.get_attribute("href")
        mark.click()
        page.wait_for_url(f"**{address}")
    expect(page.locator(".case-map-words")).to_contain_text("图外")
    page.locator("a.case-dot", has_text="3").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "view=map" not in url)
    expect(page.locator(".case-line")).to_have_count(3)
    expect(page.locator(".case-none").first).to_contain_text("仅列出地图选中范围内的案件")
    page.locator(".case-none a").first.click()
    page.wait_for_url("**view=map**")
    page.keyboard.press("0")
    page.wait_for_url(lambda url: "box" not in url)
    page.locator("select[name=severity]").select_option("1")
    page.wait_for_url("**view=map**severity=1**")
    expect(page.locator(".case-map-words")).to_contain_text("图中 0 件")


def test_the_map_is_for_phones_and_for_everybody(visit: Callable[..., Visitor], cases: dict[str, int]) -> None:
    phone = visit(width=390, height=844)
    phone.begin_session("li")
    phone.go("/cases?view=map&lang=en")
    page = phone.page
    expect(page.locator(".case-map-words")).to_contain_text("6 on this map")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe.grave_violations(page) == []
    page.locator(f'a.case-dot[href="/cases/{cases["handling"]}"]').click()
    page.wait_for_url(f"**/cases/{cases['handling']}")
