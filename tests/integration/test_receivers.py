"""Receivers that are slow, broken or hostile: each holds its own messages only, and is used again when it is mended."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.board import alert_history
from alerts.notify import channels
from alerts.notify.breakers import OPENS_AFTER
from alerts.notify.channels import Channels
from alerts.notify.contacts import DutyContact, NotifyChannel, Policy
from alerts.notify.outbox import MOST_COPIES, send_one
from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from alerts.watch.alert_maintenance import tend_alerts
from alerts.watch.channel_faults import judge_channels
from alerts.watch.program import senders_for
from cityops.catalogue import Catalogue
from cityops.storage import Database
from dashboard.live.services.troubles import find_troubles, read_services
from tests.alert_samples import NOW, detector, make_rule, open_alert, report
from tests.http_servers import answering
from tests.programs import wait_for

SHANGHAI = ZoneInfo("Asia/Shanghai")
ID = "Idempotency-Key"


@dataclass
class Receiver:
    """A webhook on loopback. What it does to a request hangs on the path."""

    port: int = 0
    told: list[tuple[str, str]] = field(default_factory=list)  # path, id of the message
    status: dict[str, int] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def url(self, name: str, host: str = "127.0.0.1") -> str:
        return f"json://{host}:{self.port}/{name}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            json.loads(self.rfile.read(int(self.headers["content-length"])))
            found.told.append((self.path, self.headers[ID]))
            if self.path == "/drip":
                self._drip()
            self.send_response(found.status.get(self.path, 302 if self.path == "/moved" else 200))
            self.send_header("location", f"http://127.0.0.1:{found.port}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def _drip(self) -> None:
            """Answer a byte at a time, each well within the limit of a read."""
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
            while not found.released.wait(0.1):
                self.wfile.write(b"z")

    with answering(Handler) as found.port:
        yield found
        found.released.set()


def make_policy(receiver: Receiver, *names: str) -> Policy:
    """Return a policy whose levels are these channels, from the street to the city."""
    areas = ["9901"[: 4 - 2 * level] for level in range(len(names))]
    return Policy(
        channel=tuple(NotifyChannel(name=name, url=receiver.url(name)) for name in names),
        contact=tuple(DutyContact(area=area, channels=(name,)) for area, name in zip(areas, names, strict=True)),
        nag_minutes=0,
    )


def raise_some(database: Database, count: int = 1) -> int:
    with database.transaction() as tx:
        series = [detector(tx, f"G-{number}", lon=100 + number) for number in range(count)]  # far apart
        for number in series:
            report(tx, number, NOW)
        alerts = [open_alert(tx, make_rule(2), number) for number in series]
        return alerts[0].alert_id


def tend(database: Database, policy: Policy, now: datetime = NOW) -> None:
    tend_alerts(database, now, policy=policy, zone=SHANGHAI)


def test_a_receiver_that_answers_a_byte_at_a_time_ends_with_its_time(receiver: Receiver) -> None:
    receipt = Channels(make_policy(receiver, "drip"), within=1.0).send("drip", "title", "body", "id-1")
    assert (receipt.delivered, receipt.unanswered, receipt.words) == (False, True, "no answer within 1 s")


def test_a_mail_server_that_talks_without_end_ends_with_its_time() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        ended = threading.Event()

        def chat() -> None:
            connection, _ = server.accept()
            with closing(connection), suppress(OSError):
                while not ended.wait(0.1):
                    connection.sendall(b"220-wait\r\n")

        thread = threading.Thread(target=chat, daemon=True)
        thread.start()
        url = f"mailto://city:word@127.0.0.1:{server.getsockname()[1]}?from=city@example.org&to=a@example.org&mode=insecure"
        policy = Policy(channel=(NotifyChannel(name="mail", url=url),))
        receipt = Channels(policy, within=1.0).send("mail", "title", "body", "id-1")
        ended.set()
    assert (receipt.delivered, receipt.words) == (False, "no answer within 1 s")


def test_three_messages_at_a_bad_receiver_keep_no_other_channel_waiting(database: Database, receiver: Receiver) -> None:
    policy = make_policy(receiver, "drip", "good")
    raise_some(database, 3)
    tend(database, policy)
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO notification (key, alert_id, channel, kind, level, severity, title, body, created_at, due_at)"
            " SELECT 'last', alert_id, 'good', 'raised', 0, 4, 't', 'b', created_at, due_at FROM notification LIMIT 1"
        )
    senders = senders_for(policy)
    with ThreadPoolExecutor(senders) as pool:
        sending = [pool.submit(send_one, database, Channels(policy, within=5.0).send, NOW) for _ in range(senders)]
        wait_for(lambda: "/good" in [path for path, _ in receiver.told], "the good channel is told")
        assert not all(one.done() for one in sending)  # the bad one still holds its own
        receiver.released.set()


def test_a_receiver_that_never_answers_gets_a_bounded_number_of_copies_with_one_id(
    database: Database, receiver: Receiver
) -> None:
    policy = make_policy(receiver, "drip")
    first = raise_some(database)
    tend(database, policy)
    send = Channels(policy, within=0.5).send
    for minute in range(0, 24 * 60, 10):
        while send_one(database, send, NOW + timedelta(minutes=minute)):
            pass
    assert len(receiver.told) == MOST_COPIES
    assert len(set(receiver.told)) == 1
    with database.transaction() as tx:
        row = alert_history.notifications(tx, first).iloc[0]
    assert (row["attempts"], row["error"]) == (MOST_COPIES, "no answer within 0.5 s")
    assert row["failed_at"] is not None


def test_a_receiver_that_takes_twelve_seconds_is_waited_for() -> None:
    """So it gets one copy."""
    assert channels.ANSWER_WITHIN >= 15


def test_copies_have_the_id_of_their_message_and_other_messages_another(database: Database, receiver: Receiver) -> None:
    policy = make_policy(receiver, "street")
    raise_some(database, 2)
    tend(database, policy)
    send = Channels(policy).send
    receiver.status["/street"] = 500
    assert send_one(database, send, NOW)
    assert send_one(database, send, NOW)
    receiver.status["/street"] = 200
    later = NOW + timedelta(minutes=1)
    assert send_one(database, send, later)
    assert send_one(database, send, later)
    ids = [message for _, message in receiver.told]
    assert len(ids) == 4
    assert sorted(ids[:2]) == sorted(ids[2:])
    assert ids[0] != ids[1]


def test_a_redirect_is_not_followed_and_not_delivered(receiver: Receiver) -> None:
    receipt = Channels(make_policy(receiver, "moved")).send("moved", "title", "body", "id-1")
    assert not receipt.delivered
    assert "the receiver redirects (status 302), which is not followed" in receipt.words
    assert [path for path, _ in receiver.told] == ["/moved"]


def test_a_name_that_leads_to_an_inner_address_is_not_reached_without_permission(receiver: Receiver) -> None:
    host = "2130706433"  # which the resolver makes 127.0.0.1 of

    def send(**permission: Any) -> tuple[bool, str]:
        policy = Policy(channel=(NotifyChannel(name="x", url=receiver.url("x", host), **permission),))
        receipt = Channels(policy).send("x", "title", "body", "id-1")
        return receipt.delivered, receipt.words

    delivered, words = send()
    assert not delivered
    assert "127.0.0.1 is an inner address: write inner = true" in words
    assert receiver.told == []
    assert send(inner=True)[0]
    assert len(receiver.told) == 1


def test_a_broken_channel_is_an_alert_and_handed_over_to_the_next_until_it_is_mended(
    database: Database, receiver: Receiver, catalogue: Catalogue
) -> None:
    policy = make_policy(receiver, "street", "city")
    raise_some(database, OPENS_AFTER)
    with database.transaction() as tx:
        rule_store.store_rules(tx, load_rules(catalogue), NOW)
    send = Channels(policy).send

    def go_on(seconds: int) -> tuple[list[str], list[bool]]:
        """Do a round; return which channels were told in it, and whether the alert of the channel holds."""
        now, before = NOW + timedelta(seconds=seconds), len(receiver.told)
        tend(database, policy, now)
        while send_one(database, send, now):
            pass
        assert judge_channels(database, now, catalogue=catalogue)
        with database.transaction() as tx:
            held = [row["active"] for row in tx.rows("SELECT active FROM alert WHERE rule_id = 'channel-fault'")]
        return sorted(path for path, _ in receiver.told[before:]), held

    receiver.status["/street"] = 500
    assert go_on(0) == (["/street"] * OPENS_AFTER, [True])
    with database.transaction() as tx:
        troubles = [one.name for one in find_troubles(read_services(tx, NOW))]
    assert "channel street" in troubles

    told, _ = go_on(1)  # nobody waits for a deadline, or for the broken one
    assert set(told) == {"/city"}

    receiver.status["/street"] = 200
    assert go_on(5)[0].count("/street") == 0  # the breaker is open
    told, held = go_on(15)
    assert told.count("/street") >= OPENS_AFTER
    assert held == [False]
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM channel_breaker") == 0
