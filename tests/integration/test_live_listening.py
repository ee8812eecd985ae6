"""What commits tell a dashboard: alerts before all else, and again after a cut connection or a lost database."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.standards.tables import load_standards
from cityops.storage import Database
from dashboard.live import area_drawing
from dashboard.live.changes.change_feed import ChangeFeed
from dashboard.live.city_reader import CityState
from dashboard.live.feeds import AreaFeed
from dashboard.live.reader import Live
from tests.alert_samples import detector, make_rule, open_alert, report

CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%LISTEN cityops%' AND pid <> pg_backend_pid()
"""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Room:
    """A dashboard that somebody looks at, and one gas detector."""

    database: Database
    changes: ChangeFeed
    live: Live
    view: AreaFeed
    series: int

    async def shows_what_comes(self) -> None:
        """Report until a reading came that only a notice can have told of: whoever connects reads everything once."""
        await until(lambda: self.changes.is_hearing)
        for _ in range(2):
            now = utc_now()
            with self.database.transaction() as tx:
                report(tx, self.series, now)
            await until(lambda: self.live.city is not None and self.live.city.latest["time"].max() == now)  # noqa: B023


@asynccontextmanager
async def a_room(url: str, catalogue: Catalogue) -> AsyncIterator[Room]:
    database = Database(url, application="test")
    with database.transaction() as tx:
        series = detector(tx, "gas-1")
    changes = ChangeFeed(database)
    live = Live(database, catalogue, load_standards(), changes=changes)
    changes.start()
    beat = asyncio.create_task(live.run())
    try:
        async with live.watch("") as view:
            yield Room(database, changes, live, view, series)
    finally:
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)
        changes.stop()
        database.close()


def test_a_cut_connection_and_a_lost_database_are_survived(
    own_postgres: EmbeddedPostgres, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area_drawing, "LATE_AFTER", timedelta(seconds=0.5))

    async def tell() -> None:
        async with a_room(own_postgres.url, catalogue) as room:
            await room.shows_what_comes()

            with room.database.transaction() as tx:
                tx.execute(CUT)
            await until(lambda: not room.changes.is_hearing)
            await room.shows_what_comes()

            own_postgres.stop(immediately=True)
            await until(lambda: bool(room.view.picture["database"]["lost"]))
            assert room.view.picture["online"]["all"]["all"] == 1  # the last picture stays
            own_postgres.start()
            await until(lambda: not room.view.picture["database"]["lost"])
            await room.shows_what_comes()

    asyncio.run(tell())


def test_an_alert_is_shown_while_an_older_picture_is_being_drawn_and_stays(
    database: Database, database_url: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drawing that hangs knows nothing of the alert, and no other can begin."""
    go_on, is_held = threading.Event(), threading.Event()
    draw = Live._draw

    def hold(live: Live, area: str, city: CityState, now: datetime) -> tuple[int, dict[str, Any]]:
        drawn = draw(live, area, city, now)
        if live._screens.feeds[""].number:
            is_held.set()
            go_on.wait(60)
        return drawn

    async def tell() -> None:
        async with a_room(database_url, catalogue) as room:
            await until(lambda: "alerts" in room.view.picture)
            monkeypatch.setattr(Live, "_draw", hold)
            await until(is_held.is_set)
            number = room.view.number
            with database.transaction() as tx:
                alert = open_alert(tx, make_rule(1), room.series, at=utc_now())
            await until(lambda: str(alert.alert_id) in room.view.picture["alerts"])
            assert room.view.picture["counts"]["1"]["open"] == 1
            assert room.view.number == number + 1  # that of the alert alone
            go_on.set()
            await until(lambda: room.view.number > number + 1)
            assert str(alert.alert_id) in room.view.picture["alerts"]

    asyncio.run(tell())
