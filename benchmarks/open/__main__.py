"""`make bench-open`: 10,000 series with their newest readings, pages of a year, and that year as a table.

A portal of the product, in its own process and in the role cityops_portal, on an embedded PostgreSQL. The last line is
one JSON object; docs/reference/benchmarks-open.md explains it.
"""

import argparse
import http.client
import json
import os
import platform
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np
import psutil

from benchmarks.portal_process import PASSWORD, portal_process
from benchmarks.process_times import cpu_seconds
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from cityops.storage.portal_role import make_portal_role
from sharing.datasets.store import decide_demo_sets, seed_data_sets

LATEST = "/v1.1/Datastreams?$top={series}&$expand=Observations($orderby=phenomenonTime desc;$top=1)"
LOOKS, PAGES = 7, 60
DAYS_AT_ONCE = 60  # partitions made in one transaction
SENSORS = """
INSERT INTO sensor (sensor_id, area_code, domain, kind, name, lon, lat, registered_at, updated_at)
SELECT 'air-' || n, '990101', 'environment', 'air_station', '空气站 ' || n, 119 + n * 1e-6, 30, now(), now()
FROM generate_series(1, {count}) AS n
"""
SERIES = """
INSERT INTO series (sensor_id, metric)
SELECT sensor_id, metric FROM sensor CROSS JOIN unnest(ARRAY['pm25', 'no2']) AS metric ORDER BY sensor_id, metric
"""
NEWEST = """
INSERT INTO latest (series_id, time, value, quality, received_at)
SELECT series_id, date_trunc('minute', now()), series_id % 200, 1, now() FROM series
"""
DAYS = "SELECT ensure_reading_days(ARRAY(SELECT current_date - day FROM generate_series(%(first)s, %(last)s) AS day))"
YEAR = """
INSERT INTO reading (time, series_id, value, quality)
SELECT moment, 1, extract(epoch FROM moment)::bigint %% 977 / 10.0, 1
FROM generate_series(date_trunc('minute', now()) - make_interval(mins => %(minutes)s), now(), '1 minute') AS moment
"""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="cityops-bench-") as name, EmbeddedPostgres(Path(name) / "db") as server:
        _fill(server.url, options.series, options.days)
        with portal_process(server.url, Path(name)) as (port, process):
            _ask(port, "/v1.1/Things?$top=1")
            figures = _measure_latest(port, process, options.series)
            figures |= _measure_pages(port)
            figures |= _measure_export(port, process)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, value in figures.items():
        print(f"{name:24}{value:>12}")
    print(json.dumps(figures))


def _fill(url: str, series: int, days: int) -> None:
    """Store so many series with their newest readings, and so many days of the first, a reading a minute."""
    database, catalogue = Database(url, application="benchmark"), load_catalogue()
    make_portal_role(database, PASSWORD)
    migrate(database, catalogue, report=lambda _: None)
    for first in range(0, days + 1, DAYS_AT_ONCE):
        with database.transaction() as tx:
            tx.execute(DAYS, first=first, last=min(days, first + DAYS_AT_ONCE - 1))
    with database.transaction() as tx:
        seed_data_sets(tx, catalogue)
        decide_demo_sets(tx, catalogue, now=utc_now())
        tx.execute(SENSORS.format(count=series // 2))
        tx.execute(SERIES)
        tx.execute(NEWEST)
        tx.execute(YEAR, minutes=days * 1440 - 1)
    for table in ("sensor", "series", "latest", "reading", "data_set"):
        with database.transaction() as tx:
            tx.execute(f"ANALYZE {table}")
    database.close()


def _measure_latest(port: int, process: psutil.Process, series: int) -> dict[str, float]:
    """Every series with its newest reading, in one answer: by the clock, and by the portal's own processor time."""
    times, before = list[float](), cpu_seconds(process)
    for _ in range(LOOKS):
        began = time.monotonic()
        body = _ask(port, LATEST.format(series=series))
        times.append(time.monotonic() - began)
    spent = cpu_seconds(process) - before
    found = json.loads(body)["value"]
    if len(found) != series or not all(len(one["Observations"]) == 1 for one in found):
        raise SystemExit(f"{len(found)} series came, not {series}")
    return {
        "sta_latest_ms": round(float(np.median(times)) * 1000, 1),
        "sta_latest_cpu_ms": round(spent / LOOKS * 1000, 1),
        "sta_latest_mb": round(len(body) / 1e6, 1),
    }


def _measure_pages(port: int) -> dict[str, float]:
    """Pages of a hundred readings: the first ones, and those at the end of the year."""
    first, link = list[float](), "/v1.1/Datastreams(1)/Observations?$top=100"
    for _ in range(PAGES):
        began = time.monotonic()
        link = _path(json.loads(_ask(port, link))["@iot.nextLink"])
        first.append(time.monotonic() - began)
    last, link = list[float](), "/v1.1/Datastreams(1)/Observations?$top=100&$orderby=phenomenonTime desc"
    for _ in range(PAGES):
        began = time.monotonic()
        link = _path(json.loads(_ask(port, link))["@iot.nextLink"])
        last.append(time.monotonic() - began)
    return {
        "sta_page_ms": round(float(np.median(first)) * 1000, 1),
        "sta_last_page_ms": round(float(np.median(last)) * 1000, 1),
    }


def _measure_export(port: int, process: psutil.Process) -> dict[str, float]:
    """The whole of one series as CSV: how fast it leaves, and what it takes of the portal's memory."""
    before, most, done = process.memory_info().rss, [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    began, rows = time.monotonic(), -1  # without the head
    connection.request("GET", "/v1.1/Datastreams(1)/Observations?$resultFormat=csv")
    answer = connection.getresponse()
    while piece := answer.read(1 << 16):
        rows += piece.count(b"\n")
    seconds = time.monotonic() - began
    done.set()
    watcher.join()
    connection.close()
    return {
        "export_rows": rows,
        "export_rows_per_s": round(rows / seconds),
        "rss_mb": round(most[0] / 1e6, 1),
        "rss_grown_mb": round((most[0] - before) / 1e6, 1),
    }


def _ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", quote(path, safe="/?$=&;(),'%"))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
    return body


def _path(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365, help="of readings of one series, a reading a minute")
    return parser.parse_args()


if __name__ == "__main__":
    main()
