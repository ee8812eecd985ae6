"""Moments as a city's clocks show them: the hour that comes twice says which of them it is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cityops.clock import clock_words, offset_words

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("hour", "words"), [(23, "01:00"), (0, "02:00 UTC+2"), (1, "02:00 UTC+1"), (2, "03:00")])
def test_the_hour_that_comes_twice_says_which_it_is(hour: int, words: str) -> None:
    moment = datetime(2026, 10, 24 if hour == 23 else 25, hour, tzinfo=UTC)

    assert clock_words(moment, BERLIN, "%H:%M") == words


@pytest.mark.parametrize(
    ("zone", "words"), [("Asia/Shanghai", "UTC+8"), ("America/St_Johns", "UTC-3:30"), ("UTC", "UTC+0")]
)
def test_an_offset_is_short(zone: str, words: str) -> None:
    assert offset_words(datetime(2026, 1, 5, tzinfo=UTC), ZoneInfo(zone)) == words
