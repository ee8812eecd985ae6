"""A person who must appear nowhere: sent through the portal, taken up, worked on to the end, and looked for everywhere.

Name, telephone number and e-mail address of `citizen_samples.LI` are looked for in every table, view and log record,
and in every answer of the dashboard and of the portal, files unpacked. The one exception is the audited reveal.
"""

import csv
import io
import json
import logging
import re
import zipfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import httpx
import pytest
from starlette.applications import Starlette

from cases.life.details import CallBack
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store.case_store import find_case
from cases.store.posts import give_post
from citizens.store.contacts import masked_contact, reveal
from citizens.store.inbox import send_report
from citizens.store.moderation import pass_text
from citizens.watch import Intake, forget_reports
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database, Transaction
from cityops.storage.audit import verify_chain
from cityops.web.webhook_signing import sign
from dashboard.app import create_app
from portal.app import create_app as create_portal
from tests.browser.city import build_city
from tests.case_samples import NOW, do, start_city
from tests.citizen_samples import KEY, LI, PUBLIC_KEY, REPORT, inside, opened_portal
from tests.portals import POSTED, opened_house, portal_settings
from tests.security.conftest import PASSWORD, House, account_of
from tests.security.routes import call_of, callbacks, every_route, page_callback, templates_of
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.dashboard.visitors import TestClient

HOOK = b"the secret of a channel, long enough"
PASSED = "路灯不亮，已核实"
MARK = "灯杆号 Q7"  # in the person's words: whoever may see the case sees it, which shows that the walk looks at it
FORMULA = '=HYPERLINK("http://evil.example";"x")'  # with which words and address begin
ENDLESS = ("/api/v1/alerts/changes", "/events")
LOOKED_FOR = [
    form.encode()
    for word in (LI.name, LI.phone, LI.email)
    for form in {word, word.encode("unicode_escape").decode(), word.encode("unicode_escape").decode().upper()}
]
FORMULAS = re.compile(rb"<f>(.*?)</f>")
NUMBER = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?|-|–")
POSTS = (Post.ACCEPTOR, Post.CHIEF, Post.DISPATCHER, Post.COLLECTOR, Post.SUPERVISOR, Post.EVALUATOR)


@dataclass
class Canary:
    """The person's report and its case, and all that was logged meanwhile."""

    house: House
    portal: httpx.Client
    portal_app: Starlette
    number: str
    code: str
    report_id: int
    case_id: int


