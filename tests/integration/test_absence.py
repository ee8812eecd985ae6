"""Absence is not zero, in a real database: nothing that the clock judges is over because data ended."""

from datetime import datetime, timedelta

import pytest

from cityops.catalogue import Catalogue
from cityops.storage import Database
from tests.integration.test_rules_live import NOW, Site, later, timed

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CLEAN = {"pm25": 20.0, "pm10": 60.0, "no2": 20.0, "so2": 9.0, "co": 0.5, "o3": 60.0}
ORANGE = timed("orange", "weather_station", type="rainstorm", colour=2)
MODERATE = timed("aqi-4", "air_station", type="aqi", level=4)
LAST_HOUR = NOW.replace(minute=0) - HOUR


@pytest.fixture
def site(database: Database, catalogue: Catalogue) -> Site:
    return Site(database, catalogue)


def rain(site: Site, rate: float, *, since: datetime, until: datetime, every: timedelta) -> None:
    moments = range(round((until - since) / every))
    site.store("W-1", "rain_rate", [(since + number * every, rate) for number in moments])


def air(site: Site, start: datetime, every: timedelta, count: int, **values: float) -> None:
    for metric, value in values.items():
        site.store("A-1", metric, [(start + number * every, value) for number in range(count)])


@pytest.mark.parametrize("minutes", [1, 2, 5, 60])
def test_a_rainstorm_is_one_however_often_the_station_reports(site: Site, minutes: int) -> None:
    """20 mm/h for three hours: 60 mm."""
    rain(site, 20.0, since=NOW - 3 * HOUR, until=NOW, every=minutes * MINUTE)

    site.clockwork(ORANGE).do_round(site.database, NOW)

    assert site.alerts() == [("orange", "W-1", "UNACK")]


def test_the_rate_of_an_hour_that_began_before_the_window_reaches_into_it(site: Site) -> None:
    """17 mm/h for three hours, told once an hour, ten minutes past: 51 mm."""
    rain(site, 17.0, since=NOW - 4 * HOUR + 10 * MINUTE, until=NOW, every=HOUR)

    site.clockwork(ORANGE).do_round(site.database, NOW)

    assert site.alerts() == [("orange", "W-1", "UNACK")]


def test_a_rainstorm_of_a_dead_station_stays(site: Site) -> None:
    clock = site.clockwork(ORANGE)
    rain(site, 300.0, since=NOW - 3 * HOUR + 2 * MINUTE, until=NOW - 3 * HOUR + 13 * MINUTE, every=MINUTE)
    clock.do_round(site.database, NOW)
    assert site.alerts() == [("orange", "W-1", "UNACK")]

    clock.do_round(site.database, NOW + 20 * MINUTE)
    clock.do_round(site.database, NOW + 20 * HOUR)

    assert site.alerts() == [("orange", "W-1", "UNACK")]


def test_a_rainstorm_ends_when_a_whole_window_was_measured_without_it(site: Site) -> None:
    clock = site.clockwork(ORANGE)
    rain(site, 300.0, since=NOW - 11 * MINUTE, until=NOW, every=MINUTE)
    clock.do_round(site.database, NOW)

    rain(site, 0.0, since=NOW + 2 * HOUR, until=NOW + 3 * HOUR, every=MINUTE)
    clock.do_round(site.database, NOW + 3 * HOUR)
    assert site.alerts() == [("orange", "W-1", "UNACK")]

    rain(site, 0.0, since=NOW + 3 * HOUR, until=NOW + 5 * HOUR, every=MINUTE)
    clock.do_round(site.database, NOW + 5 * HOUR)
    assert site.alerts() == [("orange", "W-1", "RTNUN")]


@pytest.mark.parametrize("minutes", [2, 5, 60])
def test_a_station_that_reports_slowly_raises_the_alert_of_its_index(site: Site, minutes: int) -> None:
    hours = 4 if minutes == 60 else 1
    start, count = LAST_HOUR - (hours - 1) * HOUR, hours * 60 // minutes
    air(site, start, minutes * MINUTE, count, **CLEAN | {"pm25": 130.0})

    site.clockwork(MODERATE).do_round(site.database, NOW)

    assert site.alerts() == [("aqi-4", "A-1", "UNACK")]


def test_a_station_that_died_in_the_hour_has_no_index(site: Site) -> None:
    air(site, LAST_HOUR, MINUTE, 40, **CLEAN | {"pm25": 130.0})

    site.clockwork(MODERATE).do_round(site.database, NOW)

    assert site.alerts() == []


def test_an_index_stays_when_the_pollutant_that_raised_it_is_silent(site: Site) -> None:
    clock = site.clockwork(MODERATE)
    air(site, LAST_HOUR, MINUTE, 60, **CLEAN | {"pm25": 130.0})
    clock.do_round(site.database, NOW)
    air(site, LAST_HOUR + HOUR, MINUTE, 60, **{name: value for name, value in CLEAN.items() if name != "pm25"})
    clock.do_round(site.database, NOW + HOUR)
    assert site.alerts() == [("aqi-4", "A-1", "UNACK")]

    air(site, LAST_HOUR + 2 * HOUR, MINUTE, 60, **CLEAN)
    clock.do_round(site.database, NOW + 2 * HOUR)
    assert site.alerts() == [("aqi-4", "A-1", "RTNUN")]


def test_a_value_that_is_the_same_after_a_gap_is_still_stuck(site: Site) -> None:
    clock = site.clockwork(timed("stuck", "gas_detector", type="flat", metric="gas_lel", seconds=600))
    site.store("G-1", "gas_lel", [(later(second), 3.0) for second in range(-900, 1, 60)])
    clock.do_round(site.database, later(10))
    assert site.alerts() == [("stuck", "G-1", "UNACK")]

    site.store("G-1", "gas_lel", [(later(7200), 3.0)])
    clock.do_round(site.database, later(7260))
    assert site.alerts() == [("stuck", "G-1", "UNACK")]


def test_a_device_that_reports_hourly_is_not_missed_between_two_reports(site: Site) -> None:
    clock = site.clockwork(timed("silent", "air_station", type="missing", seconds=300, intervals=2))
    site.heard_at("G-1", NOW)
    clock.do_round(site.database, NOW)  # from here on somebody is listened to
    with site.database.transaction() as tx:
        tx.execute("INSERT INTO ledger (sensor_id, heard_at, interval_seconds) VALUES ('A-1', %(at)s, 3600)", at=NOW)
    for minutes, alerts in ((59, []), (121, [("silent", "A-1", "UNACK")])):
        site.heard_at("G-1", NOW + minutes * MINUTE)
        clock.do_round(site.database, NOW + minutes * MINUTE)
        assert site.alerts() == alerts
