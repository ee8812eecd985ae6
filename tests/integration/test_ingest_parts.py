"""A part of a message is not the whole: what is sound is stored and judged, what is wrong is put aside by itself."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.board import alert_reader
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_totals
from cityops.storage.messages.border import missing_frame, unmapped_frame
from cityops.storage.messages.dead_letters import dead_letter_frame
from cityops.storage.messages.name_mappings import Mapping, remove_mapping, set_mapping
from ingest.dead_letters.letters import MOST_PARTS
from ingest.dead_letters.replay import replay
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MS = int(NOW.timestamp() * 1000)
AIR = "cityops/990101001001/environment/AQ-1/"
GAS = "cityops/990101001001/emergency/GAS-1/"
PLACE = {"lon": 118.8, "lat": 31.9}


def message(payload: object, channel: str = "telemetry", root: str = AIR) -> Message:
    return Message(root + channel, payload if isinstance(payload, bytes) else json.dumps(payload).encode(), NOW)


def values(text: str, *, root: str = AIR, after: int = 0) -> Message:
    return message(f'{{"time": {MS + after}, "values": {{{text}}}}}'.encode(), root=root)


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    air = {"kind": "air_station", "name": "空气 1"} | PLACE
    gas = {"kind": "gas_detector", "name": "燃气 1"} | PLACE
    keeper.store([message(air, "meta"), message(gas, "meta", GAS)], NOW)
    return keeper


def stored(database: Database) -> dict[str, list[tuple[float, int]]]:
    found: dict[str, list[tuple[float, int]]] = {}
    with database.transaction() as tx:
        rows = tx.rows("SELECT metric, value, quality FROM reading JOIN series USING (series_id) ORDER BY time, metric")
    for row in rows:
        found.setdefault(row["metric"], []).append((row["value"], row["quality"]))
    return found


def letters(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as tx:
        frame = dead_letter_frame(tx).sort_values("dead_letter_id")
    return [(row["field"], bytes(row["payload"]).decode()) for _, row in frame.iterrows()]


def test_each_wrong_value_is_a_letter_of_its_own_and_the_rest_is_stored(
    keeper: BatchWriter, database: Database
) -> None:
    outcome = keeper.store([values('"pm25": 35, "no2": NaN, "o3": 99999, "co": "0.5", "so2": true')], NOW)

    assert stored(database) == {"pm25": [(35, Quality.GOOD)], "co": [(0.5, Quality.GOOD)]}
    assert letters(database) == [
        ("values.no2", f'{{"time": {MS}, "values": {{"no2": NaN}}}}'),
        ("values.o3", f'{{"time": {MS}, "values": {{"o3": 99999}}}}'),
        ("values.so2", f'{{"time": {MS}, "values": {{"so2": true}}}}'),
    ]
    assert (outcome.readings, outcome.stored, outcome.dead.total()) == (2, 2, 3)


def test_a_letter_of_a_value_sends_nothing_else_again(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message({"time": MS, "values": {"pm25": 35, "no2": 99999}, "seq": 1})], NOW)

    outcome = replay(database, keeper, NOW)

    assert (outcome.replayed, outcome.readings, outcome.dead.total()) == (1, 0, 1)
    with database.transaction() as tx:
        totals = ledger_totals(tx)
    assert (totals.received, totals.stored, totals.duplicate, totals.missing) == (1, 1, 0, 0)


def test_many_wrong_values_are_one_letter_with_the_whole_message(keeper: BatchWriter, database: Database) -> None:
    array = message([{"time": MS + n, "values": {"pm25": n, "no2": "-"}} for n in range(MOST_PARTS + 1)])

    outcome = keeper.store([array], NOW)

    assert (outcome.stored, dict(outcome.dead)) == (MOST_PARTS + 1, {"values": 1})
    assert letters(database) == [("values", array.payload.decode()[:200])]
    assert replay(database, keeper, NOW).stored == 0


def test_a_value_is_judged_although_another_of_its_message_is_wrong(keeper: BatchWriter, database: Database) -> None:
    keeper.store([values('"gas_lel": 61, "battery": 3.6, "x": {}', root=GAS)], NOW)

    with database.transaction() as tx:
        assert "gas-emergency" in {alert.rule_id for alert in alert_reader.open_alerts(tx)}
    assert letters(database) == []


def test_null_is_missing_and_counted_once(keeper: BatchWriter, database: Database) -> None:
    keeper.store([values('"pm25": 35, "no2": null'), values('"no2": null', after=1000)], NOW)
    keeper.store([values('"pm25": 35, "no2": null')], NOW)

    assert stored(database) == {"pm25": [(35, Quality.GOOD)]}
    assert letters(database) == []
    with database.transaction() as tx:
        missing = missing_frame(tx)
    assert missing[["sensor_id", "metric", "count", "first_time", "last_time"]].values.tolist() == [
        ["AQ-1", "no2", 2, NOW, NOW + timedelta(seconds=1)]
    ]


def test_one_bad_object_or_record_does_not_lose_the_others(keeper: BatchWriter, database: Database) -> None:
    array = [{"time": MS, "values": {"pm25": 1}}, 5, {"time": "now", "values": {"pm25": 2}}]
    pack = [{"bt": MS / 1000 + 1, "n": "pm25", "v": 3}, {"n": "no2", "vs": "high"}, {"n": "o3", "u": "ft", "v": 4}]

    keeper.store([message(array), message(pack, "senml")], NOW)

    assert [value for value, _ in stored(database)["pm25"]] == [1, 3]
    assert [field for field, _ in letters(database)] == ["payload", "time", "no2.vs", "u"]


def test_an_unknown_name_is_counted_and_can_be_mapped(
    keeper: BatchWriter, database: Database, catalogue: Catalogue
) -> None:
    keeper.store([values('"PM2.5": 12, "NO2": "7"'), values('"PM2.5": 0.013', after=1)], NOW)
    with database.transaction() as tx:
        unmapped = unmapped_frame(tx)
        set_mapping(tx, Mapping("air_station", "PM2.5", "pm25", "mg/m³"))
    assert unmapped[["kind", "name", "sensors", "count", "last_value"]].values.tolist() == [
        ["air_station", "PM2.5", 1, 2, "0.013"],
        ["air_station", "NO2", 1, 1, '"7"'],
    ]

    later = NOW + timedelta(seconds=6)
    keeper.store([values('"PM2.5": 0.014', after=2)], later)
    assert stored(database) == {"pm25": [(14, Quality.GOOD)]}
    with database.transaction() as tx:
        assert unmapped_frame(tx)["name"].tolist() == ["NO2"]
        assert remove_mapping(tx, "air_station", "PM2.5")

    keeper.store([values('"PM2.5": 0.015', after=3)], later + timedelta(seconds=6))
    assert stored(database) == {"pm25": [(14, Quality.GOOD)]}


def test_a_device_that_makes_up_names_fills_no_table(keeper: BatchWriter, database: Database) -> None:
    names = ", ".join(f'"x{number}\\u0000": 1' for number in range(80))
    keeper.store([values(names)], NOW)
    keeper.store([values(names, after=1)], NOW)

    with database.transaction() as tx:
        unmapped = unmapped_frame(tx)
    assert len(unmapped) == 51
    assert unmapped.set_index("name")["count"].to_dict()[""] == 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"pm25": -0.3', {"pm25": [(-0.3, Quality.SUSPECT)]}),
        ('"pm25": -11', {}),
        ('"pm25": -0.0', {"pm25": [(0.0, Quality.GOOD)]}),
        ('"pm25": 6.9e-310', {"pm25": [(0.0, Quality.SUSPECT)]}),
        ('"pm25": 1e-31', {"pm25": [(0.0, Quality.SUSPECT)]}),
        ('"pm25": 1e300', {}),
    ],
)
def test_numbers_about_zero_and_beyond_reason(
    keeper: BatchWriter, database: Database, text: str, expected: dict[str, list[tuple[float, int]]]
) -> None:
    keeper.store([values(text)], NOW)

    assert stored(database) == expected
    assert len(letters(database)) == 1 - len(expected)
    assert "-0" not in str(list(stored(database).values())).replace("-0.3", "")
