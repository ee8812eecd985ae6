"""The tables of the standards, whole: whoever changes a number of one has to mean it twice."""

import pytest

from cityops.standards import noise, tpi
from cityops.standards.aqi import sub_index
from cityops.standards.aqi_levels import LEVELS
from cityops.standards.aqi_tables import Averaging, Edition

NEW, OLD = Edition.HJ_633_2026, Edition.HJ_633_2012
INDICES = (50, 100, 150, 200, 300, 400, 500)
# HJ 633-2026, Table 3: the upper ends of the concentrations; µg/m³, CO in mg/m³.
COLUMNS = {
    ("so2", Averaging.DAY): (50, 150, 475, 800, 1600, 2100, 2620),
    ("so2", Averaging.HOUR): (150, 500, 650, 800),
    ("no2", Averaging.DAY): (40, 80, 180, 280, 565, 750, 940),
    ("no2", Averaging.HOUR): (100, 200, 700, 1200, 2340, 3090, 3840),
    ("co", Averaging.DAY): (2, 4, 14, 24, 36, 48, 60),
    ("co", Averaging.HOUR): (5, 10, 35, 60, 90, 120, 150),
    ("o3", Averaging.DAY): (100, 160, 215, 265, 800),
    ("o3", Averaging.HOUR): (160, 200, 300, 400, 800, 1000, 1200),
    ("pm10", Averaging.DAY): (50, 120, 250, 350, 420, 500, 600),
    ("pm25", Averaging.DAY): (35, 60, 115, 150, 250, 350, 500),
}
# HJ 633-2012, Table 1, where it differs.
BEFORE = {
    ("pm10", Averaging.DAY): (50, 150, 250, 350, 420, 500, 600),
    ("pm25", Averaging.DAY): (35, 75, 115, 150, 250, 350, 500),
}


@pytest.mark.parametrize("edition", [NEW, OLD])
@pytest.mark.parametrize(("pollutant", "averaging"), COLUMNS)
def test_a_sub_index_has_the_bounds_of_its_column(pollutant: str, averaging: Averaging, edition: Edition) -> None:
    column = (BEFORE if edition is OLD else {}).get((pollutant, averaging), COLUMNS[pollutant, averaging])
    step = 0.1 if pollutant == "co" else 1
    found = [sub_index(pollutant, end, averaging, edition) or 0 for end in column]
    beyond = [sub_index(pollutant, end + step, averaging, edition) or 0 for end in column[:-1]]

    assert found == list(INDICES[: len(column)])
    assert all(index > end for index, end in zip(beyond, found, strict=False))


def test_the_levels_of_the_air_have_their_ends_names_and_colours() -> None:
    assert [(level.number, level.highest, level.name.zh, level.colour) for level in LEVELS] == [
        (1, 50, "优", "#00E400"),
        (2, 100, "良", "#FFFF00"),
        (3, 150, "轻度污染", "#FF7E00"),
        (4, 200, "中度污染", "#FF0000"),
        (5, 300, "重度污染", "#99004C"),
        (6, 500, "严重污染", "#7E0023"),
    ]


@pytest.mark.parametrize(
    ("zone", "by_day", "by_night"),
    [("0", 50, 40), ("1", 55, 45), ("2", 60, 50), ("3", 65, 55), ("4a", 70, 55), ("4b", 70, 60)],
)
def test_noise_has_the_limits_of_its_zone(zone: str, by_day: int, by_night: int) -> None:
    """GB 3096-2008, Table 1; dB(A)."""
    assert noise.limits(noise.Zone(zone)) == (by_day, by_night)


@pytest.mark.parametrize(
    ("road", "speeds"),
    [(tpi.Road.EXPRESSWAY, (65, 50, 35, 20)), (tpi.Road.MAIN, (40, 30, 20, 15)), (tpi.Road.MINOR, (35, 25, 15, 10))],
)
def test_a_link_is_of_a_level_above_its_speed_and_no_longer_at_it(road: tpi.Road, speeds: tuple[int, ...]) -> None:
    """GB/T 33171-2016, Table 2; km/h."""
    ends = [(tpi.link_level(road, speed + 0.1).number, tpi.link_level(road, speed).number) for speed in speeds]

    assert ends == [(1, 2), (2, 3), (3, 4), (4, 5)]
