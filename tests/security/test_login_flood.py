"""Strangers who log in cost themselves: the picture, the probes and whoever is in go on as if nobody knocked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from cityops.accounts import authentication
from cityops.accounts.factors import passwords
from cityops.accounts.login_limits import LoginRefused, LoginSource
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Database
from dashboard.limits.attempts import MOST
from tests.security.conftest import House, account_of

STRANGERS = 25  # fewer than one address may send in a minute, more than the pool holds


def knock(house: House, number: int) -> httpx.Response:
    return house.ask("POST", "/login", data={"name": f"nobody-{number}", "password": "Wrong-Word-12"})


def test_a_burst_of_logins_holds_nobody_else_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = house.log_in(account_of(Role.OFFICER))
    go_on = threading.Event()
    monkeypatch.setattr(passwords, "is_right", lambda *_: not go_on.wait(60))
    live = house.app.state.site.live
    with ThreadPoolExecutor(STRANGERS) as strangers:
        knocks = [strangers.submit(knock, house, number) for number in range(STRANGERS)]
        try:
            while sum(one.done() for one in knocks) < STRANGERS - 12:  # two in threads, ten in the queue
                assert house.ask("GET", "/healthz").status_code == 200
            assert house.ask("GET", "/readyz").status_code == 200
            assert house.ask("GET", "/api/v1/alerts", cookie=officer).status_code == 200
            before = live.city.read_at
            while live.city.read_at == before:
                assert house.ask("GET", "/healthz").status_code == 200
        finally:
            go_on.set()
        answers = [one.result() for one in knocks]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == STRANGERS - 12
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert {answer.status_code for answer in answers} == {401, 429}


def test_an_address_is_counted_before_its_attempts_are_worked_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)
    statuses = [knock(house, number).status_code for number in range(MOST + 1)]

    assert statuses == [401] * MOST + [429]


def test_no_transaction_is_open_while_a_password_is_hashed(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Database(database_url, application="door")
    open_then: list[int] = []

    def is_right(_password: str, _password_hash: str) -> bool:
        with database.transaction() as tx:
            open_then.append(
                tx.value(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'door' AND xact_start IS NOT NULL"
                )
            )
        return False

    monkeypatch.setattr(passwords, "is_right", is_right)
    with pytest.raises(LoginRefused):
        authentication.log_in(door, "li", "Wrong-Word-12", now=utc_now(), source=LoginSource("10.0.0.1"))
    door.close()

    assert open_then == [0]
