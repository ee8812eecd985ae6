"""How often `latest` is refreshed: soon while that costs little, seldom while it costs much, never not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from cityops.storage.readings.columns import Columns
from ingest.storing import newest
from ingest.storing.newest import LATEST, SHARE, SOONEST, Newest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def reading(series: int, second: float = 0) -> Columns:
    return Columns(
        np.array([int(second * 1e6)]), np.array([series], np.int32), np.array([1.0]), np.array([1], np.int16)
    )


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The series of each refresh."""
    seen: list[list[int]] = []
    monkeypatch.setattr(newest, "refresh_latest", lambda tx, columns, now: seen.append(columns.series.tolist()))
    return seen


def refresh(keeper: Newest, columns: Columns, seconds: float) -> None:
    nowhere: Any = None
    keeper.keep(keeper.refresh(nowhere, columns, NOW + timedelta(seconds=seconds)))


def clock_of(cost: float) -> Any:
    """A clock of which each refresh takes so long."""
    times = iter([moment for number in range(100) for moment in (10.0 * number, 10.0 * number + cost)])
    return lambda: next(times)


@pytest.mark.parametrize(
    ("cost", "rest"), [(0.0, SOONEST), (0.02, 0.02 / SHARE), (30.0, LATEST)], ids=["cheap", "dear", "a flood"]
)
def test_the_dearer_a_refresh_was_the_later_the_next_one_is(written: list[list[int]], cost: float, rest: float) -> None:
    keeper = Newest(clock_of(cost))
    refresh(keeper, reading(7), 0)
    refresh(keeper, reading(7, 1), rest - 0.01)
    refresh(keeper, Columns.none(), rest)

    assert written == [[7], [], [7]]
    assert not keeper.is_waiting


def test_a_series_that_nobody_has_seen_yet_does_not_wait(written: list[list[int]]) -> None:
    keeper = Newest(clock_of(30.0))
    refresh(keeper, reading(7), 0)
    refresh(keeper, reading(8), 0.01)
    assert written == [[7], [8]]
