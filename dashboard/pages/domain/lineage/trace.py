"""From a declared figure to its leaves: what its source names is read in the transaction of who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pandas as pd

from cityops.catalogue import Mean
from cityops.standards.means import value_of
from cityops.storage import Transaction
from cityops.storage.database import Row
from cityops.storage.readings.history import STEPS, Detail, completeness, completeness_detail
from cityops.storage.readings.lineage import Parts, series_in_area, span_parts, step_parts
from dashboard.pages.domain.lineage.model import (
    DueSource,
    Figure,
    Lineage,
    Rollup,
    SeriesSource,
    Share,
    Source,
    SpanSource,
    StationSource,
    StepSource,
)


@dataclass(frozen=True, slots=True)
class Tracer:
    """Traces figures of one page: `figures` are all of them; `means` says how each metric is averaged.

    `sensors` has the columns sensor_id, name, kind, area_code of those that may be seen.
    """

    tx: Transaction
    figures: Mapping[str, Figure]
    means: Mapping[str, Mean]
    sensors: pd.DataFrame
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
                raise NotImplementedError

    def _parts(self, parts: Parts, metric: str, step: timedelta) -> tuple[Rollup, list[Share]]:
        end = _whole_buckets(parts)
        shares = [_share(row, metric, self.means[metric], parts.start, end) for row in parts.rows]
        return _rollup(parts.detail, step, parts.start, end, parts.stands, shares), shares

    def _due(self, source: DueSource) -> tuple[Rollup, list[Share]]:
        found = completeness(
            self.tx, metrics=source.metrics, area=source.area or None, start=source.start, end=source.end
        )
        of_kind = self.sensors[self.sensors["kind"] == source.kind].set_index("sensor_id")
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
