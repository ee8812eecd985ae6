"""What colours mean on the map: one scale each for air, traffic and who reports, decided here and drawn by screens."""

import pytest

from cityops.geography.road_links import Jam
from cityops.standards import aqi_levels, tpi
from cityops.standards.tables import load_standards
from dashboard import texts
from dashboard.city.indices import draw_traffic
from dashboard.city.scales import DARK, bands_of, colour_on, draw_scales, ink_on
from dashboard.pages.domain.index.traffic_working import ROADS, work_traffic

ALL_UP = {"up": 10, "all": 10}


@pytest.mark.parametrize(
    ("aqi", "band"),
    [
        (1, 0),
        (50, 0),
        (51, 1),
        (100, 1),
        (101, 2),
        (150, 2),
        (151, 3),
        (200, 3),
        (201, 4),
        (300, 4),
        (301, 5),
        (500, 5),
    ],
)
def test_air_is_shaded_by_the_categories_of_the_standard(aqi: int, band: int) -> None:
    assert bands_of(ALL_UP | {"aqi": aqi})["aqi"] == band


@pytest.mark.parametrize(("index", "band"), [(0, 0), (2, 0), (2.1, 1), (4, 1), (6, 2), (8, 3), (8.1, 4), (10, 4)])
def test_traffic_is_shaded_by_its_levels_each_with_its_upper_end(index: float, band: int) -> None:
    assert bands_of(ALL_UP | {"tpi": index})["tpi"] == band


@pytest.mark.parametrize(("up", "band"), [(100, 0), (98, 0), (97, 1), (90, 1), (89, 2), (75, 2), (74, 3), (0, 3)])
def test_an_area_is_shaded_by_how_many_of_its_sensors_report(up: int, band: int) -> None:
    assert bands_of({"up": up, "all": 100})["complete"] == band


def test_what_nobody_measures_has_no_shade() -> None:
    assert bands_of({"up": 0, "all": 0}) == {}
    assert bands_of(ALL_UP | {"aqi_na": True}) == {"complete": 0}


def test_a_scale_has_a_step_for_each_level_in_words() -> None:
    scales = draw_scales(texts.speaker("en"))

    assert [step["colour"] for step in scales["aqi"]] == [level.colour for level in aqi_levels.LEVELS]
    assert [step["words"] for step in scales["aqi"]] == ["0–50", "51–100", "101–150", "151–200", "201–300", ">300"]
    assert [step["words"] for step in scales["tpi"]] == ["Free", "Mostly free", "Light", "Moderate", "Heavy"]
    assert [step["words"] for step in scales["complete"]] == ["≥98%", "≥90%", "≥75%", "≥0%"]


@pytest.mark.parametrize("jammed", [0.0, 5.0, 9.0, 12.0, 30.0])
def test_a_level_of_traffic_has_one_colour_on_wall_map_and_page(jammed: float) -> None:
    working = work_traffic({ROADS[0]: Jam(100.0, jammed)}, load_standards(), language="zh")
    assert working is not None
    level = tpi.level_of(float(working.value))

    assert working.colour == level.colour == draw_traffic(float(working.value))["colour"]
    assert draw_scales(texts.speaker("zh"))["tpi"][level.number - 1]["colour"] == level.colour


def test_ink_reads_on_every_colour_of_the_air() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for level in (*aqi_levels.LEVELS, None):
        low, high = sorted(map(luminance, (colour_on(level), ink_on(level))))
        assert (high + 0.05) / (low + 0.05) >= 4.5, level
    assert ink_on(None) == DARK
