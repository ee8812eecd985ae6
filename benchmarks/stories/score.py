"""`make score`: every scenario through the real ingest and the default rules, against the truth.

The devices' messages go to ingest's storekeeper as a broker would hand them over, with `now` following the time of
the devices, so that hours take seconds. Each result is kept in build/score; when there is one of every scenario,
docs/reference/scenarios-score.md is written from them. The last line is one JSON object.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules.rule_files import load_rules
from benchmarks.stories.told_stories import stories
from cityops.catalogue import Catalogue
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.scenarios import Run
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_frame
from cityops.storage.migrate import migrate
from cityops.storage.readings.rollups import roll_up
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from sensors_sim.publishing.history import register_all
from sensors_sim.publishing.reading_messages import MessageFormat, outgoing
from sensors_sim.scoring.program import score_database
from sensors_sim.scoring.score import DetectionScore
from sensors_sim.scoring.truth import LEDGER, TruthFile
from sensors_sim.scoring.truth_records import Truth
from sensors_sim.story.delivery import parcels, words
from sensors_sim.story.director import tell
from sensors_sim.story.scenarios import summarise
from sensors_sim.story.simulation import Simulation

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 7, 1, 8, 0, tzinfo=ZONE)  # a Wednesday morning
QUIET = "quiet-day"
CALM_AFTER = 600.0  # seconds that are looked at after a story is over
WATCH = 5.0  # seconds between two rounds of the clockwork
STEP, LONG_STEP, WEEK_STEP = 2.0, 4.0, 600.0  # seconds that are one batch
SLOWER = 10  # how many times less often devices report in a week
ROLL_UP = 60.0  # seconds between two rounds of the roll-ups
REPORT = Path("docs/reference/scenarios-score.md")
KEPT = Path("build/score")


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario: its truth and score, whether the ledger says what the truth does, and how long it took."""

    name: str
    truth: Truth
    score: DetectionScore
    ledger_agrees: bool
    readings: int
    took: float  # seconds


def main() -> None:
    """Run every scenario, or those that were named."""
    options = _options()
    results = []
    for name in options.scenarios or stories():
        result = run_scenario(name, sensors=options.sensors, seed=options.seed, week=options.week)
        results.append(result)
        _keep(result)
        print(_row(result), flush=True)
    if all(_place(name).exists() for name in stories()):
        results = [_recall(name) for name in stories()]
        REPORT.write_text(_report(results, options), encoding="utf-8")
    print(json.dumps(total(results)))


def run_scenario(name: str, *, sensors: int, seed: int, week: bool) -> Result:
    """Tell one scenario at the pace of life; the quiet day lasts a week, of devices with a tenth of the reports."""
    long = name == QUIET and week
    catalogue = _slower(stories()[name].catalogue) if long else stories()[name].catalogue
    city = Simulation.make(catalogue, ZONE, seed=seed, sensors=sensors, start=START, incidents=False)
    now = START.astimezone(UTC)
    if not long:
        city = city.with_script(tell(city, Run(1, name, 1.0, now, "score", now), city.script))
    lasts = 7 * 86400.0 if long else summarise(name, catalogue).lasts + CALM_AFTER
    began = time.monotonic()
    with _database(catalogue) as database, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "truth.jsonl")
        with path.open("w", encoding="utf-8") as file:
            readings = feed(city, database, catalogue, lasts, step=_step(lasts), truth=file)
        truth, found = score_database(database, path)
        with database.transaction() as tx:
            ledger = ledger_frame(tx).set_index("sensor_id")
    told = {one.sensor: tuple(getattr(one, column) for column in LEDGER) for one in truth.ledger}
    kept = {str(sensor): tuple(int(row[column]) for column in LEDGER) for sensor, row in ledger.iterrows()}
    return Result(name, truth, found, told == kept, readings, time.monotonic() - began)


def feed(
    city: Simulation, database: Database, catalogue: Catalogue, seconds: float, *, step: float, truth: TextIO
) -> int:
    """Store all that devices send for so long, batch by batch in their own time. Return how many readings."""
    rules = load_rules(catalogue)
    keeper = BatchWriter(database, catalogue, Engine(rules, catalogue, ZONE))
    clockwork = TimedEvaluator(Engine(rules, catalogue, ZONE), load_standards(None))
    register_all(database, city)
    start = city.clock.start
    keeper.start(_utc(start))
    witness = TruthFile(truth, city)
    readings, looked, rolled = 0, start, start
    for moment in np.arange(start, start + seconds, step):
        end = float(min(moment + step, start + seconds))
        sent = list(parcels(city, moment, end))
        messages = outgoing(sent, words(city, moment, end), catalogue, form=MessageFormat.JSON)
        now = _utc(end)
        if messages:
            readings += keeper.store([Message(one.topic, one.payload, now) for one in messages], now).readings
        if end - looked >= WATCH:
            clockwork.do_round(database, now)
            looked = end
        if end - rolled >= ROLL_UP:
            roll_up(database, now)
            rolled = end
        witness.saw(city, sent, float(moment), end)
    witness.close()
    return readings


