"""Detection: a pure function of rules, state, readings in event time, and now."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions import Flood, Noise, Rate, Repeated, Threshold
from alerts.conditions.base import ConditionVerdict, Floats, Ints
from alerts.detection.condition_state import ConditionKey, ConditionState, Phase
from alerts.detection.detect import detect, retire
from alerts.detection.readings import Readings
from alerts.detection.series_index import Series
from alerts.detection.stream import FRESH, pick
from alerts.lifecycle import Event
from alerts.rules.definitions import RuleScope
from alerts.rules.faults import RuleFault
from alerts.rules.schedules import Day, Schedule
from cityops.clock import microseconds
from cityops.readings import Quality
from cityops.standards.flood import FloodLevels
from cityops.standards.noise import Zone
from cityops.standards.warnings import Colour
from tests.unit.alerts.samples import ABOVE, BELOW, NOW, City, Row, a_plan, a_rule, events, gas, limit, row

RAISE, CLEAR = Event.RAISE, Event.CLEAR


def test_the_limit_itself_raises() -> None:
    assert City(a_rule()).events(row(19.99)) == []
    assert City(a_rule()).events(row(20)) == [(RAISE, 20)]


def test_nothing_changes_between_clear_and_limit() -> None:
    city = City(a_rule())

    assert city.events(row(20, -9), row(15, -8), row(19.99, -7), row(50, -6)) == [(RAISE, 20)]
    assert city.events(row(15, -5)) == []
    assert city.events(row(14.99, -4)) == [(CLEAR, 14.99)]


def test_readings_are_judged_in_the_order_they_were_measured() -> None:
    assert City(a_rule()).events(row(30, -1), row(5, -3), row(30, -5)) == [(RAISE, 30), (CLEAR, 5), (RAISE, 30)]


def test_a_late_reading_says_nothing_about_the_present() -> None:
    city = City(a_rule())
    city.hear(row(1, -10))

    assert city.events(row(30, -11), row(30, -10)) == []
    assert city.events(row(30, -9)) == [(RAISE, 30)]
    assert city.events(row(5, -9.5)) == []


def test_an_old_recording_raises_nothing() -> None:
    oldest = -FRESH.total_seconds()

    assert City(a_rule()).events(row(30, oldest)) == [(RAISE, 30)]
    assert City(a_rule()).events(row(30, oldest - 1)) == []


def test_an_old_recording_clears_nothing() -> None:
    city = City(a_rule())
    city.hear(row(30, -3600), now=NOW - timedelta(hours=1))

    assert city.events(row(1, -1800)) == []
    assert city.events(row(1)) == [(CLEAR, 1)]


@pytest.mark.parametrize("quality", [Quality.SUSPECT, Quality.BAD, Quality.MISSING])
def test_readings_that_are_not_good_neither_raise_nor_clear(quality: Quality) -> None:
    city = City(a_rule())

    assert city.events(row(30, -9, quality=quality)) == []
    assert city.events(row(30, -8)) == [(RAISE, 30)]
    assert city.events(row(1, -7, quality=quality)) == []


def test_a_suspect_reading_raises_only_when_the_rule_says_so_and_never_clears() -> None:
    city = City(a_rule(suspect=True))

    assert city.events(row(30, -9, quality=Quality.BAD)) == []
    assert city.events(row(30, -8, quality=Quality.SUSPECT)) == [(RAISE, 30)]
    assert city.events(row(1, -7, quality=Quality.SUSPECT)) == []


def test_a_limit_below_works_the_other_way_round() -> None:
    pressure = Series(7, "H-7", "hydrant", "water_pressure", "99", 118.8, 31.9, first=True)
    city = City(a_rule(limit("water_pressure", BELOW, 0.1, 0.14), kind="hydrant"), series=[pressure])

    assert city.events(row(0.1, -2, series=7), row(0.15, -1, series=7)) == [(RAISE, 0.1), (CLEAR, 0.15)]


def test_series_do_not_disturb_each_other() -> None:
    city = City(a_rule())
    city.hear(row(30, -5))

    found = city.hear(row(30, series=2), row(1))

    assert {(change.series_id, change.event) for change in found.changes} == {(1, CLEAR), (2, RAISE)}


# ---- delays


def test_a_condition_must_hold_for_the_delay_without_a_break() -> None:
    city = City(a_rule(on_delay=300))

    assert city.events(row(30, -600), row(30, -450), row(1, -400), row(30, -390), row(30, -91)) == []
    assert city.events(row(30, -90)) == [(RAISE, 30)]


def test_a_pending_delay_survives_batches_and_is_counted_in_the_time_of_the_device() -> None:
    city = City(a_rule(on_delay=300))

    assert [city.events(row(30, second)) for second in (-600, -450, -301, -300)] == [[], [], [], [(RAISE, 30)]]
    assert city.hear(row(1, -10)).changes[0].reason == "gas_lel 1 is back past 15"


def test_a_pending_delay_is_stored_once_and_not_with_every_reading() -> None:
    city = City(a_rule(on_delay=300))

    assert city.hear(row(30, -600)).courses
    assert not city.hear(row(31, -590)).courses


def test_nobody_knows_what_was_in_a_long_gap() -> None:
    """A sensor that was away for an hour did not hold for five minutes."""
    city = City(a_rule(on_delay=300))
    city.hear(row(30, -3700), now=NOW - timedelta(hours=1))

    assert city.events(row(30, -100)) == []
    assert city.events(row(30, 200), now=NOW + timedelta(seconds=200)) == [(RAISE, 30)]


def test_a_backlog_goes_through_the_delay_but_only_the_present_raises() -> None:
    """The database was away: readings of the last half hour come at once."""
    city = City(a_rule(on_delay=300))
    backlog = [row(30, second) for second in range(-1800, 1, 60)]

    changes = city.hear(*backlog).changes

    assert [(change.event, change.time) for change in changes] == [(RAISE, NOW - FRESH)]


def test_an_alert_ends_when_it_was_over_for_the_delay() -> None:
    city = City(a_rule(off_delay=60))
    city.hear(row(30, -300))

    assert city.events(row(1, -200), row(1, -150), row(18, -145), row(1, -140), row(1, -81)) == []
    assert city.events(row(1, -80)) == [(CLEAR, 1)]


# ---- the other conditions on readings


RIVER = Series(3, "R-3", "river_gauge", "water_level", "990101", 118.8, 31.9, first=True)
RISE = Rate(metric="water_level", direction=ABOVE, change=0.5, seconds=600, clear=0.2)


def test_a_rise_is_measured_from_the_lowest_reading_of_its_window() -> None:
    city = City(a_rule(RISE, kind="river_gauge"), series=[RIVER])
    steps = [(2.0, -900), (2.3, -601), (2.2, -300), (2.69, -100), (2.7, -50)]

    assert [city.events(row(value, second, series=3)) for value, second in steps] == [
        [], [], [], [], [(RAISE, 0.5)],
    ]  # fmt: skip
    assert city.events(row(2.3, 0, series=3)) == [(CLEAR, 0.1)]


def test_a_rise_needs_no_past_of_an_ordinary_value() -> None:
    """Below `beyond` nothing is looked at, and what lies before counts all the same."""
    rise = Rate(metric="water_level", direction=ABOVE, change=0.5, seconds=600, clear=0.2, beyond=3.0)
    city = City(a_rule(rise, kind="river_gauge"), series=[RIVER])

    assert city.events(row(1.0, -300, series=3), row(2.9, -200, series=3)) == []
    assert city.events(row(3.1, -100, series=3)) == [(RAISE, 2.1)]


def test_a_fall_is_a_rise_the_other_way() -> None:
    fall = Rate(metric="water_level", direction=BELOW, change=0.5, seconds=600, clear=0.2)
    city = City(a_rule(fall, kind="river_gauge"), series=[RIVER])

    assert city.events(row(3, -20, series=3), row(4, -10, series=3)) == []
    assert city.events(row(3.4, 0, series=3)) == [(RAISE, 0.6)]


def test_bad_readings_are_no_part_of_a_rise() -> None:
    city = City(a_rule(RISE, kind="river_gauge"), series=[RIVER])

    assert city.events(row(0.1, -60, series=3, quality=Quality.BAD), row(2, 0, series=3)) == []


def test_a_limit_that_is_passed_again_and_again() -> None:
    city = City(a_rule(Repeated(of=limit(), times=3, seconds=600)))
    once = [(30, 0), (1, 10)]

    assert [city.events(row(value, second - 900)) for value, second in once] == [[], []]
    assert [city.events(row(value, second - 400)) for value, second in once] == [[], []]
    assert [city.events(row(value, second - 200)) for value, second in once] == [[], []]  # the first is too old
    assert city.events(row(25, -100)) == [(RAISE, 3)]  # times
    assert city.events(row(1, 250), now=NOW + timedelta(seconds=250)) == [(CLEAR, 2)]
    assert city.events(row(1, 900), now=NOW + timedelta(seconds=900)) == []
    assert not city.courses


def test_a_repetition_is_not_over_because_nobody_measured() -> None:
    """After a gap it takes a whole window of data without the limit."""
    city = City(a_rule(Repeated(of=limit(), times=3, seconds=600)))
    knocks = [row(value, -7200 + 30 * number) for number, value in enumerate([30, 5, 30, 5, 30, 5])]
    assert [event for event, _ in city.events(*knocks, now=NOW - timedelta(hours=2))] == [RAISE]

    assert city.events(row(5, -900), row(5, -600), row(5, -360)) == []
    assert [event for event, _ in city.events(row(5, -299))] == [CLEAR]


def test_a_delay_runs_on_between_the_reports_of_a_slow_device() -> None:
    """Hourly reports are no gaps for a device that reports hourly."""
    rule = a_rule(on_delay=1800)
    minutely, hourly = City(rule), City(rule)
    hourly.intervals = {1: 3600.0}

    for city in (minutely, hourly):
        city.hear(row(30, -3600), now=NOW - timedelta(hours=1))
    assert minutely.events(row(30)) == []
    assert hourly.events(row(30)) == [(RAISE, 30)]


def test_a_change_is_not_judged_by_the_first_reading_after_a_gap() -> None:
    city = City(a_rule(RISE, kind="river_gauge"), series=[RIVER])
    city.hear(row(2.0, -7200, series=3), row(2.6, -7000, series=3), now=NOW - timedelta(hours=2))

    assert city.events(row(2.6, -300, series=3)) == []
    assert [event for event, _ in city.events(row(2.6, -240, series=3))] == [CLEAR]


def test_staying_above_is_no_repetition() -> None:
    city = City(a_rule(Repeated(of=limit(), times=2, seconds=600)))

    assert city.events(*(row(30, second) for second in range(-300, 0, 30))) == []


METER = Series(4, "N-4", "noise_meter", "leq", "990101", 118.8, 31.9, first=True)


def at(hour: int, minute: int, value: float) -> Row:
    """A reading at a time of the clock in Shanghai."""
    return datetime(2026, 3, 1, hour, minute, tzinfo=UTC) - timedelta(hours=8), 4, value, Quality.GOOD


def test_noise_is_judged_by_zone_and_hour() -> None:
    city = City(a_rule(Noise(zone=Zone.LIVING, over=5), kind="noise_meter"), series=[METER])
    readings = [at(21, 59, 59), at(22, 0, 49.9), at(22, 1, 50), at(22, 2, 46.9)]

    assert [city.events(one, now=one[0]) for one in readings] == [[], [], [(RAISE, 50)], [(CLEAR, 46.9)]]


def test_of_the_flood_colours_one_holds() -> None:
    levels = FloodLevels(warning=4.5, guarantee=5.2, historic=6)
    rules = [a_rule(Flood(levels=levels, colour=one), name=one.name.lower(), kind="river_gauge") for one in Colour]
    city = City(*rules, series=[RIVER])

    def turns(value: float, second: float) -> list[tuple[str, Event]]:
        return [(change.rule.id, change.event) for change in city.hear(row(value, second, series=3)).changes]

    assert turns(3.9, -50) == []
    assert turns(4.0, -40) == [("blue", RAISE)]
    assert sorted(turns(5.3, -30)) == [("blue", CLEAR), ("orange", RAISE)]
    assert turns(5.15, -20) == [("yellow", RAISE)]  # within the margin of orange, which still holds
    assert turns(5.0, -10) == [("orange", CLEAR)]
    assert turns(2.0, 0) == [("yellow", CLEAR)]


# ---- scope and schedule


def test_a_rule_looks_only_at_its_scope() -> None:
    near, far = gas(1, area="990101001"), gas(2, area="990102001")
    rows = [row(30), row(30, series=2)]

    def hit(scope: RuleScope) -> list[int]:
        return [change.series_id for change in City(a_rule(scope=scope), series=[near, far]).hear(*rows).changes]

    assert hit(RuleScope()) == [1, 2]
    assert hit(RuleScope(areas=("990101",))) == [1]
    assert hit(RuleScope(sensors=("G-2",))) == [2]
    assert hit(RuleScope(except_sensors=("G-2",))) == [1]
    assert hit(RuleScope(areas=("990102",), except_sensors=("G-2",))) == []


def test_a_rule_with_hours_raises_in_them_and_ends_with_them() -> None:
    night = Schedule(zone="Asia/Shanghai", days=(Day.SUNDAY,), start="22:00", end="06:00")
    city = City(a_rule(schedule=night))  # NOW is Sunday, 20:00

    assert city.events(row(30, 0)) == []
    late = NOW + timedelta(hours=2)
    assert city.events(row(30, 7200), now=late) == [(RAISE, 30)]
    morning = NOW + timedelta(hours=10)
    found = city.hear(row(30, 36000), now=morning)
    assert (events(found), found.changes[0].reason) == ([(CLEAR, 30)], "the hours of the rule are over")


@pytest.mark.parametrize(
    ("day", "hour", "applies"),
    [(1, 21, False), (1, 22, True), (2, 5, True), (2, 6, False), (2, 23, False), (1, 3, False)],
)
def test_the_hours_after_midnight_belong_to_the_evening_before(day: int, hour: int, applies: bool) -> None:
    sunday_night = Schedule(zone="Asia/Shanghai", days=(Day.SUNDAY,), start="22:00", end="06:00")
    moment = datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(hours=8)

    assert sunday_night.applies(moment) is applies


# ---- robustness


class _Broken(Threshold, frozen=True, tag="broken"):
    def judge(self, _time: Ints, value: Floats, _zone: object) -> ConditionVerdict:
        raise ZeroDivisionError("no such rule")


def test_a_rule_that_fails_is_reported_and_the_others_go_on() -> None:
    broken = a_rule(_Broken(metric="gas_lel", direction=ABOVE, limit=1, clear=1), name="broken")

    found = City(broken, a_rule()).hear(row(30))

    assert found.faults["broken"].words == "ZeroDivisionError: no such rule"
    assert found.faults["broken"].series_id == 1
    assert events(found) == [(RAISE, 30)]


def test_every_change_names_its_reason_and_its_limit() -> None:
    (plain,) = City(a_rule()).hear(row(30)).changes
    (delayed,) = City(a_rule(on_delay=2)).hear(row(30, -3), row(31)).changes

    assert (plain.reason, plain.limit) == ("gas_lel 30 is at or above 20", 20)
    assert delayed.reason == "gas_lel 31 is at or above 20 for 2 s"


def test_most_readings_end_at_one_comparison() -> None:
    rows = Readings.of([row(3), row(30, series=2), row(4, 1, series=2), row(30, series=1, seconds=-1)])
    plan = a_plan(a_rule(), series=[gas(1), gas(2), gas(3)])

    assert pick(plan, Readings.of([row(3), row(4, series=2)]), ()).tolist() == [False, False]
    assert pick(plan, Readings.of([row(3), row(4, series=2)]), [2]).tolist() == [False, True]
    assert pick(plan, rows, ()).all()  # a calm value beside a high one of its series counts


def test_detection_changes_nothing_that_it_is_given() -> None:
    city = City(a_rule(on_delay=60))
    city.hear(row(30, -30))
    before, readings = dict(city.courses), Readings.of([row(30, 31)])

    first = detect(city.plan, city.courses, readings, seen=city.seen, now=NOW)
    again = detect(city.plan, city.courses, readings, seen=city.seen, now=NOW)

    assert first == again
    assert city.courses == before
    assert np.array_equal(readings.value, [30])


VALUES = st.lists(st.sampled_from([1.0, 16.0, 30.0]), min_size=1, max_size=40)


@given(values=VALUES, cuts=st.lists(st.integers(0, 40), max_size=6), delay=st.sampled_from([0, 7, 60]))
def test_how_readings_are_cut_into_batches_makes_no_difference(
    values: list[float], cuts: list[int], delay: float
) -> None:
    rows = [row(value, 5 * place - 300) for place, value in enumerate(values)]
    rule = a_rule(on_delay=delay, off_delay=delay)
    whole, parts = City(rule), City(rule)
    edges = [0, *sorted(cuts), len(rows)]

    at_once = whole.hear(*rows).changes
    bit_by_bit = [change for low, high in pairwise(edges) for change in parts.hear(*rows[low:high]).changes]

    assert at_once == bit_by_bit
    assert whole.courses == parts.courses


@given(values=VALUES, delay=st.sampled_from([0, 7, 60]))
def test_the_course_is_what_a_plain_loop_finds(values: list[float], delay: int) -> None:
    """The reference: twenty lines that a reader can check by eye."""
    city = City(a_rule(on_delay=delay))
    expected: list[tuple[Event, float]] = []
    active, since = False, None
    for place, value in enumerate(values):
        second = 5 * place - 300
        if active and value < 15:
            active, since = False, None
            expected.append((CLEAR, value))
        elif not active and value >= 20:
            since = second if since is None else since
            if second - since >= delay:
                active = True
                expected.append((RAISE, value))
        elif not active:
            since = None

    assert city.events(*(row(value, 5 * place - 300) for place, value in enumerate(values))) == expected
    if since is not None and not active:
        (course,) = city.courses.values()
        assert course == ConditionState(Phase.PENDING, microseconds(NOW) + since * 1_000_000)


def test_rules_that_are_no_longer_in_force_end_what_they_raised() -> None:
    """Courses of unknown rules end without a word, and so do delays that had not come to an alert."""
    city = City(a_rule(), a_rule(limit(at=10, clear=5), name="slow", on_delay=300))
    city.hear(row(30), row(30, series=2))
    courses = city.courses | {ConditionKey("gone", 0, 1): next(iter(city.courses.values()))}
    found = retire([a_rule()], courses, moment=microseconds(NOW), reason="it was taken out")

    assert [(one.rule.id, one.series_id, one.event, one.reason) for one in found.changes] == [
        ("gas", 1, Event.CLEAR, "it was taken out"),
        ("gas", 2, Event.CLEAR, "it was taken out"),
    ]
    assert found.courses.keys() == courses.keys()
    assert all(course.is_nothing for course in found.courses.values())


def test_of_a_result_so_many_series_are_taken_and_all_faults() -> None:
    city = City(a_rule(), series=[gas(number) for number in (1, 2, 3)])
    found = city.hear(*(row(30, series=number) for number in (3, 1, 2)))
    found.faults["broken"] = RuleFault("ValueError: x", 3)

    assert found.first(3) is found
    two = found.first(2)
    assert {change.series_id for change in two.changes} == {key.series_id for key in two.courses} == {1, 2}
    assert two.faults == found.faults
    assert {change.series_id for change in found.of_series([3]).changes} == {3}
    assert found.of_series([3]).faults == {}


def test_results_are_joined_in_the_order_of_time() -> None:
    city = City(a_rule())
    later, sooner = city.hear(row(30, 60)), city.hear(row(30, 30, series=2))

    assert [change.series_id for change in (later + sooner).changes] == [2, 1]
    assert (later + sooner).courses == later.courses | sooner.courses
