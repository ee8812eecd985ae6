"""Warnings of others: believed once, replaced by their own sender only, and nobody's word taken for another's."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from cap.command import app
from cap.errors import FeedUnusable
from cap.incoming.feed_entries import addresses_in
from cap.incoming.fetching import Fetcher
from cap.incoming.judging import Believed, Doubted
from cap.messages.message import CapMessage, CapStatus, MsgType, ResponseType, WarnedArea
from cap.messages.parsing import MOST_BYTES
from cap.store.listing import list_in_force
from cap.store.receiving import receive
from cityops.clock import utc_now
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas
from tests.storage_samples import AREAS
from tests.warning_samples import (
    NOW,
    OTHER,
    OUTLINES,
    SENDER,
    SMALLEST,
    SQUARE,
    a_message,
    an_info,
    certificate_pem,
    pinned,
    signed,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as tx:
        store_areas(tx, AREAS)
    return database


def take(city: Database, content: bytes) -> Believed | Doubted | None:
    with city.transaction() as tx:
        kept = receive(tx, content, pinned(), OUTLINES, source="test", now=NOW + HOUR)
    return kept.found if kept.is_new else None


def in_force(city: Database, now: datetime = NOW) -> list[str]:
    with city.transaction() as tx:
        return [row["identifier"] for row in list_in_force(tx, now=now)]


ALERT = a_message(identifier="a")
UPDATE = a_message(identifier="b", sent=NOW + HOUR, msg_type=MsgType.UPDATE, references=(ALERT.key,))


def test_it_is_kept_once(city: Database) -> None:
    assert isinstance(take(city, signed(ALERT)), Believed)
    assert take(city, signed(ALERT)) is None
    assert in_force(city) == ["a"]
    assert in_force(city, NOW + 7 * HOUR) == []


@pytest.mark.parametrize("order", [(ALERT, UPDATE), (UPDATE, ALERT)])
def test_an_update_replaces_whatever_comes_first(city: Database, order: tuple[CapMessage, CapMessage]) -> None:
    for one in order:
        take(city, signed(one))
    assert in_force(city) == ["b"]


def test_a_cancel_and_an_all_clear_end_it(city: Database) -> None:
    take(city, signed(ALERT))
    take(city, signed(a_message(identifier="c", msg_type=MsgType.CANCEL, references=(ALERT.key,), infos=())))
    assert in_force(city) == []
    take(city, signed(UPDATE))
    clear = an_info(responses=(ResponseType.ALL_CLEAR,))
    take(city, signed(a_message(identifier="d", msg_type=MsgType.UPDATE, references=(UPDATE.key,), infos=(clear,))))
    assert in_force(city) == []


@pytest.mark.parametrize("named", [SENDER, OTHER])
def test_nobody_else_ends_it(city: Database, named: str) -> None:
    """Neither by naming the other's message, nor by naming one of its own that is called the same."""
    take(city, signed(ALERT))
    references = (replace(ALERT.key, sender=named),)
    foreign = a_message(identifier="c", sender=OTHER, msg_type=MsgType.CANCEL, references=references, infos=())
    assert isinstance(take(city, signed(foreign, OTHER)), Believed)
    assert in_force(city) == ["a"]


def test_a_forgery_that_came_first_keeps_the_true_one_out_of_nothing(city: Database) -> None:
    assert isinstance(take(city, signed(ALERT, OTHER)), Doubted)
    assert isinstance(take(city, signed(ALERT)), Believed)


@pytest.mark.parametrize("status", [one for one in CapStatus if one is not CapStatus.ACTUAL])
def test_what_is_not_meant_is_never_in_force(city: Database, status: CapStatus) -> None:
    take(city, signed(a_message(status=status)))
    assert in_force(city) == []


def test_what_is_about_elsewhere_is_not_in_force_here(city: Database) -> None:
    elsewhere = WarnedArea("x", (tuple((a + 5, b) for a, b in SQUARE),))
    take(city, signed(a_message(infos=(an_info(areas=(elsewhere,)),))))
    assert in_force(city) == []


