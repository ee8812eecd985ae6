"""What the catalogue and the calendars say to an act: the limits of a filing, the departments of a dispatch.

Acts are held against it, so that no page and no program files with a limit of its own making.
"""

from datetime import datetime

from cases.catalogue.categories import FilingStandard, category_of
from cases.clock.calendar_files import CITY
from cases.errors import ActRefused, CalendarError, CategoryUnknown
from cases.life.case import Case
from cases.life.details import Closing, Dispatching, Filing
from cases.routing.responsibility import Route
from cases.store.case_store import condition_holds
from cases.store.catalogue.calendars import StoredCalendars, calendar_in_force
from cases.store.catalogue.catalogue_versions import route_of, standards_of
from cityops.storage import Transaction


def filing_of(tx: Transaction, standard: str, *, area: str, severity: int | None = None) -> Filing:
    """Return what is said with `file`: the limits of the condition, and its severity where no other is given.

    Raises CategoryUnknown.
    """
    category = category_of(standard)
    found = _find_standard(tx, category, standard)
    limits = tuple(stage.limit for stage in found.stages)
    return Filing(category=category, standard=standard, area=area, severity=severity or found.severity, stages=limits)


def proposed_route(tx: Transaction, case: Case, *, now: datetime) -> Route:
    """Return to whom the rules in force give a case. Raises CalendarError."""
    code, version = calendar_of(tx, CITY)
    day = now.astimezone(StoredCalendars(tx)[code, version].zone).date()
    return route_of(tx, case.category, case.area, day=day)


def dispatching_of(
    tx: Transaction, case: Case, *, now: datetime, lead: str = "", helpers: tuple[str, ...] = ()
) -> Dispatching:
    """Return what is said with `dispatch`: to the departments that are named, or to whom the rules give the case.

    Raises ActRefused where they give it to nobody, and CalendarError.
    """
    route = proposed_route(tx, case, now=now)
    lead, helpers = (lead, helpers) if lead else (route.lead, route.helpers)
    if not lead:
        raise ActRefused("No rule says who is responsible: name a department.")
    calendar, version = calendar_of(tx, lead)
    routed = route.is_clear and (lead, set(helpers)) == (route.lead, set(route.helpers))
    return Dispatching(lead=lead, helpers=helpers, calendar=calendar, calendar_version=version, routed=routed)


def calendar_of(tx: Transaction, department: str) -> tuple[str, int]:
    """Return the calendar by which a department is counted, and its version: its own, or the city's.

    Raises CalendarError.
    """
    for code in (department, CITY):
        version = calendar_in_force(tx, code)
        if version is not None:
            return code, version
    raise CalendarError("The city has no working calendar. Run `cityops watch`, or import one.")


def closing_of(tx: Transaction, case_id: int, case: Case) -> Closing:
    """Return what is said with `close` when every stage is met; with it whether a condition still holds (关而未愈)."""
    return Closing(stages_met=len(case.stages), still_holds=condition_holds(tx, case_id))


def _find_standard(tx: Transaction, category: str, standard: str) -> FilingStandard:
    for found in standards_of(tx, category):
        if found.standard == standard:
            return found
    raise CategoryUnknown
