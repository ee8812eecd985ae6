"""The query interface: each answer against numbers worked out by hand."""

import csv
import io
import os
import tracemalloc
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from cityops.areas import AreaLevel
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings import area_history, history
from cityops.storage.readings.detail import MAX_POINTS, Detail
from cityops.storage.readings.rollups import RetentionAges, roll_up
from cityops.storage.readings.traffic import read_passages
from tests.storage_samples import DAY, every, forget_all, make_city, put

MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UTC_TIME = "datetime64[us, UTC]"


def test_a_short_span_is_answered_with_every_reading_and_its_quality(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(MINUTE, DAY, [1.0, 2.0]))
        put(tx, series, [(DAY + 2 * MINUTE, 900.0)], quality=Quality.BAD)
        answer = history.history(tx, [("air-1", "pm25")], start=DAY, end=DAY + HOUR)

    assert (Detail.RAW, timedelta(0)) == (answer.detail, answer.step)
    assert list(answer.frame["value"]) == [1.0, 2.0, 900.0]
    assert list(answer.frame["quality"]) == [1, 1, 4]


@pytest.mark.parametrize(
    ("days", "detail"),
    [
        (0.3, Detail.RAW),
        (1.3, Detail.MINUTES),
        (1.5, Detail.HOURS),
        (80, Detail.HOURS),
        (90, Detail.DAYS),
        (4500, Detail.DAYS),
    ],
)
def test_no_answer_has_more_points_than_promised(database: Database, days: float, detail: Detail) -> None:
    """The detector reports every 15 seconds; 4,500 days are answered in steps of three."""
    span = timedelta(days=days)
    with database.transaction() as tx:
        series = make_city(tx)["car-1", "speed"]
        put(tx, series, every(timedelta(seconds=15), DAY, [1.0] * 1700))
        put(tx, series, every(span / 40, DAY, [1.0] * 40))
        answer = history.history(tx, [("car-1", "speed")], start=DAY, end=DAY + span)

    assert detail == answer.detail
    assert 0 < len(answer.frame) <= MAX_POINTS
    assert span / max(answer.step, timedelta(seconds=15)) <= MAX_POINTS


def test_many_series_come_in_one_answer_and_unknown_ones_have_no_rows(database: Database) -> None:
    keys = [("air-1", "pm25"), ("car-1", "speed"), ("nobody", "pm25")]
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(20 * MINUTE, DAY, [10.0, 20.0, 60.0, 5.0]))
        put(tx, series["car-1", "speed"], every(30 * MINUTE, DAY, [30.0, 60.0]))
        answer = history.history(tx, keys, start=DAY - 40 * A_DAY, end=DAY + HOUR * 2)

    frame = answer.frame
    assert (answer.detail, answer.step) == (Detail.HOURS, HOUR)
    assert list(frame["sensor_id"]) == ["air-1", "air-1", "car-1"]
    assert [30.0, 5.0, pytest.approx(40.0)] == list(frame["value"])
    assert list(frame["low"]) == [10.0, 5.0, 30.0]
    assert list(frame["high"]) == [60.0, 5.0, 60.0]
    assert list(frame["count"]) == [3, 1, 2]


@pytest.mark.skipif("CITYOPS_TEST_TIMESCALE_URL" in os.environ, reason="the server's policy drops readings later")
def test_a_span_whose_readings_are_forgotten_is_answered_from_the_roll_ups(database: Database) -> None:
    now = DAY + 20 * A_DAY
    with database.transaction() as tx:
        put(tx, make_city(tx)["air-1", "pm25"], every(MINUTE, DAY, [4.0, 5.0, 6.0]))
    roll_up(database, now)
    with database.transaction() as tx:
        forget_all(tx, RetentionAges(readings=5 * A_DAY), now)
        answer = history.history(tx, [("air-1", "pm25")], start=DAY, end=DAY + HOUR)

    assert answer.detail == Detail.MINUTES
    assert list(answer.frame["value"]) == [4.0, 5.0, 6.0]


def test_an_empty_answer_has_the_promised_columns_and_types(database: Database) -> None:
    end = DAY + HOUR
    with database.transaction() as tx:
        frames = [
            history.history(tx, [("nobody", "pm25")], start=DAY, end=end).frame,
            area_history.area_history(tx, ["pm25"], start=DAY, end=end),
        ]
        ranking = area_history.area_ranking(tx, "pm25", level=AreaLevel.DISTRICT, start=DAY, end=end)
        ages = history.data_age(tx, DAY)

    for frame in frames:
        assert frame.empty
        assert str(frame["time"].dtype) == UTC_TIME
        assert str(frame["value"].dtype) == "float64"
    assert str(ranking["sensors"].dtype) == "int64"
    assert str(ages["time"].dtype) == UTC_TIME


