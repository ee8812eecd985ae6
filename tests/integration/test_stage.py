"""A scenario starts from calm: what went wrong before is over, and its alerts are closed with the reason."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.board import actions, alert_history, alert_reader, store
from alerts.board.actions import AlertAct
from alerts.board.alert import Alert
from alerts.notify.contacts import Policy
from alerts.watch.alert_maintenance import tend_alerts
from cityops.catalogue import Catalogue
from cityops.scenarios import LEAD_IN
from cityops.storage import Database
from cityops.storage.operations.scenarios import start_run, store_scenarios
from sensors_sim.story.director import Director
from sensors_sim.story.scenarios import all_scenarios
from sensors_sim.story.simulation import Simulation
from tests.alert_samples import detector, make_rule, open_alert
from tests.unit.sensors_sim.conftest import ZONE

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.fixture
def city(catalogue: Catalogue) -> Simulation:
    return Simulation.make(catalogue, ZONE, seed=7, sensors=40, start=NOW)


def raise_everywhere(database: Database, city: Simulation) -> list[Alert]:
    """Open alerts on simulated detectors (taken, shelved, waiting) and on one that is real."""
    simulated = [sensor.sensor_id for sensor in city.fleets["gas_detector"].sensors][:3]
    with database.transaction() as tx:
        opened = [
            open_alert(tx, make_rule(), detector(tx, name), at=NOW - timedelta(minutes=5))
            for name in (*simulated, "real-1")
        ]
        actions.acknowledge(tx, opened[0].alert_id, AlertAct("li", NOW), version=1)
        until = NOW + timedelta(hours=1)
        actions.shelve(tx, opened[1].alert_id, AlertAct("li", NOW), version=1, reason="noisy", until=until)
    return opened


def test_the_stage_is_cleared_of_everything_but_what_is_real(database: Database, city: Simulation) -> None:
    *ours, real = raise_everywhere(database, city)
    Director(database, city.script).direct(city, NOW.timestamp())
    with database.transaction() as tx:
        store_scenarios(tx, all_scenarios())
        start_run(tx, "quiet-day", actor="duty", now=NOW, lead_in=LEAD_IN)

    tend_alerts(database, NOW + timedelta(seconds=1), policy=Policy(), zone=ZONE)

    with database.transaction() as tx:
        assert [alert.alert_id for alert in alert_reader.open_alerts(tx)] == [real.alert_id]
        last = [alert_history.alert_events(tx, alert.alert_id).iloc[-1] for alert in ours]
    assert {(event["to_state"], event["actor"], event["reason"]) for event in last} == {
        ("NORM", store.WATCH, "The scenario quiet-day begins from calm.")
    }


def test_a_story_that_is_told_keeps_its_own_alerts(database: Database, city: Simulation) -> None:
    Director(database, city.script).direct(city, NOW.timestamp())
    with database.transaction() as tx:
        store_scenarios(tx, all_scenarios())
        start_run(tx, "quiet-day", actor="duty", now=NOW - LEAD_IN, lead_in=LEAD_IN)
    opened = raise_everywhere(database, city)

    tend_alerts(database, NOW, policy=Policy(), zone=ZONE)

    with database.transaction() as tx:
        assert len(alert_reader.open_alerts(tx)) == len(opened)


def test_what_began_by_chance_ends_where_a_story_begins(database: Database, city: Simulation) -> None:
    by_chance = next(iter(city.script.incidents(NOW.timestamp(), NOW.timestamp() + 6 * 3600)))
    start = (by_chance.start + by_chance.end) / 2
    director = Director(database, city.script)
    with database.transaction() as tx:
        store_scenarios(tx, all_scenarios())
        start_run(tx, "quiet-day", actor="duty", now=datetime.fromtimestamp(start, UTC), lead_in=LEAD_IN)

    quiet = director.direct(city, start + 1)

    assert by_chance.end > start
    assert [one for one in quiet.script.incidents(start, start + 600) if one.end > start] == []


def test_one_story_ends_where_the_next_begins(database: Database, city: Simulation) -> None:
    director = Director(database, city.script)
    with database.transaction() as tx:
        store_scenarios(tx, all_scenarios())
        start_run(tx, "gas-leak", actor="duty", now=NOW)
    told = director.direct(city, NOW.timestamp() + 100)
    next_one = NOW + timedelta(seconds=120)
    with database.transaction() as tx:
        start_run(tx, "quiet-day", actor="duty", now=next_one, lead_in=LEAD_IN)

    quiet = director.direct(told, next_one.timestamp() + 1)

    assert any(one.end > next_one.timestamp() for one in told.script.staged)
    assert all(one.end <= next_one.timestamp() for one in quiet.script.staged)
