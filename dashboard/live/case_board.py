"""The cases of the present as this process knows them: read whole once a minute, and what changed when it did.

Where no change can be heard, they are a minute old at most.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.catalogue.categories import Department
from cases.store.catalogue.catalogue_versions import catalogue_in_force, load_catalogue
from cases.store.present import CaseNow, cases_now
from cityops.storage import Transaction
from cityops.storage.changes import ChangedRows

WHOLE_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class CityCases:
    """What was read; the larger the number, the newer. `since`: the beginning of the city's day, UTC."""

    number: int
    since: datetime
    cases: Mapping[int, CaseNow] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)


class CaseBoard:
    """Reads again and again. Not for several threads at once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._catalogue: tuple[int | None, Mapping[str, Department]] = (None, {})  # by version, which never changes
        self._whole_at: datetime | None = None
        self._newest: CityCases | None = None

    def read(self, tx: Transaction, changed: ChangedRows, now: datetime) -> CityCases:
        """Return the cases as they are. Raises StorageError."""
        before, since = self._newest, self._day_begins(now)
        due = self._whole_at is None or abs(now - self._whole_at) >= WHOLE_EVERY
        if before is None or due or since != before.since:
            departments = self._read_departments(tx)
            number = before.number + 1 if before is not None else 1
            self._newest = CityCases(number, since, cases_now(tx, since), departments)
            self._whole_at = now
        elif changed.cases:
            kept = {case_id: case for case_id, case in before.cases.items() if case_id not in changed.cases}
            found = cases_now(tx, since, changed.cases)
            self._newest = CityCases(before.number + 1, since, kept | found, before.departments)
        else:
            return before
        return self._newest

    def _read_departments(self, tx: Transaction) -> Mapping[str, Department]:
        version = catalogue_in_force(tx)
        if version != self._catalogue[0]:
            found = load_catalogue(tx)
            self._catalogue = (version, found.departments if found is not None else {})
        return self._catalogue[1]

    def _day_begins(self, now: datetime) -> datetime:
        return datetime.combine(now.astimezone(self._zone).date(), time(), self._zone)
