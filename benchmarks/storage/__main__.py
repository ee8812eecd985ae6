"""`make bench-storage`: 20 million readings of 30 days and 2,000 series on the embedded server.

Measures the questions of the wall and the desk at a tenth of the data and at all of it, what a reading takes on disk,
and the batch write against a bare COPY. `--url` names an empty database instead, TimescaleDB or plain; there `--only`
loads it, asks it and weighs it apart, so that a load of half an hour is asked more than once. The last line is one JSON
object; docs/reference/benchmarks-storage.md explains it.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.board.alert_reader import open_alerts
from benchmarks.storage import storage_plans, storage_sizes, storage_writes
from benchmarks.storage.storage_city import DAYS, SERIES, end_of, load, make_sensors
from cityops.areas import AreaLevel
from cityops.catalogue import load_catalogue
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database, Transaction
from cityops.storage.migrate import migrate
from cityops.storage.readings import area_history, history
from cityops.storage.readings.latest import LatestReader
from cityops.storage.readings.rollups import roll_up

Question = Callable[[Transaction, datetime], object]
DAY = timedelta(days=1)
KEY = ("s0777", "pm25")
QUARTER_HOUR = timedelta(minutes=15)
ROUNDS = 21
PATIENCE = 10_000  # milliseconds that a question may take in all, once it was asked three times
SHANGHAI = ZoneInfo("Asia/Shanghai")


def trends(tx: Transaction, end: datetime) -> object:
    """What the wall draws of the whole city: 24 hours in 96 steps."""
    return area_history.area_history(tx, ["pm25"], start=end - DAY, end=end, step=QUARTER_HOUR)


def trends_from_series(tx: Transaction, end: datetime) -> object:
    """The same while the roll-ups over areas are out of use, as before there were any."""
    tx.execute("INSERT INTO rolled_area_moved DEFAULT VALUES")
    answer = trends(tx, end)
    tx.execute("DELETE FROM rolled_area_moved")
    return answer


LATEST = LatestReader()  # of this process, which learns the names of the series once


def snapshot(tx: Transaction, _: datetime) -> object:
    """What a wall begins with: the newest of every series, and the open alerts."""
    return LATEST.read(tx), open_alerts(tx)


def month_as_csv(tx: Transaction, end: datetime) -> object:
    """Every reading of a series in 30 days, as a page gives it away."""
    return sum(len(piece) for piece in history.export_csv(tx, *KEY, start=end - 30 * DAY, end=end))


QUESTIONS: dict[str, Question] = {
    "latest": lambda tx, _: LATEST.read(tx),
    "snapshot": snapshot,
    "trends": trends,
    "trends from the series": trends_from_series,
    "day": lambda tx, end: history.history(tx, [KEY], start=end - DAY, end=end),
    "month": lambda tx, end: history.history(tx, [KEY], start=end - 30 * DAY, end=end),
    "district": lambda tx, end: area_history.area_history(tx, ["pm25"], area="990103", start=end - DAY, end=end),
    "city by hours": lambda tx, end: area_history.area_history(tx, ["pm25"], start=end - DAY, end=end),
    "district by 10 minutes": lambda tx, end: area_history.area_history(
        tx, ["pm25"], area="990103", start=end - DAY, end=end, step=timedelta(minutes=10)
    ),
    "ranking": lambda tx, end: area_history.area_ranking(
        tx, "pm25", level=AreaLevel.DISTRICT, start=end - DAY, end=end
    ),
    "ranking of 28 days": lambda tx, end: area_history.area_ranking(
        tx, "pm25", level=AreaLevel.DISTRICT, start=end - 28 * DAY, end=end
    ),
    "heat map": lambda tx, end: area_history.heat_map(tx, "pm25", zone=SHANGHAI, start=end - 7 * DAY, end=end),
    "completeness": lambda tx, end: area_history.completeness(tx, start=end - DAY, end=end),
    "data age": history.data_age,
    "month as CSV": month_as_csv,
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


class Part(StrEnum):
    """What can be done by itself: the rest is left for another time."""

    LOAD = "load"
    ASK = "ask"
    WEIGH = "weigh"  # at last: it compresses what there is, and writes into it


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds of a question: of the first time, in a new connection, and the median of the next."""

    first: float
    median: float


