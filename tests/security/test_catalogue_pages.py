"""The administration of the catalogue: who may, what is tried first, what is stored on record, who comes second."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from cases.clock.calendar_files import built_in_calendar
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.store import acting
from cases.store.case_store import find_case
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.catalogue.catalogue_versions import catalogue_in_force, load_catalogue, route_of
from cases.store.proposals import dispatching_of, filing_of
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope
from cityops.storage import Database
from tests.case_samples import report_case
from tests.conftest import fresh_database
from tests.page_words import words
from tests.security.conftest import PASSWORD, House, account_of, build_house, serve_house
from tests.unit.cases.calendars import SHANGHAI

PLACE = "/admin/catalogue"
FLOOD = "event/05-06"
RULE = {"edit": "rule", "seen": "1", "category": FLOOD, "area": "9901", "role": "lead", "department": "parks"}
CHIEF, DISPATCHER = CaseActor("chen", Post.CHIEF), CaseActor("wang", Post.DISPATCHER)
HEAD = CaseActor("luo", Post.HEAD, "drainage")
PAGES = (
    "",
    "/categories",
    "/category?key=event/05-06",
    "/rules",
    "/rule",
    "/rule?number=0",
    "/coverage",
    "/services",
    "/versions",
)


@pytest.fixture(scope="module")
def filled(postgres_url: str, template: str, catalogue: Catalogue) -> Iterator[str]:
    """The name of a database with what a city of these tests begins with, to copy."""
    with fresh_database(postgres_url, template) as url:
        build_house(url, catalogue)
        fill(url)
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def city(postgres_url: str, filled: str, catalogue: Catalogue) -> Iterator[House]:
    """A house with the product's catalogue, and two cases of a flooded road, one of them overdue."""
    with fresh_database(postgres_url, filled) as url, serve_house(url, catalogue) as house:
        yield house


@pytest.fixture(scope="module")
def standing(postgres_url: str, filled: str, catalogue: Catalogue) -> Iterator[House]:
    """The same for all tests that change nothing in it."""
    with fresh_database(postgres_url, filled) as url, serve_house(url, catalogue) as house:
        yield house


def fill(url: str) -> None:
    """Store the catalogue, and two cases of a flooded road."""
    database = Database(url, application="test")
    now = utc_now()
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="test", now=now)
        seed_catalogue(tx, actor="test", now=now)
        for area, hours in (("990101", 1), ("990201", 5)):
            at = now - timedelta(hours=hours)
            case_id = report_case(tx, area=area, now=at)
            for act, actor in ((Act.FILE, CHIEF), (Act.DISPATCH, DISPATCHER)):
                case = find_case(tx, case_id)
                said = filing_of(tx, f"{FLOOD}.1", area=area) if act is Act.FILE else dispatching_of(tx, case, now=at)
                acting.perform(
                    tx, case_id, act, version=case.version, actor=actor, now=at, reason="because", details=said
                )
    database.close()


def version(house: House) -> int | None:
    with house.database.transaction() as tx:
        return catalogue_in_force(tx)


def admin(house: House) -> str:
    return house.log_in(account_of(Role.SYSTEM_ADMIN))


def attempt(house: House, cookie: str, **form: object) -> httpx.Response:
    return house.ask("GET", f"{PLACE}/try", cookie=cookie, params={**form, "lang": "en"})


def store(house: House, cookie: str, request: str = "", **form: object) -> httpx.Response:
    headers = {"Idempotency-Key": request} if request else {}
    return house.ask("POST", f"{PLACE}/store", cookie=cookie, data=form, headers=headers)


def change(house: House, cookie: str, **form: object) -> httpx.Response:
    """Send what a button of the list of open categories sends."""
    return house.ask("POST", f"{PLACE}/services", cookie=cookie, data=form)


