"""What one device does to the others: a poisonous message, somebody else's session, half of a queue, and garbage.

All but the first on Debian's Mosquitto with the configuration that is shipped, and with ingest as production starts it.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty
from urllib.parse import urlsplit, urlunsplit

from benchmarks.attack.attack_city import MEGABYTE, City
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from tests.devices import Device, device
from tests.programs import running, wait_for
from tests.shipped_broker import Broker, Session, open_session, run_script, shipped_broker

AREA, DOMAIN = "310115", "emergency"
DAYS = 9_400  # in one message of 564 kB
POISONED_FOR, HEART_EVERY = 60.0, 0.5  # seconds
READINGS = 1_000
GARBAGE = 150  # messages of a megabyte
GROUP = "city"  # of the shared subscription
OURS = "cityops-ingest"  # the client id of ingest
SETTLED_AFTER = 5.0  # seconds without a change
META = json.dumps({"kind": "gas_detector", "name": "honest", "lon": 118.8, "lat": 31.9}).encode()
STORED = "SELECT count(*) FROM reading JOIN series USING (series_id) WHERE sensor_id = %(sensor)s"


@dataclass(frozen=True)
class Site:
    """The shipped broker, and the database behind ingest."""

    broker: Broker
    database: Database
    database_url: str
    folder: Path

    def enter(self, name: str, client_id: str = "") -> Session:
        """Connect as a device, over TLS, with its own account. Raises ConnectionRefusedError."""
        word = self.folder / f"{name}.password"
        return open_session(
            self.broker, name, word.read_text(), client_id=client_id, authority=self.broker.authority, keep=False
        )

    @contextmanager
    def ingest(self, *options: str) -> Iterator[None]:
        """Run a worker on the inner door while the block lasts."""
        url = urlsplit((self.broker.secrets / "ingest_mqtt_url").read_text().strip())
        account = url.netloc.rsplit("@", 1)[0]
        here = urlunsplit(("mqtt", f"{account}@127.0.0.1:{self.broker.plain_port}", "", "", ""))
        environment = {"CITYOPS_DATABASE_URL": self.database_url, "CITYOPS_MQTT_URL": here}
        log = self.folder / "ingest.log"
        with running("ingest", *options, environment=environment, log=log):
            try:
                yield
            except AssertionError as error:
                raise RuntimeError(f"{error}. Ingest said: {log.read_text()[-2000:]}") from error


def poison(city: City) -> float:
    """Return the longest time (s) that nothing of another device was stored, after one of a day for every reading."""
    heart = f"cityops/{AREA}/{DOMAIN}/heart"
    with device(city.broker) as other, device(city.broker) as hostile:
        other.register(heart, "gas_detector", name="heart")
        hostile.register(f"cityops/{AREA}/{DOMAIN}/poison", "gas_detector", name="poison")
        _beat_until(city.database, other, heart, lambda seen, _: seen > 1, "a first reading")
        gap = _Gap()
        hostile.publish(f"cityops/{AREA}/{DOMAIN}/poison/telemetry", _many_days())
        _beat_until(city.database, other, heart, gap.is_over, "the end of the watch")
    return gap.longest


def hijack(site: Site) -> int:
    """Return how many readings are lost while another device tries to be ingest."""
    with site.ingest():
        return _lost(site, "honest-1", lambda: _connect_as_others(site))


def share(site: Site) -> int:
    """Return how many readings are lost while another device asks for a share of them."""
    with site.ingest("--share", GROUP):
        return _lost(site, "honest-2", lambda: _subscribe_to_shares(site))


def letters(site: Site) -> float:
    """Return by how many megabytes the database grew under garbage of one device."""
    size = "SELECT pg_database_size(current_database())"
    with site.ingest():
        honest = site.enter("honest-3")
        _store_first(site, honest, "honest-3")
        before, hostile = _ask(site.database, size), site.enter("hostile")
        with suppress(Empty):  # a broker may throw it out
            for _ in range(GARBAGE):
                hostile.publish(f"cityops/{AREA}/{DOMAIN}/hostile/telemetry", os.urandom(MEGABYTE))
        hostile.close()
        _store_first(site, honest, "honest-3")  # it has been through all of that
        honest.close()
        return (_ask(site.database, size) - before) / MEGABYTE


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Run the shipped broker with some devices, and a database."""
    with EmbeddedPostgres(folder / "postgres") as postgres, shipped_broker() as broker:
        database = Database(postgres.url, application="benchmark")
        migrate(database, load_catalogue(), report=lambda _: None)
        for name in ("honest-1", "honest-2", "honest-3", "hostile"):
            said = run_script("account.sh", name, secrets=broker.secrets)
            (folder / f"{name}.password").write_text(said.split("password ", 1)[1].split()[0])
        broker.reload()
        yield Site(broker, database, postgres.url, folder)
        database.close()