def main() -> None:
    options = _options()
    parts = [options.only] if options.only else list(Part)
    figures: dict[str, float] = {}
    with _server(options.url) as url, closing(Database(url, application="benchmark")) as database:
        small = None
        if Part.LOAD in parts:
            migrate(database, load_catalogue(), report=lambda _: None)
            make_sensors(database)
            started = time.perf_counter()
            _fill(database, DAYS // 10, options.readings)
            small = _ask(url, end_of(database)) if Part.ASK in parts else None
            _fill(database, DAYS, options.readings)
            figures["load_s"] = round(time.perf_counter() - started)
        if Part.ASK in parts:
            figures |= _print_questions(small, _ask(url, end_of(database)))
            if options.plans:
                storage_plans.write(options.plans, database, QUESTIONS, end_of(database))
        if Part.WEIGH in parts:
            figures |= _weigh(url, database)
    if "load_s" in figures:
        figures["load_rows_per_s"] = round(options.readings / figures["load_s"])
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


def _fill(database: Database, days: int, readings: int) -> None:
    """Load and roll up what is missing of so many days."""
    end = load(database, days=days, per_day=readings // DAYS // SERIES)
    started = time.perf_counter()
    roll_up(database, end)
    print(f"# rolled up {days} days in {time.perf_counter() - started:.0f} s", flush=True)
    storage_sizes.vacuum(database)


def _ask(url: str, end: datetime) -> dict[str, Took]:
    """Ask every question again and again, as a process does that stands already: each on a connection of its own."""
    return {name: _times(url, question, end) for name, question in QUESTIONS.items()}


def _times(url: str, question: Question, end: datetime) -> Took:
    took: list[float] = []
    with closing(Database(url, application="benchmark")) as database:
        while len(took) < 3 or (len(took) < ROUNDS and sum(took) < PATIENCE):
            with database.transaction() as tx:
                started = time.perf_counter()
                question(tx, end)
                took.append((time.perf_counter() - started) * 1000)
    return Took(took[0], statistics.median(took[1:]))


def _weigh(url: str, database: Database) -> dict[str, float]:
    sizes = storage_sizes.measure(database)
    writes = storage_writes.measure(url, database)
    storage_sizes.print_table(sizes)
    storage_writes.print_table(writes)
    return {
        "write_ratio": round(storage_writes.ratio(writes), 2),
        "bytes_hot": round(sizes.hot, 1),
        "bytes_minutes": round(sizes.minutes, 1),
        "bytes_cold_readings": round(sizes.cold_readings, 1),
        "bytes_cold": round(sizes.cold, 1),
    }


def _print_questions(small: dict[str, Took] | None, large: dict[str, Took]) -> dict[str, float]:
    """Print the table, and return what the last line says of it. `small`: at a tenth, where that was asked too."""
    growth = {name: took.median / small[name].median for name, took in large.items()} if small else {}
    print(f"\n{'question':24}{'a tenth, ms':>14}{'all, ms':>12}{'growth':>10}{'target, ms':>13}{'first, ms':>12}")
    for name, took in large.items():
        tenth = f"{small[name].median:.2f}" if small else ""
        times = f"{growth[name]:.2f}" if small else ""
        target = f"{TARGETS[name]:.0f}" if name in TARGETS else ""
        print(f"{name:24}{tenth:>14}{took.median:12.2f}{times:>10}{target:>13}{took.first:12.1f}")
    figures = {f"{name}_ms": round(large[name].median, 2) for name in NAMED}
    figures["first_ms"] = round(max(took.first for took in large.values()), 1)
    return figures | ({"growth": round(max(growth.values()), 2)} if growth else {})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=20_000_000, help="how many in all; fewer for a quick look")
    parser.add_argument("--url", help="an empty database to measure, instead of the embedded server")
    parser.add_argument("--only", type=Part, choices=list(Part), help="this part of it, of the database of --url")
    parser.add_argument("--plans", type=Path, help="write the plans of all questions into this file (superusers only)")
    options = parser.parse_args()
    if options.only and not options.url:
        parser.error("--only needs --url: the embedded server ends with the run, and its data with it")
    return options


if __name__ == "__main__":
    main()
