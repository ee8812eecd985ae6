"""Whatever one sensor sends, its rows and its alert are what a simple model says (docs/explanation/time.md).

Real storage and detection, a new sensor for each example. The model knows nothing of batches, workers or tables.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.board import alert_reader
from alerts.board.evidence import judge_evidence
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.operations.job_parts import JobParts
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RAISES, CLEARS = 40, 30  # of the rule gas-emergency
SECOND = 1_000_000  # µs; all times of the model are microseconds after START
DAY = 86_400 * SECOND

Reading = tuple[int, float]  # the device's time, value


class Report(NamedTuple):
    """A message as it was sent, with the readings that are in it."""

    readings: tuple[Reading, ...]
    at: int
    retained: bool = False
    beside: str = ""  # what is wrong in it, beside the sound values; see BESIDE


@dataclass
class Model:
    """One sensor by the sentences."""

    rows: dict[int, float] = field(default_factory=dict)  # value by the time that is stored
    newest: int = -(10**18)  # event time of the newest reading
    value: float = 0  # and its value
    active: bool = False
    error: int = 0  # of the clock, as far as it is known
    doubt: tuple[int, int] | None = None  # time and arrival of a report that did not agree
    is_erratic: bool = False  # the last two that did not agree kept no step: two that do may be so by chance
    moved: int = 0  # what was added to the last times that cannot be
    letters: int = 0

    def hear(self, report: Report) -> None:
        """Take a message. What is wrong in it becomes letters, part by part, and costs the sound values nothing."""
        if not report.retained:  # what a broker repeats is not buried again
            self.letters += {"no number": len(report.readings), "no object": 1}.get(report.beside, 0)
        newest = max(time for time, _ in report.readings)
        known = self.error, self.doubt, self.is_erratic
        shift = self._correct(newest, report.at)
        if report.retained:
            self.error, self.doubt, self.is_erratic = known
        cannot_be = newest > report.at + 300 * SECOND or self.error < -300 * SECOND
        if cannot_be and newest + self.moved > report.at + 10 * SECOND:
            self.moved = shift
        fresh = []
        for time, value in report.readings:
            place = time + (self.moved if cannot_be else 0)
            while self.rows.get(place, value) != value:  # two values are two facts
                place += 1
            if place not in self.rows:
                self.rows[place] = value
                fresh.append((place - (self.moved if cannot_be else 0) + shift, value))
        for event, value in sorted(fresh):
            self._judge(event, value, report)

    def _correct(self, time: int, at: int) -> int:
        """Return what to add to a message's times."""
        error = at - time
        if abs(error - self.error) <= 10 * SECOND:
            self.doubt, self.is_erratic = None, False
            return self.error
        if self.doubt is None:
            self.doubt = time, at
            return self._doubtful(error)
        first = self.doubt[1] - self.doubt[0]
        if self.doubt[0] == time:
            return self._doubtful(first)  # the same once more
        keeps_step = self._keeps_step(*self.doubt, time, at)
        if keeps_step and not self.is_erratic:
            self.error = 0 if max(abs(first), abs(error)) <= 10 * SECOND else first
            self.doubt = None
            return self.error
        self.is_erratic = not keeps_step and (self.is_erratic or abs(error - first) > SECOND)
        self.doubt = time, at
        return self._doubtful(error)

    def _doubtful(self, error: int) -> int:
        return self.error if error > self.error else error  # nothing is measured after it came

    @staticmethod
    def _keeps_step(time: int, at: int, next_time: int, next_at: int) -> bool:
        ours, theirs = next_at - at, next_time - time
        return ours >= SECOND and abs(ours - theirs) <= min(10 * SECOND, ours // 2)

    def _judge(self, event: int, value: float, report: Report) -> None:
        if event <= self.newest:
            return
        self.newest, self.value = event, value
        if not report.retained and report.at - event <= 900 * SECOND:
            self.active = (self.active and value >= CLEARS) or value >= RAISES


@dataclass
class Device:
    """What happens to a sensor, step by step, and what it and its broker send."""

    at: int = 0
    off: int = 0
    sent: list[Report] = field(default_factory=list)

    def step(self, gap: int, what: str, value: float, number: int, beside: str) -> Report:
        """Wait, and send something."""
        self.at += gap * SECOND
        now = self.at + self.off
        match what:
            case "set the clock":
                self.off = OFFS[number % len(OFFS)] * SECOND
                report = Report(((self.at + self.off, value),), self.at)
            case "late" if self.off <= 0:
                report = Report(((now - number * 7 * SECOND, value),), self.at)
            case "kept":
                report = Report(
                    tuple((now - 15 * SECOND * back, value + back) for back in range(number, 0, -1)), self.at
                )
            case "same time" if self.sent:
                report = Report(((self.sent[-1].readings[-1][0], value),), self.at)
            case "again" | "retained" if self.sent:
                report = self.sent[number % len(self.sent)]._replace(at=self.at, retained=what == "retained")
            case _:
                report = Report(((now, value),), self.at)
        if what not in {"again", "retained"}:
            report = report._replace(beside=beside)
        self.sent.append(report)
        return report


# The values of one object, by what is wrong beside the sound one.
BESIDE = {
    "": '"gas_lel": %s',
    "a string": '"gas_lel": "%s"',
    "a name that nobody knows": '"gas_lel": %s, "battery": 3.6',
    "null": '"gas_lel": %s, "gas_lel": null',
    "no number": '"gas_lel": "none", "gas_lel": %s',
    "no object": '"gas_lel": %s',  # one more element of the array
}
OFFS = [0, 8, -8, 60, -60, 280, -280, -3600, 3600]
STEPS = st.tuples(
    st.sampled_from([1, 2, 15, 15, 15, 60, 1000, 4000]),  # seconds of silence before it
    st.sampled_from(["report", "report", "set the clock", "late", "kept", "same time", "again", "retained"]),
    st.sampled_from([2, 35, 65]),
    st.integers(1, 20),
    st.sampled_from([*BESIDE]),
)


def test_rows_newest_value_and_alert_of_one_sensor_are_as_the_model_says(
    database: Database, catalogue: Catalogue
) -> None:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(START)
    names = (f"G-{number}" for number in range(10**6))

    @settings(max_examples=25, suppress_health_check=[HealthCheck.nested_given])
    @given(st.lists(STEPS, min_size=2, max_size=10))
    def compare(steps: list[tuple[int, str, float, int, str]]) -> None:
        name, model, device = next(names), Model(), Device()
        keeper.store([_message(name, "meta", json.dumps(META), START)], START)
        for step in steps:
            report = device.step(*step)
            at = _moment(report.at)
            keeper.store([_telemetry(name, report)], at)
            model.hear(report)
            assert _is_active(database, name) == (model.active, False), (steps, step, model)
        keeper.catch_up(_moment(device.at))
        assert _rows(database, name) == [(_moment(time), value) for time, value in sorted(model.rows.items())]
        assert _latest(database, name) == (model.value, _moment(model.newest)), (steps, model)
        assert _letters(database, name) == model.letters, steps

        with database.transaction() as tx:  # silence clears nothing
            judge_evidence(tx, JobParts(tx, "alerts"), _moment(device.at + DAY))
        assert _is_active(database, name) == (model.active, model.active)

    compare()


META = {"kind": "gas_detector", "name": "燃气", "lon": 118.8, "lat": 31.9}


def _moment(microseconds: int) -> datetime:
    return START + timedelta(microseconds=microseconds)


def _message(name: str, channel: str, body: str, at: datetime, *, retained: bool = False) -> Message:
    topic = f"cityops/990101001001/emergency/{name}/{channel}"
    return Message(topic, body.encode(), at, retained=retained)


def _telemetry(name: str, report: Report) -> Message:
    objects = [
        f'{{"time": "{_moment(time).isoformat()}", "values": {{{BESIDE[report.beside] % value}}}}}'
        for time, value in report.readings
    ]
    body = f"[{', '.join([*objects, '17'] if report.beside == 'no object' else objects)}]"
    return _message(name, "telemetry", body, _moment(report.at), retained=report.retained)


def _is_active(database: Database, name: str) -> tuple[bool, bool]:
    with database.transaction() as tx:
        alerts = alert_reader.open_alerts(tx)
    mine = [one for one in alerts if one.active and (one.sensor_id, one.rule_id) == (name, "gas-emergency")]
    return len(mine) > 0, any(alert.is_stale for alert in mine)


def _rows(database: Database, name: str) -> list[tuple[datetime, float]]:
    query = "SELECT time, value FROM reading JOIN series USING (series_id) WHERE sensor_id = %(name)s ORDER BY time"
    with database.transaction() as tx:
        return [(row["time"], row["value"]) for row in tx.rows(query, name=name)]


def _latest(database: Database, name: str) -> tuple[float, datetime]:
    query = "SELECT value, time FROM latest JOIN series USING (series_id) WHERE sensor_id = %(name)s"
    with database.transaction() as tx:
        row = tx.row(query, name=name)
    assert row is not None
    return row["value"], row["time"]


def _letters(database: Database, name: str) -> int:
    query = "SELECT count(*) FROM dead_letter WHERE topic LIKE %(topic)s"
    with database.transaction() as tx:
        return int(tx.value(query, topic=f"%/{name}/%"))