def test_speeds_of_an_area_weigh_by_flow(database: Database) -> None:
    """60 km/h of 900 vehicles and 10 km/h of 100 are 40 km/h by flow, 17 by reading."""
    with database.transaction() as tx:
        make_city(tx)
        for sensor in ("car-a", "car-b"):
            register_sensor(tx, Sensor(sensor, "990102", "traffic", "traffic_detector", "", 118.8, 31.9), DAY)
        wanted = [(sensor, metric) for sensor in ("car-a", "car-b") for metric in ("speed", "flow")]
        series = series_ids(tx, wanted)
        for key, value in zip(wanted, (60.0, 900.0, 10.0, 100.0), strict=True):
            put(tx, series[key], every(MINUTE, DAY, [value] * 10))
        frame = area_history.area_history(tx, ["speed", "flow"], area="990102", start=DAY, end=DAY + 10 * MINUTE)
        seen = {row["sensor_id"]: one.speed for row, one in read_passages(tx, start=DAY, end=DAY + 10 * MINUTE)}

    means = frame.groupby("metric")["value"].first()
    assert means.to_dict() == {"flow": 500.0, "speed": pytest.approx(40.0)}
    assert seen == {"car-a": pytest.approx(60.0), "car-b": pytest.approx(10.0)}


def test_an_area_has_the_mean_of_its_sensors_and_of_the_areas_below(database: Database) -> None:
    with database.transaction() as tx:
        fill(make_city(tx), tx)
        metrics = ["pm25", "leq", "speed"]
        answers = {
            area: dict(zip(frame["metric"], frame["value"], strict=True))
            for area in (None, "990100", "990101", "9901010", "990102", "99", "12")
            for frame in [area_history.area_history(tx, metrics, area=area, start=DAY, end=DAY + HOUR, step=HOUR)]
        }

    city = {"pm25": pytest.approx(25.0), "leq": pytest.approx(67.40, abs=0.005), "speed": pytest.approx(40.0)}
    assert city == answers[None] == answers["990100"] == answers["99"]
    assert {"pm25": 15.0, "leq": city["leq"]} == answers["990101"]  # the sensor of its street counts
    assert answers["9901010"] == {"pm25": 15.0}  # the beginning of a code
    assert {"pm25": 35.0, "speed": city["speed"]} == answers["990102"]
    assert answers["12"] == {}


@pytest.mark.parametrize(("minutes", "rows"), [(10, 4), (30, 2), (60, 1)])
def test_an_area_is_answered_in_the_step_asked(database: Database, minutes: int, rows: int) -> None:
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(15 * MINUTE, DAY, [1.0, 2.0, 3.0, 4.0]))
        frame = area_history.area_history(tx, ["pm25"], start=DAY, end=DAY + HOUR, step=minutes * MINUTE)

    assert rows == len(frame)
    assert frame["count"].sum() == 4


def test_a_step_that_no_roll_up_fits_is_refused(database: Database) -> None:
    with database.transaction() as tx, pytest.raises(ValueError, match="whole number of minutes"):
        area_history.area_history(tx, ["pm25"], start=DAY, end=DAY + HOUR, step=timedelta(seconds=90))


def test_areas_are_ranked_from_the_highest(database: Database) -> None:
    with database.transaction() as tx:
        fill(make_city(tx), tx)
        frame = area_history.area_ranking(tx, "pm25", level=AreaLevel.DISTRICT, start=DAY, end=DAY + HOUR)

    assert list(zip(frame["area_code"], frame["value"], frame["sensors"], strict=True)) == [
        ("990102", 35.0, 1),
        ("990101", 15.0, 1),
    ]


def test_the_heat_map_shows_the_hours_of_the_citys_clocks(database: Database) -> None:
    """23:30 UTC is 07:30 of the next day in Shanghai."""
    with database.transaction() as tx:
        series = make_city(tx)["noise-1", "leq"]
        put(tx, series, [(DAY + 23.5 * HOUR, 60.0), (DAY + 23.6 * HOUR, 70.0), (DAY + HOUR, 50.0)])
        frame = area_history.heat_map(tx, "leq", zone=ZoneInfo("Asia/Shanghai"), start=DAY, end=DAY + A_DAY)

    expected = [(date(2026, 3, 1), 9, 50.0, 1), (date(2026, 3, 2), 7, pytest.approx(67.40, abs=0.005), 2)]
    assert expected == list(frame.itertuples(index=False, name=None))


