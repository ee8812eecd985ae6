"""Two officers cannot both acknowledge one alert: one wins, the other is told who did."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from alerts.board import actions, alert_history, alert_reader
from alerts.board.actions import AlertAct
from alerts.detection.readings import Readings
from alerts.errors import AlertChanged, AlertUnknown, LostRace
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(database: Database, catalogue: Catalogue) -> Engine:
    """One rule on one detector: the others would raise alerts of their own, such as a cloud over all of them."""
    engine = Engine([rule for rule in load_rules(catalogue) if rule.id == "gas-leak"], catalogue)
    with database.transaction() as tx:
        engine.start(tx, NOW)
    return engine


def raise_alerts(database: Database, engine: Engine, count: int) -> list[tuple[int, int]]:
    """Raise one alert on each of `count` detectors; return (alert id, version)."""
    with database.transaction() as tx:
        for number in range(count):
            register_sensor(tx, Sensor(f"G-{number}", "1", "emergency", "gas_detector", "g", 118.8, 31.9), NOW)
        series = series_ids(tx, [(f"G-{number}", "gas_lel") for number in range(count)])
        engine.judge(tx, Readings.of([(NOW, number, 25.0, Quality.GOOD) for number in series.values()]), now=NOW)
        alerts = alert_reader.open_alerts(tx)
    return [(alert.alert_id, alert.version) for alert in alerts]


def acknowledge(database: Database, alert: tuple[int, int], actor: str) -> str:
    """Return "won", or the winner's name."""
    try:
        with database.transaction() as tx:
            actions.acknowledge(tx, alert[0], AlertAct(actor, NOW), version=alert[1])
    except LostRace as lost:
        return lost.winner
    return "won"


def test_of_a_thousand_clicks_on_a_hundred_alerts_a_hundred_win_and_the_others_learn_the_name(
    database: Database, engine: Engine
) -> None:
    alerts = raise_alerts(database, engine, 100)
    clicks = [(alert, f"officer-{number}") for alert in alerts for number in range(10)]

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(lambda click: (click[0], click[1], acknowledge(database, *click)), clicks))

    winners = {alert: actor for alert, actor, result in results if result == "won"}
    assert Counter(result == "won" for _, _, result in results) == {True: 100, False: 900}
    assert set(winners) == set(alerts)
    assert all(result in ("won", winners[alert]) for alert, _, result in results)
    with database.transaction() as tx:
        assert {alert.acknowledged_by for alert in alert_reader.open_alerts(tx)} <= set(winners.values())


def test_an_alert_that_changed_since_it_was_seen_is_not_acknowledged(database: Database, engine: Engine) -> None:
    ((alert_id, version),) = raise_alerts(database, engine, 1)
    with database.transaction() as tx:
        sensor = alert_reader.open_alerts(tx)[0].sensor_id
        number = series_ids(tx, [(sensor, "gas_lel")])[sensor, "gas_lel"]
        engine.judge(tx, Readings.of([(NOW, number, 1.0, Quality.GOOD)]), now=NOW)

    with pytest.raises(AlertChanged), database.transaction() as tx:
        actions.acknowledge(tx, alert_id, AlertAct("duty", NOW), version=version)


def test_an_alert_that_does_not_exist_is_said_so(database: Database) -> None:
    with pytest.raises(AlertUnknown), database.transaction() as tx:
        actions.acknowledge(tx, 404, AlertAct("duty", NOW), version=1)


def test_an_acknowledgement_leaves_an_event_and_an_audit_row(database: Database, engine: Engine) -> None:
    (alert,) = raise_alerts(database, engine, 1)
    acknowledge(database, alert, "duty")

    with database.transaction() as tx:
        assert alert_history.alert_events(tx, alert[0])["actor"].tolist() == ["detection", "duty"]
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'alert.acknowledge' AND actor = 'duty'") == 1


def test_the_history_of_an_alert_cannot_be_changed(database: Database, engine: Engine) -> None:
    raise_alerts(database, engine, 1)

    with pytest.raises(Exception, match="append-only"), database.transaction() as tx:
        tx.execute("UPDATE alert_event SET actor = 'somebody else'")
