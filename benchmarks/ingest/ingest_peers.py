"""What others do with the load that `cityops ingest` drains: only receive it, only copy it, or store it naively."""

import json
import subprocess
import time
from urllib.parse import urlsplit

import numpy as np
import psycopg2

from benchmarks.ingest import drain
from cityops.storage.database import Transaction
from cityops.storage.readings.columns import Columns

BATCH = 15_000  # rows of one COPY: those of 5,000 messages


def receive_only(broker: str, load: drain.Load, *, protocol: int) -> float:
    """Let a plain client of paho receive and acknowledge. Messages a second."""
    client_id = f"receive-{protocol}"
    drain.fill(broker, client_id, load, protocol=protocol)
    return drain.receive(broker, client_id, load.messages, protocol=protocol, handle=lambda _: None)


def mosquitto_sub(broker: str, load: drain.Load) -> float:
    """Let Mosquitto's own client, written in C, receive, acknowledge and print into nothing. Messages a second."""
    drain.fill(broker, "mosquitto-sub", load)
    parts = urlsplit(broker)
    command = ["mosquitto_sub", "-h", str(parts.hostname), "-p", str(parts.port), "-i", "mosquitto-sub", "-V", "mqttv5"]
    command += ["-c", "-x", "3600", "-q", "1", "-t", "cityops/#", "-C", str(load.messages)]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600)
    return load.messages / (time.perf_counter() - started)


def bare_copy(url: str, load: drain.Load) -> float:
    """Copy the rows of a load into the readings, in one COPY a batch of 5,000 messages' rows. Rows a second."""
    moments = load.rows // len(drain.METRICS) // drain.DEVICES
    width = len(drain.METRICS) * drain.DEVICES
    times = np.repeat(np.arange(moments, dtype=np.int64) * 1_000_000 + int(load.start.timestamp() * 1e6), width)
    series = np.tile(np.arange(1, width + 1, dtype=np.int32), moments)
    connection = psycopg2.connect(url)
    tx = Transaction(connection)
    started = time.perf_counter()
    for begin in range(0, len(times), BATCH):
        part = slice(begin, begin + BATCH)
        ones = np.ones(len(times[part]))
        columns = Columns(times[part], series[part], ones * 30.5, ones.astype(np.int16))
        tx.copy_in("COPY reading (time, series_id, value, quality) FROM STDIN (FORMAT binary)", columns.encode())
        connection.commit()
    elapsed = time.perf_counter() - started
    connection.close()
    return len(times) / elapsed


def naive_script(broker: str, url: str, load: drain.Load) -> float:
    """What people write first: for every message json.loads, INSERT, commit. Messages a second."""
    drain.fill(broker, "naive", load)
    connection = psycopg2.connect(url)
    cursor = connection.cursor()

    def store(message: object) -> None:
        entry = json.loads(message.payload)  # type: ignore[attr-defined]
        for number, value in enumerate(entry["values"].values(), 1):
            cursor.execute(
                "INSERT INTO reading VALUES (%s, %s, %s, 1) ON CONFLICT DO NOTHING", (entry["time"], number, value)
            )
        connection.commit()

    try:
        return drain.receive(broker, "naive", load.messages, protocol=5, handle=store)
    finally:
        connection.close()
