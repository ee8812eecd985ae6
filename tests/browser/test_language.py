"""A change of language takes nothing away: what a person has open and has typed is there in the other language."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database
from dashboard.pages import shift
from dashboard.pages.desk import Ids
from tests.browser import pages
from tests.browser.city import build_city, raise_incident
from tests.browser.conftest import PASSWORD, Visitor
from tests.browser.test_desk_actions import actions_of, press_down_to
from tests.programs import wait_for

KEPT = "JSON.stringify(sessionStorage)"
NEW_ACCOUNT = "form[action='/admin/accounts/add']"
CHOOSE_VIEWER = f"""addEventListener("DOMContentLoaded", () => {{
  const role = document.querySelector("{NEW_ACCOUNT} [name=role]");
  role.value = "viewer";
  role.dispatchEvent(new Event("change", {{ bubbles: true }}));
}});"""


def speak(page: Page, language: str) -> None:
    """Press a language link; inside an open form it is the form's own."""
    page.locator(f"[data-language={language}]:visible").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")


def test_an_open_form_and_the_marks_survive_a_change_of_language(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue
) -> None:
    build_city(database)
    numbers = raise_incident(database, catalogue, "甲探测器", "乙探测器", "丙探测器")
    officer = visit(width=1440, height=900)
    officer.log_in("li")
    page = officer.page
    form, lines = page.locator(f"#{Ids.FORM}"), page.locator(f"#{Ids.GRID} .ag-center-cols-container .ag-row")
    expect(lines).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(lines).to_have_count(3)
    first, second, third = (int(line.get_attribute("row-id") or "") for line in lines.all())
    press_down_to(page, first)
    page.keyboard.press("x")
    page.keyboard.press("x")
    press_down_to(page, third)
    page.keyboard.press("a")
    expect(pages.message(page)).to_have_text("已由您确认")
    page.evaluate(f"cityops.desk.offerUndo('{third}', 600000)")  # a slow machine needs more than 30 s for a page
    page.keyboard.press("s")
    page.locator(f"#{Ids.UNTIL}").select_option("120")
    page.locator(f"#{Ids.REASON}").fill("检修 <b>")
    speak(page, "en")

    expect(form.get_by_role("heading")).to_have_text("Shelve")
    expect(page.locator(f"#{Ids.UNTIL}")).to_have_value("120")
    expect(page.locator(f"#{Ids.REASON}")).to_have_value("检修 <b>")
    assert page.evaluate(KEPT) == "{}"  # once, and forgotten

    page.keyboard.press("Escape")
    expect(form).to_be_hidden()

    expect(lines).to_have_count(3)
    expect(page.locator("[data-marked]")).to_have_text("2 marked")
    expect(page.locator("[data-undo]")).to_be_visible()
    expect(page.locator("[data-undo]")).to_contain_text("Undo U (")

    page.keyboard.press("b")
    page.locator(f"#{Ids.REASON}").fill("同一处")
    speak(page, "zh")
    expect(form.locator("[data-form-lead]")).to_contain_text("2 条")
    expect(page.locator(f"#{Ids.REASON}")).to_have_value("同一处")
    page.locator(f"#{Ids.REASON}").press("Enter")
    expect(page.locator("[data-bulk-result]")).to_contain_text("已确认 2 条")

    assert {actions_of(database, one)[-1] for one in (first, second)} == {("acknowledge", "li", "同一处")}
    assert sorted((first, second, third)) == sorted(numbers)


def test_what_was_typed_elsewhere_survives_but_never_a_password(
    visit: Callable[..., Visitor], database: Database
) -> None:
    build_city(database)
    officer = visit(width=1440, height=700)
    officer.log_in("li", then="/shift")
    page = officer.page
    words, password = page.locator(f"#{shift.Ids.WORDS}"), page.locator(f"#{shift.Ids.PASSWORD}")
    words.fill("三号泵站在检修")
    password.fill(PASSWORD)
    page.evaluate("addEventListener('pagehide', () => localStorage.setItem('seen', JSON.stringify(sessionStorage)))")
    speak(page, "en")

    expect(words).to_have_value("三号泵站在检修")
    expect(password).to_have_value("")
    seen = page.evaluate("localStorage.getItem('seen')")
    assert "cityops-carried" in seen
    assert PASSWORD not in seen

    page.get_by_role("button", name="Write").click()
    expect(page.locator(f"#{shift.Ids.NOTES}")).to_contain_text("三号泵站在检修")  # the page knows what it shows


