"""A broker whose queue is full drops messages: the one loss that nobody can prevent here is counted and shown."""

from pathlib import Path

import pytest

from cityops.storage import Database
from cityops.storage.messages.brokers import broker_drops
from tests.faults.conftest import Mosquitto
from tests.faults.drains import Site
from tests.programs import wait_for

pytestmark = pytest.mark.mosquitto

QUEUE, MESSAGES = 100, 250


def test_stored_and_dropped_are_all_that_was_published(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    mosquitto.stop()
    mosquitto.configure(max_queued_messages=QUEUE, max_inflight_messages=QUEUE, sys_interval=1)
    mosquitto.start()
    site = Site(mosquitto.url, database_url, tmp_path / "ingest.log")
    with site.worker():
        site.register()
    assert site.publish(0, MESSAGES) == MESSAGES

    database = Database(database_url, application="test")

    def dropped() -> int:
        with database.transaction() as tx:
            return sum(one.dropped for one in broker_drops(tx))

    with site.worker():
        wait_for(lambda: dropped() > 0, "the worker hears what was dropped")
        wait_for(lambda: site.stored() + dropped() == MESSAGES, "every message accounted for")
    database.close()

    assert 0 < site.stored() < MESSAGES