def total(results: list[Result]) -> dict[str, float | None]:
    """Return the figures of all scenarios together."""
    expected = sum(one.score.expected for one in results)
    raised = sum(one.score.raised for one in results)
    delays = [delay for one in results for delay in one.score.delays]
    lags = [lag for one in results for lag in one.score.lags]
    return {
        "recall": sum(one.score.found for one in results) / expected if expected else None,
        "precision": 1 - sum(one.score.false for one in results) / raised if raised else None,
        "false_severe": sum(one.score.false_severe for one in results),
        "false_per_sensor_day": sum(one.score.false for one in results) / sum(one.score.sensor_days for one in results),
        "detect_p50_s": float(np.percentile(delays, 50)) if delays else None,
        "detect_p95_s": float(np.percentile(delays, 95)) if delays else None,
        "true_p50_s": float(np.percentile(lags, 50)) if lags else None,
        "expected": expected,
        "ledgers_agree": all(one.ledger_agrees for one in results),
    }


def _keep(result: Result) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    _place(result.name).write_bytes(msgspec.json.encode(result))


def _recall(name: str) -> Result:
    return msgspec.json.decode(_place(name).read_bytes(), type=Result)


def _place(name: str) -> Path:
    return KEPT / f"{name}.json"


@contextmanager
def _database(catalogue: Catalogue) -> Iterator[Database]:
    folder = Path(tempfile.mkdtemp(prefix="cityops-score-"))
    try:
        with EmbeddedPostgres(folder) as server:
            database = Database(server.url, application="score")
            migrate(database, catalogue, report=lambda _: None)
            yield database
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _slower(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue whose devices report less often, so that a week takes minutes; rules know it from there."""
    kinds = {
        name: msgspec.structs.replace(kind, interval=kind.interval * SLOWER) for name, kind in catalogue.kind.items()
    }
    return msgspec.structs.replace(catalogue, kind=kinds)


def _step(seconds: float) -> float:
    """Return how much time is one batch: what a live ingest takes, where the story is not too long for it."""
    return STEP if seconds <= 10_000 else LONG_STEP if seconds <= 100_000 else WEEK_STEP


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def _row(result: Result) -> str:
    found = result.score
    days = (result.truth.end - result.truth.start).total_seconds() / 86400
    cells = [
        result.name,
        f"{days * 24:.1f} h" if days < 2 else f"{days:.0f} d",
        f"{result.readings:,}",
        f"{found.found} of {found.expected}",
        f"{found.raised}",
        f"{found.false} ({found.false_severe} severe)",
        _seconds(found.detected_after(50)),
        _seconds(found.detected_after(95)),
        _seconds(found.true_for(50)),
        "yes" if result.ledger_agrees else "no",
        f"{result.took:.0f} s",
    ]
    return "| " + " | ".join(cells) + " |"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"


def _report(results: list[Result], options: argparse.Namespace) -> str:
    figures = total(results)
    wrong = [f"- {one.name}: {alert.rule_id} of {alert.sensor_id}, severity {alert.severity}"
             for one in results for alert in one.score.wrong]  # fmt: skip
    missed = [f"- {one.name}: {want.rule} of {want.sensor}" for one in results for want in one.score.missed]
    return "\n".join(
        [
            "# The score",
            "",
            "`make score` tells every scenario to a city and compares the alerts with the truth; it wrote this page.",
            f"{options.sensors} sensors, seed {options.seed}, default rules, from {START.isoformat()} at the pace of "
            "life.",
            "The city has the usual domains, and one more where the folder of that one has the scenario.",
            f"The quiet day is a whole week of devices that report {SLOWER} times less often than the built-in ones.",
            "",
            "| scenario | time | readings | alerts found | raised | false | median delay | 95 % | from its beginning "
            "| ledger as truth | took |",
            "|---|---|---:|---:|---:|---:|---:|---:|---:|---|---:|",
            *map(_row, results),
            "",
            "The delay runs from the first report that satisfies the rule, as the device stamped it, to the alert. "
            f"Batches of {STEP:g} seconds ({LONG_STEP:g} in stories of hours) stand for the life of ingest, whose "
            "batches wait at most 200 milliseconds, so most of the delay is theirs.",
            "From its beginning: from the second in which the truth passes the limit, which no device sees; that is "
            "mostly the time until the device's next report.",
            "",
            "An alert is false when no incident reached its sensor and no fault explains it, whatever its severity; "
            "the ledger is as the truth when every device's stored, re-sent, dead-lettered and missing reports are "
            "those that the simulator counted.",
            "",
            "```json",
            json.dumps(figures),
            "```",
            "",
            *(["## Missed", "", *missed, ""] if missed else []),
            *(["## False", "", *wrong, ""] if wrong else []),
        ]
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", choices=[*stories(), []], help="default: all")
    parser.add_argument("--sensors", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-week", dest="week", action="store_false", help="a quiet day of a day")
    return parser.parse_args()


if __name__ == "__main__":
    main()