def test_what_one_person_typed_is_not_there_for_the_next(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    officer = visit(width=1440, height=900)
    officer.log_in("li", then="/shift")
    page = officer.page
    page.locator(f"#{shift.Ids.WORDS}").fill("只给自己看")
    officer.context.clear_cookies()
    cookies = officer.context.request.post(  # another tab: wang logs in
        f"{officer.server.url}/login", form={"name": "wang", "password": PASSWORD, "next": "/shift"}
    )
    assert cookies.ok
    page.reload()

    expect(page.locator("[data-person]")).to_have_attribute("data-person", "wang")
    expect(page.locator(f"#{shift.Ids.WORDS}")).to_have_value("")


def test_an_administrator_keeps_filters_and_a_half_filled_form(
    visit: Callable[..., Visitor], database: Database
) -> None:
    with database.transaction() as tx:
        for name, role in (("sun", Role.SECURITY_ADMIN), ("qian", Role.AUDIT_ADMIN)):
            store_user(tx, name, role=role, password=PASSWORD, actor="test", now=utc_now())
    security, audit = visit(), visit()
    security.log_in("sun", then="/admin")
    page = security.page
    new = page.locator(NEW_ACCOUNT)
    new.locator("[name=name]").fill("chen")
    new.locator("[name=role]").select_option("supervisor")
    row = page.locator("tr", has=page.locator("[value=wang]"))
    row.locator("[name=areas]").fill("9901")
    speak(page, "en")

    expect(new.locator("[name=name]")).to_have_value("chen")
    expect(new.locator("[name=role]")).to_have_value("supervisor")
    expect(row.locator("[name=areas]")).to_have_value("9901")

    new.locator("[name=password]").fill("A-fresh-start-7")
    new.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(new.locator("[name=name]")).to_have_value("")  # what was sent is not offered again

    audit.begin_session("qian")
    audit.go("/admin?actor=sun")
    speak(audit.page, "en")

    assert "actor=sun" in audit.page.url
    expect(audit.page.locator("[name=actor]")).to_have_value("sun")


def test_a_person_who_is_faster_than_what_is_put_back_keeps_their_choice(
    visit: Callable[..., Visitor], database: Database
) -> None:
    with database.transaction() as tx:
        store_user(tx, "sun", role=Role.SECURITY_ADMIN, password=PASSWORD, actor="test", now=utc_now())
    security = visit()
    security.log_in("sun", then="/admin")
    page, url = security.page, f"{security.server.url}/admin"
    name, role = (page.locator(f"{NEW_ACCOUNT} [name={field}]") for field in ("name", "role"))
    name.fill("chen")
    withheld: list[Route] = []
    page.route("**/assets/language.js*", lambda route: withheld.append(route))  # noqa: PLW0108  (Playwright sets attributes of it)
    page.goto(f"{url}?lang=en", wait_until="commit")
    role.select_option("supervisor")  # a slow line: the form is there before the scripts
    wait_for(lambda: page.evaluate("true") and withheld, "the page asks for the script")
    withheld.pop().continue_()
    page.unroute("**/assets/language.js*")
    expect(name).to_have_value("chen")  # it was put back
    expect(role).to_have_value("supervisor")

    page.add_init_script(CHOOSE_VIEWER)  # as fast as can be
    page.goto(f"{url}?lang=zh")
    expect(name).to_have_value("chen")
    expect(role).to_have_value("viewer")


def test_the_login_keeps_the_name_and_where_it_leads(visit: Callable[..., Visitor], database: Database) -> None:
    build_city(database)
    stranger = visit()
    stranger.go("/sensors")
    stranger.page.fill("[name=name]", "li")
    speak(stranger.page, "en")
    expect(stranger.page.locator("[name=name]")).to_have_value("li")
    stranger.page.fill("[name=password]", PASSWORD)
    stranger.page.keyboard.press("Enter")

    stranger.page.wait_for_url("**/sensors")