def hidden_fields(page: str) -> dict[str, str]:
    """Return what the form of the confirmation would send."""
    form = page.split('action="/admin/catalogue/store"')[1].split("</form>", maxsplit=1)[0]
    found = re.findall(r'name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


# ---- rights


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_nobody_else_sees_or_changes_the_catalogue(shared_house: House, role: Role) -> None:
    cookie = shared_house.log_in(account_of(role))

    for path in PAGES:
        assert shared_house.ask("GET", PLACE + path, cookie=cookie).status_code == 403, path
    assert attempt(shared_house, cookie, **RULE).status_code == 403
    assert store(shared_house, cookie, **RULE).status_code == 403
    assert change(shared_house, cookie, category=FLOOD, act="close").status_code == 403


def test_an_administrator_of_a_part_of_the_city_does_not_change_it_for_all(house: House) -> None:
    with house.database.transaction() as tx:
        scope = Scope(areas=("9901",))
        store_user(tx, "part", role=Role.SYSTEM_ADMIN, password=PASSWORD, scope=scope, actor="test", now=utc_now())
    cookie = house.log_in("part")

    assert house.ask("GET", PLACE, cookie=cookie).status_code == 403
    assert store(house, cookie, **RULE).status_code == 403
    assert PLACE not in house.ask("GET", "/admin", cookie=cookie).text


def test_another_site_stores_nothing(standing: House) -> None:
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}

    assert (
        standing.ask("POST", f"{PLACE}/store", cookie=admin(standing), data=RULE, headers=elsewhere).status_code == 403
    )
    assert version(standing) == 1


# ---- looking


def test_every_page_shows_what_is_in_force(standing: House) -> None:
    cookie, empty = admin(standing), []
    for path in PAGES:
        answer = standing.ask("GET", f"{PLACE}{path}{'&' if '?' in path else '?'}lang=en", cookie=cookie)
        assert answer.status_code == 200, path
        empty += [path] if "Version 1 is in force" not in words(answer) else []

    assert empty == []
    found = words(standing.ask("GET", f"{PLACE}?q=积水&lang=en", cookie=cookie))
    assert "2 categories" in found
    assert "drained 2 h, day and night" in found
    assert "All 113 categories lead to one department" in words(
        standing.ask("GET", f"{PLACE}/coverage?lang=en", cookie=cookie)
    )
    assert "Drainage" in words(standing.ask("GET", f"{PLACE}/category?key={FLOOD}&lang=en", cookie=cookie))
    for gone in ("/category?key=event/99-99", "/rule?number=999"):
        assert standing.ask("GET", PLACE + gone, cookie=cookie).status_code == 404


def test_a_house_without_a_catalogue_says_so(shared_house: House) -> None:
    cookie = admin(shared_house)

    for path in ("", "/rules", "/rule", "/coverage", "/versions"):
        assert "还没有案件目录" in shared_house.ask("GET", PLACE + path, cookie=cookie).text, path


# ---- a route


