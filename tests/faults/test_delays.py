"""A worker killed in the middle of a delay: the alert comes on time all the same, once, and none is lost."""

import random
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen

from cityops.storage import Database
from tests.devices import Device, device
from tests.faults.drains import LONG
from tests.programs import running, wait_for

KILLS = 20 if LONG else 3
DELAY = 4.0  # seconds; a delay of five minutes differs only in its length
EVERY = 0.2
RULE = f"""
[[rule]]
id = "loud"
title = {{ zh = "噪声", en = "Noise" }}
kind = "noise_meter"
severity = 2
on_delay = {DELAY}
when = {{ type = "threshold", metric = "leq", direction = "above", limit = 70, clear = 60 }}
"""


class Worker:
    """An ingest worker that can be killed and started again under the same name."""

    def __init__(self, environment: dict[str, str], log: Path, keep: ExitStack) -> None:
        self._environment, self._log, self._keep = environment, log, keep
        self._process = self._start()
        wait_for(lambda: " subscribed " in log.read_text(), "the worker subscribed", seconds=60)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def _start(self) -> Popen[bytes]:
        arguments = ("ingest", "--client-id", "delays")
        return self._keep.enter_context(running(*arguments, environment=self._environment, log=self._log))


def shout(meter: Device, root: str, worker: Worker, *, kill_after: float) -> datetime:
    """Be loud for longer than the delay, and kill the worker meanwhile; return when the alert is due."""
    first = datetime.now(UTC)
    now, killed = first, False
    while now - first < timedelta(seconds=DELAY):
        meter.measure(root, now, leq=80)
        if not killed and now - first >= timedelta(seconds=kill_after):
            worker.kill()
            killed = True
        time.sleep(EVERY)
        now = datetime.now(UTC)
    meter.measure(root, now, leq=80)
    assert killed
    return now


def opened(database: Database) -> dict[str, datetime]:
    with database.transaction() as tx:
        rows = tx.rows("SELECT sensor_id, opened_at FROM alert JOIN series USING (series_id)")
        assert len(rows) == len({row["sensor_id"] for row in rows})  # none twice
        return {row["sensor_id"]: row["opened_at"] for row in rows}


def test_an_alert_with_a_delay_comes_on_time_although_its_worker_is_killed(
    broker_url: str, database_url: str, database: Database, tmp_path: Path
) -> None:
    """On time: at the first reading after the delay, counted from the first one, both as the device stamped them."""
    rules, moments = tmp_path / "rules.toml", random.Random(7)
    rules.write_text(RULE, "utf-8")
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker_url}
    environment["CITYOPS_RULES_FILE"] = str(rules)
    due = {}

    with device(broker_url) as meter, ExitStack() as keep:
        worker = Worker(environment, tmp_path / "ingest.log", keep)
        for number in range(KILLS):
            root = f"cityops/990101001001/environment/LOUD-{number}"
            meter.register(root, "noise_meter", name="测试")
            due[f"LOUD-{number}"] = shout(meter, root, worker, kill_after=moments.uniform(0.4, DELAY - 0.4))
        wait_for(lambda: len(opened(database)) == KILLS, "an alert of each sensor", seconds=120)
        for sensor in due:
            meter.publish(f"cityops/990101001001/environment/{sensor}/meta", b"", retain=True)

    assert opened(database) == due
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM alert_event WHERE action = 'raise'") == KILLS
