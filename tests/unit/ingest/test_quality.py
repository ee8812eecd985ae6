"""The QARTOD tests at their boundaries: just inside, at, and just outside each limit."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.catalogue import Metric, Names, SensorKind, load_catalogue
from cityops.readings import Quality
from ingest.checks.quality import Failed, Judgement, count_failed, judge, put
from ingest.checks.series_memory import Limits, RecentReadings

NAMES = Names("", "")
METRIC = Metric(NAMES, "u", (-1000, 1000), (0, 100), 0, "#000000", step=10, spike=20, flat_minutes=5)
KIND = SensorKind("environment", NAMES, ("m",), interval=60)
START = 1_772_323_200  # seconds since 1970
GOOD, SUSPECT, BAD = Quality.GOOD, Quality.SUSPECT, Quality.BAD
Points = Sequence[tuple[float, float]]  # minutes after START, value


def limits(metric: Metric = METRIC, size: int = 3) -> Limits:
    found = Limits.none(size)
    for series in range(size):
        found.put(series, metric, KIND)
    return found


def judged(points: Points, *, past: RecentReadings, metric: Metric = METRIC, series: int = 1) -> Judgement:
    time = np.array([int((START + minutes * 60) * 1e6) for minutes, _ in points], dtype=np.int64)
    value = np.array([value for _, value in points], dtype=np.float64)
    return judge(np.full(len(points), series), time, value, limits=limits(metric), past=past)


def flags(points: Points, metric: Metric = METRIC) -> list[int]:
    return [int(flag) for flag in judged(points, past=RecentReadings.empty(3), metric=metric).quality]


def only(**tests: float) -> Metric:
    """A metric with one test switched on."""
    off: dict[str, float | None] = {"step": None, "spike": None, "flat_minutes": None}
    return Metric(NAMES, "u", (-1000, 1000), (0, 100), 0, "#000000", **(off | tests))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "flag"), [(-0.001, BAD), (0, GOOD), (0.001, GOOD), (99.999, GOOD), (100, GOOD), (100.001, BAD)]
)
def test_a_value_outside_the_plausible_range_is_bad(value: float, flag: Quality) -> None:
    assert flags([(0, value)]) == [flag]


@pytest.mark.parametrize(("value", "flag"), [(49.9, GOOD), (50, GOOD), (50.1, SUSPECT)])
def test_a_spike_is_further_than_its_limit_from_both_readings_before(value: float, flag: Quality) -> None:
    assert flags([(0, 30), (1, 30), (2, value), (3, 30)], only(spike=20)) == [GOOD, GOOD, flag, GOOD]


def test_of_a_true_step_only_the_first_reading_is_suspect() -> None:
    assert flags([(0, 10), (1, 10), (2, 60), (3, 61)], only(spike=20)) == [GOOD, GOOD, SUSPECT, GOOD]


@pytest.mark.parametrize(
    ("minutes", "value", "flag"),
    [
        (1, 39.9, GOOD), (1, 40, GOOD), (1, 40.1, SUSPECT),
        (2, 49.9, GOOD), (2, 50, GOOD), (2, 50.1, SUSPECT),
        (0.25, 40, GOOD), (0.25, 40.1, SUSPECT),  # in less than a minute, a minute's change is allowed
    ],
)  # fmt: skip
def test_a_change_faster_than_step_a_minute_is_suspect(minutes: float, value: float, flag: Quality) -> None:
    assert flags([(0, 30), (minutes, value)], only(step=10)) == [GOOD, flag]


@pytest.mark.parametrize(("minutes", "flag"), [(4.99, GOOD), (5, SUSPECT), (5.01, SUSPECT)])
def test_a_value_that_does_not_move_for_flat_minutes_is_suspect(minutes: float, flag: Quality) -> None:
    points = [(0, 7), (2, 7), (4, 7), (minutes, 7)]

    assert flags(points, only(flat_minutes=5)) == [GOOD, GOOD, GOOD, flag]


def test_a_value_that_moves_once_is_not_flat() -> None:
    assert flags([(0, 7), (2, 7), (3, 8), (5, 8), (7, 8)], only(flat_minutes=5)) == [GOOD] * 5


def test_a_value_at_its_floor_may_stay_and_one_above_it_may_not() -> None:
    """Ozone by night, clean air: what a station cannot tell from nothing is no fault of it."""
    minutes = range(0, 12, 2)
    metric = msgspec.structs.replace(only(flat_minutes=5), flat_above=2)

    assert flags([(minute, 2) for minute in minutes], metric) == [GOOD] * 6
    assert flags([(minute, 1.5) for minute in minutes], metric) == [GOOD] * 6
    assert flags([(minute, 2.1) for minute in minutes], metric)[-1] == SUSPECT


def test_ozone_at_its_floor_for_a_night_is_good() -> None:
    metric = load_catalogue().metric["o3"]

    assert flags([(minute, 2) for minute in range(0, 600, 2)], metric) == [GOOD] * 300


def test_a_flat_line_goes_on_from_batch_to_batch() -> None:
    past, metric = RecentReadings.empty(3), only(flat_minutes=5)
    for minute in range(5):
        put(past, judged([(minute, 7)], past=past, metric=metric))

    assert judged([(5, 7)], past=past, metric=metric).quality.tolist() == [SUSPECT]


@pytest.mark.parametrize(("minutes", "gap"), [(2.99, False), (3, False), (3.01, True)])
def test_more_than_three_intervals_of_silence_are_a_gap(minutes: float, gap: bool) -> None:
    judgement = judged([(0, 10), (minutes, 90)], past=RecentReadings.empty(3), metric=only())

    assert bool(judgement.failed[1] & Failed.GAP) == gap
    assert judgement.quality.tolist() == [GOOD, GOOD]


def test_after_a_gap_a_reading_is_compared_with_nothing() -> None:
    assert flags([(0, 10), (4, 90)]) == [GOOD, GOOD]


def test_bad_beats_suspect() -> None:
    judgement = judged([(0, 30), (1, 30), (2, 500)], past=RecentReadings.empty(3))

    assert judgement.failed[2] == Failed.RANGE | Failed.SPIKE | Failed.STEP
    assert judgement.quality[2] == BAD
    assert count_failed(judgement) == {"range": 1, "spike": 1, "step": 1, "flat": 0, "gap": 0, "noise": 0}


def test_a_late_reading_is_tested_by_its_range_only_and_leaves_the_past_alone() -> None:
    past = RecentReadings.empty(3)
    put(past, judged([(10, 30), (11, 30)], past=past))

    late = judged([(5, 90), (6, 200), (11, 90)], past=past)

    assert late.quality.tolist() == [GOOD, BAD, GOOD]
    assert late.series.tolist() == []


def test_the_order_inside_a_batch_does_not_matter() -> None:
    assert flags([(3, 30), (2, 60), (0, 30), (1, 30)], only(spike=20)) == [GOOD, SUSPECT, GOOD, GOOD]


def test_series_do_not_look_at_one_another() -> None:
    series = np.array([0, 1, 0, 1])
    time = np.array([0, 0, 60, 60]) * 1_000_000 + START * 1_000_000

    judgement = judge(series, time, np.array([5.0, 95, 5, 95]), limits=limits(), past=RecentReadings.empty(3))

    assert judgement.quality.tolist() == [GOOD] * 4


def test_a_batch_that_is_not_remembered_changes_nothing() -> None:
    past = RecentReadings.empty(3)
    put(past, judged([(0, 30), (1, 30)], past=past))

    first, again = judged([(2, 90)], past=past), judged([(2, 90)], past=past)

    assert first.quality.tolist() == again.quality.tolist() == [SUSPECT]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100)), max_size=25, unique_by=lambda point: point[0]),
    st.integers(0, 25),
)
def test_it_does_not_matter_where_a_batch_ends(points: list[tuple[int, int]], cut: int) -> None:
    """In order of time, one batch and two batches give the same flags."""
    points.sort()
    whole = flags([(float(minute), float(value)) for minute, value in points])
    past = RecentReadings.empty(3)
    parts: list[int] = []
    for part in (points[:cut], points[cut:]):
        judgement = judged([(float(minute), float(value)) for minute, value in part], past=past)
        put(past, judgement)
        parts += judgement.quality.tolist()

    assert parts == whole


def test_what_warns_of_danger_to_life_is_never_suspect() -> None:
    """Detection skips suspect readings, so the first high one must be good."""
    catalogue = load_catalogue()
    emergency = {name for kind in catalogue.kinds_of("emergency").values() for name in kind.metrics}
    tests = [(catalogue.metric[name].step, catalogue.metric[name].spike) for name in sorted(emergency)]

    assert set(tests) == {(None, None)}


def test_nothing_is_tested_of_a_series_without_limits() -> None:
    time = np.arange(3, dtype=np.int64) * 60_000_000
    judgement = judge(
        np.zeros(3, dtype=np.int64), time, np.array([1e9, 0, 1e9]), limits=Limits.none(1), past=RecentReadings.empty(1)
    )

    assert judgement.quality.tolist() == [GOOD] * 3
