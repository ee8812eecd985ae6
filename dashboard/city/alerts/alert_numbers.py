"""The numbers of alerts as people read them, each with the unit of what it is. Pure."""

from dataclasses import dataclass

from alerts.board.open_alert import OpenAlert
from cityops.catalogue import Metric


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


def alert_numbers(alert: OpenAlert, metric: Metric) -> AlertNumbers:
    """Return the numbers of an alert on this metric."""
    measure = alert.measure
    value = alert.value if measure.is_reading else alert.trigger_value

    def number(of: float | None) -> str | None:
        return None if of is None else measure.number(of, metric.precision)

    def phrase(of: float | None) -> str | None:
        return None if of is None else measure.phrase(of, metric.unit, metric.precision)

    return AlertNumbers(
        unit=measure.unit(metric.unit),
        limit=number(alert.limit_value),
        trigger=number(alert.trigger_value),
        value=number(value),
        reading=None if alert.value is None else f"{metric.format(alert.value)} {metric.unit}".rstrip(),
        limit_text=phrase(alert.limit_value),
        trigger_text=phrase(alert.trigger_value),
        value_text=phrase(value),
    )
