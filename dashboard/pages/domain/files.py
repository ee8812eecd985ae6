"""The files of a view: tables for a spreadsheet, shapes for a map. Pure: frames in, text and bytes out."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.areas import Area
from cityops.catalogue import Catalogue, Metric
from cityops.names import sort_key
from cityops.numbers import unsigned_zero
from dashboard import texts
from dashboard.pages.domain.index.day_table import DayTable
from dashboard.pages.domain.index.index_data import IndexStory
from dashboard.pages.domain.index.working import Working
from dashboard.pages.domain.story import PageStory
from dashboard.requests.spreadsheet import harmless
from dashboard.requests.workbooks import TableSheet
from dashboard.ui.components import Speak


def csv_text(heads: Sequence[str], pieces: Iterable[list[tuple[Any, ...]]], zone: ZoneInfo) -> Iterator[str]:
    """Yield rows as CSV, a piece at a time: times in the city's zone with its offset, no cell a formula.

    The heads come with the first rows: nothing is sent before something was read.
    """
    head = "\ufeff" + _csv([heads])  # the mark by which spreadsheets know UTF-8
    for text in map(partial(_csv_of, zone=zone), pieces):  # which keeps no row while a reader takes the text
        yield head + text
        head = ""
    if head:
        yield head


def sheets_of(
    story: PageStory,
    index: IndexStory,
    about: Iterable[tuple[object, ...]],
    *,
    catalogue: Catalogue,
    language: str,
    zone: ZoneInfo,
) -> list[TableSheet]:
    """Return all that a page shows as tables. `about` are the lines that say what the view is."""
    metric = catalogue.metric[story.view.metric]
    unit, say = f" ({metric.unit})" if metric.unit else "", texts.speaker(language)
    numbers = tuple(say(f"domain.{name}") + unit for name in ("mean", "lowest", "highest"))
    counts = (say("domain.readings"), say("domain.sensors"))
    steps = (say("domain.time"), *numbers, *counts)
    return [
        TableSheet(say("domain.about"), (say("domain.entry"), say("domain.content")), list(about)),
        _steps(say("domain.head_trend"), story.trend, steps, zone),
        *([] if story.other is None else [_steps(say("domain.compared"), story.other, steps, zone)]),
        TableSheet(
            say("domain.head_ranking"),
            (say("domain.code"), say("domain.area"), *numbers, *counts),
            _rows(story.ranking, "area_code", "name_en" if language == "en" else "name", *_NUMBERS),
        ),
        TableSheet(
            say("domain.head_heat"),
            (say("domain.day"), say("domain.hour"), numbers[0], counts[0]),
            _rows(story.heat, "day", "hour", "value", "count"),
        ),
        _completeness_sheet(story, catalogue, language),
        *([_working_sheet(index.working, say)] if index.working else []),
        *([_days_sheet(index.days, say)] if index.days else []),
    ]


def _completeness_sheet(story: PageStory, catalogue: Catalogue, language: str) -> TableSheet:
    say = texts.speaker(language)
    return TableSheet(
        say("domain.head_completeness"),
        (say("domain.kind"), say("domain.expected"), say("domain.received"), say("domain.ratio")),
        [
            (catalogue.kind[str(kind)].name.in_language(language), *rest)
            for kind, *rest in _rows(story.kinds, "kind", "expected", "received", "ratio")
        ],
    )


def features(
    ranking: pd.DataFrame, sensors: pd.DataFrame, areas: Mapping[str, Area], metric: Metric, about: Mapping[str, str]
) -> dict[str, Any]:
    """Return areas and sensors with their values as GeoJSON (RFC 7946, WGS 84).

    `ranking` as `area_ranking`, `sensors` as `sensor_means`; `about` stands beside the features.
    """
    shapes = [
        _feature(
            areas[row["area_code"]].geometry if row["area_code"] in areas else None,
            {"level": areas[row["area_code"]].level.value if row["area_code"] in areas else None, "unit": metric.unit}
            | {name: row[name] for name in ("area_code", "name", "name_en", *_NUMBERS)},
        )
        for row in _records(ranking)
    ]
    points = [
        _feature(
            {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            {"unit": metric.unit} | {name: row[name] for name in ("sensor_id", "name", "area_code", *_NUMBERS[:-1])},
        )
        for row in sorted(_records(sensors), key=lambda row: (sort_key(row["name"]), row["sensor_id"]))
    ]
    return {"type": "FeatureCollection", "about": dict(about), "features": [*shapes, *points]}


_NUMBERS = ("value", "low", "high", "count", "sensors")


def _steps(name: str, trend: pd.DataFrame, heads: tuple[str, ...], zone: ZoneInfo) -> TableSheet:
    rows = _rows(trend, "time", *_NUMBERS)
    return TableSheet(name, heads, [(_local(time, zone), *rest) for time, *rest in rows])


def _working_sheet(working: Working, say: Speak) -> TableSheet:
    rows: list[tuple[object, ...]] = [line.cells for line in working.lines]
    result: list[tuple[object, ...]] = [(), (working.name, working.value, working.level), (working.note,)]
    return TableSheet(say("domain.head_index"), working.heads, [*rows, *result])


def _days_sheet(days: DayTable, say: Speak) -> TableSheet:
    rows: list[tuple[object, ...]] = [(*line.cells, line.note) for line in days.lines]
    return TableSheet(say("air.head_days"), (*days.heads, say("air.why")), rows)


def _rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(record[name] for name in columns) for record in _records(frame)]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries; what is missing is None."""
    return [
        {str(name): None if _is_missing(value) else unsigned_zero(value) for name, value in record.items()}
        for record in frame.to_dict("records")
    ]


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)  # noqa: PLR0124


def _feature(geometry: Mapping[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _csv_of(rows: list[tuple[Any, ...]], zone: ZoneInfo) -> str:
    return _csv([_csv_cell(cell, zone) for cell in row] for row in rows)


def _csv_cell(cell: object, zone: ZoneInfo) -> object:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat()
    return harmless(cell) if isinstance(cell, str) else unsigned_zero(cell)


def _local(moment: Any, zone: ZoneInfo) -> object:
    """Return a moment as clocks of the city show it: a spreadsheet knows no zones."""
    return pd.Timestamp(moment).tz_convert(zone).tz_localize(None).to_pydatetime() if moment is not None else None
