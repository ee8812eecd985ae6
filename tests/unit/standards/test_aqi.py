"""HJ 633 to the digit: the vectors were computed in exact arithmetic, apart from this code."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from cityops.standards.aqi import concentration_at, index, sub_index
from cityops.standards.aqi_levels import level_of
from cityops.standards.aqi_tables import Averaging, Edition, edition_of
from cityops.standards.rounding import round_half_even

DAY, HOUR = Averaging.DAY, Averaging.HOUR
OLD, NEW = Edition.HJ_633_2012, Edition.HJ_633_2026


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [(35.5, 0, 36), (60.5, 0, 60), (61.5, 0, 62), (115.5, 0, 116), (2.5, 0, 2), (1.25, 1, 1.2), (1.35, 1, 1.4)],
)
def test_a_tie_is_rounded_to_the_even_digit(value: float, places: int, rounded: float) -> None:
    assert round_half_even(value, places) == Fraction(str(rounded))
    assert round_half_even(Fraction(str(value)), places) == Fraction(str(rounded))


@pytest.mark.parametrize(
    ("pollutant", "averaging", "concentration", "old", "new"),
    [
        ("pm25", DAY, 35, 50, 50), ("pm25", DAY, 36, 52, 52), ("pm25", DAY, 55, 75, 90), ("pm25", DAY, 60, 82, 100),
        ("pm25", DAY, 75, 100, 114), ("pm25", DAY, 115.5, 152, 152), ("pm25", DAY, 116.5, 152, 152),
        ("pm25", DAY, 200, 250, 250), ("pm25", DAY, 900, 500, 500),
        ("pm10", DAY, 51, 51, 51), ("pm10", DAY, 120, 85, 100), ("pm10", DAY, 121, 86, 101),
        ("pm10", DAY, 150, 100, 112), ("pm10", DAY, 154, 102, 114),
        ("so2", DAY, 150, 100, 100), ("so2", DAY, 475, 150, 150), ("so2", HOUR, 475, 97, 97),
        ("so2", HOUR, 500, 100, 100),
        ("no2", DAY, 41, 52, 52), ("no2", HOUR, 350, 115, 115),
        ("co", DAY, 1.25, 30, 30), ("co", DAY, 2.2, 55, 55), ("co", DAY, 4.1, 101, 101), ("co", HOUR, 7.3, 73, 73),
        ("co", HOUR, 65.4, 218, 218),
        ("o3", DAY, 161, 101, 101), ("o3", DAY, 801, None, 300), ("o3", HOUR, 201, 101, 101),
        ("o3", HOUR, 1200, 500, 500), ("so2", HOUR, 801, None, 200),
        ("o3", HOUR, 301, 151, 151), ("pm10", DAY, 251, 151, 151),
    ],
)  # fmt: skip
def test_a_sub_index(pollutant: str, averaging: Averaging, concentration: float, old: int | None, new: int) -> None:
    assert sub_index(pollutant, concentration, averaging, OLD) == old
    assert sub_index(pollutant, concentration, averaging, NEW) == new


def test_no_value_of_co_falls_into_the_float_trap() -> None:
    """Every 0.1 mg/m³ up to 60, against the formula in whole numbers."""
    points = [(0, 0), (20, 50), (40, 100), (140, 150), (240, 200), (360, 300), (480, 400), (600, 500)]
    for tenths in range(1, 601):
        place = next(number for number, (tenth, _) in enumerate(points) if tenths <= tenth)
        (low, index_low), (high, index_high) = points[place - 1], points[place]
        exact = -(-((tenths - low) * (index_high - index_low)) // (high - low)) + index_low

        assert sub_index("co", tenths / 10, DAY) == exact


@pytest.mark.parametrize(
    ("averaging", "values", "old", "new", "primary"),
    [
        (DAY, (10, 30, 45, 0.8, 90, 28), (45, 1), (45, 1), ()),
        (DAY, (12, 48, 118, 1.1, 88, 75), (100, 2), (114, 3), ("pm25",)),
        (DAY, (9, 25, 66, 0.6, 218, 31), (153, 4), (153, 4), ("o3",)),
        (HOUR, (900, 60, 80, 1.0, 70, 40), None, (200, 4), ("so2",)),
    ],
)
def test_an_index_has_its_category_and_its_primary_pollutant(
    averaging: Averaging,
    values: tuple[float, ...],
    old: tuple[int, int] | None,
    new: tuple[int, int],
    primary: tuple[str, ...],
) -> None:
    given = dict(zip(("so2", "no2", "pm10", "co", "o3", "pm25"), values, strict=True))
    result = index(given, averaging)

    assert (result.value, result.level and result.level.number, result.primary) == (*new, primary)
    if old is not None:
        before = index(given, averaging, OLD)
        assert (before.value, before.level and before.level.number) == old


def test_pollutants_that_are_equal_are_primary_together() -> None:
    assert index({"pm25": 60, "pm10": 120}, DAY).primary == ("pm10", "pm25")


def test_an_incomplete_index_is_published_only_above_100() -> None:
    assert (index({"pm25": 40}, DAY).computed, index({"pm25": 40}, DAY).value) == (60, None)
    assert (index({"pm25": 80}, DAY).computed, index({"pm25": 80}, DAY).value) == (119, 119)
    assert index({"pm25": 40}, DAY, not_planned=("so2", "no2", "co", "o3", "pm10")).value == 60
    assert index({"pm25": None}, DAY).computed is None


def test_clean_air_is_1_since_the_printed_range_begins_there() -> None:
    nothing = dict.fromkeys(("so2", "no2", "co", "o3", "pm10", "pm25"), 0.0)

    assert (index(nothing, DAY).value, index(nothing, DAY, OLD).value) == (1, 0)


def test_the_edition_changes_at_midnight_in_china() -> None:
    assert edition_of(datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC)) is OLD
    assert edition_of(datetime(2026, 2, 28, 16, tzinfo=UTC)) is NEW


def test_a_negative_concentration_is_refused() -> None:
    with pytest.raises(ValueError, match="pm25"):
        sub_index("pm25", -1, DAY)


@pytest.mark.parametrize("index_value", [50, 75, 100, 150, 200, 300])
def test_the_concentration_of_an_index_leads_back_to_it(index_value: int) -> None:
    assert sub_index("co", round_half_even(concentration_at("co", index_value, DAY), 1), DAY) == index_value


@pytest.mark.parametrize("number", range(1, 6))
def test_a_level_ends_where_the_standard_says(number: int) -> None:
    highest = [50, 100, 150, 200, 300][number - 1]

    assert [level_of(highest).number, level_of(highest + 1).number] == [number, number + 1]