def test_a_rule_is_tried_on_past_cases_then_stored_and_the_next_case_goes_there(city: House) -> None:
    cookie = admin(city)
    tried = attempt(city, cookie, **RULE)

    assert "Of the 2 cases dispatched in the last 90 days, 1 would go to others" in words(tried)
    assert version(city) == 1
    answers = [store(city, cookie, "make-rule-1", **hidden_fields(tried.text)) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [f"{PLACE}/versions?since=1&said=catalogue_stored"] * 2
    assert version(city) == 2
    with city.database.transaction() as tx:
        today = utc_now().date()
        assert route_of(tx, FLOOD, "990101", day=today).lead == "parks"
        assert route_of(tx, FLOOD, "990201", day=today).lead == "drainage"
        row = tx.row(
            "SELECT actor, detail FROM audit_log WHERE action = 'case.catalogue' ORDER BY audit_id DESC LIMIT 1"
        )
    assert row is not None
    assert row["actor"] == "system-admin"
    assert (row["detail"]["from_version"], row["detail"]["version"], row["detail"]["rerouted"]) == (1, 2, 1)
    assert row["detail"]["new"] == ["rule event/05-06 in 9901: lead parks"]


def test_a_rule_is_changed_and_dropped_by_its_number(city: House) -> None:
    cookie = admin(city)
    form = city.ask("GET", f"{PLACE}/rule?number=0&lang=en", cookie=cookie).text
    assert 'value="event/05-06"' in form
    store(city, cookie, **RULE | {"number": "0", "role": "help", "area": ""})
    with city.database.transaction() as tx:
        assert route_of(tx, FLOOD, "990101", day=utc_now().date()).helpers == ("parks",)
        before = load_catalogue(tx)
    assert "only who helps" in words(attempt(city, cookie, edit="drop", seen=2, number=0))
    store(city, cookie, edit="drop", seen="2", number="0")

    with city.database.transaction() as tx:
        after = load_catalogue(tx)
    assert before is not None
    assert after is not None
    assert after.rules == before.rules[1:]


def test_what_would_lead_to_two_is_said_before_it_is_stored(city: House) -> None:
    cookie = admin(city)
    store(city, cookie, **RULE)
    tried = words(attempt(city, cookie, **RULE | {"seen": "2", "department": "market"}))

    assert "What would lead to no one department" in tried


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"department": "nobody"}, "there is no department 'nobody'"),
        ({"category": "event/99"}, "no category begins with 'event/99'"),
        ({"area": "north"}, "'north' is no code of an area"),
        ({"priority": "high"}, "'high' is no priority"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "it ends before it begins"),
        ({"role": "boss"}, "'boss' is none of lead"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(standing: House, wrong: dict[str, str], said: str) -> None:
    cookie = admin(standing)
    answer = attempt(standing, cookie, **RULE | wrong)

    assert answer.status_code == 422
    assert said in words(answer)
    assert store(standing, cookie, **RULE | wrong).status_code == 422
    assert version(standing) == 1
    back = re.search(r'<a class="quiet-button" href="(/admin/catalogue/rule\?[^"]+)"', answer.text)
    assert back is not None
    again = standing.ask("GET", unescape(back[1]), cookie=cookie).text
    assert all(f'value="{value}"' in again for name, value in wrong.items() if name not in ("department", "role"))


@pytest.mark.parametrize("form", [{}, {"edit": "all"}, {"edit": "drop", "number": "-1"}, {**RULE, "seen": "²"}])
def test_what_no_form_sends_is_refused(standing: House, form: dict[str, str]) -> None:
    cookie = admin(standing)

    assert attempt(standing, cookie, **form).status_code == 422
    assert store(standing, cookie, **form).status_code == 422


# ---- a limit


def test_a_limit_is_tried_on_past_cases_then_stored(city: House) -> None:
    cookie = admin(city)
    form = {"edit": "limits", "seen": "1", "standard": f"{FLOOD}.1", "severity": "2", "limit": "30u"}
    tried = attempt(city, cookie, **form)

    assert "Of the 2 cases with a changed limit 0 would be overdue; by the limits in force it is 1" in words(tried)
    store(city, cookie, **hidden_fields(tried.text))
    with city.database.transaction() as tx:
        assert filing_of(tx, f"{FLOOD}.1", area="990101").stages[0].value == 30
    shorter = words(attempt(city, cookie, **form | {"seen": "2", "limit": "30u", "severity": "3"}))
    assert "severity 3" in shorter


def test_a_limit_that_is_none_is_told(standing: House) -> None:
    form = {"edit": "limits", "seen": "1", "standard": f"{FLOOD}.1", "severity": "2"}
    cookie = admin(standing)

    assert "'soon' is no limit such as 2u" in words(attempt(standing, cookie, **form, limit="soon"))
    assert attempt(standing, cookie, **form, limit=["1u", "2u"]).status_code == 422  # it has one stage
    assert "不是时限" in standing.ask("GET", f"{PLACE}/try", cookie=cookie, params={**form, "limit": "soon"}).text


# ---- two at once


def test_who_comes_second_is_told_who_changed_what(city: House) -> None:
    cookie = admin(city)
    store(city, cookie, **RULE)
    late = RULE | {"department": "market"}
    for answer in (attempt(city, cookie, **late), store(city, cookie, **late)):
        assert answer.headers["location"] == f"{PLACE}/versions?since=1&bad=catalogue_changed"
    told = words(city.ask("GET", f"{PLACE}/versions?since=1&bad=catalogue_changed&lang=en", cookie=cookie))

    assert "your change was not stored" in told
    assert "Version 2 was stored by system-admin" in told
    assert "parks" in told.lower() or "Parks" in told
    assert version(city) == 2


def test_what_changes_nothing_stores_nothing(city: House) -> None:
    cookie = admin(city)
    same = {"edit": "lead", "seen": "1", "key": FLOOD, "department": "drainage"}

    assert "there is nothing to store" in words(attempt(city, cookie, **same))
    assert store(city, cookie, **same).headers["location"].endswith("said=catalogue_same")
    assert version(city) == 1
    other = same | {"department": "parks"}
    assert "Of the 2 cases dispatched in the last 90 days, 2 would go to others" in words(
        attempt(city, cookie, **other)
    )
    store(city, cookie, **other)
    assert version(city) == 2


# ---- files


EVENTS = (
    "code,name_zh,name_en,department,condition_zh,condition_en,closing_zh,closing_en,limit,severity\n"
    "05-06,道路积水,Flooded road,drainage,积水,flooded,排除,drained,{limit},2\n"
)


def upload(house: House, cookie: str, *files: tuple[str, bytes], language: str = "en", seen: int = 1) -> httpx.Response:
    sent = [("files", file) for file in files] or [("files", ("", b""))]
    form = {"seen": str(seen), "edition": "test-2"}
    path = f"{PLACE}/upload?lang={language}"
    return house.ask("POST", path, cookie=cookie, files=sent, data=form)


def test_a_file_is_tried_then_stored_as_it_was_tried(city: House) -> None:
    cookie = admin(city)
    tried = upload(city, cookie, ("events.csv", EVENTS.format(limit="30u").encode()))

    told = words(tried)
    assert "Of the 2 cases with a changed limit 0 would be overdue; by the limits in force it is 1" in told
    assert "The edition would be test-2" in told
    assert version(city) == 1
    fields = hidden_fields(tried.text)
    assert store(city, cookie, "upload-events-1", **fields).headers["location"].endswith("said=catalogue_stored")
    with city.database.transaction() as tx:
        found = load_catalogue(tx)
    assert found is not None
    assert found.edition == "test-2"
    assert found.categories[FLOOD].standards[0].stages[0].limit.short == "30u"
    assert [key for key in found.categories if key.startswith("event/")] == [FLOOD]
    assert store(city, cookie, **fields).headers["location"].endswith("bad=catalogue_changed")


def test_every_mistake_of_a_file_is_told_with_its_row_in_both_languages(standing: House) -> None:
    cookie = admin(standing)
    wrong = EVENTS.format(limit="soon") + "05-07,=1+1,Snow,nobody,积雪,snow,清除,cleared,2u,9\n"
    for language, told in (
        ("en", ["'soon' is no limit", "begins as a formula does", "there is no department 'nobody'", "is not 1 to 4"]),
        ("zh", ["不是时限", "像公式一样开头", "没有部门 'nobody'", "不在 1 至 4 之间"]),
    ):
        answer = upload(standing, cookie, ("events.csv", wrong.encode()), language=language)

        assert answer.status_code == 422
        assert [text for text in told if text not in words(answer)] == []
        rows = re.findall(r"<tr><td>events</td><td>(\d)</td><td>([\d-]+)</td><td>(\w+)</td>", answer.text)
        assert sorted(rows) == [
            ("1", "05-06", "limit"),
            ("2", "05-07", "department"),
            ("2", "05-07", "name_zh"),
            ("2", "05-07", "severity"),
        ]
    assert version(standing) == 1


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("events.xlsx", b"PK\x03\x04 broken"), "is no workbook"),
        (("events.exe", b"MZ"), "neither .xlsx nor .csv"),
        (("<b>.csv", b"a"), "is no part of a catalogue"),
        (("events.csv", b"x" * 600_000), "at most 4 files of 512 KiB"),
        (("", b""), "There is no file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(standing: House, file: tuple[str, bytes], said: str) -> None:
    cookie = admin(standing)
    answer = upload(standing, cookie, file)

    assert answer.status_code == 422
    assert said in words(answer)
    assert "<b>.csv" not in answer.text


def test_an_upload_is_nobody_elses_and_no_other_sites(standing: House) -> None:
    file = ("events.csv", EVENTS.format(limit="30u").encode())
    for role in Role:
        if role is not Role.SYSTEM_ADMIN:
            assert upload(standing, standing.log_in(account_of(role)), file).status_code == 403, role
    elsewhere = {"origin": "https://evil.example"}
    path, cookie = f"{PLACE}/upload", admin(standing)
    assert standing.ask("POST", path, cookie=cookie, files={"files": file}, headers=elsewhere).status_code == 403
    assert standing.ask("POST", path, cookie=cookie, data={"seen": "1"}).status_code == 422
    assert standing.ask("POST", path, cookie=cookie, files={"files": ("a.csv", b"x" * 2**20)}).status_code == 413


def test_what_is_downloaded_is_uploaded_without_a_difference_and_both_are_on_record(city: House) -> None:
    cookie = admin(city)
    book = city.ask("GET", f"{PLACE}/catalogue.xlsx", cookie=cookie)
    assert book.headers["content-disposition"].endswith('"case-catalogue-1.xlsx"')
    sent = [("files", ("case-catalogue-1.xlsx", book.content))]
    again = city.ask("POST", f"{PLACE}/upload?lang=en", cookie=cookie, files=sent, data={"seen": "1"})

    assert "there is nothing to store" in words(again)
    with city.database.transaction() as tx:
        row = tx.row("SELECT actor, detail FROM audit_log WHERE action = 'case.catalogue.export'")
    assert row is not None
    assert (row["actor"], row["detail"]) == ("system-admin", {"version": 1})
    stranger = city.log_in(account_of(Role.SUPERVISOR))
    assert city.ask("GET", f"{PLACE}/catalogue.xlsx", cookie=stranger).status_code == 403
    elsewhere = {"referer": "https://evil.example/"}
    assert city.ask("GET", f"{PLACE}/catalogue.xlsx", cookie=cookie, headers=elsewhere).status_code == 403


# ---- what the public may report


def test_a_category_is_closed_and_opened_on_record(city: House) -> None:
    cookie = admin(city)
    closed = change(city, cookie, category=FLOOD, act="close", q="积水", state="open", page="1")
    assert closed.status_code == 303
    assert closed.headers["location"] == f"{PLACE}/services?q=%E7%A7%AF%E6%B0%B4&state=open&said=service_changed"
    for act in ("close", "personal", "open", "open", "plain"):
        assert "said=" in change(city, cookie, category=FLOOD, act=act).headers["location"]
    with city.database.transaction() as tx:
        lines = tx.rows("SELECT action, object, actor FROM audit_log WHERE action LIKE 'service.%' ORDER BY audit_id")
    acts = ["service.close", "service.personal", "service.open", "service.plain"]  # what changes nothing is no act
    assert [line["action"] for line in lines] == acts
    assert {(line["object"], line["actor"]) for line in lines} == {(FLOOD, account_of(Role.SYSTEM_ADMIN))}


def test_the_public_sees_what_is_open_and_how(city: House) -> None:
    cookie = admin(city)
    change(city, cookie, category=FLOOD, act="close")
    change(city, cookie, category="event/01-13", act="personal")
    with city.database.transaction() as tx:
        public = {row["category"]: row["is_personal"] for row in tx.rows("SELECT * FROM portal.service")}
    assert FLOOD not in public
    assert public["event/01-13"]
    shown = {
        state: words(city.ask("GET", f"{PLACE}/services?lang=en&state={state}", cookie=cookie))
        for state in ("", "closed", "personal")
    }
    assert "Of 113 categories 112 are open" in shown[""]
    assert FLOOD in shown["closed"]
    assert "event/01-13" not in shown["closed"]
    assert "event/01-13" in shown["personal"]
    assert FLOOD in words(city.ask("GET", f"{PLACE}/services?lang=en&q=05-06", cookie=cookie))


@pytest.mark.parametrize("form", [{"category": "event/99-99", "act": "close"}, {"category": FLOOD, "act": "sell"}, {}])
def test_what_is_no_act_of_an_open_category_changes_nothing(city: House, form: dict[str, str]) -> None:
    answer = change(city, admin(city), **form, page="x", state="y")
    assert answer.headers["location"] == f"{PLACE}/services?bad=service_gone"
    with city.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action LIKE 'service.%'") == 0
