"""What a device's stamps say of its clock."""

import numpy as np
import pytest

from ingest.clocks import clock_skew, sample_skew
from ingest.windows import SIZE, Windows, median

ARRIVAL = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z
NAN = float("nan")


def skew_after(*samples: float) -> float:
    windows, device = Windows.empty(2), np.array([1])
    for sample in samples:
        windows.keep(device, windows.after(device, np.array([sample])))
    return float(clock_skew(windows.samples)[1])


def test_a_sample_is_the_arrival_minus_the_time_in_seconds() -> None:
    assert sample_skew(np.array([ARRIVAL - 2_500_000]), np.array([ARRIVAL])).tolist() == [2.5]


@pytest.mark.parametrize(
    ("samples", "skew"),
    [
        ((0.2, 0.3), NAN),  # too few to say
        ((0.2, 0.3, 0.1), 0.2),
        ((120.1, 120.3, 120.2, 120.4), 120.2),  # the clock is two minutes behind
        ((-40.1, -40.3, -40.2), -40.2),  # ahead
        ((0.1, 0.2, 3600, 3000, 2400, 0.2), 0.2),  # what was kept while the network was away
        ((0.1, 0.2, -290, 0.3), 0.1),  # one wrong stamp
        ((60.1,) * SIZE + (0.1, 0.1), 0.1),  # set right: two samples later it is known
    ],
)
def test_neither_late_readings_nor_one_wrong_stamp_move_the_skew(samples: tuple[float, ...], skew: float) -> None:
    assert skew_after(*samples) == pytest.approx(skew, nan_ok=True)


def test_a_window_forgets_the_oldest_sample() -> None:
    assert skew_after(*(0.1,) * 2, *(50.0,) * (SIZE - 2)) == 0.1
    assert skew_after(*(0.1,) * 2, *(50.0,) * (SIZE - 1)) == 50


def test_no_sample_changes_nothing_and_nothing_is_kept_before_the_commit() -> None:
    windows, device = Windows.empty(1), np.array([0])
    windows.keep(device, windows.after(device, np.array([NAN])))
    windows.after(device, np.array([5.0]))

    assert np.isnan(windows.samples).all()


@pytest.mark.parametrize(
    ("samples", "expected"), [((1, 2), NAN), ((3, 1, 2), 2), ((4, 1, 3, 2), 2), ((60, 60, 60, 900, 60), 60)]
)
def test_the_median_needs_enough_samples(samples: tuple[float, ...], expected: float) -> None:
    rows = np.full((1, SIZE), np.nan)
    rows[0, SIZE - len(samples) :] = samples

    assert float(median(rows, least=3)[0]) == pytest.approx(expected, nan_ok=True)