class _Gap:
    """The longest time without a change of a count, until a watch is over."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._began = self._changed = time.monotonic()
        self._count = -1

    def is_over(self, count: int, now: float) -> bool:
        self.longest = max(self.longest, now - self._changed)
        if count != self._count:
            self._count, self._changed = count, now
        return now - self._began > POISONED_FOR


def _beat_until(database: Database, other: Device, root: str, is_over: Callable[[int, float], bool], what: str) -> None:
    """Have a device report again and again until what is stored of it fits."""
    sensor = root.rsplit("/", 1)[1]

    def beat() -> bool:
        other.measure(root, utc_now(), gas_lel=1)
        time.sleep(HEART_EVERY)
        return is_over(_stored(database, sensor), time.monotonic())

    wait_for(beat, what, seconds=4 * POISONED_FOR)


def _many_days() -> str:
    first = datetime(2000, 1, 1, tzinfo=UTC)
    times = [first + timedelta(days=day) for day in range(DAYS)]
    return json.dumps([{"time": time.isoformat(timespec="seconds"), "values": {"gas_lel": 1}} for time in times])


def _lost(site: Site, name: str, attack: Callable[[], None]) -> int:
    """Return how many of a device's readings are missing: half are sent before an attack, half under it."""
    honest = site.enter(name)
    _store_first(site, honest, name)
    before, start = _stored(site.database, name), utc_now()
    for number in range(READINGS):
        if number == READINGS // 2:
            attack()
        _report(honest, name, start + timedelta(milliseconds=number))
    _settle(site.database, name)
    honest.close()
    return READINGS - (_stored(site.database, name) - before)


def _connect_as_others(site: Site) -> None:
    for client_id in (OURS, "ingest", f"{OURS}-1"):
        with suppress(ConnectionRefusedError, Empty):
            site.enter("hostile", client_id)


def _subscribe_to_shares(site: Site) -> None:
    hostile = site.enter("hostile")
    for topic in (f"$share/{GROUP}/cityops/#", f"$share/{OURS}/cityops/#", f"$share/{GROUP}/cityops/+/+/+/telemetry"):
        with suppress(Empty):
            hostile.subscribe(topic)


def _store_first(site: Site, honest: Session, name: str) -> None:
    """Register a device and report until something new of it is stored: ingest has done what came before."""
    # Retained, because ingest may not be there yet.
    honest.client.publish(f"cityops/{AREA}/{DOMAIN}/{name}/meta", META, qos=1, retain=True)
    honest.published.get(timeout=10)
    before = _stored(site.database, name)

    def report() -> bool:
        _report(honest, name, utc_now())
        time.sleep(HEART_EVERY)
        return _stored(site.database, name) > before

    wait_for(report, f"a reading of {name}", seconds=120)
    _settle(site.database, name)


def _report(honest: Session, name: str, time: datetime) -> None:
    said = {"time": time.isoformat(), "values": {"gas_lel": 1}}
    honest.publish(f"cityops/{AREA}/{DOMAIN}/{name}/telemetry", json.dumps(said).encode())


def _settle(database: Database, sensor: str) -> None:
    """Wait until nothing more of a sensor comes."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < SETTLED_AFTER:
        count = _stored(database, sensor)
        last, since = (last, since) if count == last else (count, time.monotonic())
        time.sleep(HEART_EVERY)


def _stored(database: Database, sensor: str) -> int:
    return int(_ask(database, STORED, sensor=sensor))


def _ask(database: Database, statement: str, **values: object) -> int:
    with database.transaction() as tx:
        return int(tx.value(statement, **values))
