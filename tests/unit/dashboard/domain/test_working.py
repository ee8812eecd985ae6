"""The indices with their working, against the worked examples of the standards."""

import re
from datetime import UTC, date, datetime

import pytest

from cityops.catalogue import Catalogue
from cityops.geography.road_links import Jam
from cityops.standards import aqi, aqi_tables
from cityops.standards.air_means import AirDay, AirHour, index_of_hour
from cityops.standards.tables import Standards, load_standards
from cityops.standards.tpi import Road
from dashboard.pages.domain.index.air_working import work_air
from dashboard.pages.domain.index.day_table import table_days
from dashboard.pages.domain.index.rain_working import work_rain
from dashboard.pages.domain.index.traffic_working import work_traffic

NEW, OLD = datetime(2026, 3, 10, 4, tzinfo=UTC), datetime(2026, 2, 10, 4, tzinfo=UTC)
FRESH = {"so2": 9.0, "no2": 20.0, "co": 0.5, "o3": 60.0}
CLEAN = {"so2": 12.0, "no2": 48.0, "co": 1.1, "o3": 88.0, "pm10": 118.0, "pm25": 75.0}


@pytest.fixture
def standards() -> Standards:
    return load_standards()


def hour(concentrations: dict[str, float], start: datetime = NEW) -> AirHour:
    return index_of_hour(concentrations, start)


def test_the_leading_pollutant_is_shown_with_its_interpolation(catalogue: Catalogue) -> None:
    """HJ 633-2026, Table 3: PM2.5 of 48 lies between 35 (50) and 60 (100): 76; PM10 of 66 between 50 and 120: 62."""
    working = work_air(hour(FRESH | {"pm25": 48.0, "pm10": 66.0, "co": 0.7}), catalogue, language="zh")

    assert working is not None
    assert (working.value, working.level) == ("76", "良")
    lines = {line.cells[0]: line for line in working.lines}
    assert lines["PM2.5"].cells == ("PM2.5", "48 µg/m³", "(100−50)/(60−35)×(48−35)+50", "76")
    assert lines["PM10"].cells[2:] == ("(100−50)/(120−50)×(66−50)+50", "62")
    assert lines["一氧化碳"].cells[2:] == ("(50−0)/(5−0)×(0.7−0)+0", "7")
    assert [line.leads for line in working.lines] == [line is lines["PM2.5"] for line in working.lines]
    assert "首要污染物：PM2.5。" in working.note


@pytest.mark.parametrize(
    ("start", "pm25", "value", "words"),
    [
        (NEW, 40.0, "NA", "SO₂, NO₂, CO, O₃, PM10 missing; what is measured gives 60, not above 100: NA"),
        (NEW, 80.0, "119", "what is measured is above 100 and is published"),
        (OLD, 40.0, "57", "the index is the largest of what is measured"),
    ],
)
def test_an_index_with_a_missing_pollutant(
    catalogue: Catalogue, start: datetime, pm25: float, value: str, words: str
) -> None:
    """The edition of 2026 publishes it only above 100, with the reason; that of 2012 always."""
    working = work_air(hour({"pm25": pm25}, start), catalogue, language="en")

    assert working is not None
    assert working.value == value
    assert words in working.note
    assert working.note.startswith("HJ 633—2026" if start == NEW else "HJ 633—2012")


def test_an_hour_that_was_hardly_measured_is_na_with_the_reason(catalogue: Catalogue) -> None:
    working = work_air(index_of_hour({}, NEW, ["pm25"]), catalogue, language="en")

    assert working is not None
    assert (working.value, working.level) == ("NA", "Not published")
    assert [line.cells for line in working.lines] == [("PM2.5", "—", "less than 45 min", "NA")]
    assert "No pollutant was measured for long enough" in working.note


def test_pollutants_that_are_equal_are_named_together(catalogue: Catalogue) -> None:
    working = work_air(hour(FRESH | {"pm25": 60.0, "pm10": 120.0}), catalogue, language="zh")

    assert working is not None
    assert "首要污染物：PM10、PM2.5。" in working.note


def test_the_days_before_are_a_table(catalogue: Catalogue) -> None:
    days = [
        AirDay(date(2026, 3, 3), CLEAN, dict.fromkeys(CLEAN, 24), aqi.index(CLEAN, aqi_tables.Averaging.DAY)),
        AirDay(
            date(2026, 3, 2),
            {"pm25": 28.0},
            {"pm25": 24, "o3": 11},
            aqi.index({"pm25": 28.0}, aqi_tables.Averaging.DAY),
        ),
    ]
    table = table_days(days, catalogue, language="zh")

    assert [line.cells[:4] for line in table.lines] == [
        ("2026-03-03", "114", "轻度污染", "PM2.5"), ("2026-03-02", "NA", "不发布", "—"),
    ]  # fmt: skip
    assert table.lines[0].note == ""
    assert "缺少" in table.lines[1].note
    assert table.lines[1].cells[4:8] == ("NA（0/20 时）", "NA（0/20 时）", "NA（0/20 时）", "NA（11/20 时）")


