"""Warnings in force stand at the broker as they were signed, on both brokers: given again, ended, and ours alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from cap.errors import BrokerUnusable
from cap.messages.message import CapStatus
from cap.store.issuing import SQL
from cap.topics import WarningTopics
from cap.watch import Retained, jobs
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.settings import read_settings
from cityops.settings.environments import environment_for
from cityops.storage import Database
from tests.programs import wait_for
from tests.shipped_broker import Broker, run_script, shipped_broker
from tests.warning_samples import NOW, keep_message

TOPIC = "cityops-warnings/990101/rain0"
HOUR = timedelta(hours=1)
V4, V5 = MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5


class Listener:
    """Somebody who hears warnings: of each topic all that was said, the last being what stands."""

    def __init__(self, url: str, protocol: MQTTProtocolVersion = V4, ca_file: Path | None = None) -> None:
        parts = urlsplit(url)
        self.heard: list[tuple[str, bytes, bool]] = []
        self.refused: list[str] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=protocol)
        if parts.username:
            self._client.username_pw_set(parts.username, parts.password)
        if ca_file is not None:
            self._client.tls_set(ca_certs=str(ca_file))
        self._granted: list[Any] = []
        self._client.on_message = lambda _c, _u, one: self.heard.append((one.topic, bytes(one.payload), one.retain))
        self._client.on_subscribe = lambda _c, _u, _m, codes, _p: self._granted.append(codes)
        self._client.on_publish = lambda _c, _u, _m, code, _p: self.refused.append(str(code))
        self._client.connect(parts.hostname or "", parts.port or 0)
        self._client.loop_start()
        wait_for(self._client.is_connected, "a listener is let in")
        self._client.subscribe("cityops-warnings/#", qos=1)
        wait_for(lambda: self._granted, "its subscription is granted")

    def standing(self) -> dict[str, bytes]:
        found = {topic: content for topic, content, _ in list(self.heard)}
        return {topic: content for topic, content in found.items() if content}

    def write(self, content: bytes, topic: str = TOPIC) -> None:
        before = len(self.refused)
        self._client.publish(topic, content, qos=1, retain=True)
        wait_for(lambda: len(self.refused) > before, "the broker answers")

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Place:
    """A broker, as our services and as others enter it."""

    def __init__(self, ours: str, others: str, ca_file: Path | None, broker: EmbeddedBroker | Broker) -> None:
        self.ours, self._others, self._ca_file, self._broker = ours, others, ca_file, broker
        self.is_demo = isinstance(broker, EmbeddedBroker)
        self._open: list[Listener | WarningTopics] = []

    def topics(self) -> WarningTopics:
        topics = WarningTopics(self.ours, None, patience=1.0)
        self._open.append(topics)
        return topics

    def listen(self, protocol: MQTTProtocolVersion = V4, url: str | None = None) -> Listener:
        listener = Listener(url or self._others, protocol, None if url else self._ca_file)
        self._open.append(listener)
        return listener

    def stop(self) -> None:
        self._broker.stop()

    def start_without_memory(self) -> None:
        if isinstance(self._broker, Broker):
            for kept in (self._broker.folder / "data").iterdir():
                kept.unlink()
        self._broker.start()

    def close(self) -> None:
        for one in self._open:
            one.close()


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "embedded":
        with EmbeddedBroker(tmp_path / "broker") as server:
            found = Place(server.service_url, server.url, None, server)
            yield found
            found.close()
        return
    with shipped_broker() as broker:
        password = run_script("account.sh", "air-1", secrets=broker.secrets).splitlines()[1].removeprefix("password ")
        broker.reload()
        ours = f"mqtt://watch:{broker.password('watch')}@127.0.0.1:{broker.plain_port}"
        found = Place(ours, f"mqtts://air-1:{password}@127.0.0.1:{broker.tls_port}", broker.authority, broker)
        yield found
        found.close()


def say(database: Database, sent: datetime = NOW, **more: Any) -> bytes:
    with database.transaction() as tx:
        return keep_message(tx, sent=sent, **more)[1]


def keep_until(work: Retained, now: datetime, condition: Any, what: str) -> None:
    """Do rounds until something holds: the broker tells what it keeps in its own time."""

    def holds() -> bool:
        work.keep(now)
        return bool(condition())

    wait_for(holds, what)


def test_what_stands_is_heard_by_everybody_and_given_again_by_a_broker_that_forgot(
    database: Database, place: Place
) -> None:
    content = say(database)
    work = Retained(database, place.topics(), is_demo=place.is_demo)
    live = place.listen()
    work.keep(NOW)
    wait_for(lambda: live.standing() == {TOPIC: content}, "who is there hears it")
    late = [place.listen(protocol) for protocol in (V4, V5)]
    wait_for(lambda: all(one.standing() == {TOPIC: content} for one in late), "who comes later is given it")
    assert all(retained for one in late for _, _, retained in one.heard)

    place.stop()
    wait_for(lambda: not rounds_work(work), "its absence is noticed")
    with pytest.raises(BrokerUnusable, match="does not let us in"):
        work.keep(NOW)
    place.start_without_memory()
    wait_for(lambda: rounds_work(work), "the broker is found again")
    keep_until(work, NOW, lambda: place.listen().standing() == {TOPIC: content}, "it keeps it again")


def rounds_work(work: Retained) -> bool:
    try:
        return work.keep(NOW)
    except BrokerUnusable:
        return False


def test_what_has_ended_is_told_and_kept_no_more_also_by_another_program(database: Database, place: Place) -> None:
    say(database)
    Retained(database, place.topics(), is_demo=place.is_demo).keep(NOW)
    live = place.listen()
    wait_for(live.standing, "it stands")

    with database.transaction() as tx:
        tx.execute("UPDATE cap_message SET act = 'Cancel'")
        cancel = bytes(tx.value("SELECT content FROM cap_message"))
    again = Retained(database, place.topics(), is_demo=place.is_demo)
    live.heard.clear()
    keep_until(again, NOW + HOUR, lambda: (TOPIC, b"", False) in live.heard, "it is cleared")
    assert [content for _, content, _ in live.heard] == [cancel, b""], "how it ended, then nothing"
    assert place.listen(V5).standing() == {}


def test_what_has_expired_is_kept_no_more(database: Database, place: Place) -> None:
    say(database)
    work = Retained(database, place.topics(), is_demo=place.is_demo)
    live = place.listen()
    work.keep(NOW)
    wait_for(live.standing, "it stands")
    live.heard.clear()
    keep_until(work, NOW + 7 * HOUR, lambda: live.heard, "it is cleared")
    assert live.heard == [(TOPIC, b"", False)]


def test_nobody_else_writes_a_warning(database: Database, place: Place) -> None:
    content = say(database)
    Retained(database, place.topics(), is_demo=place.is_demo).keep(NOW)
    thief, live = place.listen(V5), place.listen()
    wait_for(lambda: live.standing() and thief.standing(), "it stands")
    for topic in (TOPIC, "cityops-warnings", "cityops-warnings/990101/flood"):
        thief.write(b"<alert>evacuate</alert>", topic)
        thief.write(b"", topic)
    assert place.listen().standing() == {TOPIC: content}
    assert {content for _, content, _ in live.heard} == {content}


def test_what_one_of_ours_wrote_over_it_is_put_right(database: Database, place: Place) -> None:
    content = say(database)
    work = Retained(database, place.topics(), is_demo=place.is_demo)
    work.keep(NOW)
    ours, live = place.listen(V5, place.ours), place.listen()
    ours.write(b"")
    ours.write(b"other", "cityops-warnings/990101/other")
    wait_for(lambda: live.standing().keys() == {"cityops-warnings/990101/other"}, "it was written over")
    keep_until(work, NOW, lambda: live.standing() == {TOPIC: content}, "it is put right")


def test_a_demo_alone_keeps_exercises(database: Database, place: Place) -> None:
    content = say(database, status=CapStatus.EXERCISE)
    live = place.listen(V5)
    Retained(database, place.topics(), is_demo=False).keep(NOW)
    actual = say(database, serial=1)
    Retained(database, place.topics(), is_demo=False).keep(NOW)
    wait_for(lambda: actual in live.standing().values(), "what is actual stands")
    assert content not in {one for _, one, _ in live.heard}
    Retained(database, place.topics(), is_demo=True).keep(NOW)
    wait_for(lambda: content in live.standing().values(), "in a demo the exercise stands")


def test_one_program_at_a_time_and_only_where_there_is_a_broker(database: Database, tmp_path: Path) -> None:
    (tmp_path / "cap.toml").write_text("")
    given = {"CITYOPS_CAP_FILE": str(tmp_path / "cap.toml")}
    assert [job.name for job in jobs(database, read_settings(given))] == ["warnings"]
    broker = {"CITYOPS_MQTT_URL": "mqtt://127.0.0.1:1"}
    assert environment_for("watch", broker) == broker, "watch is told where it is"
    both = jobs(database, read_settings(given | broker))
    assert [job.name for job in both] == ["warnings", "warning-topics"]
    with database.transaction() as tx:
        tx.value(SQL["lead_retained"])
        assert both[1].work(NOW) is False


def test_the_words_of_a_refusal_name_the_setting(database: Database) -> None:
    with pytest.raises(BrokerUnusable, match="CITYOPS_MQTT_URL"):
        Retained(database, WarningTopics("mqtt://127.0.0.1:1", None, patience=0.1), is_demo=False).keep(NOW)
