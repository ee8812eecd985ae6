"""What the embedded broker promises when it is restarted, and what it does not: it keeps everything in memory."""

from pathlib import Path

from cityops.embedded.mqtt.broker import EmbeddedBroker
from tests.faults.drains import Site
from tests.programs import wait_for

COUNT = 200


def test_what_ingest_has_stored_stays_and_it_goes_on_by_itself(database_url: str, tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path / "broker") as broker:
        site = Site(broker.url, database_url, tmp_path / "ingest.log")
        with site.worker() as worker:
            site.register()
            site.publish(0, COUNT)
            wait_for(lambda: site.stored() == COUNT, "the first readings stored")

            broker.stop()
            broker.start()
            both = 2 * 2  # sessions, each for the second time
            wait_for(lambda: site.log.read_text().count(" subscribed ") == both, "the worker subscribed", seconds=60)
            site.publish(COUNT, COUNT)
            wait_for(lambda: site.stored() == 2 * COUNT, "the next readings stored")

            assert worker.poll() is None


def test_what_it_kept_for_a_worker_that_was_away_is_lost(database_url: str, tmp_path: Path) -> None:
    """Not promised: a message that the embedded broker acknowledged lives in its memory until ingest has it."""
    with EmbeddedBroker(tmp_path / "broker") as broker:
        site = Site(broker.url, database_url, tmp_path / "ingest.log")
        with site.worker():
            site.register()
        assert site.publish(0, COUNT) == COUNT

        broker.stop()
        broker.start()
        with site.worker():
            site.register()
            site.publish(COUNT, COUNT)
            wait_for(lambda: site.stored() == COUNT, "only the later readings stored")
