"""A drain in which nothing comes as it should: twice, out of order, and a day late."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_totals
from tests.faults.conftest import Mosquitto
from tests.faults.drains import MESSAGES, Site, drain, message
from tests.programs import wait_for

pytestmark = pytest.mark.mosquitto


def test_duplicates_disorder_and_day_late_readings(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    site, chance = Site(mosquitto.url, database_url, tmp_path / "ingest.log"), random.Random(9)
    told = [message(number, late=timedelta(days=chance.random() < 0.1)) for number in range(MESSAGES)]
    told += chance.choices(told, k=MESSAGES // 5)
    chance.shuffle(told)
    with site.worker():
        site.register()
    assert site.publish_all(told) == len(told)

    database = Database(database_url, application="test")
    with site.worker() as worker:
        drain(site, worker)
        # The copies may come last.
        wait_for(lambda: received(database) == len(told), "every copy counted")

    assert site.stored() == MESSAGES
    with database.transaction() as tx:
        totals = ledger_totals(tx)
        behind = tx.value(
            "SELECT count(*) FROM latest JOIN"
            " (SELECT series_id, max(time) AS newest FROM reading GROUP BY series_id) AS known USING (series_id)"
            " WHERE latest.time <> known.newest"
        )
    database.close()
    assert (totals.stored, totals.duplicate, totals.dead_lettered) == (MESSAGES, MESSAGES // 5, 0)
    assert behind == 0


def received(database: Database) -> int:
    with database.transaction() as tx:
        return ledger_totals(tx).received
