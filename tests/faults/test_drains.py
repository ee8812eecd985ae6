"""Distinct published = stored, zero lost, zero doubled: whatever is killed while a full session is drained."""

import random
import time
from pathlib import Path

import pytest

from cityops.embedded.postgres import EmbeddedPostgres
from tests.faults.conftest import Mosquitto
from tests.faults.drains import LONG, MESSAGES, Site, drain, fill
from tests.programs import wait_for

pytestmark = pytest.mark.mosquitto

KILLS = 20 if LONG else 4
RESTARTS = 5 if LONG else 2


def points(chance: random.Random, count: int) -> list[int]:
    """Return how much shall be stored when something breaks: so many points of the drain, in their order."""
    return sorted(int(chance.uniform(0, 0.8) * MESSAGES) for _ in range(count))


def wait_until_stored(site: Site, count: int, chance: random.Random) -> None:
    """Wait until so much is stored, and then for a moment of chance: a batch may be anywhere on its way."""
    wait_for(lambda: site.stored() >= count, f"{count} readings stored", seconds=300)
    time.sleep(chance.uniform(0, 0.1))


def test_a_worker_killed_at_random_moments(mosquitto: Mosquitto, database_url: str, tmp_path: Path) -> None:
    site = Site(mosquitto.url, database_url, tmp_path / "ingest.log")
    chance = random.Random(7)
    fill(site)

    in_the_middle = 0
    for stored in points(chance, KILLS):
        with site.worker() as worker:
            wait_until_stored(site, stored, chance)
            worker.kill()
            worker.wait()
        in_the_middle += 0 < site.stored() < MESSAGES
    assert in_the_middle, "the worker was never killed at work"
    with site.worker() as worker:
        drain(site, worker)

    assert site.stored() == MESSAGES


def test_the_database_stopped_in_the_middle(
    mosquitto: Mosquitto, own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    site = Site(mosquitto.url, own_postgres.url, tmp_path / "ingest.log")
    chance = random.Random(8)
    fill(site)

    with site.worker() as worker:
        for stored in points(chance, RESTARTS):
            wait_until_stored(site, stored, chance)
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
