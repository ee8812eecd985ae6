"""From a declared figure to its leaves: what its source names is read in the transaction of who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cityops.catalogue import Mean
from cityops.standards.means import value_of
from cityops.storage import Transaction
from cityops.storage.database import Row
from cityops.storage.readings.air import air_hours
from cityops.storage.readings.area_history import completeness
from cityops.storage.readings.detail import STEPS, Detail, completeness_detail
from cityops.storage.readings.lineage import Parts, series_in_area, span_parts, step_parts
from dashboard.city.registry import Registry
from dashboard.pages.domain.index.traffic_data import link_levels, link_speeds
from dashboard.pages.domain.lineage.model import Figure, Lineage, Rollup, Share
from dashboard.pages.domain.lineage.number_sources import (
    DueSource,
    LinkSource,
    SeriesSource,
    Source,
    SpanSource,
    StationSource,
    StepSource,
)

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tracer:
    """Traces figures of one page: `figures` are all of them; `means` says how each metric is averaged.

    `registry` holds the sensors and the links of roads that may be seen; `zone` is the city's.
    """

    tx: Transaction
    figures: Mapping[str, Figure]
    means: Mapping[str, Mean]
    registry: Registry
    zone: ZoneInfo
    _known: dict[Source, tuple[Rollup | None, list[Share]]] = field(default_factory=dict)  # figures share sources

    def trace(self, key: str) -> Lineage:
        """Return the whole lineage of a figure. Raises KeyError for one that the page does not have."""
        figure = self.figures[key]
        if figure.source is None:
            return Lineage(figure, inputs={role: self.trace(part) for role, part in figure.parts.items()})
        if figure.source not in self._known:
            self._known[figure.source] = self._read(figure.source)
        rollup, shares = self._known[figure.source]
        return Lineage(
            figure, rollup, tuple(sorted(shares, key=lambda one: (-figure.formula.rank(one), one.sensor_id)))
        )

    def _read(self, source: Source) -> tuple[Rollup | None, list[Share]]:
        match source:
            case StepSource():
                found = step_parts(
                    self.tx, source.metric, area=source.area or None, start=source.start, end=source.end,
                    step=source.step,
                )  # fmt: skip
                return self._parts(found, source.metric, source.step)
            case SpanSource():
                found = span_parts(
                    self.tx, source.metric, area=source.area or None, start=source.start, end=source.end,
                    detail=source.detail, step=source.step,
                )  # fmt: skip
                return self._parts(found, source.metric, found.end - found.start)
            case DueSource():
                return self._due(source)
            case SeriesSource():
                rows = series_in_area(self.tx, source.metric, area=source.area or None)
                return None, [_registered(row, source.metric) for row in rows]
            case StationSource():
                return self._stations(source)
            case LinkSource():
                return None, self._links(source)

    def _parts(self, parts: Parts, metric: str, step: timedelta) -> tuple[Rollup, list[Share]]:
        end = _whole_buckets(parts)
        shares = [_share(row, metric, self.means[metric], parts.start, end) for row in parts.rows]
        return _rollup(parts.detail, step, parts.start, end, parts.stands, shares), shares

    def _due(self, source: DueSource) -> tuple[Rollup, list[Share]]:
        found = completeness(
            self.tx, metrics=source.metrics, area=source.area or None, start=source.start, end=source.end
        )
        sensors = self.registry.sensors
        of_kind = sensors[sensors["kind"] == source.kind].set_index("sensor_id")
        shares = [
            Share(
                row["sensor_id"], of_kind["name"][row["sensor_id"]], of_kind["area_code"][row["sensor_id"]],
                row["metric"], source.start, source.end, row["ratio"], int(row["received"]),
                expected=int(row["expected"]),
            )
            for row in found[found["sensor_id"].isin(of_kind.index)].to_dict("records")
        ]  # fmt: skip
        detail = completeness_detail(source.end - source.start)
        return _rollup(detail, STEPS[detail], source.start, source.end, None, shares), shares

    def _stations(self, source: StationSource) -> tuple[Rollup, list[Share]]:
        found = air_hours(self.tx, area=source.area or None, start=source.start, end=source.end)
        mine = found[found["metric"] == source.pollutant]
        named = self.registry.sensors.set_index("sensor_id")
        shares = [
            Share(
                row["sensor_id"], named["name"][row["sensor_id"]], named["area_code"][row["sensor_id"]],
                source.pollutant, row["time"].to_pydatetime(), row["time"].to_pydatetime() + _HOUR, row["value"],
                int(row["count"]), weight=float(row["valid"]), facts={"valid": bool(row["valid"])},
            )
            for row in mine.to_dict("records")
        ]  # fmt: skip
        return _rollup(Detail.HOURS, _HOUR, source.start, source.end, None, shares), shares

    def _links(self, source: LinkSource) -> list[Share]:
        steps = link_speeds(self.tx, source, self.zone)
        found = [(start, end, link_levels(self.registry, source.area, speeds)) for start, end, speeds in steps]
        measured = [step for step in found if step[2]]
        named = self.registry.sensors
        return [
            Share(
                sensor_id, named["name"].iloc[link.position], named["area_code"].iloc[link.position], "speed", start,
                end, speed, 1, weight=link.km,
                facts={"road": link.road.value, "km": link.km, "level": level, "steps": len(measured)},
            )
            for start, end, links in measured
            for link, level, sensor_id, speed in links
            if source.road in (None, link.road.value)
        ]  # fmt: skip


def _share(row: Row, metric: str, mean: Mean, start: datetime, end: datetime) -> Share:
    weight, terms, easts = (float(row[name] or 0.0) for name in ("weight", "terms", "easts"))
    due = (end - start).total_seconds() / row["interval_seconds"] if row["interval_seconds"] else 0
    return Share(
        row["sensor_id"], row["name"], row["area_code"], metric, start, end,
        value_of(terms / weight, easts / weight, mean) if weight else None,
        int(row["count"]), row["low"], row["high"], weight, terms, easts, row["share"], expected=int(due),
    )  # fmt: skip


def _registered(row: Row, metric: str) -> Share:
    return Share(row["sensor_id"], row["name"], row["area_code"], metric, None, None, None, 0)


def _whole_buckets(parts: Parts) -> datetime:
    """Return the end of the last bucket: one that began before the end counts whole."""
    width = STEPS.get(parts.detail, timedelta(0))
    if parts.detail is Detail.DAYS or not width:
        return parts.end
    return parts.start - ((parts.start - parts.end) // width) * width


def _rollup(
    detail: Detail, step: timedelta, start: datetime, end: datetime, stands: datetime | None, shares: list[Share]
) -> Rollup:
    due = sum(one.expected or 0 for one in shares)
    coverage = sum(min(one.count, one.expected or 0) for one in shares) / due if due else None
    fresh = None if stands is None or stands >= end else max(stands, start)
    return Rollup(detail, step, start, end, fresh, sum(one.count for one in shares), coverage)
