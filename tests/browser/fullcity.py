"""A city in which everything on a wall has something to say, with the longest words that there are."""

from datetime import datetime, timedelta

from alerts.board import store
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.browser.city import build_city

VALUES = {"pm25": 162.0, "pm10": 240.0, "visibility": 9163.0, "flow": 1665.0, "speed": 8.4, "gas_lel": 43.5}
ALERTS = 14  # more than fit


def build_full_city(database: Database, catalogue: Catalogue, now: datetime) -> str:
    """Store a sensor of each kind in each district, readings of an hour, alerts of all severities.

    Return the id of one of the gravest alerts.
    """
    build_city(database)
    sensors = [
        Sensor(f"{kind}-{area}", area, known.domain, kind, f"{known.name.zh} {place}", lon + place / 150, 30.05)
        for area, lon in (("990101", 119.01), ("990102", 119.11))
        for place, (kind, known) in enumerate(catalogue.kind.items())
    ]
    with database.transaction() as tx:
        for sensor in sensors:
            register_sensor(tx, sensor, now)
        keys = [(sensor.sensor_id, metric) for sensor in sensors for metric in catalogue.kind[sensor.kind].metrics]
        series = series_ids(tx, keys)
        times = [now - timedelta(minutes=minute) for minute in range(60, -1, -1)]
        write_readings(
            tx,
            [
                ReadingRow(time, series[key], VALUES.get(key[1], 7.5) * (1 - place % 7 / 100), Quality.GOOD)
                for key in keys
                for place, time in enumerate(reversed(times))
            ],
            now,
        )
        return _raise_alerts(tx, sensors, catalogue, now)


def _raise_alerts(tx: Transaction, sensors: list[Sensor], catalogue: Catalogue, now: datetime) -> str:
    """Raise the rules with the longest English titles, the gravest first."""
    metrics = {metric for kind in catalogue.kind.values() for metric in kind.metrics}
    rules = [rule for rule in load_rules(catalogue) if rule.metric in metrics and rule.kind in catalogue.kind]
    rules.sort(key=lambda rule: (rule.severity > 1, -len(rule.title.en)))
    chosen = rules[:ALERTS]
    rule_store.store_rules(tx, chosen, now)
    raised = [_raise_alert(tx, rule, sensors, now - timedelta(seconds=place)) for place, rule in enumerate(chosen)]
    return raised[0]


def _raise_alert(tx: Transaction, rule: Rule, sensors: list[Sensor], now: datetime) -> str:
    sensor = next(sensor for sensor in sensors if sensor.kind == rule.kind)
    series = series_ids(tx, [(sensor.sensor_id, rule.metric)])[sensor.sensor_id, rule.metric]
    limit = getattr(rule.when, "limit", 12.5)
    alert = store.apply_change(
        tx, AlertChange(rule, series, Event.RAISE, now, limit + 1234.5, "test", limit), None, now
    )
    return str(alert.alert_id)
