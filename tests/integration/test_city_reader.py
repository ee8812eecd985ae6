"""What is read of the changes alone is what the whole city is; and every change is told."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from cases.life.states import CaseState
from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.scope import Scope
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.changes import CONNECTED, ChangedRows, read_notices
from cityops.storage.devices.identity import retire_sensor
from cityops.storage.devices.registry import SaidStatus, register_sensor, set_statuses
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.listener import ChangeListener
from dashboard.city.registry import Registry, read_registry
from dashboard.live import city_reader, presence_keeper
from dashboard.live.case_board import CaseBoard, CityCases
from dashboard.live.city_reader import CityReader, CityState
from dashboard.live.presence_keeper import AGAIN_EVERY, RETURNED_EVERY
from tests.alert_samples import detector, make_rule, open_alert, report
from tests.case_samples import do, report_case, start_city, walk
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI


@pytest.fixture
def listener(database: Database) -> Iterator[ChangeListener]:
    found = ChangeListener(database)
    assert found.hear(0) == [CONNECTED]
    yield found
    found.close()


def heard(listener: ChangeListener) -> ChangedRows:
    """Return all that was told until a probe, which comes after everything that was committed before it."""
    listener.probe()
    notices: list[str] = []
    while "probe" not in notices:
        notices += listener.hear(10)
    return read_notices(notices)


def hear_often(listener: ChangeListener) -> None:
    for _ in range(3):  # the first time it may only hear why
        listener.hear(5)


def assert_alike(found: CityState, whole: CityState) -> None:
    for name in ("latest", "facts"):
        frames = [getattr(city, name).reset_index(drop=True) for city in (found, whole)]
        assert_frame_equal(*frames)


def test_the_changes_alone_make_the_same_city_as_reading_it_whole(
    database: Database, catalogue: Catalogue, listener: ChangeListener
) -> None:
    now = utc_now()
    with database.transaction() as tx:
        series = [detector(tx, f"gas-{number}") for number in range(3)]
        for one in series:
            report(tx, one, now - timedelta(seconds=20))
        first = open_alert(tx, make_rule(2), series[0], at=now)
    heard(listener)
    reader = CityReader(database, catalogue, monotonic=count(0.0, 2.0).__next__)
    before = reader.read(heard(listener) | ChangedRows(everything=True), now)

    def step(change: Any) -> ChangedRows:
        with database.transaction() as tx:
            change(tx)
        changed = heard(listener)
        assert not changed.everything
        other = CityReader(database, catalogue)
        assert_alike(reader.read(changed, now), other.read(ChangedRows(), now))
        assert reader.board.newest.alerts == other.board.newest.alerts
        return changed

    assert step(lambda tx: report(tx, series[0], now)).series == {series[0]}
    second: list[Any] = []
    opened = step(lambda tx: second.append(open_alert(tx, make_rule(1), series[1], at=now)))
    assert opened.alerts == {second[0].alert_id}
    step(lambda tx: actions.acknowledge(tx, first.alert_id, AlertAct("li", now), version=first.version))
    assert step(lambda tx: set_statuses(tx, [SaidStatus("gas-2", "offline", now)])).sensors == {"gas-2"}
    step(lambda tx: report(tx, detector(tx, "gas-new"), now))
    step(lambda tx: retire_sensor(tx, "gas-1", "dismantled", now))
    assert len(reader.board.newest.alerts) == 2
    assert before.latest["time"].iloc[0] < now  # whoever draws an older city goes on undisturbed


def test_the_cases_that_changed_are_told_and_read_alone(database: Database, listener: ChangeListener) -> None:
    start_city(database)
    now = people.START + timedelta(hours=2)
    board, ids = CaseBoard(SHANGHAI), list[int]()

    def step(change: Any, *, told: bool = True) -> CityCases:
        with database.transaction() as tx:
            change(tx)
        changed = heard(listener) if told else ChangedRows()
        with database.transaction() as tx:
            return board.read(tx, changed, now)

    step(lambda tx: ids.append(walk(tx, people.TO_HANDLED)))
    found = step(lambda tx: ids.append(report_case(tx))).cases
    assert [(found[one].filed_at is None, found[one].handled_at is None) for one in ids] == [
        (False, False),
        (True, True),
    ]
    for act, actor, details in people.PATHS[CaseState.CLOSED][-3:]:
        kept = step(lambda tx: do(tx, ids[0], act, actor, details, now))  # noqa: B023
    with database.transaction() as tx:
        assert kept.cases == CaseBoard(SHANGHAI).read(tx, ChangedRows(), now).cases
    assert kept.cases[ids[0]].ended_at == now
    # What nobody told is found within a minute; yesterday's are gone.
    assert step(report_case, told=False).cases == kept.cases
    now += timedelta(seconds=61)
    assert len(step(lambda tx: None, told=False).cases) == 3
    now += timedelta(days=1)
    assert ids[0] not in step(lambda tx: None, told=False).cases


def test_only_what_changed_is_read(database: Database, catalogue: Catalogue) -> None:
    now = utc_now()
    with database.transaction() as tx:
        one, other = detector(tx, "gas-1"), detector(tx, "gas-2")
        report(tx, one, now - timedelta(seconds=20))
        report(tx, other, now - timedelta(seconds=20))
    reader = CityReader(database, catalogue)
    reader.read(ChangedRows(), now)
    with database.transaction() as tx:
        report(tx, one, now)
        report(tx, other, now)

    latest = reader.read(ChangedRows(series=frozenset({one})), now).latest.set_index("sensor_id")["time"]
    assert (latest["gas-1"], latest["gas-2"]) == (pd.Timestamp(now), pd.Timestamp(now - timedelta(seconds=20)))
    whole = reader.read(ChangedRows(), now + timedelta(seconds=60)).latest.set_index("sensor_id")["time"]
    assert whole["gas-2"] == pd.Timestamp(now)


def test_that_a_device_goes_on_to_report_is_read_a_second_later_at_most(
    database: Database, catalogue: Catalogue
) -> None:
    now, clock = utc_now(), [0.0]
    with database.transaction() as tx:
        series = detector(tx, "gas-1")
        report(tx, series, now - timedelta(seconds=20))
    reader = CityReader(database, catalogue, monotonic=lambda: clock[0])
    reader.read(ChangedRows(), now)
    reader.read(ChangedRows(series=frozenset({series})), now)  # the first is read at once
    with database.transaction() as tx:
        report(tx, series, now)

    changed = reader.read(ChangedRows(series=frozenset({series})), now)
    clock[0] += RETURNED_EVERY
    later = reader.read(ChangedRows(), now)

    heard = [pd.Timestamp(city.facts["heard_at"].iloc[0]) for city in (changed, later)]
    assert heard == [pd.Timestamp(now - timedelta(seconds=20)), pd.Timestamp(now)]


def test_whom_a_failed_read_was_to_look_up_is_looked_up_the_next_time(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, clock = utc_now(), [0.0]
    with database.transaction() as tx:
        series = detector(tx, "gas-1")
        report(tx, series, now - timedelta(seconds=20))
    reader = CityReader(database, catalogue, monotonic=lambda: clock[0])
    reader.read(ChangedRows(), now)
    reader.read(ChangedRows(series=frozenset({series})), now)
    with database.transaction() as tx:
        report(tx, series, now)
    reader.read(ChangedRows(series=frozenset({series})), now)
    clock[0] += RETURNED_EVERY
    with monkeypatch.context() as away:
        away.setattr(presence_keeper, "update_facts", _fail)
        with pytest.raises(StorageError):
            reader.read(ChangedRows(), now)

    facts = reader.read(ChangedRows(), now).facts

    assert facts["heard_at"].tolist() == [pd.Timestamp(now)]


def _fail(*_: object) -> None:
    raise StorageError


def test_a_device_that_goes_on_to_report_is_known_by_its_newest_readings(
    database: Database, catalogue: Catalogue
) -> None:
    now = utc_now()
    old, late = now - timedelta(seconds=20), now - timedelta(days=1)
    with database.transaction() as tx:
        series = {name: detector(tx, name) for name in ("gas-1", "gas-2")}
        for one, at in zip(series.values(), (old, late), strict=True):
            report(tx, one, at)
        for name, at in zip(series, (old, late), strict=True):
            tx.execute(
                "INSERT INTO ledger (sensor_id, received, stored, duplicate, dead_lettered, resent, restarts,"
                " missing_before, run_seen, heard_at, reporting_since, interval_seconds, clock_skew_seconds)"
                " VALUES (%(name)s, 1, 1, 0, 0, 0, 0, 0, 0, %(at)s, %(at)s, 30, 0.1)",
                name=name, at=at,
            )  # fmt: skip
    reader = CityReader(database, catalogue, monotonic=count(0.0, 0.001).__next__)
    reader.read(ChangedRows(), now)
    reader.read(ChangedRows(), now)
    with database.transaction() as tx:
        for one in series.values():
            report(tx, one, now)
        tx.execute("UPDATE ledger SET heard_at = %(now)s, reporting_since = %(now)s, clock_skew_seconds = 9", now=now)

    facts = reader.read(ChangedRows(series=frozenset(series.values())), now).facts.set_index("sensor_id")

    assert facts["heard_at"].tolist() == [pd.Timestamp(now), pd.Timestamp(late)]
    assert facts["clock_skew_seconds"].tolist() == [0.1, 0.1]  # nobody asked the ledger: the one waits for its turn


def test_devices_of_which_nobody_tells_are_looked_up_again_in_turn(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_keeper, "AGAIN", 2)
    now, clock = utc_now(), [0.0]
    with database.transaction() as tx:
        for number in range(3):
            detector(tx, f"gas-{number}")
    reader = CityReader(database, catalogue, monotonic=lambda: clock[0])
    reader.read(ChangedRows(), now)
    with database.transaction() as tx:
        tx.execute("UPDATE sensor SET status = 'online'")

    def online(seconds: float) -> list[str]:
        clock[0] += seconds
        facts = reader.read(ChangedRows(), now).facts
        return sorted(facts["sensor_id"][facts["status"] == "online"])

    assert online(0.9 * AGAIN_EVERY) == []
    with monkeypatch.context() as away:
        away.setattr(presence_keeper, "update_facts", _fail)
        with pytest.raises(StorageError):
            online(0.1 * AGAIN_EVERY)
    assert online(0) == ["gas-0", "gas-1"]
    assert online(AGAIN_EVERY) == ["gas-0", "gas-1", "gas-2"]


def test_while_a_city_registers_reading_what_stands_takes_a_tenth_of_the_time(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0

    def read_slowly(tx: Transaction) -> Registry:
        nonlocal seconds
        seconds += 1.0
        return read_registry(tx)

    monkeypatch.setattr(city_reader, "read_registry", read_slowly)
    reader = CityReader(database, catalogue, monotonic=lambda: seconds)

    def seen_after(moment: float, name: str) -> int:
        nonlocal seconds
        seconds = moment
        with database.transaction() as tx:
            report(tx, detector(tx, name), utc_now())
        return len(reader.read(ChangedRows(), utc_now()).registry.sensors)

    with database.transaction() as tx:
        store_areas(tx, [Area("990101", "望湖区", AreaLevel.DISTRICT, None, "Wanghu", None)])
    assert seen_after(0.0, "gas-1") == 1  # a second, so the next is due after ten
    assert seen_after(10.9, "gas-2") == 1
    assert seen_after(11.1, "gas-3") == 3


def test_a_scope_reads_its_own_part_of_what_changed(database: Database, catalogue: Catalogue) -> None:
    now = utc_now()
    with database.transaction() as tx:
        mine, theirs = detector(tx, "gas-1"), detector(tx, "gas-2")
        report(tx, mine, now - timedelta(seconds=20))
        register_sensor(tx, Sensor("air-9", "990102", "environment", "air_station", "九号", 119.1, 30.0), now)
    narrow = database.within(Scope(domains=("environment",), areas=None))
    reader = CityReader(narrow, catalogue)
    assert reader.read(ChangedRows(), now).latest.empty

    with database.transaction() as tx:
        report(tx, theirs, now)
        alert = open_alert(tx, make_rule(1), theirs, at=now)
    found = reader.read(ChangedRows(series=frozenset({mine, theirs}), alerts=frozenset({alert.alert_id})), now)

    assert found.latest.empty
    assert reader.board.newest.alerts == []
    assert found.facts["sensor_id"].tolist() == ["air-9"]


def test_a_listener_that_lost_its_connection_says_so_and_hears_again(
    database: Database, listener: ChangeListener
) -> None:
    with database.transaction() as tx:
        tx.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE '%LISTEN cityops%' AND pid <> pg_backend_pid()"
        )
    with pytest.raises(StorageError):
        hear_often(listener)

    assert listener.hear(0) == [CONNECTED]
    with database.transaction() as tx:
        series = detector(tx, "gas-1")
        report(tx, series, utc_now())
    assert heard(listener).series == {series}


def test_many_changes_of_one_commit_are_all_told(database: Database, listener: ChangeListener) -> None:
    now = utc_now()
    with database.transaction() as tx:
        tx.execute(
            "SELECT announce_changes('sensor', array_agg('a-sensor-with-a-long-name-' || n))"
            " FROM generate_series(1, 3000) AS n"
        )
        series = [detector(tx, f"gas-{number}") for number in range(30)]
        for one in series:
            report(tx, one, now)

    changed = heard(listener)

    assert len(changed.sensors) >= 3000
    assert changed.series == set(series)


def test_an_alert_is_told_again_when_somebody_was_told_of_it(database: Database, listener: ChangeListener) -> None:
    now = utc_now()
    with database.transaction() as tx:
        series = detector(tx, "gas-1")
        report(tx, series, now)
        alert = open_alert(tx, make_rule(1), series, at=now)
    heard(listener)
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO notification (key, alert_id, channel, kind, level, severity, title, body, created_at, due_at)"
            " VALUES ('k', %(alert)s, 'sms', 'raised', 0, 1, '', '', now(), now())",
            alert=alert.alert_id,
        )
    assert heard(listener).alerts == {alert.alert_id}
    with database.transaction() as tx:
        shown = alert_reader.update_open_alerts(tx, [], [alert.alert_id])
    assert [one.alert_id for one in shown] == [alert.alert_id]