def test_completeness_compares_usable_readings_with_the_interval_of_the_kind(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY, [1.0] * 45))
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY + 45 * MINUTE, [1.0] * 15), quality=Quality.BAD)
        put(tx, series["air-2", "pm25"], every(MINUTE / 2, DAY, [1.0] * 120))
        frame = area_history.completeness(tx, start=DAY, end=DAY + HOUR).set_index("sensor_id")

    air = frame[frame["metric"] == "pm25"]
    assert tuple(air.loc["air-1", ["expected", "received", "ratio"]]) == (60, 45, 0.75)
    assert tuple(air.loc["air-2", ["expected", "received", "ratio"]]) == (60, 120, 1.0)
    assert tuple(frame.loc["noise-1", ["expected", "received", "ratio"]]) == (120, 0, 0.0)


def test_nothing_is_expected_before_a_sensor_is_registered(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx, at=DAY + 30 * MINUTE - timedelta(seconds=20))
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY, [1.0] * 60))
        frame = area_history.completeness(tx, area="990101001", start=DAY, end=DAY + HOUR)
        earlier = area_history.completeness(tx, start=DAY - A_DAY, end=DAY)

    assert list(frame[["expected", "received", "ratio"]].itertuples(index=False, name=None)) == [(30, 30, 1.0)]
    assert earlier.empty


def test_completeness_of_a_month_is_counted_by_days_and_of_some_metrics_only(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(HOUR, DAY, [1.0] * 24 * 20))
        put(tx, series["car-1", "flow"], every(HOUR, DAY, [1.0] * 24))
        end = DAY + 20 * A_DAY
        frame = area_history.completeness(tx, metrics=["pm25"], start=DAY, end=end).set_index("sensor_id")

    assert sorted(frame.index) == ["air-1", "air-2"]
    assert tuple(frame.loc["air-1", ["expected", "received"]]) == (20 * 24 * 60, 20 * 24)
    assert frame.loc["air-1", "ratio"] == pytest.approx(1 / 60)


def test_each_sensor_of_an_area_has_its_own_mean_and_steps(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY, [10.0, 20.0, 60.0]))
        put(tx, series["air-2", "pm25"], every(30 * MINUTE, DAY, [5.0, 7.0]))
        put(tx, series["air-2", "pm25"], [(DAY + MINUTE, 900.0)], quality=Quality.BAD)
        city = area_history.sensor_means(tx, "pm25", start=DAY, end=DAY + HOUR).set_index("sensor_id")
        east = area_history.sensor_means(tx, "pm25", area="990101", start=DAY, end=DAY + HOUR)
        nobody = area_history.sensor_means(tx, "leq", start=DAY, end=DAY + HOUR)
        steps = list(area_history.sensor_steps(tx, "pm25", start=DAY, end=DAY + HOUR, step=10 * MINUTE))

    assert tuple(city.loc["air-1", ["value", "low", "high", "count", "lon", "lat"]]) == (30, 10, 60, 3, 121.1, 31.1)
    assert tuple(city.loc["air-2", ["name", "area_code", "value", "count"]]) == ("air-2", "990102", 6.0, 2)
    assert list(east["sensor_id"]) == ["air-1"]
    assert nobody.empty
    assert [row for piece in steps for row in piece] == [
        (DAY, "air-1", "air-1", "990101001", 30.0, 10.0, 60.0, 3),
        (DAY, "air-2", "air-2", "990102", 5.0, 5.0, 5.0, 1),
        (DAY + 30 * MINUTE, "air-2", "air-2", "990102", 7.0, 7.0, 7.0, 1),
    ]


def test_the_series_of_an_area_are_counted(database: Database) -> None:
    with database.transaction() as tx:
        make_city(tx)
        counts = [area_history.count_series(tx, "pm25", area=area) for area in (None, "990101", "990102", "7")]

    assert counts == [2, 1, 1, 0]


