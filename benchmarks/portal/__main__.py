"""`make bench-portal`: reports at ten times Beijing's mean load, reads of what is kept, and the first page.

A portal of the product, in its own process and in the role cityops_portal, on an embedded PostgreSQL with some thousand
reports. Clients come from many networks, as the header of a trusted proxy says. The last line is one JSON object;
docs/reference/benchmarks-portal.md explains it.
"""

import argparse
import gzip
import http.client
import json
import os
import platform
import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import psutil

from benchmarks.portal_process import PASSWORD, portal_process
from benchmarks.process_times import cpu_seconds
from cases.store.catalogue.catalogue_import import seed_catalogue
from citizens.persons.sealing import make_pair
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from cityops.storage.portal_role import make_portal_role
from portal.keys import add_key
from tests.browser.city import build_city

RATE = 3.5  # reports a second: ten times 30,000 a day
READERS = 4  # clients that read at once
LOOKS = 15
FIRST_PAGE = ("/", "/static/portal.css", "/static/icon.svg")
KEPT = ("/", "/open311/v2/services.json", "/open311/v2/requests.json?status=open", "/figures")
FILL = """
INSERT INTO citizen_report (day_code, code_hash, channel, kind, category, longitude, latitude, address, said,
                            received_at, confidential, wants_call, sender, device)
SELECT to_char(at, 'YYYYMMDD'), sha256(n::text::bytea), 'web', 'case', 'event/05-06', 119.05, 30.05, '', 'x ' || n,
       at, false, false, '', 'd' || n
FROM generate_series(1, {count}) AS n, LATERAL (SELECT now() - n * interval '1 minute' AS at) AS moment
"""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="cityops-bench-") as name, EmbeddedPostgres(Path(name) / "db") as server:
        key = _fill(server.url, options.reports)
        settings = {"CITYOPS_REPORTER_PUBLIC_KEY": make_pair()[1], "CITYOPS_TRUSTED_PROXIES": "127.0.0.1"}
        with portal_process(server.url, Path(name), **settings) as (port, process):
            _ask(port, "GET", "/")  # the first reads the city
            figures = _measure_page(port)
            figures |= _measure_reads(port, process, options.seconds / 6)
            figures |= _measure_posts(port, key, options.seconds)
            figures |= _measure_most_posts(port, key, options.seconds / 6)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name, value in figures.items():
        print(f"{name:24}{value:>12}")
    print(json.dumps(figures))


def _fill(url: str, count: int) -> str:
    """Store a small city and some reports; return the key of a program."""
    database = Database(url, application="benchmark")
    make_portal_role(database, PASSWORD)
    migrate(database, load_catalogue(), report=lambda _: None)
    build_city(database)
    with database.transaction() as tx:
        seed_catalogue(tx, actor="benchmark", now=utc_now())
        key = add_key(tx, "benchmark", actor="benchmark", now=utc_now())
        tx.execute(FILL.format(count=count))
    database.close()
    return key


def _measure_page(port: int) -> dict[str, float]:
    """How long the first page takes that nobody has asked for, and how large it is with everything."""
    times = [_look(port, number) for number in range(LOOKS)]
    bodies = [_ask(port, "GET", path)[1] for path in FIRST_PAGE]
    return {
        "page_ms": round(float(np.median(times)) * 1000, 1),
        "page_p95_ms": round(float(np.percentile(times, 95)) * 1000, 1),
        "page_kb": round(sum(len(body) for body in bodies) / 1000, 1),
        "page_packed_kb": round(sum(len(gzip.compress(body)) for body in bodies) / 1000, 1),
    }


def _measure_reads(port: int, process: psutil.Process, seconds: float) -> dict[str, float]:
    """Reads of what is kept: by the clock, and by the processor time of the portal, which others do not take."""
    for path in KEPT:
        _ask(port, "GET", path)
    until, times = time.monotonic() + seconds, list[float]()
    before = cpu_seconds(process)

    def read(reader: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        number = 0
        while time.monotonic() < until:
            number += 1
            began = time.monotonic()
            _ask(port, "GET", KEPT[number % len(KEPT)], connection, _network(reader, number))
            times.append(time.monotonic() - began)

    _together(read, READERS)
    spent = cpu_seconds(process) - before
    return {
        "reads_per_s": round(len(times) / spent),
        "reads_per_s_seen": round(len(times) / seconds),
        "read_p95_ms": round(float(np.percentile(times, 95)) * 1000, 1),
    }


def _measure_posts(port: int, key: str, seconds: float) -> dict[str, float]:
    """Reports at a steady rate, each sent when its time has come, whether the one before is answered or not."""
    count, times = round(RATE * seconds), list[float]()
    started, threads = time.monotonic(), list[threading.Thread]()

    def send(number: int, due: float) -> None:
        _post(port, key, number)
        times.append(time.monotonic() - due)

    for number in range(count):
        due = started + number / RATE
        time.sleep(max(0.0, due - time.monotonic()))
        thread = threading.Thread(target=send, args=(number, due))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    taken = time.monotonic() - started
    return {
        "posts_per_s": round(len(times) / max(taken, count / RATE), 2),
        "post_p50_ms": round(float(np.median(times)) * 1000, 1),
        "post_p95_ms": round(float(np.percentile(times, 95)) * 1000, 1),
    }


def _measure_most_posts(port: int, key: str, seconds: float) -> dict[str, float]:
    """Reports as fast as four clients get them answered, within what one key may send."""
    until, sent = time.monotonic() + seconds, list[int]()

    def send(sender: int) -> None:
        while time.monotonic() < until:
            _post(port, key, sender)
            sent.append(sender)

    _together(send, READERS)
    return {"most_posts_per_s": round(len(sent) / seconds, 1)}


def _post(port: int, key: str, number: int) -> None:
    fields = {
        "api_key": key,
        "service_code": "event-05-06",
        "lat": "30.05",
        "long": "119.05",
        "description": f"路口积水 {number} {secrets.token_hex(6)}",
        "phone": "13800138000",
        "device_id": secrets.token_hex(6),
    }
    status, body = _ask(port, "POST", "/open311/v2/requests.json", body=urlencode(fields))
    if status != 200:
        raise SystemExit(f"a report was answered with {status}: {body.decode()}")


def _ask(
    port: int,
    method: str,
    path: str,
    connection: http.client.HTTPConnection | None = None,
    network: str = "203.0.113.1",
    *,
    body: str | None = None,
) -> tuple[int, bytes]:
    ours = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"X-Forwarded-For": network} | (
        {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    )
    ours.request(method, path, body, headers)
    answer = ours.getresponse()
    content = answer.read()
    if connection is None:
        ours.close()
    if answer.status >= 400 and method == "GET":
        raise SystemExit(f"{path} was answered with {answer.status}")
    return answer.status, content


def _network(reader: int, number: int) -> str:
    return f"10.{reader}.{number // 200 % 256}.{number % 200 + 1}"


def _together(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _look(port: int, number: int) -> float:
    """Ask for the first page as nobody has before, and return the seconds that it took."""
    began = time.monotonic()
    _ask(port, "GET", f"/?n={number}")
    return time.monotonic() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long reports come at the steady rate")
    parser.add_argument("--reports", type=int, default=20_000, help="how many reports there are before")
    return parser.parse_args()


if __name__ == "__main__":
    main()
