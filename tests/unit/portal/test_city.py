"""The city as everybody sees it: means of stations, age, warnings of districts as one."""

from datetime import UTC, datetime, timedelta

import pytest

from cityops.catalogue import Names
from cityops.standards.tables import load_standards
from portal.city.city_facts import AirReading, CityFacts, PublicWarning
from portal.city.now import CITY, see_city
from portal.pages.home_cards import draw_air, draw_traffic

NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")
WORDS = Names(zh="字", en="word")


def reading(area: str, metric: str, mean: float | None, stations: int = 1, *, minutes: int = 1) -> AirReading:
    in_time = 0 if mean is None else stations
    return AirReading(area, metric, mean, in_time, stations, NOW - timedelta(minutes=minutes))


def warning(area: str | None, severity: int, *, hours: int = 1, is_uncertain: bool = False) -> PublicWarning:
    return PublicWarning("rain", WORDS, WORDS, severity, area, NOW - timedelta(hours=hours), is_uncertain)


def test_districts_weigh_by_their_stations() -> None:
    whole = [reading("a", metric, 1) for metric in POLLUTANTS if metric != "pm25"]
    city = see_city(
        CityFacts([*whole, reading("a", "pm25", 35, 3), reading("b", "pm25", 75, 1)], (), ()),
        [],
        load_standards(),
        now=NOW,
    )

    # 45 µg/m³ by the hour's table of HJ 633-2026: 35 is 50, 60 is 100.
    index = city.air[CITY].index
    assert index is not None
    assert (index.value, index.primary) == (70, ("pm25",))
    assert city.air[CITY].stations == 4


def test_a_pollutant_that_is_missing_leaves_no_index() -> None:
    city = see_city(CityFacts([reading("a", "pm25", 35)], (), ()), [], load_standards(), now=NOW)
    air = city.air[CITY]

    assert air.index is not None
    assert air.index.value is None
    card = draw_air(air, NOW, "en")
    assert card.value == "NA"
    assert "SO₂" in card.lines[0]


def test_old_values_are_no_present() -> None:
    city = see_city(CityFacts([reading("a", "pm25", None, 2, minutes=90)], (), ()), [], load_standards(), now=NOW)
    card = draw_air(city.air[CITY], NOW, "en")

    assert card.value == ""
    assert card.is_old
    assert card.age == "No data in time; the last came 90 min ago. Trust what you see on the spot."


def test_no_detector_is_no_free_road() -> None:
    city = see_city(CityFacts((), (), ()), [], load_standards(), now=NOW)
    card = draw_traffic(city.traffic, NOW, "zh")

    assert city.traffic.index is None
    assert card.value == ""
    assert "从未有数据" in card.age


def test_a_warning_of_many_districts_is_one() -> None:
    warnings = (warning("b", 3), warning("a", 2, hours=3, is_uncertain=True), warning(None, 3))
    city = see_city(CityFacts((), (), warnings), [], load_standards(), now=NOW)
    (found,) = city.warnings

    assert (found.severity, found.areas, found.since) == (2, ("a", "b"), NOW - timedelta(hours=3))
    assert not found.is_uncertain


@pytest.mark.parametrize(("uncertain", "wanted"), [((True, True), True), ((True, False), False)])
def test_uncertain_is_what_is_so_everywhere(uncertain: tuple[bool, bool], *, wanted: bool) -> None:
    warnings = tuple(warning("a", 3, is_uncertain=one) for one in uncertain)
    city = see_city(CityFacts((), (), warnings), [], load_standards(), now=NOW)

    assert city.warnings[0].is_uncertain is wanted