class Web(BaseHTTPRequestHandler):
    """A sender on the network. `answers`: by path."""

    answers: ClassVar[dict[str, tuple[int, bytes]]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Web.asked.append(self.path)
        status, content = Web.answers.get(self.path, (404, b""))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/a.xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    Web.answers, Web.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def atom(*links: str) -> bytes:
    entries = "".join(
        f'<entry><link rel="alternate" href="/p"/><link type="application/cap+xml" href="{link}"/></entry>'
        for link in links
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/"/>{entries}</feed>'.encode()


def test_feeds_name_messages() -> None:
    found = addresses_in(atom("a.xml", "a.xml", "http://x/b.xml"), "http://h/f/atom")
    assert found == ["http://h/f/a.xml", "http://x/b.xml"]
    rss = b"<rss><channel><link>http://h/</link><item><link> http://h/a.xml </link></item></channel></rss>"
    assert addresses_in(rss, "http://h/rss") == ["http://h/a.xml"]
    assert addresses_in(SMALLEST.encode(), "http://h/one.xml") == ["http://h/one.xml"]


def test_only_named_hosts_are_asked_and_no_redirect_is_followed(web: str) -> None:
    Web.answers = {"/moved": (302, b""), "/large": (200, b"x" * (MOST_BYTES + 1)), "/a.xml": (200, b"ok")}
    fetcher = Fetcher({"127.0.0.1"})
    assert fetcher.fetch(f"{web}/a.xml") == b"ok"
    for wrong in ("/moved", "/large", "/missing"):
        with pytest.raises(FeedUnusable):
            fetcher.fetch(web + wrong)
    Web.asked.clear()
    elsewhere = (
        web.replace("127.0.0.1", "localhost"),
        "file:///etc/hostname",
        "http://169.254.169.254/",
        "ftp://127.0.0.1/",
    )
    for url in elsewhere:
        with pytest.raises(FeedUnusable, match="no host that may be asked"):
            fetcher.fetch(url)
    with pytest.raises(FeedUnusable, match="no host that may be asked"):
        Fetcher({"example.com"}).fetch(f"http://example.com@127.0.0.1:{web.rpartition(':')[2]}/a.xml")
    assert Web.asked == []


def test_the_verb_takes_a_feed_and_a_folder(
    city: Database, database_url: str, web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    senders, folder = tmp_path / "senders", tmp_path / "in"
    senders.mkdir()
    folder.mkdir()
    (senders / f"{SENDER}.pem").write_bytes(certificate_pem())
    now = utc_now().replace(microsecond=0)
    info = an_info(effective=now, expires=now + HOUR, areas=())
    Web.answers = {
        "/atom": (200, atom("/a.xml", "/gone.xml", "http://elsewhere.example/x.xml")),
        "/a.xml": (200, signed(a_message(identifier="a", sent=now, infos=(info,)))),
    }
    (folder / "b.xml").write_bytes(signed(a_message(identifier="b", sent=now, infos=(info,))))
    (folder / "c.xml").write_bytes(signed(a_message(identifier="c"), OTHER))
    (folder / "d.txt").write_bytes(b"no message")
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setenv("CITYOPS_CAP_SENDERS", str(senders))

    ran = CliRunner().invoke(app, ["cap", "watch", f"{web}/atom", str(folder), "--once"])

    assert ran.exit_code == 0, ran.output
    assert sorted(in_force(city, now)) == ["a", "b"]
    with city.transaction() as tx:
        assert [row["reason"] for row in tx.rows("SELECT reason FROM cap_quarantine")] == ["signature"]
    assert "answers 404" in ran.output
    assert "no host that may be asked" in ran.output


def test_quarantine_is_bounded(city: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cap.store.receiving.MOST_QUARANTINED", 3)
    for number in range(6):
        take(city, b"nothing %d" % number)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM cap_quarantine") == 3
