"""Scenarios in the database: one at a time, everything audited; and a ledger that says what the truth does."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_frame
from cityops.storage.operations.scenarios import (
    NoSuchScenario,
    NothingRuns,
    current_run,
    find_run,
    load_extents,
    load_scenarios,
    start_run,
    step_run,
    stop_run,
    store_scenarios,
)
from sensors_sim.scoring.truth import LEDGER
from sensors_sim.scoring.truth_records import read_truth
from sensors_sim.story.director import Director
from sensors_sim.story.scenarios import ORDER, all_scenarios
from sensors_sim.story.simulation import Simulation
from tests.programs import running, wait_for
from tests.unit.sensors_sim.conftest import ZONE

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def stage(database: Database) -> Database:
    """A database in which a simulator has made its scenarios known."""
    with database.transaction() as tx:
        store_scenarios(tx, all_scenarios())
    return database


def test_the_presenter_sees_the_scenarios_in_their_order(stage: Database) -> None:
    with stage.transaction() as tx:
        assert [one.name for one in load_scenarios(tx)] == list(ORDER)
        assert load_scenarios(tx) == all_scenarios()


def test_a_run_is_started_stepped_and_stopped_and_all_of_it_is_audited(stage: Database) -> None:
    with stage.transaction() as tx:
        run = start_run(tx, "gas-leak", actor="duty", now=NOW)
        stepped = step_run(tx, actor="duty", now=NOW + timedelta(seconds=5))
        assert current_run(tx) == stepped
        assert stepped.seconds(NOW + timedelta(seconds=5)) == 120
        stop_run(tx, actor="chief", now=NOW + timedelta(seconds=9))
        ended = find_run(tx, run.run_id)
        said = tx.rows("SELECT actor, action, object FROM audit_log WHERE action LIKE 'scenario.%%' ORDER BY 1, 2")

    assert ended is not None
    assert ended.ended_at == NOW + timedelta(seconds=9)
    assert [(row["actor"], row["action"]) for row in said] == [
        ("chief", "scenario.end"), ("duty", "scenario.start"), ("duty", "scenario.step")
    ]  # fmt: skip
    assert {row["object"] for row in said} == {"gas-leak"}


def test_what_cannot_be_is_refused(stage: Database) -> None:
    with stage.transaction() as tx:
        with pytest.raises(NothingRuns):
            step_run(tx, actor="duty", now=NOW)
        with pytest.raises(NothingRuns):
            stop_run(tx, actor="duty", now=NOW)
        with pytest.raises(NoSuchScenario, match="flood"):
            start_run(tx, "flood", actor="duty", now=NOW)


def test_of_many_presenters_that_start_at_once_the_last_one_tells(stage: Database) -> None:
    def start(number: int) -> None:
        with stage.transaction() as tx:
            start_run(tx, ORDER[number], actor=f"p{number}", now=NOW + timedelta(seconds=number))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(6)))

    with stage.transaction() as tx:
        assert tx.value("SELECT count(*) FROM scenario_run WHERE ended_at IS NULL") == 1
        assert tx.value("SELECT count(*) FROM scenario_run") == 6


def test_the_simulator_follows_draws_the_plume_and_ends_the_story(stage: Database, catalogue: object) -> None:
    city = Simulation.make(catalogue, ZONE, seed=7, sensors=40, start=NOW, incidents=False)  # type: ignore[arg-type]
    director = Director(stage, city.script)
    director.prepare("gas-leak", faster=1, now=NOW)

    city = director.direct(city, NOW.timestamp() + 90)
    with stage.transaction() as tx:
        assert [one.kind for one in load_extents(tx)] == ["plume"]
    assert {one.name for one in city.script.staged} == {"gas_leak", "gas_plume", "jam"}

    city = director.direct(city, NOW.timestamp() + 241)
    with stage.transaction() as tx:
        assert current_run(tx) is None
        assert load_extents(tx) == []

    stage.close()
    assert director.direct(city, NOW.timestamp() + 250).script.staged == city.script.staged


@pytest.mark.parametrize(
    ("scenario", "speed", "rate", "lasts"), [("bad-sensors", 100 / 6, 40, 22), ("broker-outage", 32.0, 20, 14)]
)
def test_the_ledger_says_exactly_what_the_truth_does(
    database_url: str,
    database: Database,
    broker_url: str,
    tmp_path: Path,
    scenario: str,
    speed: float,
    rate: int,
    lasts: int,
) -> None:
    """Real devices' messages, a real broker, the real ingest, and the ledger it leaves."""
    truth = tmp_path / "truth.jsonl"
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker_url}
    with running("ingest", environment=environment, log=tmp_path / "ingest.log"):
        with (tmp_path / "simulate.log").open("w") as log:
            subprocess.run(
            [sys.executable, "-m", "cityops", "simulate", "--sensors", "160", "--rate", str(rate), "--no-incidents",
             "--scenario", scenario, "--speed", str(speed),
             "--duration", str(lasts), "--truth", str(truth)],
            env={**environment, "PATH": "", "HOME": str(tmp_path)}, check=True, timeout=lasts + 60,
            stdout=log, stderr=log,
        )  # fmt: skip
        told = {one.sensor: {name: getattr(one, name) for name in LEDGER} for one in read_truth(truth).ledger}

        def kept() -> dict[str, dict[str, int]]:
            with database.transaction() as tx:
                rows = ledger_frame(tx).to_dict("records")
            # The broker is shared: it may remember devices of other tests.
            return {row["sensor_id"]: {name: row[name] for name in LEDGER} for row in rows if row["sensor_id"] in told}

        with suppress(AssertionError):  # the comparison below says what differs
            wait_for(lambda: kept() == told, "the ledger as the truth has it", seconds=30)
        assert kept() == told

    totals = {name: sum(one[name] for one in told.values()) for name in LEDGER}
    assert totals["stored"] > 1000
    if scenario == "bad-sensors":
        assert all(totals[name] > 0 for name in LEDGER), totals
    else:
        assert (totals["missing"], totals["dead_lettered"]) == (0, 0)
