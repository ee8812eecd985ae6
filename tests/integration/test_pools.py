"""A pool has a maximum: who takes all of its connections stops nobody who asks another pool."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from cityops.scope import Scope
from cityops.storage import Database, DatabaseBusy
from dashboard.limits import connection_pools


def test_a_pool_gives_no_more_connections_than_it_may(database_url: str) -> None:
    database = Database(database_url, application="test", keep=1, most=2, patience=0.05)
    narrow = database.within(Scope(domains=("traffic",)))
    with database.transaction(), narrow.transaction():
        with pytest.raises(DatabaseBusy), database.transaction():
            pass
        with pytest.raises(DatabaseBusy), narrow.transaction():
            pass
    with pytest.raises(ZeroDivisionError), database.transaction():
        raise ZeroDivisionError
    with database.transaction() as tx, narrow.transaction():  # all are back, whatever happened to them
        assert tx.value("SELECT 1") == 1
    database.close()


def test_who_waits_for_a_connection_gets_the_next_that_is_free(database_url: str) -> None:
    database, asked = Database(database_url, application="test", most=1, patience=60.0), Event()

    def ask() -> object:
        asked.set()
        with database.transaction() as tx:
            return tx.value("SELECT 1")

    with ThreadPoolExecutor(1) as thread:
        with database.transaction():
            answer = thread.submit(ask)
            asked.wait()
        assert answer.result() == 1
    database.close()


def test_exports_that_take_all_their_connections_leave_those_of_others(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_pools, "EXPORT", 1)
    monkeypatch.setattr(connection_pools, "EXPORT_PATIENCE", 0.05)
    opened = connection_pools.open_pools(database_url)
    with opened.export.transaction():
        with pytest.raises(DatabaseBusy), opened.export.transaction():
            pass
        for pool in (opened.live, opened.interactive, opened.background):
            with pool.transaction() as tx:
                assert tx.value("SELECT 1") == 1
    opened.close()
