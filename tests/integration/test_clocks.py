"""No clock makes a device deaf: real storage and detection, devices with every sort of clock."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.board import alert_reader
from alerts.board.evidence import judge_evidence
from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.operations.job_parts import JobParts
from cityops.storage.readings.latest import latest_frame
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY, YEAR = 3600.0, 86_400.0, 365 * 86_400.0
CLOCKS = [0, 9, -60, 280, HOUR, -HOUR, 30 * DAY, -50 * YEAR]


class City:
    """A worker, and what it made of what devices said; seconds count from START, of our clock."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database, self.catalogue = database, catalogue
        self.devices = 0
        self.begin()

    def begin(self) -> None:
        """Start a worker; one that was there before is forgotten."""
        self.keeper = BatchWriter(self.database, self.catalogue, Engine(load_rules(self.catalogue), self.catalogue))
        self.keeper.start(START)

    def device(self, kind: str = "gas_detector", metric: str = "gas_lel") -> "Device":
        self.devices += 1
        return Device(self, f"D-{self.devices}", kind, metric)

    def watch(self, at: float) -> None:
        """One round of the timed jobs."""
        now = START + timedelta(seconds=at)
        clockwork = TimedEvaluator(Engine(load_rules(self.catalogue), self.catalogue), load_standards())
        clockwork.do_round(self.database, now)
        with self.database.transaction() as tx:
            judge_evidence(tx, JobParts(tx, "alerts"), now)


class Device:
    """A registered device, whose clock may be wrong."""

    def __init__(self, city: City, name: str, kind: str, metric: str) -> None:
        self.city, self.name, self.metric = city, name, metric
        domain = city.catalogue.kind[kind].domain
        self.root = f"cityops/990101001001/{domain}/{name}/"
        self.sent: list[Message] = []
        body = {"kind": kind, "name": name, "lon": 118.8, "lat": 31.9}
        city.keeper.store([Message(self.root + "meta", json.dumps(body).encode(), START)], START)

    def say(self, value: float, at: float, *, off: float = 0, late: float = 0) -> None:
        """A reading arrives at a moment, from a clock that is so many seconds off (positive: ahead)."""
        self.say_all([(value, late)], at, off=off)

    def say_all(self, values: list[tuple[float, float]], at: float, *, off: float = 0) -> None:
        """An array of readings, each so many seconds late."""
        self.arrive(self._message(values, at, off=off))

    def message(self, value: float, at: float, *, off: float = 0, waits: float = 0) -> Message:
        """Return what the device sends at a moment, and the broker keeps for so long."""
        return self._message([(value, 0)], at, off=off, waits=waits)

    def _message(self, values: list[tuple[float, float]], at: float, *, off: float, waits: float = 0) -> Message:
        entries = [
            {"time": (START + timedelta(seconds=at - late + off)).isoformat(), "values": {self.metric: value}}
            for value, late in values
        ]
        arrival = START + timedelta(seconds=at + waits)
        return Message(self.root + "telemetry", json.dumps(entries).encode(), arrival)

    def arrive(self, message: Message) -> None:
        self.sent.append(message)
        self.city.keeper.store([message], message.received_at + timedelta(milliseconds=20))

    def alert(self, rule: str = "gas-emergency") -> tuple[bool, bool]:
        """Whether an alert is active, and whether it is stale."""
        with self.city.database.transaction() as tx:
            alerts = alert_reader.open_alerts(tx)
        mine = [alert for alert in alerts if (alert.sensor_id, alert.rule_id) == (self.name, rule)]
        return any(alert.active for alert in mine), any(alert.is_stale for alert in mine)

    def is_active(self, rule: str = "gas-emergency") -> bool:
        return self.alert(rule)[0]

    def newest(self) -> tuple[float, float]:
        """The newest value, and when it was measured."""
        with self.city.database.transaction() as tx:
            latest = latest_frame(tx)
        row = latest[latest["sensor_id"] == self.name].iloc[0]
        return float(row["value"]), (row["time"] - START).total_seconds()

    def stored(self) -> int:
        with self.city.database.transaction() as tx:
            query = "SELECT count(*) FROM reading JOIN series USING (series_id) WHERE sensor_id = %(sensor)s"
            return int(tx.value(query, sensor=self.name))


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> City:
    return City(database, catalogue)


def test_a_clock_that_is_steadily_wrong_is_heard_by_its_second_report(city: City) -> None:
    for off in CLOCKS:
        device = city.device()
        device.say(65, 0, off=off)
        device.say(65, 2, off=off)
        assert device.is_active(), off
        assert device.newest() == pytest.approx((65, 2), abs=10), off

        device.say(2, 4, off=off)
        assert not device.is_active(), off
        assert device.newest() == pytest.approx((2, 4), abs=10), off
        assert device.stored() == 3, off


@pytest.mark.parametrize("after", [0, 280, -280, -HOUR])
def test_a_clock_that_jumps_is_heard_by_its_second_report(city: City, after: float) -> None:
    for before in CLOCKS:
        device = city.device()
        for at in range(0, 60, 15):
            device.say(2, at, off=before)
        device.say(65, 61, off=after)
        device.say(65, 63, off=after)
        assert device.is_active(), before
        assert device.newest() == pytest.approx((65, 63), abs=10), before
        assert device.stored() == 6, before

        device.say(2, 65, off=after)
        assert not device.is_active(), before


def test_one_stamp_ahead_hides_nothing(city: City) -> None:
    """A device runs on a wrong clock until it is set."""
    for off in (60, 280, HOUR, 30 * DAY):
        device = city.device()
        device.say(2, 0, off=off)
        device.say(65, 2)
        assert device.is_active(), off
        assert device.newest() == (65, 2), off
        device.say(2, 4)
        assert not device.is_active(), off