@pytest.fixture
def canary(
    database_url: str, database: Database, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> Iterator[Canary]:
    caplog.set_level(logging.DEBUG)
    build_city(database)
    start_city(database)
    with ExitStack() as stack:
        portal = stack.enter_context(opened_portal(database, database_url, catalogue))
        with portal.transaction() as tx:
            report = inside(database)
            report = replace(report, said=f"{FORMULA} {REPORT.said} {MARK}", address=f"{FORMULA} {REPORT.address}")
            sent = send_report(tx, report, public_key=PUBLIC_KEY)
        assert Intake(database, zone=SHANGHAI, key=KEY).tend(NOW)
        with database.transaction() as tx:
            row = tx.row("SELECT report_id, case_id FROM citizen_report")
        assert row is not None
        work_to_the_end(database, row["case_id"])
        with database.transaction() as tx:
            pass_text(tx, row["report_id"], PASSED, actor=people.ACCEPTOR, now=NOW)
            give_accounts(tx)
        values = {"DATABASE_URL": database_url, "COOKIE_SECURE": "false", "REPORTER_KEY": KEY, "DEMO": "true"}
        app = create_app(read_settings({f"CITYOPS_{name}": value for name, value in values.items()}), catalogue)
        public = create_portal(read_settings(portal_settings(database_url)))
        client = stack.enter_context(TestClient(app, follow_redirects=False, raise_server_exceptions=False))
        visitor = stack.enter_context(
            TestClient(public, base_url="http://portal.test", follow_redirects=False, raise_server_exceptions=False)
        )
        house = House(app, database, client)
        yield Canary(house, visitor, public, sent.number, sent.code, row["report_id"], row["case_id"])


def give_accounts(tx: Transaction) -> None:
    """Make an account of every role, and let those of the business hold every post of the centre."""
    for role in Role:
        store_user(tx, account_of(role), role=role, password=PASSWORD, actor="test", now=utc_now())
    for post in POSTS:
        for role in (Role.OFFICER, Role.SUPERVISOR):
            give_post(tx, CaseActor(account_of(role), post), actor="test", now=NOW)


def work_to_the_end(database: Database, case_id: int) -> None:
    """Take the case through every step, with a call to its person."""
    now = NOW
    called: people.Step = (Act.CALL_BACK, people.ACCEPTOR, CallBack(reached=True, solved=True))
    *steps, close = people.PATHS[CaseState.CLOSED][1:]
    for act, actor, details in (*steps, called, close):
        now += timedelta(minutes=1)
        with database.transaction() as tx:
            do(tx, case_id, act, actor, details, now)
    with database.transaction() as tx:
        assert find_case(tx, case_id).state is CaseState.CLOSED


def found_in(content: bytes) -> list[bytes]:
    """Return what of the person stands in an answer or file, the parts of an archive too."""
    parts = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    return [word for part in parts for word in LOOKED_FOR if word in part]


def cells_of(answer: httpx.Response) -> list[str]:
    """Return the cells of a table that a program of tables opens, those of an archive too; a formula begins with =."""
    parts = {"a.csv" if "csv" in answer.headers.get("content-type", "") else "a": answer.content}
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    cells = [f"={one}" for name, part in parts.items() if "/worksheets/" in name for one in FORMULAS.findall(part)]
    for name, part in parts.items():
        if name.endswith(".csv"):
            cells += [cell for row in csv.reader(io.StringIO(part.decode("utf-8-sig"))) for cell in row]
        elif "sharedStrings" in name:
            cells += ["a text"]
    return cells


def is_run(cell: str) -> bool:
    """Whether a program of tables takes a cell for a formula; a number with its sign is none."""
    return cell.lstrip().startswith(("=", "+", "-", "@")) and not NUMBER.fullmatch(cell)


def answers(canary: Canary, role: Role) -> Iterator[tuple[str, httpx.Response]]:
    """Ask everything that answers, with the numbers of the report and its case for whatever wants one."""
    house = canary.house
    cookie = house.log_in(account_of(role))
    ids = [str(canary.case_id), str(canary.report_id), canary.number]
    for route in templates_of(house.app):
        if route.method != "GET" or route.path.startswith(("/assets", "/_dash-component", "/logout")):
            continue
        if any(part in route.path for part in ENDLESS):
            continue
        for path in paths_of(route.path, ids):
            yield f"GET {path}", house.ask("GET", path, cookie=cookie)
    for output, entry in callbacks().items():
        for value in (None, *ids):
            yield (
                output,
                house.ask("POST", "/_dash-update-component", cookie=cookie, json=call_of(output, entry, value)),
            )
    output, entry = page_callback()
    for page in ("/cases", f"/cases/{canary.case_id}", "/desk", "/evaluation", "/hotline", "/work", "/admin/audit"):
        call = call_of(output, entry, "", {"_pages_location.pathname": page})
        yield page, house.ask("POST", "/_dash-update-component", cookie=cookie, json=call)


def paths_of(template: str, ids: Iterable[str]) -> list[str]:
    paths = [re.sub(r"\{[^}]*\}", one, template) for one in ids] if "{" in template else [template]
    asked = ("", "?which=all&days=400", "?format=csv&which=all", "?format=xlsx&which=all", "?month=2026-06")
    return [path + query for path in dict.fromkeys(paths) for query in asked]


def test_no_answer_and_no_log_tells_who_it_was_and_no_file_runs_what_was_said(
    canary: Canary, caplog: pytest.LogCaptureFixture
) -> None:
    shown, run, seen, asked, tables = [], [], 0, 0, 0
    for role in Role:
        for what, answer in answers(canary, role):
            asked += 1
            shown += [(role.value, what, word) for word in found_in(answer.content)]
            cells = cells_of(answer)
            tables += bool(cells)
            run += [(role.value, what, cell) for cell in cells if is_run(cell)]
            seen += MARK.encode() in answer.content or MARK.encode("unicode_escape") in answer.content

    assert shown == []
    assert run == []
    assert tables > 10
    assert asked > 500
    assert seen > 2  # the walk sees the case, and in it the person's words
    logged = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert len(logged) > 100
    assert not [one for one in logged if found_in(f"{one.getMessage()} {vars(one)}".encode())]


def public_answers(canary: Canary) -> Iterator[tuple[str, httpx.Response]]:
    """Ask everything that the portal answers to a stranger, and one's own report with the code and without."""
    portal, ids = canary.portal, (canary.number, canary.number[:-1] + "9", "1")
    for route in every_route(canary.portal_app.routes):
        path = getattr(route, "path", "/static/nothing")
        for one in dict.fromkeys(re.sub(r"\{[^}]*\}", one, path) for one in ids):
            for query in (
                "",
                f"?service_request_id={canary.number}",
                "?extensions=true&start_date=2026-01-01T00:00:00Z",
            ):
                yield f"GET {one}{query}", portal.get(one + query)
    for code in (canary.code, "WRONG234"):
        given = {"number": canary.number, "code": code}
        yield f"POST /reports {code}", portal.post("/reports", data=given, headers={"origin": "http://portal.test"})


def test_no_public_answer_tells_who_it_was(canary: Canary) -> None:
    shown, told, own = [], 0, 0
    for what, answer in public_answers(canary):
        assert answer.status_code < 500, what
        shown += [(what, word) for word in found_in(answer.content)]
        told += PASSED.encode() in answer.content
        own += MARK.encode() in answer.content
        assert MARK.encode() not in answer.content or what == f"POST /reports {canary.code}", what

    assert shown == []
    assert told > 2  # what a person passed is public, so the walk sees the report
    assert own == 1  # and one's own words are told to who has the code


def test_no_refusal_and_no_log_repeats_what_was_sent(
    database: Database, database_url: str, catalogue: Catalogue, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    channels = tmp_path / "hooks.toml"
    channels.write_text(f'[signed.app]\nsecrets = ["whsec_{b64encode(HOOK).decode()}"]\n')
    with opened_house(database, database_url, catalogue, CITYOPS_HOOKS_FILE=str(channels)) as house:
        told = [house.post(fields | {"device_id": "x" * 200}) for fields in filled(POSTED)]
        told += [hooked(house.client, message, HOOK) for message in filled({"kind": "help", "said": "a"})]
        told += [hooked(house.client, message, b"x" * 32) for message in filled({"kind": "help", "said": "a"})]
        whole = {"kind": "help", "said": "积水", "name": LI.name, "phone": LI.phone, "email": LI.email}
        good = [
            house.post({"first_name": LI.name, "phone": LI.phone, "email": LI.email}),
            hooked(house.client, whole, HOOK),
        ]
        house.client.post("/report", data={"name": LI.name, "phone": LI.phone, "email": LI.email, "said": LI.phone})

    assert {answer.status_code for answer in told} >= {400, 401, 403, 404, 422}
    assert [answer.status_code for answer in good] == [200, 200]
    assert [(answer.text, word) for answer in (*told, *good) for word in found_in(answer.content)] == []
    logged = [one for one in caplog.get_records("call") if not one.name.startswith("httpx")]
    assert any(getattr(one, "action", "") == "hook" for one in logged)
    assert not [one for one in logged if found_in(f"{one.getMessage()} {vars(one)}".encode())]


def filled(usual: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield what is sent, each time with the person in one field, of those that are there and one that is not."""
    for field in (
        *usual,
        *("name", "phone", "email", "api_key", "crs", "category", "received_at", "media_url", "longitude"),
    ):
        for value in (LI.phone, LI.name, LI.email):
            yield usual | {field: f"{value} \x01" if field in ("said", "description") else f"{value} {value}"}


def hooked(client: httpx.Client, message: dict[str, str], secret: bytes) -> httpx.Response:
    """Send a report as another channel does."""
    body, at, name = json.dumps(message).encode(), int(utc_now().timestamp()), token_hex()
    headers = {"webhook-id": name, "webhook-timestamp": f"{at}", "webhook-signature": sign(secret, name, at, body)}
    return client.post("/hooks/reports/app", content=body, headers=headers | {"content-type": "application/json"})


def test_no_table_and_no_view_holds_who_it_was(canary: Canary) -> None:
    with canary.house.database.transaction() as tx:
        assert masked_contact(tx, canary.report_id, KEY).phone == "139****2222"
        names = tx.rows(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'"
            " UNION ALL SELECT format('%I.%I', schemaname, viewname) FROM pg_views"
            " WHERE schemaname IN ('public', 'portal')"
        )
        held, read = [], 0
        for row in names:
            for one in tx.rows(f"SELECT t::text AS line FROM {row['name']} AS t"):
                read += 1
                held += [(row["name"], word) for word in found_in(one["line"].encode())]
                # bytes are written in hexadecimal: what is in the clear in them shows too
                held += [(row["name"], word) for word in LOOKED_FOR if word.hex() in one["line"]]

    assert held == []
    assert read > 500


def test_the_reveal_is_the_one_way_and_is_on_record(canary: Canary) -> None:
    database = canary.house.database
    with database.transaction() as tx:
        assert reveal(tx, canary.report_id, KEY, actor=people.ACCEPTOR, why="回访", now=NOW) == LI
    with database.transaction() as tx:
        (row,) = tx.rows("SELECT t::text AS line FROM audit_log AS t WHERE action = 'report.reveal'")
        assert canary.number in row["line"]
        assert found_in(row["line"].encode()) == []
    with database.transaction() as tx:
        assert verify_chain(tx)[0] == []


def test_after_its_time_not_even_the_key_tells_who_it_was(canary: Canary) -> None:
    database = canary.house.database
    with database.transaction() as tx:
        tx.execute("UPDATE citizen_report SET received_at = %(now)s", now=NOW)
    assert forget_reports(database, NOW + timedelta(days=400), age=timedelta(days=365))
    with database.transaction() as tx:
        assert masked_contact(tx, canary.report_id, KEY).is_empty
        for table in ("citizen_report", "city_case", "case_event", "reporter", "audit_log"):
            lines = tx.rows(f"SELECT t::text AS line FROM {table} AS t")
            assert lines
            assert not [row for row in lines if MARK in row["line"] or found_in(row["line"].encode())]
    with database.transaction() as tx:
        assert verify_chain(tx)[0] == []
