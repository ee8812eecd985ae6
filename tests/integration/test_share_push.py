"""What is new is pushed to departments: signed, in order, again when it fails, and no receiver holds up another."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.keys.sealing import make_pair
from cityops.storage import Database, Row
from cityops.web.webhook_signing import write_secret
from portal.hooks.signatures import check, read_secret
from sharing.departments.keys import ShareKeys, read_keys
from sharing.departments.posting import Parcel, ReceiverAnswer
from sharing.departments.push import (
    LONGEST_RETRY,
    MOST_ATTEMPTS,
    make_deliveries,
    pause_after,
    seal_secrets,
    send_all,
    send_one,
)
from sharing.departments.store import revoke
from sharing.departments.usage import month_of, usage_of
from sharing.departments.webhooks import deliveries_of, end_webhook, make_webhook, send_again, webhooks_of
from sharing.errors import ShareChanged, ShareKeyMissing, WebhookRefused
from tests.case_samples import report_case, start_city
from tests.http_servers import answering
from tests.share_samples import ASKER, CASES, HEAD, KEY, KEYS, PUBLIC_KEY, build_sharing, grant
from tests.unit.cases.calendars import SHANGHAI

HERE = ("127.0.0.1", "localhost")
NOW = utc_now()
FIELDS = {CASES: ("number", "state")}


@dataclass
class Receivers:
    """Webhooks on loopback, one a path. `status`: what each answers; /slow answers when it is released."""

    port: int = 0
    told: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: dict[str, int] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    found = Receivers()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            name = self.path.strip("/")
            found.told.append((name, {key.lower(): value for key, value in self.headers.items()}, body))
            if name == "slow":
                found.released.wait(60)
            self.send_response(found.status.get(name, 204))
            if found.status.get(name) == 302:
                self.send_header("Location", found.url("elsewhere"))
            self.send_header("Content-Length", "0")
            self.end_headers()

    with answering(Handler) as found.port:
        try:
            yield found
        finally:
            found.released.set()


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> Database:
    start_city(database)
    with database.transaction() as tx:
        build_sharing(tx, catalogue)
    return database


def hook(database: Database, url: str) -> tuple[int, str]:
    """Grant the cases and have them pushed; return the number of the grant and the secret."""
    with database.transaction() as tx:
        held, _ = grant(tx, fields=FIELDS)
        secret = make_webhook(
            tx, held.number, CASES, url, inner_hosts=HERE, public_key=PUBLIC_KEY, actor=ASKER, now=NOW
        )
    return held.number, secret


def new_case(database: Database) -> None:
    with database.transaction() as tx:
        report_case(tx)


def states(database: Database) -> list[str]:
    with database.transaction() as tx:
        return [row["state"] for row in tx.rows("SELECT state FROM share_delivery ORDER BY share_delivery_id")]


def test_what_is_new_is_signed_and_sent_once(city: Database, receivers: Receivers) -> None:
    new_case(city)  # before somebody had it pushed
    _, secret = hook(city, receivers.url("in"))
    assert make_deliveries(city, NOW)
    assert states(city) == []
    new_case(city)
    new_case(city)
    for _ in range(2):
        assert make_deliveries(city, NOW)
    assert send_all(city, HERE, utc_now(), keys=KEYS)
    [(_, headers, body)] = receivers.told
    signed = check([read_secret(secret)], headers, body, now=utc_now().timestamp())  # as our own border reads it
    told = json.loads(body)
    assert signed.message_id == headers["webhook-id"]
    assert told["type"] == "shared.rows"
    assert (told["data"]["set"], len(told["data"]["rows"])) == (CASES, 2)
    assert told["data"]["rows"][0]["state"]
    assert told["data"]["rows"][0]["description"] is None
    assert states(city) == ["sent"]
    with city.transaction() as tx:
        assert tx.value("SELECT body FROM share_delivery") is None
        [used] = usage_of(tx, month_of(utc_now().astimezone(SHANGHAI).date()), SHANGHAI)
    assert (used["reads"], used["pushes"], used["rows"]) == (1, 1, 2)


def test_a_dead_receiver_is_tried_after_all_others(city: Database, receivers: Receivers) -> None:
    receivers.status["dead"] = 500
    for name in ("dead", "in"):
        hook(city, receivers.url(name))
    now = utc_now()
    for later in (now, now + timedelta(hours=1)):  # by then the dead one has been due for longer than the new one
        new_case(city)
        make_deliveries(city, later)
        assert send_one(city, HERE, later, keys=KEYS)
        assert send_one(city, HERE, later, keys=KEYS)
    assert [name for name, _, _ in receivers.told] == ["dead", "in", "in", "dead"]
    assert states(city) == ["waiting", "sent", "sent"]


def test_while_one_waits_for_its_receiver_the_others_are_sent(city: Database, receivers: Receivers) -> None:
    for name in ("slow", "in", "also"):
        hook(city, receivers.url(name))
    new_case(city)
    make_deliveries(city, NOW)
    now = utc_now()
    waiting, go_on = threading.Event(), threading.Event()

    def hang(_: Parcel) -> ReceiverAnswer:
        waiting.set()
        go_on.wait(60)
        return ReceiverAnswer(delivered=True, words="late")

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(send_one, city, HERE, now, hang, keys=KEYS)
        assert waiting.wait(60)
        assert send_one(city, HERE, now, lambda _: ReceiverAnswer(delivered=True, words="ok"), keys=KEYS)
        assert send_one(city, HERE, now, lambda _: ReceiverAnswer(delivered=True, words="ok"), keys=KEYS)
        assert not send_one(city, HERE, now, lambda _: ReceiverAnswer(delivered=True, words="twice"), keys=KEYS)
        go_on.set()
        assert held.result()
    assert states(city) == ["sent"] * 3


def test_what_fails_is_tried_later_each_time_then_waits_for_a_person(city: Database, receivers: Receivers) -> None:
    hook(city, receivers.url("in"))
    new_case(city)
    make_deliveries(city, NOW)
    now, tried = utc_now(), 0
    while send_one(city, HERE, now, lambda _: ReceiverAnswer(delivered=False, words="status 500"), keys=KEYS):
        tried += 1
        assert not send_one(city, HERE, now, lambda _: ReceiverAnswer(delivered=True, words="at once"), keys=KEYS)
        now += pause_after(tried)
    assert (tried, states(city)) == (MOST_ATTEMPTS, ["dead"])
    assert pause_after(1) < pause_after(2) < pause_after(50) == LONGEST_RETRY
    new_case(city)  # what is newer does not wait for it
    make_deliveries(city, now)
    assert send_all(city, HERE, now, keys=KEYS)
    assert states(city) == ["dead", "sent"]
    with city.transaction() as tx:
        [receiver] = webhooks_of(tx, "traffic-police")
        [dead, _] = deliveries_of(tx, receiver["number"])
        assert (receiver["dead"], dead["state"], dead["words"]) == (1, "dead", "status 500")
        assert "shared.rows" in dead["body"]
        send_again(tx, dead["number"], webhook=receiver["number"], actor=ASKER, now=now)
    with pytest.raises(ShareChanged), city.transaction() as tx:
        send_again(tx, dead["number"], webhook=receiver["number"], actor=ASKER, now=now)
    assert send_all(city, HERE, now, keys=KEYS)
    assert states(city) == ["sent", "sent"]
    assert len(receivers.told) == 2
    with city.transaction() as tx:
        acts = [row["action"] for row in tx.rows("SELECT action FROM audit_log WHERE action ~ 'share.(web|send)'")]
    assert acts == ["share.webhook", "share.send_again"]


def test_who_died_while_sending_has_it_sent_again_under_its_id(city: Database, receivers: Receivers) -> None:
    hook(city, receivers.url("in"))
    new_case(city)
    make_deliveries(city, NOW)
    seen: list[str] = []

    def die(parcel: Parcel) -> ReceiverAnswer:
        seen.append(parcel.message_id)
        raise KeyboardInterrupt

    now = utc_now()
    with pytest.raises(KeyboardInterrupt):
        send_one(city, HERE, now, die, keys=KEYS)
    assert not send_one(city, HERE, now, lambda _: ReceiverAnswer(delivered=True, words="too soon"), keys=KEYS)
    assert send_all(city, HERE, now + timedelta(minutes=3), keys=KEYS)
    assert [headers["webhook-id"] for _, headers, _ in receivers.told] == seen


@pytest.mark.parametrize("status", [302, 500])
def test_no_redirect_is_followed_and_no_error_taken_for_a_receipt(
    city: Database, receivers: Receivers, status: int
) -> None:
    receivers.status["in"] = status
    hook(city, receivers.url("in"))
    new_case(city)
    make_deliveries(city, NOW)
    assert send_one(city, HERE, utc_now(), keys=KEYS)
    assert [name for name, _, _ in receivers.told] == ["in"]
    with city.transaction() as tx:
        row = tx.row("SELECT state, words FROM share_delivery")
    assert row is not None
    assert row["state"] == "waiting"
    assert str(status) in row["words"]


def test_a_name_that_leads_inside_later_is_refused_where_it_is_connected_to(
    city: Database, receivers: Receivers
) -> None:
    hook(city, receivers.url("in"))  # the setting named it then, and does not any more
    new_case(city)
    make_deliveries(city, NOW)
    assert send_one(city, (), utc_now(), keys=KEYS)
    assert receivers.told == []
    with city.transaction() as tx:
        assert "127.0.0.1" in tx.value("SELECT words FROM share_delivery")


def test_a_grant_that_ends_takes_what_waits_with_it(city: Database, receivers: Receivers) -> None:
    number, _ = hook(city, receivers.url("in"))
    new_case(city)
    make_deliveries(city, NOW)
    with city.transaction() as tx:
        revoke(tx, number, "Over", actor=HEAD, now=utc_now())
    assert not send_one(city, HERE, utc_now(), keys=KEYS)
    make_deliveries(city, utc_now())
    assert states(city) == ["dropped"]
    with city.transaction() as tx:
        assert tx.value("SELECT body FROM share_delivery") is None
        assert webhooks_of(tx, "traffic-police") == []
    assert receivers.told == []


def test_a_receiver_is_one_of_its_set_and_can_be_ended(city: Database, receivers: Receivers) -> None:
    number, _ = hook(city, receivers.url("in"))

    def make(name: str, url: str) -> str:
        with city.transaction() as tx:
            return make_webhook(tx, number, name, url, inner_hosts=HERE, public_key=PUBLIC_KEY, actor=ASKER, now=NOW)

    for name in (CASES, "areas", "alerts"):  # there is one; outlines are not news; it was not granted
        with pytest.raises(ShareChanged):
            make(name, receivers.url("other"))
    with pytest.raises(WebhookRefused):
        make(CASES, "https://169.254.169.254/latest")
    with city.transaction() as tx:
        [receiver] = webhooks_of(tx, "traffic-police")
        end_webhook(tx, receiver["number"], actor=ASKER, now=NOW)
    assert make(CASES, receivers.url("other")).startswith(write_secret(b"")[:6])
    with pytest.raises(ShareChanged), city.transaction() as tx:
        end_webhook(tx, receiver["number"], actor=ASKER, now=NOW)


def test_a_secret_stands_under_seal_and_is_sealed_anew_for_another_key(city: Database, receivers: Receivers) -> None:
    _, secret = hook(city, receivers.url("in"))
    plain = read_secret(secret)

    def row() -> Row:
        with city.transaction() as tx:
            return tx.rows("SELECT secret, sealed, sealed_for FROM share_webhook")[0]

    first = row()
    assert (first["secret"], plain in bytes(first["sealed"])) == (None, False)
    assert KEYS.unseal(bytes(first["sealed"])) == plain
    other = make_pair()[0]
    assert seal_secrets(city, NOW, keys=ShareKeys((KEY, other)))
    assert row() == first  # it is sealed for the key in use
    assert seal_secrets(city, NOW, keys=ShareKeys((other, KEY)))
    assert ShareKeys((other,)).unseal(bytes(row()["sealed"])) == plain
    new_case(city)
    make_deliveries(city, NOW)
    for without in (KEYS, None):
        now = utc_now() + timedelta(hours=1 if without is None else 0)
        assert send_one(city, HERE, now, keys=without)
        with city.transaction() as tx:
            assert "CITYOPS_SHARE_KEY" in tx.value("SELECT words FROM share_delivery")
    assert receivers.told == []
    with pytest.raises(ShareKeyMissing):
        seal_secrets(city, NOW, keys=KEYS)
    assert send_one(city, HERE, utc_now() + timedelta(hours=2), keys=ShareKeys((other,)))
    [(_, headers, body)] = receivers.told
    assert check([plain], headers, body, now=(utc_now() + timedelta(hours=2)).timestamp())


def test_a_secret_of_before_goes_on_until_it_is_sealed(city: Database, receivers: Receivers) -> None:
    _, secret = hook(city, receivers.url("in"))
    plain = read_secret(secret)
    with city.transaction() as tx:
        tx.execute("UPDATE share_webhook SET secret = %(plain)s, sealed = NULL, sealed_for = NULL", plain=plain)
    for keys in (None, KEYS):
        new_case(city)
        make_deliveries(city, utc_now())
        assert send_one(city, HERE, utc_now(), keys=keys)
    assert len(receivers.told) == 2
    assert seal_secrets(city, NOW, keys=KEYS)
    with city.transaction() as tx:
        kept = tx.row("SELECT secret, sealed FROM share_webhook")
    assert kept is not None
    assert (kept["secret"], KEYS.unseal(bytes(kept["sealed"]))) == (None, plain)


def test_without_a_key_nobody_has_data_pushed(city: Database) -> None:
    with city.transaction() as tx:
        held, _ = grant(tx, fields=FIELDS)
        with pytest.raises(ShareKeyMissing):
            make_webhook(tx, held.number, CASES, "https://a.cn/", inner_hosts=(), public_key=None, actor=ASKER, now=NOW)


@pytest.mark.parametrize("text", [None, "", " , "])
def test_no_key_is_none(text: str | None) -> None:
    assert read_keys(text) is None
