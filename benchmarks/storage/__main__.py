"""`make bench-storage`: 20 million readings of 30 days and 2,000 series on the embedded server.

Measures the questions of the wall and the desk at a tenth of the data and at all of it, what a reading takes on disk,
and the batch write against a bare COPY. `--url` names an empty database instead, TimescaleDB or plain. The last line is
one JSON object; docs/reference/benchmarks-storage.md explains it.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.board.store import open_alerts
from benchmarks.storage import storage_plans, storage_sizes, storage_writes
from benchmarks.storage.storage_city import DAYS, FIRST, SERIES, load, make_sensors
from cityops.areas import AreaLevel
from cityops.catalogue import load_catalogue
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database, Transaction
from cityops.storage.migrate import migrate
from cityops.storage.readings import history
from cityops.storage.readings.latest import latest_frame
from cityops.storage.readings.rollups import roll_up

Question = Callable[[Transaction, datetime], object]
DAY = timedelta(days=1)
KEY = ("s0777", "pm25")
QUARTER_HOUR = timedelta(minutes=15)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def trends(tx: Transaction, end: datetime) -> object:
    """What the wall draws of the whole city: 24 hours in 96 steps."""
    return history.area_history(tx, ["pm25"], start=end - DAY, end=end, step=QUARTER_HOUR)


def trends_from_series(tx: Transaction, end: datetime) -> object:
    """The same while the roll-ups over areas are out of use, as before there were any."""
    tx.execute("INSERT INTO rolled_area_moved DEFAULT VALUES")
    answer = trends(tx, end)
    tx.execute("DELETE FROM rolled_area_moved")
    return answer


def snapshot(tx: Transaction, _: datetime) -> object:
    """What a wall begins with: the newest of every series, and the open alerts."""
    return latest_frame(tx), open_alerts(tx)


QUESTIONS: dict[str, Question] = {
    "latest": lambda tx, _: latest_frame(tx),
    "snapshot": snapshot,
    "trends": trends,
    "trends from the series": trends_from_series,
    "day": lambda tx, end: history.history(tx, [KEY], start=end - DAY, end=end),
    "month": lambda tx, end: history.history(tx, [KEY], start=end - 30 * DAY, end=end),
    "district": lambda tx, end: history.area_history(tx, ["pm25"], area="990103", start=end - DAY, end=end),
    "city by hours": lambda tx, end: history.area_history(tx, ["pm25"], start=end - DAY, end=end),
    "district by 10 minutes": lambda tx, end: history.area_history(
        tx, ["pm25"], area="990103", start=end - DAY, end=end, step=timedelta(minutes=10)
    ),
    "ranking": lambda tx, end: history.area_ranking(tx, "pm25", level=AreaLevel.DISTRICT, start=end - DAY, end=end),
    "ranking of 28 days": lambda tx, end: history.area_ranking(
        tx, "pm25", level=AreaLevel.DISTRICT, start=end - 28 * DAY, end=end
    ),
    "heat map": lambda tx, end: history.heat_map(tx, "pm25", zone=SHANGHAI, start=end - 7 * DAY, end=end),
    "completeness": lambda tx, end: history.completeness(tx, start=end - DAY, end=end),
    "data age": history.data_age,
}
TARGETS = {
    "latest": 2,
    "snapshot": 15,
    "trends": 50,
    "day": 10,
    "month": 10,
    "district": 30,
    "district by 10 minutes": 30,
    "ranking": 100,
    "ranking of 28 days": 100,
    "heat map": 100,
    "completeness": 100,
}  # milliseconds, warm, at 100 million readings on a quiet machine
NAMED = ("latest", "snapshot", "trends", "day", "month", "district")  # in the last line


def main() -> None:
    options = _options()
    with _server(options.url) as url:
        database = Database(url, application="benchmark")
        migrate(database, load_catalogue(), report=lambda _: None)
        make_sensors(database)
        started = time.perf_counter()
        small, large = (_at_size(database, days, options.readings) for days in (DAYS // 10, DAYS))
        took = time.perf_counter() - started
        if options.plans:
            storage_plans.write(options.plans, database, QUESTIONS, FIRST + DAYS * DAY)
        sizes = storage_sizes.measure(database)
        writes = storage_writes.measure(url, database)
        database.close()
    growth = {name: large[name] / small[name] for name in QUESTIONS}
    _print_questions(small, large, growth)
    storage_sizes.print_table(sizes)
    storage_writes.print_table(writes)
    figures = {f"{name}_ms": round(large[name], 2) for name in NAMED}
    figures |= {"growth": round(max(growth.values()), 2), "write_ratio": round(storage_writes.ratio(writes), 2)}
    figures |= {"bytes_hot": round(sizes.hot, 1), "bytes_cold": round(sizes.cold, 1)}
    figures |= {"load_rows_per_s": round(sizes.readings / took)}
    print(json.dumps(figures))


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    """Yield the URL of an empty database: the one that is named, else one of an embedded server."""
    if url:
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="cityops-bench-"))
    try:
        with EmbeddedPostgres(folder) as server:
            yield server.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _at_size(database: Database, days: int, readings: int) -> dict[str, float]:
    """Fill up to so many days; return the median milliseconds of each question."""
    end = load(database, days=days, per_day=readings // DAYS // SERIES)
    started = time.perf_counter()
    roll_up(database, end)
    print(f"# rolled up {days} days in {time.perf_counter() - started:.0f} s", flush=True)
    storage_sizes.vacuum(database)
    return {name: _median_ms(database, question, end) for name, question in QUESTIONS.items()}


def _median_ms(database: Database, question: Question, end: datetime) -> float:
    took = []
    for _ in range(21):
        with database.transaction() as tx:
            started = time.perf_counter()
            question(tx, end)
            took.append(time.perf_counter() - started)
    return statistics.median(took) * 1000


def _print_questions(small: dict[str, float], large: dict[str, float], growth: dict[str, float]) -> None:
    print(f"\n{'question':24}{'a tenth, ms':>14}{'all, ms':>12}{'growth':>10}{'target, ms':>13}")
    for name in QUESTIONS:
        target = f"{TARGETS[name]:.0f}" if name in TARGETS else ""
        print(f"{name:24}{small[name]:14.2f}{large[name]:12.2f}{growth[name]:10.2f}{target:>13}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=20_000_000, help="how many in all; fewer for a quick look")
    parser.add_argument("--url", help="an empty database to measure, instead of the embedded server")
    parser.add_argument("--plans", type=Path, help="write the plans of all questions into this file (superusers only)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
