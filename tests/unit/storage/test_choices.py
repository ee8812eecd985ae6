"""What the store decides without a server: how fine an answer is, how long things are kept, how rows are sent."""

import struct
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.errors import SettingError
from cityops.settings import read_settings
from cityops.storage.queries import over
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.detail import (
    MAX_POINTS,
    Detail,
    area_detail,
    choose_detail,
    coarser,
    completeness_detail,
)
from cityops.storage.readings.rollups import RetentionAges, ages_of

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("span", "interval", "detail", "step"),
    [
        (HOUR, 15 * SECOND, Detail.RAW, 0 * DAY),
        (30000 * SECOND, 15 * SECOND, Detail.RAW, 0 * DAY),
        (30001 * SECOND, 15 * SECOND, Detail.MINUTES, MINUTE),
        (2000 * MINUTE, 15 * SECOND, Detail.MINUTES, MINUTE),
        (2001 * MINUTE, 15 * SECOND, Detail.HOURS, HOUR),
        (2000 * HOUR, MINUTE, Detail.HOURS, HOUR),
        (2001 * HOUR, MINUTE, Detail.DAYS, DAY),
        (2000 * DAY, MINUTE, Detail.DAYS, DAY),
        (2001 * DAY, MINUTE, Detail.DAYS, 2 * DAY),
        (9000 * DAY, HOUR, Detail.DAYS, 5 * DAY),
    ],
)
def test_the_finest_detail_that_fits_is_chosen(
    span: timedelta, interval: timedelta, detail: Detail, step: timedelta
) -> None:
    assert choose_detail(span, interval) == (detail, step)


@given(st.timedeltas(min_value=SECOND, max_value=20000 * DAY), st.integers(min_value=1, max_value=86400))
def test_no_choice_gives_more_points_than_a_screen_has_columns(span: timedelta, interval: int) -> None:
    _, step = choose_detail(span, timedelta(seconds=interval))

    assert span / (step or timedelta(seconds=interval)) <= MAX_POINTS


def test_ages_come_from_the_settings_and_0_is_for_ever() -> None:
    settings = read_settings({"CITYOPS_KEEP_READINGS_DAYS": "30", "CITYOPS_KEEP_HOURS_DAYS": "0"})

    assert ages_of(settings) == RetentionAges(30 * DAY, 800 * DAY, None, 14 * DAY)
    assert ages_of(read_settings({})) == RetentionAges()


def test_what_is_made_of_readings_that_are_kept_for_ever_is_kept_for_ever_too() -> None:
    assert ages_of(read_settings({"CITYOPS_KEEP_READINGS_DAYS": "0"})) == RetentionAges(None, None, None, 14 * DAY)
    assert ages_of(read_settings({"CITYOPS_KEEP_MINUTES_DAYS": "0"})) == RetentionAges(400 * DAY, None, None, 14 * DAY)


@pytest.mark.parametrize("ages", [(800 * DAY, 400 * DAY, None), (None, 400 * DAY, None), (DAY, None, 9 * DAY)])
def test_a_level_is_not_kept_longer_than_the_one_made_from_it(ages: tuple[timedelta | None, ...]) -> None:
    with pytest.raises(SettingError, match="KEEP_MINUTES_DAYS"):
        RetentionAges(*ages)


def test_rows_are_sent_as_postgresql_reads_them() -> None:
    """The layout is in PostgreSQL's manual under COPY, Binary Format."""
    moment = int(datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC).timestamp()) * 1_000_000
    data = Columns(*(np.array([value]) for value in (moment, 7, 1.5, 4))).encode()

    assert data[:11] == b"PGCOPY\n\xff\r\n\0"
    assert struct.unpack("!h iq ii id ih", data[19:-2]) == (4, 8, 1_000_000, 4, 7, 8, 1.5, 2, 4)
    assert data[-2:] == b"\xff\xff"


def test_the_name_of_a_relation_is_quoted() -> None:
    statement = over("SELECT * FROM {rollup}", rollup='x"; DROP TABLE y; --')

    assert "Identifier('x\"; DROP TABLE y; --')" in repr(statement)


@pytest.mark.parametrize(
    ("span", "step", "detail", "width"),
    [
        (3 * HOUR, None, Detail.MINUTES, MINUTE),
        (3 * HOUR + SECOND, None, Detail.HOURS, HOUR),
        (2000 * HOUR, None, Detail.HOURS, HOUR),
        (2001 * HOUR, None, Detail.DAYS, DAY),
        (2001 * DAY, None, Detail.DAYS, 2 * DAY),
        (DAY, 10 * MINUTE, Detail.MINUTES, 10 * MINUTE),
        (DAY, 2 * HOUR, Detail.HOURS, 2 * HOUR),
        (DAY, 7 * DAY, Detail.DAYS, 7 * DAY),
    ],
)
def test_of_an_area_hours_come_sooner_and_a_step_is_read_from_the_coarsest_that_makes_it(
    span: timedelta, step: timedelta | None, detail: Detail, width: timedelta
) -> None:
    assert area_detail(span, step) == (detail, width)


@pytest.mark.parametrize("step", [SECOND, 90 * SECOND, 0 * SECOND, -MINUTE])
def test_a_step_is_whole_minutes(step: timedelta) -> None:
    with pytest.raises(ValueError, match="whole number of minutes"):
        area_detail(DAY, step)


def test_what_should_have_come_is_counted_from_the_roll_up_of_its_span() -> None:
    spans = (3 * HOUR, 3 * HOUR + SECOND, 14 * DAY, 14 * DAY + SECOND)

    assert [completeness_detail(span) for span in spans] == [Detail.MINUTES, Detail.HOURS, Detail.HOURS, Detail.DAYS]


def test_behind_each_detail_stands_a_coarser_one() -> None:
    assert coarser(Detail.RAW) == (Detail.MINUTES, MINUTE)
    assert coarser(Detail.HOURS) == (Detail.DAYS, DAY)
