"""Changing the catalogue: what another one would do to past cases first, then all of it as the next version.

Pages and verbs, edits and files come through here. Two changes at once wait for one another; who names the version
that they looked at is refused when another one was stored since.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cases.catalogue.categories import CaseCatalogue
from cases.catalogue.differences import Change, Difference, changed_limits, differences
from cases.catalogue.edits import Edit
from cases.catalogue.limit_trials import LimitTrial, PastClock, try_limits
from cases.clock.limits import Limit
from cases.errors import CatalogueChanged
from cases.routing.rule_trials import Gap, PastCase, Rerouting, coverage_gaps, dry_run
from cases.store.catalogue.calendars import StoredCalendars
from cases.store.catalogue.catalogue_versions import SQL, catalogue_in_force, load_catalogue, store_catalogue
from cases.store.snapshots import read_case
from cityops.storage import Transaction
from cityops.storage.audit import COMMAND_LINE
from cityops.storage.devices.stored_areas import load_areas

TRIED = timedelta(days=90)  # on cases this young changes are tried
MOST_TRIED = 2000
MOST_NAMED = 50  # changes in the audit
EMPTY = CaseCatalogue("", {}, {})


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """What a change did, or would do.

    `version`: that in force before it, 0 for none. `tried`: cases of the last 90 days on which rules were tried, of
    which `rerouted` would have gone to others. `limits`: what other limits would have made of cases. `gaps`: what leads
    to no one department and did before.
    """

    version: int
    before: CaseCatalogue
    after: CaseCatalogue
    differences: tuple[Difference, ...]
    tried: int
    rerouted: tuple[Rerouting, ...]
    limits: tuple[LimitTrial, ...]
    gaps: tuple[Gap, ...]

    def moves(self) -> Counter[tuple[str, str]]:
        """Return how many cases would have been led by another department, by the one before and the one after."""
        leads = ((one.before.lead, one.after.lead) for one in self.rerouted)
        return Counter((before, after) for before, after in leads if before != after)

    def named(self, change: Change) -> list[str]:
        """Return the names of what is new, changed or gone."""
        return [one.name for one in self.differences if one.change is change]


def plan_change(
    tx: Transaction, edit: Edit, *, now: datetime, zone: ZoneInfo, seen: int | None = None
) -> CatalogueChange:
    """Say what an edit of the catalogue in force would do, and store nothing.

    `seen`: the version that the person looked at; None: whichever is in force. Raises CatalogueChanged, and what the
    edit raises.
    """
    version = catalogue_in_force(tx) or 0
    if seen is not None and seen != version:
        raise CatalogueChanged(_stored_by(tx, version), seen, version)
    before = load_catalogue(tx, version) or EMPTY
    after = edit(before)
    past = _past_cases(tx, since=now - TRIED, zone=zone) if version else []
    day = now.astimezone(zone).date()
    return CatalogueChange(
        version,
        before,
        after,
        tuple(differences(before, after)),
        len(past),
        tuple(dry_run(before.responsibilities(), after.responsibilities(), past)),
        tuple(_try_limits(tx, changed_limits(before, after), now=now)),
        tuple(_new_gaps(tx, before, after, day=day)),
    )


def change_catalogue(
    tx: Transaction,
    edit: Edit,
    *,
    actor: str,
    now: datetime,
    zone: ZoneInfo,
    seen: int | None = None,
    origin: str = COMMAND_LINE,
) -> CatalogueChange:
    """Store what an edit makes of the catalogue in force as its next version, on record.

    An edit that changes nothing stores nothing. Raises as `plan_change`.
    """
    tx.execute(SQL["lock_catalogue"])
    planned = plan_change(tx, edit, now=now, zone=zone, seen=seen)
    if planned.before != planned.after:
        store_catalogue(tx, planned.after, actor=actor, now=now, origin=origin, change=_detail(planned))
    return planned


def find_gaps(tx: Transaction, catalogue: CaseCatalogue, *, day: date) -> tuple[int, list[Gap]]:
    """Return how many areas have no other below them, and every category that leads in one to no one department."""
    leaves = leaf_areas(tx)
    return len(leaves), list(coverage_gaps(catalogue.responsibilities(), catalogue.categories, leaves, day=day))


def leaf_areas(tx: Transaction) -> list[str]:
    """Return the codes of the areas that have no other below them."""
    areas = load_areas(tx)
    parents = {area.parent for area in areas.values()}
    return sorted(code for code in areas if code not in parents)


def _new_gaps(tx: Transaction, before: CaseCatalogue, after: CaseCatalogue, *, day: date) -> Iterator[Gap]:
    if before.responsibilities() == after.responsibilities():
        return
    leaves = leaf_areas(tx)
    known = set(coverage_gaps(before.responsibilities(), before.categories, leaves, day=day))
    found = coverage_gaps(after.responsibilities(), after.categories, leaves, day=day)
    yield from (gap for gap in found if gap not in known)


def _try_limits(tx: Transaction, changed: Mapping[str, tuple[Limit, Limit]], *, now: datetime) -> list[LimitTrial]:
    if not changed:
        return []
    rows = tx.rows(SQL["past_clocks"], since=now - TRIED, standards=sorted(changed), most=MOST_TRIED)
    past = []
    for row in rows:
        case = read_case(row["snapshot"])
        clock = case.running_clock
        if clock is not None:
            until = row["handled_at"] or row["ended_at"] or now
            past.append(PastClock(row["case_id"], row["standard"], clock, case.calendar, until))
    return try_limits(changed, past, StoredCalendars(tx))


def _past_cases(tx: Transaction, *, since: datetime, zone: ZoneInfo) -> list[PastCase]:
    return [
        PastCase(
            row["case_id"],
            row["category"],
            row["area_code"],
            row["dispatched_at"].astimezone(zone).date(),
            row["lead_department"],
        )
        for row in tx.rows(SQL["past_dispatches"], since=since, most=MOST_TRIED)
    ]


def _stored_by(tx: Transaction, version: int) -> str:
    found = tx.row(SQL["catalogue_version"], version=version)
    return str(found["imported_by"]) if found is not None else ""


def _detail(planned: CatalogueChange) -> dict[str, object]:
    """Return what the audit says of a change."""
    named = {str(change): planned.named(change) for change in Change}
    counts = {f"{change}_count": len(names) for change, names in named.items()}
    first = {change: names[:MOST_NAMED] for change, names in named.items()}
    return {"from_version": planned.version, **counts, **first, "rerouted": len(planned.rerouted)}
