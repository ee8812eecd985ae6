"""`make bench-storage`: 20 million readings of 30 days and 2,000 series on the embedded server.

Measures the questions of the wall and the desk at a tenth of the data and at all of it, and the batch write
against a bare COPY. The last line is one JSON object; docs/reference/benchmarks-storage.md explains it.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks import storage_writes
from benchmarks.storage_city import DAYS, SERIES, load, make_sensors
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

QUESTIONS: dict[str, Question] = {
    "latest": lambda tx, _: latest_frame(tx),
    "day": lambda tx, end: history.history(tx, [KEY], start=end - DAY, end=end),
    "month": lambda tx, end: history.history(tx, [KEY], start=end - 30 * DAY, end=end),
    "district": lambda tx, end: history.area_history(tx, ["pm25"], area="990103", start=end - DAY, end=end),
    "city by hours": lambda tx, end: history.area_history(tx, ["pm25"], start=end - DAY, end=end),
    "district by 10 minutes": lambda tx, end: history.area_history(
        tx, ["pm25"], area="990103", start=end - DAY, end=end, step=timedelta(minutes=10)
    ),
    "ranking": lambda tx, end: history.area_ranking(tx, "pm25", level=AreaLevel.DISTRICT, start=end - DAY, end=end),
    "completeness": lambda tx, end: history.completeness(tx, start=end - DAY, end=end),
    "data age": history.data_age,
}
TARGETS = {"latest": 20.0, "day": 10.0, "month": 30.0, "district": 50.0}  # milliseconds


def main() -> None:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="cityops-bench-"))
    try:
        with EmbeddedPostgres(folder) as server:
            database = Database(server.url, application="benchmark")
            migrate(database, load_catalogue(), report=lambda _: None)
            make_sensors(database)
            small, large = (_at_size(database, days, options.readings) for days in (DAYS // 10, DAYS))
            writes = storage_writes.measure(server.url, database)
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    growth = {name: large[name] / small[name] for name in QUESTIONS}
    _print_questions(small, large, growth)
    storage_writes.print_table(writes)
    figures = {f"{name}_ms": round(large[name], 2) for name in TARGETS}
    figures |= {"growth": round(max(growth.values()), 2), "write_ratio": round(storage_writes.ratio(writes), 2)}
    print(json.dumps(figures))


def _at_size(database: Database, days: int, readings: int) -> dict[str, float]:
    """Fill up to so many days; return the median milliseconds of each question."""
    end = load(database, days=days, per_day=readings // DAYS // SERIES)
    started = time.perf_counter()
    roll_up(database, end)
    print(f"# rolled up {days} days in {time.perf_counter() - started:.0f} s", flush=True)
    with database.transaction() as tx:
        tx.execute("ANALYZE")
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
    return parser.parse_args()


if __name__ == "__main__":
    main()
