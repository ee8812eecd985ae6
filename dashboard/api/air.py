"""`/api/v1/air`: the air quality index of the last whole hour and of the city's last days."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Query

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.standards.aqi import Index
from dashboard.city.past.index_readings import read_air, read_days
from dashboard.web.refusals import REFUSALS, QueryTime
from dashboard.web.request_context import require

MOST_DAYS = 31
router = APIRouter()


@router.get("/air", responses=REFUSALS)
def air_quality(
    area: Annotated[str, Query(pattern="^[0-9]{0,32}$", description="a code; the city unless told")] = "",
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="how many days that are over; a large area: fewer")] = 7,
    until: Annotated[QueryTime | None, Query(description="ISO 8601 with a zone; now unless told")] = None,
) -> dict[str, Any]:
    """Return the AQI of the last whole hour and of the days before, by the edition of HJ 633 of their time.

    `aqi` is null where the index may not be published (NA); `missing` says why. `computed` is that of what was
    measured. Concentrations are in µg/m³, CO in mg/m³.
    """
    here, end = require(Role.VIEWER), until or utc_now()
    with here.site.database.transaction() as tx:
        hour = read_air(tx, area, end)
        past = read_days(tx, area, end, here.site.settings.zone, days)
    return {
        "area": area,
        "hour": {"start": hour.start.astimezone(UTC).isoformat()} | index_facts(hour.index, dict(hour.concentrations)),
        "days": [
            {"day": day.day.isoformat(), "valid_hours": dict(day.hours)}
            | index_facts(day.index, dict(day.concentrations))
            for day in past
        ],
    }


def index_facts(index: Index, concentrations: dict[str, float]) -> dict[str, Any]:
    """Return an index as plain values; what is not published has no level and no primary pollutant."""
    level = index.level
    return {
        "aqi": index.value,
        "computed": index.computed,
        "level": level.number if level else None,
        "category": {"zh": level.name.zh, "en": level.name.en} if level else None,
        "primary": list(index.primary) if level else [],
        "missing": list(index.missing),
        "iaqi": dict(index.parts),
        "concentrations": concentrations,
        "edition": f"HJ 633-{index.edition.value}",
    }
