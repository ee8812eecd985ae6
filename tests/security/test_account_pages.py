"""Accounts as the application serves them: scope, separation of administrators, passwords, sessions, codes."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.websockets import WebSocketDisconnect
from typer.testing import CliRunner

from alerts.board import alert_reader
from cityops import command_line
from cityops.accounts import account_admin, authentication
from cityops.accounts.factors.totp import STEP, code_at
from cityops.accounts.roles import Role
from cityops.accounts.tokens import issue_wall_token, revoke_wall_token
from cityops.accounts.users import add_user, store_user
from cityops.clock import utc_now
from cityops.scope import WHOLE, Scope
from dashboard import texts
from dashboard.api import live_stream
from dashboard.limits import attempts
from dashboard.pages.shift import Ids
from dashboard.web import session_resolver
from tests.security.conftest import PASSWORD, House, account_of
from tests.security.routes import call_of, callbacks
from tests.unit.dashboard.visitors import TestClient, WebSocketTestSession

BUSINESS = ("/api/v1/alerts", "/api/v1/sensors", "/desk", "/wall", "/sensors", "/shift", "/environment", "/live/map")
SECURITY = account_of(Role.SECURITY_ADMIN)
NEW = "Fresh-start-9"


@pytest.fixture(autouse=True)
def _always_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the database asked at each request: the moment that an answer is trusted is not what is tested here."""
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)


def account(house: House, name: str, *, role: Role = Role.OFFICER, scope: Scope = WHOLE) -> str:
    """Store an account and return its cookie."""
    with house.database.transaction() as tx:
        store_user(tx, name, role=role, password=PASSWORD, scope=scope, actor="test", now=utc_now())
    return house.log_in(name)


def drain(socket: WebSocketTestSession) -> None:
    """Take the pictures that were on their way, until the socket is closed."""
    while True:
        socket.receive_text()


def said(answer: httpx.Response) -> str:
    return answer.headers["location"]


@pytest.mark.parametrize(
    ("scope", "sensors"), [(Scope(areas=("990102",)), ["loop-1"]), (Scope(domains=("environment",)), ["air-1"])]
)
def test_an_account_sees_and_changes_only_what_is_in_its_scope(house: House, scope: Scope, sensors: list[str]) -> None:
    cookie = account(house, "li", scope=scope)
    with house.database.transaction() as tx:
        alert = alert_reader.open_alerts(tx)[0]
    mine = alert.sensor_id in sensors
    listed = house.ask("GET", "/api/v1/alerts", cookie=cookie).json()
    answer = house.ask(
        "POST", f"/api/v1/alerts/{alert.alert_id}/acknowledge", cookie=cookie, json={"version": alert.version}
    )

    assert [row["id"] for row in house.ask("GET", "/api/v1/sensors", cookie=cookie).json()] == sensors
    assert len(listed) == int(mine)
    assert answer.status_code == (204 if mine else 404)
    for hidden, metric in (("air-1", "pm25"), ("loop-1", "speed")):
        found = house.ask("GET", f"/api/v1/sensors/{hidden}/history?metric={metric}", cookie=cookie).json()

        assert bool(found) == (hidden in sensors)


