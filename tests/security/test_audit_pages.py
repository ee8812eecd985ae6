"""The audit log, page after page while rows come: nothing is shown twice, nothing is left out."""

import re
from datetime import timedelta
from html import unescape

import pytest

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage.audit import record
from dashboard.accounts import audit_page
from tests.security.conftest import House, account_of


def write(house: House, count: int, *, days_ago: int = 0) -> None:
    with house.database.transaction() as tx:
        for _ in range(count):
            record(tx, "li", "test.row", "x", at=utc_now() - timedelta(days=days_ago))


def read(house: House, cookie: str, address: str) -> tuple[list[int], str]:
    """Return the rows of a page, and the address of the next one."""
    page = house.ask("GET", address, cookie=cookie).text
    following = re.search(r'<a href="([^"]+)" rel="next"', page)
    return [int(found) for found in re.findall(r'data-audit="(\d+)"', page)], unescape(
        following[1]
    ) if following else ""


def test_rows_that_come_meanwhile_move_no_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "MOST", 4)
    write(house, 10)
    write(house, 2, days_ago=30)
    auditor = house.log_in(account_of(Role.AUDIT_ADMIN))
    address, seen = "/admin?action=test.row&lang=en", list[int]()
    while address:
        rows, address = read(house, auditor, address)
        seen += rows
        write(house, 3)
        assert "lang" not in address

    assert len(seen) == len(set(seen)) == 10
    assert seen == sorted(seen, reverse=True)


def test_a_page_leads_back_to_the_newest_and_keeps_what_was_asked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_page, "MOST", 2)
    write(house, 5)
    auditor = house.log_in(account_of(Role.AUDIT_ADMIN))
    first, address = read(house, auditor, "/admin?actor=li&action=test.row&days=3")
    page = house.ask("GET", address, cookie=auditor).text

    assert "action=test.row" in address
    assert 'href="/admin?actor=li&amp;action=test.row&amp;days=3" rel="first"' in page
    assert 'name="action" value="test.row"' in page
    assert read(house, auditor, address)[0][0] == first[-1] - 1


def test_a_place_that_is_none_shows_the_newest_rows_and_says_so(house: House) -> None:
    write(house, 1)
    auditor = house.log_in(account_of(Role.AUDIT_ADMIN))
    page = house.ask("GET", "/admin?cursor=%00nonsense&days=99999999999&lang=en", cookie=auditor)

    assert page.status_code == 200
    assert "no page of the list" in page.text
    assert "test.row" in page.text
