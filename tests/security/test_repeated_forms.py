"""A form that arrives twice is worked on once: accounts and administration, each with its key."""

import re
from typing import Any

import httpx
import pytest

from cityops.accounts.factors import recovery_codes
from cityops.accounts.factors.totp import STEP, code_at
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from dashboard.web import session_resolver
from tests.security.conftest import PASSWORD, House, account_of

OFFICER, SECURITY = account_of(Role.OFFICER), account_of(Role.SECURITY_ADMIN)
NEW = "Fresh-start-9"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _always_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)


def send(house: House, cookie: str, path: str, key: str, **form: str) -> httpx.Response:
    return house.ask("POST", path, cookie=cookie, data=form, headers={"Idempotency-Key": key})


def count(house: House, action: str, *, success: bool = True) -> int:
    with house.database.transaction() as tx:
        return int(
            tx.value(
                "SELECT count(*) FROM audit_log WHERE action = %(action)s AND success = %(success)s",
                action=action,
                success=success,
            )
        )


def test_a_password_is_changed_once_and_its_copy_is_no_wrong_guess(house: House) -> None:
    cookie = house.log_in(OFFICER)
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    answers = [send(house, cookie, "/account/password", "password-1", **form) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == ["/account?said=password"] * 2
    assert (count(house, "user.password"), count(house, "user.password", success=False)) == (1, 0)


def test_a_refused_form_may_be_sent_again_under_its_key(house: House) -> None:
    cookie = house.log_in(OFFICER)
    refused = send(house, cookie, "/account/password", "password-2", old="wrong", new=NEW, again=NEW)
    assert refused.headers["location"] == "/account?bad=old"
    assert house.ask("GET", "/api/v1/requests/password-2", cookie=cookie).json()["state"] == "unknown"

    answer = send(house, cookie, "/account/password", "password-2", old=PASSWORD, new=NEW, again=NEW)
    assert answer.headers["location"] == "/account?said=password"


def test_recovery_codes_are_shown_once_and_never_kept(house: House) -> None:
    cookie = house.log_in(OFFICER)
    form = {"secret": SECRET, "old": PASSWORD, "code": code_at(SECRET, int(utc_now().timestamp()) // STEP)}
    first, again = (send(house, cookie, "/account/second-factor", "factor-one", **form) for _ in range(2))
    codes = re.findall(r"<li><code>([a-z2-7-]+)</code>", first.text)

    assert len(codes) == recovery_codes.CODES
    assert again.headers["location"] == "/account?said=codes_unseen"
    assert count(house, "user.second_factor") == 1
    with house.database.transaction() as tx:
        kept = str(tx.value("SELECT string_agg(answer::text, ' ') FROM idempotency_key"))
    assert "codes_unseen" in kept
    assert not any(code in kept for code in codes)


def test_ending_every_session_twice_ends_it_once(house: House) -> None:
    cookie = house.log_in(OFFICER)
    answers = [send(house, cookie, "/account/sessions/end", "everywhere") for _ in range(2)]

    assert [answer.headers["location"].partition("?")[0] for answer in answers] == ["/login"] * 2
    assert count(house, "session.revoke_all") == 1


def test_an_account_is_made_once(house: House) -> None:
    cookie = house.log_in(SECURITY)
    form: dict[str, Any] = {"name": "chen", "role": "officer", "password": PASSWORD}
    answers = [send(house, cookie, "/admin/accounts/add", "add-chen-1", **form) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == ["/admin?said=added"] * 2
    assert count(house, "user.add") == 1
