"""A dashboard that reads a standby shows what its primary was told, and says as of when."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.settings import read_settings
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.changes import EVERYTHING, NOTHING, ChangedRows
from dashboard.limits.connection_pools import Pools, open_pools
from dashboard.live import standby as standby_module
from dashboard.live.changes.change_feed import ChangeFeed
from dashboard.live.reader import Live
from dashboard.live.standby import StandbyFollower
from tests.alert_samples import detector, report
from tests.integration.test_live_listening import until
from tests.memory_folder import database_folder
from tests.programs import wait_for
from tests.standby import Standby, standby_of

NOW = datetime.fromisoformat("2026-07-01T08:00:00+08:00")
LATER = [NOW + timedelta(seconds=number) for number in range(10)]


@pytest.fixture
def standby(own_postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Standby]:
    with database_folder(tmp_path / "standby") as folder, standby_of(own_postgres, folder) as running:
        yield running


@pytest.fixture
def pools(own_postgres: EmbeddedPostgres, standby: Standby) -> Iterator[Pools]:
    settings = read_settings({"CITYOPS_READ_DATABASE_URL": standby.url})
    opened = open_pools(own_postgres.url, standby=settings.find_read_database_url())
    yield opened
    opened.close()


def commit(database: Database, series: int) -> datetime:
    """Store a reading and return its moment."""
    moment = utc_now()
    with database.transaction() as tx:
        report(tx, series, moment)
    return moment


def reached(follower: StandbyFollower, database: Database, now: datetime) -> datetime:
    with database.transaction() as tx:
        return follower.reached(tx, now)


@asynccontextmanager
async def watched(pools: Pools, catalogue: Catalogue) -> AsyncIterator[Live]:
    assert pools.primary_of_live is not None
    changes = ChangeFeed(pools.primary_of_live)
    live = Live(pools.live, catalogue, load_standards(), changes=changes, primary=pools.primary_of_live)
    changes.start()
    beat = asyncio.create_task(live.run())
    async with live.watch(""):
        await until(lambda: changes.is_hearing and live.city is not None)
        yield live
    beat.cancel()
    await asyncio.gather(beat, return_exceptions=True)
    changes.stop()


def test_the_wall_shows_what_comes_and_grows_old_while_the_standby_lags(
    pools: Pools, standby: Standby, catalogue: Catalogue
) -> None:
    with pools.interactive.transaction() as tx:
        series = detector(tx, "gas-1")

    async def tell() -> None:
        async with watched(pools, catalogue) as live:

            def shows(moment: datetime) -> bool:
                return live.city is not None and live.city.latest["time"].max() == moment

            first = commit(pools.interactive, series)
            await until(lambda: shows(first))
            await until(lambda: live.city is not None and live.city.read_at > first)

            standby.pause()
            second = commit(pools.interactive, series)
            await asyncio.sleep(2)
            assert shows(first)
            assert live.city is not None
            assert live.city.read_at < second

            standby.resume()
            await until(lambda: shows(second))
            await until(lambda: live.city is not None and live.city.read_at > second)

    asyncio.run(tell())


def test_what_the_standby_may_not_have_shown_is_read_once_more(pools: Pools, standby: Standby) -> None:
    assert pools.primary_of_live is not None
    follower = StandbyFollower(pools.primary_of_live)
    with pools.interactive.transaction() as tx:
        series = detector(tx, "gas-1")
    standby.pause()

    commit(pools.interactive, series)
    assert follower.still_to_read(ChangedRows(series=frozenset({1})), LATER[0]).series == {1}
    assert reached(follower, pools.live, LATER[1]) < utc_now()
    commit(pools.interactive, series)
    assert follower.still_to_read(ChangedRows(series=frozenset({2})), LATER[1]).series == {1, 2}
    assert follower.still_to_read(NOTHING, LATER[2]).series == {1, 2}

    standby.resume()
    wait_for(lambda: reached(follower, pools.live, LATER[3]) == LATER[2], "the standby to have followed")
    assert follower.still_to_read(NOTHING, LATER[3]) == NOTHING


def test_an_idle_primary_is_no_lag(pools: Pools) -> None:
    assert pools.primary_of_live is not None
    follower = StandbyFollower(pools.primary_of_live)

    for moment in LATER:
        follower.still_to_read(NOTHING, moment)
        wait_for(lambda: reached(follower, pools.live, moment) == moment, "the standby to have followed")  # noqa: B023


def test_what_is_read_grows_old_when_the_primary_is_gone(pools: Pools, own_postgres: EmbeddedPostgres) -> None:
    assert pools.primary_of_live is not None
    follower = StandbyFollower(pools.primary_of_live)
    follower.still_to_read(NOTHING, LATER[0])
    wait_for(lambda: reached(follower, pools.live, LATER[0]) == LATER[0], "the standby to have followed")

    own_postgres.stop()

    assert follower.still_to_read(NOTHING, LATER[5]) == EVERYTHING
    assert reached(follower, pools.live, LATER[5]) == LATER[0]


def test_a_standby_far_behind_is_read_as_a_whole(
    pools: Pools, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pools.primary_of_live is not None
    monkeypatch.setattr(standby_module, "MOST", 3)
    follower = StandbyFollower(pools.primary_of_live)
    with pools.interactive.transaction() as tx:
        series = detector(tx, "gas-1")
    standby.pause()
    told = []
    for number, moment in enumerate(LATER[:4]):
        commit(pools.interactive, series)
        told.append(follower.still_to_read(ChangedRows(series=frozenset({number})), moment).everything)

    assert told == [False, False, True, True]


def test_a_database_that_is_no_standby_is_as_of_now(database: Database) -> None:
    assert reached(StandbyFollower(database), database, NOW) == NOW


def test_acts_go_to_the_database_itself_and_files_come_from_the_standby(pools: Pools) -> None:
    recovering = {}
    for name in ("live", "export", "interactive", "background", "door"):
        with getattr(pools, name).transaction() as tx:
            recovering[name] = tx.value("SELECT pg_is_in_recovery()")

    assert recovering == {"live": True, "export": True, "interactive": False, "background": False, "door": False}
