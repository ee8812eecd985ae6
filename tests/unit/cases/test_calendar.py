"""The working days of 2025 to 2027, slots, and calendars of departments."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cases.clock.calendar import DayKind, WorkSlot, YearStatus
from cases.clock.calendar_files import read_slots, read_year
from cases.errors import CalendarError, CalendarMissing
from tests.unit.cases.calendars import at, calendar, without_2027


@pytest.mark.parametrize(
    ("year", "months"),
    [
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ],
)
def test_working_days_of_a_year_are_those_of_the_state_council(year: int, months: list[int]) -> None:
    worked = [day.month for day in calendar().work_dates if day.year == year]

    assert [worked.count(month) for month in range(1, 13)] == months
    assert sum(months) == 248
    assert calendar().years[year] is YearStatus.ANNOUNCED


def test_a_year_of_eight_hours_has_1984_of_work() -> None:
    assert calendar().worked(at("01-01 00:00"), at("12-31 23:59")) == timedelta(hours=1984)


@pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
def test_weekend_days_of_2026_that_are_worked(day: str) -> None:
    found = calendar().day(date.fromisoformat(f"2026-{day}"))

    assert found.kind is DayKind.WORK
    assert "调休" in found.note


def test_holidays_are_read_as_days_off() -> None:
    """A ticket system took its holiday feed for free working time."""
    off = [day for day, found in calendar().days.items() if found.kind is DayKind.OFF and day.year == 2026]

    assert len(off) == 33
    assert not any(calendar().is_work_day(day) for day in off)


def test_2027_is_there_and_not_announced() -> None:
    assert calendar().years[2027] is YearStatus.ASSUMED
    assert not calendar().is_work_day(date(2027, 2, 8))


def test_a_year_that_is_not_covered_is_refused_with_a_word() -> None:
    with pytest.raises(CalendarMissing, match=r"does not cover 2027.*Import the calendar of the year with"):
        without_2027().is_work_day(date(2027, 1, 4))
    with pytest.raises(CalendarMissing, match="2024"):
        calendar().worked(at("2024-12-31 12:00"), at("01-05 12:00"))


def test_a_department_may_work_on_days_off() -> None:
    city = calendar()
    water = city.derive("water", staffed={date(2026, 10, 1): "值班"})
    day, night = at("10-01 08:00"), at("10-02 00:00")

    assert water.worked(day, night) == timedelta(hours=8)
    assert city.worked(day, night) == timedelta(0)
    assert not water.is_work_day(date(2026, 10, 1))  # by law it is a holiday all the same


def test_a_utility_works_around_the_clock() -> None:
    gas = calendar().derive("gas", slots=(WorkSlot(0, 24 * 60),), always_staffed=True)

    assert gas.worked(at("02-15 00:00"), at("02-24 00:00")) == timedelta(days=9)
    assert gas.advance(at("02-16 23:30"), timedelta(hours=2)) == at("02-17 01:30")
    assert gas.hours_per_day == 24


def test_the_slots_of_a_day_add_up() -> None:
    assert calendar("A").hours_per_day == 8
    assert calendar("B").hours_per_day == Decimal("7.5")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('year = 2026\nstatus = "announced"', "source"),
        ('year = 2026\nstatus = "sure"\nsource = ""', "sure"),
        (
            'year = 2026\nstatus = "announced"\nsource = ""\n'
            '[[holiday]]\nname = "元旦"\nfirst = 2025-01-01\nlast = 2025-01-01',
            "元旦 does not lie in 2026",
        ),
        (
            'year = 2026\nstatus = "announced"\nsource = ""\n'
            '[[holiday]]\nname = "元旦"\nfirst = 2026-01-01\nlast = 2026-01-01\nworked = [2026-01-05]',
            "2026-01-05 is no weekend day",
        ),
        (
            'year = 2026\nstatus = "announced"\nsource = ""\n'
            '[[holiday]]\nname = "元旦"\nfirst = 2026-01-01\nlast = 2026-01-01\n'
            '[[holiday]]\nname = "元旦"\nfirst = 2026-01-01\nlast = 2026-01-02',
            "2026-01-01 is named twice",
        ),
        ("year =", "Invalid value"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_entry(text: str, reason: str) -> None:
    with pytest.raises(CalendarError, match=f"2026.toml: .*{reason}"):
        read_year(text, "2026.toml")


@pytest.mark.parametrize("slots", ['[["08:00"]]', '[["eight", "12:00"]]', "8"])
def test_slots_that_are_none_are_refused(slots: str) -> None:
    with pytest.raises(CalendarError, match=r"slots\.toml"):
        read_slots(f"slots = {slots}", "slots.toml")


@pytest.mark.parametrize("slots", [(), (WorkSlot(480, 720), WorkSlot(700, 900)), (WorkSlot(720, 480),)])
def test_slots_must_lie_in_order_inside_the_day(slots: tuple[WorkSlot, ...]) -> None:
    with pytest.raises(CalendarError, match="slots"):
        calendar().__class__("x", 1, calendar().zone, slots, {2026: YearStatus.ANNOUNCED})


def test_years_must_follow_one_another() -> None:
    years = {2025: YearStatus.ANNOUNCED, 2027: YearStatus.ASSUMED}

    with pytest.raises(CalendarError, match="gap"):
        calendar().__class__("x", 1, calendar().zone, calendar().slots, years)


def test_beyond_the_years_that_are_known_nothing_is_counted() -> None:
    """Each question names the year that is missing; none is answered as if nobody worked there."""
    city = without_2027()
    last, beyond = at("2026-12-31 20:00"), at("2027-01-05 09:00")
    asked: list[Callable[[], object]] = [
        lambda: city.next_opening(beyond),
        lambda: city.next_opening(last),  # the next slot opens in the year after
        lambda: city.later_work_date(last.date(), 1),
        lambda: city.worked(at("12-30 09:00"), beyond),
        lambda: list(city.statuses(last, beyond)),
    ]
    for ask in asked:
        with pytest.raises(CalendarMissing) as missing:
            ask()
        assert "2027" in str(missing.value)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("06-08 07:59", "06-08 08:00"),
        ("06-08 08:00", "06-08 08:00"),
        ("06-08 11:59", "06-08 11:59"),
        ("06-08 12:00", "06-08 14:00"),
        ("06-12 18:00", "06-15 08:00"),  # a Friday
    ],
)
def test_work_goes_on_at_once_or_when_the_next_slot_opens(moment: str, opens: str) -> None:
    assert calendar().next_opening(at(moment)) == at(opens)


def test_the_years_between_two_moments_say_how_sure_they_are() -> None:
    assert list(calendar().statuses(at("12-30 09:00"), at("2027-01-05 09:00"))) == [
        YearStatus.ANNOUNCED,
        YearStatus.ASSUMED,
    ]