def test_a_programs_token_reaches_only_what_is_in_its_scope(
    house: House, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    run = CliRunner().invoke
    made = run(command_line.app, ["token", "add", "gis", "--role", "officer", "--domain", "traffic", "--area", "9901"])
    listed = run(command_line.app, ["token", "list"]).output
    with house.database.transaction() as tx:
        alert = alert_reader.open_alerts(tx)[0]
    before = house.content()

    def ask(method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {made.output.strip()}"}
        return house.ask(method, f"/api/v1/{path}", headers=headers, **options)

    assert "gis  officer  traffic in 9901  made" in listed
    assert [row["id"] for row in ask("GET", "sensors").json()] == ["loop-1"]
    assert ask("GET", "alerts").json() == []
    assert ask("GET", "sensors/air-1/history?metric=pm25").json() == []
    answer = ask("POST", f"alerts/{alert.alert_id}/acknowledge", json={"version": alert.version})
    assert answer.status_code == 404
    assert house.content() == before


def test_an_open_wall_is_closed_when_its_token_is_revoked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_stream, "CHECK_EVERY", 0.05)
    with house.database.transaction() as tx:
        token = issue_wall_token(tx, "hall", actor="test", now=utc_now())
    cookie = f"cityops_wall={token}"
    with TestClient(house.app).websocket_connect("/live", headers={"cookie": cookie}) as socket:
        socket.receive_json()
        with house.database.transaction() as tx:
            revoke_wall_token(tx, "hall", actor="test", now=utc_now())
        with pytest.raises(WebSocketDisconnect) as closed:
            drain(socket)

    assert closed.value.code == 4401
    assert said(house.ask("GET", "/wall", cookie=cookie)) == "/login?next=%2Fwall"
    assert house.ask("GET", f"/wall?token={token}").headers.get("set-cookie") is None
    assert house.ask("GET", "/live/map", cookie=cookie).status_code == 401


def test_who_sees_a_part_of_the_city_reads_and_signs_no_sheet_of_the_whole(house: House) -> None:
    def call(cookie: str, first: str, sent: dict[str, object]) -> str:
        """Send the callback that listens to `first`, with these values of the page."""
        (output,) = (output for output, entry in callbacks().items() if entry["inputs"][0]["id"] == first)
        body = call_of(output, callbacks()[output])
        for part in (*body["inputs"], *body["state"]):
            part["value"] = sent.get(part["id"])
        answer = house.ask("POST", "/_dash-update-component", cookie=cookie, json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json())

    whole = account(house, "wang")
    call(whole, Ids.SIGN, {Ids.PASSWORD: PASSWORD, Ids.SEEN: {"action": "sign", "sheet": None, "shown": ""}})
    part = account(house, "li", scope=Scope(areas=("990102",)))
    before = house.content()
    told = call(part, Ids.SIGN, {Ids.PASSWORD: PASSWORD, Ids.SEEN: {"action": "receive", "sheet": 1, "shown": ""}})
    shown = call(part, Ids.ADDRESS, {Ids.ADDRESS: "?sheet=1"})

    assert texts.say("shift.part_refused", "zh") in told
    assert house.content() == before
    assert "您的范围" in shown
    assert "一号空气站" not in shown
    assert "'className': 'sign-box card is-part is-closed'" in shown
    for kind in ("csv", "json"):
        assert house.ask("GET", f"/shift/sheets/1.{kind}", cookie=part).status_code == 404
        assert house.ask("GET", f"/shift/sheets/1.{kind}", cookie=whole).status_code == 200
    assert texts.say("shift.outage", "zh") not in call(part, Ids.WRITE, {Ids.WORDS: "门禁报修"})


def test_administrators_have_no_right_in_the_business_and_only_their_own_page(house: House) -> None:
    pages = {}
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        cookie = house.log_in(account_of(role))
        for path in BUSINESS:
            answer = house.ask("GET", path, cookie=cookie)

            assert answer.status_code == 403 or answer.headers["location"] == "/admin", f"{role} {path}"
        pages[role] = house.ask("GET", "/admin?lang=en", cookie=cookie).text
    for role in (Role.VIEWER, Role.OFFICER, Role.SUPERVISOR):
        assert house.ask("GET", "/admin", cookie=house.log_in(account_of(role))).status_code == 403
    words = {Role.SECURITY_ADMIN: "/admin/accounts/add", Role.AUDIT_ADMIN: "audit chain", Role.SYSTEM_ADMIN: "Settings"}
    for role, page in pages.items():
        assert [other for other, word in words.items() if word in page] == [role]
    assert PASSWORD not in "".join(pages.values())
    assert re.search(r"postgres(ql)?://", pages[Role.SYSTEM_ADMIN]) is None


def test_a_first_login_leads_to_a_new_password_and_nowhere_else(house: House) -> None:
    with house.database.transaction() as tx:
        add_user(tx, "li", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    cookie = house.log_in("li")

    assert house.ask("GET", "/desk", cookie=cookie).headers["location"] == "/account"
    assert house.ask("GET", "/api/v1/alerts", cookie=cookie).status_code == 403
    for new, again, word in ((PASSWORD, PASSWORD, "used"), ("simple", "simple", "simple"), (NEW, "other", "differ")):
        form = {"old": PASSWORD, "new": new, "again": again}
        assert said(house.ask("POST", "/account/password", cookie=cookie, data=form)) == f"/account?bad={word}"
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert said(house.ask("POST", "/account/password", cookie=cookie, data=form)) == "/account?said=password"
    assert house.ask("GET", "/api/v1/alerts", cookie=cookie).status_code == 200


def test_the_last_five_passwords_do_not_come_back(house: House) -> None:
    cookie = account(house, "li")
    used = [PASSWORD]

    def change(new: str) -> str:
        form = {"old": used[-1], "new": new, "again": new}
        return said(house.ask("POST", "/account/password", cookie=cookie, data=form)).rpartition("=")[2]

    for number in range(5):
        assert change(f"Number-{number}") == "password"
        used.append(f"Number-{number}")
    assert [change(old) for old in used[1:]] == ["used"] * 5
    assert change(PASSWORD) == "password"  # the sixth last


def test_an_old_password_must_be_changed_and_an_unused_account_stays_shut(house: House) -> None:
    long_ago = utc_now() - timedelta(days=91)
    with house.database.transaction() as tx:
        store_user(tx, "old", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
        tx.execute("UPDATE app_user SET password_at = %(at)s WHERE user_name = 'old'", at=long_ago)
        store_user(tx, "away", role=Role.OFFICER, password=PASSWORD, actor="test", now=long_ago)
    cookie = house.log_in("old")

    assert house.ask("GET", "/desk", cookie=cookie).headers["location"] == "/account"
    form = {"name": "away", "password": PASSWORD}
    assert house.ask("POST", "/login", data=form).status_code == 401
    with house.database.transaction() as tx:
        account_admin.unlock(tx, "away", actor="test", now=utc_now())
    assert house.ask("POST", "/login", data=form).status_code == 303


def test_logging_out_everywhere_ends_every_session_of_this_person_only(house: House) -> None:
    mine = [account(house, "li"), house.log_in("li"), house.log_in("li")]
    others = account(house, "wang")
    house.ask("POST", "/account/sessions/end", cookie=mine[0])

    assert [house.ask("GET", "/api/v1/alerts", cookie=one).status_code for one in mine] == [401] * 3
    assert house.ask("GET", "/api/v1/alerts", cookie=others).status_code == 200


def test_a_security_administrator_ends_sessions_changes_rights_and_unlocks(house: House) -> None:
    security, cookie = house.log_in(SECURITY), account(house, "li")

    def act(what: str, **form: str) -> str:
        answer = house.ask("POST", f"/admin/accounts/{what}", cookie=security, data={"name": "li", **form})
        return said(answer)

    assert act("revoke") == "/admin?said=revoked"
    assert house.ask("GET", "/api/v1/alerts", cookie=cookie).status_code == 401
    cookie = house.log_in("li")
    assert act("rights", role="viewer", domains="traffic", areas="") == "/admin?said=rights"
    assert house.ask("GET", "/api/v1/alerts", cookie=cookie).status_code == 401
    cookie = house.log_in("li")
    assert [row["id"] for row in house.ask("GET", "/api/v1/sensors", cookie=cookie).json()] == ["loop-1"]
    assert act("disable") == "/admin?said=disabled"
    assert house.ask("POST", "/login", data={"name": "li", "password": PASSWORD}).status_code == 401
    assert act("unlock") == "/admin?said=unlocked"
    assert house.log_in("li")
    assert act("rights", role="king", domains="", areas="") == "/admin?bad=role"
    assert act("rights", role="viewer", domains="sewage", areas="") == "/admin?bad=scope"
    assert act("disable", name="nobody") == "/admin?bad=unknown"
    assert act("disable", name=SECURITY) == "/admin?bad=own"
    assert act("add", name="chen", role="officer", password=PASSWORD) == "/admin?said=added"
    assert act("add", name="Chen'); --", role="officer", password=PASSWORD) == "/admin?bad=name"
    with house.database.transaction() as tx:
        rows = tx.rows("SELECT action FROM audit_log WHERE actor = %(name)s AND object = 'li'", name=SECURITY)
    assert {row["action"] for row in rows} == {"session.revoke_all", "user.rights", "user.disable", "user.unlock"}


def test_a_session_without_a_person_ends_after_half_an_hour(house: House) -> None:
    cookie = account(house, "li")

    def sit_still(minutes: int) -> None:
        with house.database.transaction() as tx:
            tx.execute("UPDATE login_session SET seen_at = %(at)s", at=utc_now() - timedelta(minutes=minutes))

    sit_still(29)
    assert house.ask("POST", "/account/alive", cookie=cookie).status_code == 204
    with house.database.transaction() as tx:
        assert utc_now() - tx.value("SELECT seen_at FROM login_session") < timedelta(minutes=20)
    sit_still(31)
    assert house.ask("POST", "/account/alive", cookie=cookie).status_code in (303, 401)
    assert house.ask("GET", "/api/v1/alerts", cookie=cookie).status_code == 401


def test_what_a_page_asks_by_itself_keeps_no_session_alive(house: House) -> None:
    cookie = account(house, "li")
    early = utc_now() - timedelta(minutes=20)
    with house.database.transaction() as tx:
        tx.execute("UPDATE login_session SET seen_at = %(at)s", at=early)
    house.ask("POST", "/_dash-update-component", cookie=cookie, json={})
    for path in ("/live/map", "/api/v1/sensors"):
        house.ask("GET", path, cookie=cookie)

    with house.database.transaction() as tx:
        assert tx.value("SELECT seen_at FROM login_session") == early


def test_a_second_factor_is_asked_for_and_each_code_counts_once(house: House) -> None:
    cookie = account(house, "li")
    page = house.ask("GET", "/account", cookie=cookie).text
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found is not None
    secret, step = found[1], int(utc_now().timestamp()) // STEP
    proof = {"secret": secret, "old": PASSWORD}
    wrong = {**proof, "code": "000000" if code_at(secret, step) != "000000" else "000001"}
    assert said(house.ask("POST", "/account/second-factor", cookie=cookie, data=wrong)) == "/account?bad=code"
    right = {**proof, "code": code_at(secret, step)}
    assert house.ask("POST", "/account/second-factor", cookie=cookie, data=right).status_code == 200  # recovery codes

    form = {"name": "li", "password": PASSWORD}
    asked = house.ask("POST", "/login", data=form)
    assert (asked.status_code, 'name="code"' in asked.text) == (401, True)
    assert house.ask("POST", "/login", data={**form, "code": code_at(secret, step)}).status_code == 401  # used above
    assert house.ask("POST", "/login", data={**form, "code": code_at(secret, step + 1)}).status_code == 303


def test_an_address_that_guesses_has_to_wait_whatever_the_names(house: House) -> None:
    answers = [
        house.ask("POST", "/login", data={"name": f"guess-{number}", "password": "x"}).status_code
        for number in range(attempts.MOST + 1)
    ]

    assert answers == [401] * attempts.MOST + [429]


def test_what_somebody_typed_into_the_name_field_is_not_kept(house: House) -> None:
    house.ask("POST", "/login", data={"name": "My Secret Password 1!", "password": ""})

    with house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE audit_log::text LIKE '%%Secret%%'") == 0
        assert tx.value("SELECT count(*) FROM audit_log WHERE actor = %(no)s", no=authentication.NO_NAME) == 1
