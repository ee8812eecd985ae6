"""The feeds that `watch` takes warnings of others from: whatever one of them does, the others and the rest go on."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest
from shapely import box

from alerts.watch.jobs import Job, JobHealth, run_jobs
from cap.errors import FeedUnusable
from cap.incoming.folder_source import FolderSource
from cap.incoming.judging import Believed, Doubt, Doubted
from cap.incoming.seen_messages import AGAIN, Seen
from cap.messages.message import CapMessage, WarnedArea
from cap.messages.parsing import MOST_BYTES
from cap.messages.writing import write_message
from cap.store.listing import list_all, list_in_force
from cap.store.receiving import receive
from cap.store.taking import note_look, take_new
from cap.watch import jobs
from cityops.clock import utc_now
from cityops.settings import Settings, read_settings
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas
from tests.http_servers import answering
from tests.programs import wait_for
from tests.storage_samples import AREAS
from tests.warning_samples import BEIJING, SENDER, a_message, an_info, certificate, certificate_pem, signer

HOUR = timedelta(hours=1)


def a_signed(identifier: str, sent: datetime) -> bytes:
    """A warning about the whole city, for an hour from when it was sent."""
    info = an_info(effective=sent, expires=sent + HOUR, areas=(WarnedArea("全市"),))
    message: CapMessage = a_message(identifier=identifier, sent=sent, infos=(info,))
    return signer().sign(write_message(message, BEIJING))


class Sender(BaseHTTPRequestHandler):
    """A sender on the network, on a good day and on bad ones."""

    messages: ClassVar[dict[str, bytes]] = {}
    day: ClassVar[str] = "good"
    asked: ClassVar[list[str]] = []
    over: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        Sender.asked.append(self.path)
        if Sender.day != "good":
            getattr(self, f"_be_{Sender.day}")()
        elif (path := self.path.partition("?")[0]) in Sender.messages:
            self._tell(Sender.messages[path])
        else:
            entries = "".join(f'<entry><link href="{path}?key=hidden"/></entry>' for path in Sender.messages)
            self._tell(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode())

    def _tell(self, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _be_down(self) -> None:
        self._tell(b"", 503)

    def _be_garbage(self) -> None:
        self._tell(b"\x00\xff<html><body>maintenance")

    def _be_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not Sender.over.is_set():
            self.wfile.write(b"x" * 65536)

    def _be_dripping(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not Sender.over.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def _be_elsewhere(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/inner")
        self.end_headers()

    def _be_silent(self) -> None:
        Sender.over.wait(60)


@pytest.fixture
def sender() -> Iterator[str]:
    Sender.messages, Sender.day, Sender.asked, Sender.over = {}, "good", [], threading.Event()
    with answering(Sender) as port:
        try:
            yield f"http://127.0.0.1:{port}/atom?key=hidden"
        finally:
            Sender.over.set()


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as tx:
        store_areas(tx, AREAS)
    return database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    senders = tmp_path / "senders"
    senders.mkdir()
    (senders / f"{SENDER}.pem").write_bytes(certificate_pem())
    return read_settings({"CITYOPS_CAP_SENDERS": str(senders)})


def feed_jobs(database: Database, settings: Settings, *feeds: str) -> list[Job]:
    """The jobs of these feeds. Of http, which a setting refuses: a server of a test has no certificate."""
    return jobs(database, settings.model_copy(update={"cap_feeds": feeds}))


def in_force(database: Database) -> list[str]:
    with database.transaction() as tx:
        return sorted(row["identifier"] for row in list_in_force(tx, now=utc_now()))


def feeds_of(database: Database) -> dict[str, tuple[bool, str]]:
    with database.transaction() as tx:
        found = list_all(tx, now=utc_now()).feeds
    return {row["name"]: (row["read_at"] is not None, row["problem"]) for row in found}


def now() -> datetime:
    return utc_now().replace(microsecond=0)


def test_a_feed_that_is_down_is_told_with_when_it_was_read_and_comes_back(
    city: Database, settings: Settings, sender: str
) -> None:
    (job,) = feed_jobs(city, settings, sender)
    name = sender.partition("?")[0]
    Sender.day = "down"
    with pytest.raises(FeedUnusable, match=r"^never read: http://127.0.0.1:\d+/atom answers 503"):
        job.work(now())
    assert feeds_of(city)[name][0] is False

    Sender.day, Sender.messages = "good", {"/a.xml": a_signed("a", now())}
    assert job.work(now()) is True
    assert in_force(city) == ["a"]
    assert feeds_of(city) == {name: (True, "")}
    asked = len(Sender.asked)
    assert job.work(now()) is True
    assert len(Sender.asked) == asked + 1, "a message is fetched once"

    Sender.day = "down"
    with pytest.raises(
        FeedUnusable, match=r"^last read \d{4}-\d\d-\d\d \d\d:\d\d: http://127.0.0.1:\d+/atom answers 503"
    ):
        job.work(now())
    was_read, problem = feeds_of(city)[name]
    assert was_read
    assert "hidden" not in problem
    assert in_force(city) == ["a"], "what it said still holds"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("garbage", "is no feed"),
        ("endless", f"is larger than {MOST_BYTES} bytes"),
        ("dripping", "is too slow"),
        ("silent", "is too slow"),
        ("elsewhere", "leads elsewhere, which is not followed"),
    ],
)
def test_a_bad_day_of_a_feed_ends_in_words(
    city: Database, settings: Settings, sender: str, day: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cap.incoming.fetching.LONGEST", 1.0 if words == "is too slow" else 30.0)
    Sender.day = day
    (job,) = feed_jobs(city, settings, sender)
    with pytest.raises(FeedUnusable, match=words):
        job.work(now())
    assert Sender.asked == ["/atom?key=hidden"]


@pytest.mark.parametrize("host", ["169.254.169.254", "100.100.100.200", "[fe80::1]", "0.0.0.0"])
def test_where_machines_tell_their_secrets_nothing_is_asked(city: Database, settings: Settings, host: str) -> None:
    (job,) = feed_jobs(city, settings, f"http://{host}/latest/meta-data")
    with pytest.raises(FeedUnusable, match="is asked nothing"):
        job.work(now())


def test_a_dead_feed_holds_up_nobody(
    city: Database, settings: Settings, sender: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cap.watch.FOLDER_EVERY", 0.05)
    Sender.day = "silent"
    folder = tmp_path / "in"
    folder.mkdir()
    dead, living = feed_jobs(city, settings, sender, str(folder))
    stopping, health = threading.Event(), JobHealth()
    runner = threading.Thread(target=run_jobs, args=([dead, living], stopping, health))
    runner.start()
    try:
        wait_for(lambda: Sender.asked, "the dead feed was asked")
        (folder / "b.xml").write_bytes(a_signed("b", now()))
        wait_for(lambda: in_force(city) == ["b"], "the other feed was read")
        assert "feed-0" not in health.outcomes(), "it still waits"
        assert health.outcomes()["feed-1"] is None
        Sender.over.set()
        wait_for(lambda: health.outcomes().get("feed-0"), "the dead one is told")
    finally:
        stopping.set()
        runner.join()
    assert "cannot be fetched" in str(health.outcomes()["feed-0"])


def test_one_message_that_cannot_be_kept_holds_up_no_other(
    city: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_bytes(a_signed(name, now()))

    def keep(tx: object, content: bytes, *rest: object, **more: object) -> object:
        if b">a</" in content:
            raise ZeroDivisionError
        return receive(tx, content, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("cap.store.taking.receive", keep)
    (job,) = feed_jobs(city, settings, str(tmp_path))
    with pytest.raises(FeedUnusable, match=r"a\.xml cannot be kept: ZeroDivisionError"):
        job.work(now())
    assert in_force(city) == ["b"]


def test_what_is_sent_in_the_future_waits_until_it_is(city: Database) -> None:
    """Their clock may be a year ahead, and the warning would stand for that year; or ours is behind."""
    sent, pinned, outlines = now(), {SENDER: [certificate()]}, {"990101": box(121, 31, 122, 32)}
    content = a_signed("a", sent)

    def take(moment: datetime) -> Believed | Doubted:
        with city.transaction() as tx:
            return receive(tx, content, pinned, outlines, source="test", now=moment).found

    early = take(sent - HOUR)
    assert isinstance(early, Doubted)
    assert early.doubt is Doubt.CLOCK
    assert in_force(city) == []
    assert isinstance(take(sent), Believed)
    with city.transaction() as tx:
        assert list_all(tx, now=sent).quarantined == [], "somebody vouches for it now"
    assert in_force(city) == ["a"]


def test_what_nobody_vouched_for_is_looked_at_again(city: Database, tmp_path: Path) -> None:
    """A certificate that comes later, and a clock that is set right, count for what came before."""
    moment = [0.0]
    (tmp_path / "a.xml").write_bytes(a_signed("a", now()))
    source = FolderSource(tmp_path, lambda: moment[0])
    assert len(take_new(city, source, {}).doubted) == 1
    pinned = {SENDER: [certificate()]}
    assert take_new(city, source, pinned).believed == []
    moment[0] = AGAIN
    assert [one.message.identifier for one in take_new(city, source, pinned).believed] == ["a"]
    moment[0] = 9 * AGAIN
    again = take_new(city, source, pinned)
    assert (again.believed, again.doubted, again.problems) == ([], [], [])


def test_what_was_seen_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cap.incoming.seen_messages.MOST_SEEN", 2)
    seen = Seen()
    for one in "abc":
        seen.note(one, settled=True)
    assert [seen.is_due(one) for one in "abc"] == [True, False, False]


def test_a_feed_that_is_asked_no_more_is_forgotten(city: Database, tmp_path: Path) -> None:
    old, new = FolderSource(tmp_path / "none"), FolderSource(tmp_path)
    moment = now()
    note_look(city, old, take_new(city, old, {}), now=moment - 25 * HOUR)
    note_look(city, new, take_new(city, new, {}), now=moment)
    assert feeds_of(city) == {str(tmp_path): (True, "")}
