"""Cases that may be of one matter: near one another, and reported within a day. This offers, people decide. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.geography.distances import distance_km

WITHIN_KM = 0.05
WITHIN = timedelta(hours=24)
AROUND_KM, AROUND = 0.5, timedelta(days=7)  # where cases of the same category may be of it too
ALERTS_WITHIN_KM = 0.5  # how far an alert of the same matter may be: a sensor stands where it can


@dataclass(frozen=True, slots=True)
class CaseSighting:
    """Where (WGS-84, degrees) and when a case was reported, and as what ("" for not yet said)."""

    case_id: int
    longitude: float
    latitude: float
    reported_at: datetime
    category: str = ""

    @property
    def order(self) -> tuple[datetime, int]:
        """By what the earlier of two cases is told."""
        return self.reported_at, self.case_id


@dataclass(frozen=True, slots=True)
class Similarity:
    """How much alike another case is. `is_later`: it follows the case that was asked about, if they are merged."""

    case_id: int
    metres: int
    apart: timedelta
    is_same_category: bool
    is_later: bool


def similar_to(
    case: CaseSighting, others: Iterable[CaseSighting], *, within_km: float = WITHIN_KM, within: timedelta = WITHIN
) -> list[Similarity]:
    """Return those that may be of the same matter: of the same category first, then the nearest."""
    found = [_compare(case, other) for other in others if other.case_id != case.case_id]
    near = [one for one in found if one.metres <= within_km * 1000 and one.apart <= within]
    return sorted(near, key=lambda one: (not one.is_same_category, one.metres, one.case_id))


def _compare(case: CaseSighting, other: CaseSighting) -> Similarity:
    km = float(distance_km(case.longitude, case.latitude, other.longitude, other.latitude))
    return Similarity(
        other.case_id,
        round(km * 1000),
        abs(other.reported_at - case.reported_at),
        bool(case.category) and other.category == case.category,
        other.order > case.order,
    )
