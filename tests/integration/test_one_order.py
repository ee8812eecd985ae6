"""Shelved, stale, acknowledged and overdue alerts stand in one order everywhere, and all screens count alike."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from alerts.notify.contacts import Policy
from alerts.shift import store as handover_store
from alerts.watch.alert_maintenance import tend_alerts
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue, Names
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.app import create_app
from tests.alert_samples import detector, make_rule, open_alert, report
from tests.npm import NODE
from tests.unit.dashboard.visitors import TestClient

ORDERS = Path(__file__).parents[1] / "javascript" / "orders.mjs"
PASSWORD = "Tired-at-3am"
# The order that docs/how-to/duty.md promises.
IN_ORDER = ["silent red", "late orange", "new orange", "yellow", "taken red", "shelved red"]
WAITING = {"late orange", "new orange", "yellow"}


@dataclass
class Room:
    """What people and programs are shown of one city."""

    numbers: dict[int, str]  # what the alerts are called here, by number
    live: dict[str, Any]
    api: list[dict[str, Any]]

    def names(self, ids: list[Any]) -> list[str]:
        return [self.numbers[int(one)] for one in ids]


def raise_alerts(database: Database) -> dict[int, str]:
    """Open the alerts of IN_ORDER, far from one another; only the sensor of the first is silent."""
    now = utc_now()
    given = {"shelved red": 1, "taken red": 1, "yellow": 3, "new orange": 2, "late orange": 2, "silent red": 1}
    numbers: dict[str, int] = {}
    with database.transaction() as tx:
        for place, (name, severity) in enumerate(given.items()):
            series = detector(tx, name.replace(" ", "-"), lon=118.0 + place / 2)
            report(tx, series, now - timedelta(hours=1 if name == "silent red" else 0))
            opened = now - timedelta(minutes=20 if name == "late orange" else 1)
            numbers[name] = open_alert(tx, make_rule(severity), series, at=opened).alert_id
        for name in ("silent red", "taken red"):
            actions.acknowledge(tx, numbers[name], AlertAct("li", now), version=1)
        until = now + timedelta(hours=2)
        actions.shelve(tx, numbers["shelved red"], AlertAct("li", now), version=1, reason="works", until=until)
    settings = read_settings({})
    assert tend_alerts(database, now, policy=Policy(), zone=settings.zone)
    return {number: name for name, number in numbers.items()}


@pytest.fixture
def room(database: Database, database_url: str, catalogue: Catalogue) -> Iterator[Room]:
    numbers = raise_alerts(database)
    with database.transaction() as tx:
        store_user(tx, "li", role=Role.OFFICER, password=PASSWORD, actor="test", now=utc_now())
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"})
    with TestClient(create_app(settings, catalogue), follow_redirects=False) as client:
        client.post("/login", data={"name": "li", "password": PASSWORD, "next": "/desk"})
        with client.websocket_connect("/live") as socket:
            picture = socket.receive_json()["whole"]
            while len(picture.get("alerts", {})) < len(numbers):
                picture |= socket.receive_json()["patch"]
        yield Room(numbers, picture, client.get("/api/v1/alerts").json())


def test_every_screen_has_the_order_that_duty_officers_are_promised(room: Room, database: Database) -> None:
    drawn = subprocess.run(
        [NODE, ORDERS], input=json.dumps(room.live["alerts"]), capture_output=True, check=True, text=True
    )
    screens = json.loads(drawn.stdout)
    with database.transaction() as tx:
        stored = alert_reader.open_alerts(tx)
        sheet = handover_store.draft(tx, place=lambda code: Names(code, code), now=utc_now())

    assert room.names([alert.alert_id for alert in stored]) == IN_ORDER
    assert room.names([row["id"] for row in room.api]) == IN_ORDER
    assert room.names(screens["desk"]) == IN_ORDER
    assert room.names(screens["wall"]) == IN_ORDER
    groups = [[line.alert_id for line in group] for group in (sheet.late, sheet.stale, sheet.open, sheet.shelved)]
    assert [room.names(group) for group in groups] == [
        ["late orange"], ["silent red"], ["new orange", "yellow", "taken red"], ["shelved red"],
    ]  # fmt: skip
    assert screens["waiting"] == len(WAITING)


def test_every_screen_counts_the_same_as_waiting(room: Room) -> None:
    counts = room.live["counts"]

    for shown in (list(room.live["alerts"].values()), room.api):
        assert {room.numbers[int(row["id"])] for row in shown if row["waiting"]} == WAITING
        assert {room.numbers[int(row["id"])] for row in shown if row["aside"]} == {"shelved red"}
    assert {severity: (count["open"], count["waiting"]) for severity, count in counts.items()} == {
        "1": (3, 0), "2": (2, 2), "3": (1, 1), "4": (0, 0),
    }  # fmt: skip
