"""Accounts as people meet them: their part of the city, guesses, logging out everywhere; on both sizes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from cityops.accounts.login_limits import OF_SOURCE
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user, store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.scope import Scope
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor
from dashboard.pages.shift import Ids as Shift
from tests.browser import axe
from tests.browser.city import build_city, raise_alert
from tests.browser.conftest import PASSWORD, Visitor
from tests.programs import wait_for

SIZES = [(1920, 1080), (390, 844)]
WORDS = {
    "zh": {"locked": "输错密码的次数过多", "everywhere": "全部退出", "change": "修改密码", "account": "我的账号"},
    "en": {
        "locked": "Too many wrong passwords from here",
        "everywhere": "Log out everywhere",
        "change": "Change the password",
        "account": "My account",
    },
}
NEW = "Fresh-start-9"
EVIL = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> None:
    build_city(database)
    raise_alert(database, catalogue)


def store_account(database: Database, name: str, *, role: Role = Role.OFFICER, scope: Scope) -> None:
    with database.transaction() as tx:
        store_user(tx, name, role=role, password=PASSWORD, scope=scope, actor="test", now=utc_now())


def sticks_out(visitor: Visitor) -> list[tuple[int, int]]:
    """Return the sizes of screen at which something sticks out at the side."""
    found = []
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        if not visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            found.append((width, height))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_account_from_the_first_login_to_logging_out_everywhere(
    city: None, database: Database, visit: Callable[..., Visitor], language: str
) -> None:
    words = WORDS[language]
    with database.transaction() as tx:
        add_user(tx, "chen", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    here, there = visit(), visit()
    here.go(f"/login?next=/desk&lang={language}")
    here.page.fill("[name=name]", "chen")
    here.page.fill("[name=password]", PASSWORD)
    here.page.click("button[type=submit]")
    here.page.wait_for_url("**/account")  # the first login asks for a new password
    here.page.fill("[name=old]", PASSWORD)
    here.page.fill("[name=new]", NEW)
    here.page.fill("[name=again]", NEW)
    here.page.get_by_role("button", name=words["change"]).click()
    here.page.wait_for_url("**/account?said=password")
    expect(here.page.locator("h1")).to_have_text(words["account"])
    assert sticks_out(here) == []
    there.go("/login?next=/account")
    there.page.fill("[name=name]", "chen")
    there.page.fill("[name=password]", NEW)
    there.page.click("button[type=submit]")
    there.page.wait_for_url("**/account")
    expect(there.page.locator(".plain-sessions tbody tr")).to_have_count(2)
    there.page.goto(f"{there.server.url}/account?lang={language}")
    there.page.get_by_role("button", name=words["everywhere"]).click()
    there.page.wait_for_url("**/login")

    def is_out() -> bool:
        here.go("/account")
        return "/login?next=" in here.page.url

    wait_for(is_out, "the other window is logged out too: an answer is trusted for two seconds")


def test_an_officer_sees_the_alerts_of_their_own_part_only(
    city: None, database: Database, visit: Callable[..., Visitor]
) -> None:
    store_account(database, "east", scope=Scope(areas=("990102",)))
    store_account(database, "west", scope=Scope(areas=("990101",)))
    west, east = visit(), visit()
    west.log_in("west")
    east.log_in("east")
    expect(west.page.locator("body")).to_contain_text("一号空气站", timeout=60_000)
    east.wait_for("Boolean(window.cityops?.live?.picture?.alerts)")  # whatever is theirs has come
    east.page.evaluate(axe.TWO_FRAMES)

    assert "一号空气站" not in east.page.inner_text("body")

    for visitor in (west, east):
        visitor.go("/shift")
        expect(visitor.page.locator(f"#{Shift.SIGN_TITLE}")).to_contain_text("您的范围")
        expect(visitor.page.locator(f"#{Shift.SIGN}")).to_be_hidden()
        assert sticks_out(visitor) == []
    west.page.fill(f"#{Shift.WORDS}", "三号泵站门禁报修")
    west.page.click(f"#{Shift.WRITE}")
    expect(west.page.locator(f"#{Shift.NOTES}")).to_contain_text("三号泵站门禁报修")
    expect(west.page.locator(f"#{Shift.PAPER}")).to_contain_text("一号空气站")
    east.page.reload()
    expect(east.page.locator(f"#{Shift.NOTES}")).to_contain_text("本班还没有记录")
    assert "一号空气站" not in east.page.inner_text("body")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_guesses_a_password_has_to_wait(visit: Callable[..., Visitor], language: str) -> None:
    guesser = visit()
    guesser.outage = True  # a refused login is a 401, which the console reports
    guesser.go(f"/login?lang={language}")
    for password in ["wrong"] * OF_SOURCE.free + [PASSWORD]:
        guesser.page.fill("[name=name]", "li")
        guesser.page.fill("[name=password]", password)
        guesser.page.click("button[type=submit]")
        guesser.page.wait_for_load_state()

    expect(guesser.page.locator("[role=alert]")).to_contain_text(WORDS[language]["locked"])
    assert sticks_out(guesser) == []


def test_each_administrator_has_a_page_of_their_own(
    city: None, database: Database, visit: Callable[..., Visitor]
) -> None:
    for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN):
        name = role.value.replace("_", "-")
        store_account(database, name, role=role, scope=Scope())
        administrator = visit()
        administrator.log_in(name, then="/admin")
        expect(administrator.page.locator("main .plain-card").first).to_be_visible()
        assert axe.grave_violations(administrator.page) == [], role
        assert sticks_out(administrator) == [], role
        assert axe.grave_violations(administrator.page) == [], (role, SIZES[-1])
    administrator.go("/desk")
    administrator.page.wait_for_url("**/admin")


def test_hostile_names_and_comments_run_nowhere(city: None, database: Database, visit: Callable[..., Visitor]) -> None:
    with database.transaction() as tx:
        register_sensor(tx, Sensor("air-1", "990101", "environment", "air_station", EVIL, 119.05, 30.05), utc_now())
        alert = alert_reader.open_alerts(tx)[0].alert_id
        actions.comment(tx, alert, AlertAct("li", utc_now()), version=1, text=EVIL)
    officer = visit()
    officer.begin_session("li")
    for path in (f"/desk?alert={alert}", "/wall", "/sensors?sensor=air-1", "/shift", "/environment"):
        officer.go(path)
        officer.page.wait_for_load_state("networkidle")
        officer.page.evaluate(axe.TWO_FRAMES)  # whatever would run has run

        assert officer.page.evaluate("window.broken === undefined"), path
        assert officer.page.locator('img[src="x"]').count() == 0, path
    officer.go(f"/desk?alert={alert}")
    expect(officer.page.locator("body")).to_contain_text("onerror")  # it is shown, as text
