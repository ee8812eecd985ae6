"""A town of two districts with streets, for topics, and what happens in it."""

from datetime import UTC, datetime, timedelta

from citizens.topics.reported_incidents import ReportedIncident
from citizens.topics.sightings import Sighting, Told
from cityops.areas import Area, AreaLevel

START = datetime(2026, 5, 1, 16, tzinfo=UTC)  # midnight of the city
DAY = timedelta(days=1)
STREETS = tuple(f"99010{district}{street:03d}" for district in (1, 2) for street in range(1, 6))
AREAS = {
    "99": Area("99", "城", AreaLevel.CITY),
    **{code: Area(code, code, AreaLevel.DISTRICT, "99") for code in ("990101", "990102")},
    **{code: Area(code, code, AreaLevel.STREET, code[:6]) for code in STREETS},
    "990101001001": Area("990101001001", "社区", AreaLevel.COMMUNITY, "990101001"),
}


def sighting(
    at: datetime,
    *,
    number: int = 1,
    told: Told = Told.REPORT,
    category: str = "event/05-06",
    area: str = "990101001",
    place: tuple[float, float] | None = None,
    belongs: str = "",
) -> Sighting:
    longitude, latitude = place if place is not None else (None, None)
    return Sighting(told, number, at, category, area, longitude, latitude, belongs)


def incidents(count: int, since: datetime, days: int, *, category: str, area: str) -> list[ReportedIncident]:
    """So many incidents, evenly spread."""
    step = timedelta(days=days) / max(count, 1)
    return [
        ReportedIncident((sighting(since + step * number, number=number, category=category, area=area),))
        for number in range(count)
    ]
