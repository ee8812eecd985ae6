"""People are told once, over a real webhook; what could not be said is tried again and visible."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from zoneinfo import ZoneInfo

import pytest

from alerts.board import actions, alert_history, alert_reader
from alerts.board.actions import AlertAct
from alerts.errors import NotifyError
from alerts.notify.channels import Channels
from alerts.notify.contacts import DutyContact, NotifyChannel, Policy
from alerts.notify.outbox import CLAIM, send_one
from alerts.watch.alert_maintenance import tend_alerts
from cityops.storage import Database
from tests.alert_samples import NOW, detector, make_rule, open_alert, report
from tests.http_servers import answering

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Receiver:
    """A webhook on loopback that remembers what it was told; `status` is its answer."""

    port: int = 0
    status: int = 200
    told: list[tuple[str, str, str]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if found.status == 200:
                found.told.append((self.path, content["title"], content["message"]))
            self.send_response(found.status)
            self.send_header("content-length", "0")
            self.end_headers()

    with answering(Handler) as found.port:
        yield found


@pytest.fixture
def policy(receiver: Receiver) -> Policy:
    urls = {name: f"json://127.0.0.1:{receiver.port}/{name}" for name in ("street", "city")}
    return Policy(
        channel=(
            NotifyChannel(name="street", url=urls["street"]),
            NotifyChannel(name="city", url=urls["city"], language="en"),
        ),
        contact=(DutyContact(area="9901", department="gas", channels=("street",)), DutyContact(channels=("city",))),
        nag_minutes=10,
    )


def tend_and_send(database: Database, policy: Policy, now: datetime) -> None:
    tend_alerts(database, now, policy=policy, zone=SHANGHAI)
    channels = Channels(policy)
    while send_one(database, channels.send, now):
        pass


def raise_some(database: Database, count: int = 3, severity: int = 2) -> int:
    rule = make_rule(severity, deadlines={"acknowledge": 300})
    with database.transaction() as tx:
        series = [detector(tx, f"G-{number}") for number in range(count)]
        for number in series:
            report(tx, number, NOW)
        alerts = [open_alert(tx, rule, number) for number in series]
    return alerts[0].alert_id


def test_a_storm_is_told_once_and_each_missed_deadline_tells_the_next_level(
    database: Database, policy: Policy, receiver: Receiver
) -> None:
    first = raise_some(database)
    for second in (2, 4, 6, 301, 303, 602):
        tend_and_send(database, policy, NOW + timedelta(seconds=second))

    assert [(path, title) for path, title, _ in receiver.told] == [
        ("/street", "【橙色】燃气泄漏"),
        ("/city", "[orange, escalated] Gas leak"),
        ("/city", "[orange, still unacknowledged] Gas leak"),
    ]
    assert "同一事件共 3 条告警" in receiver.told[0][2]
    assert "2026-03-01 12:00:00" in receiver.told[0][2]
    with database.transaction() as tx:
        rows = alert_history.notifications(tx, first)
        assert rows["receipt"].str.contains("Sent JSON").all()
        assert {alert.told_at for alert in alert_reader.open_alerts(tx)} == {NOW + timedelta(seconds=2)}


def test_what_could_not_be_said_counts_as_not_told_and_is_tried_again(
    database: Database, policy: Policy, receiver: Receiver
) -> None:
    first = raise_some(database, 1)
    receiver.status = 500
    tend_and_send(database, policy, NOW)
    with database.transaction() as tx:
        alert, row = alert_reader.open_alerts(tx)[0], alert_history.notifications(tx, first).iloc[0]
    assert (alert.untold, alert.told_at, row["attempts"]) == (1, None, 1)
    assert "error=500" in row["error"]

    receiver.status = 200
    tend_and_send(database, policy, NOW + timedelta(seconds=9))
    assert receiver.told == []  # it waits before it tries again
    tend_and_send(database, policy, NOW + timedelta(seconds=10))

    assert len(receiver.told) == 1
    with database.transaction() as tx:
        assert alert_reader.open_alerts(tx)[0].untold == 0


def test_what_somebody_has_is_no_longer_news(database: Database, policy: Policy, receiver: Receiver) -> None:
    first = raise_some(database, 1)
    receiver.status = 503
    tend_and_send(database, policy, NOW)
    with database.transaction() as tx:
        actions.acknowledge(tx, first, AlertAct("duty", NOW), version=1)
    receiver.status = 200

    tend_and_send(database, policy, NOW + timedelta(minutes=11))

    assert receiver.told == []
    with database.transaction() as tx:
        assert alert_history.notifications(tx, first)["withdrawn_at"].notna().all()


def test_many_senders_send_each_message_once_and_a_dead_ones_claim_ends(
    database: Database, policy: Policy, receiver: Receiver
) -> None:
    with database.transaction() as tx:
        for number in range(12):  # far apart: each an incident of its own
            open_alert(tx, make_rule(2), detector(tx, f"G-{number}", lon=100 + number))
    tend_alerts(database, NOW, policy=policy, zone=SHANGHAI)
    with database.transaction() as tx:
        tx.execute("UPDATE notification SET claimed_at = %(now)s WHERE notification_id = 1", now=NOW)
    channels = Channels(policy)

    def send_all(now: datetime) -> None:
        while send_one(database, channels.send, now):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_all, [NOW] * 4))
    assert len(receiver.told) == 11

    send_all(NOW + CLAIM)
    assert len(receiver.told) == 12


def test_an_address_that_nobody_knows_is_refused() -> None:
    with pytest.raises(NotifyError, match="channel x: url is no address"):
        Channels(Policy(channel=(NotifyChannel(name="x", url="nonsense://x"),)))
