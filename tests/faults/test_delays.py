"""A worker killed in the middle of a delay: the alert comes on time all the same, once, and none is lost."""

import random
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from subprocess import Popen

from cityops.storage import Database
from tests.devices import Device, device
from tests.faults.drains import LONG
from tests.programs import running, wait_for

KILLS = 20 if LONG else 3
METERS = 20 if LONG else 3
DELAY = 300.0 if LONG else 6.0  # seconds: five minutes in the long form
EVERY = 2.0 if LONG else 0.2
AREA = "cityops/990101001001/environment"
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
        self.kills = 0
        self._process = self._start()
        wait_for(lambda: self.is_at_work, "the worker subscribed", seconds=60)

    @property
    def is_at_work(self) -> bool:
        """Whether the present process has its messages; the log has the words of all those before it."""
        return self._log.read_text().count(" subscribed ") > self.kills

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self.kills += 1
        self._process = self._start()

    def _start(self) -> Popen[bytes]:
        arguments = ("ingest", "--client-id", "delays")
        return self._keep.enter_context(running(*arguments, environment=self._environment, log=self._log))


def shout(meter: Device, worker: Worker, kills: list[float]) -> dict[str, list[datetime]]:
    """Let all meters be loud for longer than the delay, one after the other; kill the worker at these seconds.

    Return when each was loud, as its device stamped it.
    """
    told: dict[str, list[datetime]] = {f"LOUD-{number}": [] for number in range(METERS)}
    started = time.monotonic()
    while worker.kills < len(kills) or any(times[-1] - times[0] < timedelta(seconds=DELAY) for times in told.values()):
        for sensor, times in told.items():
            times.append(datetime.now(UTC))
            meter.measure(f"{AREA}/{sensor}", times[-1], leq=80)
        gone = time.monotonic() - started
        if worker.kills < len(kills) and gone >= kills[worker.kills] and worker.is_at_work:
            worker.kill()
        time.sleep(EVERY)
    return told


def due(times: list[datetime]) -> datetime:
    """Return when an alert is due: at the first reading after the delay, counted from the first one."""
    early = list(takewhile(lambda moment: moment - times[0] < timedelta(seconds=DELAY), times))
    return times[len(early)]


def opened(database: Database) -> dict[str, datetime]:
    with database.transaction() as tx:
        rows = tx.rows("SELECT sensor_id, opened_at FROM alert JOIN series USING (series_id)")
        assert len(rows) == len({row["sensor_id"] for row in rows})  # none twice
        return {row["sensor_id"]: row["opened_at"] for row in rows}


def test_an_alert_with_a_delay_comes_on_time_although_its_worker_is_killed(
    broker_url: str, database_url: str, database: Database, tmp_path: Path
) -> None:
    rules, moments = tmp_path / "rules.toml", random.Random(7)
    rules.write_text(RULE, "utf-8")
    environment = {"CITYOPS_DATABASE_URL": database_url, "CITYOPS_MQTT_URL": broker_url}
    environment["CITYOPS_RULES_FILE"] = str(rules)

    with device(broker_url) as meter, ExitStack() as keep:
        worker = Worker(environment, tmp_path / "ingest.log", keep)
        for number in range(METERS):
            meter.register(f"{AREA}/LOUD-{number}", "noise_meter", name="测试")
        told = shout(meter, worker, sorted(moments.uniform(0.4, DELAY - 0.4) for _ in range(KILLS)))
        wait_for(lambda: len(opened(database)) == METERS, "an alert of each sensor", seconds=120)
        for sensor in told:
            meter.publish(f"{AREA}/{sensor}/meta", b"", retain=True)

    assert opened(database) == {sensor: due(times) for sensor, times in told.items()}
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM alert_event WHERE action = 'raise'") == METERS
