"""The keys of the numbers of a domain page: charts put them on their points, and a lineage is asked by them. Pure."""

from datetime import UTC, date, datetime


def trend_key(moment: datetime, *, other: bool = False) -> str:
    """Return the key of a point of the trend, or of what it is compared with, by the start of its step."""
    return f"{'other' if other else 'trend'}.{moment.astimezone(UTC):%Y%m%dT%H%MZ}"


def rank_key(area_code: str) -> str:
    """Return the key of the mean of an area of the ranking and of the map."""
    return f"rank.{area_code}"


def heat_key(day: date, hour: int) -> str:
    """Return the key of an hour of the heat map."""
    return f"heat.{day:%Y%m%d}T{hour:02d}"


def due_key(kind: str) -> str:
    """Return the key of the completeness of a kind of sensor."""
    return f"complete.{kind}"
