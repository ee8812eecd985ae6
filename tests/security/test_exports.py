"""A file that nobody reads holds a place among those of its account, and nothing else that others need."""

import http.client
import itertools
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.readings.exports import step_pieces
from dashboard.limits import exporting
from dashboard.pages.domain import exports
from tests.browser.city import build_city
from tests.dashboards import serving
from tests.programs import wait_for

PASSWORD = "Tired-at-3am"
FILE = "/environment/export.csv?metric=pm25"


@pytest.fixture
def port(database_url: str, database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A dashboard whose CSV has no end: the same span over and over, each time read from the database."""

    def endless(store: Database, metric: str, **span: Any) -> Iterator[Any]:
        for _ in itertools.count():
            yield from step_pieces(store, metric, **span)

    build_city(database)
    with database.transaction() as tx:
        for name in ("an", "bo"):
            store_user(tx, name, role=Role.VIEWER, password=PASSWORD, actor="test", now=utc_now())
    monkeypatch.setattr(exports, "step_pieces", endless)
    monkeypatch.setattr(exports, "csv_text", lambda _heads, pieces, _zone: ("x" * 300_000 for _ in pieces))
    free = ports.free_port()
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"})
    with serving(settings, catalogue, free):
        yield free


def log_in(port: int, name: str) -> dict[str, str]:
    answer = httpx.post(f"http://127.0.0.1:{port}/login", data={"name": name, "password": PASSWORD}, timeout=60)
    assert answer.status_code == 303
    return {"Cookie": answer.headers["set-cookie"].split(";")[0]}


def begin(port: int, person: dict[str, str]) -> http.client.HTTPConnection:
    """Ask for a file, see that it comes, and read no more."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", FILE, headers=person)
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.read(10) == b"x" * 10
    return connection


def in_use(database: Database) -> int:
    """Return how many connections for files are in a transaction."""
    with database.transaction() as tx:
        return int(
            tx.value(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cityops dashboard export'"
                " AND datname = current_database() AND state <> 'idle'"
            )
        )


def test_unread_files_hold_no_connection_and_refuse_nobody_else(port: int, database: Database) -> None:
    an, bo = log_in(port, "an"), log_in(port, "bo")
    unread = [begin(port, an) for _ in range(exporting.MOST_OF_ONE)]
    refused = httpx.get(f"http://127.0.0.1:{port}{FILE}", headers=an, timeout=60)

    assert (refused.status_code, refused.json()["error"]) == (429, "too_many")
    assert int(refused.headers["retry-after"]) > 0
    wait_for(lambda: in_use(database) == 0, "no transaction is open while nobody reads")
    for path in ("/environment/export.xlsx", "/environment/export.geojson", "/api/v1/sensors"):
        assert httpx.get(f"http://127.0.0.1:{port}{path}", headers=bo, timeout=60).status_code == 200
    others = begin(port, bo)
    for connection in [*unread, others]:
        connection.close()


def test_who_goes_gives_the_place_back(port: int) -> None:
    an = log_in(port, "an")
    unread = [begin(port, an) for _ in range(exporting.MOST_OF_ONE)]
    for connection in unread:
        connection.close()
    path = f"http://127.0.0.1:{port}/environment/export.geojson"
    wait_for(lambda: httpx.get(path, headers=an, timeout=60).status_code == 200, "a place is free again")
    for _ in range(2 * exporting.MOST_OF_ONE):
        assert httpx.get(path, headers=an, timeout=60).status_code == 200
