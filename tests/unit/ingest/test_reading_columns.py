"""The readings of a batch in columns: what is sound of a message is kept, what is wrong is put aside value by value."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from cityops.catalogue import Catalogue
from cityops.clock import microseconds
from cityops.storage.messages.border import MissingValue, Unmapped
from ingest.checks.bounds import Bounds
from ingest.checks.device_cache import Device, SeriesInfo
from ingest.messages import Message
from ingest.storing.ledger import LedgerTracker
from ingest.storing.reading_columns import ReadingColumns, gather
from ingest.storing.sorting import DecodedBatch, sort_messages

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = microseconds(NOW)
GAUGES = {
    "gas_lel": SeriesInfo(1, "%LEL", 0, 100),
    "temp": SeriesInfo(2, "°C", -60, 80),
    "level": SeriesInfo(3, "m", 0, 10, sent_in="cm"),
}
DEVICES = {
    "G-1": Device("gas_detector", "emergency", GAUGES, area="990101"),
    "G-2": Device("gas_detector", "emergency", {"gas_lel": SeriesInfo(7, "%LEL", 0, 100)}),
    "OLD": Device("gas_detector", "emergency", GAUGES, retired_at=NOW - timedelta(days=1)),
}


def entry(values: object, seconds: float = 0, **more: object) -> dict[str, object]:
    return {"time": (NOW + timedelta(seconds=seconds)).isoformat(), "values": values} | more


def say(payload: object, *, sensor: str = "G-1", area: str = "990101", domain: str = "emergency") -> Message:
    return Message(f"cityops/{area}/{domain}/{sensor}/telemetry", json.dumps(payload).encode(), NOW)


def take(catalogue: Catalogue, *messages: Message, **bounds: int) -> tuple[ReadingColumns, DecodedBatch]:
    batch = sort_messages(messages, catalogue)
    return gather(batch, DEVICES, book=LedgerTracker(), bounds=Bounds(**bounds)), batch


def rows(found: ReadingColumns) -> list[tuple[float, int, float]]:
    """Seconds after NOW, series and value."""
    return [((time - AT) / 1e6, series, value) for time, series, value in found.rows]


def letters(batch: DecodedBatch) -> list[tuple[str, Any]]:
    """What is wrong with each letter, and the values it keeps."""
    kept = [json.loads(letter.payload) for letter in batch.letters]
    return [
        (letter.field, one["values"] if isinstance(one, dict) else one)
        for letter, one in zip(batch.letters, kept, strict=True)
    ]


def test_all_of_a_sound_message_is_kept_in_the_units_of_the_catalogue(catalogue: Catalogue) -> None:
    found, batch = take(catalogue, say([entry({"gas_lel": 3, "level": 250}, seq=5), entry({"gas_lel": 4}, 60)]))

    assert rows(found) == [(0, 1, 3), (0, 3, 2.5), (60, 1, 4)]
    assert [(seq, received) for _, _, _, seq, received, _ in found.reports] == [(5, 2), (-1, 1)]
    assert found.starts == [0]
    assert batch.letters == []


def test_one_wrong_value_is_a_letter_by_itself_and_the_rest_is_kept(catalogue: Catalogue) -> None:
    found, batch = take(catalogue, say(entry({"gas_lel": 101, "temp": 20, "level": -1}, seq=5)))

    assert rows(found) == [(0, 2, 20)]
    assert letters(batch) == [("values.gas_lel", {"gas_lel": 101}), ("values.level", {"level": -1})]
    assert [(seq, received) for _, _, _, seq, received, _ in found.reports] == [(5, 1)]


@pytest.mark.parametrize(("value", "kept"), [(0, True), (100, True), (-0.1, False), (100.1, False)])
def test_what_a_device_can_measure_includes_the_ends(catalogue: Catalogue, value: float, kept: bool) -> None:
    found, _ = take(catalogue, say(entry({"gas_lel": value})))

    assert rows(found) == ([(0, 1, value)] if kept else [])


def test_names_of_no_metric_and_values_that_are_missing_are_noted(catalogue: Catalogue) -> None:
    for wrong in ({}, {"temp": 999}):  # whole, and taken apart
        found, _ = take(catalogue, say(entry({"PM2.5": 12, "spell": None, "gas_lel": None} | wrong)))

        assert found.rows == []
        assert [(one.sensor_id, one.name) for one in found.unmapped] == [("G-1", "PM2.5"), ("G-1", "spell")]
        assert found.missing == [MissingValue(1, AT)]
    assert isinstance(found.unmapped[0], Unmapped)


def test_a_moment_of_which_the_time_is_wrong_is_put_aside_and_the_others_stay(catalogue: Catalogue) -> None:
    broken = {"time": "yesterday", "values": {"gas_lel": 9}}
    found, batch = take(catalogue, say([entry({"gas_lel": 3}), broken]))

    assert rows(found) == [(0, 1, 3)]
    assert letters(batch) == [("time", {"gas_lel": 9})]


def test_a_message_of_one_wrong_moment_is_a_letter_whole(catalogue: Catalogue) -> None:
    found, batch = take(
        catalogue, say({"time": "yesterday", "values": {"gas_lel": 9, "temp": 1}}), say(entry({"temp": 2}))
    )

    assert rows(found) == [(0, 2, 2)]
    assert letters(batch) == [("time", {"gas_lel": 9, "temp": 1})]
    assert found.starts == [0]


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (say(entry({"gas_lel": 3}), sensor="NEW"), "topic.sensor"),
        (say(entry({"gas_lel": 3}), sensor="OLD"), "topic.sensor"),
        (say(entry({"gas_lel": 3}), area="990102"), "topic.area"),
        (say(entry({"gas_lel": 3}), domain="traffic"), "topic.domain"),
    ],
)
def test_of_who_may_not_speak_nothing_is_kept(catalogue: Catalogue, message: Message, field: str) -> None:
    found, batch = take(catalogue, message)

    assert (found.rows, found.reports, found.starts) == ([], [], [])
    assert [letter.field for letter in batch.letters] == [field]


def test_a_device_that_never_spoke_may_speak_from_anywhere(catalogue: Catalogue) -> None:
    found, _ = take(catalogue, say(entry({"gas_lel": 3}), sensor="G-2", area="990102"))

    assert rows(found) == [(0, 7, 3)]


def test_what_is_too_large_is_a_letter_whole_however_sound(catalogue: Catalogue) -> None:
    found, batch = take(catalogue, say([entry({"gas_lel": 3}, number) for number in range(3)]), readings=2)

    assert found.rows == []
    assert [letter.field for letter in batch.letters] == ["values"]


def test_reports_that_are_removed_take_their_readings_with_them_and_stay_counted(catalogue: Catalogue) -> None:
    first = say([entry({"gas_lel": 1, "temp": 1}), entry({"gas_lel": 2}, 60)])
    second = say(entry({"gas_lel": 3}, 120))
    found, _ = take(catalogue, first, second)

    assert found.remove(np.array([False, True, True])) == [first, second]
    assert rows(found) == [(0, 1, 1), (0, 2, 1)]
    assert found.heard().received.tolist() == [2, 0, 0]
    assert found.remove(np.array([False, False, False])) == []


def test_the_messages_of_readings_are_named_once_each(catalogue: Catalogue) -> None:
    first, second = say([entry({"gas_lel": 1, "temp": 1}), entry({"temp": 2}, 60)]), say(entry({"temp": 3}, 120))
    found, _ = take(catalogue, first, second)

    assert found.senders(np.array([False, True, True, False])) == [first]
    assert found.senders(np.array([False, False, True, True])) == [first, second]
    assert found.senders(np.zeros(4, dtype=bool)) == []
