"""Whoever guesses a password locks out himself: not the officer, and without learning which names there are."""

import re

import httpx
import pytest

from cityops.accounts import authentication, users
from cityops.accounts.factors import passwords
from cityops.accounts.login_limits import OF_SOURCE, OF_STRANGERS, LoginRefused, LoginSource, TooManyAttempts
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Database
from tests.security.conftest import PASSWORD, House, account_of

OFFICER = account_of(Role.OFFICER)
LIVES = "lives-here"


def knock(house: House, name: str, password: str, *, device: str = "") -> httpx.Response:
    return house.ask("POST", "/login", cookie=device, data={"name": name, "password": password, "next": "/desk"})


def cookie_of(answer: httpx.Response, name: str) -> str:
    (found,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    return found.split(";")[0]


def device_of(house: House, name: str) -> str:
    """Log in from a device that is new, and return the cookie by which it is known from then on."""
    return cookie_of(knock(house, name, PASSWORD), "cityops_device")


def words(answer: httpx.Response, name: str) -> tuple[int, str]:
    return answer.status_code, re.sub(r"\d+", "N", answer.text.replace(name, "NAME"))


def test_a_stranger_locks_out_himself_and_not_the_officer(house: House) -> None:
    device = device_of(house, OFFICER)
    answers = [knock(house, OFFICER, f"Wrong-{number}-word") for number in range(OF_SOURCE.free + 1)]

    assert [answer.status_code for answer in answers] == [401] * OF_SOURCE.free + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= OF_SOURCE.first.total_seconds()
    assert knock(house, OFFICER, PASSWORD).status_code == 429  # from a new device at that address
    assert knock(house, OFFICER, PASSWORD, device=device).status_code == 303


def test_answers_do_not_tell_which_names_there_are(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[str] = []
    is_right = passwords.is_right

    def counting(password: str, password_hash: str) -> bool:
        worked.append(password_hash.rpartition("$")[0].rpartition("$")[0])  # the costs, without salt and hash
        return is_right(password, password_hash)

    monkeypatch.setattr(passwords, "is_right", counting)
    known = [words(knock(house, OFFICER, f"Wrong-{number}-word"), OFFICER) for number in range(7)]
    there, worked[:] = list(worked), []
    unknown = [words(knock(house, "nobody", f"Wrong-{number}-word"), "nobody") for number in range(7)]

    assert known == unknown
    assert len(there) == len(worked) == OF_SOURCE.free


def test_a_known_device_has_limits_of_its_own(house: House) -> None:
    first, second = device_of(house, OFFICER), device_of(house, OFFICER)
    statuses = [knock(house, OFFICER, "Wrong-Word-1", device=first).status_code for _ in range(OF_SOURCE.free + 1)]

    assert statuses == [401] * OF_SOURCE.free + [429]
    assert knock(house, OFFICER, PASSWORD, device=second).status_code == 303


def test_a_device_is_known_to_those_who_logged_in_there_only(house: House) -> None:
    supervisor = account_of(Role.SUPERVISOR)
    device = device_of(house, OFFICER)
    for number in range(OF_SOURCE.free):
        knock(house, supervisor, f"Wrong-{number}-word")

    assert knock(house, supervisor, PASSWORD, device=device).status_code == 429
    forged = device[:-6] + ("AAAAAA" if device[-6:] != "AAAAAA" else "BBBBBB")
    for number in range(OF_SOURCE.free):
        knock(house, OFFICER, f"Wrong-{number}-word", device=forged)
    assert knock(house, OFFICER, PASSWORD, device=forged).status_code == 429


def test_whoever_is_in_can_sign_while_strangers_guess(house: House) -> None:
    session = cookie_of(knock(house, OFFICER, PASSWORD), "cityops_session")
    for number in range(OF_SOURCE.free + 1):
        knock(house, OFFICER, f"Wrong-{number}-word")

    fields = {"old": PASSWORD, "new": "Another-Horse-8", "again": "Another-Horse-8"}
    answer = house.ask("POST", "/account/password", cookie=session, data=fields)
    assert answer.headers["location"] == "/account?said=password"


def test_guesses_of_one_session_are_counted_and_hinder_no_other(house: House) -> None:
    first, second = (cookie_of(knock(house, OFFICER, PASSWORD), "cityops_session") for _ in range(2))

    def change(session: str, old: str) -> str:
        fields = {"old": old, "new": "Another-Horse-8", "again": "Another-Horse-8"}
        return house.ask("POST", "/account/password", cookie=session, data=fields).headers["location"]

    told = [change(first, "Wrong-Word-1") for _ in range(OF_SOURCE.free + 1)]
    assert told == ["/account?bad=old"] * OF_SOURCE.free + ["/account?bad=locked"]
    assert change(second, PASSWORD) == "/account?said=password"


def test_guesses_from_many_addresses_are_slowed_down_together(database: Database) -> None:
    now = utc_now()
    with database.transaction() as tx:
        users.store_user(tx, LIVES, role=Role.OFFICER, password=PASSWORD, actor="test", now=now)

    def log_in(password: str, source: LoginSource) -> str:
        return authentication.log_in(database, LIVES, password, now=now, source=source)

    for number in range(OF_STRANGERS.free):
        with pytest.raises(LoginRefused):
            log_in("Wrong-Word-1", LoginSource(f"10.0.{number}.1"))
    with pytest.raises(TooManyAttempts) as refused:
        log_in(PASSWORD, LoginSource("10.1.0.1"))
    assert refused.value.wait == OF_STRANGERS.first
    assert log_in(PASSWORD, LoginSource("10.1.0.1", device="d1"))


def test_the_officer_and_the_security_administrator_see_who_guesses(house: House) -> None:
    for number in range(OF_SOURCE.free):
        knock(house, OFFICER, f"Wrong-{number}-word")
    with house.database.transaction() as tx:  # the officer comes in by another address, tomorrow as well as now
        before = tx.value(
            "SELECT source FROM login_limit WHERE user_name = %(name)s AND source = 'testclient'", name=OFFICER
        )
        tx.execute("UPDATE login_limit SET source = '203.0.113.9' WHERE source = 'testclient'")
    assert before == "testclient"

    mine = house.ask("GET", "/account?lang=en", cookie=house.log_in(OFFICER)).text
    assert f"{OF_SOURCE.free} attempts failed" in mine
    theirs = house.ask("GET", "/admin?lang=en", cookie=house.log_in(account_of(Role.SECURITY_ADMIN))).text
    assert "Who has to wait" in theirs
    assert "203.0.113.9" in theirs

    fields = {"name": OFFICER}
    security = house.log_in(account_of(Role.SECURITY_ADMIN))
    assert house.ask("POST", "/admin/accounts/unlock", cookie=security, data=fields).status_code == 303
    assert "203.0.113.9" not in house.ask("GET", "/admin?lang=en", cookie=security).text
