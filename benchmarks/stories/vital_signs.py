"""The vital signs of every scenario, of an ordinary day and of a quiet month; writes docs/reference/vital-signs.md.

    python -m benchmarks.stories.vital_signs [scenario …]

The devices' readings go straight to detection and to the indices, in their own time and in memory, so that a month
takes minutes. Rules on readings and those that combine signs raise; those that the clock judges (silence, indices)
do not. What holds in the middle of a look weighs, whether or not somebody has it.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pandas as pd

from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.detect import detect, newest
from alerts.detection.plan import DetectionPlan, make_plan
from alerts.detection.readings import Readings
from alerts.detection.readings import Readings as Columns
from alerts.detection.series_index import Series, SeriesIndex
from alerts.lifecycle import Event
from alerts.rules.rule_files import load_rules
from benchmarks.stories.told_stories import stories
from cityops.catalogue import Catalogue, load_catalogue
from cityops.readings import Quality
from cityops.scenarios import Run
from dashboard.city import indices
from dashboard.city.aggregates import fold
from dashboard.city.vitals import vital_signs
from dashboard.city.vitals.vital_weights import load_weights
from sensors_sim.story.director import tell
from sensors_sim.story.scenarios import summarise
from sensors_sim.story.simulation import Simulation

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 7, 1, 0, 0, tzinfo=ZONE)
MORNING = START + timedelta(hours=8)
REPORT = Path("docs/reference/vital-signs.md")
LOOKS = 120  # at each of these moments of a story the indices are read
LASTS = {"an ordinary day": 86_400.0, "a quiet month": 30 * 86_400.0}  # beside the scenarios
BY_CHANCE = "an ordinary day"  # incidents happen by chance, as in the demo
SLOWER = ((10 * 3600.0, 5), (86_400.0, 20), (float("inf"), 120))  # up to so long: so much less often


@dataclass
class Watched:
    """What was seen of one story: the scores of each look, and the dearest causes at the worst one."""

    name: str
    scores: dict[str, list[float]] = field(default_factory=dict)
    worst: float = 101.0
    causes: str = ""

    def see(self, known: dict[str, vital_signs.Vital]) -> None:
        """Note one look."""
        for domain, vital in known.items():
            self.scores.setdefault(domain, []).append(vital.score)
        city = known.get("city")
        if city is not None and city.score < self.worst:
            self.worst = city.score
            listed = [f"{one.name} {one.value:.3g}, −{one.points:.0f}" for one in city.causes[:3] if one.points >= 1]
            self.causes = "; ".join(listed) or "–"


class City:
    """A simulated city, its open alerts and its newest values, in memory."""

    def __init__(self, simulation: Simulation, catalogue: Catalogue) -> None:
        self._simulation, self._catalogue, self._weights = simulation, catalogue, load_weights(catalogue)
        self._series: dict[tuple[str, str], int] = {}
        self._rows = list(self._lay_out())
        roster = SeriesIndex()
        roster.learn(self._rows)
        self._plan: DetectionPlan = make_plan(load_rules(catalogue), roster)
        self._courses: dict[ConditionKey, ConditionState] = {}
        self._seen: dict[int, int] = {}
        self._since: dict[tuple[str, int], datetime] = {}
        self._values: dict[int, float] = {}
        self.sensors = {kind: len(fleet.sensors) for kind, fleet in simulation.fleets.items()}

    def _lay_out(self) -> Iterator[Series]:
        for kind, fleet in self._simulation.fleets.items():
            for sensor in fleet.sensors:
                for place, metric in enumerate(self._catalogue.kind[kind].metrics):
                    number = self._series[sensor.sensor_id, metric] = len(self._series) + 1
                    yield Series(
                        number, sensor.sensor_id, kind, metric, sensor.area, sensor.lon, sensor.lat, first=place == 0
                    )

    def hear(self, start: float, end: float) -> None:
        """Judge what the devices say in a span (seconds since 1970)."""
        rows: list[tuple[datetime, int, float, Quality]] = []
        for reports in self._simulation.reports(start, end):
            names = [reports.fleet.sensors[device].sensor_id for device in reports.device.tolist()]
            times = [datetime.fromtimestamp(ms / 1000, UTC) for ms in reports.milliseconds.tolist()]
            for metric, values in reports.values.items():
                numbers = [self._series[name, metric] for name in names]
                rows += zip(times, numbers, values.tolist(), [Quality.GOOD] * len(times), strict=True)
        if not rows:
            return
        readings: Columns = Readings.of(sorted(rows))
        found = detect(
            self._plan, self._courses, readings, seen=self._seen, now=datetime.fromtimestamp(end, UTC), zone=ZONE
        )
        self._courses = {key: one for key, one in (self._courses | found.courses).items() if not one.is_nothing}
        self._seen |= newest(readings)
        self._values |= dict(zip(readings.series.tolist(), readings.value.tolist(), strict=True))
        for change in found.changes:
            key = (change.rule.id, change.series_id)
            if change.event is Event.RAISE:
                self._since.setdefault(key, change.time)
            else:
                self._since.pop(key, None)

    def look(self, moment: float) -> dict[str, vital_signs.Vital]:
        """Return the indices at a moment, the city's among them."""
        numbers = fold(self._frame(), catalogue=self._catalogue)
        air = indices.air_index(numbers, datetime.fromtimestamp(moment, UTC))
        sizes: dict[str, int] = {}
        for kind, count in self.sensors.items():
            domain = self._catalogue.kind[kind].domain
            sizes[domain] = sizes.get(domain, 0) + count
        known = vital_signs.judge_domains(
            numbers, aqi=air.computed, alerts=self._alerts(moment), sensors=sizes, weights=self._weights
        )
        whole = vital_signs.judge_city(known)
        return known | ({"city": whole} if whole else {})

    def _frame(self) -> pd.DataFrame:
        metrics = {row.series_id: row.metric for row in self._rows}
        pairs = [(metrics[series], value) for series, value in self._values.items()]
        return pd.DataFrame(pairs, columns=["metric", "value"])

    def _alerts(self, moment: float) -> list[vital_signs.Burden]:
        now, by_id = datetime.fromtimestamp(moment, UTC), {row.series_id: row for row in self._rows}
        return [
            vital_signs.Burden(
                self._catalogue.kind[by_id[series].kind].domain,
                by_id[series].sensor_id,
                rule,
                self._plan.rules[rule].severity,
                vital_signs.minutes_since(since, now),
            )
            for (rule, series), since in self._since.items()
        ]


