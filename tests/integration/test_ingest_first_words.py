"""A city comes to life: that a device registers and speaks costs nothing of those that spoke before."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from alerts.detection.series_index import Series
from alerts.evaluation.engine import Engine
from alerts.evaluation.series_reader import load_series
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database, Transaction
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AREA, ELSEWHERE = "990101001001", "990102001001"


def say(name: str, channel: str, payload: object, *, at: datetime = NOW, area: str = AREA) -> Message:
    return Message(f"cityops/{area}/emergency/{name}/{channel}", json.dumps(payload).encode(), at)


def register(name: str) -> Message:
    return say(name, "meta", {"kind": "gas_detector", "name": name, "lon": 118.8, "lat": 31.9})


def report(name: str, seconds: int, *, area: str = AREA) -> Message:
    at = NOW + timedelta(seconds=seconds)
    return say(name, "telemetry", {"time": at.isoformat(), "values": {"gas_lel": 2 + seconds / 10}}, at=at, area=area)


def worker(database: Database, catalogue: Catalogue) -> tuple[BatchWriter, Engine]:
    engine = Engine(load_rules(catalogue), catalogue)
    keeper = BatchWriter(database, catalogue, engine)
    keeper.start(NOW)
    return keeper, engine


@pytest.fixture
def names() -> list[str]:
    return ["GAS-1", "GAS-2", "GAS-3"]


def test_a_new_device_has_no_other_place_asked_for_again(
    database: Database, catalogue: Catalogue, names: list[str]
) -> None:
    keeper, engine = worker(database, catalogue)
    keeper.store([register("GAS-1"), report("GAS-1", 0)], NOW)
    plan = engine.plan

    for second, name in enumerate([*names[1:], "GAS-1"], 1):
        keeper.store([register(name)], NOW + timedelta(seconds=2 * second))
        assert keeper.store([report(name, second)], NOW + timedelta(seconds=2 * second + 1)).stored == 1

    assert engine.plan is plan  # it grew


def test_of_a_sensor_that_was_moved_only_its_own_series_are_asked_for_again(
    database: Database, catalogue: Catalogue, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, engine = worker(database, catalogue)
    keeper.store([register(name) for name in names], NOW)
    keeper.store([report(name, 0) for name in names], NOW)
    plan, asked = engine.plan, list[int]()

    def load(tx: Transaction, series: Iterable[int]) -> list[Series]:
        asked.extend(wanted := list(series))
        return load_series(tx, wanted)

    monkeypatch.setattr("alerts.evaluation.engine.load_series", load)
    with database.transaction() as tx:
        tx.execute("UPDATE sensor SET area_code = '990102' WHERE sensor_id = 'GAS-2'")

    keeper.store([report("GAS-1", 2)], NOW + timedelta(seconds=2))

    places = {entry.sensor_id: entry.area for entry in engine.plan.roster.by_id.values()}
    assert places == {"GAS-1": AREA, "GAS-2": "990102", "GAS-3": AREA}
    assert [engine.plan.roster.by_id[number].sensor_id for number in asked] == ["GAS-2"]
    assert engine.plan is not plan


def test_a_second_device_is_refused_by_another_worker_too(database: Database, catalogue: Catalogue) -> None:
    first, _ = worker(database, catalogue)
    other, _ = worker(database, catalogue)
    first.store([register("GAS-1")], NOW)
    other.store([say("GAS-1", "status", {"online": True})], NOW)  # it has looked the sensor up before it spoke
    first.store([report("GAS-1", 1)], NOW + timedelta(seconds=1))

    answers = [other.store([report("GAS-1", second, area=ELSEWHERE)], NOW + timedelta(seconds=2)) for second in (2, 3)]

    assert answers[-1].dead == {"topic.area": 1}
    with database.transaction() as tx:
        assert tx.value("SELECT topic_area FROM sensor") == AREA
