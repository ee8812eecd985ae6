"""The application in this process, on a real database, with an account of every role there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from tests.browser.city import build_city, raise_alert
from tests.unit.dashboard.visitors import TestClient

PASSWORD = "Tired-at-3am"
SECRET_KEY = "k" * 32
# What may differ after a request that was refused: who knocked, not what is in the house.
OF_THE_DOOR = (
    "app_user",
    "audit_head",
    "audit_link",
    "audit_log",
    "database_incarnation",
    "heartbeat",
    "login_limit",
    "login_session",
    "past_password",
    "signing_key",
)


@dataclass
class House:
    """The application, and one visitor after the other."""

    app: FastAPI
    database: Database
    _client: TestClient

    def ask(self, method: str, path: str, *, cookie: str = "", **options: Any) -> httpx.Response:
        """Send one request, carrying nothing over from the one before."""
        self._client.cookies.clear()
        headers = {**options.pop("headers", {}), **({"cookie": cookie} if cookie else {})}
        answer: httpx.Response = self._client.request(method, path, headers=headers, **options)
        return answer

    def log_in(self, name: str) -> str:
        """Return the cookie of a person; the account of a role has the role's name."""
        answer = self.ask("POST", "/login", data={"name": name, "password": PASSWORD, "next": "/desk"})
        assert answer.status_code == 303, name
        return answer.headers["set-cookie"].split(";")[0]

    def content(self) -> dict[str, Any]:
        """Return a digest of every table, to prove that nothing changed."""
        with self.database.transaction() as tx:
            tables = tx.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            return {
                table["name"]: tx.value(
                    f'SELECT md5(string_agg(t::text, $$;$$ ORDER BY t::text)) FROM "{table["name"]}" t'
                )
                for table in tables
                if table["name"] not in OF_THE_DOOR
            }


@pytest.fixture
def house(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    with open_house(database_url, catalogue) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_house(shared_database_url: str, catalogue: Catalogue) -> Iterator[House]:
    """One house for all tests of a module: none of them changes what is in it."""
    with open_house(shared_database_url, catalogue) as opened:
        yield opened


@contextmanager
def open_house(url: str, catalogue: Catalogue, **more: str) -> Iterator[House]:
    """Build a small city with an account of every role, and serve it in this process, with more settings if given."""
    build_house(url, catalogue)
    with serve_house(url, catalogue, **more) as house:
        yield house


def build_house(url: str, catalogue: Catalogue) -> None:
    """Build a small city with an account of every role."""
    database = Database(url, application="test")
    build_city(database)
    raise_alert(database, catalogue)
    with database.transaction() as tx:
        for role in Role:
            store_user(tx, account_of(role), role=role, password=PASSWORD, actor="test", now=utc_now())
    database.close()


@contextmanager
def serve_house(url: str, catalogue: Catalogue, **more: str) -> Iterator[House]:
    """Serve a city that was built before in this process, with more settings if given; one that is "" is not set."""
    database = Database(url, application="test")
    given = {
        "CITYOPS_DATABASE_URL": url,
        "CITYOPS_COOKIE_SECURE": "false",
        "CITYOPS_SECRET_KEY": SECRET_KEY,
        **more,
    }
    app = create_app(read_settings({name: value for name, value in given.items() if value}), catalogue)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield House(app, database, client)
    database.close()


def account_of(role: Role) -> str:
    return role.value.replace("_", "-")