def test_a_late_reading_of_between_two_others_changes_nothing(city: City) -> None:
    device = city.device()
    device.say(65, 0)
    device.say(2, 30)
    device.say(70, 31, late=16)
    assert not device.is_active()
    device.say(65, 45)
    device.say(2, 47, late=20)
    assert device.is_active()
    assert device.newest() == (65, 45)


@pytest.mark.parametrize("off", [0, HOUR, -HOUR])
def test_what_a_device_kept_says_nothing_of_the_present(city: City, off: float) -> None:
    device = city.device()
    device.say(2, 0, off=off)
    device.say(2, 15, off=off)
    for number in range(9):  # one by one, as fast as it can
        device.say(65, 7200 + number / 10, off=off, late=3600 - 15 * number)
    device.say_all([(65, 3000 - 15 * number) for number in range(100)], 7203, off=off)
    for number in range(4):  # slowly: a message a second
        device.say(65, 7210 + number, off=off, late=1400 - 15 * number)
    assert not device.is_active()
    assert device.stored() == 115

    device.say(65, 7220, off=off)
    assert device.is_active()


def test_what_is_known_of_a_clock_outlives_the_worker(city: City) -> None:
    for off in (HOUR, -HOUR, 280):
        device = city.device()
        device.say(2, 0, off=off)
        device.say(2, 15, off=off)
        city.begin()
        device.say(65, 30, off=off)
        assert device.is_active(), off
        assert device.newest() == pytest.approx((65, 30), abs=1), off


def test_what_the_broker_sends_again_is_stored_once_and_is_no_news(city: City) -> None:
    for off in CLOCKS:
        device = city.device()
        device.say(2, 0, off=off)
        device.say(65, 15, off=off)
        device.say(2, 30, off=off)
        city.begin()
        for message in device.sent.copy():
            device.arrive(Message(message.topic, message.payload, START + timedelta(seconds=40)))
        assert device.stored() == 3, off
        assert not device.is_active(), off


def test_a_wrong_clock_is_an_alert_until_it_is_right(city: City) -> None:
    wrong = [(city.device(), off) for off in (HOUR, -HOUR, 280, -280, -50 * YEAR)]
    right = city.device()
    for at in (0, 2, 4):
        right.say(2, at)
        for device, off in wrong:
            device.say(2, at, off=off)
    city.watch(5)
    assert [off for device, off in wrong if not device.is_active("clock-wrong")] == []
    assert not right.is_active("clock-wrong")

    for at in (6, 8, 10):
        for device, _ in wrong:
            device.say(2, at)
    city.watch(11)
    assert [off for device, off in wrong if device.is_active("clock-wrong")] == []


def test_an_alert_of_a_wrong_clock_turns_stale_when_its_sensor_is_silent_and_not_before(city: City) -> None:
    devices = {off: city.device() for off in (0, 280, HOUR, -HOUR, -50 * YEAR)}
    for at in range(0, 60, 15):
        for off, device in devices.items():
            device.say(65, at, off=off)
    city.watch(75)
    assert {off: device.alert() for off, device in devices.items()} == dict.fromkeys(devices, (True, False))

    city.watch(45 + 3 * 15 + 25)
    assert {off: device.alert() for off, device in devices.items()} == dict.fromkeys(devices, (True, True))


@pytest.mark.parametrize("off", [0, HOUR, -HOUR, 280])
def test_a_delay_runs_on_the_devices_time(city: City, off: float) -> None:
    """Wind for two minutes raises after two minutes: not at once, and not never."""
    device = city.device("weather_station", "wind_speed")
    raised = []
    for at in range(0, 240, 30):
        device.say(2 if at < 60 else 20, at, off=off)
        raised.append((at, device.is_active("gale")))

    assert [at for at, active in raised if active] == [180, 210]


def test_a_backlog_at_the_broker_is_no_fault_of_the_clocks(city: City) -> None:
    """Thirty devices that ingest hears three minutes late, again and again: their own times are right.

    One of them is an hour behind, which is found all the same; one raises its alert of a moment ago; and one comes by
    a way on which nothing waits.
    """
    slow, alarmed, prompt, *others = devices = [city.device() for _ in range(30)]
    for sent in (0.0, 20.0, 40.0, 60.0):
        batch = [
            slow.message(5, sent, off=-HOUR, waits=180),
            alarmed.message(60, sent, waits=180),
            prompt.message(5, sent + 180),
            *(device.message(5, sent, waits=180) for device in others),
        ]
        outcome = city.keeper.store(batch, batch[0].received_at)

    assert outcome.backlog == 180
    assert not slow.is_active("clock-wrong")
    city.watch(241)
    assert [device for device in devices if device.is_active("clock-wrong")] == [slow]
    assert [device.newest() for device in (slow, prompt, others[0])] == [(5.0, 60.0), (5.0, 240.0), (5.0, 60.0)]
    assert [device for device in devices if device.is_active()] == [alarmed]


def test_what_is_urgent_is_among_the_newest_with_its_commit(city: City) -> None:
    device = city.device()
    for value, urgent in ((1.0, False), (2.0, False), (3.0, True)):  # the first is new to the table, the second waits
        message = device.message(value, 60 + value)
        city.keeper.store([message], START + timedelta(seconds=60), urgent=urgent)
        if value == 2.0:
            assert device.newest()[0] == 1.0

    assert device.newest()[0] == 3.0
