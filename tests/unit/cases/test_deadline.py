"""Deadlines: the reference vectors, counted by two libraries, a closed form and minute by minute."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.calendar import WorkSlot
from cases.clock.deadline import ClockInputs, Pause, find_deadline, find_deadlines, running_time
from cases.clock.limits import DayRule, Limit, LimitUnit
from cases.errors import CalendarMissing, LimitUnusable, PauseUnusable
from tests.unit.cases.calendars import SHANGHAI, at, calendar, inputs, limit, without_2027

COLUMNS = [("A", "4 wh"), ("A", "2 wd"), ("A", "5 wd"), ("B", "4 wh"), ("B", "5 wd")]
VECTORS = {
    "V1 before a Saturday that is worked": (
        "02-13 17:00",
        ["02-14 11:00", "02-24 17:00", "02-27 17:00", "02-14 12:00", "02-27 17:00"],
    ),
    "V2 before nine days off": (
        "02-14 17:00",
        ["02-24 11:00", "02-25 17:00", "02-28 17:00", "02-24 12:00", "02-28 17:00"],
    ),
    "V3 over lunch": ("02-13 11:00", ["02-13 17:00", "02-24 11:00", "02-27 11:00", "02-13 16:30", "02-27 11:00"]),
    "V4 before the National Day": (
        "09-30 16:00",
        ["10-08 10:00", "10-09 16:00", "10-13 16:00", "10-08 11:00", "10-13 16:00"],
    ),
    "V5 a worked Saturday after it": (
        "10-09 17:00",
        ["10-10 11:00", "10-12 17:00", "10-15 17:00", "10-10 12:00", "10-15 17:00"],
    ),
    "V6 after hours": ("04-03 20:00", ["04-07 12:00", "04-08 18:00", "04-13 18:00", "04-07 14:00", "04-13 17:30"]),
    "V7 in the lunch hour": (
        "06-18 12:30",
        ["06-18 18:00", "06-23 12:00", "06-26 12:00", "06-18 17:30", "06-26 12:00"],
    ),
    "V8 on a worked Saturday": (
        "05-09 09:00",
        ["05-09 15:00", "05-12 09:00", "05-15 09:00", "05-09 14:30", "05-15 09:00"],
    ),
}
CASES = [
    pytest.param(slots, start, text, due, id=f"{name}: {slots} {text}")
    for name, (start, row) in VECTORS.items()
    for (slots, text), due in zip(COLUMNS, row, strict=True)
]
CONVENTIONS = [
    ("V6", "04-03 20:00", "04-07 18:00", "04-08 08:00", "04-07 18:00"),
    ("V7", "06-18 12:30", "06-22 12:00", "06-22 14:00", "06-22 18:00"),
    ("V4", "09-30 16:00", "10-08 16:00", "10-08 16:00", "10-08 18:00"),
]


@pytest.mark.parametrize(("slots", "start", "text", "due"), CASES)
def test_vectors(slots: str, start: str, text: str, due: str) -> None:
    found = find_deadline(inputs(start, text), calendar(slots))

    assert found.at == at(due)
    assert not found.provisional


@pytest.mark.parametrize(("start", "hours", "same_clock", "end_of_day"), [row[1:] for row in CONVENTIONS])
def test_the_conventions_of_a_working_day(start: str, hours: str, same_clock: str, end_of_day: str) -> None:
    dues = [find_deadline(inputs(start, "1 wd", rule), calendar()).at for rule in DayRule]

    assert dues == [at(hours), at(same_clock), at(end_of_day)]


def test_v9_a_year_that_is_not_announced_gives_a_provisional_deadline() -> None:
    found = find_deadline(inputs("12-31 16:00", "2 wd"), calendar())

    assert found.at == at("2027-01-05 16:00")
    assert found.provisional


def test_v9_a_year_that_is_not_there_gives_none() -> None:
    with pytest.raises(CalendarMissing, match="2027"):
        find_deadline(inputs("12-31 16:00", "2 wd"), without_2027())


def test_clock_hours_need_no_calendar() -> None:
    found = find_deadline(inputs("12-31 23:30", "2 uh"), without_2027())

    assert found.at == at("2027-01-01 01:30")
    assert not found.provisional


@pytest.mark.parametrize(
    ("start", "text", "due"),
    [
        ("02-12 10:00", "5 wd", "02-26 10:00"),  # with weekends alone: 02-19, in the middle of the holiday
        ("06-08 08:00", "4 wh", "06-08 12:00"),  # and not 14:00
        ("06-08 12:00", "0.5 wh", "06-08 14:30"),
        ("06-08 18:00", "0.5 wh", "06-09 08:30"),
        ("02-16 23:30", "2 uh", "02-17 01:30"),
        ("09-28 15:00", "7 nd", "10-05 15:00"),
    ],
)
def test_v10_and_v11_and_hours_of_the_clock(start: str, text: str, due: str) -> None:
    assert find_deadline(inputs(start, text), calendar()).at == at(due)


def test_v12_worked_time_over_a_holiday() -> None:
    assert calendar().worked(at("02-13 17:00"), at("02-24 09:30")) == timedelta(hours=10.5)


def test_natural_days_of_the_civil_code_end_on_a_working_day() -> None:
    assert find_deadline(inputs("09-28 15:00", "7 nd", DayRule.END_OF_DAY), calendar()).at == at("10-08 18:00")


def test_a_day_on_duty_is_a_day_off_for_the_civil_code() -> None:
    gas = calendar().derive("gas", always_staffed=True)

    assert find_deadline(inputs("09-28 15:00", "7 nd", DayRule.END_OF_DAY), gas).at == at("10-08 18:00")


def test_the_lunch_hour_stands_still() -> None:
    """A help desk went on counting at lunch: 12:00 is a deadline, and a minute more is 14:01."""
    assert find_deadline(inputs("06-08 11:00", "1 wh"), calendar()).at == at("06-08 12:00")
    more = Limit(Decimal(61) / 60, LimitUnit.WORK_HOUR)
    assert find_deadline(ClockInputs(at("06-08 11:00"), more), calendar()).at == at("06-08 14:01")


# ---- pauses and extensions

PAUSED = inputs("09-29 10:00", "16 wh").paused(at("09-30 09:00"), at("10-12 09:00"))


def test_p0_without_a_pause() -> None:
    assert find_deadline(inputs("09-29 10:00", "16 wh"), calendar()).at == at("10-08 10:00")


def test_p1_a_pause_over_the_holiday() -> None:
    """A ticket system counted the pause wrong as soon as days and a calendar met."""
    assert running_time(PAUSED, at("10-12 09:00"), calendar()) == timedelta(hours=7)
    assert find_deadline(PAUSED, calendar()).at == at("10-13 10:00")


def test_p2_work_goes_on_in_the_middle_of_the_holiday() -> None:
    assert find_deadline(PAUSED.resumed(at("10-03 09:00")), calendar()).at == at("10-09 09:00")


def test_p3_an_extension() -> None:
    extended = inputs("09-29 10:00", "16 wh").extended(limit("16 wh"))

    assert find_deadline(extended, calendar()).at == at("10-10 10:00")  # a Saturday that is worked


def test_p4_a_pause_and_an_extension() -> None:
    assert find_deadline(PAUSED.extended(limit("16 wh")), calendar()).at == at("10-15 10:00")


def test_a_pause_ends_when_it_was_to_end_however_late_the_timer_is() -> None:
    assert PAUSED.resumed(at("10-20 09:00")) == PAUSED


def test_a_pause_is_kept_when_the_limit_becomes_another() -> None:
    """A ticket system forgot the pause when the class of the ticket changed while it waited."""
    changed = replace(PAUSED, limit=limit("5 wd"))

    assert find_deadline(changed, calendar()).at > find_deadline(inputs("09-29 10:00", "5 wd"), calendar()).at
    assert running_time(changed, at("10-12 09:00"), calendar()) == timedelta(hours=7)


def test_nothing_is_overdue_while_the_clock_stands_still() -> None:
    """A ticket system said overdue in the middle of a pause."""
    deadline = find_deadline(PAUSED, calendar())
    moment = at("09-30 09:00")
    while PAUSED.is_paused(moment):
        assert not deadline.is_past(moment)
        moment += timedelta(hours=5)


def test_a_granted_deadline_survives_another_calendar() -> None:
    """A deadline set by hand moved when everything was computed anew: what was granted is an input, not a result."""
    city = calendar()
    newer = replace(city, version=2, days={**city.days, date(2026, 9, 19): city.days[date(2026, 9, 20)]})
    extended = inputs("09-29 10:00", "16 wh").extended(limit("16 wh"))

    assert find_deadline(extended, newer) == find_deadline(extended, city)


def test_stages_are_independent() -> None:
    """An answer to the customer moved the time of the first answer."""
    stages = [limit("3 uh"), limit("8 uh"), limit("5 wd")]
    dues = [deadline.at for deadline in find_deadlines(inputs("06-08 09:00", "5 wd"), stages, calendar())]

    assert dues == [at("06-08 12:00"), at("06-08 17:00"), at("06-15 09:00")]


@pytest.mark.parametrize("slots", ["A", "B"])
def test_both_sets_of_slots_are_in_use(slots: str) -> None:
    """A ticket system worked with a calendar of 24 hours alone."""
    around = calendar().derive("x", slots=(WorkSlot(0, 1440),), always_staffed=True)
    due = find_deadline(inputs("06-08 08:00", "16 wh"), calendar(slots)).at

    assert due > find_deadline(inputs("06-08 08:00", "16 wh"), around).at


def test_pauses_that_overlap_are_refused() -> None:
    with pytest.raises(PauseUnusable):
        PAUSED.paused(at("10-11 09:00"), at("10-20 09:00"))
    with pytest.raises(PauseUnusable):
        inputs("09-29 10:00", "16 wh").paused(at("10-20 09:00"), at("10-12 09:00"))


@pytest.mark.parametrize(
    ("value", "unit", "rule"),
    [
        ("0", LimitUnit.WORK_HOUR, DayRule.HOURS),
        ("-1", LimitUnit.WORK_DAY, DayRule.HOURS),
        ("3661", LimitUnit.WORK_DAY, DayRule.HOURS),
        ("1.5", LimitUnit.WORK_DAY, DayRule.END_OF_DAY),
        ("2", LimitUnit.URGENT_HOUR, DayRule.SAME_CLOCK),
    ],
)
def test_limits_that_are_none_are_refused(value: str, unit: LimitUnit, rule: DayRule) -> None:
    with pytest.raises(LimitUnusable, match="Correct its value"):
        Limit(Decimal(value), unit, rule)


# ---- properties

MOMENTS = st.datetimes(datetime(2025, 2, 1), datetime(2026, 6, 30)).map(  # noqa: DTZ001  (the zone follows)
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 40).map(Decimal), st.sampled_from(LimitUnit)),
    st.builds(
        Limit,
        st.integers(1, 40).map(Decimal),
        st.sampled_from([LimitUnit.WORK_DAY, LimitUnit.NATURAL_DAY]),
        st.sampled_from(DayRule),
    ),
)


@st.composite
def clocks(draw: st.DrawFn) -> ClockInputs:
    """A start, a limit, and up to three pauses after it."""
    start = draw(MOMENTS)
    edges = sorted(draw(st.lists(st.integers(0, 60 * 24 * 60), max_size=6).filter(lambda found: len(found) % 2 == 0)))
    moments = [start + timedelta(minutes=minute) for minute in edges]
    pauses = tuple(Pause(begins, ends) for begins, ends in zip(moments[::2], moments[1::2], strict=True))
    return ClockInputs(start, draw(LIMITS), pauses=pauses)


@settings(max_examples=40)
@given(clocks(), LIMITS)
def test_an_extension_never_makes_a_deadline_earlier(clock: ClockInputs, more: Limit) -> None:
    assert find_deadline(clock.extended(more), calendar()).at >= find_deadline(clock, calendar()).at


@settings(max_examples=40)
@given(clocks())
def test_a_pause_never_makes_a_deadline_earlier(clock: ClockInputs) -> None:
    assert find_deadline(clock, calendar()).at >= find_deadline(replace(clock, pauses=()), calendar()).at


@settings(max_examples=40)
@given(clocks())
def test_by_hours_the_deadline_is_the_first_moment_at_which_the_limit_is_used(clock: ClockInputs) -> None:
    by_hours = replace(clock, limit=replace(clock.limit, day_rule=DayRule.HOURS))
    due = find_deadline(by_hours, calendar()).at
    whole = by_hours.limit.span(Decimal(8) if by_hours.limit.unit is LimitUnit.WORK_DAY else Decimal(24))

    assert running_time(by_hours, due, calendar()) == whole
    assert running_time(by_hours, due - timedelta(minutes=1), calendar()) < whole


@settings(max_examples=30)
@given(MOMENTS, st.integers(1, 16))
def test_the_time_line_is_what_counting_minutes_gives(start: datetime, hours: int) -> None:
    """The slow way: minute by minute, asking each whether it is worked."""
    city, left, moment = calendar(), hours * 60, start
    while left:
        minute = moment.hour * 60 + moment.minute
        if not city.is_work_day(moment.date()):
            moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
            continue
        left -= any(opens <= minute < closes for opens, closes in city.slots)
        moment += timedelta(minutes=1)

    assert find_deadline(ClockInputs(start, limit(f"{hours} wh")), city).at == moment
