"""`make bench-quality DATA=folder`: the share of real recordings that each limit of the catalogue flags.

The recordings are not part of this repository. The folder holds the files `PRSA_Data_*.csv` of the UCI Machine
Learning Repository's "Beijing Multi-Site Air Quality" (CC BY 4.0): 12 national stations, every hour of four years.
Their own file of 69 highway detectors, `highway_speeds_*.csv` (time, sensor, metric, value), is taken too if it is
there. The table is written to docs/reference/quality-limits.md; the last line is one JSON object.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from cityops.catalogue import Catalogue, Metric, load_catalogue
from ingest.checks.quality import count_failed, judge
from ingest.checks.series_memory import Limits, RecentReadings

PAGE = Path("docs/reference/quality-limits.md")
STATION = {"PM2.5": "pm25", "PM10": "pm10", "NO2": "no2", "SO2": "so2", "CO": "co", "O3": "o3", "TEMP": "temperature",
           "PRES": "pressure", "WSPM": "wind_speed", "RAIN": "rain_rate"}  # fmt: skip
TESTS = ("range", "spike", "step", "flat")


@dataclass
class Shares:
    """What was flagged of one metric."""

    readings: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    flat_without_floor: int = 0

    def percent(self, count: int) -> str:
        return f"{100 * count / self.readings:.3f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder, catalogue = parser.parse_args().folder, load_catalogue()
    shares: dict[str, Shares] = {}
    for name, seconds, series in recordings(folder):
        count(shares.setdefault(name, Shares()), series, catalogue.metric[name], seconds, catalogue)
    if not shares:
        raise SystemExit(f"{folder} holds none of the recordings. See the beginning of {__file__}.")
    PAGE.write_text(page(shares, catalogue), "utf-8")
    print(page(shares, catalogue))
    flagged = {name: sum(found.failed[test] for test in TESTS) / found.readings for name, found in shares.items()}
    print(json.dumps({name: round(share, 6) for name, share in flagged.items()}))


def recordings(folder: Path) -> Iterator[tuple[str, int, "pd.Series[float]"]]:
    """Yield metric, report interval (s) and values by time of each series."""
    for file in sorted(folder.glob("PRSA_Data_*.csv")):
        frame = pd.read_csv(file)
        frame.index = pd.to_datetime(frame[["year", "month", "day", "hour"]])
        for column, name in STATION.items():
            yield name, 3600, frame[column].dropna() / (1000 if name == "co" else 1)
    for file in sorted(folder.glob("highway_speeds_*.csv")):
        for _, one in pd.read_csv(file).groupby("sensor"):
            yield (
                "speed",
                300,
                pd.Series(one["value"].to_numpy(), index=pd.to_datetime(one["time"], utc=True).dt.tz_localize(None)),
            )


def count(found: Shares, series: "pd.Series[float]", metric: Metric, seconds: int, catalogue: Catalogue) -> None:
    found.readings += len(series)
    found.failed.update(flags(series, metric, seconds, catalogue))
    without = msgspec.structs.replace(metric, flat_above=None)
    found.flat_without_floor += flags(series, without, seconds, catalogue)["flat"]


def flags(series: "pd.Series[float]", metric: Metric, seconds: int, catalogue: Catalogue) -> dict[str, int]:
    limits = Limits.none(1)
    limits.put(0, metric, msgspec.structs.replace(catalogue.kind["air_station"], interval=seconds))
    time = series.index.to_numpy().astype("datetime64[us]").astype(np.int64)
    values = series.to_numpy().astype(np.float64)
    return count_failed(
        judge(np.zeros(len(time), dtype=np.int64), time, values, limits=limits, past=RecentReadings.empty(1))
    )


def page(shares: dict[str, Shares], catalogue: Catalogue) -> str:
    lines = [
        f"| {catalogue.metric[name].name.en} | {found.readings:,} | "
        + " | ".join(found.percent(found.failed[test]) if has(catalogue.metric[name], test) else "–" for test in TESTS)
        + f" | {found.percent(found.flat_without_floor) if catalogue.metric[name].flat_above is not None else '–'} |"
        for name, found in shares.items()
    ]
    sources = [
        f"| {metric.name.en} | {limit(metric.step)} | {limit(metric.spike)} | {limit(metric.flat_minutes)} | "
        f"{limit(metric.flat_above)} | {metric.limits_source} |"
        for metric in catalogue.metric.values()
        if metric.limits_source
    ]
    return TEXT.format(shares="\n".join(lines), sources="\n".join(sources))


def has(metric: Metric, test: str) -> bool:
    return test == "range" or getattr(metric, "flat_minutes" if test == "flat" else test) is not None


def limit(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


TEXT = """# The limits on movement, and what they flag

Each limit of the catalogue on how a value may move (`step`, `spike`, `flat_minutes`, `flat_above`) names its \
source in `limits_source`.
This page is written by `make bench-quality DATA=FOLDER`, which runs ingest's own tests over real recordings; its \
script says where they come from.

## What is flagged of real recordings

Hourly values of 12 national stations in Beijing, March 2013 to February 2017, and speeds of 69 highway detectors \
in Los Angeles, every 5 minutes of one day.
They are what people published as good, so most of what is flagged is a false alarm; ozone that stays at 107 \
µg/m³ for a day is not.
The last column is what the flat line test would flag without `flat_above`: ozone stands at its detection limit \
for whole nights.

| metric | readings | range | spike | step | flat | flat without `flat_above` |
|---|---|---|---|---|---|---|
{shares}

Stations that report each hour move more between two reports than those that report each minute, so `spike` is \
overstated here and `step`, a limit a minute, is hardly tried.

## Where the limits come from

| metric | `step` a minute | `spike` | `flat_minutes` | `flat_above` | source |
|---|---|---|---|---|---|
{sources}
"""

if __name__ == "__main__":
    main()
