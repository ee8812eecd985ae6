"""What tells that something happened: a report, a case, an alert. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cityops.areas import Area, AreaLevel, ancestors

TOLD_AT = (AreaLevel.STREET, AreaLevel.DISTRICT)


class Told(StrEnum):
    """By what an incident is known."""

    REPORT = "report"
    CASE = "case"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that tells of an incident. `belongs`: names the case that has all of it; "" none."""

    told: Told
    number: int  # of the report, case or alert
    at: datetime
    category: str
    area: str
    longitude: float | None = None
    latitude: float | None = None
    belongs: str = ""


def places_of(areas: dict[str, Area], code: str) -> Iterator[str]:
    """Yield the street and the district in which an area lies, itself included."""
    for part in (code, *ancestors(areas, code)):
        area = areas.get(part)
        if area is not None and area.level in TOLD_AT:
            yield part


def street_of(areas: dict[str, Area], code: str) -> str:
    """Return the street in which an area lies, itself included; "" for none."""
    return next((place for place in places_of(areas, code) if areas[place].level is AreaLevel.STREET), "")
