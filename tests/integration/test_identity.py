"""Who a sensor is: twins, replaced devices, retired ones, and whose word is in force."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import msgspec
import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices import sensor_changes
from cityops.devices.sensors import Sensor
from cityops.devices.topics import Address
from cityops.errors import CityOpsError
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices import identity as store
from cityops.storage.devices.ledger import presence_frame
from cityops.storage.devices.registry import load_sensors, register_sensors, sensor_frame, series_ids
from cityops.storage.messages.border import unmapped_frame
from cityops.storage.messages.dead_letters import dead_letter_frame
from cityops.storage.readings.latest import latest_frame
from cityops.storage.readings.table import ReadingRow, history_frame, write_readings
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from ingest.storing.registrar import register
from tests.programs import wait_for

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NORTH, SOUTH = "990101001001", "990102002002"
GAS = {"kind": "gas_detector", "name": "北", "lon": 118.8, "lat": 31.9}


class City:
    """One city with several ingest workers, told what devices say."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database, self._catalogue = database, catalogue
        self._seconds = 0
        self.worker = self.new_worker()

    def new_worker(self) -> BatchWriter:
        keeper = BatchWriter(self.database, self._catalogue, Engine(load_rules(self._catalogue), self._catalogue))
        keeper.start(NOW)
        return keeper

    @property
    def now(self) -> datetime:
        return NOW + timedelta(seconds=self._seconds)

    def say(
        self,
        channel: str,
        payload: object,
        *,
        area: str = NORTH,
        domain: str = "emergency",
        retained: bool = False,
        worker: BatchWriter | None = None,
    ) -> list[tuple[str, str]]:
        """Have the device G say something; return field and reason of the letters that it made."""
        self._seconds += 2
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        message = Message(f"cityops/{area}/{domain}/G/{channel}", body, self.now)
        before = len(self.letters())
        (worker or self.worker).store([msgspec.structs.replace(message, retained=retained)], self.now)
        return self.letters()[: len(self.letters()) - before]

    def measure(self, value: float = 1, *, metric: str = "gas_lel", **options: object) -> list[tuple[str, str]]:
        time = (self.now + timedelta(seconds=2)).isoformat()
        return self.say("telemetry", {"time": time, "values": {metric: value}}, **options)  # type: ignore[arg-type]

    def letters(self) -> list[tuple[str, str]]:
        with self.database.transaction() as tx:
            frame = dead_letter_frame(tx, limit=100)
        return list(zip(frame["field"], frame["reason"], strict=True))

    def unmapped(self) -> list[tuple[str, int]]:
        with self.database.transaction() as tx:
            frame = unmapped_frame(tx)
        return list(zip(frame["name"], frame["count"], strict=True))

    def sensor(self) -> Sensor | None:
        with self.database.transaction() as tx:
            return load_sensors(tx).get("G")

    def presence(self) -> tuple[str, str] | None:
        with self.database.transaction() as tx:
            found = presence_frame(tx, self.now)
        return None if found.empty else (found.iloc[0]["state"], found.iloc[0]["reason"])

    def values(self, metric: str = "gas_lel") -> list[float]:
        with self.database.transaction() as tx:
            found = history_frame(tx, "G", metric, start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
        return [float(value) for value in found["value"]]

    def import_sensor(self, **change: object) -> None:
        values = {"sensor_id": "G", "area": NORTH, "domain": "emergency", "lon": 118.85, "lat": 31.95, **GAS, **change}
        with self.database.transaction() as tx:
            register_sensors(tx, [Sensor(**values)], self.now)  # type: ignore[arg-type]
            store.put_registry(tx, ["G"], self.now)

    def retire(self, reason: str = "dismantled") -> None:
        with self.database.transaction() as tx:
            assert store.retire_sensor(tx, "G", reason, self.now)


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> City:
    city = City(database, catalogue)
    assert city.say("meta", GAS) == []
    return city


def test_a_second_device_in_another_area_is_refused_and_shown(city: City) -> None:
    city.measure(1)

    told = city.say("meta", GAS | {"name": "南"}, area=SOUTH)
    spoken = city.measure(9, area=SOUTH)
    status = city.say("status", b"offline", area=SOUTH)

    assert [field for field, _ in told + spoken + status] == ["topic.area"] * 3
    assert city.values() == [1]
    assert city.presence() == ("contradictory", "two_devices")
    sensor = city.sensor()
    assert sensor is not None
    assert (sensor.area, sensor.name) == (NORTH, "北")


def introduce(city: City, *told: Sensor | Address) -> tuple[set[str], list[str]]:
    """Register in one batch; return who is registered, and the fields at fault of what was refused."""
    message = Message("cityops/x", b"", city.now)
    with city.database.transaction() as tx:
        registered, refused = register(tx, [(message, one) for one in told], city.now)
    return registered, [error.field for _, error in refused]


def test_what_one_batch_says_of_a_new_id_counts_in_its_order(city: City) -> None:
    new = Sensor("N", NORTH, "emergency", "gas_detector", "新", 118.8, 31.9)
    elsewhere, gone = replace(new, area=SOUTH, name="南"), Address(NORTH, "emergency", "N")
    others = [replace(new, sensor_id=f"N-{number}") for number in range(3)]

    assert introduce(city, gone, new) == ({"N"}, [])
    assert introduce(city, new) == ({"N"}, [])
    assert introduce(city, others[0], replace(others[0], name="改"), replace(others[0], area=SOUTH)) == (
        {"N-0"},
        ["topic.area"],
    )
    assert introduce(city, *others[1:], elsewhere, Address(NORTH, "emergency", "N-2")) == (
        {"N", "N-1"},
        ["topic.area"],
    )
    with city.database.transaction() as tx:
        found = load_sensors(tx)
    assert {name: found[name].name for name in ("N", "N-0", "N-1")} == {"N": "新", "N-0": "改", "N-1": "新"}


def test_of_two_workers_that_hear_of_new_devices_at_once_each_registers_its_own(city: City) -> None:
    new = [Sensor(f"N-{number}", NORTH, "emergency", "gas_detector", "新", 118.8, 31.9) for number in range(4)]
    found: list[tuple[set[str], list[str]]] = []
    with city.database.transaction() as tx:
        assert store.add_sensors(tx, new[:2], city.now) == {"N-0", "N-1"}
        other = Thread(target=lambda: found.append(introduce(city, *new)))
        other.start()
        wait_for(lambda: waiting_for_locks(city.database), "the second worker to wait")
    other.join()
    assert found == [({one.sensor_id for one in new}, [])]


def waiting_for_locks(database: Database) -> bool:
    with database.transaction() as tx:
        return bool(tx.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


def test_a_second_device_that_never_registered_is_seen_when_it_speaks(city: City) -> None:
    city.measure(1)

    assert [field for field, _ in city.measure(9, area=SOUTH)] == ["topic.area"]
    assert city.presence() == ("contradictory", "two_devices")


def test_a_second_device_of_another_kind_is_refused_and_shown(city: City) -> None:
    letters = city.say("meta", GAS | {"kind": "smoke_detector"})

    assert [field for field, _ in letters] == ["kind"]
    assert city.presence() == ("contradictory", "two_devices")
    assert city.measure(1) == []


def test_a_retained_registration_of_a_second_device_makes_one_letter(city: City) -> None:
    first = city.say("meta", GAS, area=SOUTH, retained=True)

    assert (len(first), city.say("meta", GAS, area=SOUTH, retained=True)) == (1, [])


def test_a_second_device_that_empties_its_registration_settles_it(city: City) -> None:
    city.say("meta", GAS, area=SOUTH)
    city.say("meta", b"", area=SOUTH)
    city.measure(1)

    assert city.presence() == ("online", "reports")


def test_of_two_devices_that_an_import_knows_the_first_that_speaks_is_the_one(
    database: Database, catalogue: Catalogue
) -> None:
    city = City(database, catalogue)
    city.import_sensor(area="9901")
    other = city.new_worker()

    assert city.measure(1) == []
    assert [field for field, _ in city.measure(9, area=SOUTH, worker=other)] == ["topic.area"]
    assert city.measure(2) == []


def test_an_import_outweighs_what_the_device_says_again(city: City) -> None:
    city.import_sensor(name="总控室", lon=118.9)

    for retained in (True, False):
        assert city.say("meta", GAS, retained=retained) == []

    sensor = city.sensor()
    assert sensor is not None
    assert (sensor.name, sensor.lon) == ("总控室", 118.9)
    with city.database.transaction() as tx:
        said = store.identity_frame(tx).iloc[0]
    assert (said["source"], said["said_name"], said["name"]) == ("device", "北", "总控室")


@pytest.mark.parametrize("worker", ["same", "other"])
def test_a_replaced_device_works_at_once_and_the_old_readings_stay(city: City, worker: str) -> None:
    keeper = city.worker if worker == "same" else city.new_worker()
    city.measure(1, worker=keeper)
    city.import_sensor(kind="smoke_detector")

    assert city.measure(2, metric="smoke", worker=keeper) == []
    assert city.measure(3, worker=keeper) == []
    assert (city.values("smoke"), city.values("gas_lel")) == ([2], [1])
    assert city.unmapped() == [("gas_lel", 1)]  # which is no name of a smoke detector
    assert city.presence() == ("online", "reports")


def test_a_device_that_left_may_come_back_as_another_kind_elsewhere(city: City) -> None:
    city.measure(1)
    city.say("meta", b"")
    city.say("meta", GAS | {"kind": "smoke_detector"}, area=SOUTH)

    assert city.measure(2, metric="smoke", area=SOUTH) == []
    sensor = city.sensor()
    assert sensor is not None
    assert (sensor.kind, sensor.area) == ("smoke_detector", SOUTH)


def test_an_emptied_registration_retires_the_sensor(city: City) -> None:
    city.measure(1)
    city.say("meta", b"")

    assert (city.sensor(), city.presence(), city.values()) == (None, None, [1])
    with city.database.transaction() as tx:
        assert sensor_frame(tx, retired=True).iloc[0]["retired_reason"] == "its registration was emptied"


def test_the_registry_outweighs_an_emptied_registration(city: City) -> None:
    city.import_sensor()
    city.say("meta", b"")

    assert city.measure(1) == []
    with city.database.transaction() as tx:
        assert store.identity_frame(tx).iloc[0]["emptied_at"] is not None


@pytest.mark.parametrize("worker", ["same", "other"])
def test_a_retired_sensor_that_reports_is_a_letter_and_registering_anew_brings_it_back(city: City, worker: str) -> None:
    keeper = city.worker if worker == "same" else city.new_worker()
    city.measure(1, worker=keeper)
    city.retire()

    letters = city.measure(2, worker=keeper)
    city.say("meta", GAS, retained=True, worker=keeper)
    assert ([field for field, _ in letters], "retired" in letters[0][1]) == (["topic.sensor"], True)
    assert city.sensor() is None

    city.say("meta", GAS, worker=keeper)
    assert city.measure(3, worker=keeper) == []
    assert city.sensor() is not None
    assert city.values() == [1, 2, 3]


def test_a_device_may_correct_its_name_and_place(city: City) -> None:
    assert city.say("meta", GAS | {"name": "新", "lat": 32.0}) == []

    sensor = city.sensor()
    assert sensor is not None
    assert (sensor.name, sensor.lat) == ("新", 32.0)


ORDER = sensor_changes.SensorChange("li", NOW)


def change(city: City, action: Callable[..., object], *values: object, **options: object) -> None:
    with city.database.transaction() as tx:
        action(tx, *values, ORDER, **options)


def test_a_renamed_and_moved_sensor_stays_so_whatever_its_device_says(city: City) -> None:
    change(city, sensor_changes.rename, "G", name="总控室")
    change(city, sensor_changes.move, "G", lon=119.0, lat=32.0, area=SOUTH)
    city.say("meta", GAS, area=SOUTH)

    sensor = city.sensor()
    assert sensor is not None
    assert (sensor.name, sensor.lon, sensor.area) == ("总控室", 119.0, SOUTH)
    assert city.measure(1, area=SOUTH) == []


def test_a_sensor_with_a_new_id_keeps_its_readings_and_the_old_id_is_given_up(city: City) -> None:
    city.measure(1)
    change(city, sensor_changes.renumber, "G", new_id="G-neu")

    assert [field for field, _ in city.say("meta", GAS)] == ["topic.sensor"]
    assert city.measure(2) != []
    with city.database.transaction() as tx:
        history = history_frame(tx, "G-neu", "gas_lel", start=NOW, end=NOW + timedelta(days=1))
        assert list(load_sensors(tx)) == ["G-neu"]
    assert history["value"].tolist() == [1]


def test_merged_sensors_have_one_history(city: City) -> None:
    city.measure(1)
    with city.database.transaction() as tx:
        register_sensors(tx, [Sensor("H", NORTH, "emergency", "gas_detector", "H", 118.8, 31.9)], NOW)
        series = series_ids(tx, [("H", "gas_lel")])["H", "gas_lel"]
        write_readings(tx, [ReadingRow(NOW, series, 5, Quality.GOOD)], NOW)
    change(city, sensor_changes.merge, "G", "H")

    with city.database.transaction() as tx:
        history = history_frame(tx, "H", "gas_lel", start=NOW, end=NOW + timedelta(days=1))
        actions = [row["action"] for row in tx.rows("SELECT action FROM audit_log")]
        latest = latest_frame(tx).set_index("sensor_id").loc["H", "value"]
    assert (history["value"].tolist(), latest) == ([5, 1], 1)
    assert actions == ["sensors.merge"]


@pytest.mark.parametrize(
    ("action", "values", "options", "words"),
    [
        (sensor_changes.retire, ["X"], {"reason": "r"}, "There is no sensor X in use"),
        (sensor_changes.retire, ["G"], {"reason": " "}, "A reason is needed"),
        (sensor_changes.rename, ["G"], {"name": "a\nb"}, "in one line"),
        (sensor_changes.renumber, ["G"], {"new_id": "a b"}, "no sensor id"),
        (sensor_changes.renumber, ["G"], {"new_id": "G"}, "is taken"),
        (sensor_changes.move, ["G"], {"lon": 200, "lat": 0}, "no place on earth"),
        (sensor_changes.merge, ["G", "G"], {}, "into itself"),
    ],
)
def test_a_change_that_makes_no_sense_says_what_to_do(
    city: City, action: Callable[..., object], values: list[object], options: dict[str, object], words: str
) -> None:
    with pytest.raises(CityOpsError, match=words):
        change(city, action, *values, **options)
