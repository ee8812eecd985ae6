"""A request that comes again does nothing again: in turn, in a race, withdrawn, with another body, after a refusal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from alerts.watch import storage_jobs
from cityops.errors import CityOpsError
from cityops.storage import Database, Transaction
from cityops.storage.operations import idempotency
from dashboard.requests.idempotency import KeyRefused, KeyReused, KeyWithdrawn, RequestId, once, settle
from tests.alert_samples import NOW

KEY = "d1f4c2de-0b8a-4f6e"


def named(key: str = KEY, body: bytes = b"{}") -> RequestId:
    return RequestId.read(key, "POST", "/api/v1/alerts/1/comment", body)


def note(tx: Transaction) -> dict[str, Any]:
    """An act that can be counted."""
    tx.execute("INSERT INTO wall_hold (scene, held_by, held_at, until) VALUES ('overview', 'li', now(), now())")
    return {"done": 1}


def notes(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.value("SELECT count(*) FROM wall_hold"))


@pytest.fixture(autouse=True)
def countable(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("DROP INDEX wall_hold_of_scope")


def test_a_request_that_comes_again_gets_the_first_answer_and_does_nothing(database: Database) -> None:
    first = once(database, "li", named(), note, NOW)
    again = once(database, "li", named(f'"{KEY}"'), note, NOW)  # as the standard writes it

    assert first == again == {"done": 1}
    assert notes(database) == 1
    once(database, "wang", named(), note, NOW)  # a key is its sender's own
    assert notes(database) == 2
    once(database, "li", None, note, NOW)  # without a key every request counts
    assert notes(database) == 3


def test_of_two_that_race_one_acts_and_both_are_answered_alike(database: Database) -> None:
    begun, go_on = Event(), Event()

    def slowly(tx: Transaction) -> dict[str, Any]:
        begun.set()
        go_on.wait(30)
        return note(tx)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(once, database, "li", named(), slowly, NOW)
        begun.wait(30)
        second = pool.submit(once, database, "li", named(), note, NOW)
        go_on.set()
        assert first.result(30) == second.result(30) == {"done": 1}
    assert notes(database) == 1


def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    once(database, "li", named(), note, NOW)
    with pytest.raises(KeyReused, match="new key"):
        once(database, "li", named(body=b'{"text": "other"}'), note, NOW)
    assert notes(database) == 1


def test_what_was_refused_can_be_sent_again(database: Database) -> None:
    def refuses(tx: Transaction) -> None:
        note(tx)
        raise CityOpsError("not now")

    with pytest.raises(CityOpsError, match="not now"):
        once(database, "li", named(), refuses, NOW)
    assert settle(database, "li", KEY, withdraw=False) == {"state": "unknown"}
    assert once(database, "li", named(), note, NOW) == {"done": 1}
    assert notes(database) == 1


def test_who_asks_learns_what_is_stored_and_what_is_withdrawn_never_arrives(database: Database) -> None:
    assert settle(database, "li", KEY, withdraw=False) == {"state": "unknown"}
    assert settle(database, "li", KEY, withdraw=True) == {"state": "withdrawn"}
    with pytest.raises(KeyWithdrawn, match="nothing was stored"):
        once(database, "li", named(), note, NOW)
    assert notes(database) == 0

    other = "another-key-of-li"
    once(database, "li", named(other), note, NOW)
    stored = {"state": "stored", "answer": {"done": 1}}
    assert settle(database, "li", other, withdraw=True) == stored
    assert settle(database, "li", other, withdraw=False) == stored
    assert settle(database, "wang", other, withdraw=False) == {"state": "unknown"}  # it is nobody else's to see


def test_keys_are_forgotten_after_a_day_and_never_more_than_so_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "MOST", 2)
    for place in range(4):
        once(database, "li", named(f"key-number-{place}"), note, NOW + timedelta(hours=place))
    assert storage_jobs.forget_sessions(database, NOW + timedelta(hours=4))
    states = [settle(database, "li", f"key-number-{place}", withdraw=False)["state"] for place in range(4)]
    assert states == ["unknown", "unknown", "stored", "stored"]
    assert storage_jobs.forget_sessions(database, NOW + idempotency.KEPT_FOR + timedelta(hours=2, minutes=1))
    states = [settle(database, "li", f"key-number-{place}", withdraw=False)["state"] for place in range(4)]
    assert states == ["unknown", "unknown", "unknown", "stored"]


@pytest.mark.parametrize("key", ["short", "with space in it", "ü" * 20, "x" * 101, ""])
def test_a_key_that_names_nothing_is_refused(key: str) -> None:
    with pytest.raises(KeyRefused, match="UUID"):
        named(key)


def test_a_check_comes_first_and_not_again_for_a_request_that_was_worked_on(database: Database) -> None:
    checks: list[int] = []
    answers = [once(database, "li", named(), note, NOW, check=lambda: checks.append(notes(database))) for _ in range(2)]

    assert answers == [{"done": 1}] * 2
    assert checks == [0]
    assert notes(database) == 1


def test_what_a_check_refuses_is_not_done_and_may_be_sent_again(database: Database) -> None:
    def refuse() -> None:
        raise KeyRefused

    with pytest.raises(KeyRefused):
        once(database, "li", named(), note, NOW, check=refuse)
    assert notes(database) == 0
    assert settle(database, "li", KEY, withdraw=False) == {"state": "unknown"}
    assert once(database, "li", named(), note, NOW, check=lambda: None) == {"done": 1}


def test_a_proof_that_a_copy_used_up_meanwhile_is_no_refusal(database: Database) -> None:
    def used_up() -> None:
        once(database, "li", named(), note, NOW)  # the copy comes between
        raise KeyRefused

    assert once(database, "li", named(), note, NOW, check=used_up) == {"done": 1}
    assert notes(database) == 1
