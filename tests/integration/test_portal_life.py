"""The portal shows life, says when it is told to end, and is missed when it only falls silent."""

from datetime import timedelta

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.operations.heartbeats import Heartbeat, find_late
from cityops.storage import Database
from cityops.storage.operations.heartbeats import heartbeats
from dashboard.live.services.troubles import find_troubles, read_services
from portal.store.life import show_life
from tests.citizen_samples import opened_portal
from tests.portals import opened_house
from tests.programs import wait_for


def portals(database: Database) -> list[Heartbeat]:
    with database.transaction() as tx:
        return [one for one in heartbeats(tx) if one.kind == "portal"]


def test_a_portal_that_serves_shows_life_and_says_when_it_ends(
    database: Database, database_url: str, catalogue: Catalogue
) -> None:
    with opened_house(database, database_url, catalogue):
        wait_for(lambda: portals(database), "a sign of life")
        (alive,) = portals(database)
    (ended,) = portals(database)

    assert (alive.service, alive.stopped, alive.is_late) == ("portal", False, False)
    assert abs(alive.clock_ahead) < 2
    assert ended.stopped
    assert "portal" not in [late.service for late in find_late([ended])]


def test_a_portal_that_falls_silent_is_missed_by_name(
    database: Database, database_url: str, catalogue: Catalogue
) -> None:
    now = utc_now()
    with opened_portal(database, database_url, catalogue) as portal, portal.transaction() as tx:
        show_life(tx, now - timedelta(seconds=30), is_ending=False)  # its clock is behind, which is told too
    with database.transaction() as tx:
        behind = find_troubles(read_services(tx, now))
        tx.execute("UPDATE heartbeat SET stored_at = stored_at - interval '11 seconds' WHERE service = 'portal'")
        silent = find_troubles(read_services(tx, now))

    assert [one.state for one in behind if one.name == "portal"] == ["behind"]
    (missed,) = [one for one in silent if one.name == "portal"]
    assert (missed.state, "市民门户" in missed.words.zh) == ("late", True)
