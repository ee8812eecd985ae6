"""The numbers of alerts as people read them, each with the unit of what it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue, Metric

_COLUMNS = ("metric", "quantity", "window_seconds", "limit_value", "trigger_value", "value")


@dataclass(frozen=True, slots=True)
class AlertNumbers:
    """The numbers of one alert. `unit` is that of limit, trigger and value.

    `value` is the newest reading where the alert compares readings. An alert about silence, rain or an index has
    no newer number than the one that raised it: its value is the trigger, and the reading stands apart.
    """

    unit: str
    limit: str | None
    trigger: str | None
    value: str | None
    reading: str | None  # the newest one, with the metric's unit
    limit_text: str | None  # with unit and window, as `value_text` and `trigger_text`
    trigger_text: str | None
    value_text: str | None


def measure_of(alert: Mapping[Any, Any]) -> Measure:
    """Return what limit and trigger of a row of `store.open_alerts` are."""
    window = alert["window_seconds"]
    return _measure(alert["quantity"], None if pd.isna(window) else float(window))


def alert_numbers(alert: Mapping[Any, Any], metric: Metric) -> AlertNumbers:
    """Return the numbers of a row of `store.open_alerts`."""
    measure = measure_of(alert)
    limit, trigger, newest = (
        None if pd.isna(value) else float(value)
        for value in (alert["limit_value"], alert["trigger_value"], alert["value"])
    )
    value = newest if measure.is_reading else trigger

    def number(of: float | None) -> str | None:
        return None if of is None else measure.number(of, metric.precision)

    def phrase(of: float | None) -> str | None:
        return None if of is None else measure.phrase(of, metric.unit, metric.precision)

    return AlertNumbers(
        unit=measure.unit(metric.unit),
        limit=number(limit),
        trigger=number(trigger),
        value=number(value),
        reading=None if newest is None else f"{metric.format(newest)} {metric.unit}".rstrip(),
        limit_text=phrase(limit),
        trigger_text=phrase(trigger),
        value_text=phrase(value),
    )


def number_columns(alerts: pd.DataFrame, catalogue: Catalogue) -> dict[str, list[str | None]]:
    """Return the numbers of many alerts, a column for each of `AlertNumbers`, in their order."""
    rows = zip(*(alerts[name].tolist() for name in _COLUMNS), strict=True)
    found = [alert_numbers(dict(zip(_COLUMNS, row, strict=True)), catalogue.metric[row[0]]) for row in rows]
    return {name: [getattr(numbers, name) for numbers in found] for name in AlertNumbers.__slots__}


@cache
def _measure(quantity: str, window: float | None) -> Measure:
    return Measure(Quantity(quantity), window)