def test_the_working_computes_to_the_index_that_is_shown(catalogue: Catalogue) -> None:
    import math

    concentrations = {"so2": 37.0, "no2": 141.0, "co": 12.3, "o3": 188.0, "pm10": 266.0, "pm25": 117.0}
    working = work_air(hour(concentrations), catalogue, language="en")

    assert working is not None
    assert "missing" not in working.note
    for line in working.lines:
        arithmetic = line.cells[2].replace("−", "-").replace("×", "*")
        assert math.ceil(round(eval(arithmetic), 9)) == int(line.cells[3]), line
    assert working.value == max((line.cells[3] for line in working.lines), key=int)


def test_a_concentration_above_the_table_has_no_interpolation(catalogue: Catalogue) -> None:
    working = work_air(hour({"pm25": 700.0}), catalogue, language="zh")

    assert working is not None
    assert (working.value, working.lines[0].cells[2]) == ("500", "—")


def test_nothing_measured_gives_no_index(catalogue: Catalogue, standards: Standards) -> None:
    assert work_air(hour({}), catalogue, language="zh") is None
    assert work_traffic({}, standards, language="zh") is None
    assert work_rain({}, standards, language="zh") is None


@pytest.mark.parametrize(("language", "words"), [("zh", ("附录", "第 16 号")), ("en", ("annex", "Order 16"))])
def test_the_source_of_a_table_is_in_the_readers_language(
    standards: Standards, language: str, words: tuple[str, str]
) -> None:
    traffic = work_traffic({Road.MAIN: Jam(50.0, 5.0)}, standards, language=language)
    rain = work_rain({1: 3.0}, standards, language=language)

    assert traffic is not None
    assert rain is not None
    for note, word in zip((traffic.note, rain.note), words, strict=True):
        assert word in note
        assert (re.search("[a-z]{3}", note) is None) == (language == "zh")


def test_jammed_kilometres_are_weighed_by_what_is_driven(standards: Standards) -> None:
    jams = {Road.EXPRESSWAY: Jam(50.0, 5.0), Road.MAIN: Jam(100.0, 20.0), Road.MINOR: Jam(100.0, 0.0)}
    working = work_traffic(jams, standards, language="en")
    driven = {road: float(standards.tpi.driven[road.value]) for road in jams}
    total = sum(driven.values())
    share = sum(jam.percent * driven[road] for road, jam in jams.items()) / total

    assert working is not None
    assert f"{share:.1f}%" in working.note
    assert [line.cells[1] for line in working.lines] == ["5.0 / 50.0 km", "20.0 / 100.0 km", "0.0 / 100.0 km"]
    added = sum(float(line.cells[3].rstrip("%")) for line in working.lines)
    assert added == pytest.approx(share, abs=0.2)
    assert [line.leads for line in working.lines] == [False, True, False]


def test_without_a_jam_no_road_leads(standards: Standards) -> None:
    working = work_traffic({Road.MAIN: Jam(10.0, 0.0)}, standards, language="zh")

    assert working is not None
    assert (working.value, working.level) == ("0.0", "畅通")
    assert not any(line.leads for line in working.lines)


@pytest.mark.parametrize(
    ("rates", "signal"),
    [
        ([49.9], "未达到"),
        ([50.0], "橙色"),  # 50 mm in 3 hours satisfies blue, yellow and orange
        ([100.0], "红色"),
        ([0.0] * 3 + [50.0], "黄色"),  # within 6 hours
        ([0.0] * 11 + [50.0], "蓝色"),  # within 12 hours
        ([0.0] * 12 + [50.0], "未达到"),  # too long ago
    ],
)
def test_rain_reaches_a_signal_at_the_bound_itself(rates: list[float], signal: str, standards: Standards) -> None:
    """CMA Order 16: blue 50 mm in 12 hours, yellow in 6, orange in 3, red 100 mm in 3."""
    hourly = {**dict.fromkeys(range(1, 25), 0.0), **dict(enumerate(rates, 1))}
    working = work_rain(hourly, standards, language="zh")

    assert working is not None
    assert working.value == signal
    assert [line.cells[0] for line in working.lines if line.leads] == ([] if signal == "未达到" else [signal])
    assert "缺" not in working.note


def test_hours_without_rain_data_are_named(standards: Standards) -> None:
    working = work_rain({1: 5.0, 2: 5.0, 20: 1.0}, standards, language="en")

    assert working is not None
    assert "10 hours without data" in working.note


def test_rain_that_nobody_measured_is_not_denied(standards: Standards) -> None:
    """Of a window of which less than three quarters is known, only what fell is certain."""
    working = work_rain({1: 20.0, 2: 20.0}, standards, language="zh")
    known = work_rain(dict.fromkeys(range(1, 13), 20.0), standards, language="zh")

    assert working is not None
    assert known is not None
    assert working.value == "数据不足"
    assert {line.cells[3] for line in working.lines} == {"数据不足"}
    assert {line.cells[3] for line in known.lines} == {"达到", "未达到"}
