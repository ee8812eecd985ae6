"""Distinct published = stored, zero lost, zero doubled: whatever is killed while a full session is drained."""

import random
import time
from pathlib import Path
from subprocess import Popen

import pytest

from cityops.embedded.postgres import EmbeddedPostgres
from tests.faults.conftest import LONG, Mosquitto
from tests.faults.drains import Site
from tests.programs import wait_for

pytestmark = pytest.mark.mosquitto

MESSAGES = 200_000 if LONG else 20_000
KILLS = 20 if LONG else 4
RESTARTS = 5 if LONG else 2


def fill(site: Site) -> None:
    """Make the worker's session, register the devices, and let messages pile up while it is away."""
    with site.worker():
        site.register()
    assert site.publish(0, MESSAGES) == MESSAGES


def drain(site: Site, worker: Popen[bytes]) -> None:
    wait_for(lambda: worker.poll() is not None or site.stored() >= MESSAGES, "everything stored", seconds=300)
    assert worker.poll() is None, site.log.read_text()[-2000:]


def test_a_worker_killed_at_random_moments(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    site = Site(mosquitto.url, database_url, tmp_path / "ingest.log")
    moments = random.Random(7)
    fill(site)

    for _ in range(KILLS):
        with site.worker() as worker:
            time.sleep(moments.uniform(0, 0.6))
            worker.kill()
            worker.wait()
    with site.worker() as worker:
        drain(site, worker)

    assert site.stored() == MESSAGES


def test_the_database_stopped_in_the_middle(
    mosquitto: Mosquitto, own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    site = Site(mosquitto.url, own_postgres.url, tmp_path / "ingest.log")
    moments = random.Random(8)
    fill(site)

    with site.worker() as worker:
        for _ in range(RESTARTS):
            time.sleep(moments.uniform(0, 0.6))
            own_postgres.stop(immediately=True)
            time.sleep(1)
            own_postgres.start()
        drain(site, worker)

    assert site.stored() == MESSAGES


def test_the_broker_restarted_in_the_middle(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    site = Site(mosquitto.url, database_url, tmp_path / "ingest.log")
    fill(site)

    with site.worker() as worker:
        for _ in range(RESTARTS):
            mosquitto.stop()
            mosquitto.start()
        drain(site, worker)

    assert site.stored() == MESSAGES


def test_two_workers_share_and_one_of_them_is_killed(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    """What the killed one had in its hands comes again when its session does."""
    first = Site(mosquitto.url, database_url, tmp_path / "first.log")
    second = Site(mosquitto.url, database_url, tmp_path / "second.log")
    share = ("--share", "faults")

    with first.worker(*share, client_id="first") as survivor, second.worker(*share, client_id="second") as victim:
        first.register()
        half = MESSAGES // 2
        first.publish(0, half)
        victim.kill()
        victim.wait()
        first.publish(half, MESSAGES - half)
        with second.worker(*share, client_id="second"):
            drain(first, survivor)

    assert first.stored() == MESSAGES
