"""What one message may hold: days, series and readings, whole or taken apart."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cityops.settings import Settings
from ingest.checks.bounds import Bounds
from ingest.decoders import decode, take_apart
from ingest.errors import Undecodable
from ingest.messages import Fragments, Message, ReadingsMessage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOUNDS = Bounds(days=3, series=4, readings=10)
READ: dict[str, Callable[[Message], object]] = {"whole": decode, "apart": take_apart}


def message(entries: list[dict[str, object]]) -> Message:
    return Message("cityops/1/environment/A/telemetry", json.dumps(entries).encode(), NOW)


def entry(values: int = 1, *, days: float = 0, first: int = 0) -> dict[str, object]:
    names = {f"m{first + number}": 1 for number in range(values)}
    return {"time": (NOW - timedelta(days=days)).isoformat(), "values": names}


@pytest.mark.parametrize("way", READ)
@pytest.mark.parametrize(
    "entries",
    [
        [entry(days=day) for day in range(3)],
        [entry(days=day / 10) for day in range(10)],
        [entry(4)],
        [entry(2), entry(2, first=2, days=0.1)],
    ],
)
def test_what_is_within_the_bounds_passes(way: str, entries: list[dict[str, object]]) -> None:
    check(way, entries)


@pytest.mark.parametrize("way", READ)
@pytest.mark.parametrize(
    ("entries", "field", "words"),
    [
        (
            [entry(days=day) for day in range(4)],
            "time",
            r"4 days in one message, and 3 is the most \(CITYOPS_MESSAGE_DAYS",
        ),
        ([entry(5)], "values", r"5 series .*CITYOPS_MESSAGE_SERIES"),
        ([entry(2), entry(3, first=2, days=0.1)], "values", "5 series"),
        ([entry(days=day / 100) for day in range(11)], "values", r"11 readings .*CITYOPS_MESSAGE_READINGS"),
    ],
)
def test_what_is_beyond_is_refused_with_the_setting(
    way: str, entries: list[dict[str, object]], field: str, words: str
) -> None:
    with pytest.raises(Undecodable, match=words) as caught:
        check(way, entries)

    assert caught.value.field == field


def check(way: str, entries: list[dict[str, object]]) -> None:
    content = READ[way](message(entries))
    assert isinstance(content, ReadingsMessage | Fragments)
    BOUNDS.check(content)


def test_without_settings_the_bounds_are_those_of_the_settings() -> None:
    told = Settings.model_fields

    assert Bounds() == Bounds(*(told[f"message_{name}"].default for name in ("days", "series", "readings")))
