"""1,000 clicks of 20 clients on 100 alerts, all at once: each alert has one winner, and each loser learns the name."""

import random
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from alerts.board import actions, alert_reader
from alerts.board.actions import AlertAct
from alerts.detection.readings import Readings
from alerts.errors import LostRace
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensors, series_ids
from cityops.storage.migrate import migrate

ALERTS, CLIENTS, CLICKS = 100, 20, 1000


@dataclass(frozen=True)
class Clicks:
    """What became of the clicks."""

    alerts: int
    clients: int
    clicks: int
    seconds: float
    winners: int  # alerts that were acknowledged once, by the one who was told so
    losers_told: int  # clicks that came second and were told the winner's name


def measure() -> Clicks:
    folder = Path(tempfile.mkdtemp(prefix="cityops-bench-"))
    try:
        with EmbeddedPostgres(folder) as server:
            database = Database(server.url, application="benchmark")
            alerts = _raise_alerts(database)
            result = _click(server.url, alerts)
            database.close()
            return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _raise_alerts(database: Database) -> list[tuple[int, int]]:
    """Raise one alert on each of many detectors; return (alert, version)."""
    catalogue, now = load_catalogue(), utc_now()
    migrate(database, catalogue, report=lambda _: None)
    engine = Engine([rule for rule in load_rules(catalogue) if rule.id == "gas-leak"], catalogue)
    with database.transaction() as tx:
        engine.start(tx, now)
        names = [f"G-{number}" for number in range(ALERTS)]
        register_sensors(tx, [Sensor(name, "1", "emergency", "gas_detector", name, 118.8, 31.9) for name in names], now)
        series = series_ids(tx, [(name, "gas_lel") for name in names])
        engine.judge(tx, Readings.of([(now, number, 25.0, Quality.GOOD) for number in series.values()]), now=now)
        return [(alert.alert_id, alert.version) for alert in alert_reader.open_alerts(tx)]


def _click(url: str, alerts: list[tuple[int, int]]) -> Clicks:
    barrier = threading.Barrier(CLIENTS + 1)

    def work(client: int) -> list[tuple[int, str, str]]:
        """Click on half of the alerts; return (alert, who clicked, who has it)."""
        database = Database(url, application=f"client {client}", keep=1)
        mine = [alerts[(client // 2 * 10 + place) % ALERTS] for place in range(CLICKS // CLIENTS)]
        random.Random(client).shuffle(mine)
        barrier.wait()
        told = []
        for alert, version in mine:
            name = f"officer-{client}"
            try:
                with database.transaction() as tx:
                    actions.acknowledge(tx, alert, AlertAct(name, utc_now()), version=version)
                told.append((alert, name, name))
            except LostRace as lost:
                told.append((alert, name, lost.winner))
        database.close()
        return told

    with ThreadPoolExecutor(CLIENTS) as pool:
        runs = [pool.submit(work, client) for client in range(CLIENTS)]
        barrier.wait()
        started = time.perf_counter()
        told = [entry for run in runs for entry in run.result()]
        seconds = time.perf_counter() - started
    winners = [(alert, name) for alert, name, has_it in told if has_it == name]
    holder = dict(winners)
    losers_told = sum(name != has_it and has_it == holder[alert] for alert, name, has_it in told)
    assert len(told) == CLICKS
    return Clicks(len(alerts), CLIENTS, CLICKS, seconds, len(winners), losers_told)
