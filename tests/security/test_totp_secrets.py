"""Who reads the table of accounts, as in a backup, has no secret of one-time codes; and nobody is kept out by it."""

import logging
from collections.abc import Iterator

import pytest

from cityops.accounts.factors import recovery_codes
from cityops.accounts.factors.second_factor import SQL
from cityops.accounts.factors.totp_secrets import TotpCipher
from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.storage import Database
from dashboard.web import session_resolver
from tests.programs import wait_for
from tests.security.conftest import PASSWORD, SECRET_KEY, House, account_of, build_house, serve_house
from tests.security.test_second_factor import SECRET, Person, code

OFFICER, CHIEF = account_of(Role.OFFICER), account_of(Role.SUPERVISOR)
OTHER_KEY = "l" * 32


@pytest.fixture(autouse=True)
def _always_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_resolver, "TRUST", 0.0)


@pytest.fixture
def built(database_url: str, catalogue: Catalogue) -> Iterator[Database]:
    """A city whose dashboard does not run yet."""
    build_house(database_url, catalogue)
    database = Database(database_url, application="test")
    yield database
    database.close()


def kept(database: Database, name: str = OFFICER) -> str:
    with database.transaction() as tx:
        return str(tx.value("SELECT totp_secret FROM app_user WHERE user_name = %(name)s", name=name))


def keep(database: Database, text: str) -> None:
    with database.transaction() as tx:
        tx.execute(SQL["set_totp"], user_name=OFFICER, secret=text, step=0)


def enter(house: House, **form: str) -> tuple[int, str]:
    answer = house.ask("POST", "/login", data={"name": OFFICER, "password": PASSWORD, **form})
    return answer.status_code, answer.text


def test_a_dump_of_the_accounts_holds_no_secret(house: House) -> None:
    assert Person(house).send("second-factor", secret=SECRET, code=code(), old=PASSWORD).startswith("codes ")
    with house.database.transaction() as tx:
        dump = tx.value("SELECT string_agg(a::text, ' ') FROM app_user a")

    assert SECRET not in dump
    assert TotpCipher(SECRET_KEY).decrypt(OFFICER, kept(house.database)) == SECRET
    assert enter(house, code=code())[0] == 401  # used when it was switched on


def test_clear_secrets_go_on_working_and_are_encrypted_by_the_start(
    built: Database, database_url: str, catalogue: Catalogue
) -> None:
    keep(built, SECRET)
    with serve_house(database_url, catalogue) as house:
        wait_for(lambda: SECRET not in kept(built), "the secret encrypted")

        assert enter(house, code=code())[0] == 303
    with built.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'user.totp_key'") == 1


def test_without_a_key_old_ones_work_and_new_ones_are_refused_with_what_to_do(
    built: Database, database_url: str, catalogue: Catalogue
) -> None:
    keep(built, SECRET)
    with serve_house(database_url, catalogue, CITYOPS_SECRET_KEY="") as house:
        assert enter(house, code=code())[0] == 303
        other = Person(house, CHIEF)
        assert other.send("second-factor", secret=SECRET, code=code(), old=PASSWORD) == "bad=no_totp_key"
        page = house.ask("GET", "/account?bad=no_totp_key", cookie=other.cookie).text
    assert "CITYOPS_SECRET_KEY" in page
    assert kept(built) == SECRET
    assert kept(built, CHIEF) == "None"


def test_a_wrong_key_says_what_to_do_and_recovery_codes_still_open(
    built: Database, database_url: str, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    locked = TotpCipher(OTHER_KEY).encrypt(OFFICER, SECRET)
    keep(built, locked)
    with built.transaction() as tx:
        codes = recovery_codes.new_recovery_codes(tx, OFFICER)
    with caplog.at_level(logging.ERROR), serve_house(database_url, catalogue) as house:
        wait_for(lambda: "CITYOPS_PREVIOUS_SECRET_KEY" in caplog.text, "the log tells it")
        status, page = enter(house, code=code())
        assert (status, "CITYOPS_SECRET_KEY" in page) == (401, True)
        assert enter(house, code=codes[0])[0] == 303
    assert kept(built) == locked  # nothing that may still be opened is lost


def test_the_key_is_changed_by_naming_the_previous_one(
    built: Database, database_url: str, catalogue: Catalogue
) -> None:
    before = TotpCipher(OTHER_KEY).encrypt(OFFICER, SECRET)
    keep(built, before)
    with serve_house(database_url, catalogue, CITYOPS_PREVIOUS_SECRET_KEY=OTHER_KEY) as house:
        assert enter(house, code=code())[0] == 303
        wait_for(lambda: kept(built) != before, "the secret under the new key")
    assert TotpCipher(SECRET_KEY).decrypt(OFFICER, kept(built)) == SECRET
