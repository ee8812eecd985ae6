"""New readings of open series by MQTT, as SensorThings 1.1 has it: what is told is what HTTP gives, and to whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from prometheus_client import REGISTRY

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.errors import SettingError
from cityops.readings import Quality
from cityops.settings import read_settings
from cityops.storage.readings.table import ReadingRow, write_readings
from portal.sensorthings.conformance import UPDATES
from portal.updates.finding import MOST, NewReadings
from portal.updates.sending import open_sender
from tests.open_city import CLOSED, OPEN, OpenHouse, decide_kind, opened_open_house
from tests.programs import wait_for

ADDRESS = "http://portal.test"
ENDPOINT = "mqtt://portal.test:1884"
PATIENCE = 20.0  # seconds


class Listener:
    """One who listens without an account, and everything that is told."""

    def __init__(self, url: str, *topics: str, protocol: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5) -> None:
        self.told: Queue[tuple[str, Any]] = Queue()
        ready: Queue[object] = Queue()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=protocol)
        self.client.on_message = lambda _c, _u, one: self.told.put((one.topic, msgspec.json.decode(one.payload)))
        self.client.on_subscribe = lambda *_: ready.put(None)
        parts = urlsplit(url)
        self.client.connect(parts.hostname or "", parts.port or 0)
        self.client.loop_start()
        for topic in topics:
            self.client.subscribe(topic, qos=1)
            ready.get(timeout=PATIENCE)

    def hear(self, count: int) -> dict[str, list[Any]]:
        """Return so many messages by their topics."""
        by_topic: dict[str, list[Any]] = {}
        for _ in range(count):
            topic, told = self.told.get(timeout=PATIENCE)
            by_topic.setdefault(topic, []).append(told)
        return by_topic

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@contextmanager
def listening(url: str, *topics: str, **options: Any) -> Iterator[Listener]:
    listener = Listener(url, *topics, **options)
    try:
        yield listener
    finally:
        listener.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def house(database_url: str, catalogue: Catalogue, broker: EmbeddedBroker) -> Iterator[OpenHouse]:
    settings = {
        "CITYOPS_OPEN_MQTT_URL": broker.service_url,
        "CITYOPS_OPEN_MQTT_ENDPOINT": ENDPOINT,
        "CITYOPS_PORTAL_ADDRESS": f"{ADDRESS}/",
    }
    with opened_open_house(database_url, catalogue, **settings) as found:
        yield found


def store(house: OpenHouse, series: int, values: list[float]) -> datetime:
    """Store readings a second apart, from a moment on that is new to everybody; return the first one's."""
    begin = utc_now() + timedelta(seconds=5)
    rows = [ReadingRow(begin + timedelta(seconds=n), series, value, Quality.GOOD) for n, value in enumerate(values)]
    with house.database.transaction() as tx:
        write_readings(tx, rows, begin)
    return begin


@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5])
def test_a_new_reading_is_told_as_http_gives_it(
    house: OpenHouse, broker: EmbeddedBroker, protocol: MQTTProtocolVersion
) -> None:
    number = house.series["air-1", "pm25"]
    own = f"v1.1/Datastreams({number})/Observations"
    with listening(broker.url, own, "v1.1/Observations", f"v1.1/Datastreams({number})", protocol=protocol) as listener:
        store(house, number, [31.5, 32.5])
        told = listener.hear(5)

    assert [one["result"] for one in told[own]] == [31.5, 32.5]
    assert told["v1.1/Observations"] == told[own]
    assert told[own] == [house.json(f"Observations('{one['@iot.id']}')") for one in told[own]]
    assert told[f"v1.1/Datastreams({number})"] == [house.json(f"Datastreams({number})")]


def test_what_is_not_open_is_not_told_and_what_is_closed_again_falls_silent(
    house: OpenHouse, broker: EmbeddedBroker
) -> None:
    """A set that is opened is told from where it was told last, so its readings come as one look found them."""
    air, loop = house.series["air-1", "pm25"], house.series["loop-1", "speed"]
    with listening(broker.url, "v1.1/Observations") as listener:
        store(house, loop, [50.0])
        store(house, air, [1.0])
        first = listener.hear(1)["v1.1/Observations"]
        decide_kind(house.database, "air_station", CLOSED)
        decide_kind(house.database, "traffic_detector", OPEN)
        store(house, air, [2.0])
        store(house, loop, [60.0])
        rest = listener.hear(2)["v1.1/Observations"]

    assert [one["result"] for one in first] == [1.0]
    assert [one["result"] for one in rest] == [50.0, 60.0]


def test_nobody_else_says_anything_in_these_topics(house: OpenHouse, broker: EmbeddedBroker) -> None:
    number = house.series["air-1", "pm25"]
    own = f"v1.1/Datastreams({number})/Observations"
    with listening(broker.url, own) as listener, listening(broker.url) as liar:
        liar.client.publish(own, b'{"result": -1}', qos=1, retain=True).wait_for_publish(PATIENCE)
        store(house, number, [7.0])
        assert [one["result"] for one in listener.hear(1)[own]] == [7.0]
    with listening(broker.url, own) as late:
        store(house, number, [8.0])
        assert [one["result"] for one in late.hear(1)[own]] == [8.0]


def test_the_root_says_where_to_listen(house: OpenHouse) -> None:
    settings = house.json("")["serverSettings"]
    assert UPDATES in settings["conformance"]
    assert settings[UPDATES] == {"endpoints": [ENDPOINT]}


def test_of_too_much_the_newest_is_told_and_how_much_was_left_out(house: OpenHouse) -> None:
    number, before = house.series["air-1", "pm25"], counted()
    new = NewReadings(f"{ADDRESS}/v1.1", since=utc_now())
    begin = store(house, number, [float(n) for n in range(MOST + 10)])
    with house.portal.transaction() as tx:
        found = new.look(tx, [number], now=begin)
        again = new.look(tx, None, now=begin)

    told = [msgspec.json.decode(payload)["result"] for topic, payload in found.messages if topic == "v1.1/Observations"]
    assert told == [float(n) for n in range(10, MOST + 10)]
    assert (found.left_out, again.messages) == (1, ())
    wait_for(lambda: all(now > then for now, then in zip(counted(), before, strict=True)), "both to be counted")


def counted() -> list[float]:
    """How many messages the portal's own sender has sent, and how many series it has left readings out of."""
    names = ("cityops_portal_updates_total", "cityops_portal_updates_left_out_total")
    return [REGISTRY.get_sample_value(name) or 0.0 for name in names]


def test_without_a_broker_nothing_is_sent_and_half_a_setting_is_refused() -> None:
    assert open_sender(read_settings({})) is None
    with pytest.raises(SettingError, match="PORTAL_ADDRESS"):
        open_sender(read_settings({"CITYOPS_OPEN_MQTT_URL": "mqtt://127.0.0.1:1"}))
