"""Passkeys in a real browser, with Chromium's own authenticator: made, asked for as a proof, and to log in by."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.storage import Database
from tests.browser import axe
from tests.browser.conftest import PASSWORD, Server, Visitor

SIZES = [(1920, 1080), (390, 844)]


@pytest.fixture
def named(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server under a name: browsers make no passkeys for an address in numbers."""
    monkeypatch.setattr(Server, "url", property(lambda self: f"http://localhost:{self.port}"))
    return server


def plug_in(visitor: Visitor) -> None:
    """Give the browser an authenticator that its owner unlocks at once."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def fits(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_passkey_from_the_first_to_the_last(
    named: Server, database: Database, visit: Callable[..., Visitor], width: int, height: int
) -> None:
    with database.transaction() as tx:
        store_user(tx, "chen", role=Role.SYSTEM_ADMIN, password=PASSWORD, actor="test", now=utc_now())
    person = visit(width=width, height=height)
    page = person.page
    plug_in(person)
    person.begin_session("chen")
    person.go("/account?lang=en")
    add = page.locator("form[data-passkey=create]")
    add.locator("[name=label]").fill("my phone")
    add.locator("[name=old]").fill(PASSWORD)
    add.get_by_role("button").click()
    expect(page.locator(".plain-codes li")).to_have_count(10)
    assert fits(person)
    assert axe.grave_violations(page) == []
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("my phone")
    assert fits(person)
    assert axe.grave_violations(page) == []

    renew = page.locator("form[action='/account/recovery-codes']")  # proven by the passkey: no code is typed
    renew.locator("[name=old]").fill(PASSWORD)
    renew.get_by_role("button").click()
    expect(page.locator(".plain-codes li")).to_have_count(10)
    page.goto(f"{named.url}/account")
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login")
    page.goto(f"{named.url}/login?next=/account&lang=zh")
    assert fits(person)
    assert axe.grave_violations(page) == []
    page.get_by_role("button", name="使用通行密钥登录").click()
    page.wait_for_url("**/admin")
    page.goto(f"{named.url}/account")
    page.locator("summary").click()
    end = page.locator("form[action='/account/passkeys/end']")
    end.locator("[name=old]").fill(PASSWORD)
    end.get_by_role("button").click()
    page.wait_for_url("**/account?said=passkey_ended")
    expect(page.locator("main")).not_to_contain_text("my phone")


def test_where_there_are_no_passkeys_the_page_says_so(visit: Callable[..., Visitor]) -> None:
    person = visit()  # at an address in numbers
    person.log_in("gu", then="/account")

    expect(person.page.locator("[data-passkey-missing]")).to_be_visible()
    expect(person.page.locator("form[data-passkey=create] button")).to_be_disabled()
    person.go("/login")
    expect(person.page.locator("form[data-passkey=login]")).to_be_hidden()
