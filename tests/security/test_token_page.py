"""The tokens of programs on the security administrator's page: made with scope and end, shown once, ended, audited."""

import re
from datetime import timedelta

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.accounts.tokens import add_token, list_tokens, token_user
from cityops.clock import utc_now
from dashboard.web import session_resolver
from tests.security.conftest import House, account_of

FORM = {"name": "gis", "role": "officer", "domains": "traffic", "areas": "9901", "days": "90"}


@pytest.fixture(autouse=True)
def _always_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)


def send(house: House, cookie: str, path: str, key: str = "", **form: str) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return house.ask("POST", f"/admin/tokens/{path}", cookie=cookie, data=form, headers=headers)


def test_a_token_is_shown_once_opens_its_scope_and_ends(house: House) -> None:
    admin = house.log_in(account_of(Role.SECURITY_ADMIN))
    made = send(house, admin, "add", "make-gis-1", **FORM)
    token = re.search(r"<code>(cityops_[\w-]+)</code>", made.text)
    assert token is not None
    again = send(house, admin, "add", "make-gis-1", **FORM)  # the same request, whose answer was lost
    program = {"authorization": f"Bearer {token[1]}"}

    assert again.headers["location"] == "/admin/tokens?said=token_unseen"
    assert [row["id"] for row in house.ask("GET", "/api/v1/sensors", headers=program).json()] == ["loop-1"]
    listed = house.ask("GET", "/admin/tokens?lang=en", cookie=admin).text
    assert token[1] not in listed
    assert "<b>gis</b>" in listed
    assert send(house, admin, "revoke", name="gis").headers["location"] == "/admin/tokens?said=token_revoked"
    assert house.ask("GET", "/api/v1/sensors", headers=program).status_code == 401
    assert send(house, admin, "revoke", name="gis").headers["location"] == "/admin/tokens?bad=token_gone"
    with house.database.transaction() as tx:
        rows = tx.rows("SELECT action, actor, detail FROM audit_log WHERE object = 'gis' ORDER BY audit_id")
        kept = str(tx.value("SELECT string_agg(answer::text, '') FROM idempotency_key"))
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("api_token.add", "security-admin"),
        ("api_token.revoke", "security-admin"),
    ]
    assert rows[0]["detail"]["expires_at"]
    assert token[1] not in kept


def test_the_page_replaces_no_token_that_is_in_use(house: House) -> None:
    admin = house.log_in(account_of(Role.SECURITY_ADMIN))
    with house.database.transaction() as tx:
        token = add_token(tx, "gis", role=Role.VIEWER, actor="test", now=utc_now())
    assert send(house, admin, "add", **FORM).headers["location"] == "/admin/tokens?bad=token_in_use"
    with house.database.transaction() as tx:
        assert token_user(tx, token, now=utc_now()) is not None
    send(house, admin, "revoke", name="gis")
    assert send(house, admin, "add", **FORM).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"name": "GIS"}, "token_name"),
        ({"role": "audit_admin"}, "role"),
        ({"role": "king"}, "role"),
        ({"domains": "sewage"}, "scope"),
        ({"days": "99999"}, "token_name"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(shared_house: House, wrong: dict[str, str], word: str) -> None:
    admin = shared_house.log_in(account_of(Role.SECURITY_ADMIN))

    assert send(shared_house, admin, "add", **FORM | wrong).headers["location"] == f"/admin/tokens?bad={word}"


def test_a_token_past_its_end_opens_nothing_and_frees_its_name(house: House) -> None:
    now = utc_now()
    with house.database.transaction() as tx:
        token = add_token(tx, "gis", role=Role.VIEWER, actor="test", now=now, expires_at=now + timedelta(days=1))
        assert token_user(tx, token, now=now + timedelta(hours=23)) is not None
        assert token_user(tx, token, now=now + timedelta(days=1)) is None
        later = now + timedelta(days=2)
        other = add_token(tx, "gis", role=Role.VIEWER, actor="test", now=later, replace=False)
        assert token_user(tx, other, now=later) is not None
        assert [row["name"] for row in list_tokens(tx)] == ["gis"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY_ADMIN])
def test_nobody_else_sees_or_makes_tokens(shared_house: House, role: Role) -> None:
    cookie = shared_house.log_in(account_of(role))

    assert shared_house.ask("GET", "/admin/tokens", cookie=cookie).status_code == 403
    assert send(shared_house, cookie, "add", **FORM).status_code == 403
