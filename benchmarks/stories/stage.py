"""`make stage`: tell all scenarios, one after the other, on a fresh demo, and hold each sentence against the city.

What the words of a step promise stands beside them in the files of the scenarios (`shows`). The demo is the real one,
of the usual domains, and one more for the scenarios of a domain's folder; each scenario runs at the pace of its
presentation, so all of them take about an hour. The last line is one JSON object; the status is 1 when a sentence was
not true.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from alerts.board import alert_reader
from benchmarks.stories.told_stories import stories
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.scenarios import LEAD_IN, Run, Scenario
from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_frame, presence_frame
from cityops.storage.operations.scenarios import start_run, stop_run
from cityops.storage.readings.latest import LatestReader
from sensors_sim.story.claims import Sights
from sensors_sim.story.scenarios import load_story, summarise
from tests.programs import running, wait_for

LOOK = 2.0  # seconds between two looks
LONGEST_STEP = 180.0  # seconds of the clock: of a step that lasts a day, only its beginning is told
SETTLES = 15.0  # seconds that the last step of a story is looked at after it is over


def main() -> None:
    """Tell the stories that were named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", choices=[*stories(), []], help="default: all")
    parser.add_argument("--sensors", type=int, default=500)
    options = parser.parse_args()
    names = options.scenarios or [*stories()]
    found: dict[str, list[str]] = {}
    for domains, told in groupby(names, lambda name: stories()[name].domains):
        with _demo(options.sensors, domains) as database:
            for name in told:
                found[name] = list(_tell(database, name, stories()[name].catalogue))
                print(f"{name}: {'; '.join(found[name]) or 'every sentence is true'}", flush=True)
    broken = sum(map(len, found.values()))
    claims = sum(len(step.shows) for name in names for step in load_story(name, stories()[name].catalogue).step)
    print(json.dumps({"scenarios": len(found), "claims": claims, "broken": broken}))
    sys.exit(1 if broken else 0)


@contextmanager
def _demo(sensors: int, domains: Collection[str]) -> Iterator[Database]:
    """Run a fresh demo of some domains while the block lasts; yield its database."""
    port = ports.free_port()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        arguments = [
            "demo",
            "--port",
            str(port),
            "--sensors",
            str(sensors),
            "--case-history",
            "0",
            "--data-dir",
            str(Path(folder) / "data"),
        ]
        arguments += ["--domains", ",".join(domains)]
        with running(*arguments, "--history", "1h", environment=os.environ, log=log):
            wait_for(lambda: "\naccount" in log.read_text(), "the demo to be up", seconds=300)
            url = next(line for line in log.read_text().splitlines() if line.startswith("database ")).split()[1]
            database = Database(url, application="stage")
            wait_for(lambda: _has_readings(database), "a first reading", seconds=60)
            yield database
            database.close()


def _tell(database: Database, name: str, catalogue: Catalogue) -> Iterator[str]:
    """Tell one story; yield what its words promised and the city did not show."""
    scenario, before = summarise(name, catalogue), _count(database)
    with database.transaction() as tx:
        run = start_run(tx, name, actor="stage", now=utc_now(), lead_in=LEAD_IN)
    _sleep_until(run, 0)
    for number, (step, line) in enumerate(zip(scenario.steps, load_story(name, catalogue).step, strict=True)):
        seen = Sights()
        for _ in _looks(run, scenario, number):
            _look(database, seen, before)
        for lack in filter(None, (claim.lack(seen) for claim in line.shows)):
            yield f"{step.title.en}: {lack}"
    if not run.is_over(scenario, utc_now()):
        with database.transaction() as tx:
            stop_run(tx, actor="stage", now=utc_now())


def _looks(run: Run, scenario: Scenario, number: int) -> Iterator[None]:
    """Wait between the looks at a step, until it is over."""
    begins = scenario.steps[number].at
    _sleep_until(run, begins)
    ends = scenario.next_step(begins)
    last = SETTLES if ends >= scenario.lasts else 0.0
    until = time.monotonic() + min((ends - run.seconds(utc_now())) / run.pace + last, LONGEST_STEP)
    while time.monotonic() < until:
        yield
        time.sleep(LOOK)


def _sleep_until(run: Run, seconds: float) -> None:
    time.sleep(max(0.0, (run.moment(seconds) - utc_now()).total_seconds()))


def _look(database: Database, seen: Sights, before: dict[str, dict[str, float]]) -> None:
    with database.transaction() as tx:
        alerts, values, states = alert_reader.open_alerts(tx), LatestReader().read(tx), presence_frame(tx, utc_now())
    seen.note_alerts(
        {(alert.rule_id, alert.sensor_id) for alert in alerts if alert.active},
        {alert.rule_id for alert in alerts if alert.severity <= 2},
    )
    seen.note_values(dict(zip(zip(values["metric"], values["sensor_id"], strict=True), values["value"], strict=True)))
    seen.note_states(dict(zip(states["sensor_id"], states["state"], strict=True)))
    seen.age = max(seen.age, (utc_now() - values["received_at"].max()).total_seconds())
    for sensor, columns in _count(database).items():
        known = before.get(sensor, {})
        seen.counted[sensor] = {column: count - known.get(column, 0) for column, count in columns.items()}


def _has_readings(database: Database) -> bool:
    with database.transaction() as tx:
        return not LatestReader().read(tx).empty


def _count(database: Database) -> dict[str, dict[str, float]]:
    """Return the ledger: for each device its counts by column."""
    with database.transaction() as tx:
        ledger = ledger_frame(tx).set_index("sensor_id").select_dtypes("number")
    return {
        str(sensor): {str(column): float(count) for column, count in row.items()} for sensor, row in ledger.iterrows()
    }


if __name__ == "__main__":
    main()
