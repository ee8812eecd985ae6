"""No administrator gets at another's account, or at more rights: every page, every verb, every pair of them."""

import itertools
from typing import Any

import pytest
from typer.testing import CliRunner

from cityops import command_line
from cityops.accounts import account_admin, authentication, login_limits, users
from cityops.accounts.administration import AccountExists, AdministratorsApart, NotYourPart, OwnAccount
from cityops.accounts.roles import BUSINESS, Role
from cityops.accounts.users import store_user
from cityops.clock import utc_now
from cityops.scope import WHOLE
from cityops.storage import Database
from tests.security.conftest import PASSWORD, House, account_of

ADMINISTRATORS = [role for role in Role if role.is_administrator]
OTHER = "second-"  # a second administrator of each role: also one's own kind is another's account
STOLEN = "Taken-over-7"
FORMS = {
    "add": {"password": STOLEN},
    "rights": {"domains": "", "areas": ""},
    "password": {"password": STOLEN},
    "second-factor": {},
    "disable": {},
    "unlock": {},
    "revoke": {},
}


@pytest.fixture
def staffed(database: Database) -> Database:
    """A database with an account of every role, which has the role's name; and no server."""
    with database.transaction() as tx:
        for role in Role:
            store_user(tx, account_of(role), role=role, password=PASSWORD, actor="test", now=utc_now())
    return database


def rows_of(database: Database) -> list[dict[str, Any]]:
    """Return all that is stored of accounts; not when they last logged in, which a login changes."""
    with database.transaction() as tx:
        found = tx.rows("SELECT * FROM app_user ORDER BY user_name")
    return [{name: value for name, value in row.items() if name != "last_login_at"} for row in found]


def test_no_administrator_changes_an_administrators_account_by_any_form(house: House) -> None:
    with house.database.transaction() as tx:
        for role in ADMINISTRATORS:
            store_user(tx, OTHER + account_of(role), role=role, password=PASSWORD, actor="test", now=utc_now())
    names = [account_of(role) for role in ADMINISTRATORS] + [OTHER + account_of(role) for role in ADMINISTRATORS]
    before, tried = rows_of(house.database), 0
    for actor in ADMINISTRATORS:
        cookie = house.log_in(account_of(actor))
        for path, form in FORMS.items():
            for name in names:
                for role in Role if path in ("add", "rights") else (actor,):
                    sent = {"name": name, "role": role.value, **form}
                    answer = house.ask("POST", f"/admin/accounts/{path}", cookie=cookie, data=sent)
                    tried += 1

                    refused = answer.status_code == 403 or "?bad=" in answer.headers["location"]
                    assert refused, f"{actor} {path} {name} as {role}: {answer.headers}"
    assert rows_of(house.database) == before
    assert tried == 3 * 6 * (2 * 6 + 5)
    for name in names:
        assert house.log_in(name)  # neither shut nor taken over


def test_a_page_makes_accounts_of_the_business_only_and_none_twice(house: House) -> None:
    cookie, officer = house.log_in(account_of(Role.SECURITY_ADMIN)), account_of(Role.OFFICER)

    def act(path: str, name: str, role: Role) -> str:
        form = {"name": name, "role": role.value, "password": STOLEN}
        answer = house.ask("POST", f"/admin/accounts/{path}", cookie=cookie, data=form)
        return answer.headers["location"].removeprefix("/admin?")

    for role in ADMINISTRATORS:
        before = rows_of(house.database)
        assert act("rights", officer, role) == act("add", f"fresh-{account_of(role)}", role) == "bad=apart"
        assert act("add", officer, role) == "bad=exists"
        assert rows_of(house.database) == before
    for role in BUSINESS:
        assert act("rights", officer, role) == "said=rights"
        assert act("add", f"fresh-{role}", role) == "said=added"
        before = rows_of(house.database)
        assert act("add", f"fresh-{role}", role) == act("add", officer, role) == "bad=exists"
        assert rows_of(house.database) == before


def test_a_forgotten_password_is_given_anew_and_changed_at_the_login(house: House) -> None:
    cookie, officer = house.log_in(account_of(Role.SECURITY_ADMIN)), account_of(Role.OFFICER)
    open_session = house.log_in(officer)
    form = {"name": officer, "password": STOLEN}
    answer = house.ask("POST", "/admin/accounts/password", cookie=cookie, data=form)

    assert answer.headers["location"] == "/admin?said=reset"
    assert house.ask("GET", "/desk", cookie=open_session).headers["location"].startswith("/login")
    assert house.ask("POST", "/login", data={"name": officer, "password": PASSWORD}).status_code == 401
    entered = house.ask("POST", "/login", data=form)
    cookie = entered.headers["set-cookie"].split(";")[0]
    assert house.ask("GET", "/desk", cookie=cookie).headers["location"] == "/account"
    with house.database.transaction() as tx:
        actor = tx.value(
            "SELECT actor FROM audit_log WHERE action = 'user.password_reset' AND object = %(n)s", n=officer
        )
    assert actor == account_of(Role.SECURITY_ADMIN)


def test_no_verb_overwrites_an_account_or_makes_it_an_administrators(
    staffed: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setenv("CITYOPS_NEW_PASSWORD", STOLEN)
    before = rows_of(staffed)

    def run(*words: str) -> int:
        return CliRunner().invoke(command_line.app, ["user", *words]).exit_code

    for target, role in itertools.product(Role, Role):
        assert run("add", account_of(target), "--role", role.value) != 0
        if role.is_administrator or target.is_administrator:
            assert run("scope", account_of(target), "--role", role.value) != 0
    for target in ADMINISTRATORS:
        assert run("password", account_of(target)) != 0
    assert rows_of(staffed) == before
    for role in Role:
        assert run("add", f"fresh-{account_of(role)}", "--role", role.value) == 0
        assert run("add", f"fresh-{account_of(role)}", "--role", role.value) != 0


def test_whoever_calls_is_asked_for_the_right_again(staffed: Database) -> None:
    """The pages ask first; a page that forgets changes nothing all the same."""
    before = rows_of(staffed)
    acts = (account_admin.disable, account_admin.unlock, account_admin.revoke, account_admin.drop_second_factor)
    for role in Role:
        if role is Role.SECURITY_ADMIN:
            continue
        name, victim = account_of(role), next(account_of(one) for one in BUSINESS if one is not role)
        with staffed.transaction() as tx:
            for act in acts:
                with pytest.raises(NotYourPart):
                    act(tx, victim, actor=name, now=utc_now())
            with pytest.raises(NotYourPart):
                users.add_user(tx, "fresh", role=Role.VIEWER, password=STOLEN, actor=name, now=utc_now())
            with pytest.raises(OwnAccount):
                account_admin.set_rights(tx, name, role=Role.SECURITY_ADMIN, scope=WHOLE, actor=name, now=utc_now())
    assert rows_of(staffed) == before


def test_two_who_add_one_name_at_once_do_not_overwrite_each_other(database: Database) -> None:
    with database.transaction() as first:
        users.add_user(first, "li", role=Role.VIEWER, password=PASSWORD, actor="test", now=utc_now())
    with database.transaction() as tx, pytest.raises(AccountExists):
        users.add_user(tx, "li", role=Role.VIEWER, password=STOLEN, actor="test", now=utc_now())
    with database.transaction() as tx, pytest.raises(AdministratorsApart):
        account_admin.set_rights(tx, "li", role=Role.AUDIT_ADMIN, scope=WHOLE, actor="test", now=utc_now())
    assert authentication.log_in(database, "li", PASSWORD, now=utc_now(), source=login_limits.LoginSource("here"))
