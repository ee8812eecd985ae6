"""Accounts: right passwords open, wrong ones are counted, and everything is audited."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from cityops.accounts import account_admin, authentication, tokens, users
from cityops.accounts.factors import passwords
from cityops.accounts.login_limits import OF_SOURCE, LoginRefused, LoginSource, TooManyAttempts
from cityops.accounts.roles import Role
from cityops.accounts.users import AccountError, User
from cityops.storage import BadData, Database, StorageError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "Correct-Horse-7"


@pytest.fixture
def duty(database: Database) -> str:
    with database.transaction() as tx:
        users.add_user(tx, "duty", role=Role.OFFICER, password=PASSWORD, actor="test", now=NOW)
    return "duty"


def log_in(database: Database, name: str, password: str, now: datetime = NOW) -> str:
    return authentication.log_in(database, name, password, now=now, source=LoginSource("127.0.0.1"))


def holder(database: Database, token: str, now: datetime = NOW) -> User | None:
    with database.transaction() as tx:
        return tokens.user_of(tx, token, now=now)


def test_a_session_says_who_it_is_until_it_ends(database: Database, duty: str) -> None:
    token = log_in(database, duty, PASSWORD)

    assert holder(database, token) == User("duty", Role.OFFICER, must_change=True)
    assert holder(database, token, NOW + tokens.SESSION) is None
    with database.transaction() as tx:
        tokens.log_out(tx, token, now=NOW, origin="127.0.0.1")
    assert holder(database, token) is None


def test_a_wrong_name_and_a_wrong_password_are_refused_alike(database: Database, duty: str) -> None:
    with pytest.raises(LoginRefused) as wrong_password:
        log_in(database, duty, "wrong")
    with pytest.raises(LoginRefused) as wrong_name:
        log_in(database, "nobody", PASSWORD)

    assert str(wrong_password.value) == str(wrong_name.value)


def test_after_the_fifth_failure_nobody_from_there_is_listened_to_for_a_while(database: Database, duty: str) -> None:
    for _ in range(OF_SOURCE.free):
        with pytest.raises(LoginRefused):
            log_in(database, duty, "wrong")

    with pytest.raises(TooManyAttempts):
        log_in(database, duty, PASSWORD, NOW + OF_SOURCE.first - timedelta(seconds=1))
    assert log_in(database, duty, PASSWORD, NOW + OF_SOURCE.first)


def test_a_signature_asks_for_the_password_again_and_guesses_are_counted(database: Database, duty: str) -> None:
    user = User(duty, Role.OFFICER, session=1)

    def sign(password: str) -> None:
        authentication.confirm(database, user, password, purpose="handover.sign", now=NOW, origin="127.0.0.1")

    sign(PASSWORD)
    for _ in range(OF_SOURCE.free):
        with pytest.raises(LoginRefused):
            sign("wrong")
    with pytest.raises(TooManyAttempts):
        sign(PASSWORD)
    with database.transaction() as tx:
        rows = tx.rows("SELECT success FROM audit_log WHERE action = 'handover.sign'")
    assert [row["success"] for row in rows] == [False] * OF_SOURCE.free


def test_a_success_forgets_earlier_failures(database: Database, duty: str) -> None:
    for _ in range(2):
        for _ in range(OF_SOURCE.free - 1):
            with pytest.raises(LoginRefused):
                log_in(database, duty, "wrong")
        assert log_in(database, duty, PASSWORD)


def test_a_new_password_ends_open_sessions(database: Database, duty: str) -> None:
    token = log_in(database, duty, PASSWORD)
    with database.transaction() as tx:
        account_admin.reset_password(tx, duty, password="Another-Horse-8", actor="test", now=NOW)

    assert holder(database, token) is None


@pytest.mark.parametrize("password", ["short-1", "alllowercase", "12345678", "lowercase1"])
def test_a_simple_password_is_refused(database: Database, password: str) -> None:
    with database.transaction() as tx, pytest.raises(AccountError):
        users.add_user(tx, "weak", role=Role.VIEWER, password=password, actor="test", now=NOW)


def test_a_name_that_is_none_is_refused(database: Database) -> None:
    with pytest.raises(BadData), database.transaction() as tx:
        users.add_user(tx, "Robert'); --", role=Role.VIEWER, password=PASSWORD, actor="test", now=NOW)


def test_the_database_holds_neither_passwords_nor_tokens(database: Database, duty: str) -> None:
    token = log_in(database, duty, PASSWORD)

    with database.transaction() as tx:
        stored = str(tx.rows("SELECT * FROM app_user") + tx.rows("SELECT * FROM login_session"))
    assert PASSWORD not in stored
    assert token not in stored


def test_every_attempt_is_audited_and_the_log_cannot_be_changed(database: Database, duty: str) -> None:
    with pytest.raises(LoginRefused):
        log_in(database, duty, "wrong")
    log_in(database, duty, PASSWORD)

    with database.transaction() as tx:
        rows = tx.rows("SELECT actor, action, success, origin FROM audit_log WHERE action = 'login' ORDER BY audit_id")
    assert [(row["actor"], row["success"], row["origin"]) for row in rows] == [
        ("duty", False, "127.0.0.1"),
        ("duty", True, "127.0.0.1"),
    ]
    for statement in ("DELETE FROM audit_log", "UPDATE audit_log SET actor = 'x'", "TRUNCATE audit_log"):
        with pytest.raises(StorageError, match="append-only"), database.transaction() as tx:
            tx.execute(statement)


def test_a_login_makes_the_hash_anew_when_its_cost_is_of_yesterday(
    database: Database, duty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    log_in(database, duty, PASSWORD)

    with database.transaction() as tx:
        stored = tx.value("SELECT password_hash FROM app_user WHERE user_name = %(name)s", name=duty)
    assert "m=16,t=2,p=1" in stored
    assert log_in(database, duty, PASSWORD)