def test_data_age_counts_from_the_newest_reading(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)
        put(tx, series["air-1", "pm25"], every(MINUTE, DAY, [1.0, 2.0]))
        frame = history.data_age(tx, DAY + 5 * MINUTE).set_index(["sensor_id", "metric"])

    assert frame.loc[("air-1", "pm25"), "age_seconds"] == 240.0
    assert frame.loc[("air-1", "pm25"), "interval_seconds"] == 60.0
    assert frame["age_seconds"].isna().loc[("air-2", "pm25")]


def test_the_export_is_csv_with_every_reading_of_the_span(database: Database) -> None:
    with database.transaction() as tx:
        series = make_city(tx)["air-1", "pm25"]
        put(tx, series, every(MINUTE, DAY, [1.25, 1 / 3, 7.0]))
        text = "".join(history.export_csv(tx, "air-1", "pm25", start=DAY, end=DAY + 2 * MINUTE))

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["time", "value", "quality"]
    assert [["2026-03-01T00:00:00+00:00", "1.25", "1"], ["2026-03-01T00:01:00+00:00", repr(1 / 3), "1"]] == rows[1:]


def test_memory_stays_flat_while_months_are_exported(database: Database) -> None:
    """Sixty days of one-minute readings are 86,400 rows; the process holds one piece of them."""
    end = DAY + 60 * A_DAY
    with database.transaction() as tx:
        make_city(tx)
        tx.execute(
            "SELECT ensure_reading_days(ARRAY(SELECT generate_series(%(start)s, %(end)s, '1 day')::date))",
            start=DAY,
            end=end,
        )
        tx.execute(
            "INSERT INTO reading SELECT t, (SELECT series_id FROM series WHERE sensor_id = 'air-2'), 1.5, 1"
            " FROM generate_series(%(start)s::timestamptz, %(end)s, '1 minute') AS t",
            start=DAY, end=end,
        )  # fmt: skip
    with database.transaction() as tx:
        days = peak(tx, DAY + 4 * A_DAY)
        months = peak(tx, end)

    assert (days[0], months[0]) == (1 + 4 * 1440, 1 + 60 * 1440)
    assert months[1] < 2 * days[1]


def peak(tx: Transaction, end: datetime) -> tuple[int, int]:
    tracemalloc.start()
    lines = sum(piece.count("\n") for piece in history.export_csv(tx, "air-2", "pm25", start=DAY, end=end))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return lines, peak


def fill(series: dict[tuple[str, str], int], tx: Transaction) -> None:
    put(tx, series["air-1", "pm25"], every(20 * MINUTE, DAY, [10.0, 20.0]))
    put(tx, series["air-2", "pm25"], every(20 * MINUTE, DAY, [30.0, 40.0]))
    put(tx, series["noise-1", "leq"], every(20 * MINUTE, DAY, [60.0, 70.0]))
    put(tx, series["car-1", "speed"], every(20 * MINUTE, DAY, [30.0, 60.0, 0.0]))


@pytest.mark.parametrize("rolled", [0, 17, 24, 60])
def test_a_step_is_made_of_its_minutes_wherever_the_watermark_stands(database: Database, rolled: int) -> None:
    """An end within a minute takes that minute whole, as the view of the minutes has it."""
    end = DAY + 25 * MINUTE + timedelta(seconds=30)
    with database.transaction() as tx:
        series = make_city(tx)
        for number, sensor in enumerate(("air-1", "air-2")):
            put(tx, series[sensor, "pm25"], every(MINUTE / 3, DAY, [10.0 + 40 * (n % 7) + number for n in range(90)]))
        put(tx, series["air-1", "pm25"], [(DAY + 21 * MINUTE + timedelta(seconds=1), 999.0)], quality=Quality.BAD)
    roll_up(database, DAY + rolled * MINUTE + MINUTE)
    with database.transaction() as tx:
        found = area_history.area_history(tx, ["pm25"], area="9901", start=DAY, end=end, step=10 * MINUTE)
        minutes = tx.frame(
            "SELECT date_bin('10 minutes', bucket, 'epoch') AS time, sum(count)::integer AS count,"
            " count(DISTINCT series_id)::integer AS sensors, min(min) AS low, max(max) AS high,"
            " sum(weight * mean) / sum(weight) AS value FROM reading_1m WHERE bucket < %(end)s GROUP BY 1 ORDER BY 1",
            types=history.TYPES,
            end=end,
        )

    pd.testing.assert_frame_equal(minutes, found[list(minutes.columns)], check_dtype=False)
    assert list(found["count"]) == [60, 60, 36]
