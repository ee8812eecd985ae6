"""A small city with one alert, stored without a broker."""

from datetime import timedelta

from alerts.board import store
from alerts.board.incidents import incident_store
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas, store_features
from cityops.storage.operations.job_parts import JobParts
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.unit.dashboard.samples import AREAS, FEATURES

STATION = Sensor("air-1", "990101", "environment", "air_station", "一号空气站", 119.05, 30.05)
LOOP = Sensor("loop-1", "990102", "traffic", "traffic_detector", "二号线圈", 119.15, 30.04)


def build_city(database: Database) -> None:
    """Store areas, features, two sensors, and a reading a minute of the last hour."""
    now = utc_now()
    with database.transaction() as tx:
        store_areas(tx, AREAS.values())
        store_features(tx, FEATURES)
        register_sensor(tx, STATION, now)
        register_sensor(tx, LOOP, now)
        series = series_ids(tx, [("air-1", "pm25"), ("loop-1", "speed")])
        times = [now - timedelta(minutes=minute) for minute in range(60, -1, -1)]
        pm25 = [ReadingRow(time, series["air-1", "pm25"], 30 + place, Quality.GOOD) for place, time in enumerate(times)]
        speed = [ReadingRow(time, series["loop-1", "speed"], 50, Quality.GOOD) for time in times]
        write_readings(tx, [*pm25, *speed], now)


def raise_alert(database: Database, catalogue: Catalogue) -> Rule:
    """Open an alert on the station's PM2.5 and return its rule."""
    rule = next(rule for rule in load_rules(catalogue) if rule.metric == "pm25")
    now = utc_now()
    with database.transaction() as tx:
        rule_store.store_rules(tx, [rule], now)
        series = series_ids(tx, [("air-1", "pm25")])["air-1", "pm25"]
        change = AlertChange(rule, series, Event.RAISE, now, rule.limit + 10, "test", rule.limit)
        store.apply_change(tx, change, None, now)
    return rule


def raise_gas(database: Database, catalogue: Catalogue, *names: str, rule_id: str = "gas-leak") -> list[int]:
    """Open an alert on a gas detector of each name, side by side; return their numbers."""
    rule = next(rule for rule in load_rules(catalogue) if rule.id == rule_id)
    now, opened = utc_now(), []
    with database.transaction() as tx:
        rule_store.store_rules(tx, [rule], now)
        for place, name in enumerate(names):
            lon = 119.03 + place * 0.001
            sensor = f"{rule_id}-{place}"
            register_sensor(tx, Sensor(sensor, "990101", "emergency", "gas_detector", name, lon, 30.05), now)
            series = series_ids(tx, [(sensor, "gas_lel")])[sensor, "gas_lel"]
            write_readings(tx, [ReadingRow(now, series, rule.limit + 2, Quality.GOOD)], now)
            change = AlertChange(rule, series, Event.RAISE, now, rule.limit + 2, "test", rule.limit)
            opened.append(store.apply_change(tx, change, None, now).alert_id)
    return opened


def raise_incident(database: Database, catalogue: Catalogue, *names: str) -> list[int]:
    """Open an alert on a gas detector of each name, all of them one incident; return their numbers."""
    opened = raise_gas(database, catalogue, *names)
    with database.transaction() as tx:
        incident_store.group_new_alerts(tx, JobParts(tx, "alerts"), utc_now())
    return opened


def clear_gas(database: Database, catalogue: Catalogue, sensor: str, *, rule_id: str = "gas-leak") -> None:
    """Have a detector say that all is well again."""
    rule = next(rule for rule in load_rules(catalogue) if rule.id == rule_id)
    now = utc_now()
    with database.transaction() as tx:
        series = series_ids(tx, [(sensor, "gas_lel")])[sensor, "gas_lel"]
        write_readings(tx, [ReadingRow(now, series, 1, Quality.GOOD)], now)
        change = AlertChange(rule, series, Event.CLEAR, now, 1, "test", rule.limit)
        store.apply_change(tx, change, store.open_states(tx, [series])[rule.id, series], now)
