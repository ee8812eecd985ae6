"""A long answer in pieces is the same answer, wherever it is cut."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cityops.storage import Database
from cityops.storage.readings import exports
from cityops.storage.readings.area_history import sensor_steps
from cityops.storage.readings.rollups import set_zone
from tests.storage_samples import every, make_city, put

MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")  # whose days of 23 and 25 hours no width of a window fits


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, tzinfo=BERLIN), datetime(2025, 10, 25, tzinfo=BERLIN)])
def test_the_pieces_are_the_whole_on_days_of_any_length(
    database: Database, monkeypatch: pytest.MonkeyPatch, day: datetime
) -> None:
    start, end = day + 5 * MINUTE, day + 3 * A_DAY + 7 * MINUTE
    with database.transaction() as tx:
        set_zone(tx, BERLIN)
        series = make_city(tx)
        for sensor in ("air-1", "air-2"):
            times = int((end - day) / (5 * MINUTE))
            put(tx, series[sensor, "pm25"], every(5 * MINUTE, day, [float(n % 7) for n in range(times)]))
    for step in (10 * MINUTE, HOUR, 3 * HOUR, A_DAY, 2 * A_DAY):
        with database.transaction() as tx:
            whole = [row for piece in sensor_steps(tx, "pm25", start=start, end=end, step=step) for row in piece]
        for rows in (1, 8, 2000):
            monkeypatch.setattr(exports, "PIECE", rows)
            pieces = list(exports.step_pieces(database, "pm25", start=start, end=end, step=step))

            assert [row for piece in pieces for row in piece] == whole, (step, rows)
        assert whole