def watch(name: str, *, sensors: int, seed: int) -> Watched:
    """Tell one story, or let a long time go by, and read the indices all along."""
    plays = load_catalogue() if name in LASTS else stories()[name].catalogue
    lasts = LASTS.get(name) or summarise(name, plays).lasts
    catalogue = _slower(plays, next(times for longest, times in SLOWER if lasts <= longest))
    start = START if name in LASTS else MORNING
    simulation = Simulation.make(catalogue, ZONE, seed=seed, sensors=sensors, start=start, incidents=name == BY_CHANCE)
    if name not in LASTS:
        now = start.astimezone(UTC)
        simulation = simulation.with_script(tell(simulation, Run(1, name, 1.0, now, "vitals", now), simulation.script))
    city, found, began = City(simulation, catalogue), Watched(name), start.timestamp()
    step = max(lasts / LOOKS, 60.0) if name not in LASTS else 1800.0
    batch = 300.0 if name != "a quiet month" else step
    for moment in np.arange(began, began + lasts, step).tolist():
        for part in np.arange(moment, moment + step, batch).tolist():
            city.hear(part, min(part + batch, moment + step))
        found.see(city.look(moment + step))
    return found


def _slower(catalogue: Catalogue, times: int) -> Catalogue:
    kinds = {
        name: msgspec.structs.replace(kind, interval=kind.interval * times) for name, kind in catalogue.kind.items()
    }
    return msgspec.structs.replace(catalogue, kind=kinds)


def _row(found: Watched) -> str:
    cells = [found.name]
    for domain in _columns():
        scores = found.scores.get(domain, [])
        cells.append(f"{min(scores):.0f} – {max(scores):.0f}" if scores else "–")
    city = np.array(found.scores["city"])
    cells += [f"{np.median(city):.0f}", f"{100 * np.mean(city >= 80):.1f} %", found.causes]
    return "| " + " | ".join(cells) + " |"


def _columns() -> list[str]:
    """Return the indices of the table: the city's and those of every domain of a story."""
    return ["city", *dict.fromkeys(domain for story in stories().values() for domain in story.domains)]


def _report(rows: list[str], options: argparse.Namespace) -> str:
    return "\n".join(
        [
            "# What the vital signs say",
            "",
            "`python -m benchmarks.stories.vital_signs` lets a simulated city live through every scenario, an ordinary "
            "day with incidents by chance and a quiet month, and writes this page anew when all of them were told.",
            "The city has the usual domains, and one more where the folder of that one has the scenario.",
            f"{options.sensors} sensors, seed {options.seed}, at the pace of life; devices report 5 times less "
            "often than the built-in ones, in stories of a day 20 times, and in the month 120 times.",
            "Rules on readings raise, those that the clock judges (silence, AQI, TPI, rainstorm signals) do not: with "
            "them the scenarios lie a little lower.",
            "",
            f"| story | {' | '.join(_columns())} | median | from 80 on | causes at the worst moment |",
            f"|---|{'---|' * len(_columns())}---:|---:|---|",
            *rows,
            "",
            "The scores are the lowest and the highest of all looks; what they are made of is in "
            "[the wall](../explanation/wall.md#vital-signs).",
            "",
        ]
    )


def main() -> None:
    """Watch every story, or those that were named, and write the page when all were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", nargs="*", help="default: all scenarios, the day and the month")
    parser.add_argument("--sensors", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows, least = [], {}
    for name in options.stories or [*stories(), *LASTS]:
        found = watch(name, sensors=options.sensors, seed=options.seed)
        rows.append(_row(found))
        least[name] = round(min(found.scores["city"]), 1)
        print(rows[-1], flush=True)
    if not options.stories:
        REPORT.write_text(_report(rows, options), encoding="utf-8")
    print(json.dumps(least))


if __name__ == "__main__":
    main()
