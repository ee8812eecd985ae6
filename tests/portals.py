"""The portal in this process, on a real database, in the role that it has in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.testclient import TestClient

from alerts.board import store
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from cases.store.catalogue.catalogue_import import seed_catalogue
from citizens.store.inbox import Sent
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.devices.registry import series_ids
from cityops.storage.portal_role import portal_url
from portal.app import create_app
from portal.keys import add_key
from tests.browser.city import build_city
from tests.citizen_samples import PUBLIC_KEY, opened_portal

LON, LAT = 119.05, 30.05  # in the district 990101
BASE = "/open311/v2"
POSTED = {
    "service_code": "event-05-06",
    "lat": f"{LAT}",
    "long": f"{LON}",
    "description": "路口积水，车辆熄火",
    "device_id": "phone-1",
}


@dataclass
class PortalHouse:
    """The application, its database as the owner sees it, and the key of a program."""

    app: Starlette
    client: TestClient
    database: Database
    key: str

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for something."""
        answer: httpx.Response = self.client.get(path, **options)
        return answer

    def post(self, fields: dict[str, str] | None = None, *, form: str = "json", **options: Any) -> httpx.Response:
        """Send a report as a program does."""
        answer: httpx.Response = self.client.post(
            f"{BASE}/requests.{form}", data={"api_key": self.key} | POSTED | (fields or {}), **options
        )
        return answer

    def number(self, fields: dict[str, str] | None = None) -> str:
        """Send a report and return its number."""
        answer = self.post(fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()[0]["service_request_id"])

    def run(self, statement: str) -> None:
        """Do something in the database, as its owner."""
        with self.database.transaction() as tx:
            tx.execute(statement)


def portal_settings(url: str, **settings: str) -> dict[str, str]:
    """Return the environment of a portal whose role has the password of `opened_portal`."""
    return {
        "CITYOPS_DATABASE_URL": portal_url(url, "portal"),
        "CITYOPS_REPORTER_PUBLIC_KEY": PUBLIC_KEY,
        **settings,
    }


@contextmanager
def opened_house(database: Database, url: str, catalogue: Catalogue, **settings: str) -> Iterator[PortalHouse]:
    """A small city with a catalogue of cases, and its portal."""
    build_city(database)
    now = utc_now()
    with database.transaction() as tx:
        seed_catalogue(tx, actor="test", now=now)
        key = add_key(tx, "app1", actor="test", now=now)
    with opened_portal(database, url, catalogue):
        app = create_app(read_settings(portal_settings(url, **settings)))
        with TestClient(app, base_url="http://portal.test", client=("192.0.2.7", 5000)) as client:
            yield PortalHouse(app, client, database, key)


def raise_warning(database: Database, catalogue: Catalogue, rule_id: str = "aqi-heavy") -> None:
    """Open an alert of a rule that has advice for everybody, on the station of the small city."""
    rule = next(one for one in load_rules(catalogue) if one.id == rule_id)
    now = utc_now()
    with database.transaction() as tx:
        rule_store.store_rules(tx, [rule], now)
        series = series_ids(tx, [("air-1", "pm25")])["air-1", "pm25"]
        store.apply_change(tx, AlertChange(rule, series, Event.RAISE, now, 250, "test", 200), None, now)


def sent_of(answer: httpx.Response) -> Sent:
    """Return number and code of the page that says thank you."""
    text = answer.text
    number = text.partition("<dd><strong>")[2].partition("<")[0]
    code = text.partition('class="code">')[2].partition("<")[0]
    return Sent(number, code, bool(code), utc_now())
